"""What every page of the console stands on: its routes, its reader, its templates, its answers.

Knows: how a handler renders a page or a part of one, answers a form, streams news. Touches: the templates' folder.
Must not: know a page, decide who may come in (app.py does), or let a template write anything unescaped.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING, Any

from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.bccache import Bucket
from markupsafe import Markup
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse

from player.office.web.faults import PageFault as PageFault
from player.office.web.people.roles import RIGHTS
from player.office.web.people.roles import Right as Right  # the pages take it from here
from player.office.web.people.roles import Role as Role
from player.office.web.words import LANGUAGE_NAMES, LANGUAGES, Language, plural, t
from player.office.web.words.browsers import spell_browser
from player.office.web.words.logged import logged_in
from player.office.web.words.moments import spell_ago, spell_bytes, spell_clock, spell_day, spell_moment, spell_span
from player.office.web.words.told import catalogue

if TYPE_CHECKING:
    from player.office.web.office import WebOffice

HERE = Path(__file__).parent
TEMPLATES, STATIC = HERE / "templates", HERE / "static"
FORM_BYTES = 2 << 20
"""Of a form's whole body. The longest is a playlist of some thousand lines; films come in pieces (PATCH), not in forms."""
MOST_FIELDS, MOST_FILES = 5000, 20
BEAT_S = 2.0
"""So often a stream says that the server is there; console.js calls it lost after MISSED_BEATS of them."""


@dataclass(frozen=True, slots=True)
class Reader:
    """The person who asks: request.state.reader. session: its number, no secret. csrf: what a form of this session holds.

    lacks_factor: the role needs a second factor (web.second_factor), and this person has not set one up yet.
    """

    account: str
    name: str
    role: Role
    language: Language
    csrf: str
    session: str
    lacks_factor: bool = False

    def may(self, right: Right | str) -> bool:
        return Right(right) in RIGHTS[self.role]


@dataclass(frozen=True, slots=True)
class Route:
    """One row of the table of routes. right None: before signing in. body_bytes: larger bodies are refused with 413.

    without_factor: also for who must set up a second factor first.
    """

    method: str
    path: str
    right: Right | None
    handler: Callable[[Request], Awaitable[Response]]
    stream: bool = False
    body_bytes: int = FORM_BYTES
    without_factor: bool = False


class CompiledTemplates(BytecodeCache):
    """Templates that were compiled, by name and content: no language compiles anew what another one did.

    To compile a page's takes 0.03 s of processor time, to show it a tenth of that (2026-11-26).
    """

    def __init__(self) -> None:
        self._code: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._code.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code is not None
        self._code[bucket.key, bucket.checksum] = bucket.code


class Templates:
    """The templates, one environment for each language, so that `t` is there in macros too. Everything is escaped."""

    def __init__(
        self, zone: tzinfo, now: Callable[[], datetime], compiled: CompiledTemplates, folder: Path = TEMPLATES
    ) -> None:
        marks = {path.name: hash_of(path) for path in STATIC.iterdir() if path.is_file()}
        self._environments = {each: _environment(folder, each, zone, now, marks, compiled) for each in LANGUAGES}

    def text(self, language: Language, template: str, values: Mapping[str, Any]) -> str:
        return self._environments[language].get_template(template).render(values)


