"""The drawing child: draws cards and strips for the daemon, in a process with limits (screen/drawer.py asks it).

Knows: its questions and answers. Touches: stdin and stdout. Must not: be imported by the daemon, which would keep Pillow and the
fonts, 9 MB, for years (2026-11-26).
"""

from __future__ import annotations

from typing import Any

from player.base.children import RAW, answer_questions
from player.screen.drawing.order import decode_question
from player.screen.drawing.ordered import draw_order, find_letters


def answer(asked: dict[str, Any]) -> dict[str, Any]:
    """asked: an order (drawing/order.py), or `text`: its missing letters. The answer to an order has the packed pixels in RAW."""
    if "text" in asked:
        missing, package = find_letters(asked["text"])
        return {"missing": missing, "package": package}
    drawn = draw_order(decode_question(asked))
    return {"seconds": drawn.seconds, "width": drawn.width, "height": drawn.height, RAW: drawn.packed}


if __name__ == "__main__":
    answer_questions(answer)
