"""The settings: the example is right, and every mistake is one clear line with the nearest known name."""

from __future__ import annotations

from dataclasses import fields
from datetime import time
from pathlib import Path

import pytest

from player.core.model import BrightnessStep, Sun
from player.screen.dimmer.planned import plan_of
from player.settings.file import SettingsError
from player.settings.models import PanelSection, Settings
from player.settings.reading import read_settings

EXAMPLE = Path(__file__).parent.parent / "config.example.toml"


def complaint(tmp_path: Path, text: str) -> str:
    path = tmp_path / "config.toml"
    path.write_text(text)
    with pytest.raises(SettingsError) as caught:
        read_settings(path)
    return str(caught.value).replace(str(path), "FILE")


def test_the_example_holds_every_setting_with_its_default() -> None:
    """config.example.toml parses, and but for the name it changes nothing."""
    shown = read_settings(EXAMPLE)
    assert shown == Settings(panel=PanelSection(name="serang-01"))
    text = EXAMPLE.read_text()
    for section in fields(Settings):
        assert f"[{section.name}]" in text
        for key in (field.name for field in fields(getattr(shown, section.name))):
            assert f"\n{key} = " in text or f"\n# {key} = " in text, f"{section.name}.{key} is not shown"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('[panel]\nname="a-panel"\n[content]\nfoldr="/x"', "FILE: line 4: content.foldr is not a setting; did you mean folder?"),
        ('[panel]\nname="a-panel"\n[offices]', "FILE: line 3: offices is not a setting; did you mean office?"),
        ('[panel]\nname="a-panel"\n[office]\nport=70000', "FILE: line 4: office.port = 70000: should be less than or equal to 65535"),  # noqa: E501 - one case, one line
        ('[panel]\nname="Panel 1"', "FILE: line 2: panel.name = 'Panel 1': use 3 to 32 of a-z, 0-9 and -, like serang-01"),
        ('[panel]\nname="a+#/b"', "FILE: line 2: panel.name = 'a+#/b': use 3 to 32 of a-z, 0-9 and -, like serang-01"),
        ('[content]\nfolder="/x"', "FILE: panel is required and missing; add [panel] with name = \"...\""),
        ("", 'FILE: panel is required and missing; add [panel] with name = "..."'),
        ('[panel]\nname="a-panel"\ntimezone="Java/Serang"', "FILE: line 3: panel.timezone = 'Java/Serang': no time zone is called 'Java/Serang'; write one like Asia/Jakarta"),  # noqa: E501 - one case, one line
        ('[panel]\nname="a-panel"\n[screen]\nfit="fill"', "FILE: line 4: screen.fit = 'fill': should be 'contain', 'cover' or 'stretch'"),  # noqa: E501 - one case, one line
        ('[panel]\nname="a-panel"\n[office]\nprot=8883', "FILE: line 4: office.prot is not a setting; did you mean port?"),
        ('[panel]\nname="a-panel"\n[office]\ntls=7', "FILE: line 4: office.tls = 7: write true or false"),
        ('[panel]\nname="a-panel"\ngroups="serang"', "FILE: line 3: panel.groups = 'serang': write groups = [\"serang\"]"),
        ('[panel]\nname="a-panel"\n[office]\ntls = no', "FILE: not valid TOML: line 4: 'tls = no' is not understood; write tls = false"),  # noqa: E501 - one case, one line
        ('[panel]\nname = \u201ca-panel\u201d', "FILE: not valid TOML: line 2: the line holds curly quotes, as Word writes them; write straight quotes: \"a-panel\""),  # noqa: E501 - one case, one line
        ('[panel]\nname="a-panel"\n[office]\ntls \u2013 no', "FILE: not valid TOML: line 4: the line holds a special dash, as Word writes them; an equals sign instead of the dash: tls = false"),  # noqa: E501 - one case, one line
        ('[panel]\nname \uff1d "a-panel"', "FILE: not valid TOML: line 2: the line holds full-width characters, as Word writes them; type the line anew: name = \"a-panel\""),  # noqa: E501 - one case, one line
        ('[panel]\nname="a-panel"\n[content]\nfolder = /srv/x', "FILE: not valid TOML: line 4: 'folder = /srv/x' is not understood; write it in quotes: folder = \"/srv/x\""),  # noqa: E501 - one case, one line
        ('[panel]\nname="a-panel"\n[usb]\nmode=1', "FILE: line 4: usb.mode = 1: should be 'off', 'fallback' or 'newest'"),
    ],
)  # fmt: skip
def test_each_mistake_is_one_clear_line(tmp_path: Path, text: str, line: str) -> None:
    """Which key, in which line, what is wrong, what to do."""
    assert complaint(tmp_path, text) == line


