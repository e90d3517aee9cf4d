"""The page Records over HTTP: reports as people read them, files as the command writes them, the chain, and how to begin."""

from __future__ import annotations

import html
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest

from player.office.records.database import open_database, writing
from player.office.records.storing import BatchStore, Way
from player.office.web.people.roles import Role
from tests.kit.city import ZONE, SimulatedPanel, record_a_day
from tests.kit.console import InsideConsole, PageClient, console_inside
from tests.kit.heard import fill

pytestmark = pytest.mark.slow

WALL = datetime(2026, 11, 25, 3, tzinfo=UTC)
BOOKINGS = """
[[booking]]
client = "Warung <Bu Sri>"
items = ["media/a.mp4"]
plays_per_day = 300
start = 2026-11-01
end = 2026-11-30
"""
DAY = "/records/day?panel=serang-01&day=2026-11-22"
MONTH = "/records/airtime?month=2026-11&client=Warung+%3CBu+Sri%3E"


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.live)])
def console(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[InsideConsole]:
    """With a day of one panel, in each of the two databases."""
    folder = tmp_path_factory.mktemp("console")
    url = request.getfixturevalue("postgres").create() if request.param == "postgresql" else ""
    with console_inside(folder, now=lambda: WALL, records={"timezone": ZONE, "url": url}) as made:
        (made.office.data_folder / "bookings.toml").write_text(BOOKINGS)
        panel = SimulatedPanel()
        record_a_day(panel)
        engine = open_database(made.office.settings.records_url, make=True)
        with writing(engine) as connection:
            for payload in panel.batches():
                BatchStore(connection, WALL).take(panel.name, payload, Way.MQTT)
        engine.dispose()
        yield made


@pytest.fixture(scope="module")
def viewer(console: InsideConsole) -> PageClient:
    return console.as_role(Role.VIEWER)


def test_without_a_database_the_page_says_how_to_begin(tmp_path: Path) -> None:
    """The command that starts the collector; looking makes no database."""
    with console_inside(tmp_path, now=lambda: WALL) as console:
        client = console.as_role(Role.VIEWER)
        assert 'hx-get="/records/overview"' in client.get("/records").text
        assert "panel-office-collect" in client.get("/records/overview").text
        assert not (console.office.data_folder / "records.db").exists()


def test_the_overview_has_panels_bookings_and_the_chain(viewer: PageClient) -> None:
    """What a person asks for next, each in the words of the page; a client's name is only a name."""
    page = viewer.get("/records/overview").text
    assert "<option>serang-01</option>" in page
    assert "Warung &lt;Bu Sri&gt;" in page
    assert "<Bu Sri>" not in page
    assert "Head of the chain" in page
    assert "on course" in page


def test_a_day_is_a_bar_and_tables(viewer: PageClient) -> None:
    """Without a style in the page: the bar's places are attributes of the drawing. The reader's language."""
    page = viewer.get(DAY).text
    assert "Report of a day: serang-01" in page
    assert '<rect class="tone-dark" x="0.0%"' in page
    assert "24:00:00" in page
    assert page.count('class="bar ') == 25
    assert 'href="/records/day?panel=serang-01&amp;day=2026-11-21"' in page
    assert "style=" not in page


@pytest.mark.parametrize("form", ["csv", "xlsx", "pdf"])
def test_a_report_is_downloaded(viewer: PageClient, form: str) -> None:
    """The page names its files; each is what it says."""
    page = viewer.get(MONTH).text
    link = next(
        part.split('"')[0] for part in html.unescape(page).split('href="') if f"/records/airtime.{form}?" in part
    )
    answer = viewer.get(link)
    assert answer.status_code == 200
    assert f'filename="airtime-2026-11-01-2026-11-24.{form}"' in answer.headers["Content-Disposition"]
    match form:
        case "csv":
            assert answer.content.startswith(b"\xef\xbb\xbf")
        case "xlsx":
            assert openpyxl.load_workbook(io.BytesIO(answer.content)).sheetnames[0] == "Bookings"
        case _:
            assert answer.content.startswith(b"%PDF")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/records/day?panel=serang-99&day=2026-11-22", 404), ("/records/day?panel=serang-01&day=25", 400),
        ("/records/day?day=2026-11-22", 400), ("/records/day?panel=..%2F&day=2026-11-22", 400),
        ("/records/airtime?month=2026-13", 400), ("/records/airtime?month=2027-11", 404), ("/records/items?month=0000-01", 400),
        ("/records/items?first=2026-11-20&last=2026-11-01", 400), ("/records/nothing", 404), ("/records/day.exe", 404),
        ("/records/airtime?month=2026-11&client=" + "x" * 300, 400),
    ],
)  # fmt: skip
def test_what_cannot_be_reported_is_said(viewer: PageClient, path: str, status: int) -> None:
    """A panel without records, a day that is none, a month that is not over, an address that somebody made up."""
    answer = viewer.get(path)
    assert answer.status_code == status
    assert "<h1>That did not work</h1>" in answer.text


def test_the_chain_is_checked_when_an_operator_asks(console: InsideConsole, viewer: PageClient) -> None:
    """It begins, the page follows it, and its result stays, for everybody who looks."""
    operator = console.as_role(Role.OPERATOR)
    assert operator.post("/records/checks", {}).status_code == 303
    console.runner.run(console.office.checks.ended())
    page = viewer.get("/records/checks").text
    assert "as the panel signed them" in page
    assert "hx-trigger" not in page
    assert operator.post("/records/checks", {"panel": "../x"}).status_code == 400


def test_who_only_looks_is_offered_no_check(console: InsideConsole, viewer: PageClient) -> None:
    """A check costs the office's computer minutes of work: it is the operator's."""
    assert "Check every record now" in console.as_role(Role.OPERATOR).get("/records/overview").text
    page = viewer.get("/records/overview").text
    assert "The chain of each panel" in page
    assert "Check every record now" not in page
    assert viewer.post("/records/checks", {}).status_code == 403


def test_a_database_that_cannot_be_reached_is_said_without_its_password(tmp_path: Path) -> None:
    """The page of records says so; a panel's page goes on with what was heard."""
    url = f"postgresql://panel:rahasia@/postgres?host={tmp_path}/nowhere"
    with console_inside(tmp_path, now=lambda: WALL, records={"timezone": ZONE, "url": url}) as console:
        fill(console.office.live, WALL, "serang-01")
        client = console.as_role(Role.VIEWER)
        said = client.get("/records/overview").text
        assert "nowhere" in said
        assert "rahasia" not in said
        page = client.get("/panels/serang-01").text
        assert "From what was heard since this console runs" in page
