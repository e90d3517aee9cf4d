"""A playlist as it is edited: its items in order, and every line that nobody touched exactly as it was.

Knows: which playlists can be edited (M3U, M3U8), and how a path, seconds and the panel's own attributes are written.
Touches nothing: bytes in, bytes out. Must not: rewrite what it does not understand (an XSPF, a stream's own list): that is
shown and left alone.
"""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from typing import Final

from player.core.model import Fit, Problem
from player.library.content.directives import EXTINF, PANEL
from player.library.content.disguises import what_it_is
from player.library.content.lookup import Found, Lookup
from player.library.content.m3u import parse_m3u
from player.library.content.playlist_entry import (
    ADDRESS,
    PLAYLIST_LIMIT_BYTES,
    SECONDS_LIMIT,
    PlaylistEntry,
    parse_moment,
)
from player.office.web.content.faults import ContentFault
from player.office.web.content.playlist_rows import (
    ItemRows,
    PlaylistRows,
    TextRow,
    attributes_of,
    split_rows,
    with_attribute,
    with_seconds,
    with_title,
)

BOM = b"\xef\xbb\xbf"
NEW_PLAYLIST = b"#EXTM3U\n"
TITLE_LIMIT = 200
"""Characters, as the panel reads them (library/content/m3u.py)."""
EDITED_ITEMS_LIMIT = 2000
"""A playlist of more is a program's work: it is shown, and left to that program."""


class Unsaid:
    """In place of a value: it stays as the file says it."""


UNSAID: Final = Unsaid()


