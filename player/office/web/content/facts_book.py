"""What was found out about files of the folders: their hashes, and what the panel's own vetting says of each content.

Knows: when a file is the same as when it was read (size and times). Touches: facts.db in the data folder, the files (reading),
a vetting process. Losing the book costs time, nothing else. Must not: look into a media file itself.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import stat
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Self

from player.base.disk import Disk
from player.base.portable import open_for_reading
from player.library.content.text_page import is_text_page
from player.library.vetting.meaning import LookedInto
from player.library.vetting.verdicts import VETTING_VERSION, FilmUnseen, Verdict, Vetting, VettingFailed
from player.settings.models import Settings

FILE_NAME = "facts.db"
BLOCK_BYTES = 1 << 20
_TABLES = """
    CREATE TABLE IF NOT EXISTS hashes (
        place TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, ctime_ns INTEGER NOT NULL, sha256 TEXT NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS verdicts (
        sha256 TEXT NOT NULL, asked TEXT NOT NULL, verdict TEXT NOT NULL, PRIMARY KEY (sha256, asked)
    ) STRICT;
"""


class FactsBook:
    """Open inside `with`. Several threads may use it; one file is looked into at a time."""

    def __init__(self, path: Path, settings: Settings) -> None:
        self._path = path
        self._settings = settings
        self._lock = threading.RLock()
        self._looking = threading.Lock()
        self._database: sqlite3.Connection | None = None
        self._vetting = Vetting(settings.content.max_pixels, ground=settings.screen.background)

    def __enter__(self) -> Self:
        """Raises OSError."""
        Disk().make_folder(self._path.parent)
        try:
            self._open()
        except sqlite3.DatabaseError:  # a damaged book is begun anew
            self._path.unlink(missing_ok=True)
            self._open()
        return self

    def _open(self) -> None:
        self._database = sqlite3.connect(self._path, check_same_thread=False, isolation_level=None)
        self._database.executescript(f"PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; {_TABLES}")

    def __exit__(self, *_: object) -> None:
        self.rest()
        if self._database is not None:
            self._database.close()

    def forget_below(self, folder: Path) -> None:
        """What was found out about files below `folder` that are there no more: names of drafts and uploads come and go."""
        with self._lock:
            assert self._database is not None, "the book is open inside `with`"
            places = [str(row[0]) for row in self._database.execute("SELECT place FROM hashes")]
            gone = [(each,) for each in places if Path(each).is_relative_to(folder) and not os.path.lexists(each)]
            self._database.executemany("DELETE FROM hashes WHERE place = ?", gone)

    def rest(self) -> None:
        """Ends the vetting process; the next question starts another."""
        with self._looking:
            self._vetting.rest()

    # ---- hashes

    def known_sha256(self, place: Path) -> str:
        """ "": the file was not read yet as it is now, or is not there."""
        try:
            row = self._one("SELECT size, mtime_ns, ctime_ns, sha256 FROM hashes WHERE place = ?", str(place))
            return str(row[3]) if row is not None and tuple(row[:3]) == _times_of(os.lstat(place)) else ""
        except (OSError, UnicodeEncodeError):
            return ""

    def sha256_of(self, place: Path, on_bytes: Callable[[int], None] = lambda count: None) -> str:
        """Reads the whole file unless it is known. Raises OSError."""
        if known := self.known_sha256(place):
            return known
        with os.fdopen(open_for_reading(place), "rb") as file:
            before = os.fstat(file.fileno())
            if not stat.S_ISREG(before.st_mode):
                raise OSError(f"{place.name} is no file")
            digest = hashlib.sha256()
            while block := file.read(BLOCK_BYTES):
                digest.update(block)
                on_bytes(len(block))
            after = os.fstat(file.fileno())
        if _times_of(before) == _times_of(after):
            self.note_sha256(place, digest.hexdigest())
        return digest.hexdigest()

    def note_sha256(self, place: Path, sha256: str) -> None:
        """For a file that was just written: it is not read again."""
        try:
            times = _times_of(os.lstat(place))
            words = "INSERT OR REPLACE INTO hashes VALUES (?, ?, ?, ?, ?)"
            self._do(words, str(place), *times, sha256)
        except (FileNotFoundError, UnicodeEncodeError):
            return

    # ---- verdicts

    def known_verdict(self, place: Path, path: str) -> Verdict | None:
        """What is known without looking into it. path: the file's in its folder, as a text page is one by its name."""
        sha256 = self.known_sha256(place)
        return self._verdict_on(sha256, as_text=is_text_page(path)) if sha256 else None

    def judge(self, path: Path, *, as_text: bool = False) -> Verdict:
        """As Vetting.judge, each content once. Raises VettingUndone, FilmUnseen, VettingFailed."""
        try:
            sha256 = self.sha256_of(path)
        except OSError as error:
            raise VettingFailed(f"it cannot be read ({error.strerror or error})") from error
        if (known := self._verdict_on(sha256, as_text=as_text)) is not None:
            return known
        with self._looking:
            try:
                verdict = self._vetting.judge(path, as_text=as_text)
            except (
                VettingFailed
            ):  # its folder was made anew since the process began to see it: another one sees the new one
                self._vetting.rest()
                verdict = self._vetting.judge(path, as_text=as_text)
        if self.known_sha256(path) == sha256:  # it was not written over meanwhile
            packed = json.dumps(verdict.pack())
            self._do("INSERT OR REPLACE INTO verdicts VALUES (?, ?, ?)", sha256, self._asked(as_text=as_text), packed)
        return verdict

    def look_into(self, place: Path, path: str) -> LookedInto | None:
        """None: it cannot be read. Raises VettingUndone and VettingFailed: this computer's fault, and only for now."""
        try:
            sha256 = self.sha256_of(place)
        except OSError:
            return None
        try:
            return LookedInto(sha256, self.judge(place, as_text=is_text_page(path)))
        except FilmUnseen:
            return LookedInto(sha256, None)

    def _verdict_on(self, sha256: str, *, as_text: bool) -> Verdict | None:
        asked = self._asked(as_text=as_text)
        row = self._one("SELECT verdict FROM verdicts WHERE sha256 = ? AND asked = ?", sha256, asked)
        try:
            return None if row is None else Verdict.unpack(json.loads(str(row[0])))
        except ValueError:
            return None

    def _asked(self, *, as_text: bool) -> str:
        """What a verdict depends on besides the content."""
        s = self._settings
        return f"{VETTING_VERSION} {s.content.max_pixels} {s.screen.background} {as_text:d}"

    def _one(self, words: str, *values: object) -> tuple[object, ...] | None:
        with self._lock:
            assert self._database is not None, "the book is open inside `with`"
            found: tuple[object, ...] | None = self._database.execute(words, values).fetchone()
            return found

    def _do(self, words: str, *values: object) -> None:
        with self._lock:
            assert self._database is not None, "the book is open inside `with`"
            self._database.execute(words, values)


def _times_of(state: os.stat_result) -> tuple[int, int, int]:
    return state.st_size, state.st_mtime_ns, state.st_ctime_ns
