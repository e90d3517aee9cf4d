"""Panels of a city for the office's tests: what they recorded, in batches as they send them, without any network."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from player.contract.records import NO_CHAIN, PlayRecord, RecordEnd, RecordKind, Seen, milliseconds, to_millisecond
from tests.kit.records import TestKey, packed_batch

MIDNIGHT = datetime(2026, 11, 21, 17, tzinfo=UTC)
"""22 November 2026 in Jakarta, 00:00."""
ZONE = "Asia/Jakarta"


@dataclass
class SimulatedPanel:
    """A panel's chain, as it grows. `batch` packs what was added since the last one."""

    name: str = "serang-01"
    key: TestKey = field(default_factory=TestKey)
    at: datetime = MIDNIGHT
    n: int = 0
    chain: str = NO_CHAIN
    waiting: list[PlayRecord] = field(default_factory=list)

    def add(self, kind: RecordKind, seconds: float, *, ends: bool = True, **more: object) -> PlayRecord:
        """One record that begins where the last one ended."""
        self.n += 1
        defaults: dict[str, object] = {"clock": "synced", "boot": "b1", "n": self.n}
        record = replace(PlayRecord(to_millisecond(self.at), seconds, kind), **{**defaults, **more})  # type: ignore[arg-type]
        self.waiting.append(record)
        if ends:
            self.at = record.at + timedelta(milliseconds=milliseconds(seconds))
        return record

    def play(
        self, name: str, seconds: float = 15.0, *, seen: bool | None = True, ended: RecordEnd = RecordEnd.END
    ) -> PlayRecord:
        """An item; seen None: no sample fell into it."""
        samples = None if seen is None else Seen(3, 3 if seen else 1, 3)
        return self.add(
            RecordKind.ITEM, seconds, item=f"media/{name}.mp4", sha256=(name.encode().hex() * 64)[:64], title=name,
            playlist="default", source="folder", release=7, reason="schedule: default", seen=samples, ended=ended,
        )  # fmt: skip

    def plays(self, count: int, names: Sequence[str] = ("a", "b", "c"), seconds: float = 15.0) -> None:
        for number in range(count):
            self.play(names[number % len(names)], seconds)

    def batch(self, *, key: TestKey | None = None, panel: str = "", chains: bool = False) -> bytes:
        """Everything since the last batch; the chain goes on."""
        packed, self.chain = packed_batch(self.waiting, self.chain, key or self.key, panel or self.name, chains=chains)
        self.waiting = []
        return packed

    def batches(self, size: int = 500) -> Iterable[bytes]:
        """The same, in batches of at most `size` records."""
        waiting, self.waiting = self.waiting, []
        for begin in range(0, len(waiting), size):
            self.waiting = waiting[begin : begin + size]
            yield self.batch()


def record_a_day(panel: SimulatedPanel) -> None:
    """A day that has everything: dark at night, plays, an urgent message, a card, a power cut, a fault, a step of the clock."""
    ends = panel.at + timedelta(days=1)
    panel.add(RecordKind.DARK, 5 * 3600, reason="dark until 05:00")
    panel.plays(300, seconds=60)
    panel.add(RecordKind.MESSAGE, 1800, title="Banjir", reason="show by dina", seen=Seen(180, 180))
    panel.plays(100, ("a", "d"), 60)
    panel.play("b", 4.25, ended=RecordEnd.POWER)
    panel.add(RecordKind.OFF, 754.5, reason="power: no heartbeat", boot="b2")
    panel.add(RecordKind.CARD, 8, reason="waiting for content", boot="b2")
    panel.add(RecordKind.CLOCK, 2.4, reason="set by the time server", boot="b2")
    panel.plays(150, seconds=60)
    panel.add(RecordKind.FAULT, 62.1, reason="screen.black")
    panel.play("e", 15, seen=None)
    panel.play("e", 15, seen=False)
    panel.add(RecordKind.BLANK, 300, reason="blank by dina")
    panel.plays(225, seconds=60)
    left = (ends - panel.at).total_seconds()
    panel.add(RecordKind.DARK, left + 5 * 3600, reason="dark until 05:00")
