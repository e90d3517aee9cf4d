"""`panel-player status` in plain lines: what a technician reads of a good panel, a silent daemon, a panel in trouble."""

from __future__ import annotations

import dataclasses
from zoneinfo import ZoneInfo

import pytest

from player.base.clocks import ClockTrust
from player.base.indonesian_status import STATUS_WORDS
from player.bundle.source import Source
from player.cli.language import Speech
from player.cli.status import OLD_STATUS_S, status_lines
from player.contract.encoding import StatusExtras
from player.contract.reports import ON_PURPOSE, BrightnessReport, HealthReport, JournalReport, PlayerState
from player.settings.models import PanelSection, Settings
from tests.kit.reports import REPORT, UNKNOWN

SETTINGS = Settings(panel=PanelSection(name="serang-01", timezone="Asia/Jakarta"))
ZONE = ZoneInfo("Asia/Jakarta")
UNDIMMED = BrightnessReport(100, 100, "", "")


def lines(
    report: HealthReport = REPORT, brightness: BrightnessReport | None = UNDIMMED, age_s: float = 1.0
) -> dict[str, str]:
    return {name: value for name, value, _ in status_lines(report, StatusExtras(brightness), SETTINGS, age_s)}


def test_a_running_panel_says_what_plays_and_why() -> None:
    """Name, state with its reason, item, content and machine; nothing about a daemon that is silent."""
    said = lines()
    assert said["panel"].startswith("serang-01, version ")
    assert said["player"] == f"{REPORT.player.state}: {REPORT.player.reason}"
    assert REPORT.player.item is not None
    assert said["item"].startswith(REPORT.player.item)
    assert {"content", "machine"} <= set(said)
    assert {"daemon", "bright"} & set(said) == set()


def test_a_report_that_is_old_asks_whether_the_daemon_runs() -> None:
    """The daemon writes every 10 s at least: an older report is no proof of life."""
    assert "daemon" not in lines(age_s=OLD_STATUS_S)
    assert lines(age_s=OLD_STATUS_S + 1)["daemon"].startswith("NOT RUNNING?")


@pytest.mark.parametrize(
    ("brightness", "line"),
    [
        (BrightnessReport(40, 40, "", "plan"), "40 % (plan)"),
        (BrightnessReport(40, None, "the card cannot dim", "plan"), "40 % is wanted, but the card cannot dim (plan)"),
        (BrightnessReport(100, None, "no screen", ""), None),
        (None, None),
    ],
)
def test_brightness_has_a_line_when_it_is_dimmed_or_should_be(
    brightness: BrightnessReport | None, line: str | None
) -> None:
    """What the screen has, or why it has not what is asked for; a panel that is never dimmed has no line."""
    assert lines(brightness=brightness).get("bright") == line


def test_everything_is_said_in_indonesian() -> None:
    """Each line's name and value, and of an alert what it means and what to do; names, numbers and the alert's id stay."""
    content = dataclasses.replace(REPORT.content, problems=("a.m3u8 line 7: b.mp4: it is cut short; copy it again",))
    report = dataclasses.replace(REPORT, content=content, alerts=("disk.low", "from.tomorrow"))
    journal = JournalReport(1250, 1200, REPORT.at)
    speech = Speech("id")
    extras = StatusExtras(BrightnessReport(40, 40, "", "blank"), journal)
    told = [f"{speech.word(name)}={value}" for name, value, _ in status_lines(report, extras, SETTINGS, 60.0, speech)]
    assert told == [
        f"panel=serang-01, versi {report.version}, menyala 1 hari, 0:00:00",
        "daemon=TIDAK BERJALAN? terakhir menulis 60 s yang lalu; systemctl status panel-player",
        "pemutar=tayang: jadwal: morning sampai 09:30",
        "tayangan=media/a.mp4 pada 3 s",
        "ganti=8123 tayangan tampil, 2 gagal",
        "layar=1280x720, menyala, bergerak",
        "terang=40 % (dikosongkan)",
        "kurung=dekoder dan pemeriksa",
        "isi=rilis 17 dari folder, 31 berkas, 734.0 MB",
        "impor=1 dari 3 berkas media/c.mp4",
        "masalah=a.m3u8 baris 7: b.mp4: terpotong; salin lagi",
        "rusak=media/broken.mp4: decoder died twice",
        "catatan=1250 disimpan, 50 belum terkirim sejak 2026-11-22 10:00 WIB; kantor sudah menerima 1200",
        "mesin=jam tepat, cpu 10 %, memori 31 %, 81.6 GB kosong, 51 °C",
        "AWAS=disk.low: ruang disk tinggal sedikit; hapus film yang tidak dipakai, atau turunkan content.keep_releases",
        "AWAS=from.tomorrow",
    ]


