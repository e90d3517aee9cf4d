"""Playlists and their items as the pages show them.

Knows: what an item is called, how long it lasts, when it plays, in words. Touches: nothing by itself; the draft reads the files.
Must not: change a playlist.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from urllib.parse import quote

from player.base.text import hide_keys
from player.core.model import DEFAULT_PLAYLIST, Fit
from player.library.content.playlist_entry import parse_moment
from player.office.web.content.listing import ListedMedia
from player.office.web.content.playlist_file import PlaylistFile, PlaylistItem
from player.office.web.content.schedule_rules import RuleRow
from player.office.web.content.typed import Faults
from player.office.web.pages.drafting import DraftDesk, LookedAt, catalogue_for
from player.office.web.pages.media_views import (
    GLYPHS,
    change_words,
    playlist_words,
    spell_length,
    thumbnail_address,
    total_length,
)
from player.office.web.pages.rule_words import spell_rule
from player.office.web.words import Language, t
from player.office.web.words.moments import spell_day

USUAL_S = 10.0
"""content.image_seconds of a panel that nobody has changed."""
STRIP = 4
"""Pictures on a playlist's card."""
FIELDS = ("title", "seconds", "volume", "fit", "begins_day", "begins_clock", "ends_day", "ends_clock")


@dataclass(frozen=True, slots=True)
class ListView:
    """One playlist among the others. why: when it plays, in words."""

    name: str
    words: str
    address: str
    count: int
    length: str
    editable: bool
    pictures: tuple[str, ...]
    why: str
    change: str


@dataclass(frozen=True, slots=True)
class ItemView:
    """One row. lasts: seconds on screen, None: not known. typed: what stands in the fields; faults: beside which field."""

    index: int
    words: str
    where: str
    thumbnail: str
    glyph: str
    when: str
    problem: str
    over: bool
    lasts: float | None
    usual: str
    typed: Mapping[str, str]
    faults: Faults = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PlayView:
    """One item as the browser plays it. src "": the browser cannot show it. seconds "": to its end."""

    words: str
    src: str
    kind: str
    seconds: str
    fit: str
    volume: str
    length: str


def list_views(desk: DraftDesk, looked: LookedAt) -> list[ListView]:
    language = desk.reader.language
    media = {each.path: each for each in looked.listing.media}
    changed = desk.draft.change_words()
    views = []
    for listed in looked.listing.playlists:
        if not listed.path:
            continue
        file = desk.draft.playlist(listed.path)
        items = file.items
        known = [media.get(item.target) for item in items]
        pictures = [thumbnail_address(desk, each.path, each.kind, each.sha256) for each in known if each is not None]
        seconds = total_length(_lasts(item, each) for item, each in zip(items, known, strict=True))
        address = (
            f"{desk.home}/playlists/{quote(listed.name, safe='')}"
            if file.editable
            else f"{desk.home}/look/{quote(listed.path)}"
        )
        views.append(
            ListView(
                listed.name, playlist_words(listed.name, language), address, len(items),
                spell_length(seconds) if seconds else "", file.editable, tuple(filter(None, pictures))[:STRIP],
                when_it_plays(looked, listed.name, language), change_words(changed.get(listed.path, ""), language),
            )
        )  # fmt: skip
    return views


def rules_naming(looked: LookedAt, name: str) -> list[RuleRow]:
    return [row for row in looked.schedule.rules if row.kind == "show" and row.playlist == name]


def when_it_plays(looked: LookedAt, name: str, language: Language) -> str:
    rules = rules_naming(looked, name)
    if rules:
        return "; ".join(spell_rule(rule, language) for rule in rules[:3]) + (" …" if len(rules) > 3 else "")
    if name == DEFAULT_PLAYLIST:
        return t(language, "Plays whenever the schedule asks for nothing else.")
    if looked.listing.calendars:
        return t(language, "No rule names it; perhaps the calendar does.")
    return t(language, "No rule of the schedule names it: it does not play by itself.")


def item_views(
    desk: DraftDesk, looked: LookedAt, file: PlaylistFile, wrong: int | None, faults: Faults, typed: Mapping[str, str]
) -> list[ItemView]:
    """wrong: the item whose typed values stay in its fields, with their faults."""
    language, catalogue = desk.reader.language, catalogue_for(desk.reader.language)
    media = {each.path: each for each in looked.listing.media}
    now = desk.now()
    views = []
    for index, item in enumerate(file.items):
        known = media.get(item.target)
        said = {**typed_of(item), **({name: typed.get(name, "") for name in FIELDS} if index == wrong else {})}
        problem = "; ".join(catalogue.say(part) for part in (item.problem, item.remedy) if part)
        if not problem and known is not None and known.problem:
            problem = catalogue.say(known.problem)
        views.append(
            ItemView(
                index, item_words(item), hide_keys(item.target or item.where),
                thumbnail_address(desk, known.path, known.kind, known.sha256) if known else "",
                "⇄" if item.stream else GLYPHS.get(known.kind, "?") if known else "?", spell_when(item, language), problem,
                _is_over(item, now), _lasts(item, known), _spell_usual(known, language), said,
                faults if index == wrong else {},
            )
        )  # fmt: skip
    return views


