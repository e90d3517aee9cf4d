"""`python -m player.settings.keeping FILE`: checks the settings and keeps them (settings/kept.py), in a process of its own.

Knows: that what checks them takes 13 MB, which the daemon would hold for as long as it runs. Touches: the file, the environment,
`settings.json` in the state folder. Must not: say what is wrong: the daemon then checks them itself, and says it.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
from pathlib import Path

from player.settings.file import SettingsError
from player.settings.kept import keep, read_kept
from player.settings.models import Settings

DEADLINE_S = 30.0
"""Half of what a start may take (systemd/panel-player.service); a slow mini-PC needs one second."""


def check_apart(path: Path) -> Settings | None:
    """The settings in `path`, checked by another process; None: they are bad, or cannot be kept."""
    words = [sys.executable, "-m", "player.settings.keeping", str(path)]
    nothing = subprocess.DEVNULL
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        subprocess.run(words, stdin=nothing, stdout=nothing, stderr=nothing, timeout=DEADLINE_S, check=False)
    return read_kept(path)


def main() -> int:
    from player.settings.reading import read_settings

    path = Path(sys.argv[1])
    try:
        keep(path, read_settings(path))
    except (OSError, SettingsError):
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
