"""Who draws cards and strips: what waits, what the child gives back, and that a card comes whatever becomes of the child."""

from __future__ import annotations

import json
import os
import queue
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from player.base.children import ParserChild
from player.core.effects import FindLetters, HideCard, ShowCard
from player.core.events import CardShown, Event, LettersFound, StageOpened
from player.core.model import Card, CardKind, StickNotice, StickStage
from player.screen.drawer import CHILD, MOST_TEXTS, Drawer, DrawingQueue
from player.screen.drawing.order import DrawnPicture, DrawOrder, StageLook, decode_question, encode_question
from player.screen.drawing.ordered import draw_order
from player.screen.room import Screen
from player.screen.x11.pixels import is_lit
from player.screen.x11.server import XServer
from player.settings.models import PanelSection, ScreenSection
from tests.kit.panel import Panel
from tests.kit.waiting import LEAST_S, wait_for
from tests.kit.xvfb import running_xvfb

LOOK = StageLook(64, 32, "test-01", "id", 90)
CARD = Card(CardKind.IDENTIFY)
MESSAGE = Card(CardKind.TEXT, "Banjir di Jalan Veteran", "merah")
READING = StickNotice(StickStage.READING, "KANTOR-1", 7, 12.5)
PATIENT_S = 600.0
"""No child is given up before the test is (waiting.py)."""


def card(subject: Card = CARD, at_s: float = 0.0) -> DrawOrder:
    return DrawOrder(subject, at_s, LOOK)


def strip(percent: int = 7) -> DrawOrder:
    return DrawOrder(replace(READING, percent=percent), 5.0, LOOK)


def gated_child(folder: Path) -> tuple[str, ...]:
    """The drawing child, which waits for the file `gate` before it begins; each of its starts is a line in `starts`."""
    wait = f'echo started >> "{folder}/starts"; while [ ! -e "{folder}/gate" ]; do sleep 0.02; done'
    return "sh", "-c", f'{wait}; exec "{sys.executable}" -m {CHILD}'


class Asked:
    """A drawer and what it has told. program: what runs as its child."""

    def __init__(self, program: tuple[str, ...], *, idle_s: float = PATIENT_S, answer_s: float = PATIENT_S) -> None:
        self.told: queue.SimpleQueue[DrawnPicture | LettersFound] = queue.SimpleQueue()
        self.children: list[ParserChild] = []
        self._program = program
        self.drawer = Drawer(self.told.put, idle_s=idle_s, answer_s=answer_s, start=self._start)

    def _start(self, answer_s: float) -> ParserChild:
        self.children.append(ParserChild(self._program, answer_s))
        return self.children[-1]

    def next(self) -> DrawnPicture | LettersFound:
        return self.told.get(timeout=LEAST_S)

    def next_picture(self) -> DrawnPicture:
        answer = self.next()
        assert isinstance(answer, DrawnPicture)
        return answer

    def drawn(self, order: DrawOrder) -> bool:
        """Whether the next answer is this order's picture, as it is drawn anywhere."""
        answer, wanted = self.next_picture(), draw_order(order)
        return answer.order is order and answer == wanted


@contextmanager
def asked(program: tuple[str, ...], *, idle_s: float = PATIENT_S, answer_s: float = PATIENT_S) -> Iterator[Asked]:
    each = Asked(program, idle_s=idle_s, answer_s=answer_s)
    try:
        yield each
    finally:
        each.drawer.close()


OUR_CHILD = (sys.executable, "-m", CHILD)


# ---- pure


def test_of_cards_and_of_strips_only_the_newest_waits() -> None:
    """Whatever comes while something is drawn, one card, one strip and a few texts wait, the card before all others."""
    waiting = DrawingQueue()
    orders = [card(), strip(1), card(MESSAGE), strip(2), strip(3)]
    for order in orders:
        waiting.put(order)
    text = FindLetters("c1", "Awas")
    waiting.put(text)
    taken = [waiting.take() for _ in range(4)]
    assert taken[0] is orders[2]
    assert taken[1] is text
    assert taken[2] is orders[4]
    assert taken[3] is None
    assert not waiting
    texts = [FindLetters(str(number), "Awas") for number in range(2 * MOST_TEXTS)]
    for text in texts:
        waiting.put(text)
    assert [waiting.take() for _ in range(MOST_TEXTS + 1)] == [*texts[-MOST_TEXTS:], None]


