"""The nouns of the job, as frozen values that the rooms and the core pass to each other.

Knows: what an item, a playlist, a release, a schedule, an override is.
Touches nothing. Must not: read a clock, a file or the environment. Its length is that of the list: each noun is one small value.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import TYPE_CHECKING

from player.base.text import hide_keys
from player.base.values import value
from player.bundle.source import Source
from player.core.claims import SpanClaim, Stretch, sweep
from player.core.running_text import AskedTicker, TickerPlan

if TYPE_CHECKING:
    from fractions import Fraction

DEFAULT_PLAYLIST = "default"
"""The name under which `playlist.m3u8` (or, without one, every media file) is known."""


class Fit(StrEnum):
    """How a picture fills the region: letterboxed, cropped, or out of proportion."""

    CONTAIN = "contain"
    COVER = "cover"
    STRETCH = "stretch"


class MediaKind(StrEnum):
    VIDEO = "video"
    IMAGE = "image"
    STREAM = "stream"


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmFacts:
    """How a film has to be shown, as its trial decode found it; the defaults are those of a picture, and of what is not known.

    turn, mirrored: how it is brought upright, as in geometry.Orientation. sample_aspect: width of a pixel by its height; None:
    square. matrix, full_range: how its colours are meant (FFmpeg's words); None: the film does not say. frame_rate: pictures a
    second. speed: seconds of film that one core here decodes in a second. showing: seconds of one core that a second of it takes
    to be scaled without a graphics chip; None: little. contrast: of a picture, how far its most visible colour is from the ground
    that it lies on, 0 to 255.
    stands_s: so long its picture stands still, as its clock jumps ahead by so much.
    """

    turn: int = 0
    mirrored: bool = False
    sample_aspect: Fraction | None = None
    matrix: str | None = None
    full_range: bool | None = None
    interlaced: bool = False
    codec: str = ""
    frame_rate: float | None = None
    speed: float | None = None
    showing: float | None = None
    contrast: int | None = None
    stands_s: float | None = None


PAGE_MARK = "#page="
"""Between a file's path and the page, in the path of an item that is one of several pages: `poster.pdf#page=2`."""


@dataclass(frozen=True, slots=True)
class MediaItem(FilmFacts):
    """One thing that can be on screen.

    path: as the operator knows it, relative to the content folder ("media/a.mp4"), or a stream's address.
    location: what is really opened: an absolute path in the library, or the stream's address.
    content_hash: SHA-256 (hex) of the file's content, of the address for a stream; the key of quarantine.
    show_s: how long it stays on screen; always set for images and streams, None for a video: to its end.
    length_s: the video's own length as vetting measured it; None when unknown.
    volume: 0..100, None: the panel's. fit: None: the panel's.
    valid_from (inclusive) / valid_until (exclusive): aware.
    made_from: SHA-256 of the file of which this is a page or a film that was made; None: the file itself.
    """

    path: str
    location: str
    content_hash: str
    kind: MediaKind
    size_bytes: int = 0
    show_s: float | None = None
    length_s: float | None = None
    width: int | None = None
    height: int | None = None
    title: str | None = None
    volume: int | None = None
    fit: Fit | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    made_from: str | None = None

    @property
    def file_hash(self) -> str:
        """Of the file as the office has it: what was signed, what is taken down, what a record of play names."""
        return self.made_from or self.content_hash

    @property
    def file_told_as(self) -> str:
        """As `told_as`, without the page: what is taken down is the whole file."""
        return self.told_as if self.made_from is None else self.told_as.rpartition(PAGE_MARK)[0] or self.told_as

    @property
    def told_as(self) -> str:
        """The path as office, log and cards may know it: of a stream's address only what holds no key."""
        return hide_keys(self.path)


@value(frozen=True, slots=True)
class Playlist:
    """Items in playing order; never empty when it reaches the director."""

    name: str
    items: tuple[MediaItem, ...]


ALL_DAYS = frozenset(range(7))


@value(frozen=True, slots=True)
class ScheduleRule:
    """A repeating rule of `schedule.toml`, in the schedule's own time zone.

    playlist: None means planned dark. days: 0 = Monday. begins/ends: wall times of the day; ends <= begins runs over
    midnight and belongs to the day on which it starts; both None: the whole day. start/end: dates, both inclusive.
    priority: of two shows the higher wins; equal: the first in the file. The dark wins over every show, whatever its
    priority, but for one that goes on through it (through_dark).
    """

    playlist: str | None
    days: frozenset[int] = ALL_DAYS
    begins: time | None = None
    ends: time | None = None
    start: date | None = None
    end: date | None = None
    priority: int = 0
    through_dark: bool = False


@value(frozen=True, slots=True)
class ScheduleWindow:
    """One dated occurrence (from a calendar), aware, `ends` exclusive. playlist None: planned dark."""

    playlist: str | None
    begins: datetime
    ends: datetime
    priority: int = 0
    through_dark: bool = False


DayRule = tuple[frozenset[int], date, date, time, time, timedelta, SpanClaim]
"""A rule as a timetable asks it: weekdays, first and last date, opens, closes, so many days later, and its claim."""


def _as_day_rule(order: int, rule: ScheduleRule) -> DayRule:
    """One bound missing: from, or until, the day's midnight."""
    opens, closes = rule.begins or time.min, rule.ends or time.min
    return (
        rule.days, rule.start or date.min, rule.end or date.max,
        opens.replace(tzinfo=None, fold=0), closes.replace(tzinfo=None, fold=0), timedelta(days=closes <= opens),
        (-rule.priority, order, rule.playlist, rule.through_dark),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Schedule:
    """When which playlist plays. Empty: the default playlist always.

    window_stretches: who claims what of the calendars' time. day_rules: the rules as the timetable asks them; late_rules:
    those of them that end on the next day. All three are made where the schedule is made, which is not the loop.
    """

    timezone: tzinfo
    rules: tuple[ScheduleRule, ...] = ()
    windows: tuple[ScheduleWindow, ...] = ()
    window_stretches: tuple[Stretch, ...] = field(init=False, compare=False, repr=False)
    day_rules: tuple[DayRule, ...] = field(init=False, compare=False, repr=False)
    late_rules: tuple[DayRule, ...] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        spans = (
            (w.begins, w.ends, (-w.priority, order, w.playlist, w.through_dark)) for order, w in enumerate(self.windows)
        )
        rules = tuple(_as_day_rule(order, rule) for order, rule in enumerate(self.rules))
        object.__setattr__(self, "window_stretches", sweep(spans))
        object.__setattr__(self, "day_rules", rules)
        object.__setattr__(self, "late_rules", tuple(rule for rule in rules if rule[5]))


@value(frozen=True, slots=True)
class Choice:
    """What should play and why. playlist None: dark on purpose. valid_until None: until something changes."""

    playlist: str | None
    reason: str
    valid_until: datetime | None = None


class Sun(StrEnum):
    SUNRISE = "sunrise"
    SUNSET = "sunset"


@value(frozen=True, slots=True)
class BrightnessStep:
    """From this time of the day on (in the panel's zone), or from sunrise or sunset, every day."""

    begins: time | Sun
    percent: int


@value(frozen=True, slots=True)
class BrightnessPlan:
    """How bright the screen is when. Each step holds until the next; of two at one moment the later in the list.

    place: latitude and longitude in degrees, north and east positive; None: no step may name the sun.
    """

    timezone: tzinfo
    steps: tuple[BrightnessStep, ...]
    place: tuple[float, float] | None = None


@value(frozen=True, slots=True)
class Problem:
    """One thing wrong with the content, for the operator: `playlist.m3u8 line 7: ...; what to do`.

    remark: nothing is wrong, and the operator should still know it before it goes live.
    """

    where: str
    what: str
    remedy: str = ""
    line: int | None = None
    remark: bool = False

    def __str__(self) -> str:
        place = self.where if self.line is None else f"{self.where} line {self.line}"
        return f"{place}: {self.what}" + (f"; {self.remedy}" if self.remedy else "")


@dataclass(frozen=True, slots=True)
class Release:
    """Everything one bundle meant at one moment; every file that it names is in the library and verified.

    number counts up per panel. serial and created are the manifest's (None without one).
    playlists holds DEFAULT_PLAYLIST when the bundle has one (playlist.m3u8, or all media).
    files / size_bytes count the distinct media. heavy: paths of films that this computer cannot decode in time.
    digest: what the office calls this content (contract/content_digest.py); "": not known yet.
    names: of the playlists that hold anything.
    """

    source: Source
    number: int
    adopted_at: datetime
    playlists: tuple[Playlist, ...]
    schedule: Schedule
    serial: int | None = None
    created: datetime | None = None
    files: int = 0
    size_bytes: int = 0
    rolled_back: bool = False
    heavy: tuple[str, ...] = ()
    ticker: TickerPlan | None = None
    digest: str = ""
    names: frozenset[str] = field(init=False, compare=False, repr=False)
    items_count: int = field(init=False, compare=False, repr=False)
    _by_name: dict[str, Playlist] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Here, in the library's thread, so that the loop need not look for it in every turn."""
        object.__setattr__(self, "_by_name", {p.name: p for p in reversed(self.playlists)})
        object.__setattr__(self, "names", frozenset(p.name for p in self.playlists if p.items))
        object.__setattr__(self, "items_count", sum(len(p.items) for p in self.playlists))

    def playlist(self, name: str) -> Playlist | None:
        return self._by_name.get(name)


@value(frozen=True, slots=True)
class ImportProgress:
    """How far the import of the next release is; seconds_left None while it cannot be told."""

    source: Source
    files_done: int
    files_total: int
    bytes_done: int
    bytes_total: int
    seconds_left: float | None
    waiting_for: str = ""


class CardKind(StrEnum):
    """The text pictures that the player draws itself."""

    WAITING = "waiting"  # the panel's name, and what it waits for (Waiting)
    TROUBLE = "trouble"  # the panel's name and one line that says what is wrong
    IDENTIFY = "identify"
    TEST_PATTERN = "test-pattern"
    TEXT = "text"  # the urgent message
    BLACK = "black"  # dark on purpose


@value(frozen=True, slots=True)
class Card:
    kind: CardKind
    text: str = ""
    colour: str = ""


class StickStage(StrEnum):
    READING = "reading"
    DONE = "done"
    REFUSED = "refused"
    NOT_OURS = "not-ours"
    SLOW = "slow"


@value(frozen=True, slots=True)
class StickNotice:
    """What the technician reads at the edge of the picture. number: the refusal's, as in technician.md.

    small: it has been read; only a mark of it stays, in a corner.
    """

    stage: StickStage
    label: str = ""
    percent: int | None = None
    seconds_left: float | None = None
    number: int | None = None
    words: str = ""
    small: bool = False


@value(frozen=True, slots=True)
class Vitals:
    """Readings of this computer; None: it cannot tell. Rates are totals since boot, in bytes."""

    cpu_percent: float | None = None
    memory_percent: float | None = None
    disk_free_bytes: int | None = None
    temperature_c: float | None = None
    load_1m: float | None = None
    received_bytes: int | None = None
    sent_bytes: int | None = None


@value(frozen=True, slots=True)
class SavedState:
    """The saved state: kept over a restart. Times are aware; show and play are commands as they were accepted.

    heard_at: when the folder last changed or the office was last heard, saved to the hour (usb.after_hours counts on).
    blank_asked, and `asked` of show and play: the wall clock then; what is left is never more than it was.
    dropped: items that the office took down, until the next release of their source.
    """

    blank: bool = False
    blank_until: datetime | None = None
    show: ShownMessage | None = None
    play: PlayedPlaylist | None = None
    volume: int | None = None
    brightness: int | None = None
    heard_at: datetime | None = None
    blank_asked: datetime | None = None
    dropped: tuple[DroppedItem, ...] = ()
    ticker: AskedTicker | None = None


@value(frozen=True, slots=True)
class ShownMessage:
    """An accepted `show`: media or text, always with an end. by: who sent it."""

    until: datetime
    media: str | None = None
    text: str | None = None
    colour: str = ""
    priority: int = 0
    command_id: str = ""
    asked: datetime | None = None
    by: str = ""


@value(frozen=True, slots=True)
class PlayedPlaylist:
    """An accepted `play`: another playlist than the schedule's. by: who asked."""

    playlist: str
    until: datetime | None = None
    command_id: str = ""
    asked: datetime | None = None
    by: str = ""


@value(frozen=True, slots=True)
class DroppedItem:
    """An item that `drop` took down, and the release that it was in: a later one of this source ends it. by: who asked."""

    content_hash: str
    path: str
    source: Source
    release: int
    by: str = ""
