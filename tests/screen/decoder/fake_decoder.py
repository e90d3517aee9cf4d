"""A decoder without VLC that misbehaves on demand: for the logic around it. It speaks the real one's lines.

Run as `python -m tests.screen.decoder.fake_decoder FAULT OPTIONS`. FAULT: a name below, with `:N` for those that take a number.
    good            cues at once, plays each item for half a second, sends heartbeats
    mute            never says that it is ready
    crash:N         dies by SIGSEGV at its Nth start of an item
    early           dies before it is ready
    hang            says nothing any more after its first start of an item
    freeze          plays, sends heartbeats, yet its media time stands still and its item never ends
    deaf            does not read its orders, nor end when they end; sends heartbeats
    flood           writes on stderr as fast as it can
    garbage         says what is no news: broken JSON, wrong types, unknown words, endless lines
    stay            ignores the end of its orders and SIGTERM
    hardware        dies by SIGSEGV at every start of an item that it may decode in hardware
    nocue           never says that an item is cued
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import sys
import time
from typing import Any

HEARTBEAT_S = 0.5
ITEM_S = 0.5
GARBAGE: tuple[bytes, ...] = (
    b"{", b"null", b"[]", b'"ready"', b"17", b"{}", b'{"did": "sung"}', b'{"did": "cued"}', b"\xff\xfe\x00",
    b'{"did": "cued", "play": "x", "length_s": []}', b'{"did": "heartbeat", "play": 1, "position_s": {}, "frames": "many"}',
    b"[" * 5000, b"x" * 200_000,
)  # fmt: skip


class FakeDecoder:
    """One item at a time, of which nothing is painted."""

    def __init__(self, fault: str) -> None:
        self._fault, _, number = fault.partition(":")
        self._number = int(number or 1)
        self._play = 0
        self._starts = 0
        self._software = False
        self._ends_mono: float | None = None
        self._frames = 0

    def tell(self, **news: Any) -> None:
        self.write(json.dumps(news).encode())

    def write(self, line: bytes) -> None:
        with contextlib.suppress(BrokenPipeError):
            os.write(1, line + b"\n")

    def run(self) -> None:
        if self._fault == "early":
            os._exit(3)
        if self._fault == "stay":
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if self._fault != "mute":
            self.tell(did="ready", confined=False)
        rest = b""
        heartbeat_mono = time.monotonic()
        listening = self._fault != "deaf"
        while True:
            wait_s = 0.0 if self._fault == "flood" else 0.05
            if select.select([0] if listening else [], [], [], wait_s)[0]:
                chunk = os.read(0, 65_536)
                if not chunk and self._fault != "stay":
                    return
                listening = bool(chunk)
                *lines, rest = (rest + chunk).split(b"\n")
                for line in lines:
                    self.obey(json.loads(line))
            if self._fault == "flood":
                os.write(2, b"libav warning: something is not as it should be, once more\n" * 100)
            if self._fault == "garbage":
                self.write(GARBAGE[int(time.monotonic() * 1000) % len(GARBAGE)])
            if self._ends_mono is not None and time.monotonic() >= self._ends_mono and self._fault != "freeze":
                self._ends_mono = None
                self.tell(did="ended", play=self._play)
            if time.monotonic() >= heartbeat_mono:
                heartbeat_mono = time.monotonic() + HEARTBEAT_S
                self.heartbeat()

    def heartbeat(self) -> None:
        running = self._ends_mono is not None
        if running and self._fault != "freeze":
            self._frames += 15
        position_s = self._frames / 30 if running else None
        frames = self._frames if running else None
        self.tell(
            did="heartbeat", play=self._play, position_s=position_s, frames=frames, memory_bytes=1_000_000, lost=0
        )

    def obey(self, order: dict[str, Any]) -> None:
        match order["do"]:
            case "cue":
                self._play, self._software = order["play"], order["software"]
                if self._fault != "nocue":
                    self.tell(did="cued", play=self._play, length_s=ITEM_S)
            case "start":
                self._starts += 1
                self._ends_mono = time.monotonic() + ITEM_S
                if self._fault == "crash" and self._starts == self._number:
                    os.kill(os.getpid(), signal.SIGSEGV)
                if self._fault == "hardware" and not self._software:
                    os.kill(os.getpid(), signal.SIGSEGV)
                if self._fault == "hang":
                    while True:
                        time.sleep(60)
            case "drop":
                self._ends_mono = None


if __name__ == "__main__":
    FakeDecoder(sys.argv[1]).run()
