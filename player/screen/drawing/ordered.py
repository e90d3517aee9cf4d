"""Cards and strips as they are ordered: which page is due, and its picture; and the letters that a text lacks.

Knows: what draws which. Touches nothing. Must not: be imported by the daemon while a child can draw (screen/drawer.py).
"""

from __future__ import annotations

import zlib
from typing import assert_never

from player.core.model import Card, StickNotice
from player.screen.drawing.cards import card_page_seconds, draw_card
from player.screen.drawing.fonts import missing_letters, package_for
from player.screen.drawing.order import DrawnPicture, DrawOrder, due_page
from player.screen.drawing.strip import PAGE_S, draw_notice, notice_pages

PACK_LEVEL = 1
"""12 ms for 8 MB; what comes out is 0.1 MB, and the way through a pipe is as much sooner (2026-11-26)."""


def draw_order(order: DrawOrder) -> DrawnPicture:
    look = order.look
    size, rotation = (look.width, look.height), look.rotation
    match order.subject:
        case Card() as card:
            seconds = card_page_seconds(card, *size, look.panel, look.language, rotation)
            page = due_page(seconds, order.at_s)
            picture = draw_card(card, *size, look.panel, look.language, rotation, page)
        case StickNotice() as notice:
            seconds = (PAGE_S,) * notice_pages(notice, *size, look.language, rotation)
            picture = draw_notice(notice, *size, look.language, rotation, due_page(seconds, order.at_s))
        case _ as never:
            assert_never(never)
    return DrawnPicture(order, seconds, picture.width, picture.height, zlib.compress(picture.bgrx, PACK_LEVEL))


def find_letters(text: str) -> tuple[str, str]:
    """The letters that no installed font has, and the package that would bring them."""
    missing = missing_letters(text)
    return missing, package_for(missing) if missing else ""
