"""The panels' screens as pictures: each panel is asked at most twice a minute, however many people look.

Knows: when a panel may be asked again, and which pictures are worth keeping. Touches: its own memory; asks through a function.
Must not: write a picture to disk, keep one for long, or hand out what is no JPEG.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from player.office.web.live.jpeg import Jpeg, read_jpeg

EVERY_S = 30.0
KEPT_S = 600.0
"""An older picture is not shown at all: it would pass for what is on screen."""
KEPT_BYTES = 24 << 20
ANSWER_S = 20.0
"""After so long a panel that said nothing counts as one without a picture."""
SMALL, LARGE = 480, 1280
"""Pixels of a tile's picture and of a panel's page. 480 wide is some 25 KB, a large one 120 KB: many panels hang on 4G."""


@dataclass(frozen=True, slots=True)
class PanelPicture:
    """jpeg: checked. wall: when it came, by our clock."""

    jpeg: Jpeg
    wall: datetime
    mono: float


@dataclass(slots=True)
class _Asked:
    """mono: when the panel was asked last. command_id "": its answer has come. large_mono: when a large one was wanted last."""

    mono: float = -KEPT_S
    command_id: str = ""
    large_mono: float = -KEPT_S


class Pictures:
    """ask: sends `screenshot` with this width to the panel and returns the command's id, or "" when it cannot.

    came: called when a panel has a new picture. mono: a clock that only goes forward.
    """

    def __init__(
        self,
        ask: Callable[[str, int], str],
        came: Callable[[str], None],
        mono: Callable[[], float],
        every_s: float = EVERY_S,
        answer_s: float = ANSWER_S,
    ) -> None:
        self._ask, self._came, self._mono = ask, came, mono
        self._every_s, self._answer_s = every_s, answer_s
        self._kept: OrderedDict[str, PanelPicture] = OrderedDict()
        self._asked: dict[str, _Asked] = {}
        self._waiters: dict[str, set[asyncio.Future[None]]] = {}

    def newest(self, panel: str) -> PanelPicture | None:
        """The picture that is kept, if it is not too old to be shown."""
        found = self._kept.get(panel)
        return found if found is not None and self._mono() - found.mono < KEPT_S else None

    def want(self, panel: str, *, large: bool = False) -> None:
        """Somebody looks: asks the panel, unless it was asked a moment ago."""
        asked, now = self._asked.setdefault(panel, _Asked()), self._mono()
        if large:
            asked.large_mono = now
        if now - asked.mono < self._every_s:
            return
        wide = LARGE if now - asked.large_mono < 2 * self._every_s else SMALL
        if command_id := self._ask(panel, wide):
            asked.mono, asked.command_id = now, command_id

    async def picture(self, panel: str, *, large: bool = False) -> PanelPicture | None:
        """The newest one; where none is kept, the one that the panel sends now, or None when it sends none in time."""
        self.want(panel, large=large)
        found, asked = self.newest(panel), self._asked[panel]
        if found is not None or not asked.command_id or self._mono() - asked.mono > self._answer_s:
            return found
        came: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.setdefault(panel, set()).add(came)
        try:
            await asyncio.wait_for(came, self._answer_s)
        except TimeoutError:
            return None
        finally:
            self._waiters.get(panel, set()).discard(came)
        return self.newest(panel)

    def take(self, panel: str, command_id: str, data: bytes, wall: datetime) -> None:
        """A picture that arrived. One that nobody here asked for, or that is no JPEG, is not kept."""
        asked = self._asked.get(panel)
        if asked is None or not command_id or asked.command_id != command_id:
            return
        asked.command_id = ""
        jpeg = read_jpeg(data)
        if jpeg is not None:
            self._kept[panel] = PanelPicture(jpeg, wall, self._mono())
            self._kept.move_to_end(panel)
            self._let_go()
            self._came(panel)
        self._answer(panel)

    def refuse(self, panel: str, command_id: str) -> None:
        """The panel answered that it sends none."""
        asked = self._asked.get(panel)
        if asked is not None and command_id and asked.command_id == command_id:
            asked.command_id = ""
            self._answer(panel)

    def forget(self, panel: str) -> None:
        self._kept.pop(panel, None)
        self._asked.pop(panel, None)
        self._answer(panel)

    def _answer(self, panel: str) -> None:
        for waiter in self._waiters.pop(panel, set()):
            if not waiter.done():
                waiter.set_result(None)

    def _let_go(self) -> None:
        now, total = self._mono(), sum(len(each.jpeg.data) for each in self._kept.values())
        while self._kept and (total > KEPT_BYTES or now - next(iter(self._kept.values())).mono > KEPT_S):
            _, oldest = self._kept.popitem(last=False)
            total -= len(oldest.jpeg.data)
