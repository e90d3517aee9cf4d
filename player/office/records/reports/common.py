"""What all reports share: their panels, their warnings, what they stand on.

Knows: how a report begins and ends. Touches: one reading transaction. Must not: sum anything up.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from sqlalchemy import Connection

from player import __version__
from player.office.records.days import Window, in_ms, moment_of
from player.office.records.queries import Item, Sum, known_until, open_faults, proofs, unconfirmed
from player.office.records.reports.layout import Tone
from player.office.records.reports.words import Words, moment_words, words_in

CHAIN_DIGITS = 16
"""Of a chain's 64: enough to tell two apart on paper."""
FAULTS_TOLD = 5
LATE_MS = 3_600_000
"""A panel sends at the latest every quarter of an hour; when an hour is missing, the reader is told."""
GRADE_TONES = {"seen": Tone.SEEN, "played": Tone.PLAYED, "broken": Tone.BROKEN}
KIND_TONES = {
    "message": Tone.MESSAGE, "card": Tone.CARD, "dark": Tone.DARK, "blank": Tone.BLANK, "fault": Tone.FAULT, "off": Tone.OFF,
}  # fmt: skip
GOOD_GRADES = ("seen", "played")


@dataclass(frozen=True, slots=True)
class Inquiry:
    """For whom a report is made, and when. wall: the office's clock."""

    connection: Connection
    zone: tzinfo
    language: str
    wall: datetime

    @property
    def words(self) -> Words:
        return words_in(self.language)

    @property
    def now_ms(self) -> int:
        return in_ms(self.wall)

    def moment(self, ms: int) -> str:
        return moment_words(moment_of(ms, self.zone), self.language)

    @property
    def made(self) -> str:
        return self.words(
            "made", when=moment_words(self.wall.astimezone(self.zone), self.language), version=__version__
        )

    @property
    def page_words(self) -> str:
        return self.words("page", page="{page}", pages="{pages}")


def tone_of(kind: str, grade: str) -> Tone:
    """What a record is in a bar. A step of the clock takes no time that a bar could show."""
    return GRADE_TONES.get(grade, Tone.PLAYED) if kind == "item" else KIND_TONES.get(kind, Tone.NOTHING)


def warnings(asked: Inquiry, panels: dict[int, str], window: Window) -> tuple[str, ...]:
    """What makes the report less than the whole truth."""
    said = []
    ends_ms = min(window.ends_ms, asked.now_ms)
    until = known_until(asked.connection, panels)
    for name in panels.values():
        if name not in until:
            said.append(asked.words("warn-never", panel=name))
        elif until[name] < ends_ms - LATE_MS:
            said.append(asked.words("warn-late", panel=name, when=asked.moment(until[name])))
    for name, count in unconfirmed(asked.connection, panels).items():
        said.append(asked.words("warn-clock", panel=name, n=count))
    faults = open_faults(asked.connection, panels)[:FAULTS_TOLD]
    said += [asked.words("warn-broken", panel=fault.panel, detail=fault.detail) for fault in faults]
    return tuple(said)


def proof_lines(asked: Inquiry, panels: dict[int, str]) -> tuple[str, ...]:
    """The heads' fingerprints, and what a signature proves and what not."""
    lines = [
        asked.words(
            "proof-head", panel=proof.panel, n=proof.n, chain=proof.chain[:CHAIN_DIGITS], key=proof.key,
            when=asked.moment(in_ms(proof.head.at)),
        )
        for proof in proofs(asked.connection, panels)
    ]  # fmt: skip
    return (*lines, asked.words("proof-says"))


@dataclass(slots=True)
class Tally:
    """Plays and milliseconds of something, by evidence."""

    plays: int = 0
    seen: int = 0
    broken: int = 0
    ms: int = 0
    broken_ms: int = 0

    def add(self, one: Sum) -> None:
        """plays and ms: everything that began; broken of it was cut, failed or dark."""
        self.add_plays(one.grade, one.plays)
        self.ms += one.ms
        if one.grade == "broken":
            self.broken_ms += one.ms

    def add_plays(self, grade: str, plays: int) -> None:
        self.plays += plays
        if grade == "seen":
            self.seen += plays
        elif grade == "broken":
            self.broken += plays

    def merge(self, other: Tally) -> None:
        self.plays += other.plays
        self.seen += other.seen
        self.broken += other.broken
        self.ms += other.ms
        self.broken_ms += other.broken_ms

    @property
    def good(self) -> int:
        """Plays that count: seen or played."""
        return self.plays - self.broken

    @property
    def good_ms(self) -> int:
        return self.ms - self.broken_ms


def tallies(sums: Iterable[Sum]) -> dict[Item, Tally]:
    """Of each item: by its path and its content."""
    found: dict[Item, Tally] = {}
    for one in sums:
        if one.kind == "item" and one.item is not None:
            found.setdefault(one.item, Tally()).add(one)
    return found


def item_words(item: Item) -> str:
    """The item's title where it has one, and its path."""
    return f"{item.title} ({item.path})" if item.title and item.title != item.path else item.path or item.sha256[:12]


def share_of(part: float, whole: float) -> float:
    """In percent."""
    return 100 * part / whole if whole else 0.0
