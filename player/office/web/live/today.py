"""A panel's day as two bars: what was planned, and what was shown.

Knows: where each comes from: the folder's schedule, the records, or what was heard since the console runs. Touches: the content
folder and the records' database, reading only; slow, so it is called in a thread. Must not: know HTML.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

from player.core.playing.schedule import list_choices
from player.library.vetting.folder_check import SCHEDULE_FAULTS, read_schedule
from player.office.records.days import Window as RecordsWindow
from player.office.records.days import in_ms, moment_of
from player.office.signing import OfficeError
from player.office.web.live.history import DayStretch, Shown
from player.settings.models import PanelSection, Settings

if TYPE_CHECKING:
    from player.office.records.queries import Piece

SEAM = timedelta(seconds=2)
"""Two records that lie closer than this are one stretch."""
STRETCHES_MOST = 2000
KNOWN_LEAST_S = 600.0
"""Of a shorter time no share is told: it would only say what is on screen just now."""


@dataclass(frozen=True, slots=True)
class PanelDay:
    """begins, ends: midnight to midnight in the panels' zone, aware."""

    begins: datetime
    ends: datetime


def day_of_panel(day: date, zone: tzinfo) -> PanelDay:
    begins = datetime.combine(day, time.min, zone)
    return PanelDay(begins.astimezone(UTC), datetime.combine(day + timedelta(days=1), time.min, zone).astimezone(UTC))


def read_planned(folder: Path, day: PanelDay, zone: tzinfo) -> list[DayStretch] | None:
    """What the folder's schedule plans, as it lies there now; None: it cannot be read."""
    settings = Settings(panel=PanelSection(name="office", timezone=getattr(zone, "key", "")))
    try:
        schedule, known, _ = read_schedule(folder, settings, day.begins)
    except SCHEDULE_FAULTS:
        return None
    choices = list(list_choices(schedule, day.begins, day.ends, known))[:STRETCHES_MOST]
    ends = [max(moment, day.begins) for moment, _ in choices[1:]] + [day.ends]
    return [
        DayStretch(max(begins, day.begins), until, *_planned(choice.playlist))
        for (begins, choice), until in zip(choices, ends, strict=True)
        if until > begins
    ]


def _planned(playlist: str | None) -> tuple[Shown, str]:
    return (Shown.DARK, "") if playlist is None else (Shown.PLAYLIST, playlist)


def read_recorded(url: str, panel: str, day: PanelDay) -> list[DayStretch] | None:
    """What the records say was shown; None: there are none of this panel, or they cannot be read."""
    # Here: SQLAlchemy is 20 MB, which a server holds only where records are asked for.
    from player.office.records.database import open_database, plain_database_errors, reading
    from player.office.records.queries import RecordReader, panels_called

    try:
        engine = open_database(url)
        try:
            with plain_database_errors(url), reading(engine) as connection:
                panels = panels_called(connection, [panel])
                window = RecordsWindow(in_ms(day.begins), in_ms(day.ends))
                pieces = RecordReader(connection, panels, window).pieces(next(iter(panels)), window)
        finally:
            engine.dispose()
    except OfficeError:
        return None
    found = (_recorded(piece) for piece in pieces)
    return join([each for each in found if each is not None], day)


def _recorded(piece: Piece) -> DayStretch | None:
    """None for a step of the clock, in which no time passed."""
    begins = moment_of(piece.begins_ms, UTC)
    ends = begins + timedelta(milliseconds=piece.length_ms)
    if piece.kind == "item":
        label = piece.playlist or (piece.item.path if piece.item else "")
        return DayStretch(begins, ends, Shown.PLAYLIST, label)
    if piece.kind not in set(Shown):
        return None
    label = piece.item.title if piece.kind == "message" and piece.item else ""
    return DayStretch(begins, ends, Shown(piece.kind), label)


def join(stretches: Sequence[DayStretch], day: PanelDay) -> list[DayStretch]:
    """What is alike and lies side by side is one; cut to the day."""
    joined: list[DayStretch] = []
    for each in sorted(stretches, key=lambda each: each.begins):
        cut = replace(each, begins=max(each.begins, day.begins), ends=min(each.ends, day.ends))
        if cut.ends <= cut.begins:
            continue
        last = joined[-1] if joined else None
        if last is not None and (last.kind, last.label) == (cut.kind, cut.label) and cut.begins - last.ends <= SEAM:
            joined[-1] = replace(last, ends=max(last.ends, cut.ends))
        else:
            joined.append(cut)
    return joined[:STRETCHES_MOST]


def put_together(recorded: list[DayStretch] | None, heard: Iterable[DayStretch], day: PanelDay) -> list[DayStretch]:
    """The records as far as they reach, then what was heard since: a panel sends records each quarter of an hour."""
    until = recorded[-1].ends if recorded else day.begins
    rest = [replace(each, begins=max(each.begins, until)) for each in heard if each.ends > until]
    return join([*(recorded or ()), *rest], day)


def share_as_planned(planned: Iterable[DayStretch], shown: Iterable[DayStretch]) -> float | None:
    """How much of the time of which it is known what was shown went as planned, 0 to 1; None: too little is known."""
    known = alike = 0.0
    plan = list(planned)
    for each in shown:
        known += (each.ends - each.begins).total_seconds()
        for wanted in plan:
            both = (min(each.ends, wanted.ends) - max(each.begins, wanted.begins)).total_seconds()
            if both > 0 and (each.kind, each.label) == (wanted.kind, wanted.label):
                alike += both
    return alike / known if known >= KNOWN_LEAST_S else None
