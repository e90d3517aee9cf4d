"""The pictures of an urgent message, one for each size of screen: asked of the child that draws them, and kept for a while.

Knows: how many are kept, when a text is read by people who drive past. Touches: the child. Must not: draw, or load what draws.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum

from player.base.children import ChildDied, ParserChild
from player.base.strict_json import as_list, as_seconds, as_text, as_whole

CHILD = "player.office.web.urgent.drawing_child"
KEPT_BYTES = 16 << 20
"""About a hundred pictures of a page 1280 wide."""
IDLE_S = 60.0
"""A child that has drawn nothing for so long is ended: it holds 60 MB."""
GLANCE_LETTERS = 60
"""A driver at 40 km/h has a panel before her for about 60 m, 5 s, and reads 12 letters a second."""
GLANCE_SHARE = 1 / 14
"""Of the shorter side of a screen: letters below it are read by people who stand, not from a car."""
PAGES_MOST = 40


class Legible(StrEnum):
    """Who can read a message on a screen."""

    PASSING = "passing"
    """People who drive past."""
    STANDING = "standing"
    """People who stand and look for a while."""
    PAGES = "pages"
    """It takes several pages that alternate."""


@dataclass(frozen=True, slots=True)
class DrawnSize:
    """A message on screens of one size. key: of the picture, for its address. seconds: of each page."""

    width: int
    height: int
    key: str
    seconds: tuple[float, ...]
    letter_px: int
    letters: int
    missing: str

    @property
    def legible(self) -> Legible:
        if len(self.seconds) > 1:
            return Legible.PAGES
        large = self.letter_px >= min(self.width, self.height) * GLANCE_SHARE
        return Legible.PASSING if large and self.letters <= GLANCE_LETTERS else Legible.STANDING


class MessageDrawer:
    """Draws one picture after the other; a picture that was drawn already is not drawn again. `close` when all is over."""

    def __init__(self, kept_bytes: int = KEPT_BYTES) -> None:
        self._child = ParserChild.of(CHILD)
        self._thread = ThreadPoolExecutor(1, "message-drawer")
        self._turn = asyncio.Lock()
        self._most = kept_bytes
        self._kept: OrderedDict[str, tuple[DrawnSize, bytes]] = OrderedDict()
        self._rest: asyncio.TimerHandle | None = None

    async def draw(self, text: str, colour: str, size: tuple[int, int], page: int = 0) -> DrawnSize | None:
        """None: the child could not draw it, by whosever fault."""
        key = _key(text, colour, size, page)
        async with self._turn:
            if key not in self._kept:
                loop = asyncio.get_running_loop()
                drawn = await loop.run_in_executor(self._thread, self._ask, key, text, colour, size, page)
                self._plan_rest()
                if drawn is None:
                    return None
                self._kept[key] = drawn
                while sum(len(png) for _, png in self._kept.values()) > self._most and len(self._kept) > 1:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(key)
            return self._kept[key][0]

    def picture(self, key: str) -> bytes | None:
        """The PNG; None: it is not kept any more."""
        found = self._kept.get(key)
        return found[1] if found is not None else None

    def close(self) -> None:
        if self._rest is not None:
            self._rest.cancel()
        self._thread.submit(self._child.end)
        self._thread.shutdown()

    def _plan_rest(self) -> None:
        if self._rest is not None:
            self._rest.cancel()
        self._rest = asyncio.get_running_loop().call_later(IDLE_S, self._end_idle)

    def _end_idle(self) -> None:
        self._thread.submit(self._child.end)

    def _ask(
        self, key: str, text: str, colour: str, size: tuple[int, int], page: int
    ) -> tuple[DrawnSize, bytes] | None:
        png = bytearray()
        question = {"text": text, "colour": colour, "width": size[0], "height": size[1], "page": page}
        try:
            answer = self._child.ask(question, sink=png.extend)
            seconds = tuple(as_seconds(each) for each in as_list(answer["seconds"])[:PAGES_MOST])
            drawn = DrawnSize(
                *size, key, seconds, as_whole(answer["letter_px"], 1), as_whole(answer["letters"]),
                as_text(answer["missing"]),
            )  # fmt: skip
        except (ChildDied, OSError, ValueError, KeyError):
            return None
        return drawn, bytes(png)


def _key(text: str, colour: str, size: tuple[int, int], page: int) -> str:
    whole = "\0".join((text, colour, *map(str, size), str(page)))
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def worst(drawn: Sequence[DrawnSize]) -> Legible | None:
    """How the message is read on the screen where it is read worst; None: nothing was drawn."""
    return max((each.legible for each in drawn), key=list(Legible).index, default=None)
