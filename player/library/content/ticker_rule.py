"""A running text of `schedule.toml`, as it is read and as it is kept in a release.

Knows: its shape. Touches nothing. Must not: parse (schedule_file.py does): a release that is opened before the first picture
holds such rules, and needs no parser of TOML.
"""

from __future__ import annotations

from dataclasses import dataclass

from player.core.model import ScheduleRule


@dataclass(frozen=True, slots=True)
class TickerRule:
    """A [[ticker]]: exactly one of text and file (its path in the folder). rule: when; it names no playlist. line: its head's."""

    rule: ScheduleRule
    text: str = ""
    file: str = ""
    line: int | None = None
