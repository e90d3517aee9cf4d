"""A panel's link to be killed: forks a fresh child with the real link again and again; started by test_kills.py.

    python -m tests.link.victim PORT STATE_FOLDER OBEYED_FILE LIVES

The child number N kills itself (SIGKILL) at a drawn moment of its work on the command `cN`: at one of the calls that Python
makes, in whichever thread, between the arrival of that command and the broker's confirmation of the last reply. Moments are
calls, not milliseconds, so the draw is as wide on a slow machine as on a quick one. A child writes the id of every command it
obeys to OBEYED_FILE before it answers. The process id of each child is printed; after LIVES kills the last one lives on.
"""

from __future__ import annotations

import os
import queue
import random
import signal
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import Any

from player.base.mqtt import connection as connection  # loaded once here, so that a fork starts in milliseconds
from player.core import effects, events
from player.link.room import OfficeLink
from player.link.timing import Timing
from player.settings.models import OfficeSection, PanelSection

CALLS = 2400
"""About 2,200 calls lie between arrival and confirmation (counted 2026-11-25: 2,104 to 2,248); after that the fuse burns out."""


class Fuse:
    """Kills this process at the `calls`-th call after `command_id` has arrived, or when its last reply is confirmed."""

    def __init__(self, command_id: str, calls: int) -> None:
        self._sought = f'"{command_id}"'.encode()
        self._command_id = command_id
        self._left = calls
        self._lit = False

    def __call__(self, frame: FrameType, event: str, argument: Any) -> None:
        name = frame.f_code.co_name
        if not self._lit:
            self._lit = name == "receive" and event == "call" and self._sought in frame.f_locals["arrived"].payload
            return
        self._left -= 1
        confirmed = name == "mark_delivered" and event == "return" and frame.f_locals["stage"] != "accepted"
        if self._left <= 0 or (confirmed and frame.f_locals["command_id"] == self._command_id):
            os.kill(os.getpid(), signal.SIGKILL)


def live(port: int, state_folder: Path, obeyed: int) -> None:
    """One life: obeys and answers until it is killed."""
    news: queue.SimpleQueue[events.Event] = queue.SimpleQueue()
    office = OfficeSection(host="127.0.0.1", port=port, tls=False, commands_per_minute=100_000)
    panel = PanelSection(name="serang-01", state_folder=state_folder)
    timing = Timing(keep_alive_s=5, wait_s=lambda failures: 0.05, boot_id=lambda: "boot-1")
    with OfficeLink(office, panel, "0.1.0", news.put, timing=timing) as room:
        while True:
            event = news.get()
            if isinstance(event, events.CommandArrived):
                os.write(obeyed, f"{event.command.id}\n".encode())
                room.perform(effects.SendReply(event.command.id, "done", "", "obeyed"))


def main() -> None:
    port, state_folder, obeyed_file, lives = int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
    obeyed = os.open(obeyed_file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for number in range(lives + 1):
        child = os.fork()
        if child == 0:
            if number < lives:
                fuse = Fuse(f"c{number}", random.Random(number).randrange(1, CALLS))
                threading.setprofile(fuse)
                sys.setprofile(fuse)
            live(port, state_folder, obeyed)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()
        os.waitpid(child, 0)


if __name__ == "__main__":
    main()
