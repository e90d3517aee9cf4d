"""When a reading becomes a lasting condition that the office is told of, and when it has passed.

Knows: the thresholds and the remedies. Touches nothing.
Must not: measure (vitals.py does), or repeat itself: a condition begins once and ends once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from player.core.alerts import Alert, Reporter
from player.core.events import ConditionReported
from player.core.model import Vitals

GIB = 1 << 30
MEMORY_HIGH_PERCENT, MEMORY_FINE_PERCENT = 90.0, 80.0
TEMPERATURE_HIGH_C, TEMPERATURE_FINE_C = 85.0, 78.0
"""Intel's and AMD's mobile parts throttle from 95-105 degrees on: there is time to act."""
DISK_SHARE = 0.1
DISK_FINE_FACTOR = 1.5
PATIENCE = 3
"""Readings in a row: half a minute of high memory or heat; a peak is no alert."""


@dataclass(frozen=True, slots=True)
class DiskReading:
    """The file system that holds the state folder."""

    free_bytes: int
    total_bytes: int
    read_only: bool


class Conditions:
    """Fed with every measurement; yields what began or ended."""

    def __init__(self) -> None:
        self._raised: set[Alert] = set()
        self._seen: dict[Alert, int] = {}

    def judge(self, vitals: Vitals, disk: DiskReading | None, folder: str) -> Iterator[ConditionReported]:
        if disk is not None:
            low = min(GIB, round(disk.total_bytes * DISK_SHARE))
            yield from self._step(
                Alert.DISK_LOW,
                began=disk.free_bytes < low,
                ended=disk.free_bytes >= low * DISK_FINE_FACTOR,
                detail=f"{_size(disk.free_bytes)} of {_size(disk.total_bytes)} are free where {folder} is; "
                "new content may not fit: remove what else lies on that disk, or lower content.keep_releases",
            )
            yield from self._step(
                Alert.DISK_READ_ONLY,
                began=disk.read_only,
                ended=not disk.read_only,
                detail=f"the file system of {folder} has become read-only, as Linux does after a disk error; "
                "the picture goes on, nothing new can be taken in: look at the kernel's log, check or replace the disk",
            )
        if vitals.memory_percent is not None:
            yield from self._step(
                Alert.MEMORY_HIGH,
                began=vitals.memory_percent >= MEMORY_HIGH_PERCENT,
                ended=vitals.memory_percent < MEMORY_FINE_PERCENT,
                patience=PATIENCE,
                detail=f"{vitals.memory_percent:.0f} % of the memory is in use; see what uses it (ps aux --sort=-rss), "
                "send restart-player if it is the player",
            )
        if vitals.temperature_c is not None:
            yield from self._step(
                Alert.TEMPERATURE_HIGH,
                began=vitals.temperature_c >= TEMPERATURE_HIGH_C,
                ended=vitals.temperature_c < TEMPERATURE_FINE_C,
                patience=PATIENCE,
                detail=f"the processor is at {vitals.temperature_c:.0f} °C; clean the fan and the filter, check the "
                "cabinet's ventilation and shade",
            )

    def _step(
        self, alert: Alert, *, began: bool, ended: bool, detail: str, patience: int = 1
    ) -> Iterator[ConditionReported]:
        self._seen[alert] = self._seen.get(alert, 0) + 1 if began else 0
        if alert not in self._raised and self._seen[alert] >= patience:
            self._raised.add(alert)
            yield ConditionReported(Reporter.MACHINE, alert, detail)
        elif alert in self._raised and ended:
            self._raised.remove(alert)
            yield ConditionReported(Reporter.MACHINE, alert, None)


def _size(count: int) -> str:
    return f"{count / GIB:.1f} GiB" if count >= GIB else f"{count / (1 << 20):.0f} MiB"
