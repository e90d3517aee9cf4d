"""A process that is forked for somebody else: who started the forking process is its parent."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow
FORKS = """
import os, sys, threading
from player.base.sibling import fork_sibling
if first := fork_sibling():
    os.write(1, b"%d\\n" % first)  # in one piece, for two processes say it
    sys.stdin.read()
    sys.exit(3)
if second := fork_sibling():  # which it does only where its thread knows the right number
    os.write(1, b"%d\\n" % second)
workers = [threading.Thread(target=lambda: None) for _ in range(3)]
for worker in workers:
    worker.start()
for worker in workers:
    worker.join()
os._exit(7)
"""
WITH_A_THREAD = """
import threading
from player.base.sibling import fork_sibling
def fork():
    try:
        fork_sibling()
    except OSError as error:
        print(error.strerror)
other = threading.Thread(target=fork)
other.start()
other.join()
"""


def test_the_new_process_is_a_child_of_the_one_that_started_the_forking_one() -> None:
    """It forks another one, runs threads, and its exit status comes to us; the process that forked it lives on."""
    forking = subprocess.Popen([sys.executable, "-c", FORKS], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert forking.stdin is not None
    assert forking.stdout is not None
    with forking.stdin, forking.stdout as told:
        for pid in (int(told.readline()), int(told.readline())):
            assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 7
        assert forking.poll() is None
    assert forking.wait() == 3


def test_a_process_forks_in_its_first_thread_only() -> None:
    """Another thread's fork is refused: what the first one holds at that moment would stay held in the new process."""
    tried = subprocess.run([sys.executable, "-c", WITH_A_THREAD], capture_output=True, text=True, check=True)
    assert "only thread" in tried.stdout
