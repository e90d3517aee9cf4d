"""The bar of a panel's day: planned above, shown below, and how much of it went as planned.

Knows: which folder is a panel's, and that reading it and the records is slow. Touches: threads, through live/today.py.
Must not: hold up the page for longer than its patience: what is not read in time is left out.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from player.office.fleet import Panel
from player.office.web.live import charts, today
from player.office.web.live.history import DayStretch, Shown
from player.office.web.live.hub import Hub
from player.office.web.page import Right, Route, office_of, part, reader_of
from player.office.web.pages.asked_panel import hub_of, panel_of
from player.office.web.words import t

HOURS = ("00", "03", "06", "09", "12", "15", "18", "21", "24")


@dataclass(frozen=True, slots=True)
class LegendRow:
    colour: str
    words: str


def folder_of(request: Request, panel: Panel) -> Path | None:
    """The folder in the settings whose panels this one belongs to; the first such."""
    for folder in office_of(request).settings.folder:
        if any(each in ("*", panel.name) or each.removeprefix("group:") in panel.groups for each in folder.panels):
            return Path(folder.path).expanduser()
    return None


async def day_values(request: Request, hub: Hub, panel: Panel) -> dict[str, Any]:
    """What the template of the bar needs."""
    office, language = office_of(request), reader_of(request).language
    wall = office.now()
    day = today.day_of_panel(wall.astimezone(office.zone).date(), office.zone)
    folder = folder_of(request, panel)
    url = office.settings.records_url
    planned, recorded = await asyncio.gather(
        asyncio.to_thread(today.read_planned, folder, day, office.zone) if folder is not None else _nothing(),
        asyncio.to_thread(today.read_recorded, url, panel.name, day),
    )
    heard = hub.history(panel.name).stretches(day.begins, min(day.ends, wall))
    shown = today.put_together(recorded, heard, day)
    names = charts.names_in(planned or [], shown)
    share = today.share_as_planned(planned, shown) if planned else None
    return {
        "planned": charts.bar_of(planned, day.begins, day.ends, names) if planned else None,
        "shown_bar": charts.bar_of(shown, day.begins, day.ends, names),
        "from_records": recorded is not None,
        "share": None if share is None else round(share * 100),
        "now_x": charts.place_of(wall, day.begins, day.ends),
        "hours": HOURS,
        "legend": _legend(language, [*(planned or []), *shown], names),
        "day": wall.astimezone(office.zone).date(),
        "said_of": lambda stretch: words_of_stretch(language, stretch),
    }


async def _nothing() -> None:
    return None


def _legend(language: str, stretches: list[DayStretch], names: list[str]) -> list[LegendRow]:
    rows: dict[str, LegendRow] = {}
    for each in stretches:
        key = each.label if each.kind is Shown.PLAYLIST else str(each.kind)
        rows.setdefault(key, LegendRow(charts.colour_of(each, names), kind_words(language, each)))
    return list(rows.values())[:20]


def kind_words(language: str, stretch: DayStretch) -> str:
    match stretch.kind:
        case Shown.PLAYLIST:
            return stretch.label
        case Shown.MESSAGE:
            return t(language, "message or another command")
        case Shown.CARD:
            return t(language, "the player's card")
        case Shown.DARK:
            return t(language, "dark as planned")
        case Shown.BLANK:
            return t(language, "black on purpose")
        case Shown.FAULT:
            return t(language, "fault")
        case Shown.OFF:
            return t(language, "off")


def words_of_stretch(language: str, stretch: DayStretch) -> str:
    words = kind_words(language, stretch)
    return f"{words}: {stretch.label}" if stretch.label and stretch.kind is not Shown.PLAYLIST else words


async def panel_day(request: Request) -> Response:
    """The bar by itself: the page asks for it again each few minutes."""
    panel, hub = panel_of(request), hub_of(request)
    return part(request, "panel_day.html", panel=panel, **await day_values(request, hub, panel))


ROUTES = (Route("GET", "/panels/{name}/day", Right.LOOK, panel_day),)
