"""The decoder: a child process that holds one libvlc player bound to one X window; the only file that imports vlc.

Knows: how libvlc does what decoder/cueing.py asks for. Touches: libvlc, its window, its two pipes.
Must not: decide anything (the daemon and the table in decoder/cueing.py do), nor call libvlc from libvlc's own callbacks
(python-vlc issues 77 and 211: it hangs). Its length is libvlc's: nothing else may call it.

Run as `python -m player.screen.decoder.vlc OPTIONS`. Orders come in as lines on stdin, news go out as lines on stdout
(decoder/protocol.py); the end of stdin is the end of the process.
"""

from __future__ import annotations

import ctypes
import faulthandler
import json
import os
import queue
import signal
import sys
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from player.base.confinement import confine
from player.base.parent import die_with_parent
from player.base.stream_clock import NO_CLOCK
from player.screen.decoder.arrangement import Arrangement
from player.screen.decoder.colours import Matrices, find_plugins
from player.screen.decoder.cueing import (
    PAUSED_FROM_S,
    PLAYER_MOVES,
    VLC_COUNTS,
    Action,
    CueEvent,
    Cueing,
    CueState,
)
from player.screen.decoder.layout import fills_exactly
from player.screen.decoder.options import (
    FFMPEG_READS,
    NO_WINDOW,
    PAUSED,
    STREAM,
    TRANSPORTS,
    DecoderOptions,
    opens_paused,
    read_ahead,
    reader_of,
    vlc_words,
    words_for_item,
)
from player.screen.decoder.orders import OrderLine, WayOut
from player.screen.decoder.protocol import (
    ClearedNews,
    ContinueOrder,
    CuedNews,
    CueOrder,
    DropOrder,
    EndedNews,
    FailedNews,
    HeartbeatNews,
    HoldOrder,
    News,
    Order,
    PaintedOrder,
    ProtocolError,
    ReadyNews,
    StartOrder,
    VolumeOrder,
    WindowOrder,
    encode,
)

if TYPE_CHECKING:
    from player.screen.decoder.still import LoadedStill

HEARTBEAT_S = 1.0
CUE_EVENTS = {"image": CueEvent.CUE_STILL, "stream": CueEvent.CUE_STREAM, "video": CueEvent.CUE_FILM}
"""Kind of item -> how it is cued."""
PLAYER_EVENTS = {
    "EndReached": CueEvent.END_REACHED,
    "EncounteredError": CueEvent.ERROR_MET,
    "Vout": CueEvent.OUTPUT_OPENED,
    "Paused": CueEvent.PAUSE_TOOK_HOLD,
}
"""libvlc's name of its news, after MediaPlayer -> what it means for the item."""
X_SOCKETS = "/tmp/.X11-unix"
NO_ORDER = CueOrder(0, "", "video", "contain", False)


