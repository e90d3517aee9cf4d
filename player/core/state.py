"""The director's memory: one frozen group for each owner.

Knows: everything that the decisions depend on. Touches nothing. Must not: decide (director.py and the modules that it calls do).

A group is replaced as a whole, on the turn (turn.py), by its owner. The length of this file is that of the whole memory, which is
read in one place.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from enum import StrEnum
from typing import Any, Literal

from player.base.clocks import ClockTrust
from player.base.values import value
from player.bundle.source import Source
from player.contract.commands import Order
from player.contract.reports import NowReport
from player.core.alerts import Alert, Reporter
from player.core.brightness.plan import Light
from player.core.decoders.supervision import Supervision
from player.core.events import ScreenSampled, StageOpened
from player.core.journal.state import JournalState
from player.core.model import (
    BrightnessPlan,
    BrightnessStep,
    Card,
    Choice,
    Fit,
    ImportProgress,
    MediaItem,
    Problem,
    Release,
    SavedState,
    Schedule,
    StickNotice,
    Vitals,
)
from player.core.playing.rotation import Place
from player.core.playing.survey import FoundMedia, LostItem, Surveys
from player.core.playing.timetable import Timetable
from player.core.running_text import RunningText

LAYERS = 2
FULL = BrightnessPlan(UTC, (BrightnessStep(time.min, 100),))


@value(frozen=True, slots=True)
class Rules:
    """The settings that the decisions need; seconds, percent, bytes. stale_s 0: a folder is never stale."""

    panel: str = "panel"
    groups: tuple[str, ...] = ()
    version: str = "0"
    fit: Fit = Fit.CONTAIN
    volume: int = 80
    brightness: BrightnessPlan = FULL
    boundary: Literal["finish", "cut"] = "finish"
    pause_limit_s: float = 1800.0
    health_s: float = 60.0
    look_s: float = 2.0
    hardware: bool = False
    rotation: int = 0
    usb_mode: Literal["off", "fallback", "newest"] = "fallback"
    usb_after_s: float = 86400.0
    stale_s: float = 0.0
    journal: bool = True
    send_s: float = 900.0


@value(frozen=True, slots=True)
class RunState:
    """This run of the daemon. stopping: why it ends; None: it goes on."""

    started_mono: float = 0.0
    started_wall: datetime | None = None
    after_crash: bool = False
    stopping: str | None = None


@value(frozen=True, slots=True)
class MachineState:
    """conditions: what the rooms report as lasting, each under its reporter: one room never ends another's."""

    vitals: Vitals = field(default_factory=Vitals)
    trust: ClockTrust = ClockTrust.PLAUSIBLE
    clock_why: str = ""
    conditions: dict[tuple[Reporter, Alert], str] = field(default_factory=dict)


@value(frozen=True, slots=True)
class ContentState:
    """The releases of both sources, and what is known about the folder.

    folder_changed: when this run last saw a change. touched_at: when the folder or a sync tool's own file last changed.
    release_failures: since an adoption, with nothing played to its end between them.
    confined: whether the processes that read foreign files are; None: none of them has read anything yet.
    """

    releases: dict[Source, Release] = field(default_factory=dict)
    progress: dict[Source, ImportProgress] = field(default_factory=dict)
    problems: dict[Source, tuple[Problem, ...]] = field(default_factory=dict)
    folder_changed: datetime | None = None
    touched_at: datetime | None = None
    release_failures: int = 0
    notice: StickNotice | None = None
    confined: bool | None = None


@value(frozen=True, slots=True)
class StageState:
    """opened: the stage as it is now; None: there is none. lost: why the last one went, or could not be opened."""

    opened: StageOpened | None = None
    lost: str | None = None

    @property
    def why_not(self) -> str:
        return self.lost or "the display is not open yet"


class PlayPhase(StrEnum):
    CUEING = "cueing"
    CUED = "cued"
    RUNNING = "running"
    ENDED = "ended"


@value(frozen=True, slots=True)
class Play:
    """One item on one layer, once. What a decoder says about another play id is old news and changes nothing.

    scene, index: what it was cued for. shown_mono: since when it is on screen, uncovered; None: it is not.
    ends_mono: when an item that does not end by itself has had its time.
    give_up_mono: when the cueing, or the end of a video, is overdue. held_mono: since when it is paused.
    lost: pictures that came too late to be shown. ended_mono: since when its last picture stands.
    cued_black: its first frame, held in its window, was nothing but black.
    """

    id: int
    item: MediaItem
    scene: str
    index: int
    phase: PlayPhase
    give_up_mono: float | None
    software: bool = False
    length_s: float | None = None
    started_mono: float | None = None
    started_wall: datetime | None = None
    shown_mono: float | None = None
    ends_mono: float | None = None
    held_mono: float | None = None
    position_s: float | None = None
    frames: int | None = None
    moved_mono: float = 0.0
    lost: int = 0
    ended_mono: float | None = None
    cued_black: bool = False