def hash_of(path: Path) -> str:
    """The beginning of a static file's hash: it stands in its address, so that a browser asks for a new one at once."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def _environment(
    folder: Path,
    language: Language,
    zone: tzinfo,
    now: Callable[[], datetime],
    marks: Mapping[str, str],
    compiled: CompiledTemplates,
) -> Environment:
    """t, plural, static and the moments' words are there in every template and macro."""
    made = Environment(
        loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        auto_reload=False, bytecode_cache=compiled,
    )  # fmt: skip

    def tell_time(moment: datetime | None) -> Markup:
        """<time> with the moment in the panels' zone; the exact one in its title."""
        if moment is None:
            return Markup("")
        local = moment.astimezone(zone)
        return Markup('<time datetime="{}" title="{}">{}</time>').format(
            moment.astimezone(UTC).isoformat(timespec="seconds"),
            f"{local:%Y-%m-%d %H:%M:%S %Z}",
            spell_moment(language, local, now().astimezone(zone)),
        )

    def tell_ago(moment: datetime | None) -> Markup:
        """<time> with how long ago it was, which console.js keeps true."""
        if moment is None:
            return Markup("")
        return Markup('<time data-ago datetime="{}">{}</time>').format(
            moment.astimezone(UTC).isoformat(timespec="seconds"), spell_ago(language, (now() - moment).total_seconds())
        )

    made.globals |= {
        "language": language,
        "languages": LANGUAGE_NAMES,
        "t": lambda english, /, **parts: t(language, english, **parts),
        "plural": lambda n, one, many, /, **parts: plural(language, n, one, many, **parts),
        "static": lambda name: f"/static/{name}?{marks[name]}",
        "tell_time": tell_time,
        "tell_ago": tell_ago,
        "zone": lambda: now().astimezone(zone).tzname(),
        "Right": Right,
    }
    filters: dict[str, Callable[..., str]] = {
        "span": lambda seconds: spell_span(language, seconds),
        "size": lambda count: spell_bytes(language, count),
        "clock": lambda moment: spell_clock(language, moment.astimezone(zone)),
        "day": lambda day: spell_day(language, day),
        "browser": spell_browser,
        "logged": logged_in(language).say,
        "told": catalogue(language).say,
    }
    made.filters |= {name: _when_shown(say) for name, say in filters.items()}
    return made


def _when_shown(say: Callable[..., str]) -> Callable[..., str]:
    """A filter of one language: of a constant, too, it is asked when the page is shown, as all share what is compiled."""

    @pass_context
    def said(_: object, value: object) -> str:
        return say(value)

    return said


def office_of(request: Request) -> WebOffice:
    office: WebOffice = request.app.state.office
    return office


def reader_of(request: Request) -> Reader:
    """Who asks. Only for routes that have a right: before signing in there is nobody."""
    reader: Reader = request.state.reader
    return reader


def language_here(request: Request) -> Language:
    """The reader's language; before signing in the one that the visitor chose, or the office's."""
    language: Language = request.state.language
    return language


def render(request: Request, template: str, /, status: int = 200, **values: Any) -> HTMLResponse:
    """A whole page. The template has: reader (None before signing in), csrf, path, said, news, t, plural and what is given."""
    reader: Reader | None = getattr(request.state, "reader", None)
    office = office_of(request)
    said = office.sessions.take_said(reader.session) if reader is not None else ""
    at_work = reader is not None and not reader.lacks_factor
    everywhere = {
        "said": said,
        "news": office.news(language_here(request)),
        "now": office.now(),
        "path": request.url.path,
        "waiting": office.second_yes.waiting() if at_work else [],
        "ending": _ending_words(office, reader) if at_work else [],
    }
    return HTMLResponse(part_text(request, template, **{**everywhere, **values}), status)


def _ending_words(office: WebOffice, reader: Reader | None) -> list[str]:
    """The office's certificates that end soon, for those who can do something about it."""
    if reader is None or not reader.may(Right.ADMIN):
        return []
    return office.certificates.sentences(reader.language)


def part(request: Request, template: str, /, status: int = 200, **values: Any) -> HTMLResponse:
    """A fragment for htmx, which takes it in whatever its status says below 500, but not with 400 to 421."""
    return HTMLResponse(part_text(request, template, **values), status)


def part_text(request: Request, template: str, /, **values: Any) -> str:
    """The text of a fragment, for a stream."""
    reader: Reader | None = getattr(request.state, "reader", None)
    templates: Templates = request.app.state.templates
    known = {"reader": reader, "csrf": getattr(request.state, "csrf", "")}
    return templates.text(language_here(request), template, {**known, **values})


