"""What lies over the layers: a card, the test pattern's dot on it, and the technician's strip on top of all.

Knows: in which order they lie, where the strip is, which page is turned up, which picture is out of date when it comes.
Touches: X, through XServer. Must not: know processes or layers, nor what is in a picture (drawing/ does).

A picture is ordered, and what was on screen stays until it comes.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from player.core.model import Card, CardKind, StickNotice
from player.screen.dot import Dot
from player.screen.drawing.order import DrawnPicture, DrawOrder, StageLook, due_page
from player.screen.x11.server import XServer
from player.screen.x11.windows import Box

Draw = Callable[[DrawOrder], DrawnPicture | None]
"""Orders a picture. None: it comes later, to `Overlays.take`."""
MOST_KEPT = 40
"""Pages of one card or strip that are kept, 0.1 MB each at 1920x1080; no message is so long."""
BLACK = bytes(4)
"""One pixel; a window's background repeats it."""


@dataclass(slots=True, eq=False)
class _Showing:
    """A card until another one is asked for, or strips until they are hidden. began_mono: the first page.

    seconds: how long each page stands; () before the first picture is there. page: the one that is turned up, or ordered.
    pages: those that were drawn, by their numbers: each is ordered once, however long they alternate.
    """

    subject: Card | StickNotice
    began_mono: float
    seconds: tuple[float, ...] = ()
    page: int = 0
    pages: dict[int, DrawnPicture] = field(default_factory=dict)


class Overlays:
    """In the region's frame. look: of the region and the words in it. mono: the clock."""

    def __init__(
        self, server: XServer, frame: int, look: StageLook, draw: Draw, mono: Callable[[], float] = time.monotonic
    ) -> None:
        self._server = server
        self._frame = frame
        self._look = look
        self._size = (look.width, look.height)
        self._draw = draw
        self._mono = mono
        self._card = server.open_window(frame, (0, 0, *self._size), black=False, shown=False)
        self._card_showing: _Showing | None = None
        self._notice = 0
        self._notice_size = (0, 0)
        self._notice_showing: _Showing | None = None
        self._lift = 0
        self._dot = Dot(server, frame, self._size)

    def show_card(self, card: Card) -> Card | None:
        """The card, if it is on screen already."""
        if card.kind is CardKind.BLACK:
            self._card_showing = None
            self._dot.hide()
            self._server.paint(self._card, 1, 1, BLACK)
            self._raise_card()
            return card
        self._card_showing = _Showing(card, self._mono())
        return self._order(self._card_showing, 0.0)

    def hide_card(self) -> None:
        self._card_showing = None
        self._dot.hide()
        self._server.show_window(self._card, False)

    def show_notice(self, notice: StickNotice) -> None:
        """A strip along the edge of the region that is the lower one in the picture as the panel hangs."""
        # Notices follow each other while a stick is read: the pages do not begin anew, and a picture that comes when there is
        # newer news is shown, so that the strip moves where drawing takes longer than news.
        if self._notice_showing is None:
            self._notice_showing = _Showing(notice, 0.0)
        self._notice_showing.subject = notice
        self._notice_showing.pages.clear()
        self._order(self._notice_showing, self._mono())

    def hide_notice(self) -> None:
        self._notice_showing = None
        if self._notice:
            self._server.close_window(self._notice)
            self._notice = 0

    def take(self, drawn: DrawnPicture) -> Card | None:
        """A picture that was ordered. What it is for may have gone; then nothing happens. The card, if it is on screen by it."""
        showing = drawn.order.showing
        if not isinstance(showing, _Showing) or showing not in (self._card_showing, self._notice_showing):
            return None
        if drawn.order.subject is showing.subject and len(showing.pages) < MOST_KEPT:
            showing.pages[drawn.page] = drawn
        return self._paint(showing, drawn)

    def turn_pages(self) -> None:
        """What has several pages shows the one that is due; with one page, nothing happens."""
        mono = self._mono()
        for showing in (self._card_showing, self._notice_showing):
            if showing is None or len(showing.seconds) < 2:
                continue
            at_s = mono - showing.began_mono
            if (due := due_page(showing.seconds, at_s)) != showing.page:
                showing.page = due
                if due in showing.pages:
                    self._paint(showing, showing.pages[due])
                else:
                    self._order(showing, at_s)

    def _order(self, showing: _Showing, at_s: float) -> Card | None:
        drawn = self._draw(DrawOrder(showing.subject, at_s, self._look, showing))
        return None if drawn is None else self.take(drawn)

    def _paint(self, showing: _Showing, drawn: DrawnPicture) -> Card | None:
        """The card, if it is on screen by it."""
        if isinstance(drawn.order.subject, Card):
            return self._paint_card(showing, drawn, drawn.order.subject)
        self._paint_notice(showing, drawn)
        return None

    def _paint_card(self, showing: _Showing, drawn: DrawnPicture, card: Card) -> Card | None:
        turned, showing.seconds = bool(showing.seconds), drawn.seconds
        if turned:
            if drawn.page == showing.page:  # else it comes so late that another one is due again
                self._server.paint_packed(self._card, drawn.width, drawn.height, drawn.packed)
            return None
        showing.began_mono = self._mono()
        self._dot.hide()
        self._server.paint_packed(self._card, drawn.width, drawn.height, drawn.packed)
        self._raise_card()
        if card.kind is CardKind.TEST_PATTERN:
            self._dot.show(self._mono())
        return card

    def _raise_card(self) -> None:
        self._server.show_window(self._card, True)
        self._server.raise_window(self._card)

    def _paint_notice(self, showing: _Showing, drawn: DrawnPicture) -> None:
        showing.seconds, showing.page = drawn.seconds, drawn.page
        size = (drawn.width, drawn.height)
        if not self._notice:
            self._notice_size = size
            self._notice = self._server.open_window(self._frame, self._place_notice(), black=False, shown=False)
        elif size != self._notice_size:
            self._notice_size = size
            self._server.move_window(self._notice, self._place_notice())
        self._server.paint_packed(self._notice, drawn.width, drawn.height, drawn.packed)
        self._server.show_window(self._notice, True)
        self.raise_notice()

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
        places = {0: (right, lower - down), 90: (along, lower), 180: (0, down), 270: (right - along, 0)}
        x, y = places[self._look.rotation]
        return x, y, width, height

    def raise_notice(self) -> None:
        """Over whatever was raised last."""
        if self._notice:
            self._server.raise_window(self._notice)

    def move_dot(self) -> None:
        self._dot.move(self._mono())
