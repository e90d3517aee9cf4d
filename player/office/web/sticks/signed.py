"""A folder as a stick would carry it: signed or not, and by what it differs from what was signed.

Knows: what a signed folder must hold, and the command that signs it. Touches: the folder, reading only.
Must not: sign, or know where a signing key is.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from player.base.clocks import ClockTrust
from player.bundle.manifest import (
    BUNDLE_NAME,
    MANIFEST_LIMIT_BYTES,
    MANIFEST_NAME,
    RECEIPTS_NAME,
    SIGNATURE_NAME,
    Manifest,
    Trust,
    parse_manifest,
    read_regular,
    verify_manifest,
)
from player.bundle.minisign import (
    SIGNATURE_LIMIT_BYTES,
    MinisignError,
    PublicKey,
    parse_public_key,
)
from player.bundle.refusals import BundleRefused
from player.office.signing import EVERYWHERE, OfficeError, hash_file, list_bundle
from player.office.web.sticks.zip_stream import ZipEntry, ZipStream

KEY_NAME = "office.pub"
"""In the data folder: the public half of the office's key, as `panel-office keygen` wrote it; may be left out."""
KEY_BYTES = 4096
PLANNED_DAYS = 60
"""How long the command that is shown lets a stick be taken; whoever signs writes another day."""
NAMES_TOLD = 8


class StickStanding(StrEnum):
    """Whether a folder can go onto a stick."""

    READY = "ready"
    UNSIGNED = "unsigned"
    CHANGED = "changed"
    """It is signed, and has changed since."""
    OVER = "over"
    """What it was signed for is over."""
    FOREIGN = "foreign"
    """It is signed by no key of the office, or its signature does not fit."""
    WRONG = "wrong"
    """Something lies in it that no stick can carry, or it cannot be read."""


@dataclass(frozen=True, slots=True)
class SignedFolder:
    """differs: files that are new, gone or changed since it was signed. why: of WRONG, one line for each fault.

    checked: the signature was checked against the office's public key.
    """

    standing: StickStanding
    manifest: Manifest | None = None
    differs: tuple[str, ...] = ()
    why: str = ""
    checked: bool = False

    @property
    def told(self) -> tuple[str, ...]:
        return self.differs[:NAMES_TOLD]

    @property
    def more(self) -> int:
        return len(self.differs) - len(self.told)


def read_public_keys(data_folder: Path) -> tuple[PublicKey, ...]:
    """The office's public key; none where the file is not there. Raises OfficeError."""
    path = data_folder / KEY_NAME
    try:
        with path.open("rb") as file:
            return (parse_public_key(file.read(KEY_BYTES).decode("utf-8", "replace")),)
    except FileNotFoundError:
        return ()
    except MinisignError as error:
        raise OfficeError(f"{path}: {error}") from error


def look_at(folder: Path, keys: Sequence[PublicKey], wall: datetime) -> SignedFolder:
    """keys: of which one must have signed it; none: the signature is not checked here (a panel checks it). Raises nothing."""
    try:
        raw = read_regular(folder, MANIFEST_NAME, MANIFEST_LIMIT_BYTES)
        signature = read_regular(folder, SIGNATURE_NAME, SIGNATURE_LIMIT_BYTES)
        found = list_bundle(folder)
        if raw is None or signature is None:
            return SignedFolder(StickStanding.UNSIGNED)
        try:
            manifest = _manifest(raw, signature, keys, wall)
        except BundleRefused as refused:
            return SignedFolder(StickStanding.FOREIGN, why=str(refused))
        listed = {file.path: file for file in manifest.files}
        there = {file.path: file.size_bytes for file in found}
        differs = {path for path in listed.keys() | there.keys() if path not in there or path not in listed}
        signed_ns = (folder / MANIFEST_NAME).stat().st_mtime_ns
        for path in listed.keys() & there.keys():
            same_size = there[path] == listed[path].size_bytes
            if not same_size or _is_changed(folder / path, listed[path].sha256, signed_ns):
                differs.add(path)
    except (BundleRefused, OfficeError) as error:
        return SignedFolder(StickStanding.WRONG, why=str(error))
    except OSError as error:
        return SignedFolder(StickStanding.WRONG, why=f"{error.filename or folder}: {error.strerror}")
    if differs:
        return SignedFolder(StickStanding.CHANGED, manifest, tuple(sorted(differs)), checked=bool(keys))
    if manifest.not_after is not None and manifest.not_after <= wall:
        return SignedFolder(StickStanding.OVER, manifest, checked=bool(keys))
    return SignedFolder(StickStanding.READY, manifest, checked=bool(keys))


def _manifest(raw: bytes, signature: bytes, keys: Sequence[PublicKey], wall: datetime) -> Manifest:
    """Raises BundleRefused. The dates are judged by the caller: a bundle for next week is carried today."""
    if not keys:
        return parse_manifest(raw)
    return verify_manifest(raw, signature, Trust(panel="", signed=True, keys=tuple(keys)), wall, ClockTrust.BAD)


def _is_changed(path: Path, sha256: str, signed_ns: int) -> bool:
    """A file that was written after the signing is read; one that was not, is what was signed (the download reads it again)."""
    return path.stat().st_mtime_ns > signed_ns and hash_file(path)[1] != sha256


def sign_command(folder: Path, panels: Iterable[str], today: date) -> str:
    """What is typed where the key is. panels: names, or "*"; none: the word that has to be replaced."""
    names = list(dict.fromkeys(panels)) or ["PANEL"]
    if EVERYWHERE in names:
        names = [EVERYWHERE]
    until = (today + timedelta(days=PLANNED_DAYS)).isoformat()
    words = ["panel-office", "sign", str(folder)]
    for name in names:
        words += ["--panel", name]
    return shlex.join([*words, "--until", until])


def stick_zip(folder: Path, manifest: Manifest) -> ZipStream:
    """The content of a stick. The manifest comes last, so that half an unpacked zip is no bundle. Raises OfficeError, OSError."""
    raw = _signing_file(folder, MANIFEST_NAME, MANIFEST_LIMIT_BYTES)
    signature = _signing_file(folder, SIGNATURE_NAME, SIGNATURE_LIMIT_BYTES)
    entries = [ZipEntry(f"{BUNDLE_NAME}/{RECEIPTS_NAME}/", b"", 0)]
    entries += [
        ZipEntry(f"{BUNDLE_NAME}/{file.path}", folder / file.path, file.size_bytes, file.sha256)
        for file in manifest.files
    ]
    entries += [
        ZipEntry(f"{BUNDLE_NAME}/{SIGNATURE_NAME}", signature, len(signature)),
        ZipEntry(f"{BUNDLE_NAME}/{MANIFEST_NAME}", raw, len(raw)),
    ]
    return ZipStream(entries, manifest.created)


def _signing_file(folder: Path, name: str, limit_bytes: int) -> bytes:
    try:
        raw = read_regular(folder, name, limit_bytes)
    except BundleRefused as error:
        raise OfficeError(str(error)) from error
    if raw is None:
        raise OfficeError(f"{name} is not there any more; sign the folder again")
    return raw


def file_name(folder_name: str, manifest: Manifest) -> str:
    """Of the download: `stick-kota-42.zip`, in letters that every system takes."""
    plain = re.sub(r"[^A-Za-z0-9-]+", "-", folder_name).strip("-")[:40] or "panel"
    return f"stick-{plain}-{manifest.serial}.zip"