def item_words(item: PlaylistItem) -> str:
    """Its title, or its file's name; of a stream the address, without its keys."""
    if item.title or item.stream:
        return item.title or hide_keys(item.where)
    return posixpath.basename(item.target or item.where.replace("\\", "/")) or item.where


def typed_of(item: PlaylistItem) -> dict[str, str]:
    """The item's values as they stand in the fields of its form."""
    begins, ends = item.begins.partition("T"), item.ends.partition("T")
    return {
        "title": item.title,
        "seconds": "" if item.seconds is None else f"{item.seconds:g}",
        "volume": "" if item.volume is None else str(item.volume),
        "fit": item.fit or "",
        "begins_day": begins[0],
        "begins_clock": begins[2][:5],
        "ends_day": ends[0],
        "ends_clock": ends[2][:5],
    }


def item_fields(language: Language) -> tuple[tuple[str, str, str, str], ...]:
    """Name, label, kind and hint of the fields that are not always seen."""
    return (
        ("title", t(language, "Title"), "text", ""),
        ("begins_day", t(language, "From this day"), "date", ""),
        ("begins_clock", t(language, "at"), "text", "00:00"),
        ("ends_day", t(language, "Until this day, and with it"), "date", ""),
        ("ends_clock", t(language, "at"), "text", "24:00"),
        ("volume", t(language, "Volume, 0 to 100"), "text", t(language, "the panel's")),
    )


def fit_choices(language: Language) -> tuple[tuple[str, str], ...]:
    return (
        ("", t(language, "as the panel is set")),
        (Fit.CONTAIN, t(language, "all of it, black beside it")),
        (Fit.COVER, t(language, "full, its edges cut off")),
        (Fit.STRETCH, t(language, "full, out of proportion")),
    )


def items_now(desk: DraftDesk, looked: LookedAt, file: PlaylistFile, now: datetime) -> list[PlayView]:
    """What a panel would play of it at this moment."""
    media = {each.path: each for each in looked.listing.media}
    views = []
    for item in file.items:
        known = media.get(item.target)
        if _is_over(item, now) or _is_to_come(item, now) or (known is not None and known.problem):
            continue
        if known is None and not item.stream:
            continue
        film = known is not None and known.kind == "video"
        seconds = "" if film and item.seconds is None else f"{item.seconds or USUAL_S:g}"
        lasts = _lasts(item, known)
        views.append(
            PlayView(
                item_words(item), _source_of(desk, known), "video" if film else "image", seconds, item.fit or "",
                "" if item.volume is None else str(item.volume), spell_length(lasts) if lasts else "",
            )
        )  # fmt: skip
    return views


def _source_of(desk: DraftDesk, media: ListedMedia | None) -> str:
    """The file itself; of a document or a text, which no browser draws as the panel does, its picture."""
    if media is None:
        return ""
    if media.kind in ("video", "image"):
        return f"{desk.home}/raw/{quote(media.path)}"
    return thumbnail_address(desk, media.path, media.kind, media.sha256)


def _lasts(item: PlaylistItem, media: ListedMedia | None) -> float | None:
    if item.seconds is not None:
        return item.seconds
    if media is None:
        return None if item.stream else USUAL_S
    return media.length_s if media.kind == "video" else USUAL_S


def _spell_usual(media: ListedMedia | None, language: Language) -> str:
    if media is not None and media.kind == "video":
        return f"{media.length_s:.0f}" if media.length_s else t(language, "to its end")
    return f"{USUAL_S:g}"


def spell_when(item: PlaylistItem, language: Language) -> str:
    begins, ends = (_spell_moment(text, language) for text in (item.begins, item.ends))
    if begins and ends:
        return t(language, "{first} to {last}", first=begins, last=ends)
    if begins:
        return t(language, "from {day} on", day=begins)
    return t(language, "until {day}", day=ends) if ends else ""


def _spell_moment(text: str, language: Language) -> str:
    day, _, clock = text.partition("T")
    try:
        said = spell_day(language, date.fromisoformat(day))
    except ValueError:
        return text
    return f"{said} {clock[:5]}" if clock else said


def _is_over(item: PlaylistItem, now: datetime) -> bool:
    ends = _moment(item.ends, now.tzinfo, last_day=True)
    return ends is not None and ends <= now


def _is_to_come(item: PlaylistItem, now: datetime) -> bool:
    begins = _moment(item.begins, now.tzinfo, last_day=False)
    return begins is not None and begins > now


def _moment(text: str, zone: tzinfo | None, *, last_day: bool) -> datetime | None:
    if not text or zone is None:
        return None
    try:
        return parse_moment(text, zone, last_day=last_day)
    except (ValueError, OverflowError):
        return None
