"""LibreOffice opens the spreadsheets: collected only under PANEL_TESTS_LIBREOFFICE=1, which installs nothing."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from player.office.records.reports.layout import Report
from player.office.records.reports.xlsx_file import make_xlsx
from tests.kit.programs import need
from tests.office.records.test_reports import (  # noqa: F401  # pytest finds the fixture by its name here
    assert_spreadsheet_holds,
    reports,
)

pytestmark = [pytest.mark.live, pytest.mark.slow]


def convert(source: Path, kind: str, folder: Path) -> Path:
    """The file as LibreOffice saves it, with settings of its own in the folder."""
    words = ["soffice", f"-env:UserInstallation=file://{folder}/settings", "--headless", "--convert-to", kind]
    subprocess.run([*words, "--outdir", str(folder), str(source)], check=True, capture_output=True, timeout=600)
    return folder / f"{source.stem}.{kind}"


@pytest.mark.parametrize("name", ["id", "en", "airtime"])
def test_libreoffice_opens_a_report(reports: dict[str, Report], tmp_path: Path, name: str) -> None:  # noqa: F811
    """Saved again by it, the spreadsheet has every number and text of the report; printed, it has its title and no error."""
    need("soffice", "pdftotext")
    made = tmp_path / f"{name}.xlsx"
    made.write_bytes(make_xlsx(reports[name]))
    out = tmp_path / "out"
    out.mkdir()
    assert_spreadsheet_holds(reports[name], convert(made, "xlsx", out).read_bytes())
    printed = convert(made, "pdf", out)
    text = subprocess.run(
        ["pdftotext", "-layout", str(printed), "-"], capture_output=True, text=True, check=True
    ).stdout
    assert reports[name].title in re.sub(r"\s+", " ", text)
    assert re.findall(r"#(?:REF|NAME|VALUE|DIV/0|NUM|N/A)|Err:\d+|###", text) == []