class Decoder:
    """Performs what decoder/cueing.py says. All methods but `listen` and `_hear` run in one thread."""

    def __init__(self, options: DecoderOptions, news_fd: int, *, confined: bool) -> None:
        self._options = options
        self._news_fd = news_fd
        self._confined = confined
        self._inbox: queue.SimpleQueue[Order | tuple[int, CueEvent | LoadedStill]] = queue.SimpleQueue()
        self._line = OrderLine()
        self._file: int | None = None
        self._cueing = Cueing()
        self._play = self._opened_play = 0
        self._order = NO_ORDER
        self._volume = 0
        self._used = False
        self._lost_before = 0
        self._container, self._clock = "", NO_CLOCK
        self._way_out = WayOut()
        self._still: Any = None

    def open(self) -> None:
        self._vlc = vlc = load()
        words = vlc_words(self._options)
        # Without its list of plugins (Debian's libvlc-bin makes it) libvlc finds none, unless it may look for them.
        scanning = [word for word in words if word != "--no-plugins-scan"]
        self._instance = vlc.Instance(words) or vlc.Instance(scanning)
        if self._instance is None:
            sys.stderr.write(f"libvlc refused its options, or has no plugins: {' '.join(words)}\n")
            os._exit(1)  # the thread that reads stdin would turn an ordinary end into an abort
        matrices = Matrices(find_plugins()).find()
        if self._options.window == NO_WINDOW:
            self._wait_for_window()
        self._player = self._instance.media_player_new()
        self._player.set_xwindow(self._options.window)
        self._arrangement = Arrangement(self._player, vlc.dll, self._options, matrices)
        events = self._player.event_manager()
        for kind in PLAYER_EVENTS:
            events.event_attach(getattr(vlc.EventType, f"MediaPlayer{kind}"), self._hear, kind)

    def _wait_for_window(self) -> None:
        """Started before the stage was there (decoder/early.py): everything that needs no window is done by now."""
        while True:
            order = self._inbox.get()
            if isinstance(order, WindowOrder):
                self._options = replace(self._options, window=order.window, width=order.width, height=order.height)
                return

    def _hear(self, _event: Any, kind: str) -> None:
        self._inbox.put((self._opened_play, PLAYER_EVENTS[kind]))

    def listen(self) -> None:
        """Reads orders until stdin ends, then ends the process, even when libvlc hangs."""
        try:
            for order in self._line.read():
                self._inbox.put(order)
        except ProtocolError as error:
            sys.stderr.write(f"an order that is not understood: {error}\n")
            os._exit(1)
        os._exit(0)

    def run(self) -> None:
        threading.Thread(target=self.listen, name="orders", daemon=True).start()
        self.open()
        self.tell(ReadyNews(self._confined))
        heartbeat_mono = time.monotonic()
        while True:
            until_mono = min(heartbeat_mono, self._cueing.wake_mono or heartbeat_mono)
            try:
                news = self._inbox.get(timeout=max(0.0, until_mono - time.monotonic()))
            except queue.Empty:
                pass
            else:
                if not isinstance(news, tuple):
                    self.obey(news)
                elif news[0] == self._play:
                    self.hear_beside(news[1])
            if self._cueing.is_due(time.monotonic()):
                frames = self._displayed() if self._cueing.state in VLC_COUNTS else None
                self.perform(self._cueing.pass_time(time.monotonic(), frames))
            if time.monotonic() >= heartbeat_mono:
                heartbeat_mono = time.monotonic() + HEARTBEAT_S
                self.tell(self.heartbeat())

    # ---- what comes in

    def obey(self, order: Order) -> None:
        match order:
            case WindowOrder():
                pass  # the window is there already
            case CueOrder():
                self._play, self._order = order.play, order
                self.take_file()
                self._cueing.expect(fits_at_once=fills_exactly(order, self._options))
                is_paused = opens_paused(order, self._options, self._container)
                self.pass_on(CueEvent.CUE_REWINDABLE if is_paused else CUE_EVENTS[order.kind])
            case VolumeOrder(percent):
                self._volume = percent
                if self._cueing.state in (CueState.RUNNING, CueState.PAUSED):
                    self._player.audio_set_volume(percent)
            case _ if order.play != self._play:
                pass  # about an item that is no longer here
            case PaintedOrder():
                self.pass_on(CueEvent.PAINTED_SEEN)
            case StartOrder(volume=volume):
                self._volume = volume
                if self._cueing.state in (CueState.HELD, CueState.HELD_WHOLE):
                    self._cueing.measure(self._player.get_fps(), self._length_s())
                self._lost_before = 0
                self._lost_before = self._lost() or 0
                self.pass_on(CueEvent.START)
            case HoldOrder():
                self.pass_on(CueEvent.HOLD)
            case ContinueOrder():
                self.pass_on(CueEvent.CONTINUE)
            case DropOrder():
                self.pass_on(CueEvent.DROP)

    def take_file(self) -> None:
        """The open file of the item that is cued; of the item before VLC has a handle of its own."""
        if self._file is not None:
            os.close(self._file)
        self._file = self._line.files.get_nowait()
        if self._order.kind != "stream":
            self._container, self._clock = reader_of(self._file, mirrored=self._order.mirrored)
        elif self._order.source:
            self._container, self._clock = "", NO_CLOCK
            self._way_out.open(self._file)
        else:
            self._container, self._clock = STREAM, NO_CLOCK

    def hear_beside(self, event: CueEvent | LoadedStill) -> None:
        """What libvlc's threads, or the one that loads a still, tell about the item that is here."""
        if not isinstance(event, CueEvent):
            self.show_still(event)
            return
        if event is CueEvent.END_REACHED and self._container == STREAM:
            event = CueEvent.RELAY_ENDED
        elif event is CueEvent.PAUSE_TOOK_HOLD and self._cueing.state is CueState.OPENING_PAUSED:
            is_short = (self._length_s() or 0.0) < PAUSED_FROM_S
            event = CueEvent.SHORT_PAUSED if is_short else event
        self.pass_on(event)

    def pass_on(self, event: CueEvent, why: str = "") -> None:
        self.perform(self._cueing.hear(event, time.monotonic(), why))

    # ---- what is to be done

    def perform(self, actions: tuple[Action, ...]) -> None:
        for action in actions:
            self._perform(action)

    def _perform(self, action: Action) -> None:
        match action:
            case Action.CLEAR_WINDOW:
                self.clear_window()
            case Action.OPEN_MEDIA:
                self.open_media()
            case Action.OPEN_PAUSED:
                self.open_media(PAUSED)
            case Action.OPEN_BY_FFMPEG:
                self._container = FFMPEG_READS.get(self._container, self._container)
                self.open_media()
            case Action.LOAD_STILL:
                self.load_still()
            case Action.CORRECT_TURNED:
                self._arrangement.correct()
            case Action.PAUSE | Action.UNPAUSE:
                self._player.set_pause(int(action is Action.PAUSE))
            case Action.REWIND:
                if self._container not in TRANSPORTS:
                    self._player.set_time(0)
            case Action.SHOW_NEXT_FRAME:
                self._player.next_frame()
            case Action.DRAW_AGAIN:
                self._arrangement.draw_again()
            case Action.SET_VOLUME:
                if self._options.sound:
                    self._player.audio_set_volume(self._volume)
            case Action.TELL_CUED:
                self.tell(CuedNews(self._play, None if self._still is not None else self._length_s()))
            case Action.TELL_ENDED:
                self.tell(EndedNews(self._play))
            case Action.TELL_FAILED:
                self.tell(FailedNews(self._play, self._cueing.why))
            case Action.LEAVE_WINDOW:
                self.leave_window()

    def clear_window(self) -> None:
        """Takes the item before out of the window, so that the next thing that is painted there is the new one.

        Without it VLC's redrawing of the old frame counted as the new one's first: `goto` raised a window whose output
        VLC was about to make anew, 0.03-0.15 s of black in one of four (soak, 2026-11-22).
        """
        if self._used:
            self._player.stop()
        self._used = True
        self._arrangement.forget()
        self.forget_still()
        self.tell(ClearedNews(self._play))

    def open_media(self, *more: str) -> None:
        """more: VLC's words, beside those that are said of every item.

        The item is opened hidden, always: a small film that is started at once is black for a frame when VLC fits its
        output to the window."""
        order, player = self._order, self._player
        media = self._find_media()
        if media is None:
            self.pass_on(CueEvent.OPENING_REFUSED, "VLC cannot open it")
            return
        for word in (*words_for_item(order, self._options, self._container), *more):
            media.add_option(word)
        self._arrangement.arrange(order)
        player.audio_set_volume(0)
        self._opened_play = self._play  # what VLC still says about the item before is not taken for this one's
        player.set_media(media)
        media.release()
        if player.play() != 0:
            self.pass_on(CueEvent.OPENING_REFUSED, "VLC cannot play it")

    def _find_media(self) -> Any:
        """libvlc's media for the item; None: it is not to be had."""
        assert self._file is not None
        if self._order.kind == "stream" and self._order.source:
            return self._instance.media_new(self._order.source)
        if self._order.kind == "video":
            os.lseek(self._file, 0, os.SEEK_SET)  # VLC reads from where the handle stands
            read_ahead(self._file)
        return self._instance.media_new_fd(self._file)

    def load_still(self) -> None:
        # Only for images: Pillow and X cost memory that a decoder of videos does not need.
        from player.screen.decoder.still import begin_loading

        assert self._file is not None
        play = self._play
        begin_loading(
            os.dup(self._file), play, self._order.fit, self._options, lambda still: self._inbox.put((play, still))
        )

    def show_still(self, still: LoadedStill) -> None:
        from player.screen.decoder.still import show_still

        if self._cueing.state is not CueState.LOADING_STILL:
            return
        if still.picture is None:
            self.pass_on(CueEvent.OPENING_REFUSED, still.why)
            return
        server = show_still(still.picture, self._options)
        self.forget_still()
        self._still = server
        if self._used:
            self._player.stop()  # else, when this process is killed, VLC's window below is seen, black (soak, 2026-11-22)
        self.pass_on(CueEvent.STILL_LOADED)

    def leave_window(self) -> None:
        self._play = 0
        self.forget_still()
        self._player.stop()
        self._arrangement.forget()

    def forget_still(self) -> None:
        if self._still is not None:
            self._still.__exit__()
            self._still = None

    # ---- news for the daemon

    def tell(self, news: News) -> None:
        os.write(self._news_fd, encode(news))

    def heartbeat(self) -> HeartbeatNews:
        """Sent by the thread that talks to libvlc: a decoder that hangs in libvlc is silent."""
        frames = lost = None
        if self._cueing.state in PLAYER_MOVES:
            moment_ms = self._player.get_time()
            position_s = moment_ms / 1000 if moment_ms >= 0 else None
            frames, lost = self._displayed(), self._lost()
        else:
            position_s = self._cueing.position_s(time.monotonic())
        with open("/proc/self/statm", "rb") as statm:
            memory_bytes = int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        return HeartbeatNews(self._play, position_s, frames, memory_bytes, lost)

    def _length_s(self) -> float | None:
        if self._clock.jumps:
            return self._clock.length_s  # VLC knows the last part's only
        length_ms = self._player.get_length()
        return length_ms / 1000 if length_ms > 0 else None

    def _displayed(self) -> int | None:
        stats = self._stats()
        return None if stats is None else int(stats.displayed_pictures)

    def _lost(self) -> int | None:
        """Since its start: what came too late while it was cued was not meant to be seen."""
        stats = self._stats()
        return None if stats is None else max(0, int(stats.lost_pictures) - self._lost_before)

    def _stats(self) -> Any:
        media = self._player.get_media()
        if media is None:
            return None
        stats = self._vlc.MediaStats()
        known = media.get_stats(ctypes.byref(stats))
        media.release()
        return stats if known else None


def load() -> Any:
    """The bindings, and with them libvlc's code; no instance of it."""
    import vlc

    return vlc


def main(told: str) -> None:
    faulthandler.enable()  # SIGABRT from the daemon leaves the stacks on stderr, so in the journal
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal is the daemon's business
    options = DecoderOptions(**json.loads(told))
    visible = (X_SOCKETS, os.environ.get("XAUTHORITY") or os.path.expanduser("~/.Xauthority"))
    why_not = confine(network=not options.display.startswith(":"), visible=visible)
    if why_not:
        sys.stderr.write(f"the decoder is not confined ({why_not}); let the kernel allow user namespaces\n")
    if not die_with_parent():  # asked for after the confinement: new namespaces let the kernel forget it
        os._exit(0)
    # VLC prints on stdout: the news keep the real one, everything else goes to stderr.
    news_fd = os.dup(1)
    os.dup2(2, 1)
    os.environ["DISPLAY"] = options.display
    Decoder(options, news_fd, confined=not why_not).run()


if __name__ == "__main__":
    main(sys.argv[1])
