"""The screen room: one stage on one X server, the decoders of its layers, and the pixel monitor.

Knows: in which order the stage and a decoder are told of an effect. Touches: X, child processes; all of it in a thread of
its own. Must not: decide what is shown (the director does), nor let a hung decoder or X server delay the loop.
"""

from __future__ import annotations

import contextlib
import logging
import os
import queue
import select
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import assert_never

from player.core.effects import (
    ContinueItem,
    CueItem,
    DropItem,
    FindLetters,
    HideCard,
    HideTicker,
    HoldItem,
    KillDecoder,
    RebuildStage,
    ScreenEffect,
    SetBrightness,
    SetVolume,
    ShowCard,
    ShowNotice,
    ShowTicker,
    StageEffect,
    StartDecoder,
    StartItem,
    SuspendDecoder,
    TakeScreenshot,
)
from player.core.events import (
    BrightnessSet,
    CardShown,
    Event,
    ItemCued,
    LettersFound,
    OutputsChanged,
    StageLost,
    StageOpened,
)
from player.core.model import Card
from player.screen.cue_watch import CueWatch
from player.screen.decoder.early import EarlyDecoder, decoder_command
from player.screen.decoder.forking import Zygote
from player.screen.decoder.options import DecoderOptions
from player.screen.decoder.output import pick_output
from player.screen.decoder.protocol import (
    ContinueOrder,
    CueOrder,
    HoldOrder,
    PaintedOrder,
    StartOrder,
    VolumeOrder,
)
from player.screen.decoders import Decoders
from player.screen.dimmer.backends import pick_dimmer
from player.screen.drawer import Drawer
from player.screen.drawing.order import DrawnPicture
from player.screen.pixel_monitor import PixelMonitor
from player.screen.stage import Stage
from player.screen.x11.connection import XServerError
from player.screen.x11.news import Painted, Resized
from player.screen.x11.server import XServer
from player.settings.models import PanelSection, ScreenSection, TickerSection

log = logging.getLogger(__name__)

REOPEN_S = 0.5
"""Between a stage that was lost and the next attempt to open one."""
REARM_S = 0.5
"""How often the visible layer's painting is asked for again: the pixel monitor wants to know that VLC still paints."""


@dataclass(frozen=True, slots=True)
class Cleared:
    """A decoder tells that the item before has left its layer: what is painted there from now on is play_id."""

    layer: int
    play_id: int


StageOrder = StageEffect | Cleared | ItemCued | DrawnPicture
"""What the stage is told, each in its turn: effects, what decoders tell, and the pictures that were ordered."""


