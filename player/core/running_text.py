"""The running text's values: what the office asked for, and what runs.

Knows: nothing more. Touches nothing. Must not: decide what runs (playing/ticker.py does).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


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
