"""Which of the office's own certificates end soon, in words that say what to do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from player.base.catalogue import catalogue_of
from player.office.certificates import ending, tell_ending
from player.office.settings import OfficeSettings
from tests.kit.certificates import BEGAN, TEN_YEARS, make_authority, make_certificate

END = BEGAN + TEN_YEARS


def office(folder: Path) -> OfficeSettings:
    """As office.sh makes it: an authority for longer, and beside it what it signed."""
    authority = make_authority(lives=TEN_YEARS * 2)
    authority.write(folder / "ca.crt")
    make_certificate("mqtt", signer=authority, server=True).write(folder / "broker.crt")
    make_certificate("mqtt", signer=authority, server=True, lives=timedelta(days=800)).write(folder / "web.crt")
    return OfficeSettings(host="localhost", ca_file=str(folder / "ca.crt"))


def test_the_offices_own_certificates_are_told_a_month_before(tmp_path: Path) -> None:
    """The console's, the broker's and the authority's, each in its time; the first to end comes first."""
    settings = office(tmp_path)
    assert ending(settings, BEGAN + timedelta(days=700)) == []
    [web] = ending(settings, BEGAN + timedelta(days=780))
    assert web.sentence == (
        f"the certificate {tmp_path}/web.crt ends on {BEGAN + timedelta(days=800):%Y-%m-%d}; "
        "run sh systemd/office.sh --renew on the office's computer"
    )
    late = ending(settings, END)
    assert [(one.path.name, one.over) for one in late] == [("web.crt", True), ("broker.crt", True)]
    [*_, authority] = ending(settings, BEGAN + TEN_YEARS * 2)
    assert authority.sentence.endswith("then give each panel its new file (sh systemd/office.sh --panel NAME)")


def test_every_sentence_is_known_in_indonesian(tmp_path: Path) -> None:
    """The console shows them in the reader's language."""
    for one in ending(office(tmp_path), BEGAN + TEN_YEARS * 2):
        said = catalogue_of("id").say(one.sentence)
        assert said.startswith(f"sertifikat {one.path} sudah habis pada ")
        assert "office's" not in said


def test_nothing_is_said_of_files_that_are_not_there(tmp_path: Path) -> None:
    """An office with a password and the system's authorities has none; a missing file is the connection's trouble."""
    assert ending(OfficeSettings(host="mqtt"), END) == []
    assert (
        ending(OfficeSettings(host="mqtt", ca_file=str(tmp_path / "gone.crt"), cert_file=str(tmp_path / "x")), END)
        == []
    )


def test_a_command_warns_beside_what_it_says(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One line on standard error: what a program reads on standard output is as before."""
    authority = make_authority(begins=datetime.now(UTC) - TEN_YEARS, lives=TEN_YEARS + timedelta(days=3))
    authority.write(tmp_path / "ca.crt")
    tell_ending(OfficeSettings(host="mqtt", ca_file=str(tmp_path / "ca.crt")), datetime.now(UTC))
    told = capsys.readouterr()
    assert told.out == ""
    assert f"the certificate {tmp_path}/ca.crt ends on" in told.err
