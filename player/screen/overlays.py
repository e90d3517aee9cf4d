"""What lies over the layers: a card, the test pattern's dot on it, and the technician's strip on top of all.

Knows: in which order they lie, where the strip and the dot are, which page is turned up. Touches: X, through XServer.
Must not: know processes or layers, nor what is in a picture (drawing/ does).
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from player.core.model import Card, CardKind, StickNotice
from player.screen.x11.server import XServer
from player.screen.x11.windows import Box

DOT_S = 1.0
"""How long the test pattern's dot stands in one place."""
LEAST_DOT_PX = 8
DOT_SHARE = 12
"""The dot's diameter is this part of the region's shorter side."""


@dataclass(slots=True)
class _Pages:
    """What has more pages than one, which alternate. seconds: how long each stands; began_mono: the first of them."""

    seconds: Sequence[float]
    began_mono: float
    shown: int = 0

    def due(self, mono: float) -> int:
        """The page to be shown at this time."""
        at = (mono - self.began_mono) % sum(self.seconds)
        return next((n for n, end in enumerate(itertools.accumulate(self.seconds)) if at < end), 0)


class Overlays:
    """In the region's frame. panel: the name on the cards; language, rotation: of words and pictures. mono: the clock."""

    def __init__(
        self,
        server: XServer,
        frame: int,
        region_size: tuple[int, int],
        panel: str,
        language: str,
        rotation: int,
        mono: Callable[[], float] = time.monotonic,
    ) -> None:
        self._server = server
        self._frame = frame
        self._size = region_size
        self._panel = panel
        self._language = language
        self._rotation = rotation
        self._mono = mono
        self._card = server.open_window(frame, (0, 0, *region_size), black=False, shown=False)
        self._card_shown: tuple[Card, _Pages] | None = None
        self._notice = 0
        self._notice_size = (0, 0)
        self._notice_shown: tuple[StickNotice, _Pages] | None = None
        self._lift = 0
        self._dot = 0
        self._dot_box = (0, 0, 0, 0)

    def show_card(self, card: Card) -> None:
        # Pillow only when a card is needed: a panel that plays videos never loads it.
        from player.screen.drawing.cards import card_page_seconds

        seconds = card_page_seconds(card, *self._size, self._panel, self._language, self._rotation)
        self._card_shown = (card, _Pages(seconds, self._mono()))
        self._hide_dot()
        self._paint_card(card, 0)
        self._server.show_window(self._card, True)
        self._server.raise_window(self._card)
        if card.kind is CardKind.TEST_PATTERN:
            self._show_dot(max(LEAST_DOT_PX, min(self._size) // DOT_SHARE))

    def hide_card(self) -> None:
        self._card_shown = None
        self._hide_dot()
        self._server.show_window(self._card, False)

    def show_notice(self, notice: StickNotice) -> None:
        """A strip along the edge of the region that is the lower one in the picture as the panel hangs."""
        from player.screen.drawing.strip import PAGE_S, notice_pages

        count = notice_pages(notice, *self._size, self._language, self._rotation)
        pages = _Pages(
            (PAGE_S,) * count, 0.0
        )  # notices follow each other while a stick is read: the pages do not begin anew
        pages.shown = pages.due(self._mono())
        self._notice_shown = (notice, pages)
        self._paint_notice(notice, pages.shown)
        self._server.show_window(self._notice, True)
        self.raise_notice()

    def turn_pages(self) -> None:
        """What has several pages shows the one that is due; with one page, nothing happens."""
        mono = self._mono()
        if self._card_shown is not None:
            card, pages = self._card_shown
            if (due := pages.due(mono)) != pages.shown:
                pages.shown = due
                self._paint_card(card, due)
        if self._notice_shown is not None:
            notice, pages = self._notice_shown
            if (due := pages.due(mono)) != pages.shown:
                pages.shown = due
                self._paint_notice(notice, due)

    def _paint_card(self, card: Card, page: int) -> None:
        from player.screen.drawing.cards import draw_card

        picture = draw_card(card, *self._size, self._panel, self._language, self._rotation, page)
        self._server.paint(self._card, picture.width, picture.height, picture.bgrx)

    def _paint_notice(self, notice: StickNotice, page: int) -> None:
        from player.screen.drawing.strip import draw_notice

        picture = draw_notice(notice, *self._size, self._language, self._rotation, page)
        size = (picture.width, picture.height)
        if not self._notice:
            self._notice_size = size
            self._notice = self._server.open_window(self._frame, self._place_notice(), black=False, shown=False)
        elif size != self._notice_size:
            self._notice_size = size
            self._server.move_window(self._notice, self._place_notice())
        self._server.paint(self._notice, picture.width, picture.height, picture.bgrx)

    def lift_notice(self, pixels: int) -> None:
        """So far from its edge: the running text is there."""
        self._lift = pixels
        if self._notice:
            self._server.move_window(self._notice, self._place_notice())

    def _place_notice(self) -> Box:
        """Along the lower edge of the picture as the panel hangs; what is narrower than it in its right corner."""
        width, height = self._notice_size
        right, lower = max(0, self._size[0] - width), max(0, self._size[1] - height)
        along, down = min(self._lift, right), min(self._lift, lower)
        x, y = {0: (right, lower - down), 90: (along, lower), 180: (0, down), 270: (right - along, 0)}[self._rotation]
        return x, y, width, height

    def raise_notice(self) -> None:
        """Over whatever was raised last."""
        if self._notice:
            self._server.raise_window(self._notice)

    def hide_notice(self) -> None:
        self._notice_shown = None
        if self._notice:
            self._server.close_window(self._notice)
            self._notice = 0

    def move_dot(self) -> None:
        """To where it belongs at this moment; without a dot, nothing."""
        if self._dot and (box := self._place_dot(self._dot_box[2])) != self._dot_box:
            self._dot_box = box
            self._server.move_window(self._dot, box)

    def _show_dot(self, diameter: int) -> None:
        """A dot on the card, which `move_dot` moves: people who look at the panel see that the picture is live."""
        from player.screen.drawing.cards import draw_dot

        dot = draw_dot(diameter)
        self._dot_box = self._place_dot(diameter)
        self._dot = self._server.open_window(self._frame, self._dot_box, black=False, shown=False)
        self._server.paint(self._dot, diameter, diameter, dot.bgrx)
        self._server.show_window(self._dot, True)

    def _hide_dot(self) -> None:
        if self._dot:
            self._server.close_window(self._dot)
            self._dot = 0

    def _place_dot(self, diameter: int) -> Box:
        """Along a line above the middle, one diameter a step, round and round."""
        width, height = self._size
        steps = max(1, (width - diameter) // diameter)
        return (int(self._mono() / DOT_S) % steps * diameter, height // 8, diameter, diameter)
