"""The settings that were checked once are read without a checker, as long as they were made of the same."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from player.settings.keeping import check_apart
from player.settings.kept import KEPT_SETTINGS, keep, read_kept
from player.settings.models import Settings
from player.settings.reading import read_settings

pytestmark = pytest.mark.heavy

EVERYTHING = """
[panel]
name = "serang-01"
groups = ["alun-alun", "kota"]
timezone = "Asia/Jakarta"
state_folder = "{state}"
[content]
image_seconds = 7
stream_hosts = ["stream.serang.go.id"]
[screen]
region = [0, 0, 320, 160]
place = [-6.12, 106.15]
brightness = [{{from = "sunrise", percent = 90}}, {{from = 22:30:00, percent = 20}}]
[office]
allow = ["next", "status"]
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(EVERYTHING.format(state=tmp_path))
    return path


@pytest.fixture
def settings(config: Path) -> Settings:
    settings = read_settings(config)
    keep(config, settings)
    return settings


CHECKERS = ("pydantic", "pydantic_settings", "tomllib", "asyncio")


def checkers_loaded_by(reader: str, config: Path) -> str:
    """Which of CHECKERS a new process has loaded after `reader` ("module.function") gave it the settings in `config`."""
    module, _, function = reader.rpartition(".")
    code = (
        f"import sys; from pathlib import Path; import player.start; from {module} import {function};"
        f"found = {function}(Path(sys.argv[1])); assert found is not None and found.panel.name == 'serang-01';"
        f"print(*sorted(set({CHECKERS}) & sys.modules.keys()))"
    )
    said = subprocess.run([sys.executable, "-c", code, str(config)], capture_output=True, text=True, check=True)
    return said.stdout.strip()


def test_what_is_kept_is_what_was_checked(config: Path, settings: Settings) -> None:
    """Every type of value comes back as it was: tuples, folders, times, steps."""
    assert read_kept(config) == settings


def test_new_settings_are_checked_by_another_process(config: Path) -> None:
    """The first start with them has settings, and has loaded neither pydantic nor a parser of TOML."""
    assert checkers_loaded_by("player.start.read_checked_apart", config) == ""
    assert "pydantic" in checkers_loaded_by("player.settings.reading.read_settings", config)


def test_bad_settings_are_left_to_the_daemon(config: Path, tmp_path: Path) -> None:
    """The other process says nothing of a fault and keeps nothing; nor does one whose state folder takes nothing."""
    good = config.read_text()
    config.write_text(good.replace("image_seconds", "image_second"))
    assert check_apart(config) is None
    config.write_text(good.replace(str(tmp_path), "/proc/self"))
    assert check_apart(config) is None
    assert not (tmp_path / KEPT_SETTINGS).exists()


@pytest.mark.usefixtures("settings")
def test_the_same_settings_need_no_checker(config: Path) -> None:
    """A process that reads what was kept has loaded neither pydantic nor a parser of TOML."""
    assert checkers_loaded_by("player.settings.kept.read_kept", config) == ""


@pytest.mark.usefixtures("settings")
def test_another_file_or_environment_is_checked(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A changed byte of the file, and a variable that stands above it, each make what was kept worthless."""
    monkeypatch.setenv("PANEL__SCREEN__VOLUME", "7")
    assert read_kept(config) is None
    monkeypatch.delenv("PANEL__SCREEN__VOLUME")
    assert read_kept(config) is not None
    config.write_text(config.read_text() + "# seen\n")
    assert read_kept(config) is None


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"made_of": 7}',
        b"[" * 5000,
        b"\xff\xfe",
    ],
)
@pytest.mark.usefixtures("settings")
def test_what_is_damaged_is_made_anew(config: Path, tmp_path: Path, damage: bytes) -> None:
    """Half a file, or another one under its name, is no settings and no fault."""
    (tmp_path / KEPT_SETTINGS).write_bytes(damage)
    assert read_kept(config) is None


@pytest.mark.usefixtures("settings")
def test_a_section_or_a_setting_of_another_version_is_made_anew(config: Path, tmp_path: Path) -> None:
    """What this version does not take is not handed out, whatever the digest says."""
    file = tmp_path / KEPT_SETTINGS
    kept = json.loads(file.read_text())
    others: tuple[dict[str, Any], ...] = (
        {"panels": {}}, {"screen": {}}, {"panel": 3}, {"panel": {"name": "x", "groups": "y"}},
        kept["settings"] | {"screen": kept["settings"]["screen"] | {"volume": "80"}},
        kept["settings"] | {"screen": kept["settings"]["screen"] | {"rotation": False}},
    )  # fmt: skip
    for settings in others:
        file.write_text(json.dumps(kept | {"settings": settings}))
        assert read_kept(config) is None