@dataclass(frozen=True, slots=True)
class PlaylistItem:
    """One item as a person sees it. where: as written. target: the folder's file that is meant, or ""; an address stays in where.

    seconds None, volume None, fit None: not said. begins, ends: "2026-12-01" or "2026-12-01T18:00" as written, or "".
    problem: an English sentence, or "".
    """

    where: str
    target: str = ""
    title: str = ""
    seconds: float | None = None
    volume: int | None = None
    fit: Fit | None = None
    begins: str = ""
    ends: str = ""
    line: int | None = None
    stream: bool = False
    problem: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class PlaylistFile:
    """Immutable: each change gives another one. why: it cannot be edited, and why (an English sentence); "": it can."""

    path: str
    raw: bytes
    items: tuple[PlaylistItem, ...]
    problems: tuple[Problem, ...] = ()
    why: str = ""
    _rows: PlaylistRows | None = None
    _encoding: str = "utf-8"
    _context: _Context | None = None

    @property
    def editable(self) -> bool:
        return not self.why

    @classmethod
    def read(
        cls, raw: bytes, path: str, lookup: Lookup | None = None, hashed: Collection[str] = (), zone: tzinfo = UTC
    ) -> PlaylistFile:
        """lookup: of the folder, to say which file each line means. hashed: files whose names begin with #. Never raises."""
        context = _Context(path, lookup, frozenset(hashed), zone)
        if (why := _why_not(raw, path)) is not None:
            return cls(path, raw, (), why=why, _context=context)
        text, encoding = _decode(raw)
        parsed = parse_m3u(raw, path, zone, hashed)
        rows = split_rows(text, hashed)
        hls = any(
            row.text.startswith(("#EXT-X-TARGETDURATION", "#EXT-X-STREAM-INF")) for i in rows.items for row in i.rows
        )
        if hls or len(rows.items) != len(parsed.entries):
            why = "This playlist has lines that the console does not understand; it is shown as it is and left alone"
            items = tuple(context.item(entry, None, ()) for entry in parsed.entries)
            return cls(path, raw, items, tuple(parsed.problems), why, _context=context)
        if len(rows.items) > EDITED_ITEMS_LIMIT:
            items = tuple(context.item(entry, None, ()) for entry in parsed.entries[:EDITED_ITEMS_LIMIT])
            why = "This playlist is too long to be edited here; it is left to the program that made it"
            return cls(path, raw, items, tuple(parsed.problems), why, _context=context)
        found: list[PlaylistItem] = []
        begin = 1
        for own, entry in zip(rows.items, parsed.entries, strict=True):
            begin += len(own.gap)
            lines = range(begin, begin + len(own.rows))
            said = [problem for problem in parsed.problems if problem.line in lines]
            found.append(context.item(entry, own, said))
            begin += len(own.rows)
        return cls(path, raw, tuple(found), tuple(parsed.problems), "", rows, encoding, context)

    @classmethod
    def show_only(
        cls, raw: bytes, path: str, entries: Collection[PlaylistEntry], lookup: Lookup | None
    ) -> PlaylistFile:
        """A playlist of another kind, with what it means."""
        context = _Context(path, lookup, frozenset(), UTC)
        items = tuple(context.item(entry, None, ()) for entry in entries)
        return cls(path, raw, items, why=_why_not(raw, path) or "", _context=context)

    def move(self, index: int, to: int) -> PlaylistFile:
        """The item `index` stands at `to` afterwards."""
        rows = self._editable_rows(index)
        bodies = [item.rows for item in rows.items]
        if not 0 <= to < len(bodies):
            raise ContentFault("There is no such place in the playlist", field="to")
        bodies.insert(to, bodies.pop(index))
        items = tuple(ItemRows(old.gap, body) for old, body in zip(rows.items, bodies, strict=True))
        return self._with(replace(rows, items=items))

    def add(self, where: str, at: int | None = None, seconds: float | None = None, title: str = "") -> PlaylistFile:
        """where: a file of the folder (its path there), or the address of a stream, which needs seconds. at None: at the end."""
        rows = self._editable_rows(None)
        if ADDRESS.match(where) and seconds is None:
            raise ContentFault("A stream has no end of its own; say for how many seconds it is shown", field="seconds")
        place = len(rows.items) if at is None else min(max(0, at), len(rows.items))
        item = ItemRows((), (TextRow(self._written(where), rows.end),))
        if seconds is not None or title:
            item = item.with_directive(EXTINF, with_title(with_seconds(EXTINF, _checked_seconds(seconds)) or f"{EXTINF}-1",
                                                          _checked_title(title)), rows.end)  # fmt: skip
        items = list(rows.items)
        foot = rows.foot
        if place < len(items):  # the gap belongs to the place
            item = ItemRows(items[place].gap, item.rows)
            items[place] = ItemRows((), items[place].rows)
        elif not items:  # below the heading
            item, foot = ItemRows(tuple(row for row in foot if row.text or row.end), item.rows), ()
        items.insert(place, item)
        return self._with(PlaylistRows(tuple(items), foot, rows.end))

    def point(self, index: int, where: str) -> PlaylistFile:
        """The item names another file or address; what is said of it stays."""
        rows = self._editable_rows(index)
        item = rows.items[index]
        told = ItemRows(item.gap, (*item.rows[:-1], TextRow(self._written(where), item.rows[-1].end)))
        return self._with(replace(rows, items=(*rows.items[:index], told, *rows.items[index + 1 :])))

    def drop(self, index: int) -> PlaylistFile:
        rows = self._editable_rows(index)
        items = list(rows.items)
        gap, foot = items.pop(index).gap, rows.foot
        if index < len(items):
            items[index] = ItemRows((*gap, *items[index].gap), items[index].rows)
        else:
            foot = (*gap, *foot)
        return self._with(PlaylistRows(tuple(items), foot, rows.end))

    def set(
        self, index: int, *, seconds: float | Unsaid | None = UNSAID, title: str | Unsaid = UNSAID,
        volume: int | Unsaid | None = UNSAID, fit: Fit | str | Unsaid | None = UNSAID, begins: str | Unsaid = UNSAID,
        ends: str | Unsaid = UNSAID,
    ) -> PlaylistFile:  # fmt: skip
        """The item with other values; None and "": not said any more. Raises ContentFault with the field."""
        rows = self._editable_rows(index)
        item, now = rows.items[index], self.items[index]
        spoken = item.directive(EXTINF)
        if not isinstance(seconds, Unsaid) and seconds != now.seconds:
            if seconds is None and now.stream:
                raise ContentFault(
                    "A stream has no end of its own; say for how many seconds it is shown", field="seconds"
                )
            spoken = with_seconds(spoken or EXTINF, _checked_seconds(seconds))
        if not isinstance(title, Unsaid) and title.strip() != now.title:
            spoken = with_title(spoken or f"{EXTINF}-1", _checked_title(title))
        if spoken != item.directive(EXTINF):
            item = item.with_directive(EXTINF, spoken, rows.end)
        told = item.directive(PANEL)
        for name, value in _attributes(now, volume, fit, begins, ends).items():
            told = with_attribute(told or PANEL, name, value)
        _check_order(told, self._context.zone if self._context else UTC)
        if told != item.directive(PANEL):
            item = item.with_directive(PANEL, told, rows.end)
        items = (*rows.items[:index], item, *rows.items[index + 1 :])
        return self._with(replace(rows, items=items))

    def _editable_rows(self, index: int | None) -> PlaylistRows:
        if self._rows is None:
            raise ContentFault(self.why or "This playlist cannot be edited here")
        if index is not None and not 0 <= index < len(self._rows.items):
            raise ContentFault("There is no such item in the playlist any more", field="index")
        return self._rows

    def _with(self, rows: PlaylistRows) -> PlaylistFile:
        assert self._context is not None
        text = rows.text()
        bom = self.raw[:3] if self.raw.startswith(BOM) else b""
        try:
            raw = bom + text.encode(self._encoding)
        except UnicodeEncodeError:  # the first name in a Latin-1 playlist that Latin-1 has no letters for
            raw = text.encode("utf-8")
        c = self._context
        return PlaylistFile.read(raw, self.path, c.lookup, c.hashed, c.zone)

    def _written(self, where: str) -> str:
        """The line that a panel takes for this file or address. Raises ContentFault."""
        if not where.strip() or any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") for char in where):
            raise ContentFault(
                "A playlist cannot name a file whose name holds line ends or broken letters", field="where"
            )
        if ADDRESS.match(where):
            return where.strip()
        path = posixpath.relpath(where, posixpath.dirname(self.path) or ".")
        odd = (
            path.startswith(("#", " ", '"', "'", "file:", "FILE:"))
            or path != path.strip()
            or re.match(r"[A-Za-z]:", path)
        )
        return f"./{path}" if odd or ADDRESS.match(path) else path


