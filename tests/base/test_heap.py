"""The daemon's memory: one heap for all threads, and what was freed goes back to the system."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow
THREADS = """
import ctypes, sys, threading
from player.base.heap import keep_one_heap
if sys.argv[1] == "one":
    keep_one_heap()
libc = ctypes.CDLL(None)
libc.malloc.restype = libc.fdopen.restype = ctypes.c_void_p
together = threading.Barrier(4)
def work():
    together.wait()
    libc.malloc(1000)
    together.wait()
workers = [threading.Thread(target=work) for _ in range(4)]
for worker in workers: worker.start()
for worker in workers: worker.join()
out = ctypes.c_void_p(libc.fdopen(1, b"w"))
libc.malloc_info(0, out)
libc.fflush(out)
"""
FREED = """
import os
from player.base.heap import give_memory_back
def used(): return int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
blocks = [bytes(100_000) for _ in range(1_000)]
blocks[1:-1] = []
before = used()
give_memory_back()
print(before - used())
"""


def heaps(how: str) -> int:
    told = subprocess.run([sys.executable, "-c", THREADS, how], capture_output=True, text=True, check=True).stdout
    return told.count("<heap nr=")


def test_threads_share_one_heap() -> None:
    """Four threads allocate at the same time: glibc would give them heaps of their own."""
    assert heaps("one") == 1
    assert heaps("as it comes") > 1


def test_what_was_freed_between_what_is_used_goes_back() -> None:
    """Of 100 MB in pieces all but the first and the last are freed: nearly all of it leaves the process."""
    done = subprocess.run([sys.executable, "-c", FREED], capture_output=True, text=True, check=True)
    assert int(done.stdout) > 50_000_000
