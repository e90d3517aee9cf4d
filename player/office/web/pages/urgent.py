"""The page Urgent: a message typed, seen as each panel will draw it, sent to panels, followed, ended; templates of messages.

Knows: its forms and what they answer. Touches: the panels and the office's files, through urgent/. Must not: send what is wrong
anywhere in the form, or what a second person has to say yes to before that was said.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from player.office.signing import OfficeError
from player.office.web.live.broker_thread import GONE
from player.office.web.page import (
    PageFault,
    Right,
    Route,
    StreamPart,
    back,
    event_stream,
    form_of,
    office_of,
    part,
    part_text,
    reader_of,
    render,
)
from player.office.web.people.second_yes import WAITS
from player.office.web.urgent import templates
from player.office.web.urgent.desk import SIZES_DRAWN, Preview, UrgentDesk
from player.office.web.urgent.drawing import worst
from player.office.web.urgent.reach import ALL, PanelChoices, group_by_size, list_choices
from player.office.web.urgent.sent import ProposedMessage, digest_of
from player.office.web.urgent.typed import (
    AT,
    COLOURS,
    FILM,
    LENGTHS,
    TEXT,
    TEXT_MOST,
    ReadForm,
    UrgentForm,
    UrgentMessage,
    form_from,
    read_form,
    zone_words,
)
from player.office.web.words import plural, t

KIND = "urgent"
"""Of what waits for a second yes."""
CALM_S = 0.15
"""So long changes are gathered before the page is told: a thousand answers are some pictures of the list, not a thousand."""
TYPED_MOST = 200_000
"""Letters of a form that are shown again with what is wrong; a longer one is no message that somebody typed."""
TOLD_LETTERS = 60
"""Of a message's text, in a sentence about it."""


# ---- the page


async def show_page(request: Request) -> Response:
    """`?template=NAME` fills the form with it, `&change=1` to change it."""
    book = templates.read_templates(_templates_file(request), reader_of(request).language)
    chosen = book.called(request.query_params.get("template", ""))
    form = UrgentForm(to=(ALL,))
    if chosen is not None:
        form = replace(form, text=chosen.text, colour=chosen.colour, ends=str(chosen.minutes))
    changed = chosen.name if chosen is not None and "change" in request.query_params else ""
    return await _page(request, form, {}, changed=changed, book=book)


async def _page(
    request: Request,
    form: UrgentForm,
    faults: dict[str, str],
    *,
    changed: str = "",
    book: templates.TemplateBook | None = None,
    name: str = "",
) -> Response:
    """changed: the template that is being changed. name: what was typed as a template's name."""
    reader, desk = reader_of(request), _desk(request)
    book = book or templates.read_templates(_templates_file(request), reader.language)
    now = office_of(request).now().astimezone(office_of(request).zone)
    return render(
        request, "urgent.html", 422 if faults else 200, form=form, faults=faults, choices=list_choices(desk.panels),
        films=await desk.films(), colours=COLOURS, lengths=LENGTHS, at=AT, text_kind=TEXT, film_kind=FILM, most=TEXT_MOST,
        today=now.date().isoformat(), moment=now, zone_name=zone_words(now), book=book, changed=changed,
        template_name=name or changed, two_persons=_two_persons(request), waiting_here=_waiting(request),
        **_standing(request),
    )  # fmt: skip


def _standing(request: Request) -> dict[str, Any]:
    office, reader = office_of(request), reader_of(request)
    desk, wall = _desk(request), office.now()
    return {"standings": desk.standings(wall, reader.language), "foreign": desk.foreign(wall)}


# ---- while it is typed


