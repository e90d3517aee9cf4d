"""The settings as they were when they were checked: a later start with the same file reads these and loads no checker.

Knows: the values of settings/models.py as JSON, and from what they were made. Touches: `settings.json` in the state folder.
Must not: check a setting, or hand out values that were made of another file, environment or version.
Why: pydantic and its models take 0.11 s of the 0.7 s to the first picture (2026-11).
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from datetime import time
from pathlib import Path
from typing import Any

from player.base.disk import replace_file
from player.settings.file import SettingsError, guess_state_folder, read_file
from player.settings.models import BrightnessEntry, PanelSection, Settings

KEPT_SETTINGS = "settings.json"
LIMIT_BYTES = 1 << 20
SECTIONS: dict[str, Any] = {
    field.name: PanelSection if field.default is dataclasses.MISSING else type(field.default)
    for field in dataclasses.fields(Settings)
}


def read_kept(path: Path) -> Settings | None:
    """The settings in `path`, if they were kept when they were the same; None: read and check them."""
    try:
        with open(guess_state_folder(path) / KEPT_SETTINGS, "rb") as file:
            kept = json.loads(file.read(LIMIT_BYTES))
        if kept["made_of"] != _made_of(read_file(path)):
            return None
        sections: dict[str, Any] = {
            name: SECTIONS[name](**{key: _value(said) for key, said in section.items()})
            for name, section in kept["sections"].items()
        }
        return Settings(**sections)
    except (OSError, SettingsError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None  # it is made anew


def keep(path: Path, settings: Settings) -> None:
    """Keeps the settings that were read from `path`. Raises OSError, SettingsError."""
    sections = {name: dataclasses.asdict(getattr(settings, name)) for name in SECTIONS}
    kept = {"made_of": _made_of(read_file(path)), "sections": sections}
    text = json.dumps(kept, default=_written, indent=1)
    # Not durably: one that a power cut took, or left half written, is made anew.
    replace_file(settings.panel.state_folder / KEPT_SETTINGS, text.encode(), lasting=False)


def _made_of(raw: bytes) -> str:
    """Of the file, of the environment, and of what checks them."""
    said = hashlib.sha256(raw)
    for name in sorted(os.environ):
        if name.upper().startswith("PANEL__"):
            said.update(f"\n{name}={os.environ[name]}".encode("utf-8", "surrogateescape"))
    for source in sorted(Path(__file__).parent.glob("*.py")):
        said.update(source.read_bytes())
    return said.hexdigest()


def _written(value: object) -> dict[str, str]:
    match value:
        case Path():
            return {"path": str(value)}
        case time():
            return {"time": value.isoformat()}
    raise TypeError(f"no setting is a {type(value).__name__}")


def _value(said: Any) -> Any:
    match said:
        case list():
            return tuple(_value(each) for each in said)
        case {"path": path}:
            return Path(path)
        case {"time": at}:
            return time.fromisoformat(at)
        case {"begins": begins, "percent": percent}:
            return BrightnessEntry(begins=_value(begins), percent=percent)
    return said