class Screen:
    """The room. `perform` returns at once; everything happens in the thread "screen"."""

    def __init__(
        self,
        screen: ScreenSection,
        panel: PanelSection,
        post: Callable[[Event], None],
        command: Callable[[DecoderOptions], list[str]] = decoder_command,
        *,
        ticker: TickerSection | None = None,
        stream_hosts: Sequence[str] = (),
        early: EarlyDecoder | None = None,
        zygote: Zygote | None = None,
        make_drawer: Callable[[Callable[[DrawnPicture | LettersFound], None]], Drawer] = Drawer,
    ) -> None:
        """stream_hosts: where streams may lead. early: the first decoder, already started (decoder/early.py).

        zygote: makes the others; None: each is started by itself. make_drawer: of what gets the pictures."""
        self._screen = screen
        self._panel = panel
        self._ticker = ticker or TickerSection()
        self._post = post
        self._orders: queue.SimpleQueue[StageOrder | RebuildStage] = queue.SimpleQueue()
        self._decoders = Decoders(
            screen, command, self._hear_decoder, self._hear_cleared,
            stream_hosts=stream_hosts, early=early, zygote=zygote,
        )  # fmt: skip
        self._drawer = make_drawer(self._hear_drawer)
        self._stopping = False

    def __enter__(self) -> Screen:
        self._wake_read, self._wake_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._monitor = PixelMonitor(self._screen, self._post)
        self._thread = threading.Thread(target=self._run, name="screen", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Ends the decoders; the last picture stays on screen for the daemon that comes next."""
        self._stopping = True
        self._wake()
        self._monitor.stop()
        self._thread.join(1.0)
        self._drawer.close()
        self._decoders.close()

    def perform(self, effect: ScreenEffect) -> None:
        if isinstance(effect, TakeScreenshot):
            self._monitor.take_screenshot(effect)
            return
        self._orders.put(effect)
        self._wake()

    def decoder_pid(self, layer: int) -> int:
        """KeyError: the layer has no decoder."""
        return self._decoders.pid(layer)

    def _hear_decoder(self, event: Event) -> None:
        """Called in the threads of the decoders' readers: what the window must show first goes through this room's thread."""
        if isinstance(event, ItemCued):
            self._orders.put(event)
            self._wake()
        else:
            self._post(event)

    def _hear_cleared(self, layer: int, play_id: int) -> None:
        self._orders.put(Cleared(layer, play_id))
        self._wake()

    def _hear_drawer(self, answer: DrawnPicture | LettersFound) -> None:
        """Called in the drawer's thread."""
        if isinstance(answer, DrawnPicture):
            self._orders.put(answer)
            self._wake()
        else:
            self._post(answer)

    def _wake(self) -> None:
        with contextlib.suppress(BlockingIOError):  # it is being woken already
            os.write(self._wake_write, b"w")

    # ---- the thread

    def _run(self) -> None:
        while not self._stopping:
            try:
                with (
                    XServer(self._screen.display) as server,
                    Stage(server, self._screen, self._panel, self._drawer.draw, self._ticker) as stage,
                ):
                    why = self._serve(stage)
            except XServerError as error:
                why = str(error)
            except Exception:  # a picture that nobody can renew any more would stand for years
                log.exception("the stage fell over a fault of its own; it is built anew")
                why = "a fault of the stage's own"
            self._monitor.watch(None)
            if not self._stopping:
                self._post(StageLost(why))
                self._drop_orders(time.monotonic() + REOPEN_S)

    def _drop_orders(self, until_mono: float) -> None:
        """Without a stage only the ends of decoders are still obeyed."""
        while not self._stopping and time.monotonic() < until_mono:
            select.select([self._wake_read], [], [], max(0.0, until_mono - time.monotonic()))
            self._drain_wake()
            while not self._orders.empty():
                effect = self._orders.get()
                if isinstance(effect, KillDecoder):
                    self._decoders.kill(effect)

    def _drain_wake(self) -> None:
        with contextlib.suppress(BlockingIOError):
            os.read(self._wake_read, 4096)

    def _serve(self, stage: Stage) -> str:
        """Until the stage must go; returns why."""
        self._monitor.visible_window, self._monitor.covered = None, None
        self._output = pick_output(self._screen.output, self._screen.display)
        self._monitor.watch(stage.windows.region)
        self._post(StageOpened(*stage.windows.size, stage.windows.region))
        self._cue_watch = CueWatch(stage, self._post)
        rearm_mono, outputs_changed = time.monotonic(), False
        while not self._stopping:
            patience_s = max(0.0, rearm_mono - time.monotonic())
            if select.select([stage.server.fileno(), self._wake_read], [], [], patience_s)[0]:
                self._drain_wake()
            if (why := self._take_orders(stage)) is not None:
                return why
            for news in stage.server.news():
                if isinstance(news, Resized):
                    outputs_changed = True
                    if stage.server.read_size() != stage.windows.size:
                        return "the screen changed its size"
                    self._post(OutputsChanged())
                if isinstance(news, Painted) and news.window in stage.windows.layers:
                    self._see_paint(stage, stage.windows.layers.index(news.window))
            self._cue_watch.check_time(time.monotonic())
            if time.monotonic() >= rearm_mono:
                rearm_mono = time.monotonic() + REARM_S
                if outputs_changed:  # not at once: a person who turns an output off on purpose has more to say
                    outputs_changed = False
                    stage.light_outputs()
                stage.tend_overlays()
                stage.tend_ticker(time.monotonic())
                stage.watch_visible()
                self._decoders.tend()
        return "stopping"

    def _take_orders(self, stage: Stage) -> str | None:
        """Why the stage must go; None: it stays. No picture is held when it returns."""
        while not self._orders.empty():
            order = self._orders.get()
            if isinstance(order, RebuildStage):
                return order.why
            self._try(stage, order)
        return None

    def _see_paint(self, stage: Stage, layer: int) -> None:
        if layer == stage.visible:
            self._monitor.painted_mono = time.monotonic()
        self._cue_watch.see_paint(layer)
        play_id = stage.see_paint(layer)
        if play_id is not None:
            self._decoders.tell(layer, PaintedOrder(play_id))

    def _try(self, stage: Stage, effect: StageOrder) -> None:
        try:
            self._perform_on(stage, effect)
        except XServerError:
            raise
        except Exception:  # a card that cannot be drawn must not end the stage
            log.exception("this could not be done on the stage: %s", type(effect).__name__)

    def _perform_on(self, stage: Stage, effect: StageOrder) -> None:
        match effect:
            case StartDecoder(layer, generation):
                window, size = stage.windows.layers[layer], stage.windows.whole[2:]
                self._decoders.start(layer, generation, window, size, self._output)
            case KillDecoder():
                self._decoders.kill(effect)
            case SuspendDecoder():
                self._decoders.suspend(effect)
            case CueItem():
                self._cue_watch.forget(effect.layer)
                stage.expect_item(effect.layer, effect.play_id)
                self._decoders.cue(effect.layer, cue_order(effect))
            case ItemCued():
                self._cue_watch.hear_cued(effect, time.monotonic())
            case Cleared(layer, play_id):
                stage.clear_layer(layer, play_id)
            case StartItem(layer, play_id, volume):
                stage.raise_layer(layer)
                self._monitor.visible_window = stage.windows.layers[layer]
                self._decoders.tell(layer, StartOrder(play_id, volume))
            case HoldItem(layer, play_id):
                self._decoders.tell(layer, HoldOrder(play_id))
            case ContinueItem(layer, play_id):
                self._decoders.tell(layer, ContinueOrder(play_id))
            case DropItem(layer, play_id):
                self._cue_watch.forget(layer)
                stage.forget_item(layer)
                self._decoders.drop(layer, play_id)
            case SetVolume(layer, percent):
                self._decoders.tell(layer, VolumeOrder(percent))
            case ShowCard(card):
                self._tell_shown(stage.show_card(card))
            case DrawnPicture():
                self._tell_shown(stage.take_picture(effect))
            case HideCard():
                stage.hide_card()
            case ShowTicker(messages):
                self._monitor.covered = stage.show_ticker(messages)
            case HideTicker():
                stage.hide_ticker()
                self._monitor.covered = None
            case ShowNotice(notice):
                stage.show_notice(notice)
            case FindLetters():
                self._drawer.find_letters(effect)
            case SetBrightness(percent, command_id):
                self._post(BrightnessSet(percent, command_id, pick_dimmer(stage.server).dim(percent)))
            case _ as never:
                assert_never(never)

    def _tell_shown(self, card: Card | None) -> None:
        if card is not None:
            self._post(CardShown(card))


def cue_order(effect: CueItem) -> CueOrder:
    """What a decoder needs to know of an item."""
    item = effect.item
    return CueOrder(
        play=effect.play_id,
        source=item.location,
        kind=item.kind.value,
        fit=effect.fit.value,
        software=effect.software,
        width=item.width or 0,
        height=item.height or 0,
        turn=item.turn,
        mirrored=item.mirrored,
        sample_aspect=float(item.sample_aspect) if item.sample_aspect else None,
        matrix=item.matrix or "",
        full_range=bool(item.full_range),
    )
