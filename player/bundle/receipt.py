"""The receipt that a stick brings back to the office: which panel took what, or why not, and how the panel is.

Knows: its JSON, and how to leave it in `panel/receipts/` of a stick that can be written.
Touches: that folder, and the out-tray in the state folder. Must not: mount anything, make the folder, write over a
file (stick/receipt_writer.py, a service of its own, remounts a read-only stick for the moment of the writing), or make
a file name of anything but a panel's name: root writes what the daemon's user, or a stick, calls a receipt.
"""

from __future__ import annotations

import contextlib
import errno
import json
import logging
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from player.base.disk import replace_file
from player.bundle.manifest import PANEL_NAME, RECEIPTS_NAME, read_regular
from player.bundle.refusals import BundleRefused
from player.bundle.stick_records import RECORDS_NAME, StickBatch, join_batches, leave_batches

if TYPE_CHECKING:
    from pydantic import TypeAdapter

log = logging.getLogger(__name__)

VERSION = 1
RECEIPT_LIMIT_BYTES = 256 * 1024
OUT_TRAY = "receipts-out"
OUT_TRAY_KEPT = 8
TRAY_RECORDS = ".batches"
"""Ends the name of the tray's file of records; the rest of it is its receipt's."""
RECEIPTS_KEPT = 200
"""More than a stick collects in years; a folder with more is full, and nothing more is written there."""
FIRST_YEAR, LAST_YEAR = 1970, 9998
"""A panel with a dead clock battery writes 1970; the last year of all cannot be told in every time zone."""


@dataclass(frozen=True)  # no sources: pydantic reads it
class Receipt:
    """result: "adopted", "unchanged" (the panel had it already) or "refused" (number, reason and remedy say why).

    at: aware, in the panel's zone; clock: how far that is believed. stick: label and serial number of the stick.
    timezone: that zone's name, "" where it has none; language: the panel's, in which the reason is said (problems: English).
    serial, created, key: the bundle's, None before its signature was verified. health: the panel's report.
    """

    panel: str
    at: datetime
    clock: str
    result: str
    number: int | None = None
    reason: str = ""
    remedy: str = ""
    serial: int | None = None
    created: datetime | None = None
    key: str | None = None
    release: int | None = None
    files: int = 0
    size_bytes: int = 0
    problems: tuple[str, ...] = ()
    stick_label: str | None = None
    stick_serial: str | None = None
    health: dict[str, Any] | None = None
    timezone: str = ""
    language: str = "en"
    v: int = VERSION


def write_text(receipt: Receipt) -> str:
    """UTC is written as Z, as every reader of these files has seen it."""
    return json.dumps(asdict(receipt), default=_written, ensure_ascii=False, indent=1) + "\n"


def _written(value: object) -> str:
    if isinstance(value, datetime):
        text = value.isoformat()
        return f"{text[:-6]}Z" if text.endswith("+00:00") else text
    raise TypeError(f"no receipt holds a {type(value).__name__}")


@cache
def _shape() -> TypeAdapter[Receipt]:
    # Here, not at the top: the panel writes receipts, and those who read them are other programs (memory).
    from pydantic import TypeAdapter

    return TypeAdapter(Receipt)


def parse_text(raw: bytes) -> Receipt:
    """A receipt that a stick or the out-tray brought. Raises ValueError for anything else: either may hold anything."""
    receipt = _shape().validate_json(raw)
    if receipt.v != VERSION:
        raise ValueError(f"a receipt of version {receipt.v}; update panel-office")
    _check_name(receipt)
    return receipt


def _check_name(receipt: Receipt) -> None:
    """Raises ValueError when panel and moment are none that a file may be named after."""
    if not PANEL_NAME.fullmatch(receipt.panel):
        raise ValueError(f"{receipt.panel[:40]!r} is no panel's name")
    if not FIRST_YEAR <= receipt.at.year <= LAST_YEAR:
        raise ValueError(f"the year {receipt.at.year} is no panel's")


