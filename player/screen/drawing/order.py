"""What is asked of the process that draws (drawing/child.py), and what it gives back.

Knows: the fields of both. Touches nothing. Must not: import Pillow: the daemon asks and hears with these values.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from player.base.values import value
from player.core.model import Card, CardKind, StickNotice, StickStage


@value(frozen=True, slots=True)
class StageLook:
    """What all pictures of a stage have in common. width, height: of the region; panel: the name on the cards."""

    width: int
    height: int
    panel: str
    language: str
    rotation: int


@value(frozen=True, slots=True)
class DrawOrder:
    """A card or a strip. at_s: of several pages the one is drawn that is due so long after the first began.

    showing: for what the picture is; it stays with whoever asks, who knows by it whether the answer is still wanted.
    """

    subject: Card | StickNotice
    at_s: float
    look: StageLook
    showing: object = None

    @property
    def is_urgent(self) -> bool:
        """The first page of a message that somebody has just sent."""
        return isinstance(self.subject, Card) and self.subject.kind is CardKind.TEXT and self.at_s == 0.0


@value(frozen=True, slots=True)
class DrawnPicture:
    """The page that is due. seconds: for how long each of the pages stands, in turn.

    packed: its raw pixels (picture.py), compressed by zlib: 0.1 MB instead of 8 at 1920x1080, so that pages can be kept.
    """

    order: DrawOrder
    seconds: tuple[float, ...]
    width: int
    height: int
    packed: bytes

    @property
    def page(self) -> int:
        return due_page(self.seconds, self.order.at_s)


def due_page(seconds: Sequence[float], at_s: float) -> int:
    """Which page is to be shown so long after the first began; after the last one the first comes again."""
    at = at_s % sum(seconds)
    return next((n for n, end in enumerate(itertools.accumulate(seconds)) if at < end), 0)


def encode_question(order: DrawOrder) -> dict[str, object]:
    """As JSON takes it."""
    return {"subject": asdict(order.subject), "at_s": order.at_s, "look": asdict(order.look)}


def decode_question(asked: Mapping[str, Any]) -> DrawOrder:
    """Of what `encode_question` made."""
    fields = dict(asked["subject"])
    subject: Card | StickNotice
    if "stage" in fields:
        subject = StickNotice(StickStage(fields.pop("stage")), **fields)
    else:
        subject = Card(CardKind(fields.pop("kind")), **fields)
    return DrawOrder(subject, asked["at_s"], StageLook(**asked["look"]))