SCREEN = '[panel]\nname="a-panel"\n[screen]\nplace=[-6.1, 106.1]\n'
BEGIN_WORDS = 'write a time of the day like 18:00:00, "sunrise" or "sunset"'


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("120", " = 120: should be less than or equal to 100"),
        ('"x"', " = 'x': should be a valid integer, unable to parse string as an integer"),
        ("[]", " = []: write a number from 0 to 100, or a list with at least one {from = ..., percent = ...}"),
        ("[3]", " (entry 1) = 3: write {from = ..., percent = ...}"),
        ('[{from="25:00", percent=3}]', f".from (entry 1) = '25:00': {BEGIN_WORDS}"),
        ("[{from=06:00:00, percent=9}, {from=6, percent=3}]", f".from (entry 2) = 6: {BEGIN_WORDS}"),
        ('[{from="06:00Z", percent=3}]', f".from (entry 1) = '06:00Z': {BEGIN_WORDS}"),
        ('[{from="06:00", percent=300}]', ".percent (entry 1) = 300: should be less than or equal to 100"),
        ('[{from="06:00"}]', ".percent (entry 1) is required and missing; add it"),
        ('[{from="06:00", percent=1, form=1}]', ".form (entry 1) is not a setting; did you mean from?"),
    ],
)
def test_each_mistake_in_the_brightness_is_one_line_without_our_own_terms(
    tmp_path: Path, written: str, words: str
) -> None:
    """Which entry of the list, what it says, what to write; nothing of pydantic's unions and tuples."""
    assert complaint(tmp_path, f"{SCREEN}brightness={written}") == f"FILE: line 5: screen.brightness{words}"


def test_brightness_is_a_number_or_a_list_by_time_of_day(tmp_path: Path) -> None:
    """Times as TOML's own or as text, sunrise and sunset; one moment has one brightness; the sun needs a place."""
    path = tmp_path / "config.toml"
    path.write_text(f'{SCREEN}brightness=[{{from=06:00:00, percent=80}}, {{from="sunset", percent=30}}]')
    settings = read_settings(path)
    assert isinstance(settings.screen.brightness, tuple)
    assert [(step.begins, step.percent) for step in settings.screen.brightness] == [(time(6), 80), ("sunset", 30)]
    plan = plan_of(settings)
    assert plan.steps == (BrightnessStep(time(6), 80), BrightnessStep(Sun.SUNSET, 30))
    assert plan.place == (-6.1, 106.1)
    twice = complaint(tmp_path, f'{SCREEN}brightness=[{{from="06:00", percent=1}}, {{from=06:00:00, percent=2}}]')
    assert twice.endswith("two steps begin at 06:00:00; leave one out")
    nowhere = complaint(tmp_path, SCREEN.replace("place=", "#") + 'brightness=[{from="sunset", percent=1}]')
    assert '"sunrise" and "sunset" need place = [latitude, longitude]' in nowhere


@pytest.mark.parametrize("written", ["5", "[1]", "[91, 0]", '["a", 3]', "[1, 2, 3]"])
def test_a_wrong_place_says_what_to_write(tmp_path: Path, written: str) -> None:
    """Two numbers in degrees, whatever was given."""
    said = complaint(tmp_path, f'[panel]\nname="a-panel"\n[screen]\nplace={written}')
    assert "write place = [latitude, longitude] in degrees, south and west negative, like [-6.12, 106.15]" in said


def test_a_half_written_file_says_where(tmp_path: Path) -> None:
    """TOML that does not parse: the line and column."""
    assert "FILE: not valid TOML: " in complaint(tmp_path, '[panel]\nname = "a-pan')


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    """Never silently all defaults (facts.md)."""
    with pytest.raises(SettingsError, match="No such file or directory; copy config"):
        read_settings(tmp_path / "none.toml")


def test_a_file_that_is_a_folder_or_not_text_is_an_error(tmp_path: Path) -> None:
    """The error names the file."""
    with pytest.raises(SettingsError, match="Is a directory"):
        read_settings(tmp_path)
    binary = tmp_path / "c.toml"
    binary.write_bytes(b"\xff\xfe[panel]")
    with pytest.raises(SettingsError, match="not UTF-8"):
        read_settings(binary)


def test_the_environment_stands_above_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """PANEL__OFFICE__HOST=... overrides office.host; the rest of the section stays."""
    path = tmp_path / "c.toml"
    path.write_text('[panel]\nname = "a-panel"\n[office]\nhost = "one"\nport = 1884\n')
    monkeypatch.setenv("PANEL__OFFICE__HOST", "two")
    monkeypatch.setenv("PANEL__CONTENT__IMAGE_SECONDS", "4")
    settings = read_settings(path)
    assert (settings.office.host, settings.office.port, settings.content.image_seconds) == ("two", 1884, 4)


@pytest.mark.parametrize(
    ("variable", "value", "line"),
    [
        ("PANEL__OFICE__PORT", "1", "environment: PANEL__OFICE__PORT is not a setting; did you mean OFFICE?"),
        ("PANEL__OFFICE__PRT", "1", "environment: PANEL__OFFICE__PRT is not a setting; did you mean PORT?"),
        ("PANEL__OFFICE__PORT", "abc", "FILE: environment: office.port = 'abc': should be a valid integer"),
    ],
)
def test_a_mistake_in_the_environment_is_said_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, line: str
) -> None:
    """An unknown variable and a wrong value are named as what they are, not as a line of the file."""
    monkeypatch.setenv(variable, value)
    assert complaint(tmp_path, '[panel]\nname="a-panel"\n[office]\nport=1884').startswith(line)
