"""The receipt that a stick brings back to the office: which panel took what, or why not, and how the panel is.

Knows: its JSON, and how to leave it in `panel/receipts/` of a stick that can be written.
Touches: that folder, and the out-tray in the state folder. Must not: mount anything, make the folder, or write over a
file (stick/receipt_writer.py, a service of its own, remounts a read-only stick for the moment of the writing).
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import stat
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from player.base.disk import replace_file
from player.bundle.manifest import RECEIPTS_NAME, read_regular
from player.bundle.refusals import BundleRefused

log = logging.getLogger(__name__)

VERSION = 1
RECEIPT_LIMIT_BYTES = 256 * 1024
OUT_TRAY = "receipts-out"
OUT_TRAY_KEPT = 8
RECEIPTS_KEPT = 200
"""More than a stick collects in years; a folder with more is full, and nothing more is written there."""


@dataclass(frozen=True)  # no sources: pydantic reads it
class Receipt:
    """result: "adopted", "unchanged" (the panel had it already) or "refused" (number, reason and remedy say why).

    at: aware, by the panel's clock; clock: how far that is believed. stick: label and serial number of the stick.
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
    v: int = VERSION


_SHAPE = TypeAdapter(Receipt)


def write_text(receipt: Receipt) -> str:
    return _SHAPE.dump_json(receipt, indent=1).decode() + "\n"


def parse_text(raw: bytes) -> Receipt:
    """A receipt that a stick brought. Raises ValueError for anything else: a stick may hold anything."""
    receipt = _SHAPE.validate_json(raw)
    if receipt.v != VERSION:
        raise ValueError(f"a receipt of version {receipt.v}; update panel-office")
    return receipt


def leave_receipt(bundle: Path, receipt: Receipt) -> Path | None:
    """Writes the receipt into `bundle`/receipts; None when that folder is not there, full of receipts, or read-only.

    bundle: the stick's `panel` folder. Never follows a link, never writes over a file. Raises nothing.
    """
    if not wants_receipt(bundle):
        return None
    name = f"{receipt.panel}-{receipt.at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    text = write_text(receipt).encode()
    with contextlib.ExitStack() as stack:
        try:
            inside = os.open(bundle / RECEIPTS_NAME, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
            stack.callback(os.close, inside)
            if len(os.listdir(inside)) >= RECEIPTS_KEPT:
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
        except OSError:
            return None
    return None


def wants_receipt(bundle: Path) -> bool:
    """Whether the stick has the folder in which its office expects receipts; neither it nor `panel` may be a link."""
    try:
        return all(stat.S_ISDIR(os.lstat(place).st_mode) for place in (bundle, bundle / RECEIPTS_NAME))
    except OSError:
        return False


def post_receipt(state_folder: Path, device: str, receipt: Receipt) -> None:
    """Puts a receipt for the stick on `device` into the out-tray, for receipt_writer.py. Raises nothing.

    The tray keeps the newest few: without that service (or with the stick pulled) nobody ever empties it.
    """
    tray = state_folder / OUT_TRAY
    try:
        tray.mkdir(parents=True, exist_ok=True)
        for old in sorted(tray.glob("*.json"))[: -OUT_TRAY_KEPT + 1]:
            old.unlink(missing_ok=True)
        name = f"{time.time_ns()}.json"
        posted = json.dumps({"device": device, "receipt": write_text(receipt)}).encode()
        replace_file(tray / name, posted, lasting=False)
    except OSError as error:
        log.warning("no receipt could be kept for %s: %s", device, error.strerror)


def read_receipts(bundle: Path) -> tuple[list[Receipt], list[str]]:
    """The receipts on a stick, oldest first, and the names of files in their folder that are none."""
    receipts, strange = [], []
    folder = bundle / RECEIPTS_NAME
    for name in sorted(os.listdir(folder) if folder.is_dir() else ()):
        try:
            raw = read_regular(folder, name, RECEIPT_LIMIT_BYTES)
            if raw is None or len(raw) > RECEIPT_LIMIT_BYTES:
                raise ValueError("too large")
            receipts.append(parse_text(raw))
        except (ValueError, RecursionError, OSError, BundleRefused):
            strange.append(name)
    return sorted(receipts, key=lambda receipt: receipt.at.replace(tzinfo=receipt.at.tzinfo or UTC)), strange
