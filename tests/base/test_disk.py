"""A file is replaced whole or not at all, whatever happens in between."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from player.base.disk import Disk, part_of, replace_file, set_aside
from tests.kit.disks import CountedDisk


class FailingDisk(CountedDisk):
    """The disk is full from the `bad`th moment on; what is removed is removed all the same."""

    def __init__(self, bad: int) -> None:
        super().__init__()
        self._bad = bad
        self._removing = False

    def remove(self, path: Path) -> None:
        Disk.remove(self, path)

    def at_call(self, number: int) -> None:
        if number >= self._bad:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_fault_at_any_call_leaves_the_old_content_or_the_new(tmp_path: Path) -> None:
    """And no part that takes room on a disk that is full, unless the rename itself had come."""
    path = tmp_path / "a.json"
    whole = CountedDisk()
    whole.replace_file(path, b"old")
    assert whole.calls > 6
    for bad in range(1, whole.calls + 1):
        replace_file(path, b"old")
        try:
            FailingDisk(bad).replace_file(path, b"new")
        except OSError:
            assert path.read_bytes() in (b"old", b"new")
        else:
            assert path.read_bytes() == b"new"
        assert path.read_bytes() != b"", bad


def test_a_part_is_not_left_on_a_full_disk(tmp_path: Path) -> None:
    """The write fails: the old content stays, and the part is gone."""

    class FullDisk(Disk):
        def write(self, number: int, block: bytes | memoryview) -> int:
            os.write(number, bytes(block)[:1])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    path = tmp_path / "a.json"
    path.write_bytes(b"old")
    with pytest.raises(OSError, match="No space"):
        FullDisk().replace_file(path, b"new")
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.json"]
    assert path.read_bytes() == b"old"


def test_a_write_in_several_steps_is_whole(tmp_path: Path) -> None:
    """A disk may take less than it was given."""

    class SlowDisk(Disk):
        def write(self, number: int, block: bytes | memoryview) -> int:
            return super().write(number, memoryview(block)[:3])

    SlowDisk().replace_file(tmp_path / "a", b"0123456789")
    assert (tmp_path / "a").read_bytes() == b"0123456789"


def test_a_secret_is_never_readable_by_others(tmp_path: Path) -> None:
    """A part that somebody left with another mode is not written over."""
    path = tmp_path / "office.key"
    part_of(path).write_bytes(b"left")
    part_of(path).chmod(0o666)
    replace_file(path, b"secret", mode=0o600)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_bytes() == b"secret"


def test_a_link_in_the_place_of_the_part_is_not_followed(tmp_path: Path) -> None:
    """Whoever may write into the folder cannot have another file overwritten."""
    victim = tmp_path / "victim"
    victim.write_bytes(b"mine")
    path = tmp_path / "a"
    part_of(path).symlink_to(victim)
    replace_file(path, b"new")
    assert (victim.read_bytes(), path.read_bytes(), path.is_symlink()) == (b"mine", b"new", False)


def test_the_folder_is_made(tmp_path: Path) -> None:
    """A state folder that is not there yet is no fault."""
    replace_file(tmp_path / "a" / "b" / "c", b"x")
    assert (tmp_path / "a" / "b" / "c").read_bytes() == b"x"


def test_what_cannot_be_read_is_set_aside_once(tmp_path: Path) -> None:
    """The newest damaged file can be looked at; one that is not there is no fault."""
    path = tmp_path / "saved.json"
    assert set_aside(path) is None
    for content in (b"first", b"second"):
        path.write_bytes(content)
        aside = set_aside(path)
        assert aside is not None
        assert aside.read_bytes() == content
    assert not path.exists()