@pytest.mark.parametrize(
    "order", [card(), card(MESSAGE, 4.5), strip(), DrawOrder(StickNotice(StickStage.REFUSED, number=12), 0.0, LOOK)]
)
def test_the_child_is_asked_for_what_was_ordered(order: DrawOrder) -> None:
    """What the child understands of the question is the order, but for what it is for."""
    assert decode_question(json.loads(json.dumps(encode_question(replace(order, showing=object()))))) == order


# ---- with the child


@pytest.mark.live
def test_the_child_draws_as_the_daemon_does() -> None:
    """A card, a strip, a further page of a message and the letters that a text lacks, all from one process."""
    with asked(OUR_CHILD) as each:
        for order in (card(), strip(), card(MESSAGE, 4.5)):
            assert each.drawer.draw(order) is None
            assert each.drawn(order)
        each.drawer.find_letters(FindLetters("c1", "Awas \ufdd0"))
        assert each.next() == LettersFound("c1", "\ufdd0", "fonts-noto-core")
        assert len(each.children) == 1


@pytest.mark.live
def test_an_urgent_message_waits_for_no_process() -> None:
    """Where no child waits for work the daemon draws a message at once; a child that waits is asked, which is as soon."""
    with asked(OUR_CHILD) as each:
        order = card()
        each.drawer.draw(order)
        assert each.drawn(order)
        message = card(MESSAGE)
        wait_for(lambda: each.drawer.child_waits, 20, "the child waits for work")
        assert each.drawer.draw(message) is None
        assert each.drawn(message)
    with asked(OUR_CHILD) as each:
        at_once = each.drawer.draw(message)
        assert at_once is not None
        assert at_once == draw_order(message)
        assert not each.children


@pytest.mark.live
def test_the_news_of_a_stick_start_one_process(tmp_path: Path) -> None:
    """A hundred strips while the child starts: at most one old one is drawn, then the newest, and the child ends after them."""
    with asked(gated_child(tmp_path), idle_s=0.5) as each:
        orders = [strip(percent) for percent in range(100)]
        for order in orders:
            assert each.drawer.draw(order) is None
        (tmp_path / "gate").touch()
        answers = [each.next_picture()]
        if answers[-1].order is not orders[-1]:
            answers.append(each.next_picture())
        assert answers[-1].order is orders[-1]
        wait_for(lambda: each.children[0].pid is None, 20, "the child has ended")
        assert each.told.empty()
        assert (tmp_path / "starts").read_text().split() == ["started"]
        each.drawer.draw(orders[0])
        assert each.drawn(orders[0]), "the next one starts another process"


@pytest.mark.live
@pytest.mark.parametrize(
    "program",
    [
        ("false",),
        ("/nowhere/python",),
        ("sleep", "1000"),
        ("sh", "-c", "read line; echo nonsense"),
        ("sh", "-c", """read line; echo '{"seconds": [], "width": 1, "height": 1}'; read line"""),
        ("sh", "-c", """read line; echo '{"seconds": [4], "width": 1, "height": 1, "raw_bytes": 90000}'
            head -c 90000 /dev/zero; read line"""),
    ],
)  # fmt: skip
def test_a_card_comes_without_a_child(program: tuple[str, ...]) -> None:
    """One that cannot be started, ends, does not answer, or answers nonsense: the daemon draws, now and from now on."""
    with asked(program, answer_s=0.2) as each:
        for order in (card(), strip()):
            each.drawer.draw(order)
            assert each.drawn(order)
        each.drawer.find_letters(FindLetters("c1", "Awas"))
        assert each.next() == LettersFound("c1", "", "")
        assert len(each.children) == 1


@pytest.mark.live
def test_a_card_comes_when_the_child_was_killed(tmp_path: Path) -> None:
    """Between two orders another child is started; in the midst of one the daemon draws."""
    with asked(OUR_CHILD) as each:
        first, second = card(), card(Card(CardKind.TEST_PATTERN))
        each.drawer.draw(first)
        assert each.drawn(first)
        assert each.children[0].pid is not None
        os.kill(each.children[0].pid, signal.SIGKILL)
        each.drawer.draw(second)
        assert each.drawn(second)
    began = tmp_path / "began"
    with asked(
        ("sh", "-c", f'read line; echo $$ > "{began}.new"; mv "{began}.new" "{began}"; exec sleep 1000')
    ) as each:
        each.drawer.draw(first)
        wait_for(began.exists, 20, "the child has been asked")
        os.kill(int(began.read_text()), signal.SIGKILL)
        assert each.drawn(first)


