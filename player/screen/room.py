"""The screen: the stage (one window, two layers, a card, a notice), the layers' processes and the monitor.

Knows: which window is on top. Touches: X, child processes; all window work happens in its own thread.
Must not: decide what is shown (the director does), and must not let a hung layer or X server delay the loop.
"""

from __future__ import annotations

import contextlib
import logging
import os
import queue
import select
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from player.core.effects import (
    ContinueItem,
    CueItem,
    DropItem,
    Effect,
    HideCard,
    HoldItem,
    KillDecoder,
    RebuildStage,
    SetBrightness,
    SetVolume,
    ShowCard,
    ShowNotice,
    StartDecoder,
    StartItem,
    SuspendDecoder,
    TakeScreenshot,
)
from player.core.events import BrightnessSet, DecoderExited, Event, StageLost, StageOpened
from player.core.model import CardKind
from player.screen.decoder.child import DecoderProcess
from player.screen.decoder.early import EarlyDecoder, decoder_command, decoder_options
from player.screen.decoder.options import DecoderOptions
from player.screen.decoder.output import pick_output
from player.screen.decoder.protocol import (
    ContinueOrder,
    CueOrder,
    DropOrder,
    HoldOrder,
    Order,
    PaintedOrder,
    StartOrder,
    VolumeOrder,
    WindowOrder,
)
from player.screen.dimmer.backends import pick_dimmer
from player.screen.pixel_monitor import PixelMonitor
from player.screen.stage import Stage, light_outputs
from player.screen.x11.connection import XServerError
from player.screen.x11.news import Painted, Resized
from player.screen.x11.server import XServer
from player.settings.models import PanelSection, ScreenSection

log = logging.getLogger(__name__)

REOPEN_S = 0.5
LEAST_DOT_PX = 8
REARM_S = 0.5
"""How often the visible layer's painting is asked for again: the monitor wants to know that VLC still paints."""


@dataclass(frozen=True, slots=True)
class Cleared:
    """A layer says that the item before has left its window: what is painted there from now on is play_id."""

    layer: int
    play_id: int


