"""The package's two programs, run by a small process that has loaded them (forked.py): 0.05 s of processor time, not 0.5.

Knows: what each program loads when it runs. Touches: in a child: its environment, folder, output and command line.
Must not: be used where the start itself is what is tried (an import that must not happen, a signal, a terminal).
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.kit.forked import ROOT, Forks, forks_of

PLAYER, OFFICE = "player.__main__", "player.office.__main__"
PROGRAMS = {"panel-player": PLAYER, "panel-office": OFFICE}
LOADED_WHEN_RUN = (
    "player.cli.app", "player.cli.schedule", "player.cli.language", "pydantic.fields", "pydantic_settings",
    "player.office.bundles", "player.office.panel_commands", "player.office.watch_command", "player.office.prepare_command",
    "player.office.support_command", "player.office.web.serve_command",
)  # fmt: skip
"""What a program loads for its words: loaded before, so that each run does not load it anew."""
LOADED_ON_A_PANEL = ("player.cli.check", "player.cli.support")


def run_program(question: Mapping[str, Any]) -> None:
    """As its command does it; ends this process. out, err: files for its words; they may be one."""
    os.chdir(question["cwd"])
    os.environ.clear()
    os.environ.update(question["environ"])
    for number, file in ((1, question["out"]), (2, question["err"])):
        os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644), number)
    sys.argv = [question["program"], *question["words"]]
    sys.modules[PROGRAMS[question["program"]]].main()
    raise SystemExit(0)


@dataclass(frozen=True)
class Programs:
    """Runs one after another."""

    forks: Forks

    def run(self, program: str, *words: str | Path, environ: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        with tempfile.TemporaryDirectory(prefix="said-") as folder:
            out, err = Path(folder, "out"), Path(folder, "err")
            given = [*map(str, words)]
            ended = self.forks.ask(
                {
                    "program": program,
                    "words": given,
                    "cwd": str(ROOT),
                    "environ": dict(environ),
                    "out": str(out),
                    "err": str(err),
                }
            )
            return subprocess.CompletedProcess([program, *given], ended.status, out.read_text(), err.read_text())


@contextlib.contextmanager
def running_programs() -> Iterator[Programs]:
    """Without a terminal's width: rich keeps what it finds when it is loaded, and each run says its own."""
    environment = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    with forks_of(
        __name__, "run_program", *PROGRAMS.values(), *LOADED_WHEN_RUN, *LOADED_ON_A_PANEL, environment=environment
    ) as forks:
        yield Programs(forks)