@pytest.mark.live
def test_a_drawer_that_is_closed_ends_its_child() -> None:
    """Also one that has just been asked: nothing is left behind, and no thread either."""
    with asked(("sleep", "1000")) as each:
        each.drawer.draw(card())
        wait_for(lambda: each.children and each.children[0].pid is not None, 20, "the child")
        pid = each.children[0].pid
        each.drawer.close()
        wait_for(lambda: not Path(f"/proc/{pid}").exists(), 20, "the child has ended")
        assert each.told.empty()


# ---- on a screen


class Shown:
    """A screen room on a display of its own, whose child draws nothing before `let_draw`."""

    def __init__(self, display: str, server: XServer, folder: Path) -> None:
        self.events: list[Event] = []
        self.server = server
        self._gate = folder / "gate"
        self._program = gated_child(folder)
        self.room = Screen(
            ScreenSection(display=display), PanelSection(name="test-01"), self.events.append, make_drawer=self._drawer
        )

    def _drawer(self, tell: Callable[[DrawnPicture | LettersFound], None]) -> Drawer:
        return Drawer(tell, answer_s=PATIENT_S, start=lambda answer_s: ParserChild(self._program, answer_s))

    def let_draw(self) -> None:
        self._gate.touch()

    @property
    def cards(self) -> list[Card]:
        return [event.card for event in list(self.events) if isinstance(event, CardShown)]

    def pixels(self) -> bytes:
        return self.server.grab(self.server.root, (0, 0, 1280, 720))


@contextmanager
def slow_screen(folder: Path) -> Iterator[Shown]:
    with running_xvfb() as display, XServer(display) as server:
        shown = Shown(display, server, folder)
        with shown.room:
            wait_for(lambda: any(isinstance(event, StageOpened) for event in list(shown.events)), 20, "the stage")
            yield shown


@pytest.mark.live
def test_a_message_is_on_screen_while_the_child_still_starts(tmp_path: Path) -> None:
    """The daemon draws it; the card that was ordered before never covers it."""
    with slow_screen(tmp_path) as shown:
        shown.room.perform(ShowCard(CARD))
        shown.room.perform(ShowCard(MESSAGE))
        wait_for(lambda: shown.cards == [MESSAGE], 20, "the message")


@pytest.mark.live
def test_what_is_on_screen_stays_until_the_card_is_drawn(tmp_path: Path) -> None:
    """Nothing is told of a card, and nothing waits for it, until it is there; one that was taken away never comes."""
    black, last = Card(CardKind.BLACK), Card(CardKind.TEST_PATTERN)
    with slow_screen(tmp_path) as shown:
        shown.room.perform(ShowCard(black))
        wait_for(lambda: shown.cards == [black], 20, "planned dark, which needs no drawing")
        shown.room.perform(ShowCard(CARD))
        shown.room.perform(ShowCard(black))
        wait_for(lambda: shown.cards == [black, black], 20, "what is asked later is not held up")
        shown.room.perform(ShowCard(CARD))
        shown.room.perform(HideCard())
        shown.room.perform(ShowCard(last))
        assert not is_lit(shown.pixels())
        shown.let_draw()
        wait_for(lambda: shown.cards[2:], 60, "the card")
        assert shown.cards == [black, black, last]
        assert is_lit(shown.pixels())


@pytest.mark.live
def test_the_daemon_does_not_keep_what_draws(tmp_path: Path) -> None:
    """The card of a panel without content is on screen, and Pillow is not in the daemon's process."""
    with running_xvfb() as display, XServer(display) as server:
        panel = Panel(tmp_path, display, 1).start()
        try:
            wait_for(lambda: is_lit(server.grab(server.root, (0, 0, 1280, 720))), 60, "the card")
            assert panel.process is not None
            assert "_imaging" not in Path(f"/proc/{panel.process.pid}/maps").read_text()
        finally:
            panel.stop()