async def preview(request: Request) -> Response:
    """The message on each size of screen, and a word beside each field: what is wrong there, or what it comes to."""
    form, read, choices = await _read(request)
    names = choices.meant(form.to)
    sizes = group_by_size(names, _desk(request).panels)
    drawn: list[Preview] = []
    if form.kind == TEXT and form.text.strip() and len(form.text) <= TEXT_MOST and form.colour in COLOURS:
        drawn = await _desk(request).preview(form.text, form.colour, sizes)
    pictures = [each.drawn for each in drawn if each.drawn is not None]
    return part(
        request, "urgent_preview.html", form=form, read=read, previews=drawn, reached=len(names), most=TEXT_MOST,
        more_sizes=max(0, len(sizes) - SIZES_DRAWN), legible=worst(pictures),
        missing="".join(dict.fromkeys("".join(each.missing for each in pictures))), film_kind=FILM,
        left_s=_left_s(request, read.until), when=_when(request, read.until), ask_second=_two_persons(request),
    )  # fmt: skip


async def picture(request: Request) -> Response:
    """A picture that a preview named."""
    png = _desk(request).drawer.picture(request.path_params["key"])
    if png is None:
        raise PageFault("This picture is gone; type on, and a new one is drawn.", status=404)
    return Response(png, media_type="image/png")


def _left_s(request: Request, until: datetime | None) -> float:
    return (until - office_of(request).now()).total_seconds() if until is not None else 0.0


def _when(request: Request, until: datetime | None) -> str:
    """`today`, `tomorrow`, or nothing: the page says the day itself then."""
    if until is None:
        return ""
    office = office_of(request)
    days = (until.astimezone(office.zone).date() - office.now().astimezone(office.zone).date()).days
    return {0: "today", 1: "tomorrow"}.get(days, "")


# ---- sent


async def send(request: Request) -> Response:
    """do=send: to the panels, or to a second person; do=save: as a template; do=look: the page again, with what is wrong."""
    fields = await form_of(request)
    form, read, choices = await _read(request)
    match fields.get("do"):
        case "save":
            return await _save(request, form, str(fields.get("name", "")), str(fields.get("changed", "")))
        case "send" if read.message is not None:
            return await _send(request, read.message, choices.meant(form.to), form)
        case "send" | "look":
            return await _page(request, form, dict(read.faults))
    raise PageFault("The browser sent something that cannot be read; load the page again.")


async def _send(request: Request, message: UrgentMessage, panels: tuple[str, ...], form: UrgentForm) -> Response:
    office, reader = office_of(request), reader_of(request)
    if _two_persons(request):
        return _propose(request, message, panels)
    try:
        await _desk(request).send(message, panels, reader.name, office.now())
    except OfficeError as error:
        office.audit.note(
            reader.account, "urgent message", ", ".join(panels), f"not sent: {error}", after=told(message)
        )
        return await _page(request, form, {"send": _not_sent(request, error)})
    office.audit.note(reader.account, "urgent message", ", ".join(panels), "sent", after=told(message))
    return back(request, "/urgent", _sent_words(request, len(panels)))


def _propose(request: Request, message: UrgentMessage, panels: tuple[str, ...]) -> Response:
    """Waits for the second person, no longer than until the message's end."""
    office, reader = office_of(request), reader_of(request)
    words = t(
        office.settings.web.language, 'urgent message "{text}" on {n} panels', text=_short(message), n=len(panels)
    )
    asked = office.second_yes.ask(
        KIND, words, reader.account, path="/urgent#wait-{id}", digest=digest_of(message, panels),
        waits=min(WAITS, message.until - office.now()),
    )  # fmt: skip
    _desk(request).book.propose(ProposedMessage(asked.id, message, reader.account, reader.name, panels))
    office.audit.note(
        reader.account, "urgent message", ", ".join(panels), "waits for a second yes", after=told(message)
    )
    return back(request, "/urgent", t(reader.language, "It waits for a second person, who sees it on every page."))


