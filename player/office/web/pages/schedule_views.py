"""The schedule as the page shows it: the week in blocks, where two rules meet, each rule as a form.

Knows: the drawing's measures, a colour for each playlist, the words of blocks and meetings. Touches nothing: values in and out.
Must not: decide who wins (content/week.py asks the panel's own code).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from player.core.model import ALL_DAYS, DEFAULT_PLAYLIST, Schedule
from player.office.web.content.schedule_rules import RuleRow, ScheduleFile
from player.office.web.content.typed import Faults
from player.office.web.content.week import Clash, WeekBlock, week_blocks, week_clashes
from player.office.web.pages.drafting import catalogue_for
from player.office.web.pages.media_views import playlist_words
from player.office.web.pages.rule_words import spell_rule
from player.office.web.words import Language, t
from player.office.web.words.moments import DAYS, spell_day

ROW_PIXELS = 44
"""A day's height: a finger fits on it."""
LOOKS = 8
"""Colours for playlists; with more of them they come again, and each block has its name in it."""
NARROW_PERCENT = 3.0
"""A block that is narrower has no room for a letter."""


@dataclass(frozen=True, slots=True)
class BlockView:
    """One block. x, width: percent of the day. first, last: its left or right end is the rule's own and can be dragged."""

    look: str
    words: str
    says: str
    why: str
    x: str
    width: str
    y: int
    day: int
    day_words: str
    begins: int
    ends: int
    start: str
    end: str
    rule: int | None
    first: bool
    last: bool


@dataclass(frozen=True, slots=True)
class RuleView:
    """One rule. index None: the form of a new one. typed: what stands in its fields; faults: beside which."""

    index: int | None
    title: str
    says: str
    look: str
    problem: str
    editable: bool
    typed: Mapping[str, Any]
    open: bool = False
    faults: Faults = field(default_factory=dict)


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def looks_of(known: Sequence[str]) -> dict[str, str]:
    """Playlist -> the name of its colour: the main one is calm, the others each have their own."""
    others = [name for name in known if name != DEFAULT_PLAYLIST]
    return {DEFAULT_PLAYLIST: "hue-main", **{name: f"hue{n % LOOKS}" for n, name in enumerate(others)}}


def week_values(
    schedule: Schedule,
    known: Sequence[str],
    looks: Mapping[str, str],
    places: Sequence[int],
    monday: date,
    now: datetime,
    language: Language,
) -> dict[str, Any]:
    """What schedule_body.html draws. looks: of each playlist its colour.

    places: of each rule of `schedule` its number among the file's rules.
    """
    blocks = week_blocks(schedule, known, monday)
    here = now.astimezone(schedule.timezone)
    today = (here.date() - monday).days
    names, days = DAYS[language], [monday + timedelta(days=n) for n in range(7)]
    return {
        "first": monday,
        "last": days[-1],
        "monday": monday.isoformat(),
        "before": (monday - timedelta(days=7)).isoformat(),
        "after": (monday + timedelta(days=7)).isoformat(),
        "today": monday_of(here.date()).isoformat(),
        "row": ROW_PIXELS,
        "height": ROW_PIXELS * 7,
        "days": [
            {"words": f"{names[n]} {day.day}", "y": n * ROW_PIXELS, "today": n == today} for n, day in enumerate(days)
        ],
        "blocks": [_block(block, schedule, looks, places, monday, language) for block in blocks],
        "now": _now_line(here, today),
        "zone": str(schedule.timezone),
    }


def _now_line(here: datetime, today: int) -> dict[str, Any] | None:
    """Where the present moment lies in the week; None: in another one."""
    if not 0 <= today < 7:
        return None
    return {"x": f"{_percent(here.hour * 60 + here.minute):.2f}", "y": today * ROW_PIXELS}


