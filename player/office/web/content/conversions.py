"""Conversions: of a film that panels cannot play, or not with ease, one that every panel plays (office/prepare.py makes it).

Knows: which conversion runs, which wait, how far each is. Touches: data_folder/conversions, one ffmpeg at a time that goes
before nothing else on this computer, and has limits (office/limited_ffmpeg.py).
Must not: know how a film is made light, or publish what came out: it goes into the draft.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import posixpath
import queue
import secrets
import shutil
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Self

from player.base.priority import lower_priority
from player.office.limited_ffmpeg import PrepareCancelled
from player.office.prepare import PreparedFilm, prepare
from player.office.probed_film import PrepareError
from player.office.web.content.drafts import FolderDraft
from player.office.web.content.faults import ContentFault
from player.office.web.content.paths import checked_path

WAITING_LIMIT = 20
KEPT = 100
"""Of conversions that ended, so many are still told of."""
STOP_S = 10.0
BLOCK_BYTES = 1 << 20
State = Literal["waiting", "running", "done", "failed", "cancelled"]


@dataclass(frozen=True, slots=True)
class ConversionProgress:
    """percent: 0 to 100. sentence: why it failed (English), or "". path: of what came out, in the draft."""

    state: State
    percent: int = 0
    sentence: str = ""
    path: str = ""


@dataclass(slots=True)
class _Conversion:
    draft: FolderDraft
    film: Path
    was: str
    path: str
    box: tuple[int, int] | None
    on_done: Callable[[], None]
    stop: threading.Event = field(default_factory=threading.Event)
    progress: ConversionProgress = field(default_factory=lambda: ConversionProgress("waiting"))


class Conversions:
    """Inside `with`; several threads may ask."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self._lock = threading.Lock()
        self._all: dict[str, _Conversion] = {}
        self._queue: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="conversions", daemon=True)
        self._closing = threading.Event()

    def __enter__(self) -> Self:
        """What a server that was killed left half made is removed. Raises OSError."""
        shutil.rmtree(self._place, ignore_errors=True)
        self._place.mkdir(parents=True, exist_ok=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        for conversion in list(self._all.values()):
            conversion.stop.set()
        self._queue.put("")
        self._thread.join(STOP_S)

    def start(
        self, draft: FolderDraft, film: Path, path: str, box: tuple[int, int] | None = None,
        on_done: Callable[[], None] = lambda: None,
    ) -> str:  # fmt: skip
        """Returns the conversion's id. film: where it lies now. path: of the film in its folder; what comes out is called so,
        with the ending .mp4. box: not larger than this (the largest panel's pixels). on_done: called when it is in the draft.

        Raises ContentFault: too many wait already.
        """
        made = _name_made(draft, checked_path(path))
        with self._lock:
            waiting = sum(one.progress.state in ("waiting", "running") for one in self._all.values())
            if waiting >= WAITING_LIMIT:
                raise ContentFault("{most} films wait to be converted; wait until some are done", most=WAITING_LIMIT)
            for name in list(self._all)[: max(0, len(self._all) - KEPT)]:
                if self._all[name].progress.state not in ("waiting", "running"):
                    del self._all[name]
            conversion_id = secrets.token_hex(16)
            self._all[conversion_id] = _Conversion(draft, film, path, made, box, on_done)
        self._queue.put(conversion_id)
        return conversion_id

    def progress(self, conversion_id: str) -> ConversionProgress | None:
        """None: there is no such conversion (any more)."""
        found = self._all.get(conversion_id)
        return found.progress if found is not None else None

    def running(self, draft: FolderDraft) -> dict[str, ConversionProgress]:
        """Of one person in one folder, also those that ended since the server began."""
        return {name: one.progress for name, one in list(self._all.items()) if one.draft is draft}

    def cancel(self, conversion_id: str) -> None:
        """Nothing half is left."""
        if (found := self._all.get(conversion_id)) is not None:
            found.stop.set()
            if found.progress.state == "waiting":
                found.progress = ConversionProgress("cancelled")

    # ---- the thread

    def _work(self) -> None:
        lower_priority()  # this thread's, and so ffmpeg's
        while not self._closing.is_set():
            conversion_id = self._queue.get()
            conversion = self._all.get(conversion_id)
            if conversion is not None and not conversion.stop.is_set():
                self._convert(conversion, self._place / f"{conversion_id}.mp4")

    def _convert(self, conversion: _Conversion, target: Path) -> None:
        def tell(share: float) -> None:
            conversion.progress = ConversionProgress("running", min(99, int(share * 100)))

        tell(0.0)
        try:
            made = prepare(conversion.film, target, conversion.box, tell, conversion.stop)
            path = self._take_in(conversion, made)
            conversion.on_done()
            conversion.progress = ConversionProgress("done", 100, path=path)
        except PrepareCancelled:
            conversion.progress = ConversionProgress("cancelled")
        except (PrepareError, ContentFault) as error:  # its place is ours; people know it by its name
            sentence = str(error).removeprefix(f"{conversion.film.name}: ")
            conversion.progress = ConversionProgress("failed", sentence=sentence)
        except OSError as error:
            words = f"{conversion.path}: {os.strerror(error.errno or 5)}"
            conversion.progress = ConversionProgress("failed", sentence=words)
        finally:
            with contextlib.suppress(OSError):
                target.unlink(missing_ok=True)

    def _take_in(self, conversion: _Conversion, made: PreparedFilm) -> str:
        """In the film's place: what named the film names what was made of it."""
        with open(made.file, "rb") as file:
            digest = hashlib.sha256()
            while block := file.read(BLOCK_BYTES):
                digest.update(block)
        conversion.draft.take_in(conversion.path, made.file, digest.hexdigest())
        if conversion.was != conversion.path and conversion.draft.path_of(conversion.was) is not None:
            conversion.draft.replace_by(conversion.was, conversion.path)
        return conversion.path


def _name_made(draft: FolderDraft, path: str) -> str:
    """The film's own name with the ending .mp4; another film that has this name already keeps it."""
    stem, ending = posixpath.splitext(path)
    if ending == ".mp4":
        return path
    there = {each.casefold() for each in draft.files()}
    names = (f"{stem}.mp4", *(f"{stem} {number}.mp4" for number in range(2, 1000)))
    return next((name for name in names if name.casefold() not in there), names[0])
