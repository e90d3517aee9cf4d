"""`python -m tests.bench.journal_kills --kills 200`: the daemon is killed at random moments; is each record there once?

A real panel plays films of one to three seconds, its records go to a real collector (SQLite), and the daemon gets one SIGKILL
after the other: most while it plays and writes, a quarter in the middle of its start. `--rough`: the link has 600 ms there and
back and 20 % loss (tc netem where the kernel has it, else a proxy). Limits (none of them in seconds): no damaged line, an
unbroken chain, records that abut; what stood on the disk at a kill stands there afterwards; the office's rows are the panel's
complete records, each once. Exit status 1 when a limit is broken.
"""

from __future__ import annotations

import argparse
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC
from pathlib import Path

from player.contract.records import RecordKind
from player.journal.reading import JOURNAL_FOLDER
from player.office.records.database import open_database
from tests.bench.table import Row, print_table
from tests.kit.broker import running_broker
from tests.kit.numbered import make_numbered
from tests.kit.panel import PROGRAM, Panel
from tests.kit.rough import rough_network
from tests.kit.supervised import Supervised
from tests.kit.waiting import wait_for
from tests.kit.whole_journal import collecting, count_rows, journal_faults, office_faults, stored_in
from tests.kit.xvfb import running_xvfb

MOST_S = 4.0
DURING_START = 0.25
"""So many of the kills come in the first seconds of a life, the others after it has written something."""
Program = tuple[Panel, list[str], str]


@contextmanager
def panel_of(folder: Path, display: str, broker_port: int, rough: bool) -> Iterator[Program]:
    """The panel, the words that run it, and what lies between it and the broker."""

    def make(port: int) -> Panel:
        panel = Panel(folder, display, port)
        with panel.config.open("a") as config:
            config.write("[journal]\nsend_minutes = 0.02\n")
        for n in range(1, 4):
            film = make_numbered(folder / f"f{n}.mp4", n, frames=30 * n, size=(640, 360))
            shutil.copy(film, panel.content / film.name)
        return panel

    if not rough:
        panel = make(broker_port)
        yield panel, [*PROGRAM, "run", "--config", str(panel.config)], "a plain one"
        return
    with rough_network(folder, broker_port) as network:
        panel = make(network.port)
        yield panel, network.wrap([*PROGRAM, "run", "--config", str(panel.config)]), network.kind


def bytes_in(journal: Path) -> int:
    return sum(path.stat().st_size for path in journal.glob("records-*.jsonl"))


def kill_again_and_again(daemon: Supervised, journal: Path, kills: int, chance: random.Random) -> dict[int, str]:
    """The chain of the last record on the disk at each kill, by its number."""
    kept: dict[int, str] = {}
    done = 0
    while done < kills:
        if chance.random() > DURING_START:
            before = bytes_in(journal)
            wait_for(lambda: bytes_in(journal) > before, 600, "a record is written")  # noqa: B023
        time.sleep(chance.uniform(0, MOST_S))
        if daemon.hurt(signal.SIGKILL):
            done += 1
            if rows := stored_in(journal):
                kept[rows[-1].record.n] = rows[-1].chain
    return kept


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rough", action="store_true", help="600 ms and 20 %% loss between panel and broker")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as made, running_xvfb() as display, running_broker() as broker:
        folder = Path(made)
        database = open_database(f"sqlite:///{folder / 'records.db'}", make=True)
        with (
            panel_of(folder, display, broker.port, asked.rough) as (panel, words, network),
            collecting(broker.port, database, folder),
            Supervised(words, folder / "log", restart_s=0.2) as daemon,
        ):
            journal = panel.state / JOURNAL_FOLDER
            kept = kill_again_and_again(daemon, journal, asked.kills, random.Random(asked.seed))
            there = len(stored_in(journal)) + 2
            wait_for(lambda: count_rows(database) >= there, 600, "the office has what the panel had")
        rows, count = stored_in(journal), count_rows(database)
        faults = [*journal_faults(journal, UTC), *office_faults(database, journal)]
        chains = {row.record.n: row.chain for row in rows}
        lost = [n for n, chain in kept.items() if chains.get(n) != chain]
        database.dispose()
    off = sum(row.record.kind is RecordKind.OFF for row in rows)
    table = [
        Row("records on the panel", str(len(rows))),
        Row("of them: off, after a kill of a life that had a record", str(off)),
        Row("rows in the office before the stop", str(count)),
        Row("records lost that stood on the disk at a kill", str(len(lost)), "0", not lost),
        Row("faults of chain, abutting and rows", str(len(faults)), "0", not faults),
    ]
    good = print_table(f"{asked.kills} SIGKILLs, seed {asked.seed}, the network: {network}", table)
    sys.stdout.write("".join(f"{fault}\n" for fault in faults))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
