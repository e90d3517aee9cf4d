"""Reports: every second of a day has a name, promises are counted day by day, and the four formats agree to the second."""

from __future__ import annotations

import csv
import io
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from sqlalchemy import Engine

from player.contract.records import RecordEnd, RecordKind
from player.office.records.bookings import Booking
from player.office.records.database import open_database, reading, writing
from player.office.records.days import Hours
from player.office.records.reports.airtime import Period, airtime_report
from player.office.records.reports.common import Inquiry
from player.office.records.reports.csv_file import make_csv
from player.office.records.reports.day import day_report
from player.office.records.reports.items import items_report
from player.office.records.reports.layout import Report, Shape, Sheet, Tone, cell_words, span_words
from player.office.records.reports.pdf_file import make_pdf
from player.office.records.reports.terminal import draw_report
from player.office.records.reports.today import Standing, bookings_today, today_report
from player.office.records.reports.words import WORDS
from player.office.records.reports.xlsx_file import make_xlsx
from player.office.records.storing import BatchStore, Way
from player.office.signing import OfficeError
from tests.kit.city import MIDNIGHT, ZONE, SimulatedPanel, record_a_day
from tests.kit.programs import need
from tests.kit.records import TestKey

pytestmark = pytest.mark.slow

WALL = datetime(2026, 11, 30, tzinfo=UTC)
DAY = date(2026, 11, 22)
DAY_S = 86_400


def store(database: Engine, *panels: SimulatedPanel) -> None:
    with writing(database) as connection:
        for panel in panels:
            for payload in panel.batches():
                BatchStore(connection, WALL).take(panel.name, payload, Way.MQTT)


@contextmanager
def asking(database: Engine, language: str = "en", wall: datetime = WALL) -> Iterator[Inquiry]:
    with reading(database) as connection:
        yield Inquiry(connection, ZoneInfo(ZONE), language, wall)


def report_of(database: Engine, language: str = "en", wall: datetime = WALL, panel: str = "serang-01") -> Report:
    with asking(database, language, wall) as asked:
        return day_report(asked, panel, DAY)


def seconds_of(sheet: Sheet) -> dict[str, int]:
    return {str(row[0]): int(row[1] or 0) for row in sheet.rows}


def test_a_day_with_everything_in_it_adds_up(database: Engine) -> None:
    """Each kind has its line, each event its time and reason, and together they are the day."""
    panel = SimulatedPanel()
    record_a_day(panel)
    store(database, panel)
    report = report_of(database)
    accounted, events, items = report.sheets
    assert accounted.total is not None
    assert accounted.total[1] == DAY_S
    found = seconds_of(accounted)
    assert found["Urgent message"] == 1800
    assert found["Black by command"] == 300
    assert abs(found["Off"] - 754.5) < 1
    assert "Records not received" not in found
    assert [row[3] for row in events.rows] == [
        "Urgent message", "Items, cut or failed", "Off", "Waiting or test card", "The computer's clock was set",
        "Fault of the screen", "Items, cut or failed", "Black by command",
    ]  # fmt: skip
    assert events.rows[1][4] == "b (media/b.mp4): power cut"
    assert [row[0] for row in items.rows][:1] == ["a (media/a.mp4)"]
    assert items.total is not None
    shown = found["Items, seen on the screen"] + found["Items, played"] + found["Items, cut or failed"]
    assert items.total[5] == shown
    assert report.warnings == ()


