"""A thread that dies of a fault of our own is told, and another one goes on."""

from __future__ import annotations

import queue
import threading

import pytest

from player.base.worker import Worker
from tests.kit.waiting import wait_for


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_thread_that_dies_is_told_and_replaced() -> None:
    """Each death is told once, in the dying thread, while the worker does not count as sound; the third life works on."""
    told: queue.SimpleQueue[float] = queue.SimpleQueue()
    end = threading.Event()
    lives: list[int] = []

    def run() -> None:
        lives.append(threading.get_ident())
        if len(lives) < 3:
            raise ZeroDivisionError
        end.wait(60)

    worker = Worker("w", run, lambda: told.put(worker.sound_for_s), 0.01)
    worker.start()
    wait_for(lambda: len(lives) == 3 and worker.sound_for_s > 0, 60, "the third life")
    assert [told.get(timeout=60) for _ in range(2)] == [0.0, 0.0]
    assert worker.is_alive
    end.set()
    worker.stop(60)
    assert not worker.is_alive
    assert told.empty()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_worker_that_is_stopped_while_it_is_replaced_has_ended() -> None:
    """The thread that dies may have begun the next one already: that one is waited for as well."""

    def run() -> None:
        raise ZeroDivisionError

    for _ in range(300):  # the moment that counts is a few microseconds long; it was met once in twelve
        died = threading.Event()
        worker = Worker("w", run, died.set, 600)
        worker.start()
        assert died.wait(60)
        worker.stop(60)
        assert not worker.is_alive


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_worker_that_is_stopped_begins_no_other_life() -> None:
    """Stopped between two lives: the pause ends at once, and nothing is run."""
    died = threading.Event()
    lives: list[int] = []

    def run() -> None:
        lives.append(1)
        raise ZeroDivisionError

    worker = Worker("w", run, died.set, 600)
    worker.start()
    assert died.wait(60)
    wait_for(lambda: worker.is_alive, 60, "the next thread waits")
    worker.stop(60)
    assert not worker.is_alive
    assert lives == [1]
