"""A release as it lies on the disk (`releases/N.json`), and back to the value that the core gets (`Release`).

Knows: the file's format. Touches nothing.
Must not: decide what belongs into a release (content/draft.py and store/release_builder.py do).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, tzinfo
from pathlib import Path
from typing import Any

from player.base.zones import zone_called
from player.bundle.source import Source
from player.core.model import Fit, MediaItem, MediaKind, Playlist, Release, Schedule, ScheduleRule, ScheduleWindow
from player.library.vetting.verdicts import Verdict

RECORD_VERSION = 1
RULES, CALENDAR = "/rules", "/calendar"
"""In Record.carried; no playlist can be called so."""
NOT_ADOPTED = datetime(1970, 1, 1, tzinfo=UTC)
Row = dict[str, Any]


@dataclass(slots=True)
class Record:
    """One release. media: hash -> [kind, bytes, width, height, length_s]. playlists: name -> item rows. See `item_row`.

    schedule: rows of rules, and the zone's name ("": the panel's). calendar: the text of schedule.ics.
    windows: its occurrences as they were expanded last (rows), so that a start needs no calendar library.
    manifest: the digest of its manifest's raw bytes, "" without one.
    skipped: paths that the bundle named and that could not be used when it was adopted.
    carried: what the bundle had in a form that could not be used, so that it came from the release before
    (RULES, CALENDAR, names of playlists).
    signature: SHA-256 of everything that the release means; equal: the same release.
    meaning: SHA-256 of what its bundle itself said, without what was carried over; equal: the same bundle.
    """

    source: Source
    number: int = 0
    adopted_at: datetime = NOT_ADOPTED
    serial: int | None = None
    created: datetime | None = None
    media: dict[str, list[Any]] = field(default_factory=dict)
    playlists: dict[str, list[Row]] = field(default_factory=dict)
    timezone: str = ""
    rules: list[Row] = field(default_factory=list)
    calendar: str = ""
    windows: list[Row] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    manifest: str = ""
    carried: list[str] = field(default_factory=list)

    @property
    def signature(self) -> str:
        return _hash_of(
            [
                self.serial,
                _iso(self.created),
                self.manifest,
                self.playlists,
                self.timezone,
                self.rules,
                self.calendar,
            ]
        )

    @property
    def meaning(self) -> str:
        """What is carried over depends on the release before: after a rollback the same folder would look new by it."""
        own = {name: rows for name, rows in self.playlists.items() if name not in self.carried}
        rules = [] if RULES in self.carried else [self.timezone, self.rules]
        calendar = "" if CALENDAR in self.carried else self.calendar
        return _hash_of([self.serial, _iso(self.created), self.manifest, own, rules, calendar, sorted(self.carried)])

    @property
    def size_bytes(self) -> int:
        return sum(row[1] for row in self.media.values())


def _hash_of(meant: list[Any]) -> str:
    return hashlib.sha256(json.dumps(meant, sort_keys=True).encode()).hexdigest()


def item_row(path: str, target: str, *, stream: bool, **options: Any) -> Row:
    """options: show_s, title, volume, fit, from, until; what is None is left out."""
    row: Row = {"path": path, ("address" if stream else "sha256"): target}
    for name, value in options.items():
        if value is not None:
            row[name] = value.isoformat() if isinstance(value, datetime) else value
    return row


def media_row(verdict: Verdict, size_bytes: int) -> list[Any]:
    return [verdict.kind, size_bytes, verdict.width, verdict.height, verdict.length_s]


def encode_record(record: Record) -> bytes:
    table = {
        "v": RECORD_VERSION,
        "slot": record.source,
        "number": record.number,
        "adopted_at": record.adopted_at.isoformat(),
        "serial": record.serial,
        "created": _iso(record.created),
        "media": record.media,
        "playlists": record.playlists,
        "timezone": record.timezone,
        "rules": record.rules,
        "calendar": record.calendar,
        "windows": record.windows,
        "skipped": record.skipped,
        "manifest": record.manifest,
        "carried": record.carried,
    }
    return json.dumps(table, ensure_ascii=True, separators=(",", ":")).encode()


def decode_record(raw: bytes) -> Record:
    """Raises ValueError (also for a file that is something else)."""
    table = json.loads(raw)
    if not isinstance(table, dict) or table.get("v") != RECORD_VERSION:
        raise ValueError("not a release of this version")
    try:
        return Record(
            source=Source(table["slot"]),
            number=int(table["number"]),
            adopted_at=datetime.fromisoformat(table["adopted_at"]),
            serial=table["serial"],
            created=datetime.fromisoformat(table["created"]) if table["created"] else None,
            media=dict(table["media"]),
            playlists=dict(table["playlists"]),
            timezone=table["timezone"],
            rules=list(table["rules"]),
            calendar=table["calendar"],
            windows=list(table["windows"]),
            skipped=list(table["skipped"]),
            manifest=table["manifest"],
            carried=list(table.get("carried", [])),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not a release: {error}") from error


def release_of(
    record: Record,
    blob_path: Callable[[str], Path],
    zone: tzinfo,
    *,
    without: Iterable[str] = (),
    rolled_back: bool = False,
) -> Release:
    """The value that is played. zone: the panel's, for a schedule that names none. without: hashes that got lost."""
    lost = set(without)
    playlists = []
    sources = {digest: str(blob_path(digest)) for digest in record.media if digest not in lost}
    for name, rows in record.playlists.items():
        items = tuple(item for row in rows if (item := _item(row, record.media, sources)) is not None)
        if items:
            playlists.append(Playlist(name, items))
    return Release(
        source=record.source,
        number=record.number,
        adopted_at=record.adopted_at,
        playlists=tuple(playlists),
        schedule=schedule_of(record, zone),
        serial=record.serial,
        created=record.created,
        files=len(record.media),
        size_bytes=record.size_bytes,
        rolled_back=rolled_back,
    )


