"""The calendar child: expands `schedule.ics` for a stretch of time, in a process with limits (occurrences.py asks it).

Knows: its questions and answers. Touches: stdin and stdout (a JSON line each).
Must not: be imported by the daemon's process: the libraries are large, and a hostile rule may be endless.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from player.base.children import answer_questions
from player.base.zones import zone_told
from player.library.content.calendar import expand

CPU_S = 20
"""Two months of 20,000 occurrences take some seconds on a small panel."""


def answer(asked: dict[str, str]) -> dict[str, Any]:
    """asked: the calendar's text, the zone's name, begins and ends (ISO 8601). The answer is content.calendar's."""
    zone = zone_told(asked["zone"])
    begins = datetime.fromisoformat(asked["begins"])
    ends = datetime.fromisoformat(asked["ends"])
    try:
        return expand(asked["text"], zone, begins, ends)
    except Exception as error:  # noqa: BLE001  # third-party parsers on a hostile file: whatever they raise is a refusal
        what = f"cannot be understood ({type(error).__name__})"
        return {"windows": [], "problems": [[what, "export it again", None]], "refused": [], "unreadable": True}


if __name__ == "__main__":
    answer_questions(answer, cpu_s=CPU_S)
