"""The check of the records' chain, which may take minutes: begun by a person, followed by the page, kept until the next one.

Knows: which check runs and what the last ones found. Touches: a process of its own for it (desk.py): reports need not wait.
Must not: run two checks at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from player.base.strict_json import as_list, as_text, as_whole
from player.office.settings import OfficeSettings
from player.office.signing import OfficeError
from player.office.web.records.desk import ReportDesk


@dataclass(frozen=True, slots=True)
class CheckedKey:
    """What a check found of one panel's records under one key. faults: the first names the first record that is wrong."""

    panel: str
    records: int
    last: int
    faults: tuple[str, ...]
    at: datetime


class ChainChecks:
    """running: since when; None: no check runs. fault: why the last one could not be made."""

    def __init__(self, settings: OfficeSettings, now: Callable[[], datetime]) -> None:
        self._desk = ReportDesk(settings)
        self._now = now
        self._task: asyncio.Task[None] | None = None
        self.running: datetime | None = None
        self.fault = ""
        self.found: dict[str, list[CheckedKey]] = {}

    def begin(self, panel: str = "") -> bool:
        """False: one runs already. panel "": all of them."""
        if self.running is not None:
            return False
        self.running, self.fault = self._now(), ""
        self._task = asyncio.create_task(self._run(panel))
        return True

    async def ended(self) -> None:
        """Returns when no check runs any more."""
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._desk.close()

    async def _run(self, panel: str) -> None:
        try:
            said = await self._desk.check(panel, self._now())
            fresh: dict[str, list[CheckedKey]] = {}
            for each in said:
                key = self._read(each)
                fresh.setdefault(key.panel, []).append(key)
            self.found = {**self.found, **fresh} if panel else fresh
        except OfficeError as error:
            self.fault = str(error)
        finally:
            self.running = None

    def _read(self, said: Mapping[str, object]) -> CheckedKey:
        faults = tuple(as_text(each) for each in as_list(said["faults"]))
        return CheckedKey(
            as_text(said["panel"]), as_whole(said["records"]), as_whole(said["last"]), faults, self._now()
        )
