"""`python -m tests.bench.journal_cost`: what a day of records costs: processor time, memory, disk, bytes to the office.

A day of an item every 15 s goes through the journal room as the director says it (each item's begin and its record), and out
in batches of fifteen minutes. Limits (issue 15): 0.2 % of a core, 1 MB of memory, 0.25 MB to the office, TLS and MQTT included.
"""

from __future__ import annotations

import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import psutil

from player.contract.record_batches import make_ack, parse_batch
from player.core.effects import KeepAcknowledgement, KeepRecord, KeepRunning, MakeBatch
from player.journal.reading import JOURNAL_FOLDER
from tests.bench.table import Row, print_table
from tests.kit.journal_room import QUICK, Heard, open_journal, wait_kept
from tests.kit.records import PANEL, TestKey, some_records
from tests.kit.waiting import wait_for

ITEMS_A_DAY = 86_400 // 15
ITEMS_A_BATCH = 60
ENVELOPE_BYTES = 300
"""Of a batch and its acknowledgement: MQTT's topics and properties, TLS records, TCP."""


def main() -> int:
    records = some_records(ITEMS_A_DAY)
    office = TestKey(9)
    heard = Heard()
    process = psutil.Process()
    with tempfile.TemporaryDirectory() as folder, open_journal(Path(folder), heard.post, times=QUICK) as journal:
        wait_for(lambda: journal.public_key)
        memory = process.memory_info().rss
        began, sent = time.process_time(), 0
        for first in range(0, ITEMS_A_DAY, ITEMS_A_BATCH):
            for record in records[first : first + ITEMS_A_BATCH]:
                journal.perform(KeepRunning(replace(record, seconds=0.0)))
                journal.perform(KeepRecord(record))
            wait_kept(heard, first + ITEMS_A_BATCH)
            journal.perform(MakeBatch())
            wait_for(heard.batches)
            packed = heard.batches()[-1]
            sent += len(packed) + ENVELOPE_BYTES
            head = parse_batch(packed).head
            journal.perform(KeepAcknowledgement(make_ack(PANEL, head.n, head.chain, office.sign, office.public)))
            heard.events.clear()
        took_s = time.process_time() - began
        grown = process.memory_info().rss - memory
        stored = sum(path.stat().st_size for path in (Path(folder) / JOURNAL_FOLDER).iterdir())
    percent = 100 * took_s / 86_400
    fine = print_table(
        f"the journal, a day of {ITEMS_A_DAY} items",
        [
            Row("processor, with the office's half", f"{percent:.3f} %", "0.2 %", percent < 0.2),
            Row("memory", f"{grown / 1e6:.1f} MB", "1 MB", grown < 1e6),
            Row("disk", f"{stored / 1e6:.1f} MB"),
            Row("bytes to the office", f"{sent / 1e6:.3f} MB", "0.25 MB", sent < 250_000),
        ],
    )
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
