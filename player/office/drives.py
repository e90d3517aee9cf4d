"""The drives of the office's computer: which file system a stick has, and where sticks are plugged in.

Knows: mount points on Linux and macOS, drive letters on Windows, and what each calls a file system. Touches: what the operating
system tells of its mounts, reading only. Must not: write to one.
"""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from player.base.mounts import mount_at

LETTER = re.compile(r"[A-Za-z]:")
"""A drive letter by itself: for Windows the folder of that drive in which one happens to be, and never what is meant."""
SAME_AS = {"fat": "vfat", "fat12": "vfat", "fat16": "vfat", "fat32": "vfat", "msdos": "vfat"}
"""What Windows and macOS call a file system -> what Linux, and so the panel, calls it; the others have one name."""
MAC_VOLUMES = "/Volumes/"


@dataclass(frozen=True, slots=True)
class Drive:
    """point: the folder at its top. file_system: as Linux calls it. removable: a stick or a card."""

    point: str
    file_system: str
    read_only: bool
    removable: bool


def top_of(typed: Path) -> Path:
    r"""What is meant by the place of a stick: `E:` is `E:\`."""
    return Path(f"{typed}\\") if LETTER.fullmatch(str(typed)) else typed


def drive_at(root: Path) -> Drive | None:
    """The drive whose top is exactly `root`; None: there is none."""
    if sys.platform == "linux":
        mount = mount_at(root)
        return Drive(mount.point, mount.file_system, "ro" in mount.options, removable=False) if mount else None
    real = os.path.realpath(root)
    return next((drive for drive in _listed() if os.path.realpath(drive.point) == real), None)


def find_sticks() -> list[Drive]:
    """What is plugged in, for who does not know the letter. On Linux nothing: there the file program shows the place."""
    return [] if sys.platform == "linux" else [drive for drive in _listed() if drive.removable]


def _listed() -> list[Drive]:
    from psutil import disk_partitions  # Linux needs no library for it

    drives = []
    for part in disk_partitions(all=False):
        options, name = part.opts.lower().split(","), part.fstype.lower()
        removable = "removable" in options or part.mountpoint.startswith(MAC_VOLUMES)
        if name:  # an empty card reader has a letter and no file system
            drives.append(Drive(part.mountpoint, SAME_AS.get(name, name), "ro" in options, removable))
    return drives
