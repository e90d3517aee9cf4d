"""`panel-player schedule`: what will play when, and why, before it goes live.

Knows: how a day is laid out as a table. Touches: the content folder, the terminal.
Must not: run in the daemon (it loads rich), or decide what plays (core/playing/schedule.py does).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from player.base.zones import zone_named
from player.cli.language import Speech, speech_of
from player.cli.panel import settings_or_defaults
from player.cli.problems import print_problems
from player.core.model import BrightnessPlan
from player.screen.dimmer.planned import plan_of
from player.settings.file import SettingsError
from player.settings.models import Settings

DAY_AND_TIME = "%a %Y-%m-%d %H:%M"


def show_schedule(config: Path, folder: Path | None, at: str | None, days: int, language: str | None = None) -> int:
    """A table of what will play when, and why. Returns 0, or 1 when the schedule has problems."""
    from player.core.playing.meetings import describe_meetings
    from player.core.playing.schedule import list_choices
    from player.library.folder.scan import FolderUnreadable
    from player.library.vetting.folder_check import read_schedule

    out = Console(highlight=False, soft_wrap=True, markup=False)
    try:
        settings = settings_or_defaults(config)
        around = _moment(at) if at else datetime.now(UTC)
        content = (folder or settings.content.folder).resolve()
        schedule, known, problems = read_schedule(content, settings, _aware(around, settings))
    except (SettingsError, FolderUnreadable, OSError, ValueError) as error:
        out.print(str(error), style="red")
        return 1
    speech = speech_of(language, config, settings)
    begins = around if around.tzinfo else around.replace(tzinfo=schedule.timezone)
    rows = list(list_choices(schedule, begins, begins + timedelta(days=days), known))
    out.print(f"{content} ({schedule.timezone})", style="italic")
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    for name in ("from", "until"):
        table.add_column(speech.say(name), no_wrap=True)
    for name in ("plays", "why"):  # a name that is cut off cannot be told from its neighbour
        table.add_column(speech.say(name), overflow="fold")
    ends = [moment for moment, _ in rows[1:]] + [begins + timedelta(days=days)]
    for (moment, choice), end in zip(rows, ends, strict=True):
        starts, stops = (m.astimezone(schedule.timezone) for m in (moment, end))
        table.add_row(
            speech.day_and_time(starts, DAY_AND_TIME),
            speech.day_and_time(stops, _end_format(starts.date(), stops.date())),
            choice.playlist or speech.say("(dark)"),
            speech.say(choice.reason),
            style="dim" if choice.playlist is None else "",
        )
    out.print(table)
    _print_lights(plan_of(settings), begins, begins + timedelta(days=days), speech, out)
    problems += describe_meetings(schedule, begins, known)
    print_problems(problems, out, speech)
    return 1 if any(not problem.remark for problem in problems) else 0


def _print_lights(plan: BrightnessPlan, begins: datetime, ends: datetime, speech: Speech, out: Console) -> None:
    """How bright the screen is when, where that changes."""
    from player.core.brightness.plan import list_lights

    lights = list(list_lights(plan, begins, ends))
    if len(lights) < 2:
        return
    heads = (speech.say(name) for name in ("from", "brightness", "why"))
    dims = Table(*heads, title=speech.say(f"brightness ({plan.timezone})"), title_justify="left")
    for moment, light in lights:
        there = speech.day_and_time(moment.astimezone(plan.timezone), DAY_AND_TIME)
        dims.add_row(there, f"{light.percent} %", speech.say(light.reason))
    out.print(dims)


def _end_format(starts: date, stops: date) -> str:
    """Only as much of the day as is needed: two columns of full dates leave no room for names at 80 columns."""
    if starts == stops:
        return "%H:%M"
    return "%a %H:%M" if (stops - starts).days < 7 else DAY_AND_TIME


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"--at {text}: write a moment like 2026-12-01T18:30") from None


def _aware(moment: datetime, settings: Settings) -> datetime:
    if moment.tzinfo:
        return moment
    return (
        moment.replace(tzinfo=zone_named(settings.panel.timezone)) if settings.panel.timezone else moment.astimezone()
    )
