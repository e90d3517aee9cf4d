"""What should be on screen now, and why: the order in which commands, schedule and content have their say.

Knows: overrides, the schedule's choice, the releases. Touches nothing. Must not: touch decoders (playing/changes.py does).

From the strongest: identify / test pattern; blank; show; play; the schedule (dark or a playlist); the default
playlist; a card that waits for content.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from typing import Any

from player.base.clocks import ClockTrust, Now, local
from player.base.text import hide_keys, printable
from player.bundle.source import Source
from player.core.alerts import Alert, Reporter
from player.core.effects import Waiting
from player.core.events import OUT_OF_SIGHT
from player.core.kinds import traits_of
from player.core.model import (
    DEFAULT_PLAYLIST,
    Card,
    CardKind,
    Choice,
    MediaItem,
    Release,
    Schedule,
    ShownMessage,
)
from player.core.playing import sources
from player.core.playing.rotation import find_item
from player.core.playing.schedule import choose_from, choose_untimed, is_empty
from player.core.playing.survey import FoundMedia, is_usable, known_playlists
from player.core.playing.timetable import extend
from player.core.state import AskedChoice, Scene, SceneKind, State
from player.core.turn import Turn

WALL_ASK_S = 30.0
"""What depends on the wall clock is asked anew at least so often: a stepped clock costs 30 s at most (promise 12)."""
TOLD_CHARACTERS = 80
"""Of an urgent message in a reason, a log line, `now`: as much as tells it from any other."""


def pick_release(t: Turn) -> tuple[Release | None, str]:
    """Which source's release plays, and the words for a reason that is not the ordinary one."""
    s = t.s
    return sources.choose_release(
        s.content.releases, mode=s.rules.usb_mode, after_s=s.rules.usb_after_s,
        folder_changed=s.content.folder_changed or s.saved.heard_at or s.run.started_wall,
        office_heard=t.now.wall if s.office.connected else s.office.heard_at, wall=t.now.wall,
        trust=s.machine.trust, unplayable=[source for source, r in s.content.releases.items() if not known_playlists(s, r)],
    )  # fmt: skip


def _ask_no_schedule(t: Turn) -> None:
    """A schedule that is not asked has no deadlines that wake the loop."""
    if t.playing.choice is not None:
        t.playing = replace(t.playing, choice=None)


def pick_scene(t: Turn) -> Scene:
    """The scene that should be on screen at this moment."""
    scene = _stronger_than_schedule(t)
    if scene is not None:
        _ask_no_schedule(t)
        return scene
    release, source_words = pick_release(t)
    if release is None:
        _ask_no_schedule(t)
        return _waiting(t, "waiting for content")
    choice = ask_schedule(t, release)
    reason = f"{source_words}; {choice.reason}" if source_words else choice.reason
    if choice.playlist is None:
        return Scene(
            SceneKind.CARD, "dark", "dark", reason, card=Card(CardKind.BLACK), long=True, until=choice.valid_until
        )
    return _playlist_scene(t, release, choice, reason)


def _stronger_than_schedule(t: Turn) -> Scene | None:
    brief = t.commands.brief
    if brief is not None:
        reason = brief.card.kind.value + _by_words(brief.by)
        return Scene(SceneKind.CARD, f"brief:{brief.command_id}", "override", reason, card=brief.card)
    if t.saved.blank:
        until = t.saved.blank_until
        return Scene(
            SceneKind.CARD, "blank", "blank", "blank" + until_words(t, until), card=Card(CardKind.BLACK), long=True,
            until=until,
        )  # fmt: skip
    release, _ = pick_release(t)
    return _shown(t) or (_played(t, release) if release is not None else None)


def ask_schedule(t: Turn, release: Release) -> Choice:
    """The schedule's choice, asked anew when anything that it depends on changed, and every 30 s (promise 12)."""
    known = known_playlists(t.s, release)
    asked = ask_again(t, t.playing.choice, release.schedule, (release.source, release.number), known)
    if asked is not t.playing.choice:
        t.playing = replace(t.playing, choice=asked)
    return asked.choice


