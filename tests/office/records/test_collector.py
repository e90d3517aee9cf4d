"""The collector at a real broker: nothing lost and nothing double, whatever is killed, away or in the way."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from player.contract.record_batches import ack_message, is_signed, parse_ack
from player.office.records import schema
from player.office.records.database import open_database, reading
from player.office.records.keys import open_ack_key
from tests.kit.broker import Broker, running_broker
from tests.kit.city import SimulatedPanel
from tests.kit.listener import Listener
from tests.kit.postgres import Cluster
from tests.kit.records import TestKey
from tests.kit.waiting import wait_for
from tests.kit.whole_journal import collecting, count_rows

pytestmark = pytest.mark.live
WALL = datetime(2026, 11, 25, tzinfo=UTC)


def acknowledged(office: Listener, panel: str) -> list[int]:
    return [parse_ack(bytes(each.payload)).last for each in office.on(f"panels/{panel}/played/ack")]


def test_a_batch_is_acknowledged_when_it_is_stored(broker: Broker, database: Engine, tmp_path: Path) -> None:
    """The acknowledgement names the last record and its chain, signed by the office's key; the same batch gets it again."""
    panel = SimulatedPanel()
    panel.plays(40)
    payload = panel.batch()
    with collecting(broker.port, database, tmp_path, clock=lambda: WALL), Listener(broker.port) as office:
        office.send(f"panels/{panel.name}/played", payload)
        wait_for(lambda: acknowledged(office, panel.name) == [40], 10, "an acknowledgement")
        assert count_rows(database) == 40
        office.send(f"panels/{panel.name}/played", payload)
        wait_for(lambda: acknowledged(office, panel.name) == [40, 40], 10, "the same again")
        ack = parse_ack(bytes(office.on(f"panels/{panel.name}/played/ack")[0].payload))
    assert count_rows(database) == 40
    assert ack.head == panel.chain
    assert is_signed(ack_message(panel.name, ack.last, ack.head), ack.signature, ack.key)
    assert open_ack_key(tmp_path / "records.key").public == ack.key


def test_several_collectors_share_the_work(broker: Broker, database: Engine, tmp_path: Path) -> None:
    """Three on one subscription, four panels, batches twice and out of order: each record once, each gap mended."""
    panels = [SimulatedPanel(f"serang-{number:02}", TestKey(number)) for number in range(1, 5)]
    batches = []
    for panel in panels:
        panel.plays(60)
        batches += [(panel.name, payload) for payload in panel.batches(10)]
    order = batches[::2] + batches + batches[::-1]
    with (
        collecting(broker.port, database, tmp_path, "collector-1", clock=lambda: WALL),
        collecting(broker.port, database, tmp_path, "collector-2", clock=lambda: WALL),
        collecting(broker.port, database, tmp_path, "collector-3", clock=lambda: WALL),
        Listener(broker.port) as office,
    ):
        for name, payload in order:
            office.send(f"panels/{name}/played", payload)
        wait_for(
            lambda: sum(len(acknowledged(office, panel.name)) for panel in panels) == len(order), 60, "all answers"
        )
    assert count_rows(database) == 240
    with reading(database) as connection:
        open_faults = connection.execute(
            select(schema.faults.c.detail).where(schema.faults.c.mended_ms.is_(None))
        ).all()
        assert open_faults == []
        assert connection.execute(select(func.count()).select_from(schema.batches)).scalar_one() == 24


def test_what_is_no_batch_neither_ends_nor_delays_the_collector(broker: Broker, tmp_path: Path) -> None:
    """Garbage, a panel's name that is none, an empty message; the batch behind them is taken."""
    database = open_database(f"sqlite:///{tmp_path / 'records.db'}", make=True)
    panel = SimulatedPanel()
    panel.plays(3)
    with collecting(broker.port, database, tmp_path, clock=lambda: WALL) as told, Listener(broker.port) as office:
        for topic, payload in (
            ("panels/serang-01/played", b"\x00" * 2_000_000),
            ("panels/NOT A NAME/played", b"x"),
            ("panels/serang-01/played", b""),
        ):
            office.send(topic, payload)
        office.send(f"panels/{panel.name}/played", panel.batch())
        wait_for(lambda: acknowledged(office, panel.name) == [3], 10, "an acknowledgement")
        assert any("bytes that are" in line for line in told)
    assert count_rows(database) == 3
    database.dispose()


