"""What the director asks of the world: one frozen value for each kind of request, one union for each room.

Knows: what each room can be asked. Touches nothing. No effect has a reply: a result comes back as an event.
Must not: hold anything that is not a value.
"""

from __future__ import annotations

from enum import StrEnum

from player.base.values import value
from player.bundle.source import Source
from player.contract.records import Acknowledgement, PlayRecord
from player.contract.reports import BrightnessReport, HealthReport, JournalReport, NowReport
from player.core.alerts import Alert
from player.core.model import Card, Fit, MediaItem, SavedState, StickNotice

# ---- the screen


@value(frozen=True, slots=True)
class StartDecoder:
    layer: int
    generation: int


@value(frozen=True, slots=True)
class KillDecoder:
    """abort: SIGABRT first, so that its stacks are in the journal; SIGKILL follows."""

    layer: int
    generation: int
    why: str
    abort: bool = False


@value(frozen=True, slots=True)
class CueItem:
    """Open the item on a hidden layer, paint its first frame, and hold it there until StartItem.

    software: never ask the hardware to decode this one, whatever the settings say.
    """

    layer: int
    play_id: int
    item: MediaItem
    fit: Fit
    software: bool = False


@value(frozen=True, slots=True)
class StartItem:
    """Raise the layer and let its cued item run, with this volume; a cued item is silent."""

    layer: int
    play_id: int
    volume: int


@value(frozen=True, slots=True)
class HoldItem:
    """Pause."""

    layer: int
    play_id: int


@value(frozen=True, slots=True)
class ContinueItem:
    """Resume after HoldItem."""

    layer: int
    play_id: int


@value(frozen=True, slots=True)
class SuspendDecoder:
    """suspend: stop the decoder's process as it is, its cued item painted; else let it run. It is asked nothing meanwhile."""

    layer: int
    generation: int
    suspend: bool


@value(frozen=True, slots=True)
class DropItem:
    """Forget the item on a hidden layer."""

    layer: int
    play_id: int


@value(frozen=True, slots=True)
class SetVolume:
    """Of the item that this layer plays now."""

    layer: int
    percent: int


@value(frozen=True, slots=True)
class SetBrightness:
    """Answered by BrightnessSet. command_id empty: no command waits for the answer."""

    percent: int
    command_id: str = ""


class Waiting(StrEnum):
    """What a panel without anything to show waits for; the text of its waiting card."""

    CONTENT = ""
    OTHER_CONTENT = "refused"  # what is there has been refused
    FOLDER = "no-folder"


@value(frozen=True, slots=True)
class ShowCard:
    """Cover the layers with a card; it stays until HideCard or another card."""

    card: Card


@value(frozen=True, slots=True)
class HideCard:
    pass


@value(frozen=True, slots=True)
class ShowNotice:
    """The technician's strip at the edge of the picture; None takes it away."""

    notice: StickNotice | None


@value(frozen=True, slots=True)
class ShowTicker:
    """A running text, over the layers and cards: these messages one after the other, again and again, until HideTicker."""

    messages: tuple[str, ...]


@value(frozen=True, slots=True)
class HideTicker:
    pass


@value(frozen=True, slots=True)
class RebuildStage:
    why: str


@value(frozen=True, slots=True)
class TakeScreenshot:
    command_id: str
    width: int | None


@value(frozen=True, slots=True)
class FindLetters:
    """Which letters of the text no installed font has; answered by LettersFound."""

    command_id: str
    text: str


StageEffect = (
    StartDecoder | KillDecoder | CueItem | StartItem | HoldItem | ContinueItem | SuspendDecoder | DropItem | SetVolume
    | SetBrightness | ShowCard | HideCard | ShowNotice | ShowTicker | HideTicker | FindLetters
)  # fmt: skip
"""What is done on a stage that is there."""
ScreenEffect = StageEffect | RebuildStage | TakeScreenshot


# ---- the library


@value(frozen=True, slots=True)
class RescanLibrary:
    """command_id empty: no command waits for the answer."""

    command_id: str = ""


@value(frozen=True, slots=True)
class RollBackLibrary:
    """Back to the release before. command_id empty: no command waits for the answer."""

    source: Source
    command_id: str = ""
    why: str = ""


@value(frozen=True, slots=True)
class FitRenditions:
    """The region has this size, in pixels of the screen: pages are to be drawn for it."""

    width: int
    height: int


LibraryEffect = RescanLibrary | RollBackLibrary | FitRenditions


# ---- the link to the office


@value(frozen=True, slots=True)
class PublishHealth:
    report: HealthReport


@value(frozen=True, slots=True)
class PublishNow:
    now: NowReport


@value(frozen=True, slots=True)
class RaiseAlert:
    alert: Alert
    detail: str


@value(frozen=True, slots=True)
class ClearAlert:
    alert: Alert


@value(frozen=True, slots=True)
class SendReply:
    """stage: "done" or "failed" (the link itself says "accepted" and "rejected"). detail: a JSON-able string."""

    command_id: str
    stage: str
    code: str = ""
    detail: str = ""


@value(frozen=True, slots=True)
class PublishScreenshot:
    command_id: str
    jpeg: bytes


@value(frozen=True, slots=True)
class OfferPlaylists:
    """The names that `play` may be asked for, for programs that let a person choose."""

    names: tuple[str, ...]


@value(frozen=True, slots=True)
class PublishBatch:
    """Records of what was shown, packed and signed (contract/record_batches.py)."""

    payload: bytes


LinkEffect = (
    PublishHealth | PublishNow | RaiseAlert | ClearAlert | SendReply | PublishScreenshot | OfferPlaylists | PublishBatch
)


# ---- the machine


@value(frozen=True, slots=True)
class SaveState:
    """command_id empty: no command waits for the answer; else it is StateSaved."""

    saved: SavedState
    command_id: str = ""


@value(frozen=True, slots=True)
class ReadLog:
    command_id: str
    lines: int


@value(frozen=True, slots=True)
class RebootMachine:
    """automatic: by escalation, not by a person; then it is refused when it would become a loop of restarts."""

    why: str
    automatic: bool = False


@value(frozen=True, slots=True)
class RestartDisplay:
    """Ask systemd to restart the display service."""

    why: str


MachineEffect = SaveState | ReadLog | RebootMachine | RestartDisplay


# ---- proof of play


@value(frozen=True, slots=True)
class KeepRecord:
    """A record that has ended. Its number and the boot are the room's to fill in."""

    record: PlayRecord


@value(frozen=True, slots=True)
class KeepRunning:
    """The open record as far as it has got: with it the next start closes what a power cut left open."""

    record: PlayRecord


@value(frozen=True, slots=True)
class MakeBatch:
    """The oldest unsent records; the answer is BatchMade."""


@value(frozen=True, slots=True)
class KeepAcknowledgement:
    acknowledgement: Acknowledgement


JournalEffect = KeepRecord | KeepRunning | MakeBatch | KeepAcknowledgement


# ---- the loop itself


@value(frozen=True, slots=True)
class WriteStatus:
    """For `panel-player status`: encoded with the contract's models, written by the machine."""

    report: HealthReport
    brightness: BrightnessReport
    journal: JournalReport | None = None


@value(frozen=True, slots=True)
class Note:
    """One line for the log. level: "info", "warning" or "error"."""

    level: str
    text: str


Effect = ScreenEffect | LibraryEffect | LinkEffect | MachineEffect | JournalEffect | WriteStatus | Note
