"""The director and a real Screen on a real X server, without library, office and machine: for tests of pixels."""

from __future__ import annotations

import os
import queue
import signal
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from player.base.clocks import ClockTrust, Now
from player.bundle.source import Source
from player.contract.commands import Command, Goto, Order
from player.core import effects as f
from player.core import events as e
from player.core.director import decide, wake_at
from player.core.model import Fit, MediaItem, MediaKind, Playlist, Release, SavedState, Schedule
from player.core.state import Rules, RunState, State
from player.screen.decoder.early import EarlyDecoder, decoder_command, start_zygote
from player.screen.decoder.forking import DecoderChild, Zygote
from player.screen.decoder.options import DecoderOptions
from player.screen.room import Screen
from player.settings.models import PanelSection, ScreenSection, TickerSection
from tests.kit.held import HeldFrames
from tests.kit.waiting import wait_for


def item_of(path: Path, *, show_s: float | None = None, size: tuple[int, int] | None = None) -> MediaItem:
    """size: in pixels, as the library measures it; None: not known, as of a file that cannot be looked into."""
    image = path.suffix in (".png", ".jpg")
    kind = MediaKind.IMAGE if image else MediaKind.VIDEO
    width, height = size or (None, None)
    return MediaItem(
        path.name,
        str(path),
        f"hash-{path}",
        kind,
        show_s=show_s or (2.0 if image else None),
        width=width,
        height=height,
    )


def release_of(*items: MediaItem, number: int = 1) -> Release:
    return Release(
        Source.FOLDER, number, datetime.now(UTC), (Playlist("default", items),), Schedule(UTC), files=len(items)
    )


class LentZygote(Zygote):
    """One for all rigs of this process, as a panel has one for all its decoders: libvlc is loaded once (0.08 s a decoder)."""

    def __init__(self) -> None:
        self._own = start_zygote()

    def spawn(self, command: list[str]) -> DecoderChild:
        return self._own.spawn(command)

    def renew(self) -> None:
        self._own.renew()

    def tend(self, now_mono: float) -> None:
        self._own.tend(now_mono)

    def close(self) -> None:
        """The next rig's decoders are forked from it too; it ends with this process."""


lend_zygote = cache(LentZygote)


class Rig:
    """`with Rig(display, [items]) as rig:`; rig.log holds (monotonic seconds, effect)."""

    def __init__(
        self,
        display: str,
        items: list[MediaItem],
        *,
        screen: dict[str, Any] | None = None,
        command: Callable[[DecoderOptions], list[str]] = decoder_command,
        early: EarlyDecoder | None = None,
        ticker: TickerSection | None = None,
        held: HeldFrames | None = None,
        zygote: Zygote | None = None,
    ) -> None:
        """zygote: makes the decoders, and ends with the rig; None: the one that all rigs share.
        held: what it wants to know of the layers' windows is read on the way.
        """
        self._inbox: queue.SimpleQueue[e.Event | None] = queue.SimpleQueue()
        self.section = ScreenSection(display=display, **(screen or {}))
        panel = PanelSection(name="test-01")
        if zygote is None and early is None and command is decoder_command:
            zygote = lend_zygote()
        self.screen = Screen(self.section, panel, self._inbox.put, command, early=early, ticker=ticker, zygote=zygote)
        self.items = items
        self._held = held
        self.log: list[tuple[float, f.Effect]] = []
        self.events: list[e.Event] = []

    def __enter__(self) -> Rig:
        self.state = State(
            Rules(fit=Fit(self.section.fit), hardware=self.section.hardware_decoding), RunState(time.monotonic())
        )
        self.tell(e.Started(SavedState(), "test", "test-01"))
        self.tell(e.ClockChecked(ClockTrust.SYNCED))
        if self.items:
            self.tell(e.ReleaseAdopted(release_of(*self.items)))
        self.screen.__enter__()
        self._thread = threading.Thread(target=self._loop, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._inbox.put(None)
        self._thread.join(5)
        self.screen.__exit__()

    def tell(self, event: e.Event) -> None:
        self._inbox.put(event)

    def order(self, order: Order, name: str = "c1") -> None:
        self.tell(e.CommandArrived(Command(name, order)))

    def _now(self) -> Now:
        return Now(datetime.now(UTC), time.monotonic())

    def _loop(self) -> None:
        while True:
            try:
                event = self._inbox.get(timeout=max(0.0, min(1.0, wake_at(self.state, self._now()) - time.monotonic())))
            except queue.Empty:
                event = e.Tick()
            if event is None:
                return
            self.events.append(event)
            self._note_event(event)
            self.state, effects = decide(self.state, event, self._now())
            for effect in effects:
                self.log.append((time.monotonic(), effect))
                if isinstance(effect, f.ScreenEffect):
                    self._note_effect(effect)
                    self.screen.perform(effect)

    def _note_event(self, event: e.Event) -> None:
        if self._held is None:
            return
        if isinstance(event, e.StageOpened):
            self._held.find_layers()
        elif (
            isinstance(event, e.ItemEnded)
            and (play := self.state.playing.plays[event.layer])
            and play.id == event.play_id
        ):
            self._held.note_end(event.layer, play.item.path)

    def _note_effect(self, effect: f.Effect) -> None:
        if self._held is not None and isinstance(effect, f.StartItem):
            play = self.state.playing.plays[effect.layer]
            self._held.note_raise(effect.layer, play.item.path if play else "")

    def shows(self, item: MediaItem) -> bool:
        """Whether the item is the one that is on screen."""
        visible = self.state.playing.visible
        play = None if visible is None else self.state.playing.plays[visible]
        return play is not None and play.item == item

    def show(self, number: int) -> None:
        """Goes to an item of the list, counted from 0, and returns when it is on screen."""
        if number:
            self.order(Goto(number + 1), f"c{number}")
        wait_for(lambda: self.shows(self.items[number]), 40, f"item {number + 1} is on screen")

    def asked(self, kind: type[f.Effect]) -> list[Any]:
        return [effect for _, effect in list(self.log) if isinstance(effect, kind)]

    def path_of(self, effect: f.StartItem) -> str:
        """The path of the item that this effect raises."""
        cues = [cue for cue in self.asked(f.CueItem) if cue.play_id == effect.play_id]
        return cues[0].item.path if cues else ""

    def heartbeats(self, layer: int) -> int:
        """How many the layer's decoders have sent so far."""
        return sum(isinstance(event, e.DecoderBeat) and event.layer == layer for event in list(self.events))

    def layer_pid(self, layer: int) -> int:
        return self.screen.decoder_pid(layer)

    def hurt_visible(self, number: signal.Signals) -> None:
        assert self.state.playing.visible is not None
        os.kill(self.layer_pid(self.state.playing.visible), number)

    def hurt_hidden(self, number: signal.Signals) -> None:
        assert self.state.playing.visible is not None
        os.kill(self.layer_pid(1 - self.state.playing.visible), number)


def given_up(rig: Rig) -> set[str]:
    """The paths of what is quarantined."""
    return {failure.path for failure in rig.state.playing.failures.values() if failure.quarantined}
