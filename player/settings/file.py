"""The settings file: where it is, how large it may be, and what is wrong with it, in lines.

Knows: the file as bytes and text. Touches: the file, reading only. Must not: parse it (settings/reading.py does).
"""

from __future__ import annotations

import os
import re
from pathlib import Path

DEFAULT_CONFIG = Path("/etc/panel-player/config.toml")
CONFIG_LIMIT_BYTES = 64 * 1024
"""An honest one has 5 KB; the slowest that the parser was given (a key of 30,000 parts) takes 6 s of 64 KB, and the start
has 60 (2026-11-25)."""
DEFAULT_STATE = Path("/var/lib/panel-player")


class SettingsError(Exception):
    """The settings cannot be used. One line per fault: which key or line, what is wrong, what to do."""


def read_file(path: Path) -> bytes:
    """Its bytes. Raises SettingsError when it cannot be read, or is larger than any settings."""
    try:
        with path.open("rb") as file:
            raw = file.read(CONFIG_LIMIT_BYTES + 1)
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else str(error)
        raise SettingsError(f"{path}: {why}; copy config.example.toml there and edit it") from error
    if len(raw) > CONFIG_LIMIT_BYTES:
        raise SettingsError(
            f"{path}: more than {CONFIG_LIMIT_BYTES // 1024} KB; copy config.example.toml there and edit it"
        )
    return raw


def guess_state_folder(path: Path) -> Path:
    """The state folder as far as a file says that may be bad as a whole; else the default."""
    said = os.environ.get("PANEL__PANEL__STATE_FOLDER") or guess(path, "state_folder")
    return Path(said) if said else DEFAULT_STATE


def guess(path: Path, key: str, fits: str = r"[^\"'\n]+") -> str:
    """What a file that cannot be read as a whole says of one key; "" when not even that can be read."""
    try:
        with path.open("rb") as file:
            text = file.read(CONFIG_LIMIT_BYTES).decode("utf-8", "replace")
    except OSError:
        return ""
    # [ \t], not \s: an empty line is a beginning too, and 64 KB of them would be searched for eight seconds.
    found = re.search(rf"^[ \t]*{key}[ \t]*=[ \t]*[\"']({fits})[\"']", text, re.MULTILINE)
    return found[1] if found else ""