def _item(row: Row, media: dict[str, list[Any]], sources: dict[str, str]) -> MediaItem | None:
    begins, ends = row.get("from"), row.get("until")
    options: Row = {
        "title": row.get("title"),
        "volume": row.get("volume"),
        "fit": Fit(row["fit"]) if "fit" in row else None,
        "valid_from": datetime.fromisoformat(begins) if begins else None,
        "valid_until": datetime.fromisoformat(ends) if ends else None,
        "show_s": row.get("show_s"),
    }
    if "address" in row:
        digest = hashlib.sha256(row["address"].encode()).hexdigest()
        return MediaItem(row["path"], row["address"], digest, MediaKind.STREAM, **options)
    digest = row["sha256"]
    if digest not in sources:
        return None
    kind, size, width, height, length_s = media[digest]
    return MediaItem(
        row["path"], sources[digest], digest, MediaKind(kind), size_bytes=size, length_s=length_s, width=width,
        height=height, **options,
    )  # fmt: skip


# ---- the schedule's rows


def rule_row(rule: ScheduleRule) -> Row:
    return {
        "playlist": rule.playlist,
        "days": sorted(rule.days),
        "from": _iso(rule.begins),
        "until": _iso(rule.ends),
        "start": _iso(rule.start),
        "end": _iso(rule.end),
        "priority": rule.priority,
    }


def window_row(window: ScheduleWindow) -> Row:
    return {
        "playlist": window.playlist,
        "from": _iso(window.begins),
        "until": _iso(window.ends),
        "priority": window.priority,
    }


def window_of(row: Row) -> ScheduleWindow:
    return ScheduleWindow(
        row["playlist"], datetime.fromisoformat(row["from"]), datetime.fromisoformat(row["until"]), row["priority"]
    )


def schedule_of(record: Record, zone: tzinfo) -> Schedule:
    rules = tuple(
        ScheduleRule(
            playlist=row["playlist"],
            days=frozenset(row["days"]),
            begins=time.fromisoformat(row["from"]) if row["from"] else None,
            ends=time.fromisoformat(row["until"]) if row["until"] else None,
            start=date.fromisoformat(row["start"]) if row["start"] else None,
            end=date.fromisoformat(row["end"]) if row["end"] else None,
            priority=row["priority"],
        )
        for row in record.rules
    )
    return Schedule(zone_called(record.timezone, zone), rules, tuple(window_of(row) for row in record.windows))


def _iso(value: datetime | date | time | None) -> str | None:
    return None if value is None else value.isoformat()
