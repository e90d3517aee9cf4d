"""What stands between the start of the daemon and its first picture."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

LATER = (
    "player.library.room", "player.library.folder.sync", "player.link.room", "player.stick.room", "player.contract.encoding",
    "player.bundle.manifest", "pydantic", "tomllib", "asyncio",
    "psutil", "paho", "cryptography", "PIL", "icalendar", "watchdog", "vlc", "typer", "rich",
)  # fmt: skip
LOADED = f"""
import sys
sys.argv = ["panel-player", "run"]
import player.__main__, player.start, player.daemon
print(*[name for name in {LATER!r} if name in sys.modules])
"""
COLLECTED = """
import gc, sys
from pathlib import Path
import player.daemon
class Daemon:
    def __init__(self, *_):
        print("loaded with collection", gc.isenabled())
    def run(self):
        print("runs with collection", gc.isenabled(), gc.get_freeze_count() > 10_000)
        return 0
player.daemon.Daemon = Daemon
from player.screen.decoder import early
early.start_early_decoder = lambda *_: None
Path("config.toml").write_text('[panel]\\nname = "serang-01"\\nstate_folder = "' + str(Path.cwd()) + '"\\n')
sys.argv = ["panel-player", "run", "--config", "config.toml"]
from player.__main__ import main
main()
"""


def test_what_the_first_picture_does_not_need_is_loaded_after_it() -> None:
    """The daemon's modules bring in no library room, no link, no stick, and none of their libraries."""
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_garbage_is_collected_once_everything_is_loaded(tmp_path: Path) -> None:
    """While the daemon loads, Python does not look for garbage; when it runs it does, but not through what was loaded."""
    done = subprocess.run([sys.executable, "-c", COLLECTED], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.splitlines() == ["loaded with collection False", "runs with collection True True"]
