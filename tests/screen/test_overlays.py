"""Cards and strips with several pages on a real X server, and the mark that stays of a strip."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import pytest

from player.contract import commands as c
from player.core.effects import SendReply
from player.core.events import LettersFound, StateSaved
from player.core.model import Card, CardKind, StickNotice, StickStage
from player.screen.drawing.cards import card_page_seconds, draw_card
from player.screen.drawing.order import DrawnPicture, DrawOrder, StageLook
from player.screen.drawing.ordered import draw_order
from player.screen.drawing.picture import Picture
from player.screen.drawing.strip import PAGE_S, draw_notice
from player.screen.overlays import Draw, Overlays
from player.screen.x11.server import XServer
from tests.kit.rig import Rig
from tests.kit.waiting import wait_for
from tests.kit.xvfb import running_xvfb

pytestmark = pytest.mark.live

SIZE = (64, 32)
MESSAGE = Card(CardKind.TEXT, "Banjir di Jalan Veteran\nLewat Jalan Ahmad Yani", "merah")
IDENTIFY = Card(CardKind.IDENTIFY)
READING = StickNotice(StickStage.READING)
REFUSED = StickNotice(StickStage.REFUSED, number=12, words="TANDA TANGAN SALAH")


@dataclass
class Panel:
    """A region of SIZE in the corner of a screen; mono: what its clock says. draw: at once, where nothing else is said."""

    server: XServer
    rotation: int = 0
    mono: float = 1000.0
    draw: Draw = draw_order

    def __post_init__(self) -> None:
        look = StageLook(*SIZE, "x", "id", self.rotation)
        self.overlays = Overlays(self.server, self.server.root, look, self.draw, lambda: self.mono)

    def pixels(self, x: int, y: int, width: int, height: int) -> bytes:
        return self.server.grab(self.server.root, (x, y, width, height))

    def shows(self, picture: Picture | DrawnPicture, x: int = 0, y: int = 0) -> bool:
        seen = self.pixels(x, y, picture.width, picture.height)
        wanted = picture.bgrx if isinstance(picture, Picture) else zlib.decompress(picture.packed)
        return all(seen[n::4] == wanted[n::4] for n in range(3))


@contextmanager
def small_panel(rotation: int = 0, draw: Draw = draw_order) -> Iterator[Panel]:
    with running_xvfb() as display, XServer(display) as server:
        yield Panel(server, rotation, draw=draw)


def test_the_pages_of_a_message_alternate() -> None:
    """Each stands for its time, the first one comes again, and another card begins with its first page."""
    seconds = card_page_seconds(MESSAGE, *SIZE, "x", "id")
    first, second = (draw_card(MESSAGE, *SIZE, "x", "id", page=n) for n in range(2))
    with small_panel() as panel:
        panel.overlays.show_card(MESSAGE)
        assert panel.shows(first)
        panel.mono += seconds[0] - 0.1
        panel.overlays.turn_pages()
        assert panel.shows(first)
        panel.mono += 0.2
        panel.overlays.turn_pages()
        assert panel.shows(second)
        panel.mono += seconds[1]
        panel.overlays.turn_pages()
        assert panel.shows(first)
        panel.mono += seconds[0]
        panel.overlays.show_card(MESSAGE)
        assert panel.shows(first), "shown anew, it is read from its begin"
        panel.overlays.hide_card()
        panel.mono += seconds[0]
        panel.overlays.turn_pages()
        assert not panel.shows(second), "what is hidden turns no pages"


def test_the_words_of_a_low_strip_alternate() -> None:
    """The number stays while the words beside it change."""
    with small_panel() as panel:
        pages = [draw_notice(REFUSED, *SIZE, "id", page=n) for n in range(4)]
        panel.mono = 0.0
        panel.overlays.show_notice(REFUSED)
        for page in (*pages, pages[0]):
            assert panel.shows(page, 0, SIZE[1] - page.height)
            panel.mono += PAGE_S
            panel.overlays.turn_pages()


def test_a_picture_that_is_out_of_date_is_not_shown() -> None:
    """Of a card that made way for another, was hidden, or whose strip was hidden; what was on screen stays until then."""
    orders: list[DrawOrder] = []
    with small_panel(draw=orders.append) as panel:
        before = panel.pixels(0, 0, *SIZE)
        assert panel.overlays.show_card(IDENTIFY) is None
        assert panel.overlays.show_card(MESSAGE) is None
        assert panel.overlays.take(draw_order(orders[0])) is None
        assert panel.pixels(0, 0, *SIZE) == before
        assert panel.overlays.take(draw_order(orders[1])) == MESSAGE
        assert panel.shows(draw_order(orders[1]))
        panel.overlays.show_card(IDENTIFY)
        assert panel.shows(draw_order(orders[1])), "the card before it stays"
        panel.overlays.hide_card()
        panel.overlays.show_notice(REFUSED)
        panel.overlays.hide_notice()
        hidden = panel.pixels(0, 0, *SIZE)
        assert not any(panel.overlays.take(draw_order(order)) for order in orders)
        assert panel.pixels(0, 0, *SIZE) == hidden


def test_a_late_page_is_no_new_card() -> None:
    """A further page comes to the card that it belongs to, and is not told as one. Each is ordered once, for all its turns."""
    orders: list[DrawOrder] = []
    with small_panel(draw=orders.append) as panel:
        panel.overlays.show_card(MESSAGE)
        first = draw_order(orders[0])
        panel.mono += 5.0
        panel.overlays.turn_pages()
        assert len(orders) == 1, "what is not there yet has no pages"
        assert panel.overlays.take(first) == MESSAGE
        panel.mono += first.seconds[0] + 0.1
        panel.overlays.turn_pages()
        panel.overlays.turn_pages()
        assert len(orders) == 2
        assert panel.overlays.take(draw_order(orders[1])) is None
        assert panel.shows(draw_card(MESSAGE, *SIZE, "x", "id", page=1))
        for page in (0, 1, 0):
            panel.mono += first.seconds[1 - page]
            panel.overlays.turn_pages()
            assert panel.shows(draw_card(MESSAGE, *SIZE, "x", "id", page=page))
        assert len(orders) == 2, "what was drawn once is kept"


def test_a_page_that_comes_when_another_is_due_again_waits_for_its_turn() -> None:
    """The page that is due stays; the late one is shown when it is due."""
    orders: list[DrawOrder] = []
    with small_panel(draw=orders.append) as panel:
        panel.overlays.show_card(MESSAGE)
        first = draw_order(orders[0])
        panel.overlays.take(first)
        panel.mono += first.seconds[0]
        panel.overlays.turn_pages()
        late = draw_order(orders[1])
        panel.mono += first.seconds[1]
        panel.overlays.turn_pages()
        panel.overlays.take(late)
        assert panel.shows(first)
        panel.mono += first.seconds[0]
        panel.overlays.turn_pages()
        assert panel.shows(late)


def test_the_pages_of_older_news_are_not_turned_up() -> None:
    """Where newer news is still drawn, a page that is due is ordered of the newer."""
    orders: list[DrawOrder] = []
    newer = replace(REFUSED, number=13)
    with small_panel(draw=orders.append) as panel:
        panel.mono = 0.0
        panel.overlays.show_notice(REFUSED)
        panel.overlays.take(draw_order(orders[-1]))
        panel.mono += PAGE_S
        panel.overlays.turn_pages()
        panel.overlays.take(draw_order(orders[-1]))
        panel.overlays.show_notice(newer)
        panel.mono -= PAGE_S
        panel.overlays.turn_pages()
        assert [order.subject for order in orders] == [REFUSED, REFUSED, newer, newer]


def test_a_strip_moves_though_news_come_faster_than_pictures() -> None:
    """A picture of older news is shown while the newer one is still drawn."""
    orders: list[DrawOrder] = []
    with small_panel(draw=orders.append) as panel:
        for percent in (1, 2):
            panel.overlays.show_notice(replace(READING, percent=percent))
        older, newer = (draw_order(order) for order in orders)
        for picture in (older, newer):
            panel.overlays.take(picture)
            assert panel.shows(picture, 0, SIZE[1] - picture.height)


@pytest.mark.parametrize(
    ("rotation", "right", "lower"), [(0, True, True), (90, False, True), (180, False, False), (270, True, False)]
)
def test_the_mark_lies_in_the_lower_right_corner_as_the_panel_hangs(rotation: int, right: bool, lower: bool) -> None:
    """What stays of a strip moves to the corner, and the strip's other pixels are free again."""
    mark = draw_notice(replace(REFUSED, small=True), *SIZE, "id", rotation)
    x = SIZE[0] - mark.width if right else 0
    y = SIZE[1] - mark.height if lower else 0
    with small_panel(rotation) as panel:
        before = panel.pixels(0, 0, *SIZE)
        panel.overlays.show_notice(REFUSED)
        assert panel.pixels(0, 0, *SIZE) != before
        panel.overlays.show_notice(replace(REFUSED, small=True))
        assert panel.shows(mark, x, y)
        panel.overlays.hide_notice()
        assert panel.pixels(0, 0, *SIZE) == before


def test_the_screen_says_which_letters_it_lacks() -> None:
    """The message is on screen, with an ellipsis for the letters; the answer names them, and what would bring them."""
    nobody = "\ufdd0"  # never a letter, so that no font will ever have it
    shown = draw_card(Card(CardKind.TEXT, "Awas \u2026 banjir"), *SIZE, "test-01", "id")
    with (
        running_xvfb() as display,
        XServer(display) as server,
        Rig(display, [], screen={"region": (0, 0, *SIZE)}) as rig,
    ):
        rig.order(c.Show(text=f"Awas {nobody} banjir", seconds=60))
        wait_for(lambda: any(isinstance(event, LettersFound) for event in list(rig.events)), 20, "the letters")
        rig.tell(StateSaved("c1", True))
        wait_for(lambda: rig.asked(SendReply), 20, "the answer")
        [reply] = rig.asked(SendReply)
        assert reply.stage == "done"
        assert reply.detail.endswith(f"this panel has no letters for {nobody}; install fonts-noto-core")
        seen = Panel(server)
        wait_for(lambda: seen.shows(shown), 20, "the message with its ellipsis")
