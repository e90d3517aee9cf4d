"""The configuration: the example is right, and every mistake is one clear line with the nearest known name."""

from __future__ import annotations

from pathlib import Path

import pytest

from player.settings import Settings, SettingsError, read_settings

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
    assert shown == Settings.model_validate({"panel": {"name": "serang-01"}})
    text = EXAMPLE.read_text()
    for section, field in Settings.model_fields.items():
        assert f"[{section}]" in text
        for key in getattr(field.annotation, "model_fields", {}):
            assert f"\n{key} = " in text or f"\n# {key} = " in text, f"{section}.{key} is not shown"


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
        ('[panel]\nname="a-panel"\n[usb]\nmode=1', "FILE: line 4: usb.mode = 1: should be 'off', 'fallback' or 'newest'"),
    ],
)  # fmt: skip
def test_each_mistake_is_one_clear_line(tmp_path: Path, text: str, line: str) -> None:
    """Which key, in which line, what is wrong, what to do."""
    assert complaint(tmp_path, text) == line


def test_a_setting_without_its_feature_is_refused(tmp_path: Path) -> None:
    """Never silently ignored: brightness by time of day is declared, but not built yet."""
    text = '[panel]\nname="a-panel"\n[screen]\nplace=[-6.1, 106.1]\nbrightness=[{from="sunset", percent=30}]'
    assert complaint(tmp_path, text) == (
        "FILE: line 5: screen.brightness like this is not available yet; leave it out\n"
        "FILE: line 4: screen.place like this is not available yet; leave it out"
    )


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
