"""The loop's inbox: order, the newest of what repeats itself, and how far the loop is behind."""

from __future__ import annotations

import signal
import threading
from collections.abc import Hashable

from player.base.loop_inbox import LoopInbox


def slot_of(event: str) -> Hashable | None:
    """Words that begin alike with a small letter share a slot."""
    return event[0] if event[0].islower() else None


def put_all(inbox: LoopInbox[str], events: list[str]) -> threading.Thread:
    """From a thread of its own, which is on its way already."""

    def run() -> None:
        for event in events:
            inbox.put(event)

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def drain(inbox: LoopInbox[str]) -> list[str]:
    taken = []
    while (event := inbox.take(0)) is not None:
        taken.append(event)
    return taken


def test_what_stands_for_itself_is_taken_in_order_and_of_what_repeats_the_newest() -> None:
    """The newest takes the place of the first that waits; once it is taken, the next one waits anew."""
    inbox = LoopInbox(slot_of=slot_of)
    for event in ("A", "b1", "C", "b2", "d1", "A", "b3"):
        inbox.put(event)
    assert drain(inbox) == ["A", "b3", "C", "d1", "A"]
    inbox.put("b4")
    assert drain(inbox) == ["b4"]


def test_a_hundred_thousand_repetitions_take_one_place() -> None:
    """A producer that floods its slot costs one event, and every event of the others arrives."""
    inbox = LoopInbox(slot_of=slot_of)
    flooding = put_all(inbox, [f"b{n}" for n in range(100_000)])
    for n in range(100):
        inbox.put(f"A{n}")
    flooding.join()
    taken = drain(inbox)
    assert [event for event in taken if event[0] == "A"] == [f"A{n}" for n in range(100)]
    assert [event for event in taken if event[0] == "b"] == ["b99999"]


def test_nothing_is_lost_between_one_that_puts_and_one_that_takes() -> None:
    """While one thread takes, the last of each slot always arrives."""
    inbox = LoopInbox(slot_of=slot_of)
    flooding = put_all(inbox, [f"{'bcd'[n % 3]}{n}" for n in range(30_000)])
    newest: dict[str, str] = {}
    while flooding.is_alive():
        event = inbox.take(0.01)
        if event is not None:
            newest[event[0]] = event
    newest.update({event[0]: event for event in drain(inbox)})
    assert newest == {"b": "b29997", "c": "c29998", "d": "d29999"}


def test_how_far_the_loop_is_behind_is_the_age_of_the_oldest_that_waits() -> None:
    """Repetitions do not make a slot younger; taking the oldest does."""
    now = [0.0]
    inbox = LoopInbox(lambda: now[0], slot_of)
    assert inbox.keeps_up
    inbox.put("b1")
    now[0] = 8.0
    inbox.put("b2")
    inbox.put("A")
    now[0] = 11.0
    assert not inbox.keeps_up
    assert inbox.take(0) == "b2"
    assert inbox.keeps_up
    now[0] = 18.5
    assert not inbox.keeps_up


def test_a_signal_handler_may_put() -> None:
    """In the thread that takes, at any moment: it waits for no lock."""
    inbox = LoopInbox(slot_of=slot_of)
    before = signal.signal(signal.SIGUSR1, lambda *_: inbox.put("A"))
    try:
        with inbox._lock:
            signal.raise_signal(signal.SIGUSR1)
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert inbox.take(0) == "A"
