"""Mounts as the kernel tells them: escapes, several at one point, the longest point above a place."""

from __future__ import annotations

from pathlib import Path

from player.base.mounts import mount_at, mount_of, read_mounts


def table(tmp_path: Path) -> Path:
    lines = (
        "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw,errors=remount-ro\n"
        f"30 22 0:40 / {tmp_path}/usb rw,nosuid - tmpfs tmpfs rw\n"
        f"36 30 8:17 / {tmp_path}/usb/with\\040space ro,nosuid,nodev - vfat /dev/disk\\0401 ro,utf8\n"
        f"37 30 8:33 / {tmp_path}/usb/with\\040space rw - exfat /dev/sdc1 ro\n"
    )
    (tmp_path / "mountinfo").write_text(lines)
    return tmp_path / "mountinfo"


def test_every_field_is_read(tmp_path: Path) -> None:
    """Names with spaces come unescaped; the options are the mount's and the file system's."""
    mount = read_mounts(table(tmp_path))[2]
    assert (mount.mount_id, mount.device_number, mount.file_system) == (36, "8:17", "vfat")
    assert (mount.point, mount.source) == (f"{tmp_path}/usb/with space", "/dev/disk 1")
    assert mount.options == {"ro", "nosuid", "nodev", "utf8"}


def test_the_topmost_mount_counts(tmp_path: Path) -> None:
    """Two at one point: the later one hides the earlier; where nothing is mounted exactly, there is none."""
    mounts = table(tmp_path)
    (tmp_path / "usb" / "with space" / "deeper").mkdir(parents=True)
    there = mount_at(tmp_path / "usb" / "with space", mounts)
    assert there is not None
    assert there.file_system == "exfat"
    assert mount_at(tmp_path / "usb" / "with space" / "deeper", mounts) is None


def test_a_place_lies_on_the_longest_mount_above_it(tmp_path: Path) -> None:
    """A name that only begins like a mount point is not below it."""
    mounts = table(tmp_path)
    for place, file_system in (("usb/with space/a/b", "exfat"), ("usb/other", "tmpfs"), ("usb2", "ext4")):
        found = mount_of(tmp_path / place, mounts)
        assert found is not None
        assert found.file_system == file_system, place


def test_this_machines_own_table_is_read() -> None:
    """Whatever is mounted here, there is a root."""
    assert any(mount.point == "/" for mount in read_mounts())
