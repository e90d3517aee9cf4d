"""The page Sticks: what goes to panels without a network, step by step, and what came back from them.

Knows: which folders there are, and what a person does next with each. Touches: the folders, reading only; what sticks brought,
through sticks/. Must not: sign: this server has no key; a person does it elsewhere, with the command that stands in the page.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from player.bundle.manifest import Manifest
from player.office.fleet import Panel, Presence
from player.office.settings import FolderSettings
from player.office.signing import EVERYWHERE, OfficeError
from player.office.web.page import PageFault, Right, Route, back, office_of, reader_of, render
from player.office.web.sticks.returned import KeptReceipt, Returned, ReturnedFault
from player.office.web.sticks.signed import (
    SignedFolder,
    StickStanding,
    file_name,
    look_at,
    read_public_keys,
    sign_command,
    stick_zip,
)
from player.office.web.sticks.zip_stream import ZipStream
from player.office.web.urgent.reach import GROUP
from player.office.web.words import plural, t

DOWNLOADS_MOST = 4
"""At once: each reads a disk at full speed."""
UPLOAD_BYTES = 160 << 20
FILES_MOST = 2400
"""Of a stick's receipts folder: 200 receipts, 2,000 batches of records, and what a computer left there."""
NAMES_TOLD = 6


@dataclass(frozen=True, slots=True)
class StickFolder:
    """A folder of the settings. panels: who gets it, by name as far as it is known. away: those that are off or silent."""

    name: str
    place: str
    signed: SignedFolder
    command: str
    panels: tuple[str, ...]
    everywhere: bool
    away: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StickStory:
    """What one stick did: the newest receipt of each panel that had it. serial None: of sticks that were never verified."""

    serial: int | None
    receipts: tuple[KeptReceipt, ...]


# ---- the page


async def show_page(request: Request) -> Response:
    office, reader = office_of(request), reader_of(request)
    panels = office.live.panels()
    folders = await asyncio.to_thread(_folders, office.settings.folder, office.data_folder, panels, office.now())
    try:
        receipts, fault = await office.sticks.receipts(reader.language), ""
    except ReturnedFault as error:
        receipts, fault = [], error.code
    return render(
        request, "sticks.html", folders=folders, stories=_stories(receipts), receipts=receipts, receipts_fault=fault,
        told=NAMES_TOLD, files_most=FILES_MOST,
    )  # fmt: skip


def _folders(
    settings: Sequence[FolderSettings], data_folder: Path, panels: Sequence[Panel], wall: datetime
) -> list[StickFolder]:
    """Each folder as it lies on the disk now."""
    try:
        keys, fault = read_public_keys(data_folder), ""
    except OfficeError as error:
        keys, fault = (), str(error)
    found = []
    for each in settings:
        signed = SignedFolder(StickStanding.WRONG, why=fault) if fault else look_at(each.place, keys, wall)
        names = names_for(each.panels, panels)
        known = {panel.name: panel for panel in panels}
        away = tuple(n for n in names if n in known and known[n].presence(wall) is not Presence.ONLINE)
        everywhere = EVERYWHERE in each.panels
        command = sign_command(each.place, (EVERYWHERE,) if everywhere else names, wall.date())
        found.append(StickFolder(each.name, str(each.place), signed, command, names, everywhere, away))
    return found


def names_for(wanted: Sequence[str], panels: Sequence[Panel]) -> tuple[str, ...]:
    """Names, "group:north" and "*" as panels' names: those that are written, and those heard of."""
    names = {each for each in wanted if each != EVERYWHERE and not each.startswith(GROUP)}
    groups = {each.removeprefix(GROUP) for each in wanted if each.startswith(GROUP)}
    names |= {panel.name for panel in panels if EVERYWHERE in wanted or groups & set(panel.groups)}
    return tuple(sorted(names))


def _stories(receipts: Sequence[KeptReceipt]) -> list[StickStory]:
    """By the stick's serial number, the newest stick first; of each panel its newest receipt."""
    found: dict[int | None, dict[str, KeptReceipt]] = {}
    for each in receipts:  # the newest first
        found.setdefault(each.serial, {}).setdefault(each.panel, each)
    ordered = sorted(found, key=lambda serial: (serial is None, -(serial or 0)))
    return [StickStory(serial, tuple(sorted(found[serial].values(), key=lambda one: one.panel))) for serial in ordered]


# ---- to the panels


