"""Problems of a content folder as lines of the terminal, for `check` and `schedule`.

Knows: how a fault and a remark are told apart. Touches: the terminal. Must not: find problems.
"""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console

from player.cli.language import Speech
from player.core.model import Problem


def print_problems(found: Iterable[Problem], out: Console, speech: Speech) -> None:
    """A line each; a remark, which is no fault, in another colour."""
    for problem in found:
        out.print(speech.spell(problem), style="cyan" if problem.remark else "yellow")
