"""The page of all panels: a tile each, trouble first, and the stream that keeps the tiles true.

Knows: how tiles are drawn, ordered, left out and told of. Touches: the hub. Must not: ask a panel for anything but its picture.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterable

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from player.office.fleet import A_PANEL, Panel
from player.office.web.live.changes import ChangeKind
from player.office.web.live.controls import BY_NAME, label_of
from player.office.web.live.drawn import DrawnTile
from player.office.web.live.hub import Hub
from player.office.web.live.jpeg import upright
from player.office.web.live.tile import Rank, Tile, tile_of
from player.office.web.page import Right, Route, StreamPart, event_stream, office_of, part_text, reader_of, render
from player.office.web.pages.asked_panel import hub_of

GAP_S = 0.1
"""Between two parts of a stream: what changes meanwhile is told together. An event is on the page within 300 ms."""
PART_TILES = 100
QUIET_S = 60.0
LOOKED_AT_MOST = 80
"""Tiles that fit on one large screen; more pictures are not asked for by one page."""
WORD_MOST = 100
VERSION_DIGITS = 15


async def wall(request: Request) -> Response:
    hub, language = hub_of(request), reader_of(request).language
    group, word = (request.query_params.get(name, "")[:WORD_MOST] for name in ("group", "word"))
    stream = f"/wall/stream?after={hub.known.epoch}-{hub.known.version}"
    panels = hub.panels()
    picked = panels  # a browser with script leaves out by itself, and may want the others in a moment
    if "plain" in request.query_params:
        picked = [panel for panel in panels if _wants(hub, panel, language, group, word)]
    picked.sort(key=lambda panel: hub.known.order(panel.name))
    return render(
        request,
        "wall.html",
        tiles=[draw_tile(request, hub, panel).text for panel in picked],
        head=_draw_head(request, hub),
        groups=sorted({each for panel in panels for each in panel.groups if A_PANEL.fullmatch(each)}),
        group=group,
        word=word,
        everyone=len(panels),
        has_broker=hub.has_broker,
        stream=stream,
    )


def draw_tile(request: Request, hub: Hub, panel: Panel) -> DrawnTile:
    """A tile's HTML, from the last time that it was drawn if the panel has not changed. It holds nothing of one reader's own."""
    reader = reader_of(request)
    kind = f"{reader.language} {reader.may(Right.COMMAND)}"

    def draw() -> str:
        tile = tile_of(reader.language, panel, hub.moment)
        return Markup(
            part_text(
                request,
                "wall_tile.html",
                tile=tile,
                order=hub.known.order(panel.name),
                Rank=Rank,
                may_command=reader.may(Right.COMMAND),
                offered=BY_NAME.__contains__,
                label=lambda do: label_of(reader.language, do),
            )
        )

    return hub.drawn.get(panel.name, kind, hub.known.version_of(panel.name), draw)


def _draw_head(request: Request, hub: Hub) -> str:
    ranks = hub.known.count_ranks()
    return Markup(
        part_text(
            request,
            "wall_head.html",
            everyone=ranks.total(),
            wanting=ranks[Rank.BAD] + ranks[Rank.WARN],
            bad=ranks[Rank.BAD],
            well=ranks[Rank.GOOD],
            connected=hub.connected,
        )
    )


def _wants(hub: Hub, panel: Panel, language: str, group: str, word: str) -> bool:
    if group and group not in panel.groups:
        return False
    wanted = word.casefold()
    return not wanted or any(wanted in said.casefold() for said in _words_of(tile_of(language, panel, hub.moment)))


def _words_of(tile: Tile) -> list[str]:
    troubles = [said for each in tile.troubles for said in (each.title, each.detail)]
    return [tile.name, tile.badge, tile.showing, tile.reason, *tile.groups, *troubles]


# ---- the stream


async def wall_stream(request: Request) -> Response:
    """The tiles that changed after the page was drawn; all of them where the server was started again since."""
    hub = hub_of(request)
    epoch, _, version = request.query_params.get("after", "").partition("-")
    is_number = version.isascii() and version.isdecimal() and len(version) <= VERSION_DIGITS
    after = int(version) if epoch == hub.known.epoch and is_number else 0
    return event_stream(request, _follow(request, hub, after))


async def _follow(request: Request, hub: Hub, after: int) -> AsyncIterator[StreamPart]:
    with hub.following() as follower:
        waiting, told, seen, head = dict.fromkeys(hub.known.changed_after(after)), after, hub.known.version, ""
        while True:
            some = list(waiting)[:PART_TILES]
            for name in some:
                del waiting[name]
            for part in _parts(request, hub, some, told):
                yield part
            if (now := _draw_head(request, hub)) != head:
                head = now
                yield StreamPart("part", head)
            if waiting:
                continue
            told = seen
            await asyncio.sleep(GAP_S)
            changes = await follower.take(QUIET_S)
            seen = hub.known.version  # what changes from here on waits with the follower
            for change in changes:
                if change.what is ChangeKind.PICTURE:
                    yield StreamPart("picture", json.dumps(pictures_of(request, hub, [change.panel])))
                elif change.panel and change.what is not ChangeKind.REPLY:
                    waiting[change.panel] = None


def _parts(request: Request, hub: Hub, names: Iterable[str], told: int) -> list[StreamPart]:
    """The tiles that look different since `told`; a report that changes nothing on its tile is not told of."""
    texts, gone = [], []
    for name in names:
        panel = hub.panel(name)
        if panel is None:
            gone.append(StreamPart("gone", f"tile-{name}"))
        elif (drawn := draw_tile(request, hub, panel)).changed > told:
            texts.append(drawn.text)
    return [*gone, *([StreamPart("tiles", "".join(texts))] if texts else [])]


# ---- pictures


async def pictures(request: Request) -> Response:
    """The page says which panels can be seen: answered with the pictures that are there; newer ones are asked for."""
    hub = hub_of(request)
    names = [name for name in request.query_params.get("of", "").split(",")[:LOOKED_AT_MOST] if hub.panel(name)]
    hub.want_pictures(names, large="large" in request.query_params)
    return JSONResponse(pictures_of(request, hub, names))


async def picture(request: Request) -> Response:
    """The newest picture of a panel, upright; no cache keeps it, here or on the way."""
    hub, name = hub_of(request), request.path_params["name"]
    found, panel = hub.newest_picture(name), hub.panel(name)
    if found is None:
        return Response(status_code=404, headers={"Cache-Control": "no-store"})
    rotation = panel.health.screen.rotation if panel is not None and panel.health is not None else None
    return Response(upright(found.jpeg, rotation), media_type="image/jpeg", headers={"Cache-Control": "no-store"})


def pictures_of(request: Request, hub: Hub, names: Iterable[str]) -> dict[str, list[str]]:
    """panel -> when its picture came, for programs and for people; of those that have one."""
    zone, sign = office_of(request).zone, "." if reader_of(request).language == "id" else ":"
    found = {name: newest.wall for name in names if (newest := hub.newest_picture(name)) is not None}
    return {
        name: [wall.isoformat(), wall.astimezone(zone).strftime(f"%H{sign}%M{sign}%S")] for name, wall in found.items()
    }


ROUTES = (
    Route("GET", "/", Right.LOOK, wall),
    Route("GET", "/wall/stream", Right.LOOK, wall_stream, stream=True),
    Route("GET", "/wall/pictures", Right.LOOK, pictures),
    Route("GET", "/panels/{name}/picture", Right.LOOK, picture),
)
