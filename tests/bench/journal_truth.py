"""`python -m tests.bench.journal_truth --minutes 20`: is what the journal says what the screen showed?

A real panel plays numbered films on a screen that is watched 200 times a second, while decoders and the daemon are killed,
messages and darkness are commanded, and items are skipped. Then each record is laid beside the picture. Limits (issue 15):
begin and length of each record within 0.1 s, no play invented or missing. What is near a kill of the daemon is left out: there
the picture stays although nobody plays it, which the record calls `off`. Exit status 1 when a limit is broken. On a machine that
other programs keep busy the picture itself comes late, and the limits say nothing: let it run alone.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import signal
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from pathlib import Path

import psutil

from player.contract.records import PlayRecord, RecordKind
from player.journal.reading import JOURNAL_FOLDER, StoredRecord, read_records
from tests.bench.table import Row, print_table
from tests.kit.broker import running_broker
from tests.kit.captor import Captor, Run, clip_of
from tests.kit.listener import Listener
from tests.kit.numbered import make_numbered
from tests.kit.panel import PROGRAM, Panel
from tests.kit.supervised import Supervised
from tests.kit.xvfb import running_xvfb

LIMIT_S = 0.1
SHORT_S = 0.3
"""A play that was on screen for less may fall between two looks of a busy watcher."""
NEAR_OFF_S = 25.0
"""Before a kill of the daemon the last heartbeat may be so old."""
CLIPS = 6


@dataclass(frozen=True, slots=True)
class Shown:
    """What the screen showed, in wall time. unseen_s: for how long nobody looked in it."""

    label: int | str
    begins: float
    ends: float
    unseen_s: float


def shown_on(captor: Captor, wall_minus_mono: float) -> list[Shown]:
    runs = captor.after_first_picture()
    groups = [(label, list(some)) for label, some in groupby(runs, lambda run: clip_of(run.seen))]
    return [
        Shown(
            label, some[0].begin_s + wall_minus_mono, _end_of(some[-1]) + wall_minus_mono, max(r.unseen_s for r in some)
        )
        for label, some in groups
    ]


def _end_of(run: Run) -> float:
    return run.begin_s + run.held_s


def clip_in(record: PlayRecord) -> int:
    return int(record.item.removeprefix("f").removesuffix(".mp4"))


def throw_faults(daemon: Supervised, office: Listener, minutes: float, chance: random.Random) -> dict[str, int]:
    """Something every few seconds, drawn at random; how often each was done."""
    done: dict[str, int] = {}
    ends = time.monotonic() + 60 * minutes
    while (left_s := ends - time.monotonic()) > 0:
        time.sleep(min(left_s, chance.uniform(4, 14)))
        what = chance.choice(["next", "show", "decoder", "blank", "goto", "daemon"])
        done[what] = done.get(what, 0) + 1
        match what:
            case "next" | "goto":
                _send(office, what, **({"item": str(chance.randint(1, CLIPS))} if what == "goto" else {}))
            case "show":
                _send(office, "show", text="BANJIR", seconds=chance.uniform(1, 4))
            case "blank":
                _send(office, "blank")
                time.sleep(chance.uniform(1, 3))
                _send(office, "unblank")
            case "decoder":
                _kill_decoder(daemon, chance)
            case _ if chance.random() < 0.4:
                daemon.hurt(signal.SIGKILL)
                time.sleep(5)
    return done


def _send(office: Listener, do: str, **args: object) -> None:
    office.send("panels/test-01/command", json.dumps({"id": f"{do}-{time.monotonic_ns()}", "do": do, "args": args}))


def _kill_decoder(daemon: Supervised, chance: random.Random) -> None:
    if daemon.pid is None:
        return
    try:
        children = psutil.Process(daemon.pid).children(recursive=True)
        found = [child for child in children if "player.screen.decoder.vlc" in " ".join(child.cmdline())]
        if found:
            chance.choice(found).kill()
    except psutil.Error:
        return


def compare(records: list[PlayRecord], shown: list[Shown]) -> tuple[list[Row], list[str]]:
    """What is told, and every play that is wrong."""
    off = [(r.at.timestamp() - NEAR_OFF_S, r.ends.timestamp() + 1) for r in records if r.kind is RecordKind.OFF]
    items = join_pictures(records[:-1])
    wrong: list[str] = []
    begins, lengths, used = [0.0], [0.0], set[int]()
    left_out = 0
    for record in items:
        first, last = record.at.timestamp(), record.ends.timestamp()
        if _near(first, last, off):
            left_out += 1
            continue
        seen = [
            (min(last, s.ends) - max(first, s.begins), n) for n, s in enumerate(shown) if s.label == clip_in(record)
        ]
        overlap, n = max(seen, default=(0.0, -1))
        if overlap <= 0:
            if record.seconds > SHORT_S:
                wrong.append(f"record {record.n}: {record.item} for {record.seconds:.2f} s was never on screen")
            continue
        used.add(n)
        about = shown[n]
        begins.append(abs(about.begins - first) - about.unseen_s)
        lengths.append(abs((about.ends - about.begins) - record.seconds) - about.unseen_s)
        if max(begins[-1], lengths[-1]) > LIMIT_S:
            wrong.append(
                f"record {record.n}: {record.item} ({record.ended}, then {_following(records, record)}) begins "
                f"{first - about.begins:+.3f} s and lasts {record.seconds - (about.ends - about.begins):+.3f} s beside "
                f"the picture; unseen {about.unseen_s:.3f} s"
            )
    for n, each in enumerate(shown[:-1]):
        is_play = isinstance(each.label, int) and each.ends - each.begins > SHORT_S
        if is_play and n not in used and not _near(each.begins, each.ends, off):
            wrong.append(f"clip {each.label} was on screen for {each.ends - each.begins:.2f} s and has no record")
    limit = f"{1000 * LIMIT_S:.0f} ms"
    begin, length = max(begins), max(lengths)
    rows = [
        Row("records", str(len(records))),
        Row("plays compared (left out near a kill of the daemon)", f"{len(used)} ({left_out})"),
        Row("begin beside the picture, largest", f"{1000 * begin:.0f} ms", limit, begin <= LIMIT_S),
        Row("length beside the picture, largest", f"{1000 * length:.0f} ms", limit, length <= LIMIT_S),
        Row("plays wrong, invented or missing", str(len(wrong)), "0", not wrong),
    ]
    return rows, wrong


def join_pictures(records: list[PlayRecord]) -> list[PlayRecord]:
    """The items as the screen shows them: two plays of one film in a row are one picture; so is a last picture that stands."""
    joined: list[PlayRecord] = []
    before: PlayRecord | None = None
    for record in records:
        stands = record.kind is RecordKind.FAULT and record.reason.startswith("the last picture of")
        same = record.kind is RecordKind.ITEM and before is not None and record.item == before.item
        if before is not None and (stands or same) and joined[-1].ends == record.at:
            joined[-1] = replace(joined[-1], seconds=joined[-1].seconds + record.seconds)
        elif record.kind is RecordKind.ITEM:
            joined.append(record)
        before = before if stands else record if record.kind is RecordKind.ITEM else None
    return joined


def _following(records: list[PlayRecord], record: PlayRecord) -> str:
    return next((after.kind.value for after in records if after.n == record.n + 1), "nothing")


def _near(begins: float, ends: float, spans: list[tuple[float, float]]) -> bool:
    return any(begins < last and ends > first for first, last in spans)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as made, running_xvfb() as display, running_broker() as broker:
        folder = Path(made)
        panel = Panel(folder, display, broker.port, commands_per_minute=600)
        for n in range(1, CLIPS + 1):
            film = make_numbered(folder / f"f{n}.mp4", n, frames=60 + 30 * n, size=(640, 360))
            shutil.copy(film, panel.content / f"f{n}.mp4")
        words = [*PROGRAM, "run", "--config", str(panel.config)]
        wall_minus_mono = time.time() - time.monotonic()
        with (
            Captor(display, steady=True) as captor,
            Listener(broker.port) as office,
            Supervised(words, folder / "log", restart_s=0.2) as daemon,
        ):
            time.sleep(10)
            done = throw_faults(daemon, office, asked.minutes, random.Random(asked.seed))
            time.sleep(5)
        found = list(read_records(panel.state / JOURNAL_FOLDER))
        records = [each.record for each in found if isinstance(each, StoredRecord)]
        rows, wrong = compare(records, shown_on(captor, wall_minus_mono))
    abut = all(one.ends == two.at for one, two in pairwise(records))
    rows.append(Row("records abut, no line is damaged", str(abut and len(found) == len(records)), "True", abut))
    print_table(f"journal and screen, {asked.minutes:g} minutes, {captor.looks} looks, {done}", rows)
    sys.stdout.write("".join(f"{line}\n" for line in wrong))
    return 1 if wrong or not abut else 0


if __name__ == "__main__":
    sys.exit(main())
