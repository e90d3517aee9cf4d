"""The outbox: the newest value of each topic, replies in order, nothing without a bound; and the back-off's bounds."""

from __future__ import annotations

import random

import pytest

from player.base.mqtt.messages import Message
from player.link import backoff
from player.link.outbox import REPLIES_KEPT, REPLIES_ON_THE_WAY, REPLIES_ROOM, Outbox, ReplyMessage


def send_all(box: Outbox, first_ticket: int = 1) -> list[bytes]:
    """Gives everything that may go to a connection; returns the payloads."""
    sent = []
    while (outgoing := box.next_outgoing()) is not None:
        sent.append(outgoing.message.payload)
        box.published(outgoing, first_ticket + len(sent) - 1)
    return sent


def test_only_the_newest_value_of_a_topic_waits() -> None:
    """A thousand reports without a connection are one report."""
    box = Outbox()
    for number in range(1000):
        box.put(Message("health", str(number).encode(), retain=True))
    assert send_all(box) == [b"999"]


def test_while_a_value_is_on_its_way_newer_ones_replace_each_other() -> None:
    """A slow network gets one value at a time: the next one is the newest when the last one has gone."""
    box = Outbox()
    box.put(Message("health", b"1", retain=True))
    assert send_all(box, 1) == [b"1"]
    box.put(Message("health", b"2", retain=True))
    box.put(Message("health", b"3", retain=True))
    assert send_all(box, 2) == []
    box.delivered(1)
    assert send_all(box, 3) == [b"3"]


def test_that_the_panel_is_there_goes_before_what_it_answers() -> None:
    """After a restart `online` is published before the `done` of the command that asked for it."""
    box = Outbox(first="state")
    box.put_reply(ReplyMessage(Message("reply", b"done", qos=1)))
    box.put(Message("health", b"1", retain=True))
    box.put(Message("state", b"online", qos=1, retain=True))
    assert send_all(box) == [b"online", b"done", b"1"]


def test_a_lost_connection_brings_retained_values_and_unconfirmed_replies_again() -> None:
    """Replies keep their order; values that were delivered and are retained are said again, pictures are not."""
    box = Outbox()
    box.put(Message("state", b"online", qos=1, retain=True))
    box.put(Message("picture", b"jpeg"))
    for number in range(3):
        box.put_reply(ReplyMessage(Message("reply", str(number).encode(), qos=1)))
    assert send_all(box) == [b"0", b"1", b"2", b"online", b"jpeg"]
    for ticket in (2, 4, 5):
        box.delivered(ticket)
    box.connection_lost()
    assert send_all(box, 10) == [b"0", b"2", b"online"]


def test_a_cleared_alert_is_forgotten_once_the_broker_has_it() -> None:
    """An empty retained message needs no repetition; until it is confirmed it does."""
    box = Outbox()
    box.put(Message("alert/x", b"", qos=1, retain=True))
    send_all(box, 1)
    box.connection_lost()
    assert send_all(box, 2) == [b""]
    box.delivered(2)
    box.connection_lost()
    assert box.next_outgoing() is None
    assert box.idle


def test_replies_are_bounded_on_the_way_and_in_the_queue() -> None:
    """Ten on the way, five hundred waiting; beyond that the oldest go and are counted; reading stops long before."""
    box = Outbox()
    for number in range(REPLIES_ROOM):
        assert box.has_room
        box.put_reply(ReplyMessage(Message("reply", str(number).encode())))
    assert not box.has_room
    assert len(send_all(box)) == REPLIES_ON_THE_WAY
    for number in range(REPLIES_KEPT + 50):
        box.put_reply(ReplyMessage(Message("reply", str(number).encode())))
    assert box.lost_replies == REPLIES_ROOM - REPLIES_ON_THE_WAY + 50


@pytest.mark.parametrize("failures", range(30))
def test_the_wait_grows_to_minutes_and_never_beyond(failures: int) -> None:
    """2-10 s at first, 60-180 s at last, and always a matter of chance between the two."""
    low, high = backoff.bounds_s(failures)
    assert 2 <= low < high <= 180
    waits = {round(backoff.wait_s(failures, random.uniform), 6) for _ in range(50)}
    assert len(waits) > 40
    assert all(low <= wait <= high for wait in waits)
    if failures == 0:
        assert (low, high) == (2, 10)
    if failures >= 5:
        assert (low, high) == (60, 180)
