"""Records on a stick: batches that a panel leaves in `panel/receipts/`, and acknowledgements in the bundle that the office signs.

Knows: the names of the files, the shape of the tray's file, the limits. Touches: the folder handle and the paths it is given.
Must not: know what a batch says (contract/record_batches.py does), or write over a file.
"""

from __future__ import annotations

import contextlib
import os
import re
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from player.bundle.manifest import PANEL_NAME, RECEIPTS_NAME, read_regular
from player.bundle.refusals import BundleRefused

ACKNOWLEDGEMENTS_NAME = "acknowledgements.json"
"""In the bundle, listed in its manifest like any other file."""
RECORDS_NAME = re.compile(r"([a-z0-9-]{3,32})-(\d{12})-(\d{12})\.records")
STICK_BYTES = 16 << 20
"""Three months of an item every 15 s; a slow stick takes it in four seconds."""
BATCH_BYTES = 1 << 20
RECORD_FILES_KEPT = 2000
_HEAD = struct.Struct(">QQI")


@dataclass(frozen=True, slots=True)
class StickBatch:
    """A batch as a file on a stick: the numbers of its records, and the packed bytes."""

    first: int
    last: int
    packed: bytes


def join_batches(batches: Iterable[StickBatch]) -> bytes:
    """As the out-tray holds them, for the receipt writer."""
    return b"".join(_HEAD.pack(each.first, each.last, len(each.packed)) + each.packed for each in batches)


def split_batches(raw: bytes) -> Iterator[StickBatch]:
    """Raises ValueError: these are no batches."""
    at = 0
    while at < len(raw):
        if len(raw) - at < _HEAD.size:
            raise ValueError("cut short")
        first, last, size = _HEAD.unpack_from(raw, at)
        at += _HEAD.size
        if size > BATCH_BYTES or size > len(raw) - at or not 0 < first <= last < 10**12:
            raise ValueError("not a batch")
        yield StickBatch(first, last, raw[at : at + size])
        at += size


def leave_batches(receipts: int, panel: str, batches: Iterable[StickBatch]) -> int:
    """Writes each batch as a file into the open receipts folder; one that is there already stays. Returns how many are new.

    Raises OSError when the stick takes no more; what was written until then is whole.
    """
    if not PANEL_NAME.fullmatch(panel):
        return 0
    room = RECORD_FILES_KEPT - sum(name.endswith(".records") for name in os.listdir(receipts))
    written = 0
    for batch in batches:
        if written >= room:
            break
        written += _leave(receipts, f"{panel}-{batch.first:012}-{batch.last:012}.records", batch.packed)
    if written:
        os.fsync(receipts)
    return written


def _leave(receipts: int, name: str, packed: bytes) -> bool:
    how = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        number = os.open(name, how, 0o644, dir_fd=receipts)
    except FileExistsError:
        return False
    try:
        with os.fdopen(number, "wb") as file:
            file.write(packed)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(name, dir_fd=receipts)
        raise
    return True


def list_batches(bundle: Path) -> list[tuple[str, str]]:
    """(panel, file name) of each batch in the stick's receipts folder, in the order in which they follow each other."""
    folder = bundle / RECEIPTS_NAME
    names = sorted(os.listdir(folder)) if folder.is_dir() else []
    return [(found[1], name) for name in names if (found := RECORDS_NAME.fullmatch(name))]


def read_batch(bundle: Path, name: str) -> bytes:
    """Raises ValueError: no regular file, or too large; OSError: the stick fails."""
    try:
        raw = read_regular(bundle / RECEIPTS_NAME, name, BATCH_BYTES)
    except BundleRefused as error:
        raise ValueError(f"{name} is no file") from error
    if raw is None or len(raw) > BATCH_BYTES:
        raise ValueError(f"{name} is too large, or gone")
    return raw
