"""Files on their way into a draft, as upload.js sends them: piece by piece, each goes on where the server says it was.

Knows: the small JSON between the script and the server. Touches: uploads and conversions (content/).
Must not: take a piece of somebody else's upload, or believe a name or a size.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from player.base.catalogue import catalogue_of
from player.office.web.content.conversions import ConversionProgress
from player.office.web.content.uploads import CHUNK_LIMIT_BYTES, RefusedUpload, Upload, VettedUpload, WrongOffset
from player.office.web.faults import PageFault
from player.office.web.page import Right, Route, language_here
from player.office.web.pages.drafting import DraftDesk, catalogue_for, desk_of, note_change
from player.office.web.pages.reach import largest_panel
from player.office.web.words import Language, t
from player.office.web.words.converting import CONVERTING

BEGIN_BYTES = 4096
"""Of the JSON that begins an upload: a name of 255 letters fits four times."""
NEWEST_TIME = 1 << 53
"""Milliseconds since 1970 that JavaScript can count."""
Handler = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class UploadView:
    """An upload that an earlier visit left. conversion: the address of the one that runs; refused: why it has no name."""

    id: str
    name: str
    size: int
    offset: int
    modified: int
    refused: str = ""
    remedy: str = ""
    can_convert: bool = False
    conversion: str = ""


def upload_views(desk: DraftDesk) -> list[UploadView]:
    """What is not in the draft yet; of what is all here a film must be made first."""
    return [_view(desk, upload) for upload in desk.part.uploads.list(desk.draft)]


def _view(desk: DraftDesk, upload: Upload) -> UploadView:
    language, number = desk.reader.language, desk.part.memory.conversion_of(upload.id)
    progress = desk.part.conversions.running(desk.draft).get(number)
    runs = progress is not None and progress.state in ("waiting", "running")
    why = "" if runs else desk.part.memory.refused(upload.id)
    return UploadView(
        upload.id,
        upload.path.rpartition("/")[2],
        upload.size,
        upload.offset,
        upload.modified,
        catalogue_for(language).say(why),
        t(language, "Convert makes a film of it that every panel plays.") if why else "",
        bool(why),
        f"{desk.home}/conversions/{number}" if runs else "",
    )


def upload_words(language: Language) -> Mapping[str, str]:
    """What the script says; {name} and the like are its parts."""
    return {
        "waiting": t(language, "waits for its turn"),
        "sending": t(language, "{done} of {size} MB"),
        "sending_left": t(language, "{done} of {size} MB, {left} s left"),
        "goes_on": t(language, "{name} goes on: {done} MB were here already."),
        "looking": t(language, "is looked into, as a panel does"),
        "lost": t(language, "The connection is lost. It goes on by itself when it is back."),
        "failed": t(language, "It did not work. Try it again; if it happens again, tell the office's IT person."),
        "signed_out": t(
            language, "You are signed out. Sign in again, and choose the same file: it goes on where it was."
        ),
        "remove": t(language, "Remove"),
        "hide": t(language, "Hide this line"),
        "cancelled": t(language, "{name} is cancelled."),
        "converting": t(language, "a film is made of it: {percent} %"),
    }


# ---- the script's questions


def as_json(handler: Handler) -> Handler:
    """A fault as {"sentence"}: the script shows it in the file's row."""

    @wraps(handler)
    async def answer(request: Request) -> Response:
        language = language_here(request)
        try:
            return await handler(request)
        except WrongOffset as wrong:
            return JSONResponse({"offset": wrong.offset}, 409)
        except PageFault as fault:
            return JSONResponse({"sentence": fault.say(language)}, fault.status)

    return answer


@as_json
async def begin_upload(request: Request) -> Response:
    desk = desk_of(request)
    try:
        asked = json.loads(await request.body())
        name, size, modified = asked["name"], asked["size"], asked["modified"]
        if not (isinstance(name, str) and type(size) is int and type(modified) is int and 0 <= modified < NEWEST_TIME):
            raise ValueError("no such upload")
    except (ValueError, KeyError, TypeError):
        raise PageFault("This page is out of date. Load it again.") from None
    upload = await to_thread.run_sync(desk.part.uploads.begin, desk.draft, name, size, modified)
    if not upload.offset:
        note_change(desk, "upload begun", f"{upload.path}, {size} bytes")
    return JSONResponse({"id": upload.id, "offset": upload.offset})


@as_json
async def tell_offset(request: Request) -> Response:
    return JSONResponse({"offset": _upload_of(desk_of(request)).offset})


@as_json
async def take_piece(request: Request) -> Response:
    desk = desk_of(request)
    upload, typed = _upload_of(desk), request.headers.get("Upload-Offset", "")
    if not (typed.isascii() and typed.isdecimal() and len(typed) < 16):
        raise WrongOffset(upload.offset)
    piece = await request.body()
    offset = await to_thread.run_sync(desk.part.uploads.append, upload.id, int(typed), piece)
    return JSONResponse({"offset": offset})


