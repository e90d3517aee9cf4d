"""The ticker's process: moves the running text through its window, at the screen's rate.

Knows: its texts (a line on stdin each), its window. Touches: X, over a connection of its own. Run as
`python -m player.screen.ticker.child DISPLAY`; the end of stdin is the end of the process.
Must not: be imported by the daemon: a text from outside is laid out here, and neither the loop nor a change of item waits
for it.
"""

from __future__ import annotations

import os
import select
import sys
import time
from collections.abc import Iterator

from player.base.confinement import confine
from player.base.parent import die_with_parent
from player.screen.drawing.ticker import lay_out
from player.screen.ticker.band import Band
from player.screen.ticker.order import BandOrder, decode_order
from player.screen.ticker.pace import Pace, pace_of
from player.screen.x11.server import XServer

X_SOCKETS = "/tmp/.X11-unix"
BLOCK_BYTES = 1 << 16


class Lines:
    """The lines on a pipe that does not block."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._rest = b""
        self.ended = False

    def wait(self, seconds: float) -> Iterator[bytes]:
        """Waits so long at most, and gives the lines that have come whole; `ended`: no more will come."""
        if not select.select([self._number], [], [], max(0.0, seconds))[0]:
            return
        block = os.read(self._number, BLOCK_BYTES)
        self.ended = not block
        *lines, self._rest = (self._rest + block).split(b"\n")
        yield from lines


def run(server: XServer, lines: Lines) -> None:
    """Until stdin ends."""
    band: Band | None = None
    pace = Pace(0, 1, 3600.0)
    step_mono = time.monotonic()
    while not lines.ended:
        for line in lines.wait(step_mono - time.monotonic()):
            order = decode_order(line)
            if band is not None:
                band.close()
            band, pace = begin(server, order)
            step_mono = time.monotonic()
        now = time.monotonic()
        if band is not None and now >= step_mono:
            band.step(pace.pixels)
            step_mono += pace.step_s
            if step_mono < now:  # the machine was busy: the text waits rather than jumps
                step_mono = now + pace.step_s


def begin(server: XServer, order: BandOrder) -> tuple[Band, Pace]:
    band = Band(server, order, lay_out(order.messages, order.along, order.tall))
    band.paint()
    server.show_window(order.window, True)
    return band, pace_of(order.speed, order.along, server.refresh_hz())


def main() -> None:
    display = sys.argv[1]
    why_not = confine(network=not display.startswith(":"), visible=(X_SOCKETS, os.environ.get("XAUTHORITY") or ""))
    if why_not:
        sys.stderr.write(f"the ticker is not confined ({why_not})\n")
    if not die_with_parent():
        return
    with XServer(display) as server:
        run(server, Lines(0))


if __name__ == "__main__":
    main()
