"""Signing a folder at the office: which files belong to the bundle, their hashes, the next serial, the two files.

Knows: what must not be in a bundle, and where the last serial of a key is remembered (beside the key).
Touches: the folder (reads all of it, writes manifest and signature) and the key's files. Must not: print or ask.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from player.base.disk import replace_file
from player.base.portable import will_be_read_once
from player.bundle.manifest import (
    MANIFEST_LIMIT_BYTES,
    MANIFEST_NAME,
    RECEIPTS_NAME,
    SIGNATURE_NAME,
    ListedFile,
    Manifest,
    check_path,
    clash_key,
    parse_manifest,
    read_regular,
    write_manifest,
)
from player.bundle.refusals import BundleRefused, Why
from player.library.content.names import is_foreign_folder, is_temporary
from player.office import signing_keys

CHUNK_BYTES = 1 << 20  # large enough that Python's share of the time is nothing beside hashing
EVERYWHERE = "*"


class OfficeError(Exception):
    """Something that the person at the office must put right; one line per fault, each saying what to do."""


@dataclass(frozen=True, slots=True)
class FoundFile:
    path: str
    size_bytes: int


def list_bundle(folder: Path) -> list[FoundFile]:
    """The files of `folder` that go into its bundle, in order of path; without what sync tools and systems leave there.

    Raises OfficeError with every name that cannot go into a bundle, not only the first.
    """
    if not folder.is_dir():
        raise OfficeError(f"{folder} is not a folder; give the folder that holds playlist and media")
    found, faults = [], []
    taken: dict[str, str] = {}
    for path, status in _walk(folder, ""):
        if not stat.S_ISREG(status.st_mode):
            faults.append(f"{path!a}: a link or a device cannot be in a bundle; put the file itself there")
            continue
        try:
            check_path(path)
        except BundleRefused as refused:
            faults.append(f"{path!a}: {refused.detail.rpartition(': ')[2]}; rename it")
            continue
        other = taken.setdefault(clash_key(path), path)
        if other != path:
            faults.append(f"{path!a}: differs from {other!a} only in case or accents; rename one of the two")
        found.append(FoundFile(path, status.st_size))
    if faults:
        raise OfficeError("\n".join(faults))
    if not found:
        raise OfficeError(f"{folder} holds no file that could be shown; copy playlist and media there first")
    return sorted(found, key=lambda file: file.path)


def hash_file(path: Path, progress: Callable[[int], None] = lambda done: None) -> tuple[int, str]:
    """(bytes, SHA-256 hex) of a file, read once; `progress` gets the bytes of each step."""
    whole = hashlib.sha256()
    size = 0
    buffer = bytearray(CHUNK_BYTES)
    view = memoryview(buffer)
    with open(path, "rb", buffering=0) as file:
        will_be_read_once(file.fileno())
        while count := file.readinto(buffer):
            whole.update(view[:count])
            size += count
            progress(count)
    return size, whole.hexdigest()


def hash_files(folder: Path, found: Sequence[FoundFile], progress: Callable[[int], None]) -> tuple[ListedFile, ...]:
    """Every found file with its hash. Raises OfficeError when one changes meanwhile (still being copied there)."""
    listed = []
    for file in found:
        before = (folder / file.path).stat()
        size_bytes, digest = hash_file(folder / file.path, progress)
        after = (folder / file.path).stat()
        if (before.st_mtime_ns, before.st_size) != (after.st_mtime_ns, size_bytes):
            raise OfficeError(f"{file.path} changed while it was being signed; wait until it is copied, and sign again")
        listed.append(ListedFile(file.path, size_bytes, digest))
    return tuple(listed)


def next_serial(folder: Path, key_file: Path) -> int:
    """One more than the last serial of this folder and of anything signed with this key from its folder.

    The key's memory is a file beside it, so that a new folder for an old panel does not begin at 1 again.
    """
    last = 0
    try:
        raw = read_regular(folder, MANIFEST_NAME, MANIFEST_LIMIT_BYTES)
        last = parse_manifest(raw).serial if raw else 0
    except (BundleRefused, OSError):
        pass  # no manifest of ours: the key's own memory counts
    remembered = _serial_file(key_file)
    if remembered.exists():
        text = remembered.read_text().strip()
        if not re.fullmatch("[0-9]{1,18}", text):
            raise OfficeError(f"{remembered} should hold the last serial, a number; put it right or give --serial")
        last = max(last, int(text))
    return last + 1


def remember_serial(key_file: Path, serial: int) -> None:
    """Keeps the highest serial that this key has signed."""
    path = _serial_file(key_file)
    last = int(path.read_text()) if path.exists() and path.read_text().strip().isdigit() else 0
    replace_file(path, f"{max(last, serial)}\n".encode())


def write_signed(folder: Path, manifest: Manifest, key: signing_keys.SecretKey) -> None:
    """Manifest and signature into `folder`, each whole or not at all. Raises OfficeError: too many files."""
    raw = write_manifest(manifest)
    if len(raw) > MANIFEST_LIMIT_BYTES:
        raise OfficeError(
            f"{len(manifest.files)} files make a manifest of {len(raw)} bytes, and panels take {MANIFEST_LIMIT_BYTES}; "
            "take files out, or shorten their names"
        )
    stamp = int(manifest.created.timestamp())
    comment = f"timestamp:{stamp}\tfile:{MANIFEST_NAME}\tserial:{manifest.serial}\thashed"
    signature = signing_keys.sign_message(raw, key, comment)
    replace_file(folder / MANIFEST_NAME, raw)
    replace_file(folder / SIGNATURE_NAME, signature)


def compare_files(folder: Path, manifest: Manifest, progress: Callable[[int], None]) -> list[tuple[Why, str]]:
    """What differs between a manifest and the files in `folder`: (reason, path), in order of path; empty: nothing."""
    faults = []
    for file in manifest.files:
        path = folder / file.path
        try:
            status = path.lstat()
        except (FileNotFoundError, NotADirectoryError):
            faults.append((Why.FILE_MISSING, file.path))
            continue
        if not stat.S_ISREG(status.st_mode) or path.resolve() != folder.resolve() / file.path:
            faults.append((Why.NOT_A_FILE, file.path))
        elif status.st_size != file.size_bytes:
            faults.append((Why.FILE_CHANGED, file.path))
            progress(file.size_bytes)
        elif hash_file(path, progress)[1] != file.sha256:
            faults.append((Why.FILE_CHANGED, file.path))
    return faults


def parse_moment(text: str, *, end: bool) -> datetime:
    """`2026-12-31` or `2026-12-31T18:00`, in this computer's time zone unless it says its own.

    A day alone begins at its first moment; as an end it is inclusive: the first moment of the next day.
    """
    try:
        if len(text) == 10:
            day = date.fromisoformat(text) + (timedelta(days=1) if end else timedelta())
            return datetime.combine(day, time()).astimezone(UTC)
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError as error:
        raise OfficeError(f"{text!r} is not a day like 2026-12-31 or a moment like 2026-12-31T18:00") from error


def _serial_file(key_file: Path) -> Path:
    return key_file.with_name(key_file.name + ".serial")


def _walk(folder: Path, above: str) -> Iterator[tuple[str, os.stat_result]]:
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        path = above + entry.name
        if path in (MANIFEST_NAME, SIGNATURE_NAME) or (not above and entry.name.casefold() == RECEIPTS_NAME):
            continue
        if entry.is_dir(follow_symlinks=False):
            if not is_foreign_folder(entry.name):
                yield from _walk(Path(entry.path), path + "/")
        elif not is_temporary(entry.name):
            yield path, entry.stat(follow_symlinks=False)
