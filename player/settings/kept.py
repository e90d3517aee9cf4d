"""The settings as they were when they were checked: a later start with the same file reads these and loads no checker.

Knows: the values of settings/models.py as JSON, and from what they were made. Touches: `settings.json` in the state folder.
Must not: check a setting, or hand out values that were made of another file, environment or version.
Why: pydantic and its models take 0.11 s of the 0.7 s to the first picture (2026-11).
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from player.base.disk import replace_file
from player.base.plain_json import from_json, to_json
from player.settings.file import SettingsError, guess_state_folder, read_file
from player.settings.models import Settings

KEPT_SETTINGS = "settings.json"
LIMIT_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class KeptSettings:
    """made_of: the digest of all that made the settings what they are."""

    made_of: str
    settings: Settings


def read_kept(path: Path) -> Settings | None:
    """The settings in `path`, if they were kept when they were the same; None: read and check them."""
    try:
        with open(guess_state_folder(path) / KEPT_SETTINGS, "rb") as file:
            kept = from_json(KeptSettings, file.read(LIMIT_BYTES))
        return kept.settings if kept.made_of == _made_of(read_file(path)) else None
    except (OSError, SettingsError, ValueError):
        return None  # it is made anew


def keep(path: Path, settings: Settings) -> None:
    """Keeps the settings that were read from `path`. Raises OSError, SettingsError."""
    kept = KeptSettings(_made_of(read_file(path)), settings)
    # Not durably: one that a power cut took, or left half written, is made anew.
    replace_file(settings.panel.state_folder / KEPT_SETTINGS, to_json(kept), lasting=False)


def _made_of(raw: bytes) -> str:
    """Of the file, of the environment, and of what checks them."""
    said = hashlib.sha256(raw)
    for name in sorted(os.environ):
        if name.upper().startswith("PANEL__"):
            said.update(f"\n{name}={os.environ[name]}".encode("utf-8", "surrogateescape"))
    for source in sorted(Path(__file__).parent.glob("*.py")):
        said.update(source.read_bytes())
    return said.hexdigest()
