"""A release as it lies on the disk (`releases/N.json`), and back to the value that the core gets (`Release`).

Knows: the file's format. Touches nothing.
Must not: decide what belongs into a release (content/draft.py and store/release_builder.py do).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any

from player.base.strict_json import as_list, as_moment, as_seconds, as_table, as_text, as_whole, parse_json, perhaps
from player.base.zones import zone_called
from player.bundle.source import Source
from player.core.model import Fit, MediaItem, MediaKind, Playlist, Release, Schedule
from player.core.running_text import TickerPlan
from player.library.content.rows import Row, as_fit, as_percent, iso, rule_of, window_of
from player.library.renditions.recipes import Origin
from player.library.vetting.facts import AS_SHOWN, facts_of, facts_row, is_too_heavy
from player.library.vetting.verdicts import Verdict

RECORD_VERSION = 1
RULES, CALENDAR = "/rules", "/calendar"
"""In Record.carried; no playlist can be called so."""
NOT_ADOPTED = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Record:
    """One release. media: hash -> [kind, bytes, width, height, length_s]. playlists: name -> item rows. See `item_row`.
    facts: hash -> what is not as usual with a film (vetting/facts.py); releases of earlier versions have none.

    schedule: rows of rules, and the zone's name ("": the panel's). calendar: the text of schedule.ics.
    windows: its occurrences as they were expanded last (rows), so that a start needs no calendar library.
    ticker: the messages of ticker.txt. tickers: rows of rules with their "messages".
    manifest: the digest of its manifest's raw bytes, "" without one.
    skipped: paths that the bundle named and that could not be used when it was adopted.
    carried: what the bundle had in a form that could not be used, so that it came from the release before
    (RULES, CALENDAR, names of playlists).
    digest: what the office calls this content (contract/content_digest.py); "": not known yet, in one of an earlier version.
    signature: SHA-256 of everything that the release means; equal: the same release.
    meaning: SHA-256 of what its bundle itself said, without what was carried over; equal: the same bundle.
    """

    source: Source
    number: int = 0
    adopted_at: datetime = NOT_ADOPTED
    serial: int | None = None
    created: datetime | None = None
    media: dict[str, list[Any]] = field(default_factory=dict)
    facts: dict[str, Row] = field(default_factory=dict)
    playlists: dict[str, list[Row]] = field(default_factory=dict)
    timezone: str = ""
    rules: list[Row] = field(default_factory=list)
    calendar: str = ""
    windows: list[Row] = field(default_factory=list)
    ticker: list[str] = field(default_factory=list)
    tickers: list[Row] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    manifest: str = ""
    carried: list[str] = field(default_factory=list)
    digest: str = ""

    @property
    def signature(self) -> str:
        return _hash_of(
            [
                self.serial,
                iso(self.created),
                self.manifest,
                {name: _meant(rows) for name, rows in self.playlists.items()},
                self.timezone,
                self.rules,
                self.calendar,
                *self._looks(),
                *([[self.ticker, self.tickers]] if self.ticker or self.tickers else []),
            ]
        )

    def _looks(self) -> list[Any]:
        """Nothing when every film is as usual, so that the signature is the one that earlier versions made."""
        looks = {
            digest: look
            for digest, row in self.facts.items()
            if (look := {name: row[name] for name in AS_SHOWN if name in row})
        }
        return [looks] if looks else []

    @property
    def meaning(self) -> str:
        """What is carried over depends on the release before: after a rollback the same folder would look new by it."""
        own = {name: _meant(rows) for name, rows in self.playlists.items() if name not in self.carried}
        rules = [] if RULES in self.carried else [self.timezone, self.rules, *([self.tickers] if self.tickers else [])]
        ticker = [self.ticker] if self.ticker else []
        calendar = "" if CALENDAR in self.carried else self.calendar
        return _hash_of(
            [self.serial, iso(self.created), self.manifest, own, rules, calendar, sorted(self.carried), *ticker]
        )

    @property
    def size_bytes(self) -> int:
        return sum(row[1] for row in self.media.values())


def _meant(rows: Iterable[Row]) -> list[Any]:
    """What the rows mean, whatever the region for which something was made of them."""
    origins = ((row, Origin.unpack(row["made"]) if "made" in row else None) for row in rows)
    return [
        row if origin is None else {**{k: v for k, v in row.items() if k not in _AS_MADE}, "made": origin.meant}
        for row, origin in origins
        if origin is None or not origin.piece
    ]


def _hash_of(meant: list[Any]) -> str:
    return hashlib.sha256(json.dumps(meant, sort_keys=True).encode()).hexdigest()


def item_row(path: str, target: str, *, stream: bool, **options: Any) -> Row:
    """options: show_s, title, volume, fit, from, until, made (see `Origin`); what is None is left out."""
    row: Row = {"path": path, ("address" if stream else "sha256"): target}
    for name, value in options.items():
        if value is not None:
            row[name] = value.isoformat() if isinstance(value, datetime) else value
    return row


def add_media(record: Record, digest: str, size_bytes: int, verdict: Verdict) -> None:
    """Adds a file that was taken to the media of the release, with what its trial decode found."""
    record.media.setdefault(digest, [verdict.kind, size_bytes, verdict.width, verdict.height, verdict.length_s])
    if film := facts_row(verdict):
        record.facts.setdefault(digest, film)


def encode_record(record: Record) -> bytes:
    table = {
        "v": RECORD_VERSION,
        "slot": record.source,
        "number": record.number,
        "adopted_at": record.adopted_at.isoformat(),
        "serial": record.serial,
        "created": iso(record.created),
        "media": record.media,
        "facts": record.facts,
        "playlists": record.playlists,
        "timezone": record.timezone,
        "rules": record.rules,
        "calendar": record.calendar,
        "windows": record.windows,
        "ticker": record.ticker,
        "tickers": record.tickers,
        "skipped": record.skipped,
        "manifest": record.manifest,
        "carried": record.carried,
        "digest": record.digest,
    }
    return json.dumps(table, ensure_ascii=True, separators=(",", ":")).encode()


def decode_record(raw: bytes) -> Record:
    """The record, whole and in itself right, so that nothing that is made of it can fail.

    Raises ValueError for everything else: another file, another version, damage.
    """
    table = as_table(parse_json(raw))
    if table.get("v") != RECORD_VERSION:
        raise ValueError("not a release of this version")
    missing = _FIELDS - table.keys()
    if missing:
        raise ValueError(f"not a release: {sorted(missing)[0]} is missing")
    media = {digest: _read_media(row) for digest, row in as_table(table["media"]).items()}
    facts = {digest: as_table(row) for digest, row in as_table(table.get("facts", {})).items()}
    for row in facts.values():
        facts_of(row)
    if not all(_DIGEST.fullmatch(digest) for digest in media):
        raise ValueError("its media are not named by SHA-256")
    for rows in as_table(table["playlists"]).values():
        for row in as_list(rows):
            _check_item(as_table(row), media)
    record = Record(
        source=Source(as_text(table["slot"])),
        number=as_whole(table["number"]),
        adopted_at=as_moment(table["adopted_at"]),
        serial=perhaps(as_whole, table["serial"]),
        created=perhaps(as_moment, table["created"]),
        media=media,
        facts=facts,
        playlists=table["playlists"],
        timezone=as_text(table["timezone"]),
        rules=as_list(table["rules"]),
        calendar=as_text(table["calendar"]),
        windows=as_list(table["windows"]),
        ticker=_as_texts(table.get("ticker", [])),
        tickers=as_list(table.get("tickers", [])),
        skipped=_as_texts(table["skipped"]),
        manifest=as_text(table["manifest"]),
        carried=_as_texts(table.get("carried", [])),
        digest=as_text(table.get("digest", "")),
    )
    for row in (*record.rules, *record.tickers):
        rule_of(row)
    for row in record.tickers:
        _as_texts(as_table(row).get("messages"))
    for row in record.windows:
        window_of(row)
    return record


def _as_texts(value: object) -> list[str]:
    return [as_text(each) for each in as_list(value)]


_FIELDS = frozenset(
    ["slot", "number", "adopted_at", "serial", "created", "media", "playlists", "timezone", "rules", "calendar", "windows",
     "skipped", "manifest"]
)  # fmt: skip
_AS_MADE = frozenset(["path", "sha256", "show_s"])
_DIGEST = re.compile("[0-9a-f]{64}")


def _read_media(row: object) -> list[Any]:
    if len(fields := as_list(row)) != 5:
        raise ValueError("a media row has five fields")
    kind, size, width, height, length_s = fields
    return [MediaKind(as_text(kind)), as_whole(size), perhaps(as_whole, width), perhaps(as_whole, height),
            perhaps(as_seconds, length_s)]  # fmt: skip


def _check_item(row: Row, media: Mapping[str, object]) -> None:
    as_text(row.get("path"))
    if "address" in row:
        as_text(row["address"])
    elif as_text(row.get("sha256")) not in media:
        raise ValueError("an item whose file is not among the media")
    perhaps(as_seconds, row.get("show_s"))
    perhaps(as_text, row.get("title"))
    perhaps(as_percent, row.get("volume"))
    perhaps(as_fit, row.get("fit"))
    perhaps(as_moment, row.get("from"))
    perhaps(as_moment, row.get("until"))
    perhaps(Origin.unpack, row.get("made"))


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
        items = tuple(item for row in rows if (item := _item(row, record, sources)) is not None)
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
        files=len(record.media) - len(_renditions(record)),
        size_bytes=record.size_bytes,
        rolled_back=rolled_back,
        heavy=_heavy(playlists),
        ticker=_ticker_plan(record, zone),
        digest=record.digest,
    )


def _renditions(record: Record) -> set[str]:
    return {row["sha256"] for rows in record.playlists.values() for row in rows if "made" in row}


def _heavy(playlists: list[Playlist]) -> tuple[str, ...]:
    """Paths of the films that are too heavy here, each once."""
    films = (item for playlist in playlists for item in playlist.items if item.speed is not None)
    return tuple(dict.fromkeys(film.told_as for film in films if is_too_heavy(film, film.width, film.height)))


def _item(row: Row, record: Record, sources: dict[str, str]) -> MediaItem | None:
    begins, ends = row.get("from"), row.get("until")
    options: Row = {
        "title": row.get("title"),
        "volume": row.get("volume"),
        "fit": Fit(row["fit"]) if "fit" in row else None,
        "valid_from": datetime.fromisoformat(begins) if begins else None,
        "valid_until": datetime.fromisoformat(ends) if ends else None,
        "show_s": row.get("show_s"),
        "made_from": Origin.unpack(row["made"]).wanted.digest if "made" in row else None,
    }
    if "address" in row:
        digest = hashlib.sha256(row["address"].encode()).hexdigest()
        return MediaItem(row["path"], row["address"], digest, MediaKind.STREAM, **options)
    digest = row["sha256"]
    if digest not in sources:
        return None
    kind, size, width, height, length_s = record.media[digest]
    return MediaItem(
        row["path"], sources[digest], digest, MediaKind(kind), size_bytes=size, length_s=length_s, width=width,
        height=height, **options,
        **facts_of(record.facts.get(digest, {})),
    )  # fmt: skip


def _ticker_plan(record: Record, zone: tzinfo) -> TickerPlan | None:
    if not record.ticker and not record.tickers:
        return None
    texts = {f"ticker {number}": tuple(row["messages"]) for number, row in enumerate(record.tickers, 1)}
    rules = tuple(replace(rule_of(row), playlist=key) for key, row in zip(texts, record.tickers, strict=True))
    return TickerPlan(tuple(record.ticker), Schedule(zone_called(record.timezone, zone), rules), texts)


def schedule_of(record: Record, zone: tzinfo) -> Schedule:
    rules = tuple(map(rule_of, record.rules))
    return Schedule(zone_called(record.timezone, zone), rules, tuple(map(window_of, record.windows)))
