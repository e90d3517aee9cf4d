"""What sticks bring back, sent by a browser: receipts, which are kept, and records, which go into the database.

Knows: where what comes waits, where receipts are kept, how many. Touches: two folders in the data folder, the child that opens
what came. Must not: open a file that came (returned_child.py does), or keep what was refused.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import secrets
import shutil
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from player.base.children import ChildDied, ParserChild
from player.base.disk import replace_file
from player.base.strict_json import as_list, as_moment, as_table, as_text, as_whole, perhaps
from player.base.text import printable
from player.bundle.manifest import BUNDLE_NAME, RECEIPTS_NAME
from player.bundle.stick_records import BATCH_BYTES, RECORDS_NAME

CHILD = "player.office.web.sticks.returned_child"
INBOX, KEPT = "sticks-in", "receipts"
"""Folders of the data folder. What stands in the first is of a question that is being answered, or of a server that ended."""
KEPT_MOST = 2000
"""Receipts: five panels visited every week for seven years."""
SHOWN_MOST = 200
KEPT_NAME = re.compile(r"[a-z0-9-]{3,32}-\d{8}T\d{6}-[0-9a-f]{12}\.json")


class ReturnedFault(Exception):
    """What came is refused as a whole. code: "damaged", "encrypted", "too-large", "too-many", "unreadable"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(slots=True)
class Returned:
    """What was in the files. receipts: new ones. again: those that were here already. folder: with the batches; "": none came."""

    receipts: int = 0
    again: int = 0
    batches: int = 0
    strange: list[str] = field(default_factory=list)
    more: int = 0
    folder: str = ""


@dataclass(frozen=True, slots=True)
class KeptReceipt:
    """lines: (what, value) in the reader's language; all of it is what a panel, or whoever had the stick, wrote."""

    panel: str
    at: datetime
    result: str
    number: int | None
    serial: int | None
    stick: str
    lines: tuple[tuple[str, str], ...]

    @property
    def is_good(self) -> bool:
        return self.result in ("adopted", "unchanged")


class ReturnedSticks:
    """One question at a time; open inside `with`."""

    def __init__(self, data_folder: Path) -> None:
        self._inbox, self._kept = data_folder / INBOX, data_folder / KEPT
        self._child = ParserChild.of(CHILD)
        self._thread = ThreadPoolExecutor(1, "returned-sticks")

    def __enter__(self) -> ReturnedSticks:
        """What a server left behind that ended in the middle goes."""
        shutil.rmtree(self._inbox, ignore_errors=True)
        for folder in (self._inbox, self._kept / BUNDLE_NAME / RECEIPTS_NAME):
            folder.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.submit(self._child.end)
        self._thread.shutdown()

    @contextlib.contextmanager
    def place(self) -> Iterator[Path]:
        """A folder for what comes, gone with all that is in it when the question is answered."""
        folder = self._inbox / secrets.token_hex(8)
        folder.mkdir(mode=0o700)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    async def take(self, place: Path, files: Sequence[tuple[str, Path]]) -> Returned:
        """files: (name as it was sent, where it lies in `place`). Raises ReturnedFault."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._take, place, files)

    async def receipts(self, language: str) -> list[KeptReceipt]:
        """Those that are kept, the newest first."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._list, language)

    # ---- in the thread

    def _take(self, place: Path, files: Sequence[tuple[str, Path]]) -> Returned:
        done = Returned()
        receipts = place / BUNDLE_NAME / RECEIPTS_NAME
        receipts.mkdir(parents=True)
        kept: list[tuple[str, str]] = []
        for name, path in files:
            packed = place / "packed"
            with packed.open("wb") as sink:
                asked = {"open": str(path), "name": Path(name.replace("\\", "/")).name}
                said = self._ask(asked, self._inbox, sink.write)
            if "refused" in said:
                raise ReturnedFault(str(said["refused"]))
            try:
                kept += [(as_text(each[0]), as_text(each[1])) for each in map(as_list, as_list(said["receipts"]))]
                done.batches += _spread(packed, as_list(said["batches"]), receipts)
                done.strange += [printable(as_text(each)) for each in as_list(said["strange"])]
                done.more += as_whole(said["more"])
            except (ValueError, KeyError, IndexError) as error:
                raise ReturnedFault("unreadable") from error
        for name, text in kept:
            done.receipts += self._keep(name, text)
        done.again = len(kept) - done.receipts
        done.folder = str(place / BUNDLE_NAME) if done.batches else ""
        self._let_go()
        return done

    def _keep(self, name: str, text: str) -> bool:
        """False: it was here already. Raises ReturnedFault for a name that no receipt has."""
        if KEPT_NAME.fullmatch(name) is None:
            raise ReturnedFault("unreadable")
        path = self._receipts / name
        if path.exists():
            return False
        replace_file(path, text.encode())
        return True

    def _let_go(self) -> None:
        """The oldest of too many, by when they came."""
        names = sorted(self._receipts.iterdir(), key=lambda path: path.stat().st_mtime_ns)
        for path in names[:-KEPT_MOST]:
            path.unlink(missing_ok=True)

    @property
    def _receipts(self) -> Path:
        return self._kept / BUNDLE_NAME / RECEIPTS_NAME

    def _list(self, language: str) -> list[KeptReceipt]:
        said = self._ask({"list": str(self._kept / BUNDLE_NAME), "language": language}, self._kept, None)
        try:
            found = [_kept_receipt(as_table(each)) for each in as_list(said["receipts"])]
        except (ValueError, KeyError, IndexError) as error:
            raise ReturnedFault("unreadable") from error
        return found[::-1][:SHOWN_MOST]

    def _ask(self, question: Mapping[str, str], sees: Path, sink: Any) -> Mapping[str, Any]:
        self._child.see(sees)
        try:
            return self._child.ask(question, sink=sink)
        except (ChildDied, OSError) as error:
            raise ReturnedFault("unreadable") from error


def _spread(packed: Path, batches: Sequence[Any], folder: Path) -> int:
    """The batches that lie one after the other in `packed`, each as a file of its own. Raises ValueError."""
    with packed.open("rb") as source:
        for name, size in map(as_list, batches):
            if RECORDS_NAME.fullmatch(as_text(name)) is None:
                raise ValueError("this is no name of records")
            (folder / name).write_bytes(source.read(as_whole(size, 0, BATCH_BYTES)))
    return len(batches)


def _kept_receipt(said: Mapping[str, Any]) -> KeptReceipt:
    return KeptReceipt(
        panel=as_text(said["panel"]),
        at=as_moment(said["at"]),
        result=as_text(said["result"]),
        number=perhaps(as_whole, said["number"]),
        serial=perhaps(as_whole, said["serial"]),
        stick=printable(as_text(said["stick"])),
        lines=tuple((printable(as_text(each[0])), printable(as_text(each[1]))) for each in map(as_list, said["lines"])),
    )
