"""Gives back to the kernel what a process has only read of its program and libraries, as they are in their files.

Knows: which of a process's pages are whole in a file (proc(5), smaps). Touches: this process's own memory.
Must not: give back a page that was written to, be it only by the loader; that page would come back as it is in the file.
"""

from __future__ import annotations

import contextlib
import ctypes
import mmap

UNTOUCHED = (b"Anonymous:", b"Swap:")
"""What is 0 where no page was written to, neither one in memory nor one that was swapped out."""


def clean_mappings() -> list[tuple[int, int]]:
    """Address and size in bytes of each mapped file, or part of one, that is read-only, has pages in memory, and is unwritten.

    OSError: this kernel does not tell."""
    found: list[tuple[int, int]] = []
    with open("/proc/self/smaps", "rb") as smaps:
        for line in smaps:
            name, *words = line.split()
            if b"-" in name and not name.endswith(b":"):
                begin, end = (int(part, 16) for part in name.split(b"-"))
                is_candidate = words[0][:2] == b"r-" and words[0][3:] == b"p" and b" /" in line
            elif is_candidate and name == b"Rss:" and words[0] != b"0":
                found.append((begin, end - begin))
            elif is_candidate and name in UNTOUCHED and words[0] != b"0" and found and found[-1][0] == begin:
                found.pop()
    return found


def give_back_clean_pages() -> None:
    """What is needed again comes back by itself, from the file's pages that the kernel keeps."""
    madvise = ctypes.CDLL(None).madvise
    with contextlib.suppress(OSError):  # a kernel without CONFIG_PROC_PAGE_MONITOR has no smaps; the pages stay
        for begin, size in clean_mappings():
            madvise(ctypes.c_void_p(begin), ctypes.c_size_t(size), mmap.MADV_DONTNEED)
