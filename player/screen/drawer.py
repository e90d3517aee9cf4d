"""Cards and strips are drawn by a child process that ends again, and in the daemon only where that is sooner or safer.

Knows: what waits to be drawn, and who draws it. Touches: the drawing child (drawing/child.py), in a thread of its own that ends
with it. Must not: make the screen's thread wait for the child, nor leave a card undrawn because there is no child.

A daemon that has drawn one card keeps Pillow, its libraries and the fonts for years: 38 MB instead of 30 (2026-11-26). Where
they are in the daemon all the same, since a message was urgent or the child failed, the daemon draws everything by itself.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable

from player.base.children import ChildDied, ParserChild
from player.base.strict_json import as_list, as_seconds, as_text, as_whole
from player.core.effects import FindLetters
from player.core.events import LettersFound
from player.core.model import Card
from player.screen.drawing.order import DrawnPicture, DrawOrder, encode_question

log = logging.getLogger(__name__)

CHILD = "player.screen.drawing.child"
IDLE_S = 10.0
"""A child that was asked nothing for so long is ended: it holds 28 MB at 1920x1080 (2026-11-26). The strip of a stick that
is read is drawn anew several times a second, and starts one process."""
ANSWER_S = 3.0
"""A child that has to start answers in 0.2 s (2026-11-26). The daemon's own drawing must come before the picture check takes the
missing card for a fault (5 s)."""
CLOSE_S = 1.5
"""A child that is waited for is given up within a second (children.BREATH_S)."""
MOST_TEXTS = 16
"""Whoever sent so many texts at once does not wait for the first one's letters any more."""
MOST_PAGES = 1000
PIXEL_BYTES = 4
PACKED_MORE_BYTES = 1 << 16
"""By so much the packed pixels of the smallest picture may be more than the raw ones."""


class DrawingQueue:
    """What waits to be drawn: the newest card first, then texts whose letters are looked for, then the newest strip."""

    def __init__(self) -> None:
        self._card: DrawOrder | None = None
        self._strip: DrawOrder | None = None
        self._texts: deque[FindLetters] = deque(maxlen=MOST_TEXTS)

    def put(self, asked: DrawOrder | FindLetters) -> None:
        if isinstance(asked, FindLetters):
            self._texts.append(asked)
        elif isinstance(asked.subject, Card):
            self._card = asked
        else:
            self._strip = asked

    def take(self) -> DrawOrder | FindLetters | None:
        """None: nothing waits."""
        if self._card is not None:
            card, self._card = self._card, None
            return card
        if self._texts:
            return self._texts.popleft()
        strip, self._strip = self._strip, None
        return strip

    def drop_card(self) -> None:
        """Another one came in its place."""
        self._card = None

    def __bool__(self) -> bool:
        return bool(self._card or self._strip or self._texts)


class _Stopping(Exception):
    """The room closes while the child is asked."""