@as_json
async def finish_upload(request: Request) -> Response:
    desk = desk_of(request)
    upload, language = _upload_of(desk), desk.reader.language
    done = await to_thread.run_sync(desk.part.uploads.finish, desk.draft, upload.id)
    say = catalogue_for(language).say
    if isinstance(done, RefusedUpload):
        if done.can_convert:
            desk.part.memory.note_refused(upload.id, done.sentence)
        note_change(desk, "upload refused", f"{upload.path}: {done.sentence}")
        remedy = (
            t(language, "Convert makes a film of it that every panel plays.") if done.can_convert else say(done.remedy)
        )
        return JSONResponse({"refused": say(done.sentence), "remedy": remedy, "can_convert": done.can_convert})
    note_change(desk, "uploaded", done.path)
    return JSONResponse(_told(done, language))


def _told(done: VettedUpload, language: Language) -> dict[str, Any]:
    """What was found: with a remark, where a film is heavy for a panel."""
    say = catalogue_for(language).say
    sentence = (
        t(language, "is here, in the place of the one before")
        if done.replaces
        else t(language, "is here, in your draft")
    )
    remark = say(done.remark) if done.remark else ""
    remedy = t(language, "Convert makes a film of it that every panel plays.") if done.can_convert else say(done.remedy)
    return {"sentence": sentence, "remark": remark, "remedy": remedy if remark else "", "can_convert": done.can_convert,
            "path": done.path}  # fmt: skip


@as_json
async def cancel_upload(request: Request) -> Response:
    desk = desk_of(request)
    upload = _upload_of(desk)
    await to_thread.run_sync(desk.part.uploads.cancel, desk.draft, upload.id)
    note_change(desk, "upload cancelled", upload.path)
    return JSONResponse({})


def _upload_of(desk: DraftDesk) -> Upload:
    """Raises PageFault: there is none, or it is another person's."""
    upload = desk.part.uploads.find(desk.request.path_params["id"])
    if upload is None or (upload.folder, upload.account) != (desk.folder.name, desk.draft.account):
        raise PageFault("This upload is not known any more. Choose the file again.", status=404)
    return upload


# ---- conversions


@as_json
async def convert_upload(request: Request) -> Response:
    """Of an upload that no panel plays."""
    desk = desk_of(request)
    upload, uploads = _upload_of(desk), desk.part.uploads
    if upload.offset != upload.size:
        raise WrongOffset(upload.offset)
    number = desk.part.conversions.start(
        desk.draft,
        uploads.part_of(upload.id),
        upload.path,
        largest_panel(desk),
        lambda: uploads.cancel(desk.draft, upload.id),
    )
    desk.part.memory.note_conversion(upload.id, number)
    note_change(desk, "conversion begun", upload.path)
    return JSONResponse({"address": f"{desk.home}/conversions/{number}"})


@as_json
async def convert_file(request: Request) -> Response:
    """Of a film of the folder that panels play with pain."""
    desk = desk_of(request)
    path = request.path_params["path"]
    film = await to_thread.run_sync(desk.draft.path_of, path)
    if film is None:
        raise PageFault("There is no such file in the folder any more.", status=404)
    number = await to_thread.run_sync(desk.part.conversions.start, desk.draft, film, path, largest_panel(desk))
    note_change(desk, "conversion begun", path)
    return JSONResponse({"address": f"{desk.home}/conversions/{number}"})


@as_json
async def tell_conversion(request: Request) -> Response:
    desk = desk_of(request)
    _, progress = _conversion_of(desk)
    language, say = desk.reader.language, catalogue_of(desk.reader.language, CONVERTING).say
    match progress.state:
        case "waiting" | "running":
            told: dict[str, Any] = {"state": "running", "percent": progress.percent}
        case "done":
            sentence = t(language, "is a light film now: {path}", path=progress.path)
            told = {"state": "done", "sentence": sentence, "path": progress.path}
        case "failed":
            told = {"state": "failed", "sentence": say(progress.sentence)}
        case "cancelled":
            told = {"state": "cancelled", "sentence": t(language, "The conversion is cancelled.")}
    return JSONResponse(told)


@as_json
async def cancel_conversion(request: Request) -> Response:
    desk = desk_of(request)
    number, _ = _conversion_of(desk)
    desk.part.conversions.cancel(number)
    return JSONResponse({})


def _conversion_of(desk: DraftDesk) -> tuple[str, ConversionProgress]:
    """Raises PageFault: there is none, or it is another person's."""
    number = desk.request.path_params["id"]
    progress = desk.part.conversions.running(desk.draft).get(number)
    if progress is None:
        raise PageFault("This conversion is not known any more. Begin it again.", status=404)
    return number, progress


ROUTES = (
    Route("POST", "/content/{folder}/uploads", Right.EDIT, begin_upload, body_bytes=BEGIN_BYTES),
    Route("GET", "/content/{folder}/uploads/{id}", Right.EDIT, tell_offset),
    Route("PATCH", "/content/{folder}/uploads/{id}", Right.EDIT, take_piece, body_bytes=CHUNK_LIMIT_BYTES),
    Route("POST", "/content/{folder}/uploads/{id}/finish", Right.EDIT, finish_upload),
    Route("POST", "/content/{folder}/uploads/{id}/cancel", Right.EDIT, cancel_upload),
    Route("POST", "/content/{folder}/uploads/{id}/convert", Right.EDIT, convert_upload),
    Route("POST", "/content/{folder}/convert/{path:path}", Right.EDIT, convert_file),
    Route("GET", "/content/{folder}/conversions/{id}", Right.EDIT, tell_conversion),
    Route("POST", "/content/{folder}/conversions/{id}/cancel", Right.EDIT, cancel_conversion),
)