async def download(request: Request) -> Response:
    """A signed folder as the content of a stick."""
    office, reader = office_of(request), reader_of(request)
    folder = next((each for each in office.settings.folder if each.name == request.path_params["name"]), None)
    if folder is None:
        raise PageFault("There is no such page, or what it was about is gone.", status=404)
    if office.stick_downloads.count >= DOWNLOADS_MOST:
        raise PageFault("Several sticks are being downloaded just now; try again in some minutes.", status=503)
    manifest, packed = await asyncio.to_thread(_packed, folder, office.data_folder, office.now())
    name = file_name(folder.name, manifest)
    office.audit.note(reader.account, "stick", f"{folder.name}, serial {manifest.serial}", "downloaded")
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Length": str(packed.length)}
    return StreamingResponse(
        office.stick_downloads.follow(packed.blocks()), media_type="application/zip", headers=headers
    )


def _packed(folder: FolderSettings, data_folder: Path, wall: datetime) -> tuple[Manifest, ZipStream]:
    """Raises PageFault when the folder is not signed as it lies there."""
    try:
        signed = look_at(folder.place, read_public_keys(data_folder), wall)
        if signed.standing is not StickStanding.READY or signed.manifest is None:
            raise PageFault("This folder is not signed as it is now; sign it, then load the page again.", status=409)
        return signed.manifest, stick_zip(folder.place, signed.manifest)
    except (OfficeError, OSError) as error:
        raise PageFault("This folder cannot be read: {why}", status=409, why=str(error)) from error


# ---- from the panels


async def take_receipts(request: Request) -> Response:
    """Receipts and records that came back: a zip of the receipts folder, or its files."""
    office, reader = office_of(request), reader_of(request)
    form = await request.form(max_files=FILES_MOST, max_fields=20, max_part_size=1 << 16)
    sent = [each for each in form.getlist("files") if isinstance(each, UploadFile) and each.filename]
    if not sent:
        raise PageFault("Choose the stick's folder panel/receipts, or a zip file of it.", "files")
    with office.sticks.place() as place:
        files = []
        for number, each in enumerate(sent):
            path = await asyncio.to_thread(_put_down, each.file, place / f"sent-{number}")
            files.append((str(each.filename), path))
        try:
            done = await office.sticks.take(place, files)
        except ReturnedFault as fault:
            office.audit.note(reader.account, "receipts of a stick", f"{len(files)} files", f"refused: {fault.code}")
            raise refusal(fault.code) from fault
        records = await office.reports.take_in(done.folder, office.now()) if done.folder else {}
    words = _taken_words(reader.language, done, records)
    office.audit.note(
        reader.account, "receipts of a stick", f"{len(files)} files",
        f"{done.receipts} receipts, {done.batches} batches of records taken in",
    )  # fmt: skip
    return back(request, "/sticks", words)


def refusal(code: str) -> PageFault:
    """Why what came back was refused, said beside the field."""
    match code:
        case "damaged":
            return PageFault("This file is damaged, or no zip file; copy panel/receipts from the stick again.", "files")
        case "encrypted":
            return PageFault("This zip file has a password; pack it without one.", "files")
        case "too-large":
            return PageFault("A file in it is larger than any panel writes; nothing of it was taken.", "files")
        case "too-many":
            return PageFault(
                "There are more files in it than a stick holds; choose the folder panel/receipts only.", "files"
            )
        case _:
            return PageFault(
                "This could not be read, and nothing of it was taken; it is damaged, or no panel wrote it.", "files"
            )


def _put_down(source: IO[bytes], target: Path) -> Path:
    with target.open("xb") as sink:
        shutil.copyfileobj(source, sink, 1 << 18)
    return target


def _taken_words(language: str, done: Returned, records: Mapping[str, object]) -> str:
    """What was new, in one line."""
    said = [plural(language, done.receipts, "{n} new receipt", "{n} new receipts")]
    if done.again:
        said.append(t(language, "{n} known already", n=done.again))
    fresh = records.get("fresh")
    if isinstance(fresh, dict):
        count = sum(each for each in fresh.values() if isinstance(each, int))
        said.append(plural(language, count, "{n} new record", "{n} new records"))
    if records.get("waiting"):
        said.append(t(language, "records of a new key wait: panel-office accept-key"))
    if done.strange:
        said.append(t(language, "no receipt: {names}", names=", ".join(done.strange[:NAMES_TOLD])))
    return "; ".join(said) + "."


ROUTES: tuple[Route, ...] = (
    Route("GET", "/sticks", Right.LOOK, show_page),
    Route("GET", "/sticks/{name}.zip", Right.LOOK, download),
    Route("POST", "/sticks/receipts", Right.COMMAND, take_receipts, body_bytes=UPLOAD_BYTES),
)