@pytest.mark.parametrize("word", [*PlayerState, *ClockTrust, *Source, *ON_PURPOSE.values()])
def test_every_word_is_known(word: str) -> None:
    """A state, a trust in the clock, a source: each has its Indonesian word."""
    assert word in STATUS_WORDS


def test_trouble_is_listed() -> None:
    """Each alert has a line; a black screen says so."""
    black = dataclasses.replace(REPORT, screen=dataclasses.replace(REPORT.screen, lit=False))
    assert "BLACK" in lines(black)["screen"]
    found = [value for name, value, _ in status_lines(REPORT, StatusExtras(), SETTINGS, 1.0) if name == "ALERT"]
    assert found == [
        "screen.frozen: the picture stands still although a film plays; send next; if it comes back, send restart-player; "
        "look at the panel"
    ]


def test_what_a_machine_cannot_tell_has_no_line() -> None:
    """A report with nothing known has no screen line, no item, and only the clock of the machine."""
    said = lines(UNKNOWN)
    assert {"screen", "item"} & set(said) == set()
    assert said["machine"] == f"clock {UNKNOWN.clock}"


def test_the_records_have_a_line() -> None:
    """How many are kept, how many the office does not have and since when by the panel's clock; without an office no more."""
    journal = JournalReport(1250, 1200, REPORT.at)

    def said(journal: JournalReport) -> str:
        found = {name: value for name, value, _ in status_lines(REPORT, StatusExtras(None, journal), SETTINGS, 1.0)}
        return found["records"]

    assert (
        said(journal)
        == f"1250 kept, 50 unsent since {REPORT.at.astimezone(ZONE):%Y-%m-%d %H:%M} WIB; the office has acknowledged 1200"
    )
    assert said(JournalReport(7, 0, None)) == "7 kept, 7 unsent"
    assert "records" not in lines()


def test_what_the_kernel_does_not_let_be_confined_is_said() -> None:
    """Each of the two that read strangers' bytes by itself; a report that says nothing of either has no line."""
    assert lines()["confined"] == "decoders and vetting"
    bare = dataclasses.replace(REPORT, content=dataclasses.replace(REPORT.content, confined=False))
    assert lines(bare)["confined"].startswith("NOT the vetting: ")
    assert "confined" not in lines(UNKNOWN)


@pytest.mark.parametrize(
    ("state", "words", "style"),
    [
        (PlayerState.DARK, "dark, as planned", ""), (PlayerState.BLANK, "black, on purpose", ""),
        (PlayerState.PLAYING, "BLACK, moving", "red"), (PlayerState.OVERRIDE, "BLACK, moving", "red"),
    ],
)  # fmt: skip
def test_black_on_purpose_is_no_fault(state: PlayerState, words: str, style: str) -> None:
    """In planned dark, and after `blank`, a black screen reads as what was asked for; else it is red."""
    screen = dataclasses.replace(REPORT.screen, lit=False, moving=True)
    report = dataclasses.replace(REPORT, screen=screen, player=dataclasses.replace(REPORT.player, state=state))
    (found,) = [
        (value, colour)
        for name, value, colour in status_lines(report, StatusExtras(), SETTINGS, 1.0)
        if name == "screen"
    ]
    assert found == (f"{REPORT.screen.width}x{REPORT.screen.height}, {words}", style)
