"""The zygote as the daemon sees it: asked for a decoder, given up when it does not answer, started anew later.

Knows: the line to one `player.screen.decoder.zygote`, and what to do without it. Touches: that process, and the decoders that
it makes, which are children of the daemon (base/sibling.py). Must not: make a start of a decoder depend on it: whatever
happens to the zygote, a decoder is started as before.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from typing import IO, cast

log = logging.getLogger(__name__)

PADDING = " " * 768
"""Room for a decoder's words where the zygote's stand (zygote.py)."""
ANSWER_S = 1.0
"""A fork takes 2 ms; what has not answered by then hangs, or the machine is too busy to wait for it."""
FIRST_ANSWER_S = 8.0
"""The first decoder is asked for while the zygote still loads: on a slow disk that takes seconds, and starting it again would
take as long. Less than the 15 s after which the core gives a decoder up."""
REST_S = 5.0
"""Between the last start of a decoder and that of a new zygote: its loading shall not disturb a decoder that is awaited."""
LONGEST_REST_S = 600.0
"""Each failure in a row doubles the rest."""
END_S = 0.5
LOADED = b"loaded"
NUMBER_BYTES = 64
CRASHES = frozenset(
    (signal.SIGSEGV, signal.SIGBUS, signal.SIGILL, signal.SIGFPE, signal.SIGTRAP, signal.SIGSYS, signal.SIGABRT)
)
"""Ends that a film may have brought about: see `Zygote.renew`."""


class ForkedDecoder:
    """As a Popen: the process that the zygote has made, which is this one's child."""

    def __init__(self, pid: int, stdin: IO[bytes], stdout: IO[bytes], stderr: IO[bytes]) -> None:
        """OSError: there is no such process."""
        self.pid, self.stdin, self.stdout, self.stderr = pid, stdin, stdout, stderr
        self.returncode: int | None = None
        self._handle = os.pidfd_open(pid)
        self._reaping = threading.Lock()

    def __del__(self) -> None:
        with contextlib.suppress(AttributeError):  # there was none
            os.close(self._handle)  # not before: a thread may wait for it

    def poll(self) -> int | None:
        """The exit status, negative for a signal's number; None: it runs."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Raises subprocess.TimeoutExpired."""
        if self.returncode is None:
            ended = select.poll()
            ended.register(self._handle, select.POLLIN)
            if not ended.poll(None if timeout is None else timeout * 1000):
                raise subprocess.TimeoutExpired("decoder", timeout or 0)
        with self._reaping:
            if self.returncode is None:
                self.returncode = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
            return self.returncode

    def send_signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._handle, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


DecoderChild = subprocess.Popen[bytes] | ForkedDecoder


class AskedDecoder:
    """A decoder that the zygote was asked for. What is written to its stdin waits there for it."""

    def __init__(self, zygote: Zygote, stdin: IO[bytes], stdout: IO[bytes], stderr: IO[bytes]) -> None:
        self._zygote, self._pipes = zygote, (stdin, stdout, stderr)

    def collect(self, within_s: float = FIRST_ANSWER_S) -> ForkedDecoder | None:
        """The process; None: it has not come in time, or is gone, and the zygote has been given up."""
        try:
            return ForkedDecoder(self._zygote.hear_number(within_s), *self._pipes)
        except OSError:
            self.abandon()
            return None

    def abandon(self) -> None:
        """A decoder whose stdin is closed ends."""
        for pipe in self._pipes:
            pipe.close()


