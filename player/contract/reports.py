"""What a panel reports: health (schema version 1), `now`, its state, alerts, replies (mqtt.md).

Knows: the shape of each report. Touches nothing. None means that the machine cannot tell, never a guess.
Must not: measure anything (core/office/health.py builds the health report from state and vitals).
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from player.base.values import value

REFUSALS: tuple[str, ...] = (
    "retained", "expired", "malformed", "unknown", "bad-args", "too-large", "not-allowed", "too-many",
)  # fmt: skip
"""The codes of a rejected command."""
STAGES: tuple[str, ...] = ("accepted", "done", "failed", "rejected")


class PlayerState(StrEnum):
    PLAYING = "playing"
    PAUSED = "paused"
    BLANK = "blank"
    DARK = "dark"
    OVERRIDE = "override"
    IDLE = "idle"


ON_PURPOSE = {PlayerState.DARK: "dark, as planned", PlayerState.BLANK: "black, on purpose"}
"""What is said of a screen that is black in this state, and right."""


@value(frozen=True, slots=True)
class LayerReport:
    """confined: its decoder has no network, no files and no neighbours in reach; None: not known, or not running yet."""

    state: str
    restarts: int
    memory_bytes: int | None
    confined: bool | None = None


@value(frozen=True, slots=True)
class PlayerReport:
    """ticker: the running text on screen, its first 200 characters; None: none."""

    state: PlayerState
    reason: str
    playlist: str | None
    item: str | None
    position_s: float | None
    since: datetime | None
    changes: int
    failures: int
    quarantined: tuple[str, ...]
    layers: tuple[LayerReport, ...]
    ticker: str | None = None


@value(frozen=True, slots=True)
class ScreenReport:
    """brightness: the percent that the screen really has; None: it cannot be dimmed, or has not answered yet.

    rotation: degrees clockwise by which everything is drawn turned inside the region; None: an older version tells none.
    """

    width: int | None
    height: int | None
    region: tuple[int, int, int, int] | None
    connected: bool | None
    lit: bool | None
    moving: bool | None
    brightness: int | None = None
    rotation: int | None = None


@value(frozen=True, slots=True)
class PendingReport:
    """The import under way."""

    slot: str
    files_done: int
    files_total: int
    bytes_done: int
    bytes_total: int
    seconds_left: float | None
    waiting_for: str


@value(frozen=True, slots=True)
class ContentReport:
    """confined: so are the processes that read what comes from outside; None: nothing has been read yet.

    digest: of the content that plays (content_digest.py), which the office compares with its folder's; None: not known.
    """

    slot: str | None
    release: int | None
    serial: int | None
    adopted_at: datetime | None
    files: int
    bytes: int
    pending: PendingReport | None
    problems: tuple[str, ...]
    confined: bool | None = None
    digest: str | None = None


@value(frozen=True, slots=True)
class MachineReport:
    cpu_percent: float | None
    memory_percent: float | None
    disk_free_bytes: int | None
    temperature_c: float | None
    load_1m: float | None
    received_bytes: int | None
    sent_bytes: int | None


@value(frozen=True, slots=True)
class HealthReport:
    """groups: panel.groups; none in the report of an older version."""

    v: int
    at: datetime
    clock: str
    version: str
    uptime_s: int
    player: PlayerReport
    screen: ScreenReport
    content: ContentReport
    machine: MachineReport
    alerts: tuple[str, ...]
    groups: tuple[str, ...] = ()


@value(frozen=True, slots=True)
class BrightnessReport:
    """For `panel-player status` only (the office's report is fixed). percent: what the screen has; None: see why."""

    asked: int | None
    percent: int | None
    why: str
    reason: str


@value(frozen=True, slots=True)
class JournalReport:
    """For `panel-player status` only. records: kept so far. acknowledged: up to which number the office has them.

    unsent_since: when the first one began that the office does not have; None: it has all of them.
    """

    records: int
    acknowledged: int
    unsent_since: datetime | None


@value(frozen=True, slots=True)
class NowReport:
    """What is on screen, published at each change of item. until None: not known.

    text (its first 80 characters) and by (who sent it): only while it is an urgent message. ticker: the running text over
    the picture, its first 200 characters, while there is one.
    """

    item: str | None
    playlist: str | None
    reason: str
    since: datetime
    until: datetime | None
    text: str | None = None
    by: str | None = None
    ticker: str | None = None


MESSAGE_FIELDS = ("text", "by", "ticker")
"""Of `now`: left out of the message while there is none, as it is sent with each change of item."""


@value(frozen=True, slots=True)
class Reply:
    """What the panel answers. stage: accepted, done, failed, rejected. id null: the command had none."""

    id: str | None
    stage: str
    code: str
    detail: str
    at: datetime


@value(frozen=True, slots=True)
class StateReport:
    """Retained; the last will is only `{"online": false}`. boot: random, new at each start of the daemon.

    key: the public half of the key with which the panel signs its records (base64).
    """

    online: bool
    since: datetime | None = None
    version: str | None = None
    boot: str | None = None
    key: str | None = None


@value(frozen=True, slots=True)
class AlertReport:
    raised: datetime
    detail: str
