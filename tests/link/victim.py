"""A panel's link to be killed: forks a fresh child with the real link again and again; started by test_kills.py.

    python -m tests.link.victim PORT STATE_FOLDER OBEYED_FILE

Prints each child's process id. A child writes the id of every command it obeys to OBEYED_FILE, waits a moment, answers.
"""

from __future__ import annotations

import os
import queue
import random
import sys
import time
from pathlib import Path

from player.base.mqtt import connection as connection  # loaded once here, so that a fork starts in milliseconds
from player.core import effects, events
from player.link.room import OfficeLink
from player.link.timing import Timing
from player.settings.models import OfficeSection, PanelSection


def live(port: int, state_folder: Path, obeyed: int) -> None:
    """One life: obeys and answers until it is killed."""
    news: queue.SimpleQueue[events.Event] = queue.SimpleQueue()
    chance = random.Random(os.getpid())
    office = OfficeSection(host="127.0.0.1", port=port, tls=False, commands_per_minute=100_000)
    panel = PanelSection(name="serang-01", state_folder=state_folder)
    timing = Timing(keep_alive_s=5, wait_s=lambda failures: 0.05, boot_id=lambda: "boot-1")
    with OfficeLink(office, panel, "0.1.0", news.put, timing=timing) as room:
        while True:
            event = news.get()
            if isinstance(event, events.CommandArrived):
                os.write(obeyed, f"{event.command.id}\n".encode())
                time.sleep(chance.random() * 0.01)
                room.perform(effects.SendReply(event.command.id, "done", "", "obeyed"))


def main() -> None:
    port, state_folder, obeyed_file = int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    obeyed = os.open(obeyed_file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    while True:
        child = os.fork()
        if child == 0:
            live(port, state_folder, obeyed)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()
        os.waitpid(child, 0)


if __name__ == "__main__":
    main()
