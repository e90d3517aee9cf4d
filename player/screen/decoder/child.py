"""A layer's process as the daemon sees it: started, told, listened to, killed.

Knows: the pipes to one `player.screen.decoder.vlc`. Touches: that process, by its own id.
Must not: block on a layer that does not read, and must not trust a word of what it says.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import selectors
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from typing import Any

from player.core.events import DecoderBeat, DecoderExited, DecoderReady, Event, ItemCued, ItemEnded, ItemFailed
from player.screen.decoder.early import spawn

log = logging.getLogger(__name__)

ABORT_GRACE_S = 0.5
"""Between SIGABRT (stacks on stderr) and SIGKILL."""
LINE_LIMIT_BYTES = 65_536
STDERR_LINES = 20
"""Lines of a layer's stderr that reach the log in STDERR_WINDOW_S: enough for stacks, never a flood."""
STDERR_WINDOW_S = 10.0


class DecoderProcess:
    """One running child. `tell` and `kill` return at once; what it says arrives as events through `post`."""

    def __init__(
        self,
        layer: int,
        generation: int,
        command: list[str],
        post: Callable[[Event], None],
        cleared: Callable[[int, int], None],
        early: subprocess.Popen[bytes] | None = None,
    ) -> None:
        """cleared(layer, play_id): the item before has left the window, and the new one has not painted yet.

        early: such a process, started before (decoder/early.py).
        """
        self.layer = layer
        self.generation = generation
        self._command = command
        self._post = post
        self._cleared = cleared
        self._early = early
        self._said_bytes = b""
        self._resting = False

    def start(self) -> None:
        self._process = self._early or spawn(self._command)
        assert self._process.stdin is not None
        os.set_blocking(self._process.stdin.fileno(), False)
        self._reader = threading.Thread(target=self._listen, name=f"layer-{self.layer}", daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def tell(self, **order: Any) -> bool:
        """False: it does not read any more (dead, or its pipe is full because it hangs)."""
        assert self._process.stdin is not None
        self.wake()
        line = json.dumps(order).encode() + b"\n"
        try:
            return os.write(self._process.stdin.fileno(), line) == len(line)
        except OSError:
            return False
        except ValueError:  # its reader has closed the pipe: it has ended, and DecoderExited says so
            return True

    def rest(self) -> None:
        """Stops the process as it is: its windows stay as they are, and it costs nothing but its memory."""
        self._resting = True
        self._process.send_signal(signal.SIGSTOP)

    def wake(self) -> None:
        if self._resting:
            self._resting = False
            self._process.send_signal(signal.SIGCONT)

    def kill(self, *, abort: bool = False) -> None:
        if abort:
            self._process.send_signal(signal.SIGCONT)  # one that is stopped could not say where it hangs
            self._process.send_signal(signal.SIGABRT)
            timer = threading.Timer(ABORT_GRACE_S, self._process.kill)
            timer.daemon = True
            timer.start()
        else:
            self._process.kill()

    def close(self, within_s: float) -> None:
        """Ends it by closing its stdin; kills it when that takes longer than `within_s`."""
        self.wake()
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
        lines_left, window_mono = STDERR_LINES, time.monotonic()
        with selectors.DefaultSelector() as selector:
            selector.register(stdout, selectors.EVENT_READ)
            selector.register(stderr, selectors.EVENT_READ)
            while selector.get_map():
                for key, _ in selector.select():
                    chunk = os.read(key.fd, 65_536)
                    if not chunk:
                        selector.unregister(key.fileobj)
                    elif key.fileobj is stdout:
                        self._hear(chunk)
                    else:
                        if time.monotonic() - window_mono > STDERR_WINDOW_S:
                            lines_left, window_mono = STDERR_LINES, time.monotonic()
                        for line in chunk.decode("utf-8", "replace").splitlines()[: max(0, lines_left)]:
                            lines_left -= 1
                            log.info("layer %d says: %s", self.layer, line[:500])
        status = self._process.wait()
        for pipe in (stdout, stderr, self._process.stdin):
            with contextlib.suppress(OSError):
                if pipe is not None:
                    pipe.close()
        how = f"killed by {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"
        self._post(DecoderExited(self.layer, self.generation, how))

    def _hear(self, chunk: bytes) -> None:
        *lines, self._said_bytes = (self._said_bytes + chunk).split(b"\n")
        if len(self._said_bytes) > LINE_LIMIT_BYTES:
            self._said_bytes = b""
        for line in lines:
            try:
                event = self._event(json.loads(line))
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
                log.warning("layer %d said something that is not understood: %r", self.layer, line[:100])
                continue
            if event is not None:
                self._post(event)

    def _event(self, news: dict[str, Any]) -> Event | None:
        """None: it is for the stage alone, and has been told there."""
        did = news["did"]
        if did == "ready":
            return DecoderReady(self.layer, self.generation)
        play = int(news["play"])
        match did:
            case "cleared":
                self._cleared(self.layer, play)
                return None
            case "cued":
                return ItemCued(self.layer, play, _number(news["length_s"]))
            case "ended":
                return ItemEnded(self.layer, play)
            case "failed":
                return ItemFailed(self.layer, play, str(news["why"])[:300])
            case "beat":
                frames, memory = news["frames"], news["memory_bytes"]
                return DecoderBeat(
                    self.layer, self.generation, play, _number(news["position_s"]),
                    None if frames is None else int(frames), None if memory is None else int(memory),
                )  # fmt: skip
        raise ValueError(did)


def _number(value: object) -> float | None:
    return None if value is None else float(value)  # type: ignore[arg-type]  # a wrong type raises TypeError, caught above
