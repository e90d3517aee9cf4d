"""What a content folder means, for `content.digest`: the draft's lines that are used, its schedule and its running texts.

Knows: how a draft's parts are told (contract/content_digest.py). Touches nothing. Must not: say whether a line can be used: the
panel's release builder and the office's look at the folder each say it, from the same vetting.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo

from player.base.text import printable
from player.base.zones import zone_called
from player.contract.content_digest import MeantItem, MeantRelease
from player.library.content.draft import Draft, Line
from player.library.content.rows import rule_row

UsedLines = Mapping[str, Sequence[tuple[Line, str]]]
"""Playlist -> its lines that are used, in order, each with the SHA-256 of its file or the address of its stream."""


def meant_by(draft: Draft, used: UsedLines, zone: tzinfo, *, calendar_lost: bool) -> MeantRelease:
    """zone: the panel's, for a schedule that names none. calendar_lost: schedule.ics is there, and nothing can be made of it."""
    local = zone_called(draft.timezone, zone)
    playlists: dict[str, list[MeantItem] | None] = {}
    for playlist in draft.playlists:
        items = [_item(line, content, local) for line, content in used.get(playlist.name, ())]
        if items or playlist.file:
            playlists[playlist.name] = items or None
    return MeantRelease(
        playlists=playlists,
        timezone="" if draft.rules_lost else draft.timezone,  # a panel goes on with the zone of the release before
        rules=None if draft.rules_lost else [rule_row(rule) for rule in draft.rules],
        calendar=None if calendar_lost else draft.calendar,
        ticker=draft.ticker,
        tickers=[{**rule_row(ticker.rule), "messages": list(ticker.messages)} for ticker in draft.tickers],
    )


def _item(line: Line, content: str, local: tzinfo) -> MeantItem:
    entry = line.entry
    return MeantItem(
        path=line.target if line.stream else printable(line.target),
        content=content,
        seconds=entry.seconds,
        title=entry.title,
        volume=entry.volume,
        fit=entry.fit,
        begins=_on_the_wall(entry.valid_from, local),
        ends=_on_the_wall(entry.valid_until, local),
        pages=line.pages,
    )


def _on_the_wall(moment: datetime | None, local: tzinfo) -> str | None:
    return None if moment is None else moment.astimezone(local).replace(tzinfo=None).isoformat()
