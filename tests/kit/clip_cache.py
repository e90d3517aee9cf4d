"""Clips that were made once on this machine, kept for every later test by the hash of their recipe.

Knows: $XDG_CACHE_HOME/panel-player-tests (~/.cache without it); removing that folder is always safe. Touches: only it,
under a lock for each clip, so that two workers never make the same clip twice and none sees half of one.
Must not: hand out its own file: a test gets a copy, which it may write over.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

from tests.kit.programs import need

KEPT_DAYS = 30
"""A clip that no test asked for so long is removed: recipes change, and the folder would only grow."""


def cache_folder() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "panel-player-tests"


@cache
def encoder_version() -> str:
    """What `ffmpeg -version` says: another ffmpeg makes other bytes from the same recipe."""
    return subprocess.run(["ffmpeg", "-version"], capture_output=True, text=True, check=True).stdout


def take_clip(path: Path, recipe: object, make: Callable[[Path], None]) -> Path:
    """Copies the clip of this recipe to `path`; `make` writes it first when this machine has not made it before.

    recipe: everything that the bytes depend on, apart from ffmpeg's version; anything that JSON can say.
    """
    need("ffmpeg")
    told = json.dumps([recipe, encoder_version()], sort_keys=True)
    name = hashlib.sha256(told.encode()).hexdigest()[:32] + path.suffix
    folder = cache_folder()
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / f"{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        kept = folder / name
        if not kept.exists():
            forget_old_clips(folder)
            fresh = folder / f"fresh-{name}"  # the ending stays: ffmpeg chooses the container by it
            make(fresh)
            fresh.replace(kept)
        os.utime(kept)
        shutil.copyfile(kept, path)
    return path


def forget_old_clips(folder: Path) -> None:
    """Removes what no test asked for within KEPT_DAYS; the locks stay, as a worker may be waiting for one."""
    oldest_wall = time.time() - KEPT_DAYS * 86400
    for entry in os.scandir(folder):
        with contextlib.suppress(FileNotFoundError):  # another worker has just finished it: it has its last name now
            if not entry.name.endswith(".lock") and entry.stat().st_mtime < oldest_wall:
                os.unlink(entry.path)