def back(request: Request, path: str, said: str = "") -> Response:
    """After a form: on to another page of the console, where `said` (in the reader's language) is shown once."""
    if not path.startswith("/") or path.startswith("//"):
        raise ValueError(f"{path!r} leads out of the console")
    if said:
        office_of(request).sessions.say(reader_of(request).session, said)
    if request.headers.get("HX-Request") == "true":
        return Response(status_code=204, headers={"HX-Redirect": path})
    return RedirectResponse(path, 303)


async def form_of(request: Request) -> FormData:
    """The form's fields; read once, however often it is asked for."""
    return await request.form(max_files=MOST_FILES, max_fields=MOST_FIELDS, max_part_size=FORM_BYTES)


def text_of(form: FormData, name: str, most: int = 1000) -> str:
    """A field's text without the spaces around it, "" where it is not there. Raises PageFault: a file, or too long."""
    given = form.get(name, "")
    if not isinstance(given, str):
        raise PageFault("This is a file; text is expected here.", name)
    if len(given) > most:
        raise PageFault("This is too long: {n} characters; {most} fit.", name, n=len(given), most=most)
    return given.strip()


def fault_answer(request: Request, fault: PageFault) -> Response:
    """The fault beside its field (console.js hears of it by HX-Trigger); a page of its own where there is no script."""
    sentence = fault.say(language_here(request))
    if request.headers.get("HX-Request") == "true":
        told = json.dumps({"fault": {"sentence": sentence, "field": fault.field}})
        return Response(status_code=fault.status, headers={"HX-Trigger": told})
    return render(request, "fault.html", fault.status, sentence=sentence)


@dataclass(frozen=True, slots=True)
class StreamPart:
    """One message of a stream. kind "part": `text` is HTML whose outermost elements have ids, and replaces those;
    "gone": the id of an element that goes; any other kind: the page's own script hears it as an event of that name."""

    kind: str
    text: str = ""

    def encode(self) -> bytes:
        lines = "".join(f"data: {line}\n" for line in self.text.splitlines() or [""])
        return f"event: {self.kind}\n{lines}\n".encode()


@dataclass
class _Beats:
    """The news that a stream has told last, so that it is told again only with the beat or when it changed."""

    office: WebOffice
    language: Language
    told: str = field(default="")

    def news(self, *, beat: bool) -> list[StreamPart]:
        news = self.office.news(self.language)
        if news == self.told and not beat:
            return []
        self.told = news
        return [StreamPart("news", news)]


def event_stream(request: Request, parts: AsyncIterator[StreamPart] | None = None) -> StreamingResponse:
    """A stream of `parts`, and the news (is the server there, is the broker): every BEAT_S, and at once when the broker goes.

    Ends with the person's session.
    """
    return StreamingResponse(
        _stream(request, parts), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"}
    )


async def _stream(request: Request, parts: AsyncIterator[StreamPart] | None) -> AsyncIterator[bytes]:
    office, reader = office_of(request), reader_of(request)
    session, beats = reader.session, _Beats(office, reader.language)
    closing, link = asyncio.ensure_future(office.closing.wait()), asyncio.ensure_future(office.live.link.turned.wait())
    following = asyncio.ensure_future(_next_of(parts)) if parts is not None else None
    pages = ExitStack()
    try:
        pages.enter_context(office.live.link.watching())
        for told in beats.news(beat=True):
            yield told.encode()
        while not closing.done():
            awaited = {closing, link, following} if following is not None else {closing, link}
            done, _ = await asyncio.wait(awaited, timeout=BEAT_S, return_when=asyncio.FIRST_COMPLETED)
            if link in done:
                link = asyncio.ensure_future(office.live.link.turned.wait())
            if not office.sessions.is_open(session):
                yield StreamPart("over").encode()
                return
            for told in beats.news(beat=not done):
                yield told.encode()
            if following is not None and following in done:
                here = following.result()
                if here is None:
                    return
                yield here.encode()
                assert parts is not None
                following = asyncio.ensure_future(_next_of(parts))
    finally:
        pages.close()
        for task in (closing, link, following):
            if task is not None:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task


async def _next_of(parts: AsyncIterator[StreamPart]) -> StreamPart | None:
    """The next part; None: there are no more."""
    return await anext(parts, None)
