"""The journal in a whole daemon, on a real screen with a real broker, killed again and again."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Iterator
from functools import partial
from itertools import groupby, pairwise
from pathlib import Path

import pytest

from player.contract.records import (
    ChainFault,
    ChainPlace,
    Evidence,
    PlayRecord,
    RecordKind,
    evidence_of,
    follow_chain,
)
from player.journal.reading import ACKNOWLEDGED_NAME, JOURNAL_FOLDER, StoredRecord, read_records
from tests.kit.broker import Broker
from tests.kit.captor import Captor, clip_of
from tests.kit.collector import Collector
from tests.kit.numbered import make_numbered
from tests.kit.panel import Panel
from tests.kit.waiting import wait_for
from tests.kit.xvfb import running_xvfb

pytestmark = [pytest.mark.live, pytest.mark.slow]
KILLS = 8


@pytest.fixture
def screen() -> Iterator[str]:
    with running_xvfb() as name:
        yield name


@pytest.fixture
def panel(tmp_path: Path, screen: str, broker: Broker) -> Iterator[Panel]:
    one = Panel(tmp_path, screen, broker.port)
    with one.config.open("a") as config:
        config.write("[journal]\nsend_minutes = 0.02\n")
    for n in (1, 2, 3):
        shutil.copy(make_numbered(tmp_path / f"f{n}.mp4", n, size=(640, 360)), one.content / f"f{n}.mp4")
    yield one
    if one.process is not None:
        one.stop()


def stored(panel: Panel) -> list[StoredRecord]:
    """What is on the disk now; a damaged line fails the test."""
    found = list(read_records(panel.state / JOURNAL_FOLDER))
    assert all(isinstance(each, StoredRecord) for each in found)
    return [each for each in found if isinstance(each, StoredRecord)]


def records(panel: Panel) -> list[PlayRecord]:
    return [each.record for each in stored(panel)]


def plays(panel: Panel) -> int:
    return sum(record.kind is RecordKind.ITEM for record in records(panel))


def test_kills_of_the_daemon_lose_no_record(panel: Panel, screen: str, broker: Broker) -> None:
    """Killed again and again while films play: records abut, the chain is whole, each kill is off with its why, and the
    office has exactly what the panel has, each record once."""
    with Collector(broker.port, "test-01") as office, Captor(screen):
        for _ in range(KILLS):
            wanted = plays(panel) + 2
            panel.start()
            wait_for(partial(lambda wanted: plays(panel) >= wanted, wanted), 60, "films play")
            assert panel.process is not None
            panel.process.send_signal(signal.SIGKILL)
            panel.process.wait()
            panel.process = None
        panel.start()
        wait_for(lambda: (panel.state / JOURNAL_FOLDER / ACKNOWLEDGED_NAME).exists(), 60)
        there = len(stored(panel))
        wait_for(lambda: len(office.lines) >= there, 60, "the office has all")
        panel.stop()
        rows = stored(panel)
    places = follow_chain(ChainPlace(), [(row.line, row.chain) for row in rows])
    assert [place for place in places if isinstance(place, ChainFault)] == []
    assert all(one.ends == two.at for one, two in pairwise(records(panel)))
    off = [record for record in records(panel) if record.kind is RecordKind.OFF]
    assert [record.reason.partition(":")[0] for record in off] == ["crash"] * KILLS
    assert office.faults == []
    assert office.lines == {row.record.n: row.line for row in rows if row.record.n in office.lines}
    assert sorted(office.lines) == list(range(1, max(office.lines) + 1))
    assert max(office.lines) >= there


def test_the_records_are_what_the_screen_showed(panel: Panel, screen: str, broker: Broker) -> None:
    """Film by film, in the order in which the screen, watched 200 times a second, showed them; a stop says so."""
    with Captor(screen) as captor:
        panel.start()
        wait_for(lambda: plays(panel) >= 7, 60, "films play")
        panel.stop()
    clips = (clip_of(run.seen) for run in captor.runs)
    shown = [clip for clip, _ in groupby(clip for clip in clips if isinstance(clip, int))]
    told = [f"f{clip}.mp4" for clip in shown]
    items = [record for record in records(panel) if record.kind is RecordKind.ITEM]
    assert [record.item for record in items] == told
    assert [record.ended.value for record in items] == ["end"] * (len(items) - 1) + ["cut"]
    assert all(record.seen and record.seen.samples and evidence_of(record) is Evidence.SEEN for record in items[1:-1])
