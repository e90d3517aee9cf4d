"""Pages that were only read go back to the kernel; what was written stays, also where it can no longer be written to."""

from __future__ import annotations

import ctypes
import mmap
from pathlib import Path

import pytest

from player.base.clean_pages import clean_mappings, give_back_clean_pages

PAGES = 16
LIBC = ctypes.CDLL(None, use_errno=True)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a library"
    path.write_bytes(b"as it is in the file".ljust(PAGES * mmap.PAGESIZE, b"."))
    return path


def mapped(file: Path, *, written: bool) -> tuple[mmap.mmap, int]:
    """The file as the loader maps a library's parts: private, in the end read-only; and its address."""
    with file.open("rb") as opened:
        area = mmap.mmap(opened.fileno(), 0, flags=mmap.MAP_PRIVATE, prot=mmap.PROT_READ | mmap.PROT_WRITE)
    address = ctypes.addressof(ctypes.c_char.from_buffer(area))
    if written:
        area[:7] = b"written"
    assert LIBC.mprotect(ctypes.c_void_p(address), len(area), mmap.PROT_READ) == 0
    assert sum(area[:: mmap.PAGESIZE])  # each page is read
    return area, address


def has_pages(address: int) -> bool:
    return address in [begin for begin, _ in clean_mappings()]


def test_what_was_only_read_goes_and_comes_back(file: Path) -> None:
    area, address = mapped(file, written=False)
    assert has_pages(address)
    give_back_clean_pages()
    assert not has_pages(address)
    assert area[:20] == b"as it is in the file"
    assert has_pages(address)


def test_what_the_loader_has_written_stays(file: Path) -> None:
    area, address = mapped(file, written=True)
    assert not has_pages(address)
    give_back_clean_pages()
    assert area[:7] == b"written"


def test_the_programs_own_code_and_libraries_go_on(file: Path) -> None:
    assert len(clean_mappings()) > 5
    give_back_clean_pages()
    assert LIBC.abs(-3) == 3
    give_back_clean_pages()
    assert file.read_bytes()[:5] == b"as it"
