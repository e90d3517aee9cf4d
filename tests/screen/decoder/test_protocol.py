"""The lines between the daemon and a decoder: what is said arrives as it was said, and nothing else is believed."""

from __future__ import annotations

import json
import queue
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.core.events import DecoderBeat, DecoderReady, Event, ItemCued, ItemEnded, ItemFailed
from player.screen.decoder.child import LINE_LIMIT_BYTES, MOST_WHY, DecoderProcess
from player.screen.decoder.protocol import (
    NEWS,
    ORDERS,
    ClearedNews,
    ContinueOrder,
    CuedNews,
    CueOrder,
    DropOrder,
    EndedNews,
    FailedNews,
    HeartbeatNews,
    HoldOrder,
    News,
    Order,
    PaintedOrder,
    ProtocolError,
    ReadyNews,
    StartOrder,
    VolumeOrder,
    WindowOrder,
    decode_news,
    decode_order,
    encode,
)

ALL_ORDERS: list[Order] = [
    WindowOrder(0x1A00003, 1280, 720),
    CueOrder(7, "/srv/panel/média\n1.mp4", "video", "cover", False, 1280, 720, 90, True, 1.5, "bt709", True),
    PaintedOrder(7), StartOrder(7, 80), HoldOrder(7), ContinueOrder(7), DropOrder(7), VolumeOrder(30),
]  # fmt: skip
ALL_NEWS: list[News] = [
    ReadyNews(confined=True), ReadyNews(confined=False), ClearedNews(7),
    CuedNews(7, 4.25), CuedNews(7, None), EndedNews(7), FailedNews(7, "VLC cannot open it"),
    HeartbeatNews(7, 1.5, 45, 60_000_000, 2), HeartbeatNews(0, None, None, None, None),
]  # fmt: skip


def test_every_order_and_every_piece_of_news_is_tried_here() -> None:
    """A new value needs its word and its line in this file."""
    assert {type(order) for order in ALL_ORDERS} == set(ORDERS.values()) == set(get_args(Order))
    assert {type(news) for news in ALL_NEWS} == set(NEWS.values()) == set(get_args(News))


@pytest.mark.parametrize("order", ALL_ORDERS, ids=repr)
def test_an_order_arrives_as_it_was_said(order: Order) -> None:
    """One line, whatever stands in the item's name."""
    line = encode(order)
    assert line.count(b"\n") == 1
    assert decode_order(line) == order


@pytest.mark.parametrize("news", ALL_NEWS, ids=repr)
def test_news_arrives_as_it_was_said(news: News) -> None:
    """The same way back."""
    assert decode_news(encode(news)) == news


CUED = {"did": "cued", "play": 7, "length_s": 4.0}
BEAT = {"did": "heartbeat", "play": 7, "position_s": 1.5, "frames": 45, "memory_bytes": 60_000_000, "lost": 2}


@pytest.mark.parametrize(
    "line",
    [
        b"", b"{", b"null", b"[]", b'"ready"', b"17", b"{}", b"\xff\xfe\x00", b"[" * 100_000, b"x" * 10_000,
        b'{"did": "sung"}', b'{"did": ["ready"]}', b'{"did": null}', b'{"do": "ready"}', b'{"did": "cued"}',
        *(json.dumps(each).encode() for each in (
            {**CUED, "more": 1},
            {**CUED, "play": "7"}, {**CUED, "play": 7.0}, {**CUED, "play": True}, {**CUED, "play": -1},
            {**CUED, "play": None}, {**CUED, "play": 10**300},
            {**CUED, "length_s": "4"}, {**CUED, "length_s": []}, {**CUED, "length_s": True},
            {**CUED, "length_s": float("nan")}, {**CUED, "length_s": float("inf")}, {**CUED, "length_s": -0.5},
            {**BEAT, "frames": 4.5}, {**BEAT, "frames": "many"}, {**BEAT, "memory_bytes": -1}, {**BEAT, "position_s": {}},
            {"did": "failed", "play": 7, "why": None},
            {"did": "ready"}, {"did": "ready", "confined": True, "play": 7}, {"did": "ready", "confined": 1},
        )),
        b'{"did": "cued", "play": 7, "length_s": 1e999}',
        b'{"did": "cued", "play": ' + b"9" * 5000 + b', "length_s": null}',
    ],
    ids=lambda line: repr(line[:60]),
)  # fmt: skip
def test_what_is_not_exactly_news_is_refused(line: bytes) -> None:
    """Broken JSON, other words, missing or additional fields, wrong types, and numbers that are none."""
    with pytest.raises(ProtocolError):
        decode_news(line)


