"""Urgent messages on their way: sent, followed, ended; and those that wait for a second person.

Knows: which command a message becomes, and how long the command that ends it counts. Touches: the panels, through the hub; the
book of messages. Must not: read a form, or send what a second person has not said yes to where that is asked for (the page asks).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from player.contract.commands import Clear
from player.contract.reports import Reply
from player.office.fleet import Panel
from player.office.web.live.hub import Hub
from player.office.web.live.sending import Sent
from player.office.web.urgent.drawing import DrawnSize, MessageDrawer
from player.office.web.urgent.films import list_films
from player.office.web.urgent.reach import ScreenSize
from player.office.web.urgent.sent import FILE_NAME, MessageBook, SentMessage
from player.office.web.urgent.standing import ForeignMessage, MessageStanding, foreign_messages, standing_of
from player.office.web.urgent.typed import UrgentMessage

ANSWERS_S = 120.0
"""So long the answers of the panels that are there are waited for, to be kept; a panel that was off answers later."""
FILMS_S = 5.0
SIZES_DRAWN = 12
"""A city has three sizes of panels, not thirty; of more the rest is named and not drawn."""


@dataclass(frozen=True, slots=True)
class Preview:
    """A message on screens of one size. drawn None: their size is not known, or it could not be drawn."""

    size: ScreenSize
    drawn: DrawnSize | None


class UrgentDesk:
    """Open inside `with`, in the event loop."""

    def __init__(self, hub: Hub, data_folder: Path, folders: Sequence[Path] = ()) -> None:
        self._hub, self._folders = hub, tuple(folders)
        self.book = MessageBook(data_folder / FILE_NAME)
        self.drawer = MessageDrawer()
        self._following: set[asyncio.Task[None]] = set()
        self._films: tuple[float, tuple[str, ...]] | None = None

    def __enter__(self) -> UrgentDesk:
        self.book.read()
        return self

    def __exit__(self, *_: object) -> None:
        for task in self._following:
            task.cancel()
        self.drawer.close()

    @property
    def connected(self) -> bool:
        """Whether a message would reach the broker now."""
        return self._hub.connected

    @property
    def panels(self) -> list[Panel]:
        return self._hub.panels()

    async def films(self) -> tuple[str, ...]:
        """What can be chosen as a film; the folders are looked at anew every few seconds."""
        now_mono = time.monotonic()
        if self._films is None or now_mono - self._films[0] > FILMS_S:
            self._films = now_mono, await asyncio.to_thread(list_films, self._folders)
        return self._films[1]

    async def send(self, message: UrgentMessage, panels: Sequence[str], by: str, wall: datetime) -> SentMessage:
        """Returns when the broker has it. Raises OfficeError: no broker, or what panels would refuse."""
        command = await self._hub.send(panels, message.order, by)
        sent = SentMessage(command.id, message, by, wall, tuple(panels))
        self.book.add(sent, wall)
        task = asyncio.create_task(self._follow(command))
        self._following.add(task)
        task.add_done_callback(self._following.discard)
        return sent

    async def end(self, panels: Sequence[str], by: str, until: datetime | None, wall: datetime) -> None:
        """Ends what these panels show. until: when it would have ended: as long the command counts, so that a panel which is
        off gets both when it is back, and shows nothing. Raises OfficeError."""
        left_s = (until - wall).total_seconds() if until is not None else 0.0
        await self._hub.send(panels, Clear(), by, expires_s=max(60.0, left_s))

    async def preview(self, text: str, colour: str, sizes: Sequence[ScreenSize], page: int = 0) -> list[Preview]:
        found = []
        for size in sizes[:SIZES_DRAWN]:
            drawn = await self.drawer.draw(text, colour, (size.width, size.height), page) if size.is_known else None
            found.append(Preview(size, drawn))
        return found

    def standings(self, wall: datetime, language: str) -> list[MessageStanding]:
        """Of this console's messages, the newest first: those not over, and those that were ended and still are shown."""
        panels = {panel.name: panel for panel in self._hub.panels()}
        found = [standing_of(sent, panels, self._replies(sent), wall, language) for sent in self.book.current(wall)]
        return [each for each in found if each.sent.ended is None or each.shown]

    def foreign(self, wall: datetime) -> tuple[ForeignMessage, ...]:
        """What other programs sent and panels show."""
        return foreign_messages(self._hub.panels(), self.book.current(wall), wall)

    def _replies(self, sent: SentMessage) -> dict[str, Reply]:
        heard = self._hub.answers_so_far(sent.id)
        return {**sent.replies, **(heard.last if heard else {})}

    async def _follow(self, command: Sent) -> None:
        """Keeps what the panels answer over a restart of the server."""
        answers = await self._hub.answers(command, ANSWERS_S)
        self.book.answered(command.id, answers.last)
