"""The journal in a whole daemon, on a real screen with a real broker, killed again and again."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Callable, Iterator
from datetime import UTC
from functools import partial
from itertools import groupby
from pathlib import Path

import pytest

from player.contract.records import Evidence, PlayRecord, RecordKind, evidence_of
from player.journal.reading import ACKNOWLEDGED_NAME, JOURNAL_FOLDER
from player.office.records.database import open_database
from tests.kit.broker import Broker
from tests.kit.captor import Captor, clip_of
from tests.kit.collector import Collector
from tests.kit.numbered import make_numbered
from tests.kit.panel import PROGRAM, Panel
from tests.kit.rough import rough_network
from tests.kit.supervised import Supervised
from tests.kit.waiting import wait_for
from tests.kit.whole_journal import collecting, count_rows, journal_faults, office_faults, stored_in
from tests.kit.xvfb import running_xvfb

pytestmark = [pytest.mark.live, pytest.mark.slow]
KILLS = 5
"""Each costs two seconds: one in the first film of all, the others with records, batches and acknowledgements behind them."""
ROUGH_KILLS = 2
LOOK_S = 0.1
"""Between two looks through all records."""


@pytest.fixture
def screen() -> Iterator[str]:
    with running_xvfb("320x180") as name:
        yield name


@pytest.fixture
def panel(tmp_path: Path, screen: str, broker: Broker) -> Iterator[Panel]:
    one = make_panel(tmp_path, screen, broker.port)
    yield one
    if one.process is not None:
        one.stop()


def make_panel(folder: Path, screen: str, port: int) -> Panel:
    """A panel that plays three films and hands its records out at once."""
    one = Panel(folder, screen, port)
    with one.config.open("a") as config:
        config.write("[journal]\nsend_minutes = 0.02\n")
    for n in (1, 2, 3):
        shutil.copy(make_numbered(folder / f"f{n}.mp4", n, size=(320, 180)), one.content / f"f{n}.mp4")
    return one


def records(panel: Panel) -> list[PlayRecord]:
    return [each.record for each in stored_in(panel.state / JOURNAL_FOLDER)]


def plays(panel: Panel) -> int:
    return sum(record.kind is RecordKind.ITEM for record in records(panel))


def test_kills_of_the_daemon_lose_no_record(panel: Panel, broker: Broker) -> None:
    """Killed again and again while films play: records abut, the chain is whole, each kill is off with its why, and the
    office has exactly what the panel has, each record once."""
    with Collector(broker.port, "test-01") as office:
        for _ in range(KILLS):
            wanted = plays(panel) + 2
            panel.start()
            wait_for(partial(lambda wanted: plays(panel) >= wanted, wanted), 60, "films play", LOOK_S)
            assert panel.process is not None
            panel.process.send_signal(signal.SIGKILL)
            panel.process.wait()
            panel.process = None
        panel.start()
        wait_for(lambda: (panel.state / JOURNAL_FOLDER / ACKNOWLEDGED_NAME).exists(), 60)
        there = len(records(panel))
        wait_for(lambda: len(office.lines) >= there, 60, "the office has all")
        panel.stop()
        rows = stored_in(panel.state / JOURNAL_FOLDER)
    assert journal_faults(panel.state / JOURNAL_FOLDER, UTC) == []
    off = [record for record in records(panel) if record.kind is RecordKind.OFF]
    assert [record.reason.partition(":")[0] for record in off] == ["crash"] * KILLS
    assert office.faults == []
    assert office.lines == {row.record.n: row.line for row in rows if row.record.n in office.lines}
    assert sorted(office.lines) == list(range(1, max(office.lines) + 1))
    assert max(office.lines) >= there


def test_a_terrible_network_loses_no_record(
    tmp_path: Path, screen: str, broker: Broker, record_property: Callable[[str, object], None]
) -> None:
    """600 ms there and back, 20 % loss, and the daemon killed with batches under way: the office has each record once."""
    database = open_database(f"sqlite:///{tmp_path / 'records.db'}", make=True)
    with rough_network(tmp_path, broker.port) as rough, collecting(broker.port, database, tmp_path):
        record_property("network", rough.kind)
        panel = make_panel(tmp_path, screen, rough.port)
        words = rough.wrap([*PROGRAM, "run", "--config", str(panel.config)])
        with Supervised(words, panel.log, restart_s=0.2) as daemon:
            for _ in range(ROUGH_KILLS):
                there = len(records(panel)) + 2  # the one that was cut off and the time off are told by the new life
                wait_for(lambda: len(records(panel)) > there, 60, "films play", LOOK_S)  # noqa: B023
                wait_for(lambda: count_rows(database) >= there, 90, "a batch came through", LOOK_S)  # noqa: B023
                daemon.hurt(signal.SIGKILL)
            there = len(records(panel)) + 1
            wait_for(lambda: count_rows(database) >= there, 90, "what was there is in the office", LOOK_S)
    assert journal_faults(panel.state / JOURNAL_FOLDER, UTC) == []
    assert office_faults(database, panel.state / JOURNAL_FOLDER) == []
    assert sum(record.kind is RecordKind.OFF for record in records(panel)) == ROUGH_KILLS
    database.dispose()


def test_the_records_are_what_the_screen_showed(panel: Panel, screen: str, broker: Broker) -> None:
    """Film by film, in the order in which the screen, watched whenever something is drawn, showed them; a stop says so."""
    with Captor(screen) as captor:
        panel.start()
        wait_for(lambda: plays(panel) >= 7, 60, "films play", LOOK_S)
        panel.stop()
    clips = (clip_of(run.seen) for run in captor.runs)
    shown = [clip for clip, _ in groupby(clip for clip in clips if isinstance(clip, int))]
    told = [f"f{clip}.mp4" for clip in shown]
    items = [record for record in records(panel) if record.kind is RecordKind.ITEM]
    assert [record.item for record in items] == told
    assert [record.ended.value for record in items] == ["end"] * (len(items) - 1) + ["cut"]
    assert all(record.seen and record.seen.samples and evidence_of(record) is Evidence.SEEN for record in items[1:-1])
