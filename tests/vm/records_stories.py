"""Proof of play on a whole machine whose power is cut, day after day (opt-in: tests/vm/run.sh).

PANEL_VM_CUTS: how many power cuts (10).
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from player.base.zones import panel_zone
from player.contract.records import RecordKind
from player.journal.reading import JOURNAL_FOLDER
from player.office.records.database import open_database
from player.settings.models import PanelSection
from tests.kit.broker import Broker
from tests.kit.whole_journal import collecting, count_rows, journal_faults, office_faults, stored_in, whole_days
from tests.vm.guest import Guest
from tests.vm.stories import (  # noqa: F401  # pytest finds the fixtures by their names here
    BOOT_S,
    PANEL,
    Story,
    boot,
    films,
    installed,
    key,
    nothing_strange,
    report,
    story,
    vm_broker,
    work,
)

pytestmark = [pytest.mark.live, pytest.mark.root]

CUTS = int(os.environ.get("PANEL_VM_CUTS", "10"))
ZONE = panel_zone(PanelSection(name=PANEL).timezone)
A_DAY = timedelta(days=1, minutes=7)
"""Each start is so much later by the battery clock: the machine was off over a midnight."""
RECORDS_BETWEEN_CUTS = 3


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Engine]:
    engine = open_database(f"sqlite:///{tmp_path / 'records.db'}", make=True)
    yield engine
    engine.dispose()


def journal_of(guest: Guest, folder: Path) -> Path:
    """The panel's journal, copied over as it is now."""
    folder.mkdir()
    guest.fetch(f"/var/lib/panel-player/{JOURNAL_FOLDER}", folder)
    return folder / JOURNAL_FOLDER


def more_rows(database: Engine, than: int) -> Callable[[], bool]:
    return lambda: count_rows(database) >= than


def test_power_cuts_lose_no_record(story: Story, vm_broker: Broker, database: Engine, tmp_path: Path) -> None:  # noqa: F811
    """The power goes ten times while films play and records are written: the chain is whole, every local day is 86,400 s,
    and the office has each record once; what it had acknowledged before a cut is there after it."""
    guest, chance, began = story("records"), random.Random(15), datetime.now(UTC)
    with collecting(vm_broker.port, database, tmp_path, clock=lambda: datetime.now(UTC) + A_DAY * (CUTS + 1)):
        for cut in range(CUTS + 1):
            battery = began + A_DAY * cut
            nothing_strange(boot(guest, clock=f"{battery:%Y-%m-%dT%H:%M:%S}"))
            wanted = count_rows(database) + RECORDS_BETWEEN_CUTS
            guest.wait_until(more_rows(database, wanted), BOOT_S, "records are in the office")
            if cut == CUTS:
                break
            time.sleep(chance.uniform(0, 8))
            guest.kill()
            report(f"records, power cut {cut}: {count_rows(database)} rows in the office")
        guest.wait_for_shell()
        there = len(stored_in(journal_of(guest, tmp_path / "first")))
        guest.wait_until(more_rows(database, there), BOOT_S, "the office has what the panel had")
        guest.run("systemctl stop panel-player", within_s=180)
    journal = journal_of(guest, tmp_path / "last")
    records = [row.record for row in stored_in(journal)]
    days = whole_days(records, ZONE)
    assert journal_faults(journal, ZONE) == []
    assert office_faults(database, journal) == []
    assert len(days) >= CUTS - 1
    off = [record.reason.partition(":")[0] for record in records if record.kind is RecordKind.OFF]
    assert off.count("power") == CUTS
    report(
        f"{CUTS} power cuts: {len(records)} records, {count_rows(database)} rows, days {[total for _, _, total in days]}"
    )
