"""Reports for the console: made in a process of their own, by the functions of `panel-office report`."""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
import re
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pypdfium2
import pytest
from typer.testing import CliRunner

from player.office.__main__ import app
from player.office.records.asking import ReportFile, ReportKind, ReportQuestion
from player.office.records.database import open_database, writing
from player.office.records.storing import BatchStore, Way
from player.office.settings import OfficeSettings, read_office_settings
from player.office.signing import OfficeError
from player.office.web.records.checks import ChainChecks
from player.office.web.records.desk import RecordsEmpty, ReportDesk
from tests.kit.city import ZONE, SimulatedPanel, record_a_day
from tests.kit.records import PANEL, packed_batch, some_records

pytestmark = pytest.mark.slow

T = TypeVar("T")
WALL = datetime(2026, 11, 25, tzinfo=UTC)
DAY = ReportQuestion(ReportKind.DAY, "serang-01", day="2026-11-22")
BOOKINGS = """
[[booking]]
client = "Warung Bu Sri"
items = ["media/a.mp4"]
plays_per_day = 300
start = 2026-11-01
end = 2026-11-30
"""


def settings_in(folder: Path) -> OfficeSettings:
    config = folder / "config.toml"
    config.write_text(f'[web]\ndata_folder = "{folder}"\nlanguage = "en"\n[records]\ntimezone = "{ZONE}"\n')
    (folder / "bookings.toml").write_text(BOOKINGS)
    return read_office_settings(config, {}, broker=False)


@pytest.fixture
def settings(tmp_path: Path) -> OfficeSettings:
    return settings_in(tmp_path)


@pytest.fixture(scope="module")
def a_day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with a day of one panel; made once."""
    file = tmp_path_factory.mktemp("day") / "records.db"
    panel = SimulatedPanel()
    record_a_day(panel)
    engine = open_database(f"sqlite:///{file}", make=True)
    with writing(engine) as connection:
        for payload in panel.batches():
            BatchStore(connection, WALL).take(panel.name, payload, Way.MQTT)
    engine.dispose()
    return file


@pytest.fixture
def filled(settings: OfficeSettings, a_day: Path, tmp_path: Path) -> OfficeSettings:
    """The day in a database that a test may change."""
    for part in a_day.parent.glob(f"{a_day.name}*"):
        shutil.copy(part, tmp_path / part.name)
    return settings


class SharedDesk:
    """Before the day, for tests that only ask: its process starts once, which costs more than any answer."""

    def __init__(self, runner: asyncio.Runner, folder: Path) -> None:
        self.folder, self._runner = folder, runner
        self._desk = ReportDesk(settings_in(folder))

    def ask(self, use: Callable[[ReportDesk], Awaitable[T]]) -> T:
        async def run() -> T:
            return await use(self._desk)

        return self._runner.run(run())


@pytest.fixture(scope="module")
def shared(a_day: Path) -> Iterator[SharedDesk]:
    with asyncio.Runner() as runner:
        desk = SharedDesk(runner, a_day.parent)
        yield desk
        desk.ask(lambda each: each.close())


def at_desk(settings: OfficeSettings, use: Callable[[ReportDesk], Awaitable[T]]) -> T:
    async def run() -> T:
        desk = ReportDesk(settings)
        try:
            return await use(desk)
        finally:
            await desk.close()

    return asyncio.run(run())


def without_moments(raw: bytes, form: ReportFile) -> object:
    """A file without the moment at which it was made: PDF and XLSX say it, to the second or the minute."""
    if form is ReportFile.PDF:
        pages = pypdfium2.PdfDocument(raw)
        text = "\n".join(page.get_textpage().get_text_range() for page in pages)
        pages.close()
        return re.sub(r"Made .*? with", "", text)
    if form is ReportFile.XLSX:
        with zipfile.ZipFile(io.BytesIO(raw)) as opened:
            made = re.compile(rb"Made [^<]*? with")
            return {name: made.sub(b"", opened.read(name)) for name in opened.namelist() if name != "docProps/core.xml"}
    return raw


@pytest.mark.parametrize(
    "question",
    [
        DAY, ReportQuestion(ReportKind.AIRTIME, month="2026-11", client="Warung Bu Sri"),
        ReportQuestion(ReportKind.ITEMS, "serang-01", first="2026-11-21", last="2026-11-23"),
    ],
    ids=lambda question: str(question.kind) if isinstance(question, ReportQuestion) else "",
)  # fmt: skip
def test_a_file_is_what_the_command_writes(shared: SharedDesk, tmp_path: Path, question: ReportQuestion) -> None:
    """Byte for byte but for the moment at which it was made; under the same name; in each form."""

    async def files(desk: ReportDesk) -> dict[ReportFile, tuple[str, bytes]]:
        return {form: await desk.file(question, form, "en", datetime.now(UTC)) for form in ReportFile}

    made = shared.ask(files)
    words = [
        "report",
        question.kind.value,
        *([question.panel, question.day] if question.kind is ReportKind.DAY else []),
    ]
    if question.kind is not ReportKind.DAY:
        given = {"month": question.month, "from": question.first, "to": question.last, "client": question.client,
                 "panel": question.panel}  # fmt: skip
        words += [word for key, value in given.items() if value for word in (f"--{key}", value)]
    out = tmp_path / "out"
    out.mkdir()
    forms = [word for form in ReportFile for word in (f"--{form.name.lower()}", str(out))]
    done = CliRunner().invoke(app, ["--config", str(shared.folder / "config.toml"), *map(str, words), *forms])
    assert done.exit_code == 0, done.stderr
    written = {file.name: file.read_bytes() for file in out.iterdir()}
    assert set(written) == {name for name, _ in made.values()}
    assert len(written) == len(ReportFile)
    for form, (name, raw) in made.items():
        assert without_moments(raw, form) == without_moments(written[name], form)


def test_a_day_is_told_for_a_page(shared: SharedDesk) -> None:
    """Its stretches fill the bar, its table adds up to the day, its words are the reader's."""
    told = shared.ask(lambda desk: desk.report(DAY, "id", WALL))
    assert told["title"] == "Laporan hari: serang-01"
    assert sum(length for _, length, _ in told["whole"]["stretches"]) == pytest.approx(100, abs=0.01)
    assert told["sheets"][0]["total"][1] == "24:00:00"
    assert len(told["hours"]) == 24
    tones = {tone for _, _, tone in told["whole"]["stretches"]}
    assert {"seen", "dark", "message", "off", "fault"} <= tones
    assert {tone for tone, _ in told["legend"]} == tones