class Ending(StrEnum):
    """Why a play left the screen."""

    END = "end"
    """It came to its end, or had its time."""
    CUT = "cut"
    """Another item or another scene took its place before that."""
    COVERED = "covered"
    """A card lies over it; it is held, and may come back."""
    FAILED = "failed"
    """Its decoder could not go on with it, it stood still, or its end never came."""
    CRASH = "crash"
    """Its decoder ended, or was killed, for another reason than the item."""
    STAGE_LOST = "stage-lost"
    STOPPED = "stopped"
    """The daemon ends; the last picture stays."""


@value(frozen=True, slots=True)
class EndedPlay:
    """What left the screen, as it was on screen, and why."""

    play: Play
    why: Ending


@value(frozen=True, slots=True)
class Failure:
    """How often an item's content failed in a row, and how the last time. quarantined: it is not tried again.

    count 0: only with hardware decoding, so that the software decodes it now.
    until_mono: when the quarantine ends by itself; None: it does not.
    """

    path: str
    count: int
    why: str
    quarantined: bool = False
    until_mono: float | None = None


class SceneKind(StrEnum):
    PLAY = "play"
    CARD = "card"


@value(frozen=True, slots=True)
class Scene:
    """What should be on screen. key: two scenes of the same key go over into each other without a cut.

    urgent: begins and ends at once instead of at the end of the present item.
    long: the card stays for hours, so the item under it is let go.
    text, by: the words of an urgent message, and who sent it.
    """

    kind: SceneKind
    key: str
    state: str
    reason: str
    playlist: str | None = None
    items: tuple[MediaItem, ...] = ()
    card: Card | None = None
    urgent: bool = False
    long: bool = False
    until: datetime | None = None
    text: str | None = None
    by: str | None = None


@value(frozen=True, slots=True)
class AskedChoice:
    """The schedule's answer, with what it was asked about and when; asked again when one of them changes.

    table: made from day to day, in small parts; None: the schedule is empty, or the clock is not believed.
    """

    about: tuple[Any, ...]
    schedule: Schedule
    choice: Choice
    mono: float
    table: Timetable | None = None


@value(frozen=True, slots=True)
class PlayedPictures:
    """Of a film's last plays: how many pictures there were to show, and how many of them were lost."""

    pictures: int
    lost: int


@value(frozen=True, slots=True)
class PlayingState:
    """What is on screen and what comes next. jump: the index that a command asked for. cut: change at once.

    finish_by_mono: until when an item of the scene before may go on. volume None: the setting's.
    failures, quarantined (those of them that are not tried again), stutters (what the office is told), pictures (of films that
    lost any; playing/stutter.py), lost: by content hash.
    passed: hashes of items that failed while hidden, passed over until another one is on screen; slow: that took too long.
    dropped: the hashes that the office took down. changes, failed: counted since the start, for the health report.
    """

    plays: tuple[Play | None, ...] = (None,) * LAYERS
    visible: int | None = None
    next_play_id: int = 1
    scene: Scene | None = None
    choice: AskedChoice | None = None
    places: dict[str, Place] = field(default_factory=dict)
    jump: int | None = None
    cut: bool = False
    finish_by_mono: float | None = None
    paused_until_mono: float | None = None
    card: Card | None = None
    volume: int | None = None
    failures: dict[str, Failure] = field(default_factory=dict)
    quarantined: dict[str, Failure] = field(default_factory=dict)
    stutters: dict[str, str] = field(default_factory=dict)
    pictures: dict[str, PlayedPictures] = field(default_factory=dict)
    passed: frozenset[str] = frozenset()
    slow: frozenset[str] = frozenset()
    lost: dict[str, LostItem] = field(default_factory=dict)
    dropped: frozenset[str] = frozenset()
    surveys: dict[Source, Surveys] = field(default_factory=dict)
    media: FoundMedia | None = None
    changes: int = 0
    failed: int = 0
    now_report: NowReport | None = None

    @property
    def current(self) -> Play | None:
        """The play on the visible layer."""
        return None if self.visible is None else self.plays[self.visible]