class Screen:
    """The room. `perform` returns at once; everything happens in the thread "screen"."""

    def __init__(
        self,
        screen: ScreenSection,
        panel: PanelSection,
        post: Callable[[Event], None],
        command: Callable[[DecoderOptions], list[str]] = decoder_command,
        *,
        streams: bool = False,
        early: EarlyDecoder | None = None,
    ) -> None:
        """streams: the layers may use the network. early: the first layer's process, already started (decoder/early.py)."""
        self._screen = screen
        self._panel = panel
        self._post = post
        self._command = command
        self._streams = streams
        self._early = early
        self._orders: queue.SimpleQueue[Effect | Cleared] = queue.SimpleQueue()
        self._layers: dict[int, DecoderProcess] = {}
        self._cueing: dict[int, int] = {}
        self._opening: dict[int, int] = {}
        self._visible: int | None = None
        self._percent: int | None = None
        self._stopping = False

    def __enter__(self) -> Screen:
        self._wake_read, self._wake_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._monitor = PixelMonitor(self._screen, self._post)
        self._thread = threading.Thread(target=self._run, name="screen", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Ends the layers; the last picture stays on screen for whoever comes after us."""
        self._stopping = True
        self._wake()
        self._monitor.stop()
        self._thread.join(1.0)
        for process in list(self._layers.values()):
            process.kill()
        for process in list(self._layers.values()):
            process.close(0.5)
        if self._early is not None:
            self._early.process.kill()

    def perform(self, effect: Effect) -> None:
        if isinstance(effect, TakeScreenshot):
            self._monitor.take(effect)
            return
        self._orders.put(effect)
        self._wake()

    def _hear_cleared(self, layer: int, play_id: int) -> None:
        self._orders.put(Cleared(layer, play_id))
        self._wake()

    def _wake(self) -> None:
        with contextlib.suppress(BlockingIOError):  # it is being woken already
            os.write(self._wake_write, b"w")

    # ---- the thread

    def _run(self) -> None:
        while not self._stopping:
            try:
                with XServer(self._screen.display) as server:
                    why = self._serve(Stage(server, self._screen.region))
            except XServerError as error:
                why = str(error)
            except Exception:  # a picture that nobody can renew any more would stand for years
                log.exception("the stage fell over a fault of its own; it is built anew")
                why = "a fault of the stage's own"
            self._monitor.look_at(None)
            if not self._stopping:
                self._post(StageLost(why))
                self._drop_orders(time.monotonic() + REOPEN_S)

    def _drop_orders(self, until_mono: float) -> None:
        """Without a stage only the layers' ends are still obeyed."""
        while not self._stopping and time.monotonic() < until_mono:
            select.select([self._wake_read], [], [], max(0.0, until_mono - time.monotonic()))
            self._drain_wake()
            while not self._orders.empty():
                effect = self._orders.get()
                if isinstance(effect, KillDecoder):
                    self._kill(effect)

    def _drain_wake(self) -> None:
        with contextlib.suppress(BlockingIOError):
            os.read(self._wake_read, 4096)

    def _serve(self, stage: Stage) -> str:
        self._visible, self._cueing, self._opening, self._percent = None, {}, {}, None
        self._monitor.visible_window = None
        self._output = pick_output(self._screen.output, self._screen.display)
        self._monitor.look_at(stage.region)
        self._post(StageOpened(*stage.size, stage.region))
        rearm_mono, outputs_changed = time.monotonic(), False
        while not self._stopping:
            patience_s = max(0.0, rearm_mono - time.monotonic())
            if select.select([stage.server.fileno(), self._wake_read], [], [], patience_s)[0]:
                self._drain_wake()
            while not self._orders.empty():
                effect = self._orders.get()
                if isinstance(effect, RebuildStage):
                    return effect.why
                self._try(stage, effect)
            for news in stage.server.news():
                if isinstance(news, Resized):
                    outputs_changed = True
                    if stage.server.read_size() != stage.size:
                        return "the screen changed its size"
                    if self._percent is not None:  # a screen plugged in again may have lost it, or have no such thing
                        self._post(BrightnessSet(self._percent, "", pick_dimmer(stage.server).dim(self._percent)))
                if isinstance(news, Painted) and news.window in stage.layers:
                    self._see_paint(stage, stage.layers.index(news.window))
            if time.monotonic() >= rearm_mono:
                rearm_mono = time.monotonic() + REARM_S
                if outputs_changed:  # not at once: whoever turns one off on purpose has more to say
                    outputs_changed = False
                    light_outputs(stage.server)
                stage.move_dot()
                if self._visible is not None:
                    stage.server.rearm_paint(stage.layers[self._visible])
        return "stopping"

    def _see_paint(self, stage: Stage, layer: int) -> None:
        if layer == self._visible:
            self._monitor.painted_mono = time.monotonic()
        if layer in self._opening:
            stage.server.rearm_paint(stage.layers[layer])
            if stage.painted_at_all(layer):
                self._tell(layer, PaintedOrder(self._opening.pop(layer)))

    def _try(self, stage: Stage, effect: Effect | Cleared) -> None:
        try:
            self._do(stage, effect)
        except XServerError:
            raise
        except Exception:  # a card that cannot be drawn must not end the stage
            log.exception("this could not be done on the stage: %s", type(effect).__name__)

    def _do(self, stage: Stage, effect: Effect | Cleared) -> None:
        match effect:
            case StartDecoder(layer, generation):
                self._start(stage, layer, generation)
            case KillDecoder():
                self._kill(effect)
            case CueItem(layer, play_id, item):
                self._cueing[layer] = play_id
                self._opening.pop(layer, None)
                pixels = (item.width or 0) * (item.height or 0)
                self._tell(
                    layer,
                    CueOrder(
                        play_id,
                        item.location,
                        item.kind.value,
                        effect.fit.value,
                        effect.volume,
                        effect.software,
                        pixels,
                    ),
                )
            case Cleared(layer, play_id):
                if self._cueing.get(layer) == play_id:
                    self._opening[layer] = play_id
                    if layer != self._visible:
                        stage.server.fill_black(stage.layers[layer])  # old pixels are no first frame
                    stage.server.rearm_paint(stage.layers[layer])
            case StartItem(layer, play_id):
                self._opening.pop(layer, None)
                # VLC paints its first picture before it fits it to the window: what it leaves beside it is no bar.
                stage.server.fill_black(stage.layers[layer])
                stage.raise_layer(layer)
                self._visible, self._monitor.visible_window = layer, stage.layers[layer]
                self._tell(layer, StartOrder(play_id))
            case HoldItem(layer, play_id):
                self._tell(layer, HoldOrder(play_id))
            case ContinueItem(layer, play_id):
                self._tell(layer, ContinueOrder(play_id))
            case SuspendDecoder(layer, generation, suspend):
                process = self._layers.get(layer)
                if process is not None and process.generation == generation:
                    process.suspend() if suspend else process.resume()
            case DropItem(layer, play_id):
                self._opening.pop(layer, None)
                self._tell(layer, DropOrder(play_id))
            case SetVolume(percent):
                for layer in self._layers:
                    self._tell(layer, VolumeOrder(percent))
            case ShowCard(card):
                # Pillow only when a card is needed: a panel that plays videos never loads it.
                from player.screen.drawing.cards import draw_card, draw_dot

                _, _, width, height = stage.region
                picture = draw_card(card, width, height, self._panel.name, self._panel.language, self._screen.rotation)
                stage.show_card(picture.width, picture.height, picture.bgrx)
                if card.kind is CardKind.TEST_PATTERN:
                    dot = draw_dot(max(LEAST_DOT_PX, min(width, height) // 12))
                    stage.show_dot(dot.width, dot.bgrx)
            case HideCard():
                stage.hide_card()
            case ShowNotice(None):
                stage.hide_notice()
            case ShowNotice(notice) if notice is not None:
                from player.screen.drawing.strip import draw_notice

                _, _, width, height = stage.region
                picture = draw_notice(notice, width, height, self._panel.language, self._screen.rotation)
                stage.show_notice(picture.width, picture.height, picture.bgrx, self._screen.rotation)
            case SetBrightness(percent):
                why = pick_dimmer(stage.server).dim(percent)
                if not (why and effect.command_id):  # what the office was refused must not come with the next screen
                    self._percent = percent
                self._post(BrightnessSet(percent, effect.command_id, why))
            case _:
                raise AssertionError(f"not an effect for the screen: {effect}")

    # ---- the layers' processes

    def _start(self, stage: Stage, layer: int, generation: int) -> None:
        old = self._layers.pop(layer, None)
        if old is not None:
            old.kill()
        _, _, width, height = stage.region
        options = decoder_options(self._screen, self._output, stage.layers[layer], width, height, streams=self._streams)
        early = self._take_early(self._output)
        process = DecoderProcess(layer, generation, self._command(options), self._post, self._hear_cleared, early)
        self._layers[layer] = process
        try:
            process.start()
        except OSError as error:
            del self._layers[layer]
            self._post(DecoderExited(layer, generation, f"could not be started: {error}"))
            return
        if early is not None:
            self._tell(layer, WindowOrder(options.window, width, height))

    def _take_early(self, output: str) -> subprocess.Popen[bytes] | None:
        """The process that was started before the stage, for the first layer of all; None: it is not there, or no good."""
        early, self._early = self._early, None
        if early is None:
            return None
        if early.process.poll() is not None:
            log.warning("the first layer ended before it was needed: exit status %s", early.process.returncode)
        elif early.output == output:
            return early.process
        early.process.kill()
        return None

    def _kill(self, effect: KillDecoder) -> None:
        process = self._layers.get(effect.layer)
        if process is not None and process.generation == effect.generation:
            process.kill(abort=effect.abort)

    def _tell(self, layer: int, order: Order) -> None:
        process = self._layers.get(layer)
        if process is not None and not process.tell(order):
            log.warning("layer %d does not take orders; it is killed", layer)
            process.kill(abort=True)
