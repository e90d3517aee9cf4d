"""What the director remembers for proof of play: the open record, both clocks, and how far the office has got.

Knows: the group's shape. Touches nothing. Must not: decide (recording.py and delivery.py do).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from player.base.clocks import Now
from player.contract.records import PlayRecord, RecordEnd
from player.core.events import JournalKept, ScreenSampled
from player.core.model import Card


@dataclass(frozen=True, slots=True)
class OpenRecord:
    """The record of what is on screen now. key: its subject. sample: the last one that was counted.

    ended, stands_since: how and when its play ended, while its last picture still stands. tickers: the texts that have run
    over it.
    """

    key: tuple[object, ...]
    record: PlayRecord
    sample: ScreenSampled | None = None
    ended: RecordEnd | None = None
    stands_since: datetime | None = None
    tickers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class JournalState:
    """edge: where this run's last record ends, and the next begins. clock: when both clocks were last compared.

    card: the one that is drawn and lies on top, as the screen said; None: none does.
    kept: what the room last said of its records. batch_mono: until when the batch on its way is waited for; None: there is
    none. tries: batches in a row that nobody acknowledged. send_mono: when the next batch may go. connected_mono: since when
    the office is connected.
    """

    opened: OpenRecord | None = None
    edge: datetime | None = None
    card: Card | None = None
    clock: Now | None = None
    beat_mono: float = 0.0
    kept: JournalKept | None = None
    batch_mono: float | None = None
    tries: int = 0
    send_mono: float = 0.0
    connected_mono: float | None = None