@dataclass(frozen=True, slots=True)
class _Context:
    """What is known around a playlist."""

    path: str
    lookup: Lookup | None
    hashed: frozenset[str]
    zone: tzinfo

    def item(self, entry: PlaylistEntry, own: ItemRows | None, said: Collection[Problem]) -> PlaylistItem:
        written = attributes_of(own.directive(PANEL)) if own is not None else {}
        begins, ends = (
            written.get(name, "" if moment is None else moment.isoformat()) if moment is not None else ""
            for name, moment in (("from", entry.valid_from), ("until", entry.valid_until))
        )
        stream = ADDRESS.match(entry.where.strip()) is not None
        target, faults = "", [(problem.what, problem.remedy) for problem in said]
        if self.lookup is not None and not stream:
            found = self.lookup.find(entry.where, posixpath.dirname(self.path))
            if isinstance(found, Found):
                target = found.path
            else:
                faults.append((found.what, found.remedy))
        what, remedy = faults[0] if faults else ("", "")
        return PlaylistItem(
            entry.where, target, entry.title or "", entry.seconds, entry.volume, entry.fit, begins, ends, entry.line,
            stream, what, remedy,
        )  # fmt: skip


def _why_not(raw: bytes, path: str) -> str | None:
    if path.casefold().endswith(".xspf"):
        return "This is an XSPF playlist, as VLC saves it: it is shown with what it means; edit it with VLC"
    if len(raw) > PLAYLIST_LIMIT_BYTES:
        return "This playlist is larger than 32 MB; no panel reads it"
    if what_it_is(raw):
        return "This is no plain text, so no panel can read it as a playlist; save it as plain text, a file name on each line"
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "This playlist is saved as UTF-16; save it as UTF-8 and it can be edited here"
    return None


def _decode(raw: bytes) -> tuple[str, str]:
    """As library/content/m3u.py does."""
    try:
        return raw.removeprefix(BOM).decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return raw.decode("latin-1"), "latin-1"


def _checked_seconds(seconds: float | None) -> float | None:
    if seconds is None:
        return None
    if not 0 < seconds <= SECONDS_LIMIT:
        raise ContentFault("An item is shown for 1 second to one day", field="seconds")
    return seconds


def _checked_title(title: str) -> str:
    plain = "".join(char for char in title if unicodedata.category(char) not in ("Cc", "Cs", "Zl", "Zp")).strip()
    if len(plain) > TITLE_LIMIT:
        raise ContentFault("A title has at most {most} characters", field="title", most=TITLE_LIMIT)
    return plain


def _attributes(
    now: PlaylistItem,
    volume: int | Unsaid | None,
    fit: Fit | str | Unsaid | None,
    begins: str | Unsaid,
    ends: str | Unsaid,
) -> dict[str, str]:
    """What is to be changed: attribute -> its text; "": it is taken out. Raises ContentFault."""
    changed: dict[str, str] = {}
    if not isinstance(volume, Unsaid) and volume != now.volume:
        if volume is not None and not 0 <= volume <= 100:
            raise ContentFault("The volume goes from 0 to 100", field="volume")
        changed["volume"] = "" if volume is None else str(volume)
    if not isinstance(fit, Unsaid) and (fit or None) != now.fit:
        try:
            changed["fit"] = Fit(fit).value if fit else ""
        except ValueError as error:
            raise ContentFault("Choose contain, cover or stretch", field="fit") from error
    for field, name, value, before in (("begins", "from", begins, now.begins), ("ends", "until", ends, now.ends)):
        if not isinstance(value, Unsaid) and value.strip() != before:
            changed[name] = _checked_moment(value.strip(), field)
    return changed


def _checked_moment(text: str, field: str) -> str:
    if not text:
        return ""
    try:
        if re.search(r"[,\s\"]", text):
            raise ValueError(text)
        parse_moment(text, UTC)
    except (ValueError, OverflowError) as error:
        raise ContentFault("Write the day as 2026-12-31, or with its hour as 2026-12-31T18:00", field=field) from error
    return text


def _check_order(told: str, zone: tzinfo) -> None:
    """Raises ContentFault when an item would end before it begins."""
    said = attributes_of(told)
    moments: list[datetime] = []
    for name in ("from", "until"):
        try:
            moments.append(parse_moment(said[name], zone, last_day=name == "until"))
        except (KeyError, ValueError, OverflowError):
            return
    if moments[1] <= moments[0]:
        raise ContentFault("The end lies before the beginning, so it would never play", field="ends")
