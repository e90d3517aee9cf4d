"""The director's memory: one frozen value, and the scratch pad of one turn.

Knows: everything that the decisions depend on. Touches nothing. Must not: decide (director.py and its fellows do).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time
from enum import StrEnum
from typing import Any, Literal

from player.base.clocks import ClockTrust, Now
from player.bundle.source import Source
from player.contract.commands import Order
from player.contract.reports import NowReport
from player.core.alerts import Alert, Reporter
from player.core.brightness.plan import Light
from player.core.decoders.supervision import Supervision
from player.core.effects import Effect, Note
from player.core.events import ScreenSampled, StageOpened
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
    StickNotice,
    Vitals,
)
from player.core.playing.rotation import Place

LAYERS = 2


FULL = BrightnessPlan(UTC, (BrightnessStep(time.min, 100),))


@dataclass(frozen=True, slots=True)
class Rules:
    """The settings that the decisions need; seconds, percent, bytes."""

    panel: str = "panel"
    version: str = "0"
    fit: Fit = Fit.CONTAIN
    volume: int = 80
    brightness: BrightnessPlan = FULL
    boundary: Literal["finish", "cut"] = "finish"
    pause_limit_s: float = 1800.0
    health_s: float = 60.0
    look_s: float = 2.0
    hardware: bool = False
    usb_mode: Literal["off", "fallback", "newest"] = "fallback"
    usb_after_s: float = 86400.0
    stale_s: float = 0.0
    """0: a folder is never stale."""


class PlayPhase(StrEnum):
    CUEING = "cueing"
    CUED = "cued"
    RUNNING = "running"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Play:
    """One item on one layer, once. A layer's word about another id is old news and changes nothing.

    scene, index: what it was cued for. ends_mono: when an image or a stream has had its time.
    give_up_mono: when the cueing, or the end of a video, is overdue. held_mono: since when it is paused.
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
    ends_mono: float | None = None
    held_mono: float | None = None
    position_s: float | None = None
    frames: int | None = None
    moved_mono: float = 0.0


@dataclass(frozen=True, slots=True)
class Failure:
    """How often an item's content failed in a row, and how the last time. quarantined: it is not tried again.

    count 0: only with hardware decoding, so that the software decodes it now.
    """

    path: str
    count: int
    why: str
    quarantined: bool = False


class SceneKind(StrEnum):
    PLAY = "play"
    CARD = "card"


@dataclass(frozen=True, slots=True)
class Scene:
    """What should be on screen. key: two scenes of the same key go over into each other without a cut.

    urgent: begins and ends at once instead of at the end of the present item.
    long: the card stays for hours, so the item under it is let go.
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


@dataclass(frozen=True, slots=True)
class BriefCard:
    """identify or test-pattern, for some seconds."""

    card: Card
    until_mono: float
    command_id: str


@dataclass(frozen=True, slots=True)
class Move:
    """A next, previous or goto that is answered when its item is on screen."""

    command_id: str
    deadline_mono: float


@dataclass(frozen=True, slots=True)
class AskedChoice:
    """The schedule's answer, with what it was asked about and when; asked again when one of them changes."""

    about: tuple[Any, ...]
    choice: Choice
    mono: float


@dataclass(frozen=True, slots=True)
class AskedLight:
    """The plan's answer, with the clock trust it was asked under and when; asked again when one of them changes."""

    trust: ClockTrust
    light: Light
    mono: float


@dataclass(frozen=True, slots=True)
class Dimming:
    """What the screen was last asked for, and its word: `percent` it has (None: not told yet, or it cannot), `why`."""

    asked: int
    percent: int | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class PictureCheck:
    """What the pixel monitor saw last, and since when it looks wrong (monotonic seconds; None: it looks right).

    black, frozen: the faults that the last sample showed.
    """

    look: ScreenSampled | None = None
    sampled_mono: float | None = None
    black_mono: float | None = None
    still_mono: float | None = None
    black: bool = False
    frozen: bool = False
    repairs: int = 0
    repaired_mono: float | None = None


