"""The bar of a panel's day: planned above, shown below, and how much of it went as planned.

Knows: which folder is a panel's, and that reading it and the records is slow. Touches: threads, through live/today.py.
Must not: hold up the page for longer than its patience: what is not read in time is left out.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from player.bundle.source import Source
from player.office.fleet import Panel
from player.office.settings import FolderSettings
from player.office.web.live import charts, today
from player.office.web.live.history import DayStretch, Shown
from player.office.web.live.hub import Hub
from player.office.web.office import WebOffice
from player.office.web.page import Right, Route, office_of, part, reader_of
from player.office.web.pages.asked_panel import hub_of, panel_of
from player.office.web.pages.reach import gets_folder
from player.office.web.words import t

T = TypeVar("T")

PATIENCE_S = 8.0
"""A folder on a slow disk, or a database that is far away: the page comes without it, and asks again after two minutes."""
HOURS = ("00", "03", "06", "09", "12", "15", "18", "21", "24")


@dataclass(frozen=True, slots=True)
class LegendRow:
    colour: str
    words: str


def folder_of(request: Request, panel: Panel) -> FolderSettings | None:
    """The folder in the settings that this panel gets; the first such."""
    return next((each for each in office_of(request).settings.folder if gets_folder(panel, each.panels)), None)


async def day_values(request: Request, hub: Hub, panel: Panel) -> dict[str, Any]:
    """What the template of the bar needs."""
    office, language = office_of(request), reader_of(request).language
    wall = office.now()
    day = today.day_of_panel(wall.astimezone(office.zone).date(), office.zone)
    folder = folder_of(request, panel)
    url = office.settings.records_url
    planned, recorded = await asyncio.gather(
        read_in_time(office, today.read_planned, folder.place, day, office.zone) if folder is not None else _nothing(),
        read_in_time(office, today.read_recorded, url, panel.name, day),
    )
    heard = hub.history(panel.name).stretches(day.begins, min(day.ends, wall))
    shown = today.put_together(recorded, heard, day)
    names = charts.names_in(planned or [], shown)
    share = today.share_as_planned(planned, shown) if planned else None
    return {
        "planned": charts.bar_of(planned, day.begins, day.ends, names) if planned else None,
        "shown_bar": charts.bar_of(shown, day.begins, day.ends, names),
        "plan_words": plan_words(language, panel, folder.name if folder is not None else "", known=planned is not None),
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


async def read_in_time(
    office: WebOffice, read: Callable[..., T], *args: object, patience_s: float = PATIENCE_S
) -> T | None:
    """None: it takes longer than the page's patience. What has begun ends by itself, what waits behind it is given up."""
    reading = asyncio.get_running_loop().run_in_executor(office.slow_reads, read, *args)
    try:
        return await asyncio.wait_for(reading, patience_s)
    except TimeoutError:
        return None


def plan_words(language: str, panel: Panel, folder: str, *, known: bool) -> str:
    """Where the plan comes from, or why there is none. folder "": none of the settings goes to this panel."""
    if not folder:
        return t(language, "No folder in this console's settings goes to this panel, so its plan is not known here.")
    if not known:
        return t(language, "The folder {folder} cannot be read just now, so the plan is not known here.", folder=folder)
    if panel.health is not None and panel.health.content.slot == Source.STICK:
        return t(
            language,
            "Planned by the folder {folder}; but the panel plays what came on a stick, by its plan.",
            folder=folder,
        )
    return t(language, "Planned by the folder {folder}, as it lies there now.", folder=folder)


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
