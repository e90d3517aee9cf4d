"""The daemon: the one loop that takes what happened, decides, and has it done; start and stop in one ExitStack.

Knows: which room does which effect. Touches: the rooms, the inbox, signals, the state folder's lock.
Must not: decide anything about the screen (core/director.py does), nor import vlc, directly or not.
"""

from __future__ import annotations

import fcntl
import logging
import signal
import time
from collections.abc import Hashable
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import assert_never

from player import __version__
from player.base.clocks import ClockTrust, Now
from player.base.disk import replace_file
from player.base.loop_inbox import LoopInbox
from player.core import effects as f
from player.core.director import decide, wake_at
from player.core.events import (
    ConditionReported,
    DecoderBeat,
    Event,
    FolderAged,
    ImportProgressed,
    JournalKept,
    ProblemsFound,
    ScreenSampled,
    Started,
    StopRequested,
    Tick,
    VitalsMeasured,
)
from player.core.model import Fit
from player.core.state import Rules, RunState, State
from player.deferred import LateEffect, LateRooms, Perform
from player.library.opening import Opening
from player.machine.machine import Machine
from player.machine.saved_state import RunMark, load_saved_state
from player.machine.status_file import STATUS_FILE
from player.machine.systemd import Notifier
from player.screen.decoder.early import EarlyDecoder
from player.screen.decoder.forking import Zygote
from player.screen.dimmer.planned import plan_of
from player.screen.room import Screen
from player.settings.models import Settings

log = logging.getLogger(__name__)

