"""Days in simulated time, with runs of the daemon that end by themselves, by a kill or by a power cut; all in memory.

Knows: a world for the director, and the journal's bridge between two runs. Touches nothing.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from player.base.clocks import ClockTrust
from player.contract.records import ChainPlace, PlayRecord
from player.core import effects as f
from player.core import events as e
from player.core.model import SavedState
from player.core.state import Rules
from player.journal.bridge import bridge_runs
from player.journal.reading import LeftBehind
from tests.kit.world import World


class Days:
    """Runs one after the other. records: as they would stand on the disk, numbered. seen: effects that were taken."""

    def __init__(self, begins: datetime, rules: Rules | None = None) -> None:
        self.rules = rules or Rules()
        self.records: list[PlayRecord] = []
        self._left = LeftBehind()
        self._boots = 1
        self._bridged = False
        self._taken = 0
        self.world = self._begin(begins)

    def _begin(self, wall: datetime, trust: ClockTrust = ClockTrust.SYNCED) -> World:
        world = World(self.rules, SavedState(), wall)
        world.tell(e.ClockChecked(trust))
        self._bridged, self._taken = False, 0
        return world

    def tell(self, event: e.Event) -> None:
        self.world.tell(event)
        self.take()

    def wait(self, seconds: float) -> None:
        """Time passes in one go, and then the loop turns."""
        self.world.pass_time(seconds)
        self.tell(e.Tick())

    def take(self) -> None:
        """What the room would do with the effects since the last time."""
        log, self._taken = self.world.log[self._taken :], len(self.world.log)
        for _, effect in log:
            if isinstance(effect, f.KeepRecord | f.KeepRunning):
                self._bridge(effect.record)
            if isinstance(effect, f.KeepRecord):
                self._add(replace(effect.record, boot=f"boot {self._boots}"))
            elif isinstance(effect, f.KeepRunning):
                n = len(self.records) + 1
                self._left = LeftBehind(replace(effect.record, n=n, boot=f"boot {self._boots}"))

    def _bridge(self, first: PlayRecord) -> None:
        if not self._bridged:
            self._bridged = True
            last = self.records[-1] if self.records else None
            place = ChainPlace(len(self.records), ends=last.ends if last else None)
            for record in bridge_runs(
                place, self._left, replace(first, boot=f"boot {self._boots}"), f"boot {self._boots}"
            ):
                self._add(record)

    def _add(self, record: PlayRecord) -> None:
        self.records.append(replace(record, n=len(self.records) + 1))

    # ---- how a run ends

    def stop(self, away_s: float) -> None:
        self.tell(e.StopRequested("SIGTERM"))
        self._left = LeftBehind(self._left.record, stopped=True)
        self._again(away_s)

    def kill(self, away_s: float) -> None:
        self._again(away_s)

    def cut_power(self, away_s: float, trust: ClockTrust = ClockTrust.SYNCED, wall: datetime | None = None) -> None:
        self._boots += 1
        self._again(away_s, trust, wall)

    def _again(self, away_s: float, trust: ClockTrust = ClockTrust.SYNCED, wall: datetime | None = None) -> None:
        self.world = self._begin(wall or self.world.wall + timedelta(seconds=away_s), trust)


MIDNIGHT = datetime(2026, 11, 21, 17, 0, tzinfo=UTC)
"""In Jakarta, where the panels of these tests are."""
