"""What the world told the director: one frozen value for each kind of news, in the past tense.

Knows: what each room may report. Touches nothing.
Must not: say what is to be done about it (that is the director's).
"""

from __future__ import annotations

from datetime import datetime

from player.base.clocks import ClockTrust
from player.base.values import value
from player.bundle.source import Source
from player.contract.commands import Command
from player.contract.records import Acknowledgement
from player.core.alerts import Alert, Reporter
from player.core.model import Card, ImportProgress, Problem, Release, SavedState, StickNotice, Vitals

# ---- the loop and the machine


@value(frozen=True, slots=True)
class Started:
    """The daemon is up; `saved` is what the last run left. `after_crash`: it did not stop cleanly."""

    saved: SavedState
    version: str
    panel: str
    after_crash: bool = False


@value(frozen=True, slots=True)
class Tick:
    """The moment that the director asked to be woken at has come."""


@value(frozen=True, slots=True)
class StopRequested:
    """A signal or a command asks the daemon to end."""

    why: str


@value(frozen=True, slots=True)
class VitalsMeasured:
    vitals: Vitals


@value(frozen=True, slots=True)
class ClockChecked:
    """why: what is wrong with a clock that is not believed, and the remedy; "" for a clock that is."""

    trust: ClockTrust
    why: str = ""


@value(frozen=True, slots=True)
class ConditionReported:
    """A room's own lasting condition began (detail: what, and the remedy) or ended (None), whatever other rooms report."""

    reporter: Reporter
    alert: Alert
    detail: str | None


@value(frozen=True, slots=True)
class PowerRefused:
    """A RebootMachine or RestartDisplay was not carried out. what: "reboot" or "display"."""

    what: str
    why: str


@value(frozen=True, slots=True)
class StateSaved:
    """The end of a SaveState that a command waits for. ok: it is on the disk; else why says what is in the way."""

    command_id: str
    ok: bool
    why: str = ""


# ---- the screen


@value(frozen=True, slots=True)
class StageOpened:
    """The window is there, `width` x `height` pixels of screen, region = x, y, width, height in pixels."""

    width: int
    height: int
    region: tuple[int, int, int, int]


@value(frozen=True, slots=True)
class StageLost:
    """The X server went away, or cannot be reached."""

    why: str


@value(frozen=True, slots=True)
class DecoderReady:
    """confined: it has no network, no files and no neighbours in reach (base/confinement.py)."""

    layer: int
    generation: int
    confined: bool = True


@value(frozen=True, slots=True)
class DecoderExited:
    """The decoder's process ended. signal: the number that killed it; None: it ended by itself, or never began.

    how: the same in words, for the log ("killed by SIGSEGV", "exit status 1").
    """

    layer: int
    generation: int
    how: str
    signal: int | None = None


@value(frozen=True, slots=True)
class DecoderBeat:
    """A decoder's passive heartbeat, every second. frames: pictures shown so far by this play; lost: that came too late
    to be shown."""

    layer: int
    generation: int
    play_id: int
    position_s: float | None
    frames: int | None
    memory_bytes: int | None
    lost: int | None = None


@value(frozen=True, slots=True)
class ItemCued:
    """The item's first frame is painted on the hidden layer, which holds it there. lit False: nothing but black is seen of it."""

    layer: int
    play_id: int
    length_s: float | None
    lit: bool = True


@value(frozen=True, slots=True)
class ItemEnded:
    layer: int
    play_id: int


@value(frozen=True, slots=True)
class ItemFailed:
    layer: int
    play_id: int
    why: str


@value(frozen=True, slots=True)
class ItemLost:
    """The item's file has gone from the library: the panel's own fault, so nothing is blamed and the library repairs it."""

    layer: int
    play_id: int


@value(frozen=True, slots=True)
class ScreenSampled:
    """What the pixels say. lit: anything but black. moving: changed since the sample before. None: cannot tell.

    painting: the visible layer drew something since the sample before, whether or not the pixels changed.
    own_lit, own_moving: the same as lit and moving, of the visible layer's own pixels, whatever lies over it.
    """

    connected: bool | None
    lit: bool | None
    moving: bool | None
    painting: bool | None
    own_lit: bool | None = None
    own_moving: bool | None = None


