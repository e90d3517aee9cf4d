"""What the office sees before it goes live: `check` of a folder with everything in it, and the preview of a page."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner

from player.library.vetting.folder_check import check_folder
from player.office.__main__ import app
from player.settings.models import PanelSection, ScreenSection, Settings
from tests.kit.odd_media import make_moving, make_pdf, make_photo

pytestmark = pytest.mark.live
NOW = datetime(2026, 11, 26, 3, tzinfo=UTC)
SETTINGS = Settings(panel=PanelSection(name="serang-01", timezone="Asia/Jakarta"))


def test_check_says_of_each_line_what_cannot_be_made(tmp_path: Path) -> None:
    """With one piece of advice each; what can be made is passed over in silence, but for what should be known of it."""
    make_pdf(tmp_path / "a.pdf")
    make_photo(tmp_path / "b.heic")
    make_moving(tmp_path / "c.gif")
    (tmp_path / "d.txt").write_text("# warna: mrah\nBanjir")
    (tmp_path / "e.txt").write_text("# colou: red\nBanjir")
    (tmp_path / "f.txt").write_bytes(b"\x00\x01\x02 no text")
    (tmp_path / "h.txt").write_text("Awas \ufdd0 banjir")
    with zipfile.ZipFile(tmp_path / "g.pptx", "w") as office:
        office.writestr("ppt/presentation.xml", "<p/>")
    (tmp_path / "playlist.m3u8").write_text("a.pdf\na.pdf#page=9\nb.heic\nc.gif\nd.txt\ne.txt\nf.txt\ng.pptx\nh.txt\n")
    told = [str(problem) for problem in check_folder(tmp_path, SETTINGS, NOW)]
    assert told == [
        "d.txt: no colour is called mrah; did you mean merah?",
        "e.txt: # colou: red is not understood, and not shown; write # colour: red",
        "h.txt: no font here has the letters \ufdd0; install fonts-noto-core",
        "playlist.m3u8 line 2: a.pdf: it has 3 pages, and no page 9",
        "playlist.m3u8 line 7: f.txt: it is no text; save it as plain text (UTF-8)",
        "playlist.m3u8 line 8: g.pptx: it is a ZIP archive or an Office document, not a video or a picture; "
        "save it as PDF or MP4",
    ]


def test_the_preview_is_what_the_panel_will_show(tmp_path: Path) -> None:
    """A file for each page, of the wall's size; what cannot be shown is one clear line and exit status 1."""
    text = tmp_path / "kabar.txt"
    text.write_text("Judul\n" + "Warga diminta menjaga kebersihan lingkungan masing-masing.\n" * 8)
    run = CliRunner()
    done = run.invoke(app, ["preview", str(text), "--size", "192x96", "-o", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    drawn = sorted((tmp_path / "out").iterdir())
    assert len(drawn) >= 2
    assert drawn[0].name == "kabar.txt-1.png"
    assert Image.open(drawn[0]).size == (192, 96)
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7 and no more")
    done = run.invoke(app, ["preview", str(tmp_path / "a.pdf"), "-o", str(tmp_path / "out")])
    assert done.exit_code == 1
    assert "a.pdf: it is cut short (its end is not there)" in done.output


@pytest.mark.parametrize(("ground", "told"), [("#000000", True), ("#ffffff", False)])
def test_a_logo_is_judged_on_the_ground_that_the_panel_has(tmp_path: Path, ground: str, told: bool) -> None:
    """Dark letters on a clear ground are told where the panel's ground is black, and are fine where it is white."""
    logo = Image.new("RGBA", (60, 40), (0, 0, 0, 0))
    logo.paste((20, 20, 20, 255), (10, 10, 50, 30))
    logo.save(tmp_path / "logo.png")
    settings = replace(SETTINGS, screen=ScreenSection(background=ground))
    assert bool([problem for problem in check_folder(tmp_path, settings, NOW) if "visible" in problem.what]) is told
