"""The office's records at a city's size: `python -m tests.bench.records_report [--rows 10000000] [--intake]`.

- A month of five panels with an item every 15 s (864,000 rows): air time as XLSX and PDF, at most 10 s and 250 MB.
- The same report of the same month while the database grows: 1, 3 and 10 million rows in PostgreSQL. Rows of other months must
  cost it nothing; what the database takes on the disk grows with the rows.
- With --intake also how long a collector needs for a batch of 500 records, signature, chain and commit included.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, insert, text

from player.office.records import schema
from player.office.records.database import open_database, writing
from player.office.records.rows import digest_of
from player.office.records.storing import BatchStore, Way
from tests.bench.table import Row, print_table
from tests.kit.city import MIDNIGHT, SimulatedPanel
from tests.kit.postgres import Cluster, running_postgres
from tests.kit.records import TestKey

PANELS, DAYS, ITEM_S, ITEMS = 5, 30, 15, 60
A_DAY = 86_400 // ITEM_S
A_MONTH = PANELS * DAYS * A_DAY
LIMIT_S, LIMIT_BYTES = 10.0, 250e6
BEGIN = datetime(2026, 10, 31, 17, tzinfo=UTC)
"""1 November 2026 in Jakarta."""
WALL = datetime(2026, 12, 2, tzinfo=UTC)
BLOCK = 20_000
FIRST_ITEM = 2
"""The id of the first film; 1 is the real batch's."""


def fill_names(engine: Engine) -> None:
    """Panels with one real batch each (a report names their heads), and the items."""
    with writing(engine) as connection:
        for number in range(1, PANELS + 1):
            panel = SimulatedPanel(f"panel-{number}", TestKey(number), MIDNIGHT)
            panel.plays(1)
            BatchStore(connection, WALL).take(panel.name, panel.batch(), Way.MQTT)
        connection.execute(text("DELETE FROM records"))
        names = [
            (f"media/film-{number:02}.mp4", f"Film {number}", f"{number:064x}") for number in range(10, 10 + ITEMS)
        ]
        rows = [{"digest": digest_of(each), "path": each[0], "title": each[1], "sha256": each[2]} for each in names]
        connection.execute(insert(schema.items), rows)


def month_rows(month: int) -> Iterator[dict[str, object]]:
    """One month of all panels; month 0 is November 2026, and the others lie before it."""
    begin_ms = int(BEGIN.timestamp() * 1000) - month * DAYS * 86_400_000
    for panel in range(1, PANELS + 1):
        for number in range(DAYS * A_DAY):
            yield {
                "key_id": panel, "n": (month + 1) * 10_000_000 + number, "panel_id": panel,
                "begins_ms": begin_ms + number * ITEM_S * 1000, "length_ms": ITEM_S * 1000, "kind": "item",
                "grade": "broken" if number % 97 == 0 else "seen", "ended": "cut" if number % 97 == 0 else "end",
                "item_id": FIRST_ITEM + number % ITEMS, "reason_id": 1, "counts": True,
            }  # fmt: skip


def fill_months(engine: Engine, first: int, last: int) -> None:
    for month in range(first, last):
        block: list[dict[str, object]] = []
        with writing(engine) as connection:
            for row in month_rows(month):
                block.append(row)
                if len(block) == BLOCK:
                    connection.execute(insert(schema.records), block)
                    block = []
            if block:
                connection.execute(insert(schema.records), block)


def fill_fast(engine: Engine, first: int, last: int) -> None:
    """The same, made by PostgreSQL itself."""
    words = text("""
        INSERT INTO records
        SELECT p, (m + 1) * 10000000 + g, p, :begin - m * :month + g * :item, :item, 'item',
               CASE WHEN g % 97 = 0 THEN 'broken' ELSE 'seen' END, CASE WHEN g % 97 = 0 THEN 'cut' ELSE 'end' END,
               :first_item + g % :items, 1, true
        FROM generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) m, generate_series(1, CAST(:panels AS bigint)) p,
             generate_series(0, CAST(:rows AS bigint)) g
    """)
    with writing(engine) as connection:
        values = {
            "begin": int(BEGIN.timestamp() * 1000), "month": DAYS * 86_400_000, "item": ITEM_S * 1000, "items": ITEMS,
            "first_item": FIRST_ITEM, "first": first, "last": last - 1, "panels": PANELS, "rows": DAYS * A_DAY - 1,
        }  # fmt: skip
        connection.execute(
            text("SET LOCAL session_replication_role = replica")
        )  # the keys are there: no row asks for them
        connection.execute(words, values)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE records"))