def _block(
    block: WeekBlock,
    schedule: Schedule,
    looks: Mapping[str, str],
    places: Sequence[int],
    monday: date,
    language: Language,
) -> BlockView:
    words = t(language, "dark") if block.playlist is None else playlist_words(block.playlist, language)
    begins, ends = _clock(block.begins), _clock(block.ends)
    day = spell_day(language, block.day)
    rule = None if block.rule is None else schedule.rules[block.rule]
    width = _percent(block.ends) - _percent(block.begins)
    number = (block.day - monday).days
    return BlockView(
        "dark" if block.playlist is None else looks.get(block.playlist, "hue-main"),
        words,
        t(language, "{day}, {begins} to {ends}: {what}", day=day, begins=begins, ends=ends, what=words),
        _why(block, language),
        f"{_percent(block.begins):.3f}",
        f"{width:.3f}",
        number * ROW_PIXELS,
        number,
        day,
        block.begins,
        block.ends,
        begins,
        ends,
        None if block.rule is None else places[block.rule],
        rule is not None and rule.begins is not None and rule.begins.strftime("%H:%M") == begins,
        rule is not None and rule.ends is not None and rule.ends.strftime("%H:%M") == ends,
    )


def _why(block: WeekBlock, language: Language) -> str:
    if block.calendar:
        return t(language, "the calendar")
    return t(language, "nothing else is asked for") if block.rule is None else t(language, "a rule")


def _percent(minutes: int) -> float:
    return minutes / 14.4


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def clash_words(schedule: Schedule, known: Sequence[str], monday: date, language: Language) -> list[dict[str, Any]]:
    """Each pair of rules that want the same time in the week, and who wins why."""
    return [
        {"words": _spell_clash(clash, language), "equal": clash.equal}
        for clash in week_clashes(schedule, known, monday)
    ]


def _spell_clash(clash: Clash, language: Language) -> str:
    winner, loser = (playlist_words(name, language) for name in (clash.winner_playlist, clash.loser_playlist))
    when = f"{spell_day(language, clash.begins.date())} {clash.begins:%H:%M}–{clash.ends:%H:%M}"
    times = "" if clash.times == 1 else " " + t(language, "({n} times in this week)", n=clash.times)
    parts = {"winner": winner, "loser": loser, "when": when}
    if clash.equal:
        said = t(
            language,
            "“{winner}” and “{loser}” want the same time, {when}. “{winner}” plays, as it stands first; give one of them a "
            "higher priority, or other hours.",
            **parts,
        )
    else:
        said = t(language, "“{winner}” plays instead of “{loser}”, {when}: its priority is higher.", **parts)
    return said + times


def rule_views(
    file: ScheduleFile,
    looks: Mapping[str, str],
    wrong: int | None,
    faults: Faults,
    typed: Mapping[str, Any],
    language: Language,
    today: date,
) -> list[RuleView]:
    """wrong: the rule whose typed values stay in its fields, with their faults. today: of the panels."""
    say = catalogue_for(language).say
    views = []
    for index, row in enumerate(file.rules):
        problem = "; ".join(say(part) for part in (row.problem, row.remedy) if part)
        if not problem and row.end is not None and row.end < today:
            problem = t(
                language, "Its last day is over: it does nothing any more. Give it a later last day, or remove it."
            )
        views.append(
            RuleView(
                index, _title(row, language), spell_rule(row, language),
                "dark" if row.kind == "dark" else looks.get(row.playlist, "hue-main"), problem, file.editable,
                typed if index == wrong else typed_of_rule(row), index == wrong, faults if index == wrong else {},
            )
        )  # fmt: skip
    return views


def new_rule(faults: Faults, typed: Mapping[str, Any] | None, language: Language) -> RuleView:
    values = typed or typed_of_rule(RuleRow("show"))
    return RuleView(None, t(language, "A new rule"), "", "new", "", True, values, bool(faults), faults)


def typed_of_rule(row: RuleRow) -> dict[str, Any]:
    """The rule's values as they stand in the fields of its form."""
    return {
        "kind": row.kind, "playlist": row.playlist, "text": row.text, "days": tuple(row.days or sorted(ALL_DAYS)),
        "begins": row.begins, "ends": row.ends, "start": row.start.isoformat() if row.start else "",
        "end": row.end.isoformat() if row.end else "", "priority": str(row.priority) if row.priority else "",
        "through_dark": row.through_dark,
    }  # fmt: skip


def _title(row: RuleRow, language: Language) -> str:
    match row.kind:
        case "dark":
            return t(language, "Dark")
        case "ticker":
            return t(language, "Running text: {text}", text=row.text or row.file)
        case "show":
            return playlist_words(row.playlist, language) if row.playlist else t(language, "A rule that cannot be read")
