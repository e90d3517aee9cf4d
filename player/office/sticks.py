"""Writing a signed folder onto a USB stick at the office, so that what lies on it is surely what was signed.

Knows: which file systems panels read, what vfat cannot hold, in which order to write so that half a stick is no bundle.
Touches: the stick's `panel` folder. Must not: print or ask; format or unmount anything.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from player.base.disk import Disk, replace_file
from player.base.portable import bytes_free_and_all, forget_cached, sync_all, sync_file
from player.bundle.manifest import (
    BUNDLE_NAME,
    MANIFEST_NAME,
    RECEIPTS_NAME,
    SIGNATURE_NAME,
    ListedFile,
    Manifest,
    check_path,
    clash_key,
)
from player.office.drives import drive_at, find_sticks, top_of
from player.office.signing import CHUNK_BYTES, OfficeError, hash_file

READ_BY_PANELS = ("vfat", "exfat", "ext4")
VFAT_FILE_LIMIT_BYTES = (4 << 30) - 1
SPARE_BYTES = 4 << 20  # folders, receipts and the file system's own needs
WINDOWS_FORBIDS = re.compile(r'[<>:"|?*]|[. ]$')


@dataclass(frozen=True, slots=True)
class Target:
    """A stick at the office. file_system: as the kernel calls it; "" when nothing is mounted exactly there."""

    root: Path
    file_system: str
    read_only: bool
    free_bytes: int

    @property
    def bundle(self) -> Path:
        return self.root / BUNDLE_NAME


@dataclass(frozen=True, slots=True)
class Plan:
    """copy: files to write, the rest of the manifest is there with the right size. remove: paths that do not belong."""

    copy: tuple[ListedFile, ...]
    compare: tuple[ListedFile, ...]
    remove: tuple[str, ...]

    @property
    def size_bytes(self) -> int:
        return sum(file.size_bytes for file in (*self.copy, *self.compare))


def look_at(root: Path) -> Target:
    """Raises OfficeError when `root` is no folder."""
    root = top_of(root)
    if not root.is_dir():
        raise OfficeError(
            f"{root} is not there; plug the stick in and give the folder where it is mounted{_those_plugged_in()}"
        )
    drive = drive_at(root)
    free_bytes, _ = bytes_free_and_all(root)
    if drive is None:
        return Target(root, "", False, free_bytes)
    return Target(root, drive.file_system, drive.read_only, free_bytes)


def _those_plugged_in() -> str:
    sticks = ", ".join(f"{stick.point} ({stick.file_system})" for stick in find_sticks())
    return f" (sticks here: {sticks})" if sticks else ""


def check_target(target: Target, manifest: Manifest, *, plain_folder: bool = False) -> None:
    """Raises OfficeError, one line per fault, when the bundle cannot go onto this stick.

    plain_folder: the target need not be a mounted stick.
    """
    faults = []
    if not target.file_system and not plain_folder:
        faults.append(
            f"nothing is mounted at {target.root}; give the folder of the stick (see `findmnt`, or the file program)"
            + _those_plugged_in()
        )
    elif target.file_system and target.file_system not in READ_BY_PANELS and not plain_folder:
        faults.append(f"the stick is formatted as {target.file_system}; format it as exfat, which every panel reads")
    if target.read_only:
        faults.append("the stick is mounted read-only: unlock its switch, or repair it (fsck) and plug it in again")
    for file in manifest.files:
        if target.file_system == "vfat" and file.size_bytes > VFAT_FILE_LIMIT_BYTES:
            faults.append(f"{file.path} is larger than 4 GiB, which vfat cannot hold; format the stick as exfat")
        if target.file_system in ("vfat", "exfat") and any(map(WINDOWS_FORBIDS.search, file.path.split("/"))):
            faults.append(
                f'{file.path}: a stick cannot hold names with < > : " | ? * or a dot or space at the end; rename it'
            )
    if faults:
        raise OfficeError("\n".join(faults))


def plan_copy(target: Target, manifest: Manifest) -> Plan:
    """What to copy, compare and remove, from names and sizes only. Raises OfficeError when there is not enough room."""
    copy: list[ListedFile] = []
    compare: list[ListedFile] = []
    remove, freed_bytes = [], 0
    wanted = {file.path: file for file in manifest.files}
    by_key = {clash_key(path): path for path in wanted}
    there: dict[str, int] = {}
    for folder, folders, names in os.walk(target.bundle):
        above = Path(folder).relative_to(target.bundle)
        if above == Path():
            folders[:] = [name for name in folders if name.casefold() != RECEIPTS_NAME]
        for name in names + [name for name in folders if (Path(folder) / name).is_symlink()]:
            path = (above / name).as_posix()
            there[path] = (Path(folder) / name).lstat().st_size
    for path, size_bytes in there.items():
        if path in (MANIFEST_NAME, SIGNATURE_NAME):
            continue
        if by_key.get(clash_key(path)) != path:
            remove.append(path)
            freed_bytes += size_bytes
    for file in manifest.files:
        same = there.get(file.path) == file.size_bytes and (target.bundle / file.path).is_file()
        (compare if same else copy).append(file)
        freed_bytes += there.get(file.path, 0) if not same else 0
    needed_bytes = sum(file.size_bytes for file in copy) + SPARE_BYTES
    if needed_bytes > target.free_bytes + freed_bytes:
        raise OfficeError(
            f"the stick has room for {(target.free_bytes + freed_bytes) / 1e6:.0f} MB, but needed are "
            f"{needed_bytes / 1e6:.0f} MB; use a larger stick, or delete what else is on it"
        )
    return Plan(tuple(copy), tuple(compare), tuple(sorted(remove)))


def write_stick(folder: Path, manifest: Manifest, target: Target, plan: Plan, progress: Callable[[int], None]) -> None:
    """Copies, reads everything back from the stick and compares it with the manifest's hashes.

    First the old manifest goes, last the new one comes: a stick pulled in between holds no bundle at all. `progress`
    gets bytes; every byte of the plan counts twice (written, read back), those already there too.
    Raises OfficeError when the stick does not give back what was written to it, or folder and manifest differ.
    """
    bundle = target.bundle
    bundle.mkdir(exist_ok=True)
    for name in (MANIFEST_NAME, SIGNATURE_NAME):
        (bundle / name).unlink(missing_ok=True)
    Disk().sync_folder(bundle)
    for path in plan.remove:
        (bundle / path).unlink(missing_ok=True)
    again = []
    for file in plan.compare:
        if _read_back(bundle / file.path, progress) != file.sha256:
            again.append(file)
        else:
            progress(file.size_bytes)
    for file in (*plan.copy, *again):
        _copy_file(folder / file.path, bundle / check_path(file.path), progress)
    faults = []
    for file in (*plan.copy, *again):
        if _read_back(bundle / file.path, progress) != file.sha256:
            wrong = hash_file(folder / file.path)[1] != file.sha256
            faults.append(
                f"{file.path} in {folder} is not what was signed; sign the folder again"
                if wrong
                else f"{file.path}: the stick gives back something else than was written; throw the stick away"
            )
    if faults:
        raise OfficeError("\n".join(faults))
    _remove_empty_folders(bundle)
    (bundle / RECEIPTS_NAME).mkdir(exist_ok=True)
    for name in (SIGNATURE_NAME, MANIFEST_NAME):
        content = (folder / name).read_bytes()
        replace_file(bundle / name, content)
        forget_cached(bundle / name)
        if (bundle / name).read_bytes() != content:
            raise OfficeError(f"{name}: the stick gives back something else than was written; throw the stick away")
    for place in (bundle / RECEIPTS_NAME, bundle, target.root):
        Disk().sync_folder(place)
    sync_all()


def _copy_file(source: Path, target: Path, progress: Callable[[int], None]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.is_symlink() or target.exists():
        target.unlink()
    with open(source, "rb", buffering=0) as reader, open(target, "xb", buffering=0) as writer:
        # Small steps to the stick, so that the progress is the stick's and not the page cache's.
        for number, chunk in enumerate(iter(lambda: reader.read(CHUNK_BYTES), b"")):
            writer.write(chunk)
            if number % 16 == 15:
                sync_file(writer.fileno())
            progress(len(chunk))
        os.fsync(writer.fileno())


def _read_back(path: Path, progress: Callable[[int], None]) -> str:
    """The hash of what the device holds, not of what the kernel remembers having written."""
    forget_cached(path)
    try:
        return hash_file(path, progress)[1]
    except OSError as error:
        raise OfficeError(
            f"{path}: {os.strerror(error.errno or 5)}; the stick cannot be read, use another one"
        ) from error


def _remove_empty_folders(bundle: Path) -> None:
    for folder, _, _ in sorted(os.walk(bundle), reverse=True):
        place = Path(folder)
        if place not in (bundle, bundle / RECEIPTS_NAME) and not any(place.iterdir()):
            shutil.rmtree(place)