@value(frozen=True, slots=True)
class CardShown:
    """The card is drawn and lies on top; to draw a text takes some tenths of a second."""

    card: Card


@value(frozen=True, slots=True)
class LettersFound:
    """missing: the letters of a text that no installed font has, each once; package: what would bring them."""

    command_id: str
    missing: str
    package: str = ""


@value(frozen=True, slots=True)
class ScreenshotTaken:
    """jpeg None: it failed, and why says how."""

    command_id: str
    jpeg: bytes | None
    why: str = ""


@value(frozen=True, slots=True)
class OutputsChanged:
    """A screen was plugged in or out, or set up anew: it may have lost the brightness that it was asked for."""


@value(frozen=True, slots=True)
class BrightnessSet:
    """The end of a SetBrightness. why "": the screen is that bright now; else why it cannot be, in plain words."""

    percent: int
    command_id: str
    why: str = ""


# ---- the library


@value(frozen=True, slots=True)
class ReleaseAdopted:
    """A release became the current one of its source (also at the start, for what the library already holds)."""

    release: Release


@value(frozen=True, slots=True)
class ImportProgressed:
    """None: nothing is being imported in this source (any more)."""

    source: Source
    progress: ImportProgress | None


OUT_OF_SIGHT = "content.folder"
"""Where a problem is when the folder itself is not there, or cannot be listed."""


@value(frozen=True, slots=True)
class ProblemsFound:
    """Everything that is wrong with what lies in the source's folder now; empty: all is well."""

    source: Source
    problems: tuple[Problem, ...]


@value(frozen=True, slots=True)
class FolderChanged:
    """Somebody changed the synced folder (also when the change has not been adopted yet)."""


@value(frozen=True, slots=True)
class FolderAged:
    """When the synced folder, or a sync tool's own file in it, was last changed (aware); None: nothing lies there."""

    changed_at: datetime | None


@value(frozen=True, slots=True)
class ParsersConfined:
    """What is in reach of the processes that read foreign files; why_not "": nothing is, they are confined."""

    why_not: str


@value(frozen=True, slots=True)
class LibraryAnswered:
    """The end of a `rescan` or `rollback` that a command asked for. ok False: detail says why, in plain words."""

    command_id: str
    ok: bool
    detail: str


@value(frozen=True, slots=True)
class StickNoticed:
    """The technician's notice changed; None: no stick is there any more."""

    notice: StickNotice | None


# ---- proof of play


@value(frozen=True, slots=True)
class JournalKept:
    """How many records are on the disk, and up to which the office has them. oldest: when the first unsent one began."""

    records: int
    acknowledged: int
    oldest: datetime | None = None


@value(frozen=True, slots=True)
class BatchMade:
    """The end of a MakeBatch: the oldest unsent records, signed and packed."""

    payload: bytes


@value(frozen=True, slots=True)
class RecordsAcknowledged:
    """The office says, over the network or with a stick, that it has stored records of this panel."""

    acknowledgement: Acknowledgement


# ---- the office


@value(frozen=True, slots=True)
class OfficeConnected:
    """Subscribed, and proved by a round trip."""


@value(frozen=True, slots=True)
class OfficeDisconnected:
    why: str


@value(frozen=True, slots=True)
class CommandArrived:
    command: Command


@value(frozen=True, slots=True)
class LogLinesRead:
    """The answer to the `logs` command."""

    command_id: str
    lines: tuple[str, ...]


Event = (
    Started | Tick | StopRequested | VitalsMeasured | ClockChecked | ConditionReported | PowerRefused
    | StateSaved
    | StageOpened | StageLost | DecoderReady | DecoderExited | DecoderBeat | ItemCued | ItemEnded | ItemFailed
    | ItemLost
    | ScreenSampled | CardShown | LettersFound | ScreenshotTaken | OutputsChanged | BrightnessSet
    | ReleaseAdopted | ImportProgressed | ProblemsFound | FolderChanged | FolderAged | ParsersConfined
    | LibraryAnswered | StickNoticed
    | JournalKept | BatchMade | RecordsAcknowledged
    | OfficeConnected | OfficeDisconnected | CommandArrived | LogLinesRead
)  # fmt: skip
