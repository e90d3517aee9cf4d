"""This computer as one room: its vitals and clock, what is saved over a restart, its log, its power.

Knows: how often to measure. Touches: what the files beside this one touch, all from one thread of its own.
Must not: make the loop wait: `perform` only hands over.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from player.base.clocks import ClockTrust
from player.base.heap import give_memory_back
from player.core.effects import MachineEffect, ReadLog, RebootMachine, RestartDisplay, SaveState
from player.core.events import ClockChecked, Event, LogLinesRead, PowerRefused, StateSaved, VitalsMeasured
from player.core.model import SavedState
from player.machine.clock import Clock
from player.machine.conditions import Conditions
from player.machine.log_ring import LogRing
from player.machine.power import Power, PowerError
from player.machine.saved_state import reserve_for, save_state
from player.machine.status_file import StatusFile
from player.settings.models import PanelSection

if TYPE_CHECKING:
    from player.machine.vitals import VitalsReader

log = logging.getLogger(__name__)

MEASURE_EVERY_S = 10.0
FIRST_MEASURE_S = 2.0
"""After the start: the first picture comes first."""
END_DEADLINE_S = 3.0


class Machine:
    """Enter it first, leave it last: it holds the log's ring, and writes the state that is saved last."""

    def __init__(
        self, panel: PanelSection, post: Callable[[Event], None], clock: Clock | None = None, power: Power | None = None
    ) -> None:
        self.clock = clock or Clock(panel.state_folder)
        self._folder = panel.state_folder
        self._post = post
        self._power = power or Power(panel.state_folder)
        self._log = LogRing()
        self._vitals: VitalsReader | None = None
        self._conditions = Conditions()
        self._work: queue.SimpleQueue[MachineEffect | bytes | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="machine", daemon=True)
        self._trust: ClockTrust | None = None
        self._unsaved: SavedState | None = None
        self._unanswered: list[str] = []
        self._reserved = False
        self._save_failed = False
        self._status = StatusFile(panel.state_folder)
        self._unwritten: bytes | None = None

    def __enter__(self) -> Machine:
        self._log.__enter__()
        self._tell_clock(self.clock.open())
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._work.put(None)
        self._thread.join(END_DEADLINE_S)
        if self._thread.is_alive():
            log.error("the machine's thread did not end within %.0f s; leaving it behind", END_DEADLINE_S)
        self._log.__exit__()

    def perform(self, effect: MachineEffect) -> None:
        """Returns at once. Results come as LogLinesRead, StateSaved and PowerRefused."""
        self._work.put(effect)

    def write_status(self, report: bytes) -> None:
        """Returns at once; a slow disk must not hold up the loop."""
        self._work.put(report)

    def _run(self) -> None:
        measure_at_s = time.monotonic() + FIRST_MEASURE_S
        while True:
            try:
                work = self._work.get(timeout=max(0.0, measure_at_s - time.monotonic()))
            except queue.Empty:
                measure_at_s = time.monotonic() + MEASURE_EVERY_S
                self._measure()
                self._make_reserve()
                self._save()
                continue
            if work is None:
                self._save()
                self.clock.save()
                return
            if isinstance(work, bytes):
                self._unwritten = work
            else:
                self._do(work)
            if self._work.empty():  # only the newest of a burst is written
                self._save()
                if self._unwritten is not None:
                    self._status.write(self._unwritten)
                    self._unwritten = None

    def _do(self, work: MachineEffect) -> None:
        match work:
            case ReadLog(command_id=command_id, lines=lines):
                self._post(LogLinesRead(command_id, self._log.last(lines)))
            case SaveState(saved, command_id):
                self._unsaved = saved
                if command_id:
                    self._unanswered.append(command_id)
            case RebootMachine(why=why, automatic=automatic):
                self._save()
                self.clock.save()
                try:
                    self._power.reboot(why, automatic=automatic)
                except PowerError as error:
                    self._refuse("reboot", str(error))
            case RestartDisplay(why=why):
                try:
                    self._power.restart_display(why)
                except PowerError as error:
                    self._refuse("display", str(error))

    def _refuse(self, what: str, why: str) -> None:
        log.error("%s", why)
        self._post(PowerRefused(what, why))

    def _measure(self) -> None:
        # Not at the top: psutil is loaded when the picture is there.
        from player.machine.vitals import VitalsReader

        self._vitals = self._vitals or VitalsReader(self._folder)
        try:
            vitals, disk = self._vitals.read()
        except (OSError, ValueError, RuntimeError) as error:  # /proc and /sys hold surprises on odd boards
            log.warning("this machine's vitals cannot be read: %s", error)
        else:
            self._post(VitalsMeasured(vitals))
            for condition in self._conditions.judge(vitals, disk, str(self._folder)):
                self._post(condition)
        self._tell_clock(self.clock.check())
        give_memory_back()

    def _tell_clock(self, trust: ClockTrust) -> None:
        before, self._trust = self._trust, trust
        if trust is before:
            return
        log.info("the clock is %s (was %s)", trust, before or "not checked")
        self._post(ClockChecked(trust, self.clock.complaint() if trust is ClockTrust.BAD else ""))

    def _save(self) -> None:
        if self._unsaved is None:
            return
        try:
            save_state(self._folder, self._unsaved)
        except OSError as error:
            if not self._save_failed:
                log.error(
                    "the state cannot be saved in %s: %s; tried again every %.0f s",
                    self._folder,
                    error,
                    MEASURE_EVERY_S,
                )
            self._save_failed = True
            self._answer(ok=False, why=f"{self._folder}: {error.strerror or error}")
        else:
            self._unsaved, self._save_failed = None, False
            self._answer(ok=True)

    def _make_reserve(self) -> None:
        """Once, after the first picture; save_state itself renews what it used."""
        if not self._reserved:
            self._reserved = True
            reserve_for(self._folder).make()

    def _answer(self, *, ok: bool, why: str = "") -> None:
        """Tells the commands that wait for their state to be on the disk."""
        waiting, self._unanswered = self._unanswered, []
        for command_id in waiting:
            self._post(StateSaved(command_id, ok, why))
