"""The last accepted serial of every key, per source: what keeps an old signed bundle from coming back.

Knows: `serials.json` and its twin in the state folder. Touches: those two files.
Must not: judge a manifest (bundle/manifest.py does), or forget a serial because one of the two files is damaged.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import logging
from collections.abc import Iterator
from pathlib import Path

from player.base.disk import Disk
from player.base.strict_json import as_table, as_whole, parse_json
from player.bundle.source import Source

log = logging.getLogger(__name__)

NAMES = ("serials.json", "serials.twin.json")
"""Written one after the other: a power cut or a bad block costs one of them at most, and the higher number counts."""


class SerialBook:
    """Safe for several threads and processes: each change is made under a lock on the folder's lock file."""

    def __init__(self, state_folder: Path) -> None:
        self._folder = state_folder
        self._disk = Disk()

    def last(self, source: Source, key: str) -> int | None:
        """The last accepted serial of the key with this name ("" = unsigned) in this source; None: none yet."""
        return self._read().get(source.value, {}).get(key)

    def accept(self, source: Source, key: str, serial: int) -> None:
        """Remembers a serial; a lower one than before changes nothing. Raises OSError when the serial cannot be written."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._locked():
            table = self._read()
            of_source = table.setdefault(source.value, {})
            if of_source.get(key, 0) >= serial:
                return
            of_source[key] = serial
            for name in NAMES:
                self._disk.replace_file(self._folder / name, json.dumps(table, sort_keys=True, indent=1).encode())

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        with open(self._folder / ".serials.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _read(self) -> dict[str, dict[str, int]]:
        merged: dict[str, dict[str, int]] = {}
        for name in NAMES:
            for source, keys in self._read_one(name).items():
                of_source = merged.setdefault(source, {})
                for key, serial in keys.items():
                    of_source[key] = max(serial, of_source.get(key, 0))
        return merged

    def _read_one(self, name: str) -> dict[str, dict[str, int]]:
        try:
            table = as_table(parse_json((self._folder / name).read_bytes()))
            return {
                source: {key: as_whole(serial) for key, serial in as_table(keys).items()}
                for source, keys in table.items()
            }
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            log.warning("%s cannot be read (%s); the other copy counts", self._folder / name, error)
            return {}