def test_what_has_not_come_has_a_line_of_its_own(database: Engine) -> None:
    """A day of which half came is not called a day of half the length."""
    panel = SimulatedPanel()
    panel.plays(720, seconds=60)
    store(database, panel)
    report = report_of(database)
    assert report.sheets[0].total is not None
    assert report.sheets[0].total[1] == DAY_S
    assert seconds_of(report.sheets[0])["Records not received"] == DAY_S // 2
    assert report.sheets[1].rows[-1][:4] == ("12:00:00", "24:00:00", DAY_S // 2, "Records not received")
    assert "its records have come until 22 November 2026 12:00" in report.warnings[0]


def test_today_is_told_until_now(database: Engine) -> None:
    """The rest of the day is neither lost nor missing."""
    panel = SimulatedPanel()
    panel.plays(720, seconds=60)
    store(database, panel)
    report = report_of(database, wall=MIDNIGHT + timedelta(hours=12))
    assert report.sheets[0].total is not None
    assert report.sheets[0].total[1] == DAY_S // 2
    assert "The day is not over" in report.lead


KINDS = st.sampled_from([kind for kind in RecordKind if kind is not RecordKind.CLOCK])
PIECES = st.lists(
    st.one_of(
        st.tuples(KINDS, st.integers(1, 40_000_000)),
        st.tuples(st.just(RecordKind.CLOCK), st.integers(-9_000_000, 9_000_000)),
    ),
    min_size=1, max_size=40,
)  # fmt: skip


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One database for all examples, which are panels in it."""
    engine = open_database(f"sqlite:///{tmp_path_factory.mktemp('days') / 'records.db'}", make=True)
    yield engine
    engine.dispose()


@given(name=st.uuids().map(lambda each: f"panel-{each.hex[:24]}"), pieces=PIECES, before_s=st.integers(0, 200_000))
def test_any_day_adds_up(shared: Engine, name: str, pieces: list[tuple[RecordKind, int]], before_s: int) -> None:
    """Whatever was recorded, clocks that were set included: the table is the day, and what begins later or ends early is told."""
    panel = SimulatedPanel(name, TestKey(1), MIDNIGHT - timedelta(seconds=before_s))
    for kind, ms in pieces:
        if kind is RecordKind.ITEM:
            panel.play("a", ms / 1000)
        else:
            panel.add(kind, ms / 1000)
    store(shared, panel)
    report = report_of(shared, panel=name)
    assert report.sheets[0].total is not None
    assert report.sheets[0].total[1] == DAY_S
    assert sum(seconds_of(report.sheets[0]).values()) == DAY_S
    assert report.whole is not None
    ends = 0.0
    for stretch in report.whole.stretches:
        assert stretch.begins_s >= ends - 0.01
        ends = stretch.ends_s
    assert ends <= DAY_S


def booked(**more: Any) -> Booking:
    plain = Booking("Warung Bu Sri", "12/2026", ("media/a.mp4",), 100, None, date(2026, 11, 1), date(2026, 11, 30))
    return replace(plain, **more)


def days_of_plays(
    *counts: int, name: str = "serang-01", key: int = 1, rest: RecordKind = RecordKind.CARD
) -> SimulatedPanel:
    """A panel that plays a.mp4 so often on each day; the rest of the day is something else."""
    panel = SimulatedPanel(name, TestKey(key))
    for number, count in enumerate(counts, 1):
        panel.plays(count, ("a",))
        left = (MIDNIGHT + timedelta(days=number) - panel.at).total_seconds()
        panel.add(rest, left)
    return panel


def airtime(database: Engine, *bookings: Booking, first: date = DAY, last: date = DAY + timedelta(days=1)) -> Report:
    with asking(database) as asked:
        return airtime_report(asked, Period(first, last), bookings)


def test_a_day_with_too_many_plays_makes_up_for_no_other_day(database: Engine) -> None:
    """100 plays a day were promised: 130 and 70 are 30 missed, with the reason."""
    store(database, days_of_plays(130, 70))
    report = airtime(database, booked())
    (row,) = report.sheets[0].rows
    assert row[:2] == ("Warung Bu Sri", "12/2026")
    assert row[2:10] == (200, None, 200, 3000, 200, 30, None, 85.0)
    assert "waiting or test card 23:42:30" in str(row[10])
    assert report.lead == "0 of 1 bookings were kept on every day."
    by_day = {row[0]: row[6] for row in report.sheets[2].rows}
    assert by_day == {"2026-11-22": 0, "2026-11-23": 30}


def test_what_was_cut_or_not_placed_is_told_as_the_reason(database: Engine) -> None:
    """Broken plays do not count; a playlist that holds too few is nobody else's fault."""
    panel = SimulatedPanel()
    for number in range(960):
        panel.play("a" if number % 10 == 0 else "b", 90, ended=RecordEnd.CUT if number == 60 else RecordEnd.END)
    store(database, panel)
    (row,) = airtime(database, booked(), last=DAY).sheets[0].rows
    assert row[4] == 95
    assert row[10] == "1 cut or failed"
    (never,) = airtime(database, booked(items=("media/z.mp4",)), last=DAY).sheets[0].rows
    assert never[10] == "never shown"
    (few,) = airtime(database, booked(plays=9000, items=("media/b.mp4",)), last=DAY).sheets[0].rows
    assert few[10] == "not often enough in the playlists"


def test_only_the_hours_of_a_booking_count(database: Engine) -> None:
    """Plays outside its hours were not promised; panels and seconds as they were booked."""
    store(database, days_of_plays(1000), days_of_plays(1000, name="serang-02", key=2))
    hours = (Hours(60, 120),)
    (row,) = airtime(database, booked(hours=hours), last=DAY).sheets[0].rows
    assert row[4] == 240 * 2
    (row,) = airtime(database, booked(panels=("serang-02",), plays=None, seconds=20_000), last=DAY).sheets[0].rows
    assert row[2:10] == (None, 20_000, 1000, 15_000, 1000, None, 5000, 75.0)


def test_a_report_of_air_time_counts_no_day_that_is_not_over(database: Engine) -> None:
    """It says so, and of today alone it makes none."""
    store(database, days_of_plays(130, 70))
    wall = MIDNIGHT + timedelta(days=1, hours=5)
    with asking(database, wall=wall) as asked:
        report = airtime_report(asked, Period(DAY, DAY + timedelta(days=7)), [booked()])
        assert report.sheets[0].rows[0][2] == 100
        assert "Today is not over and is not counted." in report.warnings
        with pytest.raises(OfficeError, match="panel-office bookings"):
            airtime_report(asked, Period(DAY + timedelta(days=1), DAY + timedelta(days=7)), [booked()])
        with pytest.raises(OfficeError, match="clients: Warung Bu Sri"):
            airtime_report(asked, Period(DAY, DAY, client="Toko"), [booked()])


def test_without_bookings_the_report_shows_what_was_on_screen(database: Engine) -> None:
    """Items with their evidence, first and last day."""
    store(database, days_of_plays(130, 70))
    report = airtime(database)
    assert report.sheets[0].title == "Items"
    with asking(database) as asked:
        listed = items_report(asked, DAY, DAY + timedelta(days=1), "serang-01")
    assert listed.sheets[0].rows == report.sheets[0].rows
    assert listed.sheets[0].rows[0][2:] == (200, 200, 0, 0, 3000, "2026-11-22", "2026-11-23")
    assert listed.lead == "1 items were shown 200 times, 0:50:00 together."


@pytest.mark.parametrize(
    ("plays", "hours", "standing"),
    [
        (60, 12, Standing.MET),
        (100, 12, Standing.ON_COURSE),
        (150, 12, Standing.BEHIND),
        (1000, 12, Standing.LOST),
        (100, 24, Standing.LOST),
    ],
)
def test_a_booking_of_today_warns_before_it_is_too_late(
    database: Engine, plays: int, hours: int, standing: Standing
) -> None:
    """By today's pace, and by what fits into the rest of the day at all; 60 plays have come in twelve hours."""
    panel = SimulatedPanel()
    for number in range(720):
        panel.play("a" if number % 12 == 0 else "b", 60)
    if hours == 24:
        panel.add(RecordKind.OFF, DAY_S // 2)
    store(database, panel)
    with asking(database, wall=MIDNIGHT + timedelta(hours=hours, seconds=-1)) as asked:
        (found,) = bookings_today(asked, [booked(plays=plays)])
        assert found.standing is standing
        report = today_report(asked, [found], ("bookings.toml line 2: a fault",))
    assert report.warnings[0] == "bookings.toml line 2: a fault"
    assert (report.lead == "1 cannot be kept any more today.") is (standing is Standing.LOST)


# ---- the four formats


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Report]:
    """A day in both languages, and air time; of panels that say evil things."""
    database = open_database(f"sqlite:///{tmp_path_factory.mktemp('formats') / 'records.db'}", make=True)
    panel = SimulatedPanel()
    record_a_day(panel)
    panel.waiting[5] = replace(panel.waiting[5], title='=HYPERLINK("http://evil")', item="media/=1+1.mp4")
    panel.waiting[6] = replace(panel.waiting[6], title="ꦲꦏ꧀ꦱꦫ علم \x1b[2J", item="media/ꦲ.mp4")
    store(database, panel)
    made = {language: report_of(database, language) for language in ("id", "en")}
    with asking(database) as asked:
        made["airtime"] = airtime_report(asked, Period(DAY, DAY), [booked(plays=2000)])
        made["items"] = items_report(asked, DAY, DAY, None)
    database.dispose()
    return made


def in_seconds(value: object) -> int:
    match value:
        case timedelta():
            return round(value.total_seconds())
        case datetime():
            return round((value.replace(tzinfo=UTC) - datetime(1899, 12, 30, tzinfo=UTC)).total_seconds())
        case time():
            return value.hour * 3600 + value.minute * 60 + value.second
        case _:
            raise AssertionError(f"{value!r} is no span")


def assert_spreadsheet_holds(report: Report, xlsx: bytes) -> None:
    """Every cell of every table, spans to the second, texts as texts, and no sheet too few."""
    book = openpyxl.load_workbook(io.BytesIO(xlsx))
    for number, sheet in enumerate(report.sheets):
        page = book.worksheets[number]
        top = next(row for row in range(1, 30) if page.cell(row, 1).value == sheet.headings[0].title)
        for at, row in enumerate((*sheet.rows, *((sheet.total,) if sheet.total else ())), top + 1):
            for column, (cell, heading) in enumerate(zip(row, sheet.headings, strict=True), 1):
                there = page.cell(at, column)
                if heading.shape is Shape.SPAN and cell is not None:
                    assert in_seconds(there.value) == cell
                elif isinstance(cell, str):
                    assert there.data_type != "f"
                    assert (there.value or "") == cell.replace("\x1b", "\ufffd")
                else:
                    assert there.value == cell
    assert len(book.worksheets) == len(report.sheets) + len(report.extra) + (2 if report.hours else 1)


@pytest.mark.parametrize("name", ["id", "en", "airtime"])
def test_the_spreadsheet_holds_the_reports_numbers(reports: dict[str, Report], name: str) -> None:
    """Read back by another program it has every number and text of the report."""
    assert_spreadsheet_holds(reports[name], make_xlsx(reports[name]))


@pytest.mark.parametrize("name", ["id", "en", "airtime"])
def test_csv_and_terminal_hold_the_same_numbers(reports: dict[str, Report], name: str) -> None:
    """CSV in whole seconds for programs, the terminal in words for people; neither computes anything."""
    report = reports[name]
    sheet = report.sheets[0]
    rows = list(csv.reader(io.StringIO(make_csv(report).decode("utf-8-sig"))))
    assert rows[0] == [heading.title for heading in sheet.headings]
    wanted = [["" if cell is None else str(cell) for cell in row] for row in (*sheet.rows, sheet.total or ())]
    assert rows[1:] == wanted
    console = Console(width=220, file=io.StringIO(), force_terminal=False)
    console.print(draw_report(report, 220))
    said = console.file.getvalue()  # type: ignore[attr-defined]  # it is the StringIO from above
    assert "\x1b" not in said
    for row in sheet.rows:
        words = [
            cell_words(cell, heading.shape, report.language) for cell, heading in zip(row, sheet.headings, strict=True)
        ]
        pattern = r"\s+".join(map(re.escape, filter(None, words)))
        assert re.search(pattern, said), words


def test_a_name_becomes_no_formula_in_csv(reports: dict[str, Report]) -> None:
    """A spreadsheet that opens the file computes nothing: such a text begins with an apostrophe."""
    names = [row[0] for row in csv.reader(io.StringIO(make_csv(reports["items"]).decode("utf-8-sig")))]
    assert '\'=HYPERLINK("http://evil") (media/=1+1.mp4)' in names
    assert not any(name.startswith(("=", "+", "-", "@")) for name in names)


@pytest.mark.parametrize("name", ["id", "en", "airtime"])
@pytest.mark.parametrize("width", [80, 120])
def test_a_report_fits_into_a_terminal(reports: dict[str, Report], name: str, width: int) -> None:
    """No line is wider, no name is torn apart: what does not fit as a table is a few lines for each row."""
    console = Console(width=width, file=io.StringIO(), force_terminal=False)
    console.print(draw_report(reports[name], width))
    said = console.file.getvalue()  # type: ignore[attr-defined]  # it is the StringIO from above
    assert max(len(line.rstrip()) for line in said.splitlines()) <= width
    joined = re.sub(r"\s+", " ", said)
    for row in reports[name].sheets[0].rows:
        assert str(row[0]) in joined


@pytest.mark.parametrize("name", ["id", "en", "airtime"])
def test_the_pdf_says_the_same(reports: dict[str, Report], tmp_path: Path, name: str) -> None:
    """Read back as text: title, every line of the first table, page numbers, heads, and what the signature proves."""
    need("pdftotext", "pdffonts")
    report, file = reports[name], tmp_path / "report.pdf"
    file.write_bytes(make_pdf(report))
    text = subprocess.run(["pdftotext", "-layout", str(file), "-"], capture_output=True, text=True, check=True).stdout
    joined = re.sub(r"\s+", " ", text)
    sheet = report.sheets[0]
    assert report.title in joined
    for row in (*sheet.rows, *((sheet.total,) if sheet.total else ())):
        words = [
            cell_words(cell, heading.shape, report.language)
            for cell, heading in zip(row, sheet.headings, strict=True)
            if heading.shape is not Shape.TEXT
        ]
        assert " ".join(filter(None, words)) in joined
    last = re.findall(r"(?:halaman|page) (\d+) (?:dari|of) (\d+)", joined)[-1]
    assert last[0] == last[1]
    assert re.sub(r"\s+", " ", report.proof[0]) in joined
    assert report.proof[-1][:40] in joined
    fonts = subprocess.run(["pdffonts", str(file)], capture_output=True, text=True, check=True).stdout.splitlines()[2:]
    assert fonts
    assert all(" yes yes yes " in re.sub(r"\s+", " ", line) for line in fonts), fonts


def test_every_word_is_in_both_languages_with_the_same_values() -> None:
    """What a sentence of one language names, that of the other names too."""
    for key, (indonesian, english) in WORDS.items():
        assert indonesian.strip(), key
        assert english.strip(), key
        assert set(re.findall(r"\{+(\w+)\}+", indonesian)) == set(re.findall(r"\{+(\w+)\}+", english)), key
    assert all(f"tone-{tone}" in WORDS for tone in Tone)
    assert all(f"ended-{end.value}" in WORDS for end in RecordEnd)


def test_a_span_goes_on_beyond_a_day() -> None:
    """Hours are not days, and a negative one keeps its sign."""
    assert span_words(90_061) == "25:01:01"
    assert span_words(-61) == "-0:01:01"