@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["did", "play", "length_s", "why", "frames"]) | st.text(max_size=3), inner, max_size=5),
))  # fmt: skip
def test_any_json_is_news_or_a_protocol_error(said: object) -> None:
    """No line raises anything else."""
    try:
        news = decode_news(json.dumps(said).encode())
    except ProtocolError:
        return
    assert isinstance(news, get_args(News))


class Heard:
    """A DecoderProcess without a process, and what it makes of chunks of bytes."""

    def __init__(self) -> None:
        self._posted = queue.SimpleQueue[Event]()
        self.cleared: list[tuple[int, int]] = []
        self.process = DecoderProcess(
            1, 3, [], self._posted.put, lambda layer, play: self.cleared.append((layer, play))
        )

    def posted(self) -> list[Event]:
        return [self._posted.get() for _ in range(self._posted.qsize())]


def test_news_become_events_of_this_decoder() -> None:
    """With its layer and its generation; what has been cleared is for the stage alone."""
    heard = Heard()
    heard.process.hear(b"".join(encode(news) for news in ALL_NEWS))
    assert heard.posted() == [
        DecoderReady(1, 3), DecoderReady(1, 3, confined=False), ItemCued(1, 7, 4.25), ItemCued(1, 7, None), ItemEnded(1, 7),
        ItemFailed(1, 7, "VLC cannot open it"), DecoderBeat(1, 3, 7, 1.5, 45, 60_000_000, 2),
        DecoderBeat(1, 3, 0, None, None, None),
    ]  # fmt: skip
    assert heard.cleared == [(1, 7)]


def test_a_line_may_come_in_pieces_and_garbage_between_lines_is_passed_over() -> None:
    """Byte by byte, with broken lines in between, every piece of news arrives once."""
    heard = Heard()
    for byte in encode(EndedNews(7)) + b"}{\n\n" + encode(EndedNews(8)):
        heard.process.hear(bytes([byte]))
    assert heard.posted() == [ItemEnded(1, 7), ItemEnded(1, 8)]


def test_a_line_without_an_end_is_not_kept() -> None:
    """A decoder that writes for ever costs the daemon no memory; the next whole line is heard."""
    heard = Heard()
    for _ in range(20):
        heard.process.hear(b"x" * 65_536)
        assert heard.process.unread_bytes <= LINE_LIMIT_BYTES
    heard.process.hear(b"\n" + encode(EndedNews(7)))
    assert heard.posted() == [ItemEnded(1, 7)]


def test_a_long_reason_is_cut() -> None:
    """Of a failure's reason only its beginning goes to the log and the office."""
    heard = Heard()
    heard.process.hear(encode(FailedNews(7, "x" * 10_000)))
    assert heard.posted() == [ItemFailed(1, 7, "x" * MOST_WHY)]


def test_a_number_out_of_its_range_is_refused() -> None:
    """A play's number, a length and a memory that cannot be: each is a ProtocolError, and the largest that can be is none."""
    for news in (CuedNews(2**31, 4.0), CuedNews(7, 864_000.0), HeartbeatNews(7, 864_000, 2**31, 2**44, 2**31)):
        assert decode_news(encode(news)) == news
    for news in (CuedNews(2**31 + 1, 4.0), CuedNews(7, 864_000.5), HeartbeatNews(7, 864_001, 0, 0, 0),
                 HeartbeatNews(7, 0.0, 2**31 + 1, 0, 0), HeartbeatNews(7, 0.0, 0, 2**44 + 1, 0),
                 HeartbeatNews(7, 0.0, 0, 0, 2**31 + 1)):  # fmt: skip
        with pytest.raises(ProtocolError):
            decode_news(encode(news))
