"""The server's side of the records: questions to the process that makes the reports (desk_child.py), one at a time.

Knows: how that process is started, asked, and ended when nobody asks. Touches: that process.
Must not: import the database, or wait for one answer for ever.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from player.base.strict_json import as_table, as_text, parse_json
from player.office.records.asking import ReportFile, ReportQuestion
from player.office.settings import OfficeSettings
from player.office.signing import OfficeError

CHILD = "player.office.web.records.desk_child"
IDLE_S = 90.0
"""A process that nobody asked for so long is ended: it holds 90 MB."""
ANSWER_S = 300.0
"""The report of a month of a thousand panels takes a minute on a small computer."""
CHECK_S = 3 * 3600.0
"""Checking every record of some years."""
MOST_JSON, MOST_RAW = 64 << 20, 256 << 20
ENDED = "the process that makes reports ended; try again, and look at the log of the console"
"""Also said when it gives no answer."""


class RecordsEmpty(OfficeError):
    """There is no database yet: nothing was ever collected here."""

    def __init__(self) -> None:
        super().__init__("no records have been collected here yet")


class ReportDesk:
    """Questions wait for each other. `close` when all is over; a question that is given up ends the process, too."""

    def __init__(self, settings: OfficeSettings, answer_s: float = ANSWER_S, idle_s: float = IDLE_S) -> None:
        self._settings = settings
        self._answer_s = answer_s
        self._idle_s = idle_s
        self._turn = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None
        self._rest: asyncio.TimerHandle | None = None

    @property
    def pid(self) -> int | None:
        """Of the process that runs; None: none does."""
        return self._process.pid if self._process is not None else None

    async def overview(self, language: str, wall: datetime) -> Mapping[str, Any]:
        """Raises OfficeError; RecordsEmpty where there is no database."""
        return (await self._ask({"what": "overview", "language": language}, wall))[0]

    async def report(self, question: ReportQuestion, language: str, wall: datetime) -> Mapping[str, Any]:
        """The report for a page. Raises OfficeError."""
        return (await self._ask({"what": "report", "question": asdict(question), "language": language}, wall))[0]

    async def file(
        self, question: ReportQuestion, form: ReportFile, language: str, wall: datetime
    ) -> tuple[str, bytes]:
        """The file's name, and its bytes: those that `panel-office report` writes. Raises OfficeError."""
        asked = {"what": "file", "question": asdict(question), "form": form.value, "language": language}
        said, raw = await self._ask(asked, wall)
        return as_text(said["name"]), raw

    async def check(self, panel: str, wall: datetime) -> list[Mapping[str, Any]]:
        """Each key's records, checked against what the panel signed; "": all panels. Raises OfficeError."""
        said, _ = await self._ask({"what": "check", "panel": panel}, wall, CHECK_S)
        return [as_table(each) for each in said["checked"]]

    async def take_in(self, folder: str, wall: datetime) -> Mapping[str, Any]:
        """The batches in the receipts folder below `folder`, into the database. Raises OfficeError."""
        return (await self._ask({"what": "import", "folder": folder}, wall))[0]

    async def close(self) -> None:
        async with self._turn:
            await self._end()

    # ---- one question

    async def _ask(
        self, asked: Mapping[str, Any], wall: datetime, within_s: float = 0.0
    ) -> tuple[Mapping[str, Any], bytes]:
        async with self._turn:
            if self._rest is not None:
                self._rest.cancel()
            answered = False
            try:
                said, raw = await asyncio.wait_for(self._exchange(asked, wall), within_s or self._answer_s)
                answered = True
            except (OSError, ValueError, asyncio.IncompleteReadError, TimeoutError) as error:
                raise OfficeError(ENDED) from error
            finally:
                if not answered:  # also when the browser went away: half an answer would be the next one's beginning
                    await self._end()
            self._rest = asyncio.get_running_loop().call_later(self._idle_s, self._go_home)
        if said.get("empty"):
            raise RecordsEmpty
        if "fault" in said:
            raise OfficeError(as_text(said["fault"]))
        return said, raw

    async def _exchange(self, asked: Mapping[str, Any], wall: datetime) -> tuple[Mapping[str, Any], bytes]:
        process = await self._started()
        assert process.stdin is not None
        assert process.stdout is not None
        question = {
            **asked,
            "wall": wall.isoformat(),
            "settings": self._settings.model_dump(mode="json", by_alias=True),
        }
        process.stdin.write(json.dumps(question).encode() + b"\n")
        await process.stdin.drain()
        sizes = (await process.stdout.readuntil(b"\n")).split()
        json_bytes, raw_bytes = int(sizes[0]), int(sizes[1])
        if not (0 <= json_bytes <= MOST_JSON and 0 <= raw_bytes <= MOST_RAW):
            raise ValueError("its answer is too long")
        said = as_table(parse_json(await process.stdout.readexactly(json_bytes)))
        return said, await process.stdout.readexactly(raw_bytes)

    async def _started(self) -> asyncio.subprocess.Process:
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", CHILD, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
            )
        return self._process

    async def _end(self) -> None:
        process, self._process = self._process, None
        if self._rest is not None:
            self._rest.cancel()
        if process is not None and process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    def _go_home(self) -> None:
        """Nobody has asked for a while: its pipe is closed, and it ends by itself."""
        if not self._turn.locked() and self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
            self._process = None