def leave_receipt(bundle: Path, receipt: Receipt) -> Path | None:
    """Writes the receipt into `bundle`/receipts; None when that folder is not there, full of receipts, or read-only.

    bundle: the stick's `panel` folder. Never leaves the stick's own file system, follows a link, or writes over a
    file; a receipt whose panel has no panel's name is not written. Raises nothing.
    """
    try:
        _check_name(receipt)
        name = f"{receipt.panel}-{receipt.at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
        text = write_text(receipt).encode()
        with _open_receipts(bundle) as inside:
            receipts = sum(not RECORDS_NAME.fullmatch(each) for each in os.listdir(inside))
            if len(text) > RECEIPT_LIMIT_BYTES or receipts >= RECEIPTS_KEPT:
                return None
            for suffix in ("", "_2", "_3", "_4"):
                file_name = f"{name}{suffix}.json"
                with contextlib.suppress(FileExistsError):
                    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
                    with os.fdopen(os.open(file_name, flags, 0o644, dir_fd=inside), "wb") as file:
                        file.write(text)
                        file.flush()
                        os.fsync(file.fileno())
                    os.fsync(inside)
                    return bundle / RECEIPTS_NAME / file_name
    except (OSError, ValueError):
        return None
    return None


def wants_receipt(bundle: Path) -> bool:
    """Whether the stick has the folder in which its office expects receipts; neither it nor `panel` may be a link."""
    try:
        with _open_receipts(bundle):
            return True
    except OSError:
        return False


@contextlib.contextmanager
def _open_receipts(bundle: Path) -> Iterator[int]:
    """The folder `bundle`/receipts, opened name by name from the stick's root, each by the handle of the one above.

    So no name on the way can become another folder meanwhile. Raises OSError: one of them is missing, is a link
    (ELOOP or ENOTDIR), or lies on another file system than the stick's root (EXDEV).
    """
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
    with contextlib.ExitStack() as stack:
        handle = os.open(bundle.parent, flags)
        stack.callback(os.close, handle)
        stick = os.fstat(handle).st_dev
        for name in (bundle.name, RECEIPTS_NAME):
            handle = os.open(name, flags, dir_fd=handle)
            stack.callback(os.close, handle)
            if os.fstat(handle).st_dev != stick:
                raise OSError(errno.EXDEV, os.strerror(errno.EXDEV), name)
        yield handle


def leave_records(bundle: Path, panel: str, batches: Sequence[StickBatch]) -> int:
    """Writes the batches beside the receipts; returns how many are new. Raises nothing: a stick that is full takes fewer."""
    try:
        with _open_receipts(bundle) as inside:
            return leave_batches(inside, panel, batches)
    except OSError as error:
        log.warning("not all records could be left on the stick: %s", error.strerror)
        return 0


def post_receipt(state_folder: Path, device: str, receipt: Receipt, batches: Sequence[StickBatch] = ()) -> None:
    """Puts a receipt for the stick on `device`, and records, into the out-tray, for receipt_writer.py. Raises nothing.

    The tray keeps the newest few receipts, and the newest records only: without that service (or with the stick pulled)
    nobody ever empties it.
    """
    tray = state_folder / OUT_TRAY
    try:
        tray.mkdir(parents=True, exist_ok=True)
        for old in (*sorted(tray.glob("*.json"))[: -OUT_TRAY_KEPT + 1], *tray.glob(f"*{TRAY_RECORDS}")):
            old.unlink(missing_ok=True)
        name = str(time.time_ns())
        if batches:
            replace_file(tray / f"{name}{TRAY_RECORDS}", join_batches(batches), lasting=False)
        posted = json.dumps({"device": device, "receipt": write_text(receipt)}).encode()
        replace_file(tray / f"{name}.json", posted, lasting=False)
    except OSError as error:
        log.warning("no receipt could be kept for %s: %s", device, error.strerror)


def read_receipts(bundle: Path) -> tuple[list[Receipt], list[str]]:
    """The receipts on a stick, oldest first, and the names of files in their folder that are none."""
    receipts, strange = [], []
    folder = bundle / RECEIPTS_NAME
    for name in sorted(os.listdir(folder) if folder.is_dir() else ()):
        if RECORDS_NAME.fullmatch(name):
            continue  # batches of records, which stick_records.py reads
        try:
            raw = read_regular(folder, name, RECEIPT_LIMIT_BYTES)
            if raw is None or len(raw) > RECEIPT_LIMIT_BYTES:
                raise ValueError("too large")
            receipts.append(parse_text(raw))
        except (ValueError, RecursionError, OSError, BundleRefused):
            strange.append(name)
    return sorted(receipts, key=lambda receipt: receipt.at.replace(tzinfo=receipt.at.tzinfo or UTC)), strange
