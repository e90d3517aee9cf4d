"""The child that draws an urgent message as a panel will: a process with limits, whose fonts and pictures no server loads.

Knows: its question and its answer. Touches: stdin and stdout. Must not: be imported by the server.
"""

from __future__ import annotations

from typing import Any

from player.base.children import RAW, answer_questions
from player.office.preview import draw_message

WIDEST_PX = 1280
"""A page of the console shows no picture wider; what is drawn larger is made smaller after it was drawn."""


def answer(asked: dict[str, Any]) -> dict[str, Any]:
    """asked: text, colour, width, height, page. The picture as PNG, and how the text is set on such a screen."""
    drawn = draw_message(asked["text"], asked["colour"], (asked["width"], asked["height"]), asked["page"], WIDEST_PX)
    return {
        "seconds": drawn.seconds, "letter_px": drawn.letter_px, "letters": drawn.letters,
        "missing": drawn.missing, RAW: drawn.png,
    }  # fmt: skip


if __name__ == "__main__":
    answer_questions(answer)
