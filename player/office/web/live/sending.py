"""Commands on their way and what the panels answered; remembered for as long as a page may ask.

Knows: which command waits for whom. Pure but for the loop's events: the broker is asked through a function.
Must not: connect, or judge an answer (office/answers.py does).
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, get_type_hints

from player.base.mqtt.messages import Message
from player.contract.arguments import NoneIsSent
from player.contract.commands import Order
from player.contract.encoding import stamp
from player.contract.reports import Reply
from player.office.answers import Answers
from player.office.typed_commands import command_topic, expiry_s, make_command

REMEMBERED_MOST = 500
"""Commands whose answers are kept: at a command each second the last eight minutes."""
BY_MOST = 200
"""Characters of a person's name that the contract takes."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A command that the broker has. panels: to whom it went, one message each. wall: when."""

    id: str
    do: str
    panels: tuple[str, ...]
    wall: datetime


@dataclass(slots=True)
class _Open:
    answers: Answers
    news: asyncio.Event = field(default_factory=asyncio.Event)


class Commands:
    """What was sent from here, and the answers to it."""

    def __init__(self) -> None:
        self._open: OrderedDict[str, _Open] = OrderedDict()

    def begin(self, sent: Sent) -> None:
        self._open[sent.id] = _Open(Answers(set(sent.panels)))
        while len(self._open) > REMEMBERED_MOST:
            self._open.popitem(last=False)

    def take(self, panel: str, reply: Reply) -> bool:
        """False when nobody here sent that command to that panel, or it is an answer that was heard before."""
        found = self._open.get(reply.id or "")
        if found is None or panel not in (found.answers.expected or ()) or not found.answers.take(panel, reply):
            return False
        found.news.set()
        return True

    def so_far(self, command_id: str) -> Answers | None:
        """None: it was not sent from here, or too long ago."""
        found = self._open.get(command_id)
        return found.answers if found else None

    async def answers(self, sent: Sent, within_s: float) -> Answers:
        """As soon as all have said how it ended; when the time is over, what has been said so far."""
        found = self._open.get(sent.id)
        if found is None:
            return Answers(set(sent.panels))
        deadline = asyncio.get_running_loop().time() + within_s
        while not found.answers.complete:
            found.news.clear()
            left = deadline - asyncio.get_running_loop().time()
            try:
                await asyncio.wait_for(found.news.wait(), max(0.0, left))
            except TimeoutError:
                break
        return found.answers


def arguments_of(order: Order) -> dict[str, Any]:
    """A command's arguments as they are sent; those that have their default are left out."""
    args: dict[str, Any] = {}
    for each in dataclasses.fields(order):
        value = getattr(order, each.name)
        if value == each.default and each.default is not dataclasses.MISSING:
            continue
        args[each.name] = stamp(value) if isinstance(value, datetime) else _word_for_none(order, each.name, value)
    return args


def _word_for_none(order: Order, name: str, value: Any) -> Any:
    """`percent=None` is sent as its word, `auto`."""
    if value is not None:
        return value
    marks = getattr(get_type_hints(type(order), include_extras=True)[name], "__metadata__", ())
    return next((mark.word for mark in marks if isinstance(mark, NoneIsSent)), None)


def messages_for(
    root: str,
    panels: Sequence[str],
    order: Order,
    *,
    command_id: str,
    wall: datetime,
    by: str,
    reason: str = "",
    expires_s: float | None = None,
) -> tuple[Message, ...]:
    """One message for each panel, all with the same id. Raises OfficeError for what the panels would refuse."""
    args = arguments_of(order)
    life_s = expiry_s(args, wall, expires_s)
    name = "".join(char for char in by if char.isprintable())[:BY_MOST]
    payload = make_command(order.do, args, command_id=command_id, wall=wall, expires_s=life_s, by=name, reason=reason)
    return tuple(Message(command_topic(root, panel), payload, qos=1, expires_s=int(life_s) + 1) for panel in panels)