def test_the_overview_says_what_the_office_has(shared: SharedDesk) -> None:
    """Panels, their keys and chains, the clients, today's bookings."""
    found = shared.ask(lambda desk: desk.overview("en", WALL))
    assert found["panels"] == ["serang-01"]
    assert found["clients"] == ["Warung Bu Sri"]
    (key,) = found["keys"]
    assert key["accepted"]
    assert key["records"] > 700
    assert found["standings"] == ["lost"] or found["standings"] == ["on-course"]


def test_without_a_database_nothing_is_made(settings: OfficeSettings, tmp_path: Path) -> None:
    """The page says how to begin; looking makes no file."""
    for ask in (lambda desk: desk.overview("en", WALL), lambda desk: desk.report(DAY, "en", WALL)):
        with pytest.raises(RecordsEmpty):
            at_desk(settings, ask)
    assert not (tmp_path / "records.db").exists()


def test_what_cannot_be_reported_is_said(shared: SharedDesk) -> None:
    """And the next question is answered by the same process."""

    async def ask(desk: ReportDesk) -> tuple[int | None, int | None]:
        with pytest.raises(OfficeError, match="serang-99"):
            await desk.report(replace(DAY, panel="serang-99"), "en", WALL)
        before = desk.pid
        await desk.report(DAY, "en", WALL)
        return before, desk.pid

    before, after = shared.ask(ask)
    assert before == after is not None


def test_a_process_that_was_killed_is_replaced(filled: OfficeSettings) -> None:
    """The question that it had is refused, the next one is answered."""

    async def ask(desk: ReportDesk) -> str:
        await desk.overview("en", WALL)
        assert desk.pid is not None
        os.kill(desk.pid, signal.SIGKILL)
        with contextlib.suppress(OfficeError):  # the pipe may have told already that it is gone
            await desk.report(DAY, "en", WALL)
        return str((await desk.report(DAY, "en", WALL))["name"])

    assert at_desk(filled, ask) == "serang-01-2026-11-22"


def test_a_question_that_was_given_up_leaves_no_half_answer(filled: OfficeSettings) -> None:
    """A browser that goes away ends the process; the next reader gets his own report."""

    async def ask(desk: ReportDesk) -> str:
        given_up = asyncio.create_task(desk.overview("en", WALL))
        await asyncio.wait({given_up}, timeout=0)  # it has begun
        given_up.cancel()
        await asyncio.gather(given_up, return_exceptions=True)
        return str((await desk.report(DAY, "en", WALL))["name"])

    assert at_desk(filled, ask) == "serang-01-2026-11-22"


def test_a_check_finds_what_was_changed(filled: OfficeSettings) -> None:
    """Unchanged first; then one row is made longer, and the check names its record."""

    async def check() -> list[tuple[str, ...]]:
        checks = ChainChecks(filled, lambda: WALL)
        found = []
        for change in (False, True):
            if change:
                engine = open_database(filled.records_url)
                with writing(engine) as connection:
                    connection.exec_driver_sql("UPDATE records SET length_ms = length_ms + 1 WHERE n = 5")
                engine.dispose()
            assert checks.begin()
            assert not checks.begin()
            await checks.ended()
            found.append(checks.found["serang-01"][0].faults)
        await checks.close()
        return found

    unchanged, changed = asyncio.run(check())
    assert unchanged == ()
    assert "record 5" in changed[0]


def test_batches_of_a_stick_go_into_the_database(settings: OfficeSettings, tmp_path: Path) -> None:
    """Also where there is no database yet: a stick may be the first that comes. A new key waits for a person."""
    receipts = tmp_path / "panel/receipts"
    receipts.mkdir(parents=True)
    (receipts / f"{PANEL}-000000000001-000000000003.records").write_bytes(packed_batch(some_records(3))[0])
    (receipts / f"{PANEL}-000000000004-000000000005.records").write_bytes(b"noise")
    done = at_desk(settings, lambda desk: desk.take_in(str(tmp_path / "panel"), WALL))
    assert (done["batches"], done["waiting"]) == (2, 1)
    found = at_desk(settings, lambda desk: desk.overview("en", WALL))
    assert [(key["panel"], key["accepted"]) for key in found["keys"]] == [(PANEL, False)]


def test_its_process_loads_no_terminal() -> None:
    """typer and rich are a sixth of what it would load."""
    asked = (
        "import sys, player.office.web.records.desk_child; print([n for n in ('typer', 'rich') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
