"""`panel-player check FOLDER`: everything wrong with a content folder, before it is synced.

Knows: how a problem is shown. Touches: the terminal; library/vetting looks through the folder.
Must not: run in the daemon (it loads rich).
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from player.base.text import drawable
from player.cli.language import speech_of
from player.cli.panel import settings_or_defaults
from player.cli.problems import print_problems
from player.core.model import Problem
from player.core.playing.meetings import describe_meetings
from player.library.vetting.folder_check import check_folder
from player.screen.drawing.fonts import describe_missing

LEFT_OUT_SHOWN = 40
"""Lines; a memory card's folder holds a sidecar for each film."""


def show_folder_check(folder: Path, config: Path, as_json: bool, language: str | None = None) -> int:
    """Everything wrong with a content folder, before it is synced. Returns 0 (also where only remarks are made) or 1."""
    settings = settings_or_defaults(config)
    left_out: list[Problem] = []
    found = check_folder(
        folder.resolve(), settings, datetime.now(UTC), on_schedule=describe_meetings, on_left_out=left_out.append,
        on_text=lambda text: describe_missing(drawable(text)),
    )  # fmt: skip
    problems = [problem for problem in found if not problem.remark]
    if as_json:
        rows = [
            {"where": p.where, "line": p.line, "what": p.what, "remedy": p.remedy, "remark": p.remark} for p in found
        ]
        sys.stdout.write(json.dumps(rows, indent=2, ensure_ascii=False) + "\n")
        return 1 if problems else 0
    out = Console(highlight=False, soft_wrap=True, markup=False)
    speech = speech_of(language, config, settings)
    print_problems(found, out, speech)
    for each in left_out[:LEFT_OUT_SHOWN]:
        out.print(speech.spell(each), style="dim")
    if len(left_out) > LEFT_OUT_SHOWN:
        out.print(speech.say(f"and {len(left_out) - LEFT_OUT_SHOWN} more files that are left out"), style="dim")
    words = "all is well" if not problems else "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    out.print(f"{folder}: {speech.say(words)}", style="" if problems else "green")
    return 1 if problems else 0
