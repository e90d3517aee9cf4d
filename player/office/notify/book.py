"""What is wrong now, what of it has been told, and what waits to be told.

Knows: when a trouble becomes a notice, and that each is one once. Pure: time is passed in. Must not: send, or read a file.

A notice is numbered; each way (mail, webhook, command) remembers up to which number it has told, so that one that fails
catches up alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum

from player.office.fleet import DEAD, Panel

LOST = "lost"
"""The id of a panel that has been off or silent for too long. No alert of a panel has this id: theirs have a dot."""
THE_BROKER = "(broker)"
"""Stands in the place of a panel's name when nothing is heard of any; no panel can have this name."""
WAITING_MOST = 5000
"""Notices that wait; older ones are dropped: nobody reads so many."""


class What(StrEnum):
    RAISED = "raised"
    CLEARED = "cleared"


@dataclass(frozen=True, slots=True)
class Notice:
    """at: when it began, or when it was over."""

    number: int
    panel: str
    id: str
    what: What
    at: datetime
    detail: str = ""


@dataclass(frozen=True, slots=True)
class StandingTrouble:
    """A trouble that has been made a notice."""

    panel: str
    id: str
    raised: datetime
    detail: str


@dataclass
class Book:
    """All that is kept over a restart. absent: since when a panel is off or silent. told: way -> the last number it told."""

    standing: dict[str, StandingTrouble] = field(default_factory=dict)
    absent: dict[str, datetime] = field(default_factory=dict)
    waiting: list[Notice] = field(default_factory=list)
    told: dict[str, int] = field(default_factory=dict)
    last: int = 0

    def compare(self, panels: Iterable[Panel], wall: datetime, lost_after: timedelta) -> bool:
        """Makes a notice of each trouble that is new, and of each that is over. Returns whether the book has changed.

        A panel that nothing at all is known of any more (a broker that lost its store) is left as it was.
        """
        before = (self.last, dict(self.absent))
        self._clear(THE_BROKER, LOST, wall)
        for panel in panels:
            now = self._troubles_of(panel, wall, lost_after)
            for trouble_id, (raised, detail) in now.items():
                self._raise(panel.name, trouble_id, raised, detail)
            for standing in [each for each in self.standing.values() if each.panel == panel.name]:
                if standing.id not in now:
                    self._clear(panel.name, standing.id, wall)
        return before != (self.last, self.absent)

    def take_out(self, panel: str) -> bool:
        """The panel was taken away for good: nothing stands of it any more, and nobody is told that it is over.

        Returns whether anything stood.
        """
        kept = {key: each for key, each in self.standing.items() if each.panel != panel}
        changed = len(kept) < len(self.standing) or panel in self.absent
        self.standing = kept
        self.absent.pop(panel, None)
        return changed

    def lose_broker(self, since: datetime, wall: datetime, lost_after: timedelta, why: str) -> bool:
        """Nothing has been heard since then, of no panel."""
        before = self.last
        if wall - since >= lost_after:
            self._raise(THE_BROKER, LOST, since, why)
        return self.last != before

    def due(self, way: str) -> list[Notice]:
        """What this way has not told yet."""
        told = self.told.get(way, 0)
        return [notice for notice in self.waiting if notice.number > told]

    def confirm(self, way: str, notices: list[Notice]) -> None:
        """The way has told these."""
        self.told[way] = max([self.told.get(way, 0), *(notice.number for notice in notices)])

    def forget(self, ways: Iterable[str]) -> None:
        """Drops what all of the ways have told; a way that is new begins with what comes from now on."""
        names = list(ways)
        for way in names:
            self.told.setdefault(way, self.last)
        self.told = {way: number for way, number in self.told.items() if way in names}
        least = min(self.told.values(), default=self.last)
        self.waiting = [notice for notice in self.waiting if notice.number > least][-WAITING_MOST:]

    def _troubles_of(self, panel: Panel, wall: datetime, lost_after: timedelta) -> dict[str, tuple[datetime, str]]:
        found = {alert: (report.raised, report.detail) for alert, report in panel.alerts.items()}
        presence = panel.presence(wall)
        if presence not in DEAD:
            self.absent.pop(panel.name, None)
            return found
        since = self.absent.setdefault(panel.name, wall)
        if wall - since >= lost_after:
            found[LOST] = (min(panel.seen or since, since), DEAD[presence])
        return found

    def _raise(self, panel: str, trouble_id: str, raised: datetime, detail: str) -> None:
        key = f"{panel} {trouble_id}"
        if key not in self.standing:
            self.standing[key] = StandingTrouble(panel, trouble_id, raised, detail)
            self._note(panel, trouble_id, What.RAISED, raised, detail)

    def _clear(self, panel: str, trouble_id: str, wall: datetime) -> None:
        if self.standing.pop(f"{panel} {trouble_id}", None) is not None:
            self._note(panel, trouble_id, What.CLEARED, wall, "")

    def _note(self, panel: str, trouble_id: str, what: What, at: datetime, detail: str) -> None:
        self.last += 1
        self.waiting.append(Notice(self.last, panel, trouble_id, what, at, detail))


def is_quiet(hours: Iterable[tuple[time, time]], local: datetime) -> bool:
    """Whether nothing may be sent now. local: this moment in this computer's zone."""
    now = local.time()
    return any(begin <= now < end if begin <= end else now >= begin or now < end for begin, end in hours)
