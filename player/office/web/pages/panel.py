"""The page of one panel: its picture, its day, its buttons with the panel's own answers, its content, its health, its log.

Knows: what stands where, and how a command goes out and comes back. Touches: the hub, the audit log. Must not: send what
live/controls.py does not offer, or send twice-asked commands after one click.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from player.office.answers import Answers
from player.office.fleet import Panel
from player.office.signing import OfficeError
from player.office.web.live.answer_words import AnswerWords, is_final, words_of_answer
from player.office.web.live.changes import ChangeKind
from player.office.web.live.charts import chart_of
from player.office.web.live.controls import BY_NAME, CONTROLS, label_of, question_of, read_control
from player.office.web.live.facts import content_of, facts_of
from player.office.web.live.history import Reading
from player.office.web.live.hub import Hub
from player.office.web.live.tile import Rank, tile_of
from player.office.web.page import (
    PageFault,
    Right,
    Route,
    StreamPart,
    event_stream,
    form_of,
    office_of,
    part,
    part_text,
    reader_of,
    render,
    text_of,
)
from player.office.web.pages.asked_panel import hub_of, panel_of
from player.office.web.pages.panel_day import day_values
from player.office.web.pages.wall import pictures_of
from player.office.web.words import t
from player.office.web.words.told import catalogue

FIRST_ANSWER_S = 1.0
"""Most commands are done in this time, and then their end is the first thing that the page says."""
WAITED_S = 20.0
"""A restart takes longer; for the others the panel is off, or does not hear."""
SLOW_S = 180.0
SLOW = frozenset({"reboot", "restart-player"})
GAP_S = 0.2
QUIET_S = 60.0
READINGS: tuple[tuple[Reading, float | None], ...] = (
    (Reading.CPU, 100.0), (Reading.MEMORY, 100.0), (Reading.TEMPERATURE, 100.0), (Reading.DISK, None),
)  # fmt: skip
"""Each chart with the value of its upper edge."""


async def panel_page(request: Request) -> Response:
    hub, panel = hub_of(request), panel_of(request)
    hub.want_pictures([panel.name], large=True)
    return render(
        request,
        "panel.html",
        **_now_values(request, hub, panel),
        **_health_values(request, hub, panel),
        **await day_values(request, hub, panel),
        controls=CONTROLS,
        stream=f"/panels/{panel.name}/stream",
    )


def _now_values(request: Request, hub: Hub, panel: Panel) -> dict[str, Any]:
    language = reader_of(request).language
    newest = hub.newest_picture(panel.name)
    return {
        "panel": panel,
        "tile": tile_of(language, panel, hub.moment),
        "facts": facts_of(language, panel),
        "content": content_of(language, panel),
        "picture_at": newest.wall if newest else None,
        "Rank": Rank,
        "label": lambda do: label_of(language, do),
        "offered": BY_NAME.__contains__,
    }


def _health_values(request: Request, hub: Hub, panel: Panel) -> dict[str, Any]:
    history, wall = hub.history(panel.name), office_of(request).now()
    return {"charts": [(reading.value, chart_of(history.series(reading, wall), top)) for reading, top in READINGS]}


# ---- the stream


async def panel_stream(request: Request) -> Response:
    panel = panel_of(request)
    return event_stream(request, _follow(request, hub_of(request), panel.name))


async def _follow(request: Request, hub: Hub, name: str) -> AsyncIterator[StreamPart]:
    """Everything of the page that changes by itself; drawn once at the beginning, as something may have changed meanwhile."""
    told: dict[str, str] = {}
    with hub.following() as follower:
        while True:
            panel = hub.panel(name)
            if panel is None:
                yield StreamPart("gone", "panel")
                return
            values = {**_now_values(request, hub, panel), **_health_values(request, hub, panel)}
            for template in ("panel_head.html", "panel_troubles.html", "panel_content.html", "panel_health.html"):
                text = part_text(request, template, **values)
                if told.get(template) != text:
                    told[template] = text
                    yield StreamPart("part", text)
            await asyncio.sleep(GAP_S)
            changes = [each for each in await follower.take(QUIET_S) if each.panel == name]
            if any(each.what is ChangeKind.PICTURE for each in changes):
                yield StreamPart("picture", json.dumps(pictures_of(request, hub, [name])))


# ---- commands


async def send(request: Request) -> Response:
    """One of the buttons. What is asked twice is answered with the question, until the form says that it was answered."""
    form, panel, reader = await form_of(request), panel_of(request), reader_of(request)
    do = text_of(form, "do", 40)
    control = BY_NAME.get(do)
    if control is None:
        raise PageFault("This page has no such button.", "do")
    given = {name: text_of(form, name, 2000) for name in ("percent", "keep", "item", "sure")}
    if do == "drop" and not given["item"]:
        given["item"] = _item_on_screen(panel)
    order = read_control(do, given)
    label = label_of(reader.language, do)
    if control.asked_twice and given["sure"] != "yes":
        question = question_of(reader.language, do, panel.name)
        return part(
            request, "panel_question.html", question=question, panel=panel.name, do=do, item=given["item"], label=label
        )
    hub, audit = hub_of(request), office_of(request).audit
    try:
        sent = await hub.send([panel.name], order, reader.name)
    except OfficeError as error:
        audit.note(reader.account, f"send {do}", panel.name, str(error))
        raise PageFault(
            "It could not be sent: {why}", "do", 503, why=catalogue(reader.language).say(str(error))
        ) from error
    answers = await hub.answers(sent, FIRST_ANSWER_S)
    reply = answers.last.get(panel.name)
    audit.note(reader.account, f"send {do}", panel.name, f"{reply.stage} {reply.code}".strip() if reply else "sent")
    return _answer_part(request, sent.id, panel.name, do, answers, waited=False)


async def answer(request: Request) -> Response:
    """What the panel has said since; the page asks again until nothing more will come."""
    command_id, do = request.path_params["id"], request.query_params.get("do", "")[:40]
    panel = panel_of(request)
    answers = hub_of(request).answers_so_far(command_id)
    if answers is None:
        raise PageFault("This command was not sent from here, or too long ago.", status=404)
    asked = request.query_params.get("asked", "0")
    count = int(asked) + 1 if asked.isascii() and asked.isdecimal() and len(asked) < 6 else 1
    waited = count >= (SLOW_S if do in SLOW else WAITED_S)  # the page asks once a second
    return _answer_part(request, command_id, panel.name, do, answers, waited=waited, asked=count)


def _item_on_screen(panel: Panel) -> str:
    """Raises PageFault: there is none."""
    item = panel.now.item if panel.now is not None else None
    if not item:
        raise PageFault("No item is on screen that could be taken down.", "do")
    return item


def _answer_part(
    request: Request, command_id: str, panel: str, do: str, answers: Answers, *, waited: bool, asked: int = 0
) -> Response:
    language = reader_of(request).language
    reply = answers.last.get(panel)
    words: AnswerWords = words_of_answer(language, do, reply, waited=waited and not is_final(reply))
    return part(
        request,
        "panel_answer.html",
        words=words,
        panel=panel,
        label=label_of(language, do) if do in BY_NAME else t(language, "Command"),
        do=do,
        command_id=command_id,
        asked=asked,
    )


ROUTES = (
    Route("GET", "/panels/{name}", Right.LOOK, panel_page),
    Route("GET", "/panels/{name}/stream", Right.LOOK, panel_stream, stream=True),
    Route("POST", "/panels/{name}/send", Right.COMMAND, send),
    Route("GET", "/panels/{name}/answers/{id}", Right.COMMAND, answer),
)
