"""Finding sticks: plain directories, real mounts, and devices that have gone while their mount stayed."""

from __future__ import annotations

from pathlib import Path

import pytest

from player.stick.plugged import KernelFiles, find_sticks, is_there
from tests.kit.sticks import KINDS, Image, can_mount


def test_plain_directories_are_sticks_when_something_is_in_them(tmp_path: Path) -> None:
    """Files, links and empty mount points are not; no mount_root at all is no error."""
    assert find_sticks(tmp_path / "none") == []
    for name in ("a", "b", "empty"):
        (tmp_path / name).mkdir()
    for name in ("a", "b"):
        (tmp_path / name / "x").write_text("x")
    (tmp_path / "c").symlink_to(tmp_path / "a")
    (tmp_path / "d").write_text("x")
    found = find_sticks(tmp_path)
    assert [stick.root.name for stick in found] == ["a", "b"]
    assert not any(stick.mounted or stick.device or stick.label for stick in found)
    assert str(found[0]) == "USB stick a"


def test_another_directory_in_the_same_place_is_another_stick(tmp_path: Path) -> None:
    """Replaced by another one of the same name, the first is there no more."""
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x").write_text("x")
    [stick] = find_sticks(tmp_path)
    assert is_there(stick)
    (tmp_path / "a").rename(tmp_path / ".." / f"{tmp_path.name}-pulled")
    assert not is_there(stick)
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x").write_text("x")
    assert not is_there(stick)


@pytest.mark.live
@pytest.mark.root
def test_mounts_are_known_by_their_device(tmp_path: Path) -> None:
    """A mounted image has its device; plugged in again it is another stick; an empty one is a stick too."""
    kinds = [kind for kind in KINDS if can_mount(kind)]
    if not kinds:
        pytest.skip("this machine cannot mount images")
    for kind in kinds:
        (tmp_path / kind).mkdir()
        mount_twice(tmp_path / kind, kind)


def mount_twice(tmp_path: Path, kind: str) -> None:
    image = Image.make(tmp_path, kind, 16, tmp_path / "usb" / "with space").mount(read_only=True)
    try:
        [stick] = find_sticks(tmp_path / "usb")
        assert stick.mounted
        assert stick.device is not None
        assert stick.device.startswith("/dev/loop")
        image.unmount()
        assert find_sticks(tmp_path / "usb") == []
        image.mount(read_only=True)
        [again] = find_sticks(tmp_path / "usb")
        assert again != stick
        assert not is_there(stick)
    finally:
        image.unmount()


@pytest.mark.live
@pytest.mark.root
def test_a_yanked_device_is_gone_although_its_mount_stays(tmp_path: Path) -> None:
    """The block device is believed, not the directory: without its entry in /sys the stick is not there."""
    if not can_mount("ext4"):
        pytest.skip("needs loop mounts")
    image = Image.make(tmp_path, "ext4", 16, tmp_path / "usb" / "sdb1").mount(read_only=True)
    try:
        [stick] = find_sticks(tmp_path / "usb")
        yanked = KernelFiles(block_devices=tmp_path / "no-such-device")
        assert find_sticks(tmp_path / "usb", yanked) == []
        assert not is_there(stick, yanked)
    finally:
        image.unmount()


def kernel_files(root: Path, mounts: str) -> KernelFiles:
    """A kernel that tells of these mounts and whatever lies in `root`."""
    (root / "mountinfo").write_text(mounts)
    return KernelFiles(root / "mountinfo", root / "sys", root / "udev", root / "by-label")


def test_label_and_serial_number_come_from_udev(tmp_path: Path) -> None:
    """udev's notes first; a name with control characters reaches no log line as such, nor a very long one whole."""
    root = tmp_path / "usb" / "sdb1"
    (tmp_path / "sys" / "8:17").mkdir(parents=True)
    (tmp_path / "udev").mkdir()
    root.mkdir(parents=True)
    kernel = kernel_files(tmp_path, f"36 22 8:17 / {root} ro,nosuid - vfat /dev/sdb1 ro\n")
    note = tmp_path / "udev" / "b8:17"
    note.write_text(
        "S:disk/by-label/DISKOMINFO\nE:ID_FS_LABEL=DISKOMINFO\nE:ID_SERIAL=Kingston_DT_01-0:0\nE:ID_SERIAL_SHORT=01\n"
    )
    [stick] = find_sticks(tmp_path / "usb", kernel)
    assert (stick.device, stick.label, stick.serial) == ("/dev/sdb1", "DISKOMINFO", "01")
    assert str(stick) == 'USB stick "DISKOMINFO" (device 01)'
    note.write_text("E:ID_FS_LABEL=\x1b[2Jr\u00fcde" + "x" * 99 + "\n")
    [stick] = find_sticks(tmp_path / "usb", kernel)
    assert stick.label == "_[2Jr_de" + "x" * 32
    assert stick.serial is None


def test_without_udev_the_links_and_the_usb_device_tell(tmp_path: Path) -> None:
    """/dev/disk/by-label and the USB device's serial in /sys, walked up from the partition."""
    root = tmp_path / "usb" / "sdb1"
    root.mkdir(parents=True)
    kernel = kernel_files(tmp_path, f"36 22 8:17 / {root} ro - vfat {tmp_path}/dev/sdb1 ro\n")
    usb = tmp_path / "devices" / "usb1" / "1-1"
    partition = usb / "1-1:1.0" / "host1" / "block" / "sdb" / "sdb1"
    partition.mkdir(parents=True)
    (usb / "idVendor").write_text("0951")
    (usb / "serial").write_text("0019E06B\n")
    (tmp_path / "sys").mkdir()
    (tmp_path / "sys" / "8:17").symlink_to(partition)
    (tmp_path / "dev").mkdir()
    (tmp_path / "dev" / "sdb1").write_text("")
    (tmp_path / "by-label").mkdir()
    (tmp_path / "by-label" / "KOTA\\x20A").symlink_to(tmp_path / "dev" / "sdb1")
    [stick] = find_sticks(tmp_path / "usb", kernel)
    assert stick.serial == "0019E06B"