class Zygote:
    """`spawn` gives a decoder in any case. Asked by one thread at a time; `renew` may be called by any."""

    def __init__(
        self,
        spawn_alone: Callable[[list[str]], subprocess.Popen[bytes]],
        environment: Callable[[], Mapping[str, str]],
        rest_s: float = REST_S,
    ) -> None:
        self._spawn_alone = spawn_alone
        self._environment = environment
        self._rest_s = rest_s
        self._process: subprocess.Popen[bytes] | None = None
        self._line: socket.socket | None = None
        self._is_loaded = self._is_outworn = False
        self._failures = 0
        self._rest_until_mono = 0.0

    @property
    def pid(self) -> int | None:
        """None: there is none."""
        return None if self._process is None else self._process.pid

    def start(self) -> None:
        """Returns at once, while the zygote loads. It ends with the thread that calls this. OSError: not possible."""
        ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with its:
            try:
                self._process = subprocess.Popen(
                    [sys.executable, "-m", "player.screen.decoder.zygote", PADDING],
                    stdin=its.fileno(), stdout=subprocess.DEVNULL, env=dict(self._environment()), cwd="/",
                )  # fmt: skip
            except OSError:
                ours.close()
                raise
        self._line = ours

    def ask(self, command: list[str]) -> AskedDecoder:
        """Returns at once; the zygote may still load. OSError: there is none."""
        if self._line is None:
            raise ConnectionError("there is no zygote")
        orders, stdin = socket.socketpair()
        (news, stdout), (words, stderr) = os.pipe(), os.pipe()
        with orders:
            written = cast(IO[bytes], orders.makefile("wb", buffering=0))
        asked = AskedDecoder(self, written, os.fdopen(news, "rb", 0), os.fdopen(words, "rb", 0))
        try:
            self._line.settimeout(ANSWER_S)
            socket.send_fds(self._line, [json.dumps(command).encode()], [stdin.fileno(), stdout, stderr])
        except OSError:
            asked.abandon()
            raise
        finally:
            stdin.close()
            os.close(stdout)
            os.close(stderr)
        return asked

    def spawn(self, command: list[str]) -> DecoderChild:
        """Forked, or started by itself where that is not possible at once. OSError: neither is."""
        self._drop_outworn()
        self._rest_until_mono = max(self._rest_until_mono, time.monotonic() + self._rest_s)
        if self.has_loaded():
            with contextlib.suppress(OSError):
                if forked := self.ask(command).collect(ANSWER_S):
                    return forked
        return self._spawn_alone(command)

    def renew(self) -> None:
        """A decoder has crashed, perhaps by a film that tries out where in memory things are, which is the same in all that
        are forked from one zygote: the next decoder is started by itself, and then there is a new zygote."""
        self._is_outworn = True

    def tend(self, now_mono: float) -> None:
        """Called again and again. Starts a zygote where there is none, when no decoder was started just before."""
        self._drop_outworn()
        if self._process is not None and self._process.poll() is not None:
            self._fail(f"it has ended with status {self._process.returncode}")
        if self._process is None and now_mono >= self._rest_until_mono:
            try:
                self.start()
            except OSError as error:
                self._fail(f"it could not be started: {error.strerror}")

    def hear_number(self, within_s: float) -> int:
        """The process id of the decoder that was asked for. OSError: it has not come in time; the zygote is given up then."""
        until_mono = time.monotonic() + within_s
        try:
            if not self._is_loaded:
                self._hear(within_s)
                self._is_loaded = True
            number = self._hear(until_mono - time.monotonic())
            self._failures = 0
        except OSError as error:
            self._end_process()
            try:
                number = self._hear(0)  # it may have answered just now
            finally:
                self._fail(f"it does not answer: {error}")
        return int(number)

    def close(self) -> None:
        """The zygote ends; what it has forked does not."""
        self._end_process()
        line, self._line = self._line, None
        self._is_loaded = False
        if line is not None:
            line.close()

    def has_loaded(self) -> bool:
        if not self._is_loaded:
            with contextlib.suppress(OSError):
                self._is_loaded = self._hear(0) == LOADED
        return self._is_loaded

    def _hear(self, within_s: float) -> bytes:
        """The next thing that the zygote says. OSError: nothing came in time, or nothing ever will."""
        if self._line is None:
            raise ConnectionError("there is no zygote")
        self._line.settimeout(max(0.0, within_s))
        if said := self._line.recv(NUMBER_BYTES):
            return said
        raise ConnectionError("it has ended")

    def _drop_outworn(self) -> None:
        if self._is_outworn:
            self._is_outworn = False
            self.close()

    def _end_process(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(END_S)

    def _fail(self, why: str) -> None:
        self.close()
        rest_s = min(self._rest_s * 2**self._failures, LONGEST_REST_S)
        self._failures += 1
        self._rest_until_mono = time.monotonic() + rest_s
        log.warning("the zygote is given up (%s); for %.0f s each decoder is loaded anew", why, rest_s)