@value(frozen=True, slots=True)
class TickerState:
    """shown: the running text on screen; None: none. choice: what the release's rules say of it; None: they are not asked."""

    shown: RunningText | None = None
    choice: AskedChoice | None = None


@value(frozen=True, slots=True)
class PictureCheck:
    """What the pixel monitor saw last, and since when it looks wrong (monotonic seconds; None: it looks right).

    black, frozen: the faults that the last sample showed. natural: the item itself is black, so nothing is repaired.
    fault_mono: since when a fault stands, through all repairs. stuck_mono: since when no sample showed that VLC paints on.
    """

    sample: ScreenSampled | None = None
    sampled_mono: float | None = None
    black_mono: float | None = None
    still_mono: float | None = None
    stuck_mono: float | None = None
    black: bool = False
    natural: bool = False
    frozen: bool = False
    fault_mono: float | None = None
    repairs: int = 0
    repaired_mono: float | None = None


@value(frozen=True, slots=True)
class Escalation:
    """since_mono: since when nothing right can be on screen; None: it can. displays: its restarts since then."""

    since_mono: float | None = None
    displays: int = 0
    next_display_mono: float = 0.0
    next_machine_mono: float = 0.0


@value(frozen=True, slots=True)
class AskedLight:
    """The plan's answer, with the clock trust it was asked under and when; asked again when one of them changes."""

    trust: ClockTrust
    light: Light
    mono: float


@value(frozen=True, slots=True)
class Dimming:
    """What the screen was last asked for, and its answer: the percent that it has (None: none yet, or it cannot), why."""

    asked: int
    percent: int | None = None
    why: str = ""


@value(frozen=True, slots=True)
class BrightnessState:
    """wish: the office's percent, which stands above the plan; None: the plan holds. light None: the plan is not asked."""

    wish: int | None = None
    light: AskedLight | None = None
    dimming: Dimming | None = None


@value(frozen=True, slots=True)
class BriefCard:
    """identify or test-pattern, for some seconds. by: who asked."""

    card: Card
    until_mono: float
    command_id: str
    by: str = ""


@value(frozen=True, slots=True)
class Move:
    """A next, previous or goto that waits until its item is on screen."""

    command_id: str
    deadline_mono: float


@value(frozen=True, slots=True)
class PendingCommand:
    """A command that waits for a room: its id and when the director gives up waiting. detail: what is answered in the end.

    letters: it also waits for what LettersFound says of its text. saved: that is all that it waits for.
    """

    command_id: str
    what: str
    deadline_mono: float
    order: Order | None = None
    detail: str = ""
    letters: bool = False
    saved: bool = False


@value(frozen=True, slots=True)
class Ends:
    """When `show`, `blank`, `play` and `ticker` are over whatever the wall clock does (monotonic; None: no end, or not on)."""

    show: float | None = None
    blank: float | None = None
    play: float | None = None
    ticker: float | None = None


@value(frozen=True, slots=True)
class CommandState:
    """What commands have begun, and what time will end."""

    moves: tuple[Move, ...] = ()
    pending: tuple[PendingCommand, ...] = ()
    brief: BriefCard | None = None
    ends: Ends = field(default_factory=Ends)


@value(frozen=True, slots=True)
class OfficeState:
    """The link as it is, and what the office has been told: alerts, and the facts of the last report."""

    connected: bool = False
    heard_at: datetime | None = None
    alerts: dict[Alert, str] = field(default_factory=dict)
    reported: tuple[Any, ...] = ()
    reported_mono: float | None = None
    status_mono: float | None = None


@dataclass(frozen=True)
class State:
    rules: Rules
    run: RunState = field(default_factory=RunState)
    machine: MachineState = field(default_factory=MachineState)
    content: ContentState = field(default_factory=ContentState)
    stage: StageState = field(default_factory=StageState)
    decoders: tuple[Supervision, ...] = (Supervision(),) * LAYERS
    playing: PlayingState = field(default_factory=PlayingState)
    ticker: TickerState = field(default_factory=TickerState)
    picture: PictureCheck = field(default_factory=PictureCheck)
    escalation: Escalation = field(default_factory=Escalation)
    brightness: BrightnessState = field(default_factory=BrightnessState)
    commands: CommandState = field(default_factory=CommandState)
    office: OfficeState = field(default_factory=OfficeState)
    journal: JournalState = field(default_factory=JournalState)
    saved: SavedState = field(default_factory=SavedState)

    @property
    def finished(self) -> bool:
        return self.run.stopping is not None