GOOD_CONFIG = "config.good.toml"
LONGEST_WAIT_S = 5.0
"""The loop turns at least so often: the watchdog is fed by whole turns."""
LEVELS = {"info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


class DaemonError(Exception):
    """The daemon cannot start here; says why and what to do."""


def read_now() -> Now:
    return Now(datetime.now(UTC), time.monotonic())


def rules_of(settings: Settings) -> Rules:
    """The settings that decisions depend on, as the core knows them."""
    return Rules(
        panel=settings.panel.name, groups=settings.panel.groups, version=__version__, fit=Fit(settings.screen.fit),
        volume=settings.screen.volume,
        brightness=plan_of(settings), boundary=settings.content.boundary,
        pause_limit_s=settings.office.pause_limit_minutes * 60, health_s=settings.office.health_seconds,
        look_s=settings.screen.look_seconds, hardware=settings.screen.hardware_decoding, rotation=settings.screen.rotation,
        usb_mode=settings.usb.mode, usb_after_s=settings.usb.after_hours * 3600,
        stale_s=settings.content.stale_days * 86400,
        journal=settings.journal.enabled, send_s=settings.journal.send_minutes * 60,
    )  # fmt: skip


def slot_of(event: Event) -> Hashable | None:
    """Of news that comes again and again, and says all of it each time, the loop hears the newest only."""
    match event:
        case DecoderBeat(layer, generation):
            return DecoderBeat, layer, generation
        case ProblemsFound(source) | ImportProgressed(source):
            return type(event), source
        case ScreenSampled() | VitalsMeasured() | FolderAged() | JournalKept():
            return (type(event),)
        case _:
            return None


class Daemon:
    """Runs until a signal or a command ends it. `run` gives the exit status."""

    def __init__(
        self,
        settings: Settings,
        warnings: tuple[ConditionReported, ...] = (),
        early: EarlyDecoder | None = None,
        zygote: Zygote | None = None,
    ) -> None:
        """early, zygote: the first layer's decoder, and what makes the others, both started before all this was loaded
        (screen/decoder/early.py)."""
        self._settings = settings
        self._warnings = warnings
        self._early = early
        self._zygote = zygote
        self._inbox: LoopInbox[Event] = LoopInbox(slot_of=slot_of)
        self._state = State(rules_of(settings))

    def run(self) -> int:
        settings, post = self._settings, self._inbox.put
        folder = settings.panel.state_folder
        with ExitStack() as stack:
            self._take_folder(folder, stack)
            notifier = stack.enter_context(Notifier())
            mark = stack.enter_context(RunMark(folder))
            self._catch_signals(stack)
            saved, complaint = load_saved_state(folder)
            if complaint:
                log.warning("%s", complaint)
            self._state = replace(self._state, run=RunState(time.monotonic()))
            post(Started(saved, __version__, settings.panel.name, mark.after_crash))
            for warning in self._warnings:
                post(warning)
            self._machine = stack.enter_context(Machine(settings.panel, post))
            self._screen = stack.enter_context(
                Screen(
                    settings.screen,
                    settings.panel,
                    post,
                    ticker=settings.ticker,
                    stream_hosts=settings.content.stream_hosts,
                    early=self._early,
                    zygote=self._zygote,
                )
            )
            self._opening = Opening(settings.content, settings.panel, post)
            self._opening.open()
            self._late = stack.enter_context(LateRooms(self._enter_late_rooms, post))
            notifier.ready()
            self._loop(notifier)
            notifier.stopping()
            log.info("stopping: %s", self._state.run.stopping)
        return 0

    def _loop(self, notifier: Notifier) -> None:
        while not self._state.finished:
            event = self._take(wake_at(self._state, read_now()))
            self._state, effects = decide(self._state, event, read_now())
            for effect in effects:
                self._perform(effect)
            if self._inbox.keeps_up:  # after a whole turn, and only while nothing waits for long
                notifier.ping()

    def _take(self, until_mono: float) -> Event:
        wait_s = min(LONGEST_WAIT_S, max(0.0, until_mono - time.monotonic()))
        return self._inbox.take(wait_s) or Tick()

    def _perform(self, effect: f.Effect) -> None:
        try:
            self._dispatch(effect)
        except Exception:  # one effect that fails must not end the picture
            log.exception("this could not be done: %s", type(effect).__name__)

    def _dispatch(self, effect: f.Effect) -> None:
        if isinstance(effect, f.ScreenEffect):
            self._screen.perform(effect)
            if isinstance(effect, f.StartItem | f.ShowCard):
                self._late.begin()
        elif isinstance(effect, f.MachineEffect):
            self._machine.perform(effect)
        elif isinstance(effect, LateEffect):
            self._late.perform(effect)
        elif isinstance(effect, f.Note):
            log.log(LEVELS[effect.level], "%s", effect.text)
        else:
            assert_never(effect)

    def _enter_late_rooms(self, stack: ExitStack) -> Perform:
        # Here, and in a thread: the first picture waits neither for what takes in new content, nor for pydantic's models
        # of the contract, nor for signatures.
        from player.screen.x11 import declarations

        settings, post = self._settings, self._inbox.put
        declarations.keep_beside(settings.panel.state_folder)
        from player.base.boot import read_boot_id
        from player.contract.encoding import StatusExtras, encode_status
        from player.journal.room import Journal
        from player.library.bundle_import import StickImporter
        from player.library.room import Library
        from player.link.room import OfficeLink
        from player.stick.room import Sticks

        journal = Journal(settings.journal, settings.panel, self._machine.clock.read, read_boot_id(), post)
        if settings.journal.enabled:
            stack.enter_context(journal)
        library = stack.enter_context(
            Library(
                settings.content,
                settings.trust,
                settings.panel,
                self._machine.clock.read,
                post,
                screen=settings.screen,
                opening=self._opening,
            )
        )
        sticks = Sticks(  # with usb.mode = "off" it reads nothing, but tells the technician
            settings.usb, settings.trust, settings.panel, self._machine.clock.read,
            StickImporter(library.workshop, post), post,
            status_file=settings.panel.state_folder / STATUS_FILE, batches=journal.batches_for_stick,
        )  # fmt: skip
        stack.enter_context(sticks)
        office = OfficeLink(
            settings.office, settings.panel, __version__, post, clock_good=self._clock_is_good,
            record_key=lambda: journal.public_key,
        )  # fmt: skip
        stack.enter_context(office)

        def perform(effect: LateEffect) -> None:
            if isinstance(effect, f.WriteStatus):
                extras = StatusExtras(effect.brightness, effect.journal)
                self._machine.write_status(encode_status(effect.report, extras))
            elif isinstance(effect, f.JournalEffect):
                journal.perform(effect)
            elif isinstance(effect, f.LibraryEffect):
                library.perform(effect)
            else:
                office.perform(effect)

        return perform

    def _clock_is_good(self) -> bool:
        return self._machine.clock.read()[1] is not ClockTrust.BAD

    # ---- start and stop

    def _take_folder(self, folder: Path, stack: ExitStack) -> None:
        """One daemon per state folder: the lock goes with the process, however it ends."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock = stack.enter_context((folder / "lock").open("w"))
        except OSError as error:
            # A full or read-only disk is no reason for a black panel.
            log.error("%s: %s; nothing can be saved there", folder, error.strerror)
            return
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise DaemonError(f"{folder}: another panel-player runs with this state folder; stop it first") from error

    def _catch_signals(self, stack: ExitStack) -> None:
        def stop(number: int, _frame: FrameType | None) -> None:
            self._inbox.put(StopRequested(signal.Signals(number).name))

        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            before = signal.signal(number, stop)
            stack.callback(signal.signal, number, before)


def keep_good_config(path: Path, state_folder: Path) -> None:
    """Remembers the settings file with which the daemon could start (settings.md)."""
    good = state_folder / GOOD_CONFIG
    try:
        text = path.read_bytes()
        if not (good.exists() and good.read_bytes() == text):  # at most starts it is: nothing waits for the disk
            replace_file(good, text)
    except OSError as error:
        log.warning("the good configuration cannot be saved: %s", error.strerror)
