"""A whole journal, judged as an auditor would: the files on a panel's disk beside the rows of the office's database.

Knows: what must hold however often the daemon was killed or the power cut. Touches: reads both. Must not: assert; whoever
calls shows every fault at once.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

from sqlalchemy import Engine, func, select

from player.base.mqtt.messages import Account
from player.contract.records import ChainFault, ChainPlace, PlayRecord, follow_chain, seconds_within, span_of_day
from player.journal.reading import DamagedLine, StoredRecord, read_records
from player.office.records import schema
from player.office.records.collector import Collector
from player.office.records.database import reading
from player.office.records.keys import open_ack_key
from player.office.records.verification import verify_database
from tests.kit.waiting import wait_for


def stored_in(journal: Path) -> list[StoredRecord]:
    """The records on the disk now, without the lines that are damaged."""
    return [each for each in read_records(journal) if isinstance(each, StoredRecord)]


def journal_faults(journal: Path, zone: tzinfo) -> list[str]:
    """What is wrong on the disk: a damaged line, a broken chain, records that do not abut, a day that is not its length."""
    damaged = [
        f"{each.segment.name} line {each.line}: {each.why}"
        for each in read_records(journal)
        if isinstance(each, DamagedLine)
    ]
    rows = stored_in(journal)
    places = follow_chain(ChainPlace(), [(row.line, row.chain) for row in rows])
    broken = [str(place) for place in places if isinstance(place, ChainFault)]
    return [*damaged, *broken, *_day_faults([row.record for row in rows], zone)]


def whole_days(records: Sequence[PlayRecord], zone: tzinfo) -> list[tuple[str, float, float]]:
    """Each local day that begins and ends within the records: its name, its length, and the sum of their shares."""
    if not records:
        return []
    first, last = records[0].at, records[-1].ends
    days = []
    for number in range((last - first).days + 2):
        day = (first.astimezone(zone) + timedelta(days=number)).date()
        begins, ends = span_of_day(day, zone)
        if first <= begins and ends <= last:
            total = sum(seconds_within(record, begins, ends) for record in records)
            days.append((day.isoformat(), (ends - begins).total_seconds(), total))
    return days


def _day_faults(records: Sequence[PlayRecord], zone: tzinfo) -> list[str]:
    return [
        f"{day}: its records are {total:.3f} s of {length:.0f} s"
        for day, length, total in whole_days(records, zone)
        if round(total, 3) != length
    ]


def office_faults(database: Engine, journal: Path) -> list[str]:
    """Where the office's rows are not the panel's records: one missing, one twice, one that is another."""
    rows = stored_in(journal)
    with reading(database) as connection:
        numbers = [
            int(n) for n in connection.execute(select(schema.records.c.n).order_by(schema.records.c.n)).scalars()
        ]
        verified = verify_database(connection)
    if len(verified) != 1:
        return [f"the office has records under {len(verified)} keys, not one"]
    (found,) = verified
    faults = list(found.faults)
    if numbers != list(range(1, len(numbers) + 1)):
        faults.append(f"{len(numbers)} rows are not the records 1 to {len(numbers)}, each once")
    if not 1 <= found.last == len(numbers) <= len(rows):
        faults.append(f"{len(numbers)} rows and the last is record {found.last}; the panel has {len(rows)} records")
    elif rows[found.last - 1].chain != found.chain:
        faults.append(f"record {found.last} or one before it is another one on the panel's disk")
    return faults


def count_rows(database: Engine) -> int:
    with reading(database) as connection:
        return int(connection.execute(select(func.count()).select_from(schema.records)).scalar_one())


@contextmanager
def collecting(
    port: int,
    database: Engine,
    folder: Path,
    name: str = "collector-1",
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Iterator[list[str]]:
    """A collector in a thread, with its key in the folder; yields what it tells."""
    told: list[str] = []
    account = Account("127.0.0.1", port, tls=False, client_id=name, username="")
    key = open_ack_key(folder / "records.key")
    collector = Collector(account, "panels", database, key, told.append, clock, retry_s=0.1)
    thread = threading.Thread(target=collector.run, name=name)
    thread.start()
    try:
        wait_for(lambda: any("collecting from" in line for line in told), 10, "the collector listens")
        yield told
    finally:
        collector.stop()
        thread.join()
