"""The folder's files themselves: a film to be watched, a thumbnail, a file that is only read, with what it means.

Knows: what a browser may be given of a file, and as what. Touches: the draft's files, reading only.
Must not: hand out a file as something that a browser runs (a page, a script, an SVG), or change one.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from player.library.content.names import PLAYLIST_ENDINGS
from player.office.web.content.listing import kind_of
from player.office.web.faults import PageFault
from player.office.web.page import Right, Route, render
from player.office.web.pages.drafting import DraftDesk, catalogue_for, desk_of, head_of, in_thread, spell_problem
from player.office.web.pages.media_views import PICTURED, playlist_words
from player.office.web.pages.playlist_views import item_words, spell_when
from player.office.web.words import Language, t
from player.office.web.words.moments import spell_moment

MEDIA_TYPES: Mapping[str, str] = {
    ".mp4": "video/mp4", ".m4v": "video/mp4", ".mov": "video/mp4", ".webm": "video/webm", ".mkv": "video/x-matroska",
    ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".gif": "image/gif", ".webp": "image/webp",
    ".bmp": "image/bmp", ".avif": "image/avif",
}  # fmt: skip
"""What a browser shows by itself and never runs; everything else is only downloaded."""
KEPT_FOR_S = 30 * 24 * 3600
"""A thumbnail's address changes with the content of its file."""
TEXT_MOST = 100_000
"""Characters of a file that are shown as it is written."""
EVENTS_MOST = 200


async def give_file(request: Request) -> Response:
    """A film or picture to be looked at; whatever else, to be downloaded. With ranges, so that a film can be wound."""
    desk, path = desk_of(request), request.path_params["path"]
    place = await in_thread(_place_of, desk, path)
    kind = MEDIA_TYPES.get(posixpath.splitext(path)[1].casefold(), "")
    return FileResponse(
        place, media_type=kind or "application/octet-stream", filename=posixpath.basename(path),
        content_disposition_type="inline" if kind else "attachment",
    )  # fmt: skip


async def give_thumbnail(request: Request) -> Response:
    """What is kept comes at once; few wait for what must be made, so that a slow file holds up no page."""
    desk, path = desk_of(request), request.path_params["path"]
    place, digest, kind = await in_thread(_pictured, desk, path)
    thumbnails, waiting = desk.part.memory.thumbnails, desk.part.memory.waiting_for_thumbnails
    picture = await in_thread(thumbnails.kept, digest)
    if picture is None:
        picture = await to_thread.run_sync(thumbnails.make, place, digest, kind, limiter=waiting)
    if not picture:
        raise PageFault("No picture can be made of this file.", status=404)
    kept = {"Cache-Control": f"private, max-age={KEPT_FOR_S}, immutable"} if request.url.query else {}
    return Response(picture, media_type="image/jpeg", headers=kept)


def _pictured(desk: DraftDesk, path: str) -> tuple[Path, str, str]:
    """Where the file lies, its content's hash, its kind. Raises PageFault (404)."""
    place, book = _place_of(desk, path), desk.folder.book
    kind = kind_of(path, book.known_verdict(place, path))
    if kind not in PICTURED:
        raise PageFault("No picture can be made of this file.", status=404)
    return place, book.sha256_of(place), kind


def _place_of(desk: DraftDesk, path: str) -> Path:
    """Raises PageFault (404)."""
    place = desk.draft.path_of(path)
    if place is None:
        raise PageFault("There is no such file in the folder any more.", status=404)
    return place


# ---- files that are only read


async def look_at_file(request: Request) -> Response:
    """An XSPF, a calendar, a schedule or any other text: what it means, what is wrong with it, and as it is written."""
    desk, path = desk_of(request), request.path_params["path"]
    return render(request, "content_look.html", **await in_thread(_look_values, desk, path))


def _look_values(desk: DraftDesk, path: str) -> dict[str, Any]:
    language, place = desk.reader.language, _place_of(desk, path)
    name, ending = path.casefold(), posixpath.splitext(path)[1].casefold()
    heads: tuple[str, ...] = ()
    rows: list[tuple[str, ...]] = []
    why = t(language, "This file is shown as it is; the console does not change it.")
    if ending in PLAYLIST_ENDINGS:
        heads, rows, why = _playlist_rows(desk, path)
    elif name.endswith(".ics"):
        why = t(language, "A calendar: its events say when which playlist plays. Change it in the calendar program.")
        heads, rows = _event_rows(desk)
    raw = place.read_bytes()[: TEXT_MOST * 4]
    problems = [spell_problem(each, language) for each in desk.draft.check() if each.where == path]
    return {
        **head_of(desk, "playlists" if ending in PLAYLIST_ENDINGS else "media", posixpath.basename(path)),
        "name": posixpath.basename(path),
        "why": why,
        "heads": heads,
        "rows": rows,
        "problems": problems,
        "text": "" if b"\0" in raw else raw.decode("utf-8", "replace")[:TEXT_MOST],
        "address": f"{desk.home}/raw/{quote(path)}",
    }


def _playlist_rows(desk: DraftDesk, path: str) -> tuple[tuple[str, ...], list[tuple[str, ...]], str]:
    language = desk.reader.language
    file, say = desk.draft.playlist(path), catalogue_for(language).say
    heads = (t(language, "Item"), t(language, "Seconds"), t(language, "When"), t(language, "What is wrong"))
    rows: list[tuple[str, ...]] = [
        (
            item_words(item),
            "" if item.seconds is None else f"{item.seconds:g}",
            spell_when(item, language),
            "; ".join(say(part) for part in (item.problem, item.remedy) if part),
        )
        for item in file.items
    ]
    why = (
        desk.say(file.why)
        if file.why
        else t(language, "This is how the playlist stands in the folder, with your draft.")
    )
    return heads, rows, why


def _event_rows(desk: DraftDesk) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    language, now = desk.reader.language, desk.now()
    schedule, _ = desk.draft.schedule()
    heads = (t(language, "From"), t(language, "Until"), t(language, "Plays"))
    rows: list[tuple[str, ...]] = [
        (
            spell_moment(language, window.begins.astimezone(schedule.timezone), now),
            spell_moment(language, window.ends.astimezone(schedule.timezone), now),
            _spell_show(window.playlist, language),
        )
        for window in sorted(schedule.windows, key=lambda each: each.begins)
        if window.ends > now
    ]
    return heads, rows[:EVENTS_MOST]


def _spell_show(playlist: str | None, language: Language) -> str:
    return t(language, "dark") if playlist is None else playlist_words(playlist, language)


ROUTES = (
    Route("GET", "/content/{folder}/raw/{path:path}", Right.LOOK, give_file),
    Route("GET", "/content/{folder}/thumbnail/{path:path}", Right.LOOK, give_thumbnail),
    Route("GET", "/content/{folder}/look/{path:path}", Right.LOOK, look_at_file),
)
