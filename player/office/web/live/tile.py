"""What a tile of the wall says of a panel: whether to worry, what is on screen, why, until when, since when, what to do.

Knows: which trouble stands first, and in which words. Pure: the clock is passed in. Must not: know HTML, or trust a panel's words
to be short or printable.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from player.base.text import printable
from player.contract.reports import PlayerState
from player.office.fleet import A_PANEL, Panel, Presence
from player.office.web.live.remedies import (
    ABOUT_CONTENT,
    ON_SCREEN_IS_WRONG,
    detail_beside,
    remedy_of,
)
from player.office.web.words import t
from player.office.web.words.told import catalogue

WORDS_MOST = 240
"""Characters of a sentence on a tile."""
TROUBLES_MOST = 20
GROUPS_MOST = 20


class Rank(IntEnum):
    """The order of the wall: BAD is what somebody must look at now."""

    BAD = 0
    WARN = 1
    GOOD = 2


@dataclass(frozen=True, slots=True)
class TileTrouble:
    """commands: the buttons. content: it is about files. raised None: not known since when."""

    rank: Rank
    title: str
    detail: str
    remedy: str
    raised: datetime | None
    commands: tuple[str, ...] = ()
    content: bool = False


@dataclass(frozen=True, slots=True)
class Tile:
    """mark: a sign that says the same as the colour. last: `showing` is what was on screen when the panel was heard last."""

    name: str
    rank: Rank
    mark: str
    badge: str
    showing: str
    reason: str
    last: bool
    since: datetime | None
    until: datetime | None
    seen: datetime | None
    troubles: tuple[TileTrouble, ...]
    groups: tuple[str, ...]


def tile_of(language: str, panel: Panel, moment: datetime) -> Tile:
    """moment: as of when the panel is judged."""
    presence = panel.presence(moment)
    troubles = _troubles(language, panel, presence, moment)
    rank = rank_of(panel, presence)
    mark, badge = _badge(language, panel, presence, rank)
    absent = presence is not Presence.ONLINE
    return Tile(
        panel.name, rank, mark, badge,
        showing=short(_showing(language, panel)),
        reason=short(_reason(language, panel)),
        last=absent and bool(panel.showing),
        since=panel.since,
        until=panel.now.until if panel.now is not None and not absent else None,
        seen=panel.seen,
        troubles=tuple(sorted(troubles, key=lambda each: each.rank)[:TROUBLES_MOST]),
        groups=tuple(group for group in panel.groups[:GROUPS_MOST] if A_PANEL.fullmatch(group)),
    )  # fmt: skip


def short(text: str) -> str:
    """A panel's words in one line, and not too long for a tile."""
    line = printable(text[: WORDS_MOST + 1])
    return line if len(line) <= WORDS_MOST else line[: WORDS_MOST - 1] + "…"


def rank_of(panel: Panel, presence: Presence) -> Rank:
    """Without any words: for the sum of all panels."""
    if presence in (Presence.OFFLINE, Presence.SILENT) or not ON_SCREEN_IS_WRONG.isdisjoint(panel.alerts):
        return Rank.BAD
    wanting = presence is Presence.UNKNOWN or bool(panel.alerts) or bool(panel.nonsense) or _is_idle(panel)
    return Rank.WARN if wanting else Rank.GOOD


def _is_idle(panel: Panel) -> bool:
    return panel.health is not None and panel.health.player.state is PlayerState.IDLE