def report(folder: Path, url: str) -> tuple[float, float, float]:
    """(seconds, of these on the processor, bytes at the most) of the whole command: air time of November as XLSX and PDF."""
    began, before = time.monotonic(), processor_s()
    done = subprocess.run(
        [sys.executable, "-m", "player.office", "--config", str(folder / "config.toml"), "report", "airtime", "--month",
         "2026-11", "--xlsx", str(folder), "--pdf", str(folder), "--database", url],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(done.stderr)
    most_bytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024.0
    return time.monotonic() - began, processor_s() - before, most_bytes


def processor_s() -> float:
    """Of this process's children, together: on a busy machine the clock says more."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def write_settings(folder: Path) -> None:
    (folder / "config.toml").write_text(f'[web]\ndata_folder = "{folder}"\n[records]\ntimezone = "Asia/Jakarta"\n')
    bookings = (
        f'[[booking]]\nclient = "Client {number}"\nitems = ["media/film-{number}.mp4"]\nplays_per_day = 96\n'
        f'start = 2026-11-01\nend = 2026-11-30\nhours = ["{6 + number % 3:02}:00-22:00"]\n'
        for number in range(10, 40)
    )
    (folder / "bookings.toml").write_text("".join(bookings))


def measure_month(folder: Path) -> list[Row]:
    url = f"sqlite:///{folder / 'records.db'}"
    engine = open_database(url, make=True)
    fill_names(engine)
    fill_months(engine, 0, 1)
    engine.dispose()
    took_s, cpu_s, most_bytes = report(folder, url)
    return [
        Row(
            f"SQLite, {A_MONTH:,} rows: air time as XLSX and PDF",
            f"{took_s:.1f} s",
            f"{LIMIT_S:.0f} s",
            took_s <= LIMIT_S,
        ),
        Row("  of these on the processor", f"{cpu_s:.1f} s"),
        Row(
            "  memory at the most",
            f"{most_bytes / 1e6:.0f} MB",
            f"{LIMIT_BYTES / 1e6:.0f} MB",
            most_bytes <= LIMIT_BYTES,
        ),
        Row("  the database on the disk", f"{(folder / 'records.db').stat().st_size / 1e6:.0f} MB"),
    ]


def measure_growth(folder: Path, cluster: Cluster, rows: int) -> list[Row]:
    url = cluster.create()
    engine = open_database(url, make=True)
    fill_names(engine)
    told, made = [], 0
    for months in sorted({1, max(1, rows // A_MONTH // 3), max(1, rows // A_MONTH)}):
        began = time.monotonic()
        fill_fast(engine, made, months)
        made = months
        filled_s = time.monotonic() - began
        took_s, cpu_s, _ = report(folder, url)
        with engine.connect() as connection:
            size = connection.execute(text("SELECT pg_total_relation_size('records')")).scalar_one()
        told.append(
            Row(
                f"PostgreSQL, {months * A_MONTH:,} rows: the same report",
                f"{took_s:.1f} s",
                f"{LIMIT_S:.0f} s",
                took_s <= LIMIT_S,
            )
        )
        told.append(Row("  on the processor; records and indexes on the disk", f"{cpu_s:.1f} s; {size / 1e6:,.0f} MB"))
        told.append(Row("  (filled in)", f"{filled_s:.0f} s"))
    engine.dispose()
    return told


def measure_intake(folder: Path) -> list[Row]:
    engine = open_database(f"sqlite:///{folder / 'intake.db'}", make=True)
    panel = SimulatedPanel()
    panel.plays(5000)
    batches = list(panel.batches())
    began = time.monotonic()
    for payload in batches:
        with writing(engine) as connection:
            BatchStore(connection, WALL).take(panel.name, payload, Way.MQTT)
    took_s = (time.monotonic() - began) / len(batches)
    engine.dispose()
    return [Row("a batch of 500 records into SQLite", f"{took_s * 1000:.0f} ms")]


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--rows", type=int, default=10_000_000, help="so many in PostgreSQL at last; 0: none")
    asked.add_argument("--intake", action="store_true", help="also a batch's way into the database")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        write_settings(folder)
        rows = measure_month(folder)
        if given.intake:
            rows += measure_intake(folder)
        if given.rows:
            with running_postgres() as cluster:
                rows += measure_growth(folder, cluster, given.rows)
    return 0 if print_table("records", rows) else 1


if __name__ == "__main__":
    sys.exit(main())
