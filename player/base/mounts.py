"""What is mounted where, as the kernel tells this process.

Knows: the lines of mountinfo (proc(5)). Touches: /proc/self/mountinfo, reading only. Must not: mount anything.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

MOUNTINFO = Path("/proc/self/mountinfo")


@dataclass(frozen=True, slots=True)
class Mount:
    """One mount. device_number: "major:minor", "0:..." without a block device. source: "/dev/sdb1", "//office/panel".

    mount_id: the kernel's own number, which may be used again. options: the mount's and the file system's.
    """

    mount_id: int
    device_number: str
    point: str
    file_system: str
    source: str
    options: frozenset[str]


def read_mounts(mountinfo: Path = MOUNTINFO) -> list[Mount]:
    """Every mount; of several at one point the last is on top. Raises OSError."""
    mounts = []
    for line in mountinfo.read_text(errors="surrogateescape").splitlines():
        before, _, after = line.partition(" - ")
        fields, (file_system, source, super_options) = before.split(" "), after.split(" ")[:3]
        options = frozenset([*fields[5].split(","), *super_options.split(",")])
        mounts.append(Mount(int(fields[0]), fields[2], _unescaped(fields[4]), file_system, _unescaped(source), options))
    return mounts


def mount_at(place: Path, mountinfo: Path = MOUNTINFO) -> Mount | None:
    """The topmost mount whose point is exactly `place`. Raises OSError."""
    real = os.path.realpath(place)
    return next((mount for mount in reversed(read_mounts(mountinfo)) if mount.point == real), None)


def mount_of(place: Path, mountinfo: Path = MOUNTINFO) -> Mount | None:
    """The mount that `place` lies on: the one with the longest point above it. Raises OSError."""
    inside = os.path.realpath(place) + "/"
    best: Mount | None = None
    for mount in read_mounts(mountinfo):
        above = inside.startswith(mount.point.rstrip("/") + "/")
        if above and (best is None or len(mount.point) >= len(best.point)):
            best = mount
    return best


def _unescaped(text: str) -> str:
    if "\\" not in text:  # nearly always, and there are some fifty mounts
        return text
    return re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), text)
