"""What the folder sync says of a folder's state: the same facts read otherwise where nothing plays yet."""

from __future__ import annotations

import errno

import pytest

from player.core.events import ConditionReported, Event, ProblemsFound
from player.library.folder.conditions import NOTHING_YET, PLAYS_ON, tell_fault, tell_no_answer, tell_waiting
from player.library.folder.report import FolderReporter


def said(events: list[Event]) -> str:
    """Every word that reached the office."""
    words = [event.detail or "" for event in events if isinstance(event, ConditionReported)]
    return "\n".join(words + [str(p) for event in events if isinstance(event, ProblemsFound) for p in event.problems])


@pytest.mark.parametrize("playing", [True, False])
def test_an_empty_panel_is_not_told_that_something_goes_on_playing(playing: bool) -> None:
    """Files under way, a dead share, a full disk: "the present release goes on playing" only where there is one."""
    events: list[Event] = []
    tell = FolderReporter(events.append)
    tell_waiting(tell, ["a.mp4"], 0, for_long=True, playing=playing)
    tell_no_answer(tell, "/srv/panel/content", playing=playing)
    tell_fault(tell, OSError(errno.EIO, "Input/output error"), playing=playing)
    tell_fault(tell, OSError(errno.EROFS, "Read-only file system"), playing=playing)
    expected, other = (PLAYS_ON, NOTHING_YET) if playing else (NOTHING_YET, PLAYS_ON)
    assert said(events).count(expected) >= 4
    assert other not in said(events)