@dataclass(frozen=True, slots=True)
class Escalation:
    """since_mono: since when nothing right can be on screen; None: it can. displays: asked for in this trouble."""

    since_mono: float | None = None
    displays: int = 0
    next_display_mono: float = 0.0
    next_machine_mono: float = 0.0


@dataclass(frozen=True, slots=True)
class PendingCommand:
    """A command that waits for a room: its id and when we give up waiting."""

    command_id: str
    what: str
    deadline_mono: float
    order: Order | None = None


@dataclass(frozen=True)
class State:
    rules: Rules
    started_mono: float = 0.0
    started_wall: datetime | None = None
    after_crash: bool = False
    stopping: str | None = None
    trust: ClockTrust = ClockTrust.PLAUSIBLE
    clock_why: str = ""
    releases: dict[Source, Release] = field(default_factory=dict)
    progress: dict[Source, ImportProgress] = field(default_factory=dict)
    problems: dict[Source, tuple[Problem, ...]] = field(default_factory=dict)
    folder_changed: datetime | None = None
    folder_aged: datetime | None = None
    office_heard: datetime | None = None
    office_connected: bool = False
    stage: StageOpened | None = None
    stage_lost: str | None = None
    decoders: tuple[Supervision, ...] = (Supervision(),) * LAYERS
    plays: tuple[Play | None, ...] = (None,) * LAYERS
    visible: int | None = None
    next_play_id: int = 1
    scene: Scene | None = None
    choice: AskedChoice | None = None
    places: dict[str, Place] = field(default_factory=dict)
    jump: int | None = None
    cut: bool = False
    finish_by_mono: float | None = None
    card: Card | None = None
    notice: StickNotice | None = None
    brief: BriefCard | None = None
    paused_until_mono: float | None = None
    saved: SavedState = field(default_factory=SavedState)
    show_ends_mono: float | None = None
    volume: int | None = None
    brightness: int | None = None
    light: AskedLight | None = None
    dimming: Dimming | None = None
    moves: tuple[Move, ...] = ()
    pending: tuple[PendingCommand, ...] = ()
    failures: dict[str, Failure] = field(default_factory=dict)
    release_failures: int = 0
    changes: int = 0
    failed: int = 0
    picture: PictureCheck = field(default_factory=PictureCheck)
    escalation: Escalation = field(default_factory=Escalation)
    vitals: Vitals = field(default_factory=Vitals)
    conditions: dict[tuple[Reporter, Alert], str] = field(default_factory=dict)
    alerts: dict[Alert, str] = field(default_factory=dict)
    now_report: NowReport | None = None
    reported: tuple[Any, ...] = ()
    reported_mono: float | None = None
    status_mono: float | None = None

    @property
    def finished(self) -> bool:
        return self.stopping is not None

    @property
    def stage_why(self) -> str:
        """Why there is no stage."""
        return self.stage_lost or "the display is not open yet"


class Turn:
    """One turn of the loop: the state as it becomes, and the effects asked for so far."""

    def __init__(self, state: State, now: Now) -> None:
        self.s = state
        self.now = now
        self.effects: list[Effect] = []

    def set(self, **changes: Any) -> None:
        self.s = replace(self.s, **changes)

    def ask(self, *effects: Effect) -> None:
        self.effects.extend(effects)

    def note(self, text: str, level: str = "info") -> None:
        self.effects.append(Note(level, text))

    def set_play(self, layer: int, play: Play | None) -> None:
        self.set(plays=tuple(play if i == layer else p for i, p in enumerate(self.s.plays)))

    def set_decoder(self, layer: int, decoder: Supervision) -> None:
        self.set(decoders=tuple(decoder if i == layer else old for i, old in enumerate(self.s.decoders)))

    @property
    def current(self) -> Play | None:
        """The play on the layer that is on top."""
        return None if self.s.visible is None else self.s.plays[self.s.visible]