def ask_again(
    t: Turn, asked: AskedChoice | None, schedule: Schedule, about: tuple[Any, ...], known: frozenset[str]
) -> AskedChoice:
    """The answer of before while it holds, else a new one. about: what else it depends on."""
    about = (*about, known, t.machine.trust)
    same = asked is not None and asked.schedule is schedule and asked.about == about
    if asked is None or not same or t.now.mono >= next_ask_mono(asked, t.now):
        return _ask(schedule, asked, t.now, t.machine.trust, about, known)
    return asked


def _ask(
    schedule: Schedule, before: AskedChoice | None, now: Now, trust: ClockTrust, about: tuple[Any, ...],
    known: frozenset[str],
) -> AskedChoice:  # fmt: skip
    """The new answer; the timetable of the answer before goes on being made."""
    if trust is ClockTrust.BAD or is_empty(schedule):
        return AskedChoice(about, schedule, choose_untimed(schedule, trust, known), now.mono)
    table = extend(before.table if before is not None else None, schedule, now.wall)
    return AskedChoice(about, schedule, choose_from(table, now.wall, known), now.mono, table)


def next_ask_mono(asked: AskedChoice, now: Now) -> float:
    """When the schedule must be asked again: at its own next change, after 30 s, at once while its timetable is being made."""
    if asked.table is not None and not asked.table.reaches(now.wall):
        return asked.mono
    until = asked.choice.valid_until
    left_s = WALL_ASK_S if until is None else (until - now.wall).total_seconds()
    return min(asked.mono + WALL_ASK_S, now.mono + left_s)


def _playlist_scene(t: Turn, release: Release, choice: Choice, reason: str) -> Scene:
    playlist, known = release.playlist(choice.playlist or DEFAULT_PLAYLIST), known_playlists(t.s, release)
    if playlist is None or playlist.name not in known:
        any_one = next((p for p in release.playlists if p.name in known), None) if known else None
        if any_one is None:
            return _waiting(t, "nothing in the content can be played")
        playlist, reason = any_one, f"{reason}; playlist {any_one.name}, the only one that can be played"
    return Scene(
        SceneKind.PLAY, f"playlist:{playlist.name}", "playing", reason, playlist=playlist.name, items=playlist.items,
        until=choice.valid_until,
    )  # fmt: skip


def _waiting(t: Turn, why: str) -> Scene:
    first = next(iter(t.playing.quarantined.values()), None)
    if first is not None and t.content.releases:
        text = f"{first.path}: {first.why}"
        return Scene(SceneKind.CARD, "trouble", "idle", why, card=Card(CardKind.TROUBLE, text), long=True)
    waits_for = _waits_for(t) if t.machine.conditions else Waiting.CONTENT
    if waits_for is not Waiting.CONTENT:
        why = "the content is refused" if waits_for is Waiting.OTHER_CONTENT else "the content folder is not there"
    card = Card(CardKind.WAITING, waits_for)
    return Scene(SceneKind.CARD, f"waiting{waits_for}", "idle", why, card=card, long=True)


def _waits_for(t: Turn) -> Waiting:
    """Told apart on the card, so that whoever looks at the panel knows whom to call."""
    raised = t.machine.conditions
    problems = t.content.problems.get(Source.FOLDER, ())
    if any(problem.where == OUT_OF_SIGHT for problem in problems):
        # The alert has its patience: a share may be mounted a moment after the start.
        return Waiting.FOLDER if (Reporter.LIBRARY, Alert.CONTENT_INCOMPLETE) in raised else Waiting.CONTENT
    return Waiting.OTHER_CONTENT if (Reporter.LIBRARY, Alert.CONTENT_REJECTED) in raised else Waiting.CONTENT


