"""The saved state as JSON in the state folder, and whether the last run ended cleanly.

Knows: the file's shape (`SavedState` in core/model.py). Touches: kept.json and `running` in the state folder.
Must not: fail because of what a power cut left there: a corrupt file is set aside, said once, and forgotten.
"""

from __future__ import annotations

import logging
from pathlib import Path

from player.base.disk import Disk, replace_file, set_aside
from player.base.plain_json import from_json, to_json
from player.base.reserve import Reserve
from player.core.model import SavedState

log = logging.getLogger(__name__)

SAVED_FILE = "kept.json"
RUNNING_FILE = "running"
MOST_BYTES = 1 << 20
"""A thousand times what the file holds in use: anything larger is not ours."""


def load_saved_state(state_folder: Path) -> tuple[SavedState, str]:
    """What the last run saved, and "" or one line that says why it could not be read (the file is then set aside)."""
    path = state_folder / SAVED_FILE
    try:
        with path.open("rb") as source:
            data = source.read(MOST_BYTES + 1)
    except FileNotFoundError:
        return SavedState(), ""
    except OSError as error:
        return (
            SavedState(),
            f"{path} cannot be read ({error.strerror}); check the disk; volume, brightness and blank start anew",
        )
    try:
        if len(data) > MOST_BYTES:
            raise ValueError("it is far too large")
        return from_json(SavedState, data), ""
    except ValueError as error:
        aside = set_aside(path)
        where = f"saved as {aside.name}" if aside else "it could not be set aside"
        return SavedState(), f"{path} is damaged ({error}); {where}; volume, brightness and blank start anew"


def save_state(state_folder: Path, saved: SavedState) -> None:
    """Raises OSError when the disk is full, with no reserve left, read-only or broken; the file of before is untouched."""
    reserve_for(state_folder).replace(to_json(saved))


def reserve_for(state_folder: Path) -> Reserve:
    """Room for the saved state on a full disk, once `make` was called."""
    return Reserve(state_folder / SAVED_FILE)


class RunMark:
    """A file that is there while the daemon runs: found at the start, it tells that the last run did not end cleanly.

    Use it around everything else; `after_crash` is known inside. Left by an exception, it stays on purpose.
    """

    def __init__(self, state_folder: Path) -> None:
        self._path = state_folder / RUNNING_FILE
        self.after_crash = False

    def __enter__(self) -> RunMark:
        self.after_crash = self._path.exists()
        if self.after_crash:
            return self  # it is there: nothing to wait for the disk for
        try:
            replace_file(self._path, b"a run is on, or was cut off\n")
        except OSError as error:
            log.error("cannot write %s: %s", self._path, error.strerror)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            return
        try:
            self._path.unlink(missing_ok=True)
            Disk().sync_folder(self._path.parent)
        except OSError as error:
            log.error("cannot remove %s: %s", self._path, error.strerror)
