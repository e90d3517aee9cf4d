"""Which partition of a stick is read, on a disk that only /sys and mountinfo of the test's own know."""

from __future__ import annotations

from pathlib import Path

import pytest

from player.stick.partitions import Partitions
from player.stick.plugged import UNREADABLE_MARK, KernelFiles, find_sticks

WAIT_S = 5.0


class Disk:
    """One disk "sdb" with partitions; `mount` lets one appear below `usb`, as systemd/panel-usb does."""

    def __init__(self, root: Path, partitions: int) -> None:
        self.usb, self._root, self._mounts = root / "usb", root, root / "mountinfo"
        self.kernel = KernelFiles(self._mounts, root / "dev", root / "udev", root / "by-label", root / "class")
        for folder in (self.usb, root / "dev", root / "class"):
            folder.mkdir()
        self._mounts.touch()
        disk = root / "sys" / "sdb"
        for number in range(1, partitions + 1):
            self._add(disk / f"sdb{number}", 16 + number)
            (disk / f"sdb{number}" / "partition").write_text(str(number))
        self._add(disk, 16)

    def _add(self, place: Path, minor: int) -> None:
        place.mkdir(parents=True, exist_ok=True)
        (place / "dev").write_text(f"8:{minor}\n")
        (self._root / "dev" / f"8:{minor}").symlink_to(place)
        (self._root / "class" / place.name).symlink_to(place)

    def mount(self, name: str, *, ours: bool = False) -> None:
        place, minor = self.usb / name, 16 + int(name[3:] or 0)
        (place / ("panel" if ours else "DCIM")).mkdir(parents=True)
        with self._mounts.open("a") as file:
            file.write(f"{100 + minor} 22 8:{minor} / {place} ro - vfat /dev/{name} ro\n")

    def leave_alone(self, name: str) -> None:
        (self.usb / name).mkdir()
        (self.usb / name / UNREADABLE_MARK).touch()

    def read(self, partitions: Partitions, mono: float = 0.0) -> list[str]:
        return [stick.root.name for stick in partitions.to_read(find_sticks(self.usb, self.kernel), mono)]


@pytest.mark.parametrize("ours", ["sdb1", "sdb2", "sdb3"])
@pytest.mark.parametrize("order", [("sdb1", "sdb2", "sdb3"), ("sdb3", "sdb2", "sdb1")])
def test_ours_is_read_wherever_it_is(tmp_path: Path, ours: str, order: tuple[str, ...]) -> None:
    """Nothing is said of the others, before and after it is mounted."""
    disk, said = Disk(tmp_path, 3), []
    partitions = Partitions(WAIT_S, disk.kernel)
    for name in order:
        disk.mount(name, ours=name == ours)
        said += disk.read(partitions)
    assert set(said) == {ours}
    assert disk.read(partitions, 99.0) == [ours]


def test_one_speaks_for_a_disk_that_is_not_ours(tmp_path: Path) -> None:
    """Silent until both are mounted, then one of them is read, and told as 54."""
    disk = Disk(tmp_path, 2)
    partitions = Partitions(WAIT_S, disk.kernel)
    disk.mount("sdb2")
    assert disk.read(partitions, 10.0) == []
    disk.mount("sdb1")
    assert disk.read(partitions, 10.5) == ["sdb1"]


def test_a_partition_that_is_never_mounted_is_not_waited_for_long(tmp_path: Path) -> None:
    """A reserved one, or one of swap: after its time the other speaks; a stick that is plugged in anew waits anew."""
    disk = Disk(tmp_path, 2)
    partitions = Partitions(WAIT_S, disk.kernel)
    disk.mount("sdb1")
    assert disk.read(partitions, 10.0) == []
    assert disk.read(partitions, 10.0 + WAIT_S) == ["sdb1"]
    (tmp_path / "mountinfo").write_text("")
    (disk.usb / "sdb1" / "DCIM").rmdir()
    (disk.usb / "sdb1").rmdir()
    assert disk.read(partitions, 20.0) == []
    disk.mount("sdb1")
    assert disk.read(partitions, 21.0) == []


def test_a_partition_that_cannot_be_read_speaks_first(tmp_path: Path) -> None:
    """EFI beside NTFS: the office's content is on the one that panels do not read, so 56 is told and not 54."""
    disk = Disk(tmp_path, 2)
    partitions = Partitions(WAIT_S, disk.kernel)
    disk.mount("sdb1")
    disk.leave_alone("sdb2")
    assert disk.read(partitions) == ["sdb2"]


def test_ours_beside_one_that_cannot_be_read_is_read(tmp_path: Path) -> None:
    """Ventoy's, or a partition of a Mac beside: not a word of it."""
    disk = Disk(tmp_path, 2)
    partitions = Partitions(WAIT_S, disk.kernel)
    disk.leave_alone("sdb1")
    assert disk.read(partitions) == []
    disk.mount("sdb2", ours=True)
    assert disk.read(partitions) == ["sdb2"]


def test_a_stick_without_a_table_waits_for_nothing(tmp_path: Path) -> None:
    """The whole disk is one file system, or nothing is mounted at all: read at once."""
    disk = Disk(tmp_path, 0)
    disk.mount("sdb")
    (disk.usb / "plain").mkdir()
    (disk.usb / "plain" / "x").touch()
    assert disk.read(Partitions(WAIT_S, disk.kernel)) == ["plain", "sdb"]
