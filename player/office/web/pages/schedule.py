"""The page of the schedule: the week, the rules, and what plays at a moment.

Knows: the form of a rule, and what each button does. Touches: the draft.
Must not: write a line of the schedule itself (content/schedule_rules.py does), or decide what plays (core does).
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from player.base.clocks import ClockTrust
from player.core.model import DEFAULT_PLAYLIST, Schedule
from player.core.playing.meetings import describe_meetings
from player.core.playing.schedule import choose_playlist
from player.library.content.draft import SCHEDULE_NAME
from player.office.web.content.edits import listed_playlist
from player.office.web.content.schedule_rules import RuleRow, ScheduleFile
from player.office.web.content.typed import Faults, TypedRule, read_clock, read_day, read_rule
from player.office.web.content.week import rules_with_places
from player.office.web.page import Right, Route, back, form_of, part, render
from player.office.web.pages.drafting import (
    DraftDesk,
    LookedAt,
    catalogue_for,
    desk_of,
    form_fields,
    head_of,
    in_thread,
    look_at_draft,
    mark_of,
    note_change,
    number_of,
    out_of_date,
    spell_problem,
    unseen,
)
from player.office.web.pages.media_views import playlist_words
from player.office.web.pages.playlist_views import items_now
from player.office.web.pages.reach import arrivals, panels_of
from player.office.web.pages.schedule_views import clash_words, looks_of, monday_of, new_rule, rule_views, week_values
from player.office.web.words import Language, t
from player.office.web.words.moments import DAYS

ITEMS_SHOWN = 12
FURTHEST = timedelta(days=366 * 20)
"""From today: weeks before or after it are not drawn."""


@dataclass(slots=True)
class EditedRules:
    """The schedule after a change. done: what is announced. focus: an id. faults: of the rule `index`; None: of the new one."""

    file: ScheduleFile
    done: str = ""
    focus: str = ""
    index: int | None = None
    faults: Faults = field(default_factory=dict)
    typed: Mapping[str, Any] = field(default_factory=dict)
    clash: str = ""


async def show_schedule(request: Request) -> Response:
    desk = desk_of(request)
    return render(request, "schedule.html", **await in_thread(_values, desk, None))


async def change_schedule(request: Request) -> Response:
    """Each button of a rule; what is wrong stays beside its field."""
    desk, form = desk_of(request), await form_of(request)
    fields = form_fields(form)
    days = tuple(day for day in form.getlist("days") if isinstance(day, str))
    edited = await in_thread(_edit, desk, fields, days)
    if edited.done:
        note_change(desk, "schedule", edited.done)
    wrong = bool(edited.faults or edited.clash)
    if request.headers.get("HX-Request") == "true":
        return part(request, "schedule_answer.html", 422 if wrong else 200, **await in_thread(_values, desk, edited))
    if wrong:
        return render(request, "schedule.html", 422, **await in_thread(_values, desk, edited))
    return back(request, f"{desk.home}/schedule", edited.done)


async def show_moment(request: Request) -> Response:
    """What plays on a panel at a moment."""
    desk = desk_of(request)
    return part(request, "schedule_at.html", **await in_thread(_asked_moment, desk))


def _asked_moment(desk: DraftDesk) -> dict[str, Any]:
    return _moment_values(desk, look_at_draft(desk))


# ---- what is shown


def _values(desk: DraftDesk, edited: EditedRules | None) -> dict[str, Any]:
    language, looked = desk.reader.language, look_at_draft(desk)
    file = looked.schedule
    edited = edited or EditedRules(file)
    schedule, known = desk.draft.schedule()
    _, places = rules_with_places(file.rules)
    monday = _asked_monday(desk.request.query_params, desk.now())
    names = list(dict.fromkeys([DEFAULT_PLAYLIST, *desk.draft.playlist_names()]))
    wrong = edited.index if edited.faults else None
    is_new = bool(edited.faults) and edited.index is None
    today = desk.now().astimezone(schedule.timezone).date()
    return {
        **head_of(desk, "schedule", t(language, "Schedule"), t(language, "What plays when."), edited.done),
        "week": week_values(schedule, known, looks_of(names), places, monday, desk.now(), language),
        "clashes": clash_words(schedule, known, monday, language),
        "problems": _problems(file, schedule, known, desk.now(), language),
        "calendars": looked.listing.calendars,
        "rules": rule_views(file, looks_of(names), wrong, edited.faults, edited.typed, language, today),
        "new_rule": new_rule(edited.faults if is_new else {}, edited.typed if is_new else None, language),
        "may_edit": desk.reader.may("edit") and file.editable,
        "why_not": desk.say(file.why) if file.why else "",
        "seen": mark_of(file.raw),
        "focus": edited.focus,
        "clash": edited.clash,
        "kinds": _kinds(language),
        "playlists": [(name, playlist_words(name, language)) for name in names],
        "day_names": tuple(enumerate(DAYS[language])),
        "rule_fields": _rule_fields(language),
        "panels": panels_of(desk),
        **_moment_values(desk, looked, known_schedule=(schedule, known)),
    }


def _problems(
    file: ScheduleFile, schedule: Schedule, known: Sequence[str], now: datetime, language: Language
) -> list[dict[str, Any]]:
    catalogue = catalogue_for(language)
    found = [*file.problems, *describe_meetings(schedule, now, known)]
    return [{"words": spell_problem(each, language, catalogue), "remark": each.remark} for each in found]


def _kinds(language: Language) -> tuple[tuple[str, str], ...]:
    return (
        ("show", t(language, "Show a playlist")),
        ("dark", t(language, "Keep it dark")),
        ("ticker", t(language, "Running text")),
    )


def _rule_fields(language: Language) -> tuple[tuple[str, str, str, str], ...]:
    """Name, label, kind and hint."""
    return (
        ("begins", t(language, "From"), "text", "06:00"),
        ("ends", t(language, "Until"), "text", "09:30"),
        ("start", t(language, "First day"), "date", ""),
        ("end", t(language, "Last day"), "date", ""),
        ("priority", t(language, "Priority"), "text", "0"),
    )


def _asked_monday(asked: QueryParams, now: datetime) -> date:
    """The week that the address names, or this one."""
    with contextlib.suppress(ValueError):
        day = date.fromisoformat(asked.get("week", ""))
        if abs(day - now.date()) < FURTHEST:
            return monday_of(day)
    return monday_of(now.date())


def _moment_values(
    desk: DraftDesk, looked: LookedAt, known_schedule: tuple[Schedule, Sequence[str]] | None = None
) -> dict[str, Any]:
    """What is asked, and the answer, or what is wrong with the question."""
    language, given = desk.reader.language, desk.request.query_params
    schedule, known = known_schedule or desk.draft.schedule()
    now = desk.now().astimezone(schedule.timezone)
    asked = {
        "panel": given.get("panel", ""), "day": given.get("day", "") or now.date().isoformat(),
        "clock": given.get("clock", "") or f"{now:%H:%M}", "fault": "",
    }  # fmt: skip
    if "clock" not in given:
        return {"asked": asked, "answer": None}
    try:
        if asked["panel"] and asked["panel"] not in panels_of(desk):
            raise ValueError(t(language, "{panel} does not get this folder.", panel=asked["panel"][:100]))
        day, clock = read_day(asked["day"], language), read_clock(asked["clock"], language)
    except ValueError as wrong:
        return {"asked": {**asked, "fault": str(wrong)}, "answer": None}
    hour = time.min if clock == "24:00" else time.fromisoformat(clock)
    moment = datetime.combine(day + timedelta(days=clock == "24:00"), hour, schedule.timezone)
    choice = choose_playlist(schedule, moment, ClockTrust.SYNCED, known)
    listed = listed_playlist(looked.listing, choice.playlist or "")
    items = [view.words for view in items_now(desk, looked, desk.draft.playlist(listed.path), moment)] if listed else []
    answer = {
        "playlist": t(language, "dark") if choice.playlist is None else playlist_words(choice.playlist, language),
        "why": catalogue_for(language).say(choice.reason),
        "plays": items[:ITEMS_SHOWN],
        "more": max(0, len(items) - ITEMS_SHOWN),
        "panel": _panel_words(desk, asked["panel"]) if asked["panel"] else "",
    }
    return {"asked": asked, "answer": answer}


def _panel_words(desk: DraftDesk, panel: str) -> str:
    """Whether the panel has what is spoken of; all panels of a folder play the same of it."""
    language, digest = desk.reader.language, desk.part.memory.published_digest(desk.folder.name)
    if not desk.draft.is_empty:
        return t(
            language, "This is your draft: {panel} plays it once it is published and has arrived there.", panel=panel
        )
    view = next((each for each in arrivals(desk, digest) if each.name == panel), None) if digest else None
    if view is None or view.plays:
        return t(language, "{panel} has this content.", panel=panel) if view else ""
    return t(
        language,
        "{panel} does not have all of this yet: {state}; {says}",
        panel=panel,
        state=view.state,
        says=view.says,
    )


# ---- what is changed


def _edit(desk: DraftDesk, fields: dict[str, str], days: tuple[str, ...]) -> EditedRules:
    with desk.draft.lock:  # two windows of one person
        file, language, do = desk.draft.schedule_file(), desk.reader.language, fields.get("do", "")
        if do == "add":
            return _add(desk, file, fields, days)
        if fields.get("seen") != mark_of(file.raw):
            return EditedRules(file, clash=unseen(language))
        index = number_of(fields, "index")
        if index >= len(file.rules):
            raise out_of_date()
        match do:
            case "set":
                return _set(desk, file, index, fields, days)
            case "up" | "down":
                to = index + (1 if do == "down" else -1)
                if not 0 <= to < len(file.rules):
                    return EditedRules(file, t(language, "The rule stands at the end already."), f"rule-{do}-{index}")
                kept = _keep(desk, file.move(index, to))
                done = t(language, "The rule is number {n} of {count} now.", n=to + 1, count=len(file.rules))
                return EditedRules(kept, done, f"rule-head-{to}")
            case "drop":
                return EditedRules(_keep(desk, file.drop(index)), t(language, "The rule is removed."), "rule-head-new")
            case _:
                raise out_of_date()


def _add(desk: DraftDesk, file: ScheduleFile, fields: dict[str, str], days: tuple[str, ...]) -> EditedRules:
    language = desk.reader.language
    typed, faults = read_rule(fields, days, language)
    if faults:
        return EditedRules(file, focus=f"{next(iter(faults))}-new", faults=faults, typed=_as_typed(fields, days))
    kept = _keep(desk, file.add(_row_of(typed)))
    return EditedRules(kept, t(language, "The rule is added."), f"rule-head-{len(kept.rules) - 1}")


def _set(desk: DraftDesk, file: ScheduleFile, index: int, fields: dict[str, str], days: tuple[str, ...]) -> EditedRules:
    language, now = desk.reader.language, file.rules[index]
    wanted = {**fields, "kind": now.kind}
    if now.kind == "ticker" and now.file and not fields.get("text", "").strip():
        wanted["text"] = now.file  # its words stand in a file of their own, which stays
    typed, faults = read_rule(wanted, days, language)
    if faults:
        focus = f"{next(iter(faults))}-{index}"
        return EditedRules(file, focus=focus, index=index, faults=faults, typed=_as_typed(wanted, days))
    row = _row_of(typed)
    if now.kind == "ticker" and now.file and row.text == now.file:
        row = replace(row, text="", file=now.file)
    kept = _keep(desk, file.set(index, row))
    return EditedRules(kept, t(language, "The rule is changed."), f"rule-head-{index}")


def _row_of(typed: TypedRule) -> RuleRow:
    return RuleRow(
        typed.kind, typed.playlist, typed.days, typed.begins, typed.ends, typed.start, typed.end, typed.priority,
        typed.through_dark, typed.text,
    )  # fmt: skip


def _as_typed(fields: Mapping[str, str], days: tuple[str, ...]) -> dict[str, Any]:
    """As it was typed, for the fields that are shown again."""
    names = ("kind", "playlist", "text", "begins", "ends", "start", "end", "priority")
    ticked = tuple(int(day) for day in days if day in tuple("0123456"))
    return {
        **{name: fields.get(name, "") for name in names},
        "days": ticked,
        "through_dark": bool(fields.get("through_dark")),
    }


def _keep(desk: DraftDesk, file: ScheduleFile) -> ScheduleFile:
    desk.draft.write(SCHEDULE_NAME, file.raw)
    return file


ROUTES = (
    Route("GET", "/content/{folder}/schedule", Right.LOOK, show_schedule),
    Route("POST", "/content/{folder}/schedule", Right.EDIT, change_schedule),
    Route("GET", "/content/{folder}/schedule/at", Right.LOOK, show_moment),
)