def _troubles(language: str, panel: Panel, presence: Presence, moment: datetime) -> list[TileTrouble]:
    found = []
    if (absence := _absence(language, panel, presence)) is not None:
        found.append(absence)
    for alert, report in sorted(panel.alerts.items(), key=lambda each: each[1].raised):
        row = remedy_of(language, alert)
        rank = Rank.BAD if alert in ON_SCREEN_IS_WRONG else Rank.WARN
        detail = short(detail_beside(row.meaning, catalogue(language).say(report.detail[:1000])))
        found.append(
            TileTrouble(
                rank, short(row.meaning), detail, row.remedy, report.raised, row.commands, alert in ABOUT_CONTENT
            )
        )
    if _is_idle(panel) and presence is Presence.ONLINE and not found:
        found.append(
            TileTrouble(
                Rank.WARN,
                t(language, "There is nothing to play"),
                short(catalogue(language).say(panel.reason[:1000])),
                t(language, "Put films or pictures into its folder; look at the sync tool."),
                panel.since,
                content=True,
            )
        )
    if panel.nonsense:
        found.append(
            TileTrouble(
                Rank.WARN,
                t(language, "It sent a report that cannot be read"),
                short(panel.nonsense),
                t(language, "Look which version it runs; bring the panel and this office to the same one."),
                None,
            )
        )
    return found


def _absence(language: str, panel: Panel, presence: Presence) -> TileTrouble | None:
    match presence:
        case Presence.OFFLINE:
            return TileTrouble(
                Rank.BAD,
                t(language, "The panel is not connected"),
                t(language, "Its power, its network or its computer is off. The picture may still be on screen."),
                t(language, "Look at its power and its connection. It comes back here by itself."),
                panel.seen,
            )
        case Presence.SILENT:
            return TileTrouble(
                Rank.BAD,
                t(language, "The panel has fallen silent"),
                t(language, "It counts as connected, and has sent nothing for minutes."),
                t(language, "Ask it for an answer; look at its network."),
                panel.seen,
                ("ping",),
            )
        case Presence.UNKNOWN:
            return TileTrouble(
                Rank.WARN,
                t(language, "Not known whether the panel is on"),
                t(language, "It has left reports, and never said that it is there."),
                t(language, "Look whether its broker account may write its state."),
                panel.seen,
            )
        case Presence.ONLINE:
            return None


def _badge(language: str, panel: Panel, presence: Presence, rank: Rank) -> tuple[str, str]:
    """Mark and words; colour is never the only sign."""
    match presence:
        case Presence.OFFLINE:
            return "✕", t(language, "Not connected")
        case Presence.SILENT:
            return "✕", t(language, "Silent")
        case Presence.UNKNOWN:
            return "?", t(language, "Not known")
        case Presence.ONLINE:
            pass
    if rank is Rank.BAD:
        return "✕", t(language, "Picture")
    if rank is Rank.WARN:
        return "!", t(language, "Look at this")
    if panel.now is not None and panel.now.text is not None:
        return "✓", t(language, "Urgent message")
    match panel.health.player.state if panel.health else None:
        case PlayerState.PAUSED:
            return "Ⅱ", t(language, "Paused")
        case PlayerState.BLANK:
            return "■", t(language, "Black on purpose")
        case PlayerState.DARK:
            return "☾", t(language, "Dark as planned")
        case PlayerState.OVERRIDE:
            return "✓", t(language, "On command")
        case PlayerState.IDLE:
            return "…", t(language, "Nothing to play")
        case PlayerState.PLAYING | None:
            return "✓", t(language, "On screen")


def _showing(language: str, panel: Panel) -> str:
    """The item, or the message's words; of a screen that shows nothing on purpose, that."""
    if panel.now is not None and panel.now.text is not None:
        return f"“{panel.now.text}”"
    item = panel.now.item if panel.now else panel.health.player.item if panel.health else None
    if item:
        return item
    match panel.health.player.state if panel.health else None:
        case PlayerState.DARK | PlayerState.BLANK:
            return t(language, "Nothing: the screen is dark")
        case PlayerState.IDLE:
            return t(language, "A card: there is nothing to play")
        case PlayerState.PLAYING | PlayerState.PAUSED | PlayerState.OVERRIDE | None:
            return "–"


def _reason(language: str, panel: Panel) -> str:
    if panel.now is not None and panel.now.text is not None:
        by = panel.now.by
        return t(language, "sent by {name}", name=printable(by[:60])) if by else t(language, "an urgent message")
    return catalogue(language).say(panel.reason[:1000])
