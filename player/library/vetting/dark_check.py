"""Where the schedule's shows and its dark meet, in words for the operator.

Knows: how such a meeting is said. Touches nothing. Must not: find the meetings itself (core/playing/meetings.py does).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from player.base.clocks import local
from player.core.model import Problem, Schedule
from player.core.playing.meetings import Meeting, list_meetings
from player.library.content.draft import CALENDAR_NAME, SCHEDULE_NAME

AHEAD = timedelta(days=62)
"""As far as a calendar is expanded (vetting/occurrences.py)."""


def check_dark(schedule: Schedule, around: datetime, known: Collection[str]) -> list[Problem]:
    """Each playlist that the dark hides within two months. A remark, unless the playlist is never seen at all."""
    return [_tell(meeting, schedule, around) for meeting in list_meetings(schedule, around, around + AHEAD, known)]


def _tell(meeting: Meeting, schedule: Schedule, around: datetime) -> Problem:
    where = CALENDAR_NAME if schedule.windows and not schedule.rules else SCHEDULE_NAME
    ways = []
    if schedule.rules:
        ways.append("through_dark = true in its [[show]]")
    if schedule.windows:
        ways.append("the category THROUGH-DARK in its event")
    way = " or ".join(ways)
    if meeting.never_seen:
        what = f"{meeting.playlist!r} is never seen: it is dark whenever it is scheduled"
        return Problem(where, what, f"give it another time; only {way} lets it go on through the dark")
    begins, ends = local(meeting.begins, schedule.timezone), local(meeting.ends, schedule.timezone)
    end = f"{ends:%H:%M}" if ends - begins < timedelta(days=1) else f"{ends:%Y-%m-%d %H:%M}"
    times = f", and {meeting.times - 1} times more by {around + AHEAD:%Y-%m-%d}" if meeting.times > 1 else ""
    what = f"{meeting.playlist!r} and the dark meet, and the dark wins: {begins:%Y-%m-%d %H:%M} to {end}{times}"
    return Problem(where, what, f"only {way} lets it go on through the dark", remark=True)
