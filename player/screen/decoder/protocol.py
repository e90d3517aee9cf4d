"""The lines between the daemon and a decoder: one frozen value for each order and each piece of news, and their JSON.

Knows: every order and every piece of news, and the type of each of their fields. Touches nothing.
Must not: trust a line. What is not exactly one of the values below is a ProtocolError, whatever a decoder that a hostile
file has taken over may write. A decoder imports this, so it imports next to nothing: no pydantic.
"""

from __future__ import annotations

import json
import math
from dataclasses import fields
from typing import Any, cast

from player.base.values import value

MOST_NUMBER = 2**53
"""JSON's numbers are exact up to here."""
LONGEST_S = 10 * 86_400
"""Of what a decoder measures in seconds: no film is ten days long, and a date so far ahead can still be told."""
MOST_OF = {
    "play": 2**31,
    "frames": 2**31,
    "lost": 2**31,
    "memory_bytes": 2**44,
    "length_s": LONGEST_S,
    "position_s": LONGEST_S,
}
"""Field -> its largest value: a play's number is counted up once a change of item, 240 pictures a second fill `frames`
in a hundred days, and no machine has 16 TiB. A length of 300,000 years ended the daemon's loop (2026-11-25)."""


class ProtocolError(ValueError):
    """The line is none of this protocol's."""


@value(frozen=True, slots=True)
class AboutPlay:
    """What is said about one play and needs no more words. (Its subclasses cost a decoder's start nothing; a dataclass of
    its own for each would cost 3 ms, 2026-11-25.)"""

    play: int


# ---- orders: what the daemon tells a decoder


@value(frozen=True, slots=True)
class WindowOrder:
    """For a decoder that was started before the stage (decoder/early.py): its window, and the window's size in pixels."""

    window: int
    width: int
    height: int


@value(frozen=True, slots=True)
class CueOrder:
    """Open the item, paint its first frame and hold it. kind, fit, and how a film is shown: as in the core's model.

    width, height: as stored, 0 when unknown. matrix: "" when the film does not say.
    """

    play: int
    source: str
    kind: str
    fit: str
    software: bool
    width: int = 0
    height: int = 0
    turn: int = 0
    mirrored: bool = False
    sample_aspect: float | None = None
    matrix: str = ""
    full_range: bool = False


class PaintedOrder(AboutPlay):
    """Something is visible in the decoder's window since it told `cleared` for this play."""

    __slots__ = ()


@value(frozen=True, slots=True)
class StartOrder:
    """The window is on top: let the cued item run, with this volume in percent."""

    play: int
    volume: int


class HoldOrder(AboutPlay):
    """Pause."""

    __slots__ = ()


class ContinueOrder(AboutPlay):
    """Go on after a HoldOrder."""

    __slots__ = ()


class DropOrder(AboutPlay):
    """Forget the item."""

    __slots__ = ()


@value(frozen=True, slots=True)
class VolumeOrder:
    percent: int


Order = WindowOrder | CueOrder | PaintedOrder | StartOrder | HoldOrder | ContinueOrder | DropOrder | VolumeOrder

# ---- news: what a decoder tells the daemon


@value(frozen=True, slots=True)
class ReadyNews:
    """libvlc is loaded, and the window is known. confined: whether the kernel let it be (base/confinement.py)."""

    confined: bool


class ClearedNews(AboutPlay):
    """The item before has left the window: what is painted there from now on is this play."""

    __slots__ = ()


@value(frozen=True, slots=True)
class CuedNews:
    """The first frame is painted and held. length_s None: unknown."""

    play: int
    length_s: float | None


class EndedNews(AboutPlay):
    """The last frame has had its time."""

    __slots__ = ()


@value(frozen=True, slots=True)
class FailedNews:
    """The item cannot be shown, or not any further."""

    play: int
    why: str


@value(frozen=True, slots=True)
class HeartbeatNews:
    """Every second. frames: pictures shown so far by this play; lost: that came too late to be shown. None: nothing runs."""

    play: int
    position_s: float | None
    frames: int | None
    memory_bytes: int | None
    lost: int | None


News = ReadyNews | ClearedNews | CuedNews | EndedNews | FailedNews | HeartbeatNews

ORDERS: dict[str, type[Order]] = {
    "window": WindowOrder, "cue": CueOrder, "painted": PaintedOrder, "start": StartOrder, "hold": HoldOrder,
    "continue": ContinueOrder, "drop": DropOrder, "volume": VolumeOrder,
}  # fmt: skip
NEWS: dict[str, type[News]] = {
    "ready": ReadyNews, "cleared": ClearedNews, "cued": CuedNews, "ended": EndedNews, "failed": FailedNews,
    "heartbeat": HeartbeatNews,
}  # fmt: skip
_WORDS: dict[type[Order] | type[News], tuple[str, str]] = {
    **{kind: ("do", word) for word, kind in ORDERS.items()},
    **{kind: ("did", word) for word, kind in NEWS.items()},
}


def encode(said: Order | News) -> bytes:
    """One line of JSON, with its end."""
    key, word = _WORDS[type(said)]
    line = {key: word, **{field.name: getattr(said, field.name) for field in fields(said)}}
    return json.dumps(line).encode() + b"\n"


def decode_order(line: bytes) -> Order:
    """ProtocolError: the line is no order."""
    return cast(Order, _decode(line, "do", ORDERS))


def decode_news(line: bytes) -> News:
    """ProtocolError: the line is no news."""
    return cast(News, _decode(line, "did", NEWS))


def _decode(line: bytes, key: str, kinds: dict[str, Any]) -> object:
    try:
        said = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ProtocolError("no JSON") from error
    word = said.pop(key, None) if isinstance(said, dict) else None
    if not isinstance(word, str) or word not in kinds:
        raise ProtocolError(f"none of the known words stands under {key!r}")
    expected = {field.name: str(field.type) for field in fields(kinds[word])}
    if said.keys() != expected.keys():
        raise ProtocolError(f"{word} has other fields than {', '.join(expected) or 'none'}")
    for name, kind in expected.items():
        if not _is_of_kind(said[name], kind) or _is_more_than(said[name], MOST_OF.get(name, MOST_NUMBER)):
            raise ProtocolError(f"{name} of {word} is not of the type {kind}, or too large")
    return kinds[word](**said)


def _is_more_than(value: object, most: int) -> bool:
    return isinstance(value, int | float) and value > most


def _is_of_kind(value: object, kind: str) -> bool:
    """Whether the value is of the type that the field names. A bool is no number here, and NaN is none either."""
    match kind:
        case "str":
            return isinstance(value, str)
        case "bool":
            return isinstance(value, bool)
        case "int":
            return type(value) is int and 0 <= value <= MOST_NUMBER
        case "int | None":
            return value is None or _is_of_kind(value, "int")
        case "float | None":
            is_measure = isinstance(value, float) and math.isfinite(value) and 0 <= value <= MOST_NUMBER
            return value is None or is_measure or _is_of_kind(value, "int")
    raise AssertionError(f"no rule for fields of the type {kind}")
