"""`install.sh --enrol FILE`, the program's part: what the file means for the settings, and whose computer this is."""

from __future__ import annotations

import os
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from player.cli.enrol import main
from player.contract.enrolment import Enrolment, write_enrolment
from player.settings.reading import read_settings
from tests.kit.certificates import make_enrolment

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"
NOW = datetime.now(UTC).replace(microsecond=0)
SERANG = make_enrolment(begins=NOW - timedelta(days=1))
CILEGON = make_enrolment("cilegon-07", NOW - timedelta(days=1), host="10.0.0.5", port=18883, language="en")


class Computer:
    """A folder that is /etc/panel-player, with the settings that install.sh prepares."""

    def __init__(self, folder: Path, text: str) -> None:
        self.folder = folder
        self.settings = folder / "config.toml.new"
        self.settings.write_text(text)
        self.file = folder / "from-the-office.panel"

    def enrol(self, enrolment: Enrolment, *words: str) -> int:
        self.file.write_bytes(write_enrolment(enrolment))
        return main([str(self.file), "--settings", str(self.settings), "--folder", str(self.folder), *words])

    @property
    def new_files(self) -> list[str]:
        return sorted(path.name for path in self.folder.glob("*.new") if path != self.settings)


def test_a_new_panel_gets_its_settings_and_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The example's settings with name, language and broker; three files that only root can read; the rest as it was."""
    computer = Computer(tmp_path, EXAMPLE.read_text())
    assert computer.enrol(CILEGON, "--fresh") == 0
    settings = read_settings(computer.settings)
    office = settings.office
    assert (settings.panel.name, settings.panel.language) == ("cilegon-07", "en")
    assert (office.host, office.port, office.tls, office.root, office.username) == (
        "10.0.0.5",
        18883,
        True,
        "panels",
        "",
    )
    assert [office.ca_file, office.cert_file, office.key_file] == [
        f"{tmp_path}/{name}" for name in ("ca.crt", "panel.crt", "panel.key")
    ]
    assert computer.new_files == ["ca.crt.new", "panel.crt.new", "panel.key.new"]
    assert (tmp_path / "panel.key.new").read_text() == CILEGON.key
    assert all((tmp_path / name).stat().st_mode & 0o777 == 0o600 for name in computer.new_files)
    before, after = (text.splitlines() for text in (EXAMPLE.read_text(), computer.settings.read_text()))
    changed = [line for line in after if line not in before]
    assert len(after) == len(before)
    assert {line.split(" = ")[0] for line in changed} == {
        "name", "language", "host", "port", "ca_file", "cert_file", "key_file"
    }  # fmt: skip
    assert all("# " in line for line in changed), "a comment was lost"
    assert "this computer is the panel cilegon-07; its office: 10.0.0.5 port 18883" in capsys.readouterr().out


def test_hand_written_settings_stay(tmp_path: Path) -> None:
    """Other lines, comments, the language and what is commented out; a password that a certificate takes the place of goes."""
    text = (
        '# ours\n[panel]\nname = \'serang-01\' # the square\nlanguage = "en"\n\n[office] # by Dina\nallow = ["show", # only\n'
        '  "next"]\n# host = "old"\nusername = "x"\npassword_file = "/etc/panel-player/password"\ntls = false\n'
        '[usb]\nmode = "off"\n'
    )
    computer = Computer(tmp_path, text)
    assert computer.enrol(SERANG) == 0
    after = computer.settings.read_text()
    assert [line for line in text.splitlines() if line not in after.splitlines()] == [
        "name = 'serang-01' # the square", 'username = "x"', 'password_file = "/etc/panel-player/password"', "tls = false"
    ]  # fmt: skip
    settings = read_settings(computer.settings)
    assert (settings.office.password_file, settings.office.allow, settings.panel.language) == (
        "",
        ("show", "next"),
        "en",
    )
    assert tomllib.loads(after)["usb"] == {"mode": "off"}


def test_settings_without_a_section_get_one(tmp_path: Path) -> None:
    """The smallest file that there is."""
    computer = Computer(tmp_path, '[panel]\nname = "serang-01"')
    assert computer.enrol(SERANG) == 0
    assert read_settings(computer.settings).office.host == "mqtt.serang.go.id"


@pytest.mark.parametrize(
    "text", ['panel.name = "a-b"\n', '[panel]\nname = "serang-01"\n[office]\nhost = """x"""\n', "[panel\n"]
)
def test_settings_that_a_program_cannot_change_are_left_alone(
    tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """It says so, instead of writing a file that means something else."""
    computer = Computer(tmp_path, text)
    assert computer.enrol(SERANG) == 1
    assert computer.settings.read_text() == text
    assert computer.new_files == []
    assert "by hand" in capsys.readouterr().err


def test_a_computer_that_is_another_panel_is_not_made_this_one_by_mistake(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its certificate says who it is; --name with the new name is a yes; the same panel again needs none."""
    (tmp_path / "panel.crt").write_text(SERANG.certificate)
    computer = Computer(tmp_path, EXAMPLE.read_text())
    assert computer.enrol(CILEGON) == 1
    said = capsys.readouterr().err
    assert "it is for cilegon-07, and this computer is serang-01" in said
    assert "add --name cilegon-07" in said
    assert computer.new_files == []
    assert computer.enrol(SERANG) == 0
    assert computer.enrol(CILEGON, "--panel", "cilegon-07") == 0


def test_a_panel_with_a_password_is_known_by_its_settings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It has a broker and a name; a name without a broker is nobody's."""
    linked = '[panel]\nname = "serang-01"\n[office]\nhost = "mqtt"\npassword_file = "/x"\n'
    assert Computer(tmp_path, linked).enrol(CILEGON) == 1
    assert "this computer is serang-01" in capsys.readouterr().err
    assert Computer(tmp_path, '[panel]\nname = "serang-01"\n').enrol(CILEGON) == 0


def test_a_name_that_is_not_the_files_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever names the panel and takes another's file has mixed them up."""
    assert Computer(tmp_path, EXAMPLE.read_text()).enrol(CILEGON, "--panel", "serang-01", "--fresh") == 1
    assert "it is for cilegon-07, not for serang-01" in capsys.readouterr().err


def test_a_pipe_a_folder_and_nothing_are_refused_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without waiting for what never comes."""
    computer = Computer(tmp_path, EXAMPLE.read_text())
    os.mkfifo(tmp_path / "pipe")
    for name in ("pipe", ".", "gone.panel"):
        words = [str(tmp_path / name), "--settings", str(computer.settings), "--folder", str(tmp_path)]
        assert main(words) == 1
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 3
    assert "it is not a file; name the file that the office has made" in said[0]
    assert computer.new_files == []