async def decide(request: Request) -> Response:
    """A second person says yes or no; the one who asked may take it back."""
    office, reader, desk = office_of(request), reader_of(request), _desk(request)
    fields = await form_of(request)
    question, yes = str(fields.get("id", "")), fields.get("answer") == "yes"
    proposed = desk.book.proposal(question)
    if proposed is None:
        raise PageFault("Nothing waits for a second yes here; it was answered or taken back.", status=404)
    if yes and proposed.message.until <= office.now() + timedelta(seconds=1):
        raise PageFault("This message's time is over; ask for it again with a later end.", status=409)
    if yes and not desk.connected:
        raise PageFault(
            "The broker is not reached: say yes when it is back, or nobody would see the message.", status=503
        )
    office.second_yes.decide(question, reader.account, yes=yes, digest=digest_of(proposed.message, proposed.panels))
    desk.book.drop_proposal(question)
    panels, text = ", ".join(proposed.panels), told(proposed.message)
    if not yes:
        office.audit.note(reader.account, "urgent message", panels, f"refused; asked for by {proposed.by}", after=text)
        return back(request, "/urgent", t(reader.language, "The message is not shown."))
    try:
        await desk.send(proposed.message, proposed.panels, f"{proposed.name}, {reader.name}", office.now())
    except OfficeError as error:
        office.audit.note(reader.account, "urgent message", panels, f"not sent: {error}", after=text)
        raise PageFault("It was not sent: {why}", status=503, why=_not_sent(request, error)) from error
    office.audit.note(reader.account, "urgent message", panels, f"sent; asked for by {proposed.by}", after=text)
    return back(request, "/urgent", _sent_words(request, len(proposed.panels)))


async def end(request: Request) -> Response:
    """Ends a message of this console by its id, or what other programs sent by its key."""
    office, reader, desk = office_of(request), reader_of(request), _desk(request)
    fields = await form_of(request)
    wall, key = office.now(), str(fields.get("key", ""))
    sent = desk.book.find(str(fields.get("id", "")))
    foreign = next((each for each in desk.foreign(wall) if key and each.key == key), None)
    if sent is None and foreign is None:
        raise PageFault("This message is over already.", status=404)
    panels = sent.panels if sent is not None else foreign.panels if foreign is not None else ()
    until = sent.message.until if sent is not None else foreign.until if foreign is not None else None
    try:
        await desk.end(panels, reader.name, until, wall)
    except OfficeError as error:
        office.audit.note(reader.account, "end of an urgent message", ", ".join(panels), f"not sent: {error}")
        raise PageFault("It was not sent: {why}", status=503, why=_not_sent(request, error)) from error
    if sent is not None:
        desk.book.end(sent.id, wall)
    office.audit.note(reader.account, "end of an urgent message", ", ".join(panels), "sent")
    return back(request, "/urgent", t(reader.language, "The message ends; the panels go on as planned."))


# ---- templates


async def _save(request: Request, form: UrgentForm, name: str, changed: str) -> Response:
    office, reader = office_of(request), reader_of(request)
    minutes = (
        int(form.ends) if form.ends.isdecimal() and len(form.ends) < 5 else LENGTHS[-1] if form.clock else LENGTHS[1]
    )
    template = templates.UrgentTemplate(name.strip(), form.text, form.colour, minutes)
    before = templates.read_templates(_templates_file(request), reader.language).called(changed or template.name)
    try:
        await asyncio.to_thread(templates.save_template, _templates_file(request), template, changed, reader.language)
    except templates.TemplateFault as fault:
        return await _page(request, form, {fault.field: str(fault)}, changed=changed, name=name)
    office.audit.note(
        reader.account,
        "template of urgent messages",
        template.name,
        "kept",
        before.text if before else "",
        template.text,
    )
    return back(request, "/urgent", t(reader.language, "The template {name} is kept.", name=template.name))


async def remove(request: Request) -> Response:
    office, reader = office_of(request), reader_of(request)
    name = str((await form_of(request)).get("name", ""))
    try:
        removed = await asyncio.to_thread(templates.remove_template, _templates_file(request), name, reader.language)
    except templates.TemplateFault as fault:
        raise PageFault("It was not removed: {why}", why=str(fault)) from fault
    if removed is None:
        raise PageFault("There is no such template any more.", status=404)
    office.audit.note(reader.account, "template of urgent messages", removed.name, "removed", removed.text)
    return back(request, "/urgent", t(reader.language, "The template {name} is removed.", name=removed.name))