class Drawer:
    """Of the screen room. `tell` gets the answers, in the thread "drawer". idle_s, answer_s: see IDLE_S, ANSWER_S."""

    def __init__(
        self,
        tell: Callable[[DrawnPicture | LettersFound], None],
        *,
        idle_s: float = IDLE_S,
        answer_s: float = ANSWER_S,
        start: Callable[[float], ParserChild] = lambda answer_s: ParserChild.of(CHILD, answer_s),
    ) -> None:
        """start: makes the child, which begins with the first question."""
        self._tell = tell
        self._idle_s = idle_s
        self._answer_s = answer_s
        self._start = start
        self._changed = threading.Condition()
        self._queue = DrawingQueue()
        self._thread: threading.Thread | None = None
        self.child_waits = False
        """A child runs that has answered before, and has nothing to do."""
        self._stopping = False
        self._here = threading.Lock()
        self._draws_here = False

    def draw(self, order: DrawOrder) -> DrawnPicture | None:
        """What is urgent comes back at once, where that is sooner; else None, and `tell` gets the answer."""
        with self._changed:
            at_once = order.is_urgent and (self._draws_here or not self.child_waits)
            if at_once:
                self._queue.drop_card()
            else:
                self._put(order)
        return self._draw_here(order) if at_once else None

    def find_letters(self, effect: FindLetters) -> None:
        with self._changed:
            self._put(effect)

    def close(self) -> None:
        """The child ends, and nothing is drawn any more."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
            thread = self._thread
        if thread is not None:
            thread.join(CLOSE_S)

    def _put(self, asked: DrawOrder | FindLetters) -> None:
        self._queue.put(asked)
        self.child_waits = False
        self._changed.notify()
        if self._thread is None:
            self._begin()

    def _begin(self) -> None:
        self._thread = threading.Thread(target=self._run, name="drawer", daemon=True)
        self._thread.start()

    # ---- the thread

    def _run(self) -> None:
        try:
            with self._start(self._answer_s) as child:
                while (asked := self._next(child)) is not None:
                    self._tell(self._answer(child, asked))
        except _Stopping:
            pass
        finally:
            with self._changed:
                self.child_waits, self._thread = False, None
                # What came while the child ended, or before a fault of our own ended the thread, is not forgotten.
                if self._queue and not self._stopping:
                    self._begin()

    def _next(self, child: ParserChild) -> DrawOrder | FindLetters | None:
        """None: nothing came for long, or the room closes."""
        with self._changed:
            self.child_waits = child.pid is not None and not self._queue
            until_mono = time.monotonic() + self._idle_s
            while not self._queue and not self._stopping and (left_s := until_mono - time.monotonic()) > 0:
                self._changed.wait(left_s)
            self.child_waits = False
            return None if self._stopping else self._queue.take()

    def _answer(self, child: ParserChild, asked: DrawOrder | FindLetters) -> DrawnPicture | LettersFound:
        if not self._draws_here:
            try:
                return self._ask(child, asked)
            except (ChildDied, OSError, ValueError, KeyError) as error:
                log.warning("the daemon draws by itself from now on: the process that draws failed (%s)", error)
        return self._draw_here(asked) if isinstance(asked, DrawOrder) else self._find_here(asked)

    def _ask(self, child: ParserChild, asked: DrawOrder | FindLetters) -> DrawnPicture | LettersFound:
        """Raises ChildDied and OSError; ValueError and KeyError for an answer that makes no sense."""
        if isinstance(asked, FindLetters):
            answer = child.ask({"text": asked.text}, breathe=self._breathe)
            return LettersFound(asked.command_id, as_text(answer["missing"]), as_text(answer["package"]))
        packed, most = bytearray(), asked.look.width * asked.look.height * PIXEL_BYTES + PACKED_MORE_BYTES

        def keep(block: bytes) -> None:
            packed.extend(block)
            if len(packed) > most:
                raise ValueError("its picture is larger than the region")

        answer = child.ask(encode_question(asked), breathe=self._breathe, sink=keep)
        seconds = tuple(as_seconds(each) for each in as_list(answer["seconds"])[:MOST_PAGES])
        width, height = as_whole(answer["width"], 1), as_whole(answer["height"], 1)
        if not seconds or not sum(seconds):
            raise ValueError("its picture has no page")
        return DrawnPicture(asked, seconds, width, height, bytes(packed))

    def _breathe(self) -> None:
        if self._stopping:
            raise _Stopping

    # ---- in the daemon

    def _draw_here(self, order: DrawOrder) -> DrawnPicture:
        # Here, not at the top: only where no child draws. One thread at a time: the screen's, or that of the drawer.
        with self._here:
            self._draws_here = True
            from player.screen.drawing.ordered import draw_order

            return draw_order(order)

    def _find_here(self, effect: FindLetters) -> LettersFound:
        with self._here:
            self._draws_here = True
            from player.screen.drawing.ordered import find_letters

            return LettersFound(effect.command_id, *find_letters(effect.text))
