"""When a reading becomes an alert: a table."""

from __future__ import annotations

from player.core.model import Vitals
from player.machine.conditions import GIB, Conditions, DiskReading


def told(conditions: Conditions, *readings: tuple[Vitals, DiskReading | None]) -> list[str]:
    """What was begun (+) and ended (-), reading by reading; a dot for a reading with no news."""
    said = []
    for vitals, disk in readings:
        news = list(conditions.judge(vitals, disk, "/state"))
        said.append(" ".join(("+" if n.detail else "-") + n.alert for n in news) or ".")
    return said


def hot(degrees: float | None) -> tuple[Vitals, DiskReading | None]:
    return Vitals(temperature_c=degrees), None


def used(percent: float) -> tuple[Vitals, DiskReading | None]:
    return Vitals(memory_percent=percent), None


def disk(free: float, total: float = 100, read_only: bool = False) -> tuple[Vitals, DiskReading | None]:
    return Vitals(), DiskReading(round(free * GIB), round(total * GIB), read_only)


def test_heat_counts_when_it_lasts_and_ends_well_below() -> None:
    """Three hot readings in a row raise it once; it is cleared below 78 degrees, not at 84."""
    readings = [hot(c) for c in (90, 90, 60, 90, 90, 90, 91, 84, 79, 77, 60)]
    assert told(Conditions(), *readings) == [".", ".", ".", ".", ".", "+temperature.high", ".", ".", ".",
                                             "-temperature.high", "."]  # fmt: skip


def test_memory_likewise() -> None:
    """A machine that swings around the threshold is not told of each swing."""
    assert told(Conditions(), *[used(p) for p in (95, 95, 95, 89, 91, 85, 79)])[2:] == [
        "+memory.high", ".", ".", ".", "-memory.high",
    ]  # fmt: skip


def test_a_full_disk_is_told_at_once() -> None:
    """Below one gibibyte, or a tenth of a small disk; cleared at one and a half times that."""
    assert told(Conditions(), disk(1.1), disk(0.9), disk(1.2), disk(1.6)) == [".", "+disk.low", ".", "-disk.low"]
    assert told(Conditions(), disk(0.5, 4), disk(0.3, 4)) == [".", "+disk.low"]


def test_a_disk_turned_read_only_is_told() -> None:
    """And told again when it is well."""
    readings = [disk(50), disk(50, read_only=True), disk(50, read_only=True), disk(50)]
    assert told(Conditions(), *readings) == [".", "+disk.read-only", ".", "-disk.read-only"]


def test_what_cannot_be_told_raises_nothing() -> None:
    """No sensor, no alert; a sensor that vanishes leaves the alert until it is back."""
    assert told(Conditions(), hot(None), hot(90), hot(90), hot(90), hot(None), hot(20))[3:] == [
        "+temperature.high", ".", "-temperature.high",
    ]  # fmt: skip


def test_each_detail_holds_a_remedy() -> None:
    """Every alert says what to do, after a colon or a semicolon."""
    conditions = Conditions()
    details = [
        news.detail
        for _ in range(3)
        for news in conditions.judge(Vitals(memory_percent=99, temperature_c=99), DiskReading(1, GIB, True), "/state")
    ]
    assert len(details) == 4
    assert all(detail and ";" in detail for detail in details)
