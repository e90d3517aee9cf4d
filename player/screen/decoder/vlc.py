"""One layer: a child process that holds one libvlc player bound to one X window; the only file that imports vlc.

Knows: one item at a time; a cued one is painted and held on its first frame. Touches: libvlc, its window, its two pipes.
Must not: decide anything (the daemon does), nor call libvlc from libvlc's own callbacks (facts.md). One state machine over
one library's object, hence its length.

Run as `python -m player.screen.decoder.vlc OPTIONS`. Orders come in as JSON lines on stdin, news go out as JSON lines
on stdout; the end of stdin is the end of the process.
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

from player.base.children import die_with_parent
from player.screen.decoder.confinement import confine
from player.screen.decoder.options import DecoderOptions, is_rtsp, is_transport, read_ahead, vlc_words, words_for_item

if TYPE_CHECKING:
    from player.screen.decoder.rtsp import Relay

BEAT_S = 1.0
BLACK_START_S = 0.5
"""A film may begin with black, which no look at the pixels tells from nothing: so long after VLC opened its output the
first frame counts as painted."""
SETTLE_S = 0.06
WARM_S = 0.3
REWIND_S = 0.12
"""From set_time(0) on the paused player to its first frame in the window: 3-5 ms measured at 720p30; VLC redraws a
paused picture every 80 ms at the latest."""
DEFAULT_FRAME_S = 0.04
LONGEST_FRAME_S = 30.0
"""A film of pictures, one every few seconds, is shown to its end; what a broken file says of its rate is not believed."""
NO_WINDOW = 0
"""As in decoder/early.py, whose imports a layer does without."""
END_MARGIN_S = 0.012
"""libvlc tells the end when the last frame has left the decoder, up to one frame before it is in the window (measured
2026-11-22: at 12 frames a second the last frame was never seen); so the end is told when the frame has had its time."""


class Decoder:
    """What becomes of the item, in `_state`: none, opening, warming (a stream), pausing, rewinding, held, ended-early,
    running, stepping (a film of a few frames), paused, last-frame, ending, ended.

    All methods but `listen` and `_hear` run in one thread.
    """

    def __init__(self, options: DecoderOptions, news_fd: int) -> None:
        self._options = options
        self._news_fd = news_fd
        self._inbox: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
        self._state = "none"
        self._play = self._opened_play = 0
        self._order: dict[str, Any] = {}
        self._started = False
        self._painted = False
        self._read_whole = False
        self._used = False
        self._transport = False
        self._still: Any = None
        self._relay: Relay | None = None
        self._wake_mono: float | None = None
        self._end_mono: float | None = None
        self._frame_s = DEFAULT_FRAME_S

    def open(self) -> None:
        import vlc

        self._vlc = vlc
        words = vlc_words(self._options)
        # Without its list of plugins (Debian's libvlc-bin makes it) libvlc finds none, unless it may look for them.
        scanning = [word for word in words if word != "--no-plugins-scan"]
        self._instance = vlc.Instance(words) or vlc.Instance(scanning)
        if self._instance is None:
            sys.stderr.write(f"libvlc refused its options, or has no plugins: {' '.join(words)}\n")
            os._exit(1)  # the thread that reads stdin would turn an ordinary end into an abort
        if self._options.window == NO_WINDOW:
            self._wait_for_window()
        self._player = self._instance.media_player_new()
        self._player.set_xwindow(self._options.window)
        events = self._player.event_manager()
        for kind in ("EndReached", "EncounteredError", "Vout", "Paused"):
            events.event_attach(getattr(vlc.EventType, f"MediaPlayer{kind}"), self._hear, kind)

    def _wait_for_window(self) -> None:
        """Started before the stage was there (decoder/early.py): everything that needs no window is done by now."""
        while True:
            _, order = self._inbox.get()
            if order["do"] == "window":
                window, width, height = order["window"], order["width"], order["height"]
                self._options = replace(self._options, window=window, width=width, height=height)
                return

    @property
    def _ratio(self) -> str:
        """Of the window, whose size an early layer learns late."""
        return f"{self._options.width}:{self._options.height}"

    def _hear(self, _event: Any, kind: str) -> None:
        self._inbox.put(("vlc", (self._opened_play, kind)))

    def listen(self) -> None:
        """Reads orders until stdin ends, then ends the process, even when libvlc hangs."""
        for line in sys.stdin.buffer:
            self._inbox.put(("order", json.loads(line)))
        os._exit(0)

    def run(self) -> None:
        threading.Thread(target=self.listen, name="orders", daemon=True).start()
        self.open()
        self.tell(did="ready")
        beat_mono = time.monotonic()
        while True:
            now = time.monotonic()
            until = min(beat_mono, self._wake_mono or beat_mono)
            try:
                source, news = self._inbox.get(timeout=max(0.0, until - now))
            except queue.Empty:
                source, news = "", None
            if source == "order":
                self.obey(news)
            elif source == "vlc" and news[0] == self._play:
                self.hear(news[1])
            if self._wake_mono is not None and time.monotonic() >= self._wake_mono:
                self._wake_mono = None
                self.wake()
            if time.monotonic() >= beat_mono:
                beat_mono = time.monotonic() + BEAT_S
                self.beat()

    # ---- orders

    def obey(self, order: dict[str, Any]) -> None:
        do = order["do"]
        if do == "cue":
            self.cue(order)
        elif do == "volume":
            self._order["volume"] = order["percent"]
            if self._state in ("running", "paused"):
                self._player.audio_set_volume(order["percent"])
        elif order.get("play") != self._play:
            return  # about an item that is no longer here
        elif do == "painted":
            self.see_paint()
        elif do == "start":
            self.start()
        elif do == "hold" and self._state == "running":
            self._state = "paused"
            if self._end_mono is not None:
                self._end_mono -= time.monotonic()
            if self._still is None:
                self._player.set_pause(1)
        elif do == "continue" and self._state == "paused":
            self._state = "running"
            if self._end_mono is not None:
                self._end_mono += time.monotonic()
            if self._still is None:
                self._player.set_pause(0)
        elif do == "drop":
            self.drop()

    def cue(self, order: dict[str, Any]) -> None:
        """Opens the item so that its first frame is painted, and stays on that frame until `start`.

        Always: a small film that is started at once is black for a frame when VLC fits its output to the window.
        """
        self._play, self._order, self._wake_mono = order["play"], order, None
        self._painted = self._read_whole = self._started = False
        self._state = "opening"
        if order["kind"] == "image":
            self.cue_still()
            return
        self.clear()
        self.open_media()

    def clear(self) -> None:
        """Takes the item before out of the window, so that the next thing that is painted there is the new one.

        Without it VLC's redrawing of the old frame counted as the new one's first: `goto` raised a window whose output
        VLC was about to make anew, 0.03-0.15 s of black in one of four (soak, 2026-11-22).
        """
        if self._used:
            self._player.stop()
        self._used = True
        self.end_relay()
        self.forget_still()
        self.tell(did="cleared", play=self._play)

    def open_media(self) -> None:
        order, player = self._order, self._player
        media = self._find_media(order["kind"], order["source"])
        if media is None:
            return
        self._transport = order["kind"] == "video" and is_transport(order["source"])
        for word in words_for_item(order, self._options, transport=self._transport):
            media.add_option(word)
        # Of the window, also when the picture is turned: VLC turns it before it cuts or stretches it.
        player.video_set_crop_geometry(self._ratio if order["fit"] == "cover" else None)
        player.video_set_aspect_ratio(self._ratio if order["fit"] == "stretch" else None)
        player.audio_set_volume(0)
        self._opened_play = self._play  # what VLC still says about the item before is not taken for this one's
        player.set_media(media)
        media.release()
        if player.play() != 0:
            self.fail("VLC cannot play it")

    def _find_media(self, kind: str, source: str) -> Any:
        """libvlc's media for it; None: it has failed."""
        if kind == "stream" and is_rtsp(source):
            # Only for such streams: subprocess costs memory.
            from player.screen.decoder.rtsp import Relay, RelayError, vlc_reads_rtsp

            if not vlc_reads_rtsp():
                relay = Relay(source, sound=self._options.sound)
                try:
                    relay.start()
                except RelayError as error:
                    self.fail(str(error))
                    return None
                self._relay = relay
        if self._relay is not None:
            media = self._instance.media_new_fd(self._relay.fd)
        elif kind == "stream":
            media = self._instance.media_new(source)
        else:
            media = self._instance.media_new_path(source)
            if kind == "video":
                read_ahead(source)
        if media is None:
            self.fail("VLC cannot open it")
        return media

    def cue_still(self) -> None:
        # Only for images: Pillow and X cost memory that a layer with videos does not need.
        from player.screen.drawing.picture import StillError, load_still
        from player.screen.x11.server import XServer

        options = self._options
        size = options.width, options.height
        try:
            picture = load_still(self._order["source"], *size, self._order["fit"], options.rotation)
        except StillError as error:
            self.fail(str(error))
            return
        server = XServer(options.display).__enter__()
        window = server.open_window(options.window, (0, 0, options.width, options.height), black=True, shown=False)
        server.paint(window, picture.width, picture.height, picture.bgrx)
        server.show_window(window, True)
        server.raise_window(window)
        server.read_size()  # a round trip: it is on screen before the stage is told, over another connection
        self.forget_still()
        self._still = server
        if self._used:
            self._player.stop()  # else, when this process is killed, VLC's window below is seen, black (soak, 2026-11-22)
        self.end_relay()
        self._state = "held"
        self.tell(did="cued", play=self._play, length_s=None)

    def start(self) -> None:
        self._started = True
        if self._state == "held":
            self._state = "running"
            if self._still is None:
                self._expect_end()
                if self._read_whole:
                    self._state = "stepping"
                    self._wake_mono = time.monotonic() + self._frame_s
                else:
                    self._player.set_pause(0)
        elif self._state == "ended-early":
            self._state = "running"
            self.open_media()
        elif self._state == "running":
            pass
        else:
            return
        if self._options.sound and self._still is None:
            self._player.audio_set_volume(self._order["volume"])

    def drop(self) -> None:
        self._state, self._wake_mono = "none", None
        self._play = 0
        self.forget_still()
        self._player.stop()
        self.end_relay()

    def end_relay(self) -> None:
        """After VLC's stop: it would take the end of the pipe for the end of the item."""
        if self._relay is not None:
            self._relay.end()
            self._relay = None

    def forget_still(self) -> None:
        if self._still is not None:
            self._still.__exit__()
            self._still = None

    # ---- news of libvlc

    def see_paint(self) -> None:
        """Something is visible in the window: the item's first frame, or the frame after rewinding."""
        if self._state != "opening" or self._painted:
            return
        self._painted = True
        if self._options.rotation and self._order["fit"] == "stretch":
            self._player.video_set_aspect_ratio(self._ratio)  # forgotten when the first picture came in turned
        if self._read_whole:
            self._state = "held"
            self.tell_cued()
            return
        if self._order["kind"] == "stream":
            # A live stream waits for nobody: it runs hidden, and VLC has fitted its output before it is raised.
            self._state = "warming"
            self._wake_mono = time.monotonic() + WARM_S
            return
        self._state = "pausing"
        self._player.set_pause(1)

    def hear(self, kind: str) -> None:
        state = self._state
        if kind == "Vout" and state == "opening":
            self._wake_mono = time.monotonic() + BLACK_START_S
        elif kind == "Paused" and state == "opening":
            # So short that it was read to its end before VLC showed anything: its frames are shown one by one.
            self._read_whole = True
            self._player.next_frame()
        elif kind == "Paused" and state == "pausing":
            self._wake_mono = time.monotonic() + SETTLE_S
        elif kind == "Paused" and state == "running":
            # At its end (play-and-pause): the last frame may still wait to be shown.
            self._state = "last-frame"
            left_s = 0.0 if self._end_mono is None else self._end_mono - self._frame_s - time.monotonic()
            self._wake_mono = time.monotonic() + min(max(0.0, left_s), self._frame_s)
        elif kind == "EncounteredError" and state != "none":
            self.fail("VLC met an error while playing it")
        elif kind == "EndReached":
            if state == "opening":
                self.fail("it ended without having shown a picture")
            elif self._relay is not None and not self._started:
                self.fail("the stream ended before its turn")
            elif state in ("pausing", "rewinding", "held"):
                # Shorter than the cueing takes: it is played from its beginning when its turn comes.
                self._state = "ended-early"
                self._wake_mono = None
                if state != "held":
                    self.tell_cued()
            elif state in ("running", "paused"):
                self._state = "ending"
                left_s = (
                    (self._frame_s if self._end_mono is None else self._end_mono - time.monotonic())
                    if state == "running"
                    else 0.0
                )
                self._wake_mono = time.monotonic() + min(max(0.0, left_s), self._frame_s) + END_MARGIN_S

    def _expect_end(self) -> None:
        """From now on the item runs: when its last frame will have had its time."""
        rate = self._player.get_fps()
        self._frame_s = min(1 / rate, LONGEST_FRAME_S) if rate > 0 else DEFAULT_FRAME_S
        length_ms = self._player.get_length()
        self._end_mono = time.monotonic() + length_ms / 1000 if length_ms > 0 else None

    def wake(self) -> None:
        if self._state == "opening":
            self.see_paint()
        elif self._state == "warming":
            self._state = "running"
            self.tell_cued()
        elif self._state == "last-frame":
            self._player.next_frame()
            self._state = "ending"
            left_s = self._frame_s if self._end_mono is None else self._end_mono - time.monotonic()
            self._wake_mono = time.monotonic() + min(max(0.0, left_s), self._frame_s) + END_MARGIN_S
        elif self._state == "stepping" and self._end_mono and self._end_mono - time.monotonic() > self._frame_s / 2:
            self._player.next_frame()
            self._wake_mono = time.monotonic() + self._frame_s
        elif self._state in ("ending", "stepping"):
            self._state = "ended"
            self.tell(did="ended", play=self._play)
        elif self._state == "pausing":
            self._state = "rewinding"
            self._wake_mono = time.monotonic() + REWIND_S
            if not self._transport:
                self._player.set_time(0)
        elif self._state == "rewinding":
            self._state = "held"
            self.tell_cued()

    def tell_cued(self) -> None:
        length_ms = self._player.get_length()
        self.tell(did="cued", play=self._play, length_s=length_ms / 1000 if length_ms > 0 else None)

    def fail(self, why: str) -> None:
        self._state, self._wake_mono = "none", None
        if self._relay is not None:
            if self._relay.has_failed():
                why = "ffmpeg could not fetch the stream; its reason is in the log"
            self.end_relay()
        self.tell(did="failed", play=self._play, why=why)

    # ---- the heartbeat

    def tell(self, **news: Any) -> None:
        os.write(self._news_fd, json.dumps(news).encode() + b"\n")

    def beat(self) -> None:
        """Sent by the thread that talks to libvlc: a layer that hangs in libvlc is silent."""
        position_s = frames = None
        if self._state in ("running", "paused") and self._still is None:
            moment_ms = self._player.get_time()
            position_s = moment_ms / 1000 if moment_ms >= 0 else None
            frames = self._displayed()
        elif self._state in ("stepping", "last-frame", "ending") and self._end_mono is not None:
            # VLC stands at its end, but the last frame has its time: that is no hang.
            position_s = max(0.0, self._player.get_length() / 1000 - self._end_mono + time.monotonic())
        with open("/proc/self/statm", "rb") as statm:
            memory_bytes = int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        self.tell(did="beat", play=self._play, position_s=position_s, frames=frames, memory_bytes=memory_bytes)

    def _displayed(self) -> int | None:
        media = self._player.get_media()
        if media is None:
            return None
        stats = self._vlc.MediaStats()
        known = media.get_stats(ctypes.byref(stats))
        media.release()
        return int(stats.displayed_pictures) if known else None


def main() -> None:
    faulthandler.enable()  # SIGABRT from the daemon leaves the stacks on stderr, so in the journal
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal is the daemon's business
    options = DecoderOptions(**json.loads(sys.argv[1]))
    why_not = confine(network=options.network or not options.display.startswith(":"))
    if why_not:
        sys.stderr.write(f"the decoder is not confined ({why_not}); let the kernel allow user namespaces\n")
    if not die_with_parent():
        os._exit(0)
    # VLC prints on stdout (facts.md): the news keep the real one, everything else goes to stderr.
    news_fd = os.dup(1)
    os.dup2(2, 1)
    os.environ["DISPLAY"] = options.display
    Decoder(options, news_fd).run()


if __name__ == "__main__":
    main()