def test_a_broker_that_goes_away_and_comes_back_loses_nothing(tmp_path: Path) -> None:
    """The collector connects again by itself, and says each change once."""
    database = open_database(f"sqlite:///{tmp_path / 'records.db'}", make=True)
    panel = SimulatedPanel()
    panel.plays(20)
    first, second = panel.batches(10)
    with running_broker() as broker, collecting(broker.port, database, tmp_path, clock=lambda: WALL) as told:
        with Listener(broker.port) as office:
            office.send(f"panels/{panel.name}/played", first)
            wait_for(lambda: acknowledged(office, panel.name) == [10], 10, "an acknowledgement")
        broker.stop()
        wait_for(lambda: any("trying again" in line for line in told), 30, "it notices")
        broker.start()
        wait_for(lambda: sum("collecting from" in line for line in told) == 2, 30, "it is back")
        with Listener(broker.port) as office:
            office.send(f"panels/{panel.name}/played", second)
            wait_for(lambda: acknowledged(office, panel.name) == [20], 10, "an acknowledgement")
    assert count_rows(database) == 20
    database.dispose()


def test_a_postgresql_that_is_restarted_loses_nothing(broker: Broker, postgres: Cluster, tmp_path: Path) -> None:
    """While it is away nothing is acknowledged; afterwards what waited is stored."""
    database = open_database(postgres.create(), make=True)
    panel = SimulatedPanel()
    panel.plays(20)
    first, second = panel.batches(10)
    with collecting(broker.port, database, tmp_path, clock=lambda: WALL) as told, Listener(broker.port) as office:
        office.send(f"panels/{panel.name}/played", first)
        wait_for(lambda: acknowledged(office, panel.name) == [10], 10, "an acknowledgement")
        postgres.stop()
        office.send(f"panels/{panel.name}/played", second)
        wait_for(lambda: any("the database does not take" in line for line in told), 30, "it notices")
        assert acknowledged(office, panel.name) == [10]
        postgres.start()
        wait_for(lambda: acknowledged(office, panel.name) == [10, 20], 30, "what waited")
    assert count_rows(database) == 20
    database.dispose()


KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from player.base.mqtt.messages import Account
from player.office.records.collector import Collector
from player.office.records.database import open_database
from player.office.records.keys import open_ack_key

class Killed(Collector):
    def _acknowledge(self, *_):
        os.kill(os.getpid(), signal.SIGKILL)  # stored, and not one word sent

port, url, folder = int(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
account = Account("127.0.0.1", port, tls=False, client_id="killed", username="")
collector = Killed(
    account, "panels", open_database(url, make=True), open_ack_key(folder / "records.key"),
    lambda line: print(line, flush=True), lambda: datetime(2026, 11, 25, tzinfo=UTC),
)
collector.run()
"""


def test_a_collector_killed_between_commit_and_acknowledgement_doubles_nothing(
    broker: Broker, url: str, tmp_path: Path
) -> None:
    """The panel gets no answer and sends again; the next collector answers for what the first has stored."""
    panel = SimulatedPanel()
    panel.plays(30)
    payload = panel.batch()
    lines: queue.Queue[str] = queue.Queue()
    killed = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(broker.port), url, str(tmp_path)], stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
    )  # fmt: skip
    assert killed.stdout is not None
    lines.put(killed.stdout.readline())
    assert "collecting" in lines.get()
    with Listener(broker.port) as office:
        office.send(f"panels/{panel.name}/played", payload)
        assert killed.wait(60) == -9
        killed.stdout.close()
        database = open_database(url, make=True)
        assert count_rows(database) == 30
        assert acknowledged(office, panel.name) == []
        with collecting(broker.port, database, tmp_path, clock=lambda: WALL):
            office.send(f"panels/{panel.name}/played", payload)
            wait_for(lambda: 30 in acknowledged(office, panel.name), 10, "an acknowledgement")
        assert count_rows(database) == 30
        database.dispose()
    assert json.loads(office.on(f"panels/{panel.name}/played/ack")[-1].payload)["v"] == 1


def test_the_service_ends_when_it_is_asked(broker: Broker, tmp_path: Path) -> None:
    """`panel-office collect` makes what it needs, says what it does, and ends at SIGTERM with 0."""
    (tmp_path / "config.toml").write_text(f'[web]\ndata_folder = "{tmp_path / "data"}"\n')
    panel = SimulatedPanel()
    panel.plays(3)
    service = subprocess.Popen(
        [sys.executable, "-m", "player.office", "--config", str(tmp_path / "config.toml"), "--host", "127.0.0.1", "--port",
         str(broker.port), "--no-tls", "collect"],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert service.stdout is not None
    try:
        assert "collecting from 127.0.0.1" in service.stdout.readline()
        with Listener(broker.port) as office:
            office.send(f"panels/{panel.name}/played", panel.batch())
            wait_for(lambda: acknowledged(office, panel.name) == [3], 10, "an acknowledgement")
        assert "a new panel with the key" in service.stdout.readline()
        service.terminate()
        assert service.wait(60) == 0
    finally:
        service.kill()
        service.wait()
        service.stdout.close()
    assert (tmp_path / "data" / "records.key").stat().st_mode & 0o777 == 0o600
