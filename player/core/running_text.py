"""The running text's values: what the content holds, what the office asked for, what runs.

Knows: nothing more. Touches nothing. Must not: decide what runs (playing/ticker.py does).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from player.core.model import Schedule


@dataclass(frozen=True, slots=True)
class AskedTicker:
    """An accepted `ticker`: the running text of a command."""

    messages: tuple[str, ...]
    until: datetime | None = None
    command_id: str = ""
    by: str = ""
    asked: datetime | None = None


@dataclass(frozen=True, slots=True)
class RunningText:
    """What runs along the edge, one message after the other, and why."""

    messages: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class TickerPlan:
    """A release's running texts. messages: run whenever nothing else does (ticker.txt). texts: the key of a text -> its
    messages; the schedule's rules name them in a playlist's place ([[ticker]] in schedule.toml)."""

    messages: tuple[str, ...]
    schedule: Schedule
    texts: dict[str, tuple[str, ...]] = field(default_factory=dict)
