"""Which worker runs which file: more workers than cores, as most tests wait, but no more files with pictures than cores.

Knows: a file of tests stays on one worker (its fixtures are made once); a file has pictures when it uses one of PICTURES,
unless it is marked `waits`: its decoders are fakes, or what it plays never comes.
Must not: know how long a test takes; the files that wait for long are found by their marks.
Why: with a worker for each core the cores were idle three quarters of the time (2026-11: 284 s of processor time in
1,576 s of tests); decoders, though, share a core badly with each other.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import cache
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

PICTURES = (*(f"tests.kit.{part}" for part in ("captor", "rig", "xvfb", "xorg", "stick_story")), "DEMO = ")
"""The last: what starts the demo, with a player or three."""


@cache
def source_of(file: str) -> str:
    with open(file, encoding="utf-8") as source:
        return source.read()


def has_pictures(file: str) -> bool:
    source = source_of(file)
    return "mark.waits" not in source and any(part in source for part in PICTURES)


def rank_of(file: str) -> tuple[bool, bool, bool]:
    """Sorts the files that may take long before the others, so that no worker begins one of them at the end."""
    source = source_of(file)
    return not has_pictures(file), "mark.slow" not in source, "mark.live" not in source and "tests.kit." not in source


def next_file(waiting: Iterable[str], may_show: bool) -> str | None:
    """The file that a worker takes next; None: what is left waits for a worker that shows pictures now."""
    return min((file for file in waiting if may_show or not has_pictures(file)), key=rank_of, default=None)


class Lanes(LoadScopeScheduling):  # type: ignore[misc]  # xdist ships no types
    """xdist's distribution by file, with a say in which file is next."""

    def __init__(self, config: pytest.Config, log: Any) -> None:
        super().__init__(config, log)
        self._root = str(config.rootpath)
        self._most_pictures = len(os.sched_getaffinity(0))

    def _split_scope(self, nodeid: str) -> str:
        return nodeid.split("::", 1)[0]

    def _file(self, scope: str) -> str:
        return os.path.join(self._root, scope)

    def _next_scope(self, node: WorkerController) -> str | None:
        showing = sum(
            any(has_pictures(self._file(scope)) and not all(unit.values()) for scope, unit in work.items())
            for other, work in self.assigned_work.items()
            if other is not node
        )
        files = {self._file(scope): scope for scope in self.workqueue}
        file = next_file(files, showing < self._most_pictures)
        return files[file] if file is not None else None

    def _assign_work_unit(self, node: WorkerController) -> None:
        scope = self._next_scope(node)
        if scope is not None:
            self.workqueue.move_to_end(scope, last=False)
        super()._assign_work_unit(node)

    def _reschedule(self, node: WorkerController) -> None:
        if self.workqueue and not node.shutting_down and self._next_scope(node) is None:
            node.shutdown()
        super()._reschedule(node)
