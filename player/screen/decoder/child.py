"""A decoder as the daemon sees it: a child process that is started, told, listened to and killed.

Knows: the pipes to one `player.screen.decoder.vlc`. Touches: that process, by its own id.
Must not: block on a decoder that does not read, nor trust a word of what it says (decoder/protocol.py is strict).
"""

from __future__ import annotations

import contextlib
import logging
import os
import selectors
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, assert_never

from player.base.text import hide_keys
from player.core.events import DecoderBeat, DecoderExited, DecoderReady, Event, ItemCued, ItemEnded, ItemFailed
from player.screen.decoder.early import spawn
from player.screen.decoder.forking import DecoderChild
from player.screen.decoder.protocol import (
    ClearedNews,
    CuedNews,
    EndedNews,
    FailedNews,
    HeartbeatNews,
    News,
    Order,
    ProtocolError,
    ReadyNews,
    decode_news,
    encode,
)

if TYPE_CHECKING:
    from player.screen.fetch.fetch import Fetch

log = logging.getLogger(__name__)

ABORT_GRACE_S = 0.5
"""Between SIGABRT (stacks on stderr) and SIGKILL."""
LINE_LIMIT_BYTES = 65_536
MOST_WHY = 300
"""Characters of a failure's reason that the log and the office get."""
LOG_LINES = 20
"""Lines about one decoder, its stderr included, that reach the log in LOG_WINDOW_S: enough for stacks, never a flood."""
LOG_WINDOW_S = 10.0


MOST_LINES, MOST_BYTES = 2_000, 4 << 20
"""What a decoder may say at once. A full pipe holds 800 heartbeats: so many wait when the daemon stood still meanwhile."""
LINES_A_SECOND, BYTES_A_SECOND = 200, 1 << 20
"""And what it may go on saying; an honest decoder says two or three lines a second. Who says more was taken over by its
film, and would keep the daemon busy (2026-11-25: with heartbeats without a pause nothing else was heard)."""
HEARTBEATS_A_SECOND = 5
"""Heartbeats that come faster are dropped: the next one tells the same."""


class Allowance:
    """So much at once and so much a second. `take` answers whether it is still allowed."""

    def __init__(self, at_once: float, a_second: float, now_mono: float) -> None:
        self._most = self._left = at_once
        self._a_second = a_second
        self._mono = now_mono

    def take(self, amount: float, now_mono: float) -> bool:
        self._left = min(self._most, self._left + (now_mono - self._mono) * self._a_second)
        self._mono = now_mono
        if amount > self._left:
            return False
        self._left -= amount
        return True


