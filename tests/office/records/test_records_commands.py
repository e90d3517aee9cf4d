"""The records' commands as the office types them, with a settings file."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from PIL import Image
from sqlalchemy import Engine, func, select, text
from typer.testing import CliRunner, Result

from player.bundle.stick_records import ACKNOWLEDGEMENTS_NAME
from player.contract.record_batches import ack_message, find_ack, is_signed
from player.office.__main__ import app
from player.office.records import schema
from player.office.records.database import open_database, reading, writing
from player.office.records.migrating import newest_shape
from player.office.records.moving import move_records
from player.office.records.storing import BatchStore, Way
from player.office.records.verification import verify_database
from player.office.signing import OfficeError
from tests.kit.city import ZONE, SimulatedPanel, record_a_day
from tests.kit.postgres import Cluster
from tests.kit.records import TestKey

pytestmark = pytest.mark.slow

WALL = datetime(2026, 11, 25, tzinfo=UTC)
BOOKINGS = """
[[booking]]
client = "Warung Bu Sri"
items = ["media/a.mp4"]
plays_per_day = 300
start = 2026-11-01
end = 2026-11-30
"""


@dataclass
class Desk:
    """An office's computer: its data folder, and panel-office there."""

    folder: Path

    @property
    def url(self) -> str:
        return f"sqlite:///{self.folder / 'records.db'}"

    def run(self, *words: str) -> Result:
        """In this process: thirty starts of Python would take longer than what they do."""
        return CliRunner().invoke(app, ["--config", str(self.folder / "config.toml"), *words])

    def start(self, *words: str, before: str) -> subprocess.CompletedProcess[str]:
        """A process of its own, in which something was done before."""
        start = f"import sys\nsys.argv[0] = 'panel-office'\n{before}\nfrom player.office.__main__ import main\nmain()"
        return subprocess.run(
            [sys.executable, "-c", start, "--config", str(self.folder / "config.toml"), *words],
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip

    def fill(self, *panels: SimulatedPanel, way: Way = Way.MQTT) -> None:
        engine = open_database(self.url, make=True)
        with writing(engine) as connection:
            for panel in panels:
                for payload in panel.batches():
                    BatchStore(connection, WALL).take(panel.name, payload, way)
        engine.dispose()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    config = f'[web]\ndata_folder = "{tmp_path}"\nlanguage = "en"\n[records]\ntimezone = "{ZONE}"\n'
    (tmp_path / "config.toml").write_text(config)
    return Desk(tmp_path)


@pytest.fixture
def filled(desk: Desk) -> Desk:
    """A day of one panel; another panel's came by stick and waits."""
    panel, other = SimulatedPanel(), SimulatedPanel("serang-02", TestKey(2))
    record_a_day(panel)
    other.plays(3)
    desk.fill(panel)
    desk.fill(other, way=Way.STICK)
    return desk


def test_a_report_is_a_table_or_files(filled: Desk) -> None:
    """In the terminal, or one file for each that is asked for, in the folder that is named."""
    shown = filled.run("report", "day", "serang-01", "2026-11-22")
    assert shown.exit_code == 0, shown.stderr
    assert "24:00:00" in shown.stdout
    written = filled.run(
        "report",
        "day",
        "serang-01",
        "2026-11-22",
        "--pdf",
        str(filled.folder),
        "--xlsx",
        str(filled.folder),
        "--csv",
        "-",
    )
    assert written.exit_code == 0, written.stderr
    assert "Sum,86400,100.0," in written.stdout
    assert (filled.folder / "serang-01-2026-11-22.pdf").read_bytes().startswith(b"%PDF")
    assert (filled.folder / "serang-01-2026-11-22.xlsx").read_bytes().startswith(b"PK")


def test_what_waits_is_named_and_accepted(filled: Desk) -> None:
    """`records` says what is wrong and ends with 1; accept-key takes in what waited."""
    said = filled.run("records")
    assert said.exit_code == 1
    assert "panel-office accept-key" in said.stdout
    accepted = filled.run("accept-key", "serang-02", "--by", "dina")
    assert accepted.exit_code == 0, accepted.stderr
    assert "3 records that had waited count now" in accepted.stdout
    after = filled.run("records")
    assert after.exit_code == 0
    assert "dina" in after.stdout


def test_bookings_end_with_1_when_one_is_lost_or_wrong(filled: Desk) -> None:
    """A fault in the file is said with its line; without the file there is a sentence."""
    missing = filled.run("bookings")
    assert missing.exit_code == 1
    assert "bookings.toml is not there" in missing.stderr
    (filled.folder / "bookings.toml").write_text(BOOKINGS)
    month = filled.run("report", "airtime", "--from", "2026-11-22", "--to", "2026-11-22")
    assert month.exit_code == 0, month.stderr
    assert "Warung Bu Sri" in month.stdout
    (filled.folder / "bookings.toml").write_text(BOOKINGS.replace("plays_per_day", "plays_a_day"))
    wrong = filled.run("bookings")
    assert wrong.exit_code == 1
    assert "did you mean plays_per_day?" in " ".join(wrong.stdout.split())


def test_an_export_is_checked_without_the_database(filled: Desk) -> None:
    """It is good; one changed byte names the record."""
    file = filled.folder / "november.records"
    exported = filled.run("export-records", "serang-01", "-o", str(file))
    assert exported.exit_code == 0, exported.stderr
    (filled.folder / "records.db").unlink()
    good = filled.run("verify-records", str(file), "--key", TestKey(1).public[:8])
    assert good.exit_code == 0, good.stderr
    assert "are unchanged" in good.stdout
    file.write_bytes(file.read_bytes().replace(b'"seconds":60.0', b'"seconds":61.0', 1))
    bad = filled.run("verify-records", str(file))
    assert bad.exit_code == 1
    assert "record 3: it does not begin where the record before it ends" in bad.stderr


def test_the_database_is_checked_and_the_first_change_named(filled: Desk) -> None:
    """Exit status 1, and the record's number."""
    assert filled.run("verify-records", "--database").exit_code == 0
    engine = open_database(filled.url)
    with writing(engine) as connection:
        connection.execute(text("UPDATE records SET ended = 'cut' WHERE n = 7"))
    engine.dispose()
    bad = filled.run("verify-records", "--database")
    assert bad.exit_code == 1
    assert "record 7: its row in the database was changed (ended)" in bad.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("report", "day", "serang-09", "2026-11-22"), "known: serang-01, serang-02"),
        (("report", "day", "serang-01", "22/11/2026"), "write it as year-month-day"),
        (("report", "day", "serang-01", "2026-11-22", "--language", "xx"), "write id or en"),
        (("report", "airtime", "--month", "2026-11", "--from", "2026-11-01"), "give --month, or --from and --to"),
        (("report", "airtime", "--month", "November"), "write it like 2026-11"),
        (("verify-records",), "give a FILE, or --database"),
        (("report", "day", "serang-01", "2026-11-22", "--database", "mysql://x/y"), "only sqlite and postgresql are known"),
        (("report", "day", "serang-01", "2026-11-22", "--database", "nonsense"), "no address of a database"),
        (("report", "day", "serang-01", "2026-11-22", "--database", "sqlite:////nowhere/x.db"), "no collector has been here yet"),
        (("accept-key", "serang-01"), "no key of serang-01 waits"),
        (("confirm-span", "serang-01", "1", "9", "--why", "x"), "waits to be confirmed"),
        (("move-records", "--to", "mysql://x/y"), "only sqlite and postgresql are known"),
        (("export-records", "serang-01", "-o", "/nonexistent-folder/x", "--from", "2020-01-01", "--to", "2020-01-02"),
         "no records of serang-01 in that time"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said_in_one_sentence(filled: Desk, words: tuple[str, ...], said: str) -> None:
    """Exit status 1, one line, no traceback."""
    done = filled.run(*words)
    assert done.exit_code == 1
    assert said in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_without_the_offices_part_it_says_what_to_install(desk: Desk) -> None:
    """One line; panel-office's other commands go on without it."""
    gone = "sys.modules['sqlalchemy'] = sys.modules['fpdf'] = None"
    for words in (("collect",), ("report", "day", "x", "today")):
        done = desk.start(*words, before=gone)
        assert done.returncode == 1
        assert "manual office.md, How this computer gets it" in " ".join(done.stderr.split())
        assert len(done.stderr.splitlines()) == 1
    assert desk.start("--help", before=gone).returncode == 0


def test_panel_office_starts_without_the_database(desk: Desk) -> None:
    """Whoever sends a command does not load SQLAlchemy, nor what draws a report."""
    print_loaded = "import atexit; atexit.register(lambda: print(sorted({name.split('.')[0] for name in sys.modules})))"
    loaded = desk.start("--help", before=print_loaded).stdout
    assert "'player'" in loaded
    for name in ("sqlalchemy", "alembic", "psycopg", "xlsxwriter", "fpdf"):
        assert f"'{name}'" not in loaded


def test_a_stick_brings_records_and_takes_the_acknowledgements(desk: Desk) -> None:
    """A panel without a network: its batches come in once, and the next bundle says up to where nothing is missing."""
    panel = SimulatedPanel()
    panel.plays(60)
    receipts = desk.folder / "stick" / "panel" / "receipts"
    receipts.mkdir(parents=True)
    first, lost, last = panel.batches(20)
    for number, payload in ((1, first), (41, last)):
        (receipts / f"serang-01-{number:012}-{number + 19:012}.records").write_bytes(payload)
    (receipts / "serang-01-000000000099-000000000100.records").write_bytes(b"torn")
    shown = desk.run("receipt", str(receipts.parents[1]))
    assert shown.exit_code == 0, shown.stderr
    assert "2 batches wait for a key" in shown.stdout
    assert "4 bytes that are" in shown.stderr
    assert desk.run("accept-key", "serang-01").exit_code == 0
    folder = desk.folder / "content"
    folder.mkdir()
    Image.new("RGB", (64, 36), "white").save(folder / "poster.png")
    (folder / "playlist.m3u8").write_text("poster.png\n")
    key = desk.folder / "office.key"
    assert desk.run("keygen", "--key", str(key), "--no-password").exit_code == 0
    for wanted, missing in ((20, b""), (60, lost)):
        if missing:
            (receipts / "serang-01-000000000021-000000000040.records").write_bytes(missing)
            again = desk.run("receipt", str(receipts.parents[1]))
            assert "serang-01: 20 new records" in again.stdout
        signed = desk.run("sign", str(folder), "--panel", "serang-01", "--key", str(key))
        assert signed.exit_code == 0, signed.stderr
        ack = find_ack((folder / ACKNOWLEDGEMENTS_NAME).read_bytes(), "serang-01")
        assert ack is not None
        assert ack.last == wanted
        assert is_signed(ack_message("serang-01", ack.last, ack.head), ack.signature, ack.key)
    assert ACKNOWLEDGEMENTS_NAME in (folder / "manifest.json").read_text()


# ---- the database itself


def test_the_migrations_make_what_the_program_expects(database: Engine) -> None:
    """Every table and column that the migrations made is in schema.py, and the other way round."""
    with reading(database) as connection:
        differences = compare_metadata(MigrationContext.configure(connection), schema.META)
    structural = [
        each for each in differences if isinstance(each, tuple) and each[0] not in ("remove_index", "remove_constraint")
    ]
    assert structural == []


def test_the_expected_shape_is_the_last_step() -> None:
    """Who only reads compares with the number in schema.py, and loads no migrations."""
    assert newest_shape() == schema.SHAPE


def test_who_only_reads_loads_no_migrations(tmp_path: Path) -> None:
    """Also where there is something to read: what changes a database's shape is the collector's."""
    url = f"sqlite:///{tmp_path / 'records.db'}"
    open_database(url, make=True).dispose()
    asked = (
        "import sys; from player.office.records.database import open_database, reading\n"
        f"with reading(open_database({url!r})): print(sorted(n for n in ('alembic', 'mako', 'sqlalchemy') if n in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True).stdout == "['sqlalchemy']\n"


def test_a_database_of_a_newer_program_is_left_alone(url: str) -> None:
    """Neither read nor changed: the sentence says which program to use."""
    engine = open_database(url, make=True)
    with writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    for make in (False, True):
        with pytest.raises(OfficeError, match="9999"):
            open_database(url, make=make)


def count(engine: Engine) -> dict[str, int]:
    with reading(engine) as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in schema.TABLES
        }


@pytest.mark.live
@pytest.mark.parametrize("back", [False, True])
def test_records_move_from_one_database_to_the_other(postgres: Cluster, tmp_path: Path, back: bool) -> None:
    """Everything is there, checks out, and goes on growing; a database that is not empty is refused."""
    addresses = [f"sqlite:///{tmp_path / 'records.db'}", postgres.create()]
    source, target = (open_database(url, make=True) for url in (reversed(addresses) if back else addresses))
    panel, waiting = SimulatedPanel(), SimulatedPanel("serang-02", TestKey(2))
    record_a_day(panel)
    waiting.plays(3)
    with writing(source) as connection:
        for payload in panel.batches():
            BatchStore(connection, WALL).take(panel.name, payload, Way.MQTT)
        BatchStore(connection, WALL).take(waiting.name, waiting.batch(), Way.STICK)
    counts = move_records(source, target, lambda *_: None)
    assert counts == count(source) == count(target)
    panel.plays(5)
    with writing(target) as connection:
        assert BatchStore(connection, WALL).take(panel.name, panel.batch(), Way.MQTT).fresh == 5
    with reading(target) as connection:
        assert [one.faults for one in verify_database(connection)] == [[], []]
    with pytest.raises(OfficeError, match="is not empty"):
        move_records(source, target, lambda *_: None)
    source.dispose()
    target.dispose()
