"""The two decoders as the room uses them: started for a layer, told, suspended, killed, replaced.

Knows: which process belongs to which layer. Touches: those processes, by their own ids; the items' files,
to open them.
Must not: decide when a decoder is replaced (the core does), nor touch the stage.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from player.core.effects import KillDecoder, SuspendDecoder
from player.core.events import DecoderExited, Event, ItemFailed, ItemLost
from player.core.model import MediaKind
from player.screen.decoder.child import DecoderProcess
from player.screen.decoder.early import EarlyDecoder, decoder_options, spawn
from player.screen.decoder.forking import CRASHES, DecoderChild, Zygote
from player.screen.decoder.options import DecoderOptions
from player.screen.decoder.protocol import CueOrder, DropOrder, Order, WindowOrder
from player.screen.fetch.fetch import Fetch, FetchError
from player.settings.models import ScreenSection

log = logging.getLogger(__name__)

CLOSE_S = 0.5
"""For a decoder to end by itself when the screen room ends."""


class Decoders:
    """Layer -> its decoder. Everything returns at once; a decoder's news come through `post` and `cleared`."""

    def __init__(
        self,
        screen: ScreenSection,
        command: Callable[[DecoderOptions], list[str]],
        post: Callable[[Event], None],
        cleared: Callable[[int, int], None],
        *,
        stream_hosts: Sequence[str],
        early: EarlyDecoder | None,
        zygote: Zygote | None,
    ) -> None:
        """zygote: makes decoders, and knows what to do where it cannot; None: each is started by itself."""
        self._screen = screen
        self._command = command
        self._post = post
        self._cleared = cleared
        self._stream_hosts = stream_hosts
        self._early = early
        self._zygote = zygote
        self._processes: dict[int, DecoderProcess] = {}

    def start(self, layer: int, generation: int, window: int, size: tuple[int, int], output: str) -> None:
        """A new process for the layer; the one before it is killed. output: what VLC draws with, "x11" or "gl"."""
        old = self._processes.pop(layer, None)
        if old is not None:
            old.kill()
        width, height = size
        options = decoder_options(self._screen, output, window, width, height)
        early = self._take_early(output)
        start = self._spawn if early is None else lambda _command: early
        process = DecoderProcess(layer, generation, self._command(options), self._hear, self._cleared, start)
        try:
            process.start()
        except OSError as error:
            self._post(DecoderExited(layer, generation, f"could not be started: {error}"))
            return
        self._processes[layer] = process
        if early is not None:
            self.tell(layer, WindowOrder(window, width, height))

    def drop(self, layer: int, play_id: int) -> None:
        self.tell(layer, DropOrder(play_id))
        self._end_fetch(layer)

    def _end_fetch(self, layer: int) -> None:
        process = self._processes.get(layer)
        if process is not None:
            process.fetched_by(None)

    def _spawn(self, command: list[str]) -> DecoderChild:
        return spawn(command) if self._zygote is None else self._zygote.spawn(command)

    def _hear(self, event: Event) -> None:
        """Called in the threads of the decoders' readers."""
        if isinstance(event, DecoderExited) and event.signal in CRASHES and self._zygote is not None:
            self._zygote.renew()
        self._post(event)

    def tend(self) -> None:
        """Called again and again, for what a start of a decoder shall not wait for."""
        if self._zygote is not None:
            self._zygote.tend(time.monotonic())

    def _take_early(self, output: str) -> DecoderChild | None:
        """The process that was started before the stage, for the first layer of all; None: it is not there, or no good."""
        early, self._early = self._early, None
        process = early.collect() if early is not None else None
        if early is None or process is None:
            return None
        if process.poll() is not None:
            log.warning("the first decoder ended before it was needed: exit status %s", process.returncode)
        elif early.output == output:
            return process
        process.kill()
        return None

    def cue(self, layer: int, order: CueOrder) -> None:
        """Opens the item's file for the decoder, which cannot see any file by itself."""
        self._end_fetch(layer)
        if order.kind == MediaKind.STREAM:
            self._cue_stream(layer, order)
            return
        try:
            file = os.open(order.source, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            self._post(ItemLost(layer, order.play))
            return
        except OSError as error:
            self._post(ItemFailed(layer, order.play, f"its file cannot be opened ({error.strerror})"))
            return
        try:
            self.tell(layer, order, file)
        finally:
            os.close(file)

    def _cue_stream(self, layer: int, order: CueOrder) -> None:
        """A process fetches it, and only what that brings reaches the decoder, which needs no address for a pipe."""
        process = self._processes.get(layer)
        if process is None:
            return
        fetch = Fetch(order.source, self._stream_hosts, sound=self._screen.sound)
        try:
            fetch.start()
        except FetchError as error:
            self._post(ItemFailed(layer, order.play, str(error)))
            return
        process.fetched_by(fetch)
        self.tell(layer, order if fetch.by_gate else replace(order, source=""), fetch.line)
        fetch.close_line()

    def tell(self, layer: int, order: Order, file: int | None = None) -> None:
        """A decoder that does not take the order any more is killed; a layer without one is passed over."""
        process = self._processes.get(layer)
        if process is not None and not process.tell(order, file):
            log.warning("decoder %d does not take orders; it is killed", layer)
            process.kill(abort=True)

    def suspend(self, effect: SuspendDecoder) -> None:
        process = self._processes.get(effect.layer)
        if process is not None and process.generation == effect.generation:
            process.suspend() if effect.suspend else process.resume()

    def kill(self, effect: KillDecoder) -> None:
        process = self._processes.get(effect.layer)
        if process is not None and process.generation == effect.generation:
            process.kill(abort=effect.abort)

    def pid(self, layer: int) -> int:
        return self._processes[layer].pid

    def close(self) -> None:
        """Ends all of them."""
        for process in list(self._processes.values()):
            process.kill()
        for process in list(self._processes.values()):
            process.close(CLOSE_S)
        if self._early is not None:
            self._early.end()
        if self._zygote is not None:
            self._zygote.close()
