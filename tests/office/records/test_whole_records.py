"""From the pixel to the auditor's page: a whole panel, a real broker, a collector, and what the office makes of it."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from player.contract.record_batches import parse_ack
from player.journal.reading import ACKNOWLEDGED_NAME, JOURNAL_FOLDER
from player.office.records import schema
from player.office.records.database import open_database, reading
from player.office.records.reports.common import Inquiry
from player.office.records.reports.day import day_report
from player.office.records.verification import verify_database, verify_file
from tests.kit.broker import Broker
from tests.kit.numbered import make_numbered
from tests.kit.panel import Panel
from tests.kit.waiting import wait_for
from tests.kit.whole_journal import collecting, count_rows, journal_faults, office_faults, stored_in
from tests.kit.xvfb import running_xvfb

pytestmark = [pytest.mark.live, pytest.mark.slow]
FILMS = 5


def test_the_office_has_what_the_panel_has(tmp_path: Path, broker: Broker) -> None:
    """Every record that the panel has on its disk is a row of the database; the panel believes the acknowledgement, the
    database checks out against the panel's signature, and the report of the day names the films."""
    database = open_database(f"sqlite:///{tmp_path / 'records.db'}", make=True)
    with collecting(broker.port, database, tmp_path), running_xvfb() as screen:
        panel = Panel(tmp_path, screen, broker.port)
        with panel.config.open("a") as config:
            config.write("[journal]\nsend_minutes = 0.02\n")
        for n in (1, 2):
            shutil.copy(make_numbered(tmp_path / f"f{n}.mp4", n, size=(640, 360)), panel.content / f"f{n}.mp4")
        panel.start()
        journal = panel.state / JOURNAL_FOLDER
        wait_for(lambda: count_rows(database) >= FILMS, 60, "records in the office")
        wait_for((journal / ACKNOWLEDGED_NAME).exists, 60, "the panel believes it")
        panel.stop()
    assert journal_faults(journal, UTC) == []
    assert office_faults(database, journal) == []
    with reading(database) as connection:
        rows = connection.execute(select(schema.records).order_by(schema.records.c.n)).mappings().all()
        (verified,) = verify_database(connection)
        today = datetime.now(UTC)
        report = day_report(Inquiry(connection, ZoneInfo("UTC"), "en", today), verified.panel, today.date())
    there = {each.record.n: each.record for each in stored_in(journal)}
    assert all(row["length_ms"] == round(there[row["n"]].seconds * 1000) for row in rows)
    assert parse_ack((journal / ACKNOWLEDGED_NAME).read_bytes()).last <= len(rows)
    assert {str(row[0]) for row in report.sheets[2].rows} >= {"f1.mp4", "f2.mp4"}
    for segment in sorted(journal.glob("records-*.jsonl")):
        assert verify_file(segment.read_bytes(), "")[0].faults == []
    database.dispose()
