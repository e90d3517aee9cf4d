"""Pictures: each panel is asked at most once in a while, whoever looks, and only a JPEG that was asked for is shown."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime

from player.office.web.live.pictures import EVERY_S, KEPT_BYTES, KEPT_S, LARGE, SMALL, Pictures
from tests.kit.jpegs import a_jpeg
from tests.kit.loops import a_turn

WALL = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
JPEG = a_jpeg()


@dataclass
class Asking:
    """Pictures with a clock that stands until a test moves it."""

    mono: float = 1000.0
    asked: list[tuple[str, int]] = field(default_factory=list)
    came: list[str] = field(default_factory=list)
    reachable: bool = True

    def __post_init__(self) -> None:
        self.pictures = Pictures(self.ask, self.came.append, lambda: self.mono)

    def ask(self, panel: str, width: int) -> str:
        if not self.reachable:
            return ""
        self.asked.append((panel, width))
        return f"c{len(self.asked)}"

    def arrives(self, panel: str, number: int | None = None, data: bytes = JPEG) -> None:
        self.pictures.take(panel, f"c{number or len(self.asked)}", data, WALL)


def test_a_panel_is_asked_once_however_many_look() -> None:
    """Within the pause nobody's look asks again; after it one does."""
    asking = Asking()
    for _ in range(50):
        asking.pictures.want("serang-01")
    asking.mono += EVERY_S - 0.1
    asking.pictures.want("serang-01")
    assert asking.asked == [("serang-01", SMALL)]
    asking.mono += 0.2
    asking.pictures.want("serang-01")
    assert len(asking.asked) == 2


def test_a_panel_that_does_not_answer_is_not_asked_more_often() -> None:
    """The pause counts from the question."""
    asking = Asking()
    for _ in range(5):
        asking.pictures.want("serang-01")
        asking.mono += EVERY_S / 5
    assert len(asking.asked) == 1


def test_while_a_panel_has_its_page_open_its_pictures_are_large() -> None:
    """The wall gets the large one, too; afterwards they are small again."""
    asking = Asking()
    asking.pictures.want("serang-01", large=True)
    asking.mono += EVERY_S
    asking.pictures.want("serang-01")
    asking.mono += 2 * EVERY_S
    asking.pictures.want("serang-01")
    assert [width for _, width in asking.asked] == [LARGE, LARGE, SMALL]


def test_without_a_broker_nobody_is_asked_and_nothing_is_lost() -> None:
    """What could not be asked is asked as soon as it can be."""
    asking = Asking(reachable=False)
    asking.pictures.want("serang-01")
    asking.reachable = True
    asking.pictures.want("serang-01")
    assert len(asking.asked) == 1


def test_only_what_was_asked_for_is_kept() -> None:
    """A picture with another id, of another panel, or a second one is nobody's."""
    asking = Asking()
    asking.arrives("serang-01", 1)
    asking.pictures.want("serang-01")
    asking.arrives("serang-02", 1)
    asking.arrives("serang-01", 7)
    assert asking.came == []
    asking.arrives("serang-01", 1)
    asking.arrives("serang-01", 1, a_jpeg(16, 16))
    kept = asking.pictures.newest("serang-01")
    assert asking.came == ["serang-01"]
    assert kept is not None
    assert kept.jpeg.width == 64


def test_what_is_no_jpeg_is_not_kept() -> None:
    """HTML from a panel that was taken over is shown to nobody; the picture before stays."""
    asking = Asking()
    asking.pictures.want("serang-01")
    asking.arrives("serang-01")
    asking.mono += EVERY_S
    asking.pictures.want("serang-01")
    asking.arrives("serang-01", data=b"<script>alert(1)</script>")
    kept = asking.pictures.newest("serang-01")
    assert asking.came == ["serang-01"]
    assert kept is not None
    assert kept.jpeg.data.startswith(b"\xff\xd8")


def test_an_old_picture_is_not_shown() -> None:
    """It would pass for what is on screen."""
    asking = Asking()
    asking.pictures.want("serang-01")
    asking.arrives("serang-01")
    asking.mono += KEPT_S
    assert asking.pictures.newest("serang-01") is None


def test_pictures_take_no_more_memory_than_they_may() -> None:
    """The oldest make way."""
    asking = Asking()
    large = a_jpeg(1280, 720, quality=100, comment=b"")
    large = large[:-2] + bytes(1 << 20) + b"\xff\xd9"
    count = 3 * KEPT_BYTES // len(large)
    for number in range(count):
        asking.pictures.want(f"panel-{number:03}")
        asking.arrives(f"panel-{number:03}", data=large)
    kept = [n for n in range(count) if asking.pictures.newest(f"panel-{n:03}") is not None]
    assert kept == list(range(count - len(kept), count))
    assert len(kept) * len(large) <= KEPT_BYTES


def test_who_waits_for_a_picture_gets_the_one_that_comes() -> None:
    """Two that wait get the same one, for one question; a refusal ends the wait, too."""

    async def wait(refused: bool) -> tuple[list[bool], int]:
        asking = Asking()
        waiting = [asyncio.ensure_future(asking.pictures.picture("serang-01")) for _ in range(2)]
        await a_turn()
        if refused:
            asking.pictures.refuse("serang-01", "c1")
        else:
            asking.arrives("serang-01")
        return [(await each) is not None for each in waiting], len(asking.asked)

    assert asyncio.run(wait(refused=False)) == ([True, True], 1)
    assert asyncio.run(wait(refused=True)) == ([False, False], 1)
