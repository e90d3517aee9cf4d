"""What the office reads of a receipt: in the panel's language, by the panel's clock, one number for one stick."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from player.bundle.receipt import Receipt
from player.contract.encoding import encode_health
from player.office.receipt_lines import lines_of
from tests.kit.reports import REPORT

AT = datetime(2026, 11, 26, 8, 5, tzinfo=timezone(timedelta(hours=7)))
TAKEN = Receipt(
    "serang-04", AT, "synced", "adopted", serial=42, release=7, files=2, size_bytes=3_400_000, key="RW",
    problems=("media/a.mp4: it is cut short; copy it again",), timezone="Asia/Jakarta", language="id",
    health=json.loads(encode_health(REPORT)),
)  # fmt: skip


def test_a_receipt_speaks_the_panels_language_and_time() -> None:
    """The zone has its name, the problems are translated, and the stick has one number: its serial."""
    assert lines_of(TAKEN, full=False) == [
        ("panel", "serang-04"), ("waktu", "2026-11-26 08:05 WIB"), ("hasil", "diambil"), ("nomor seri", "42"),
        ("berkas", "2, 3.4 MB"), ("masalah", "media/a.mp4: terpotong; salin lagi"),
    ]  # fmt: skip


def test_an_unsigned_stick_has_the_panels_number() -> None:
    """Without a serial the panel's release is the only number there is."""
    told = dict(lines_of(replace(TAKEN, serial=None, problems=()), full=False))
    assert told["rilis"] == "7"
    assert "nomor seri" not in told


def test_a_refused_stick_says_why_and_how_far_the_clock_is_believed() -> None:
    """The number of the strip stands beside the result. A receipt of before, which names no zone, keeps its offset."""
    old = Receipt("serang-05", AT.astimezone(UTC), "plausible", "refused", 12, "changed", "sign it again")
    assert lines_of(old, full=True) == [
        ("panel", "serang-05"), ("when", "2026-11-26 01:05 UTC (clock: plausible)"), ("result", "refused (12)"),
        ("why", "changed; sign it again"),
    ]  # fmt: skip
    assert ("hasil", "ditolak (12)") in lines_of(replace(old, language="id"), full=False)


def test_the_health_is_a_readable_list() -> None:
    """One line for each thing that somebody wants to know, none of them a table in braces."""
    told = lines_of(TAKEN, full=True)
    assert len(told) > len(lines_of(TAKEN, full=False)) + 4
    assert not [value for _, value in told if "{" in value or "None" in value]
    names = [name for name, _ in told]
    assert {"status", "layar", "isi", "versi", "komputer"} <= set(names)
    machine = dict(told)["komputer"]
    assert machine.startswith("jam ")
    assert "GB" in machine


def test_a_health_that_is_none_is_said_so() -> None:
    """A receipt is a stranger's as much as the stick: what cannot be understood ends nothing."""
    for health in ({"v": 1}, {"v": "x", "player": []}):
        assert ("keadaan", "tidak dipahami") in lines_of(replace(TAKEN, health=health), full=True)