# ---- as it goes on


async def stream(request: Request) -> Response:
    """Who shows what, each time that changes."""
    return event_stream(request, _standings_told(request))


async def _standings_told(request: Request) -> AsyncIterator[StreamPart]:
    hub, before = office_of(request).live, ""
    with hub.following() as follower:
        while True:
            text = part_text(request, "urgent_standing.html", **_standing(request))
            if text != before:
                before = text
                yield StreamPart("part", text)
            await follower.take(30.0)
            await asyncio.sleep(CALM_S)
            await follower.take(0.0)


# ---- what they share


async def _read(request: Request) -> tuple[UrgentForm, ReadForm, PanelChoices]:
    office, reader = office_of(request), reader_of(request)
    fields = await form_of(request)
    given = {name: value[:TYPED_MOST] for name, value in fields.items() if isinstance(value, str)}
    form = form_from(given, [value for value in fields.getlist("to") if isinstance(value, str)])
    choices = list_choices(_desk(request).panels)
    read = read_form(
        form, wall=office.now(), zone=office.zone, films=await _desk(request).films(), reached=len(choices.meant(form.to)),
        language=reader.language,
    )  # fmt: skip
    return form, read, choices


def _desk(request: Request) -> UrgentDesk:
    return office_of(request).urgent


def _templates_file(request: Request) -> Any:
    return office_of(request).data_folder / templates.FILE_NAME


def _two_persons(request: Request) -> bool:
    return office_of(request).settings.web.two_persons


@dataclass(frozen=True, slots=True)
class WaitingMessage:
    """What waits for a second yes. mine: the reader asked for it."""

    id: str
    message: UrgentMessage
    by: str
    panels: tuple[str, ...]
    mine: bool


def _waiting(request: Request) -> list[WaitingMessage]:
    """Those that wait and are still known here."""
    reader, book = reader_of(request), _desk(request).book
    found = []
    for asked in office_of(request).second_yes.waiting():
        proposed = book.proposal(asked.id) if asked.kind == KIND else None
        if proposed is not None:
            mine = asked.asked_by == reader.account
            found.append(WaitingMessage(asked.id, proposed.message, asked.asked_by, proposed.panels, mine))
    return found


def told(message: UrgentMessage) -> str:
    """For the log."""
    what = f"film {message.film}" if message.film else message.text
    return f"{what}\nuntil {message.until.isoformat(timespec='minutes')}"


def _short(message: UrgentMessage) -> str:
    text = " ".join((message.film or message.text).split())
    return text if len(text) <= TOLD_LETTERS else text[: TOLD_LETTERS - 1] + "\u2026"


def _sent_words(request: Request, count: int) -> str:
    return plural(
        reader_of(request).language, count, "Sent to {n} panel; below is who shows it.",
        "Sent to {n} panels; below is who shows it.",
    )  # fmt: skip


def _not_sent(request: Request, error: OfficeError) -> str:
    """In the reader's language where the broker is gone; the broker's own words else."""
    if not office_of(request).live.connected or str(error) == GONE:
        return t(
            reader_of(request).language,
            "the broker is not reached, so no panel has heard of it; try again when it is back",
        )
    return str(error)


ROUTES: tuple[Route, ...] = (
    Route("GET", "/urgent", Right.LOOK, show_page),
    Route("GET", "/urgent/stream", Right.LOOK, stream, stream=True),
    Route("GET", "/urgent/pictures/{key}.png", Right.LOOK, picture),
    Route("POST", "/urgent/preview", Right.COMMAND, preview),
    Route("POST", "/urgent", Right.COMMAND, send),
    Route("POST", "/urgent/decide", Right.COMMAND, decide),
    Route("POST", "/urgent/end", Right.COMMAND, end),
    Route("POST", "/urgent/templates/remove", Right.COMMAND, remove),
)