def _shown(t: Turn) -> Scene | None:
    show = t.saved.show
    if show is None:
        return None
    reason = f"{message_words(show)}{until_words(t, show.until)}"
    if show.text is not None:
        card = Card(CardKind.TEXT, show.text, show.colour)
        return Scene(
            SceneKind.CARD, f"show:{show.command_id}", "override", reason, card=card, urgent=True, until=show.until,
            text=told_text(show.text), by=show.by or None,
        )  # fmt: skip
    item = _find_media(t, show.media or "")
    if item is None or not is_usable(t.s, item, t.now.wall):
        return None
    if not traits_of(item.kind).ends_by_itself and item.show_s is None:
        item = replace(item, show_s=max(1.0, (show.until - t.now.wall).total_seconds()))
    return Scene(
        SceneKind.PLAY, f"show:{show.command_id}", "override", reason, items=(item,), urgent=True, until=show.until,
        by=show.by or None,
    )  # fmt: skip


def message_words(show: ShownMessage) -> str:
    """`message "Banjir di Jalan Veteran" by dina`: an urgent message as people know it, its text cut to one short line."""
    what = f'"{told_text(show.text)}"' if show.text is not None else hide_keys(printable(show.media or ""))
    return f"message {what}{_by_words(show.by)}"


def _by_words(by: str) -> str:
    return f" by {printable(by)}" if by else ""


def told_text(text: str) -> str:
    """The first TOLD_CHARACTERS of an urgent message, in one line."""
    line = printable(" ".join(text.split()))
    return line if len(line) <= TOLD_CHARACTERS else line[: TOLD_CHARACTERS - 1] + "\u2026"


def _find_media(t: Turn, name: str) -> MediaItem | None:
    found = t.playing.media
    if found is None or found.name != name or found.releases is not t.content.releases:
        found = FoundMedia(name, t.content.releases, find_in_library(t.s, name))
        t.playing = replace(t.playing, media=found)
    return found.item


def _played(t: Turn, release: Release) -> Scene | None:
    played = t.saved.play
    playlist = release.playlist(played.playlist) if played is not None else None
    if played is None or playlist is None or playlist.name not in known_playlists(t.s, release):
        return None
    reason = f"override play {played.playlist}{_by_words(played.by)}{until_words(t, played.until)}"
    return Scene(
        SceneKind.PLAY, f"play:{played.playlist}", "override", reason, playlist=playlist.name, items=playlist.items,
        urgent=True, until=played.until,
    )  # fmt: skip


def find_in_library(s: State, path: str) -> MediaItem | None:
    """An item of any release by its path, file name or title; the folder's releases first."""
    found = find_in_releases(s, path)
    return None if found is None else found[0]


def find_in_releases(s: State, path: str) -> tuple[MediaItem, Release] | None:
    """The item, and the release that it stands in."""
    for source in sorted(s.content.releases):
        for playlist in s.content.releases[source].playlists:
            index = find_item(playlist.items, path) if not path.isdecimal() else None
            if index is not None:
                return playlist.items[index], s.content.releases[source]
    return None


def all_items(s: State) -> Iterator[MediaItem]:
    """Of every release, the folder's first; one that several playlists name comes several times."""
    for source in sorted(s.content.releases):
        for playlist in s.content.releases[source].playlists:
            yield from playlist.items


def zone_of(s: State) -> tzinfo | None:
    """The panel's own time zone; None until a release says it."""
    release = next(iter(s.content.releases.values()), None)
    return release.schedule.timezone if release is not None else None


def until_words(t: Turn, until: datetime | None) -> str:
    """ " until 18:00" in the panel's own time zone; nothing without an end."""
    return "" if until is None else f" until {spell_end(t, until)}"


def spell_end(t: Turn, until: datetime) -> str:
    """ "18:00" today, "2026-12-07 18:00" on another day; in the panel's own time zone."""
    zone = zone_of(t.s) or until.tzinfo or UTC
    end, today = local(until, zone), t.now.wall.astimezone(zone)
    form = "%H:%M" if end.date() == today.date() else "%Y-%m-%d %H:%M"
    return end.strftime(form)