class DecoderProcess:
    """One running decoder. `tell` and `kill` return at once; its news arrive as events through `post`."""

    def __init__(
        self,
        layer: int,
        generation: int,
        command: list[str],
        post: Callable[[Event], None],
        cleared: Callable[[int, int], None],
        start: Callable[[list[str]], DecoderChild] = spawn,
    ) -> None:
        """cleared(layer, play_id): the item before has left the window, and the new one has not painted yet.

        start: gives the process for the command. OSError: there is none.
        """
        self.layer = layer
        self.generation = generation
        self._command = command
        self._post = post
        self._cleared = cleared
        self._start = start
        self._said_bytes = b""
        self._suspended = False
        now_mono = time.monotonic()
        self._log_lines_left, self._log_window_mono = LOG_LINES, now_mono
        self._lines = Allowance(MOST_LINES, LINES_A_SECOND, now_mono)
        self._bytes = Allowance(MOST_BYTES, BYTES_A_SECOND, now_mono)
        self._heartbeats = Allowance(HEARTBEATS_A_SECOND, HEARTBEATS_A_SECOND, now_mono)
        self._floods = False
        self._fetch: Fetch | None = None
        self._fetch_lock = threading.Lock()

    def start(self) -> None:
        self._process = self._start(self._command)
        assert self._process.stdin is not None
        os.set_blocking(self._process.stdin.fileno(), False)
        self._reader = threading.Thread(target=self._listen, name=f"decoder-{self.layer}", daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def tell(self, order: Order, file: int | None = None) -> bool:
        """file: handed over with the order; it can be closed here then.

        False: the decoder does not read any more (its pipe is full because it hangs, or it is about to end)."""
        assert self._process.stdin is not None
        self.resume()
        line = encode(order)
        try:
            number = self._process.stdin.fileno()
            if file is None:
                return os.write(number, line) == len(line)
            with socket.socket(fileno=os.dup(number)) as orders:
                return socket.send_fds(orders, [line], [file]) == len(line)
        except OSError:
            return False
        except ValueError:  # its reader has closed the pipe: the process has ended, and DecoderExited says so
            return True

    def fetched_by(self, fetch: Fetch | None) -> None:
        """What fetches this decoder's stream; it ends with the item and with the decoder."""
        with self._fetch_lock:
            before, self._fetch = self._fetch, fetch
        if before is not None:
            before.end()

    def suspend(self) -> None:
        """Stops the process as it is: its windows stay as they are, and it costs nothing but its memory."""
        self._suspended = True
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        if self._suspended:
            self._suspended = False
            self._process.send_signal(signal.SIGCONT)

    def kill(self, *, abort: bool = False) -> None:
        if abort:
            self._process.send_signal(signal.SIGCONT)  # a stopped process could not say where it hangs
            self._process.send_signal(signal.SIGABRT)
            timer = threading.Timer(ABORT_GRACE_S, self._process.kill)
            timer.daemon = True
            timer.start()
        else:
            self._process.kill()

    def close(self, within_s: float) -> None:
        """Ends the process by closing its stdin; kills it when that takes longer than `within_s`."""
        self.resume()
        with contextlib.suppress(OSError):
            if self._process.stdin is not None:
                self._process.stdin.close()
        try:
            self._process.wait(within_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    # ---- the reader's thread

    def _listen(self) -> None:
        stdout, stderr = self._process.stdout, self._process.stderr
        assert stdout is not None
        assert stderr is not None
        with selectors.DefaultSelector() as selector:
            selector.register(stdout, selectors.EVENT_READ)
            selector.register(stderr, selectors.EVENT_READ)
            while selector.get_map():
                for key, _ in selector.select():
                    chunk = os.read(key.fd, 65_536)
                    if not chunk:
                        selector.unregister(key.fileobj)
                    elif key.fileobj is stdout:
                        self.hear(chunk)
                        if self._floods:
                            self._process.kill()
                    elif self._may_log():
                        for line in chunk.decode("utf-8", "replace").splitlines()[:LOG_LINES]:
                            self._log(logging.INFO, f"says: {line[:500]}")
        status = self._process.wait()
        self.fetched_by(None)
        for pipe in (stdout, stderr, self._process.stdin):
            with contextlib.suppress(OSError):
                if pipe is not None:
                    pipe.close()
        killed_by = signal.Signals(-status) if status < 0 else None
        how = f"killed by {killed_by.name}" if killed_by else f"exit status {status}"
        if self._floods:
            how += ", because it floods the daemon with news"
        self._post(DecoderExited(self.layer, self.generation, how, killed_by))

    @property
    def unread_bytes(self) -> int:
        """Of a line that has not ended yet."""
        return len(self._said_bytes)

    def hear(self, chunk: bytes) -> None:
        """Posts every piece of news whose line ends in this chunk; nothing more after too much of it."""
        if self._floods or not self._bytes.take(len(chunk), time.monotonic()):
            self._floods = True
            return
        *lines, self._said_bytes = (self._said_bytes + chunk).split(b"\n")
        if len(self._said_bytes) > LINE_LIMIT_BYTES:
            self._said_bytes = b""
        if not self._lines.take(len(lines), time.monotonic()):
            self._floods = True
            return
        for line in lines:
            try:
                self._pass_on(decode_news(line))
            except ProtocolError as error:
                self._log(logging.WARNING, f"said something that is not understood ({error}): {line[:100]!r}")

    def _may_log(self) -> bool:
        if time.monotonic() - self._log_window_mono > LOG_WINDOW_S:
            self._log_lines_left, self._log_window_mono = LOG_LINES, time.monotonic()
        return self._log_lines_left > 0

    def _log(self, level: int, what: str) -> None:
        """One line, while this decoder has lines left."""
        if self._may_log():
            self._log_lines_left -= 1
            log.log(level, "decoder %d %s", self.layer, hide_keys(what))  # libvlc and ffmpeg tell whole addresses

    def _pass_on(self, news: News) -> None:
        match news:
            case ReadyNews(confined):
                self._post(DecoderReady(self.layer, self.generation, confined))
            case ClearedNews(play):
                self._cleared(self.layer, play)
            case CuedNews(play, length_s):
                self._post(ItemCued(self.layer, play, length_s))
            case EndedNews(play):
                self._post(ItemEnded(self.layer, play))
            case FailedNews(play, why):
                if self._fetch is not None and self._fetch.has_failed():
                    why = "the stream could not be fetched; the reason is in the log"
                self._post(ItemFailed(self.layer, play, why[:MOST_WHY]))
            case HeartbeatNews(play, position_s, frames, memory_bytes, lost):
                if self._heartbeats.take(1, time.monotonic()):
                    self._post(DecoderBeat(self.layer, self.generation, play, position_s, frames, memory_bytes, lost))
            case _:
                assert_never(news)
