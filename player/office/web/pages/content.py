"""The page of a folder: its films and pictures as cards, one file by itself, and what is done with it.

Knows: which files are shown at once, and how they are found. Touches: the draft.
Must not: hand out a file (content_files.py does), or change a playlist's line itself.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from player.core.model import DEFAULT_PLAYLIST
from player.library.content.names import natural_key
from player.office.web.content.edits import listed_playlist, make_playlist, remove_everywhere
from player.office.web.content.listing import Listing
from player.office.web.content.typed import Faults, TypedItem, read_file_name, read_item
from player.office.web.faults import PageFault
from player.office.web.page import Right, Route, back, form_of, part, reader_of, render
from player.office.web.pages.drafting import (
    DraftDesk,
    desk_of,
    form_fields,
    head_of,
    in_thread,
    mark_of,
    note_change,
    part_of_content,
)
from player.office.web.pages.media_views import (
    CARDS_MOST,
    MediaView,
    fresh_files,
    is_being_looked_into,
    media_view,
    media_views,
    playlist_words,
    plays_everything,
)
from player.office.web.pages.uploading import upload_views, upload_words
from player.office.web.words import Language, t

SCHEDULE = "schedule"
"""What FolderDraft.uses calls the schedule, which names playlists and no media."""


async def show_folders(request: Request) -> Response:
    """The folder at which the person looked last, or else the first; where there is none, how one is named."""
    content = part_of_content(request)
    if not content.folders:
        return render(request, "content_none.html")
    last = content.memory.last_opened(reader_of(request).account)
    name = last if last in content.folders else next(iter(content.folders))
    return RedirectResponse(f"/content/{quote(name, safe='')}", 303)


async def show_content(request: Request) -> Response:
    desk = desk_of(request)
    return render(request, "content.html", **await in_thread(_content_values, desk))


async def show_media(request: Request) -> Response:
    """The cards alone: for a search, and after an upload; nothing (204), when they are as the page has them already."""
    desk = desk_of(request)
    values = await in_thread(_content_values, desk)
    if request.query_params.get("mark", "") == values["mark"]:
        return Response(status_code=204)
    return part(request, "content_media_answer.html", **values)


def _content_values(desk: DraftDesk) -> dict[str, Any]:
    language, asked = desk.reader.language, desk.request.query_params
    q, only = asked.get("q", "")[:200], asked.get("only", "")
    listing = desk.draft.listing()
    unread = sum(is_being_looked_into(each) for each in listing.media)
    if unread:
        desk.part.memory.look_through(desk.draft)
    media = media_views(desk, listing)
    found = [view for view in media if _fits(view, q, only)]
    heading = t(language, "Content: {folder}", folder=desk.folder.name)
    sub = t(
        language,
        "{n} films and pictures, for {panels}",
        n=len(media),
        panels=spell_panels(desk.folder.panels, language),
    )
    head, fresh = head_of(desk, "media", heading, sub), len(fresh_files(listing))
    return {
        **head,
        "mark": mark_of(repr((found, unread, fresh, head["changes"])).encode()),
        "media": found[:CARDS_MOST],
        "more": max(0, len(found) - CARDS_MOST),
        "unread": unread,
        "q": q,
        "only": only,
        "filters": _filters(language),
        "other": sorted((*listing.other, *listing.calendars, *listing.tickers), key=natural_key),
        "editable": _editable(listing, language),
        "uploads": upload_views(desk),
        "upload_words": upload_words(language),
        "signed": listing.signed,
        "fresh": fresh,
        "everything": plays_everything(listing),
        "faults": {},
        "typed": {},
    }


def _fits(view: MediaView, q: str, only: str) -> bool:
    match only:
        case "unused":
            chosen = not view.used_in and not view.plays_alone
        case "wrong":
            chosen = bool(view.problem)
        case "new":
            chosen = bool(view.change)
        case _:
            chosen = True
    return chosen and all(word in view.path.casefold() for word in q.casefold().split())


def _filters(language: Language) -> tuple[tuple[str, str], ...]:
    return (
        ("", t(language, "All files")),
        ("new", t(language, "New or changed")),
        ("unused", t(language, "In no playlist")),
        ("wrong", t(language, "With a fault")),
    )


def spell_panels(panels: Sequence[str], language: Language) -> str:
    """Who gets a folder, as its settings say it."""
    if "*" in panels:
        return t(language, "all panels")
    return ", ".join(panels) or t(language, "no panel")


def _editable(listing: Listing, language: Language) -> list[dict[str, str]]:
    """The playlists to which a file can be added; there is always the main one."""
    names = [each.name for each in listing.playlists if each.path and each.editable]
    main = listed_playlist(listing, DEFAULT_PLAYLIST)
    if main is None:
        names.insert(0, DEFAULT_PLAYLIST)
    return [{"name": name, "words": playlist_words(name, language)} for name in dict.fromkeys(names)]


# ---- one file


async def show_file(request: Request) -> Response:
    return await _file(desk_of(request), request.path_params["path"], {}, {})


async def _file(desk: DraftDesk, path: str, faults: Faults, typed: Mapping[str, str]) -> Response:
    values = await in_thread(_file_values, desk, path)
    return render(desk.request, "content_file.html", 422 if faults else 200, **values, faults=faults, typed=typed)


def _file_values(desk: DraftDesk, path: str) -> dict[str, Any]:
    listing = desk.draft.listing()
    media = next((each for each in listing.media if each.path == path), None)
    if media is None:
        raise PageFault("There is no such file in the folder any more.", status=404)
    if is_being_looked_into(media):
        desk.part.memory.look_through(desk.draft)
    view = media_view(desk, media, plays_everything(listing))
    return {**head_of(desk, "media", view.name), "file": view, "uses": _uses_of(desk, path),
            "upload_words": upload_words(desk.reader.language)}  # fmt: skip


def _uses_of(desk: DraftDesk, path: str) -> Sequence[tuple[str, str]]:
    """The playlists that name it, with their addresses."""
    language = desk.reader.language
    return [
        (playlist_words(name, language), f"{desk.home}/playlists/{quote(name, safe='')}")
        for name, _ in desk.draft.uses(path)
        if name != SCHEDULE
    ]


async def rename_file(request: Request) -> Response:
    desk, fields = desk_of(request), form_fields(await form_of(request))
    language, path, typed = desk.reader.language, fields.get("path", ""), fields.get("name", "")
    try:
        name = read_file_name(typed, posixpath.splitext(path)[1], language)
        new = posixpath.join(posixpath.dirname(path), name)
        if new != path and desk.draft.path_of(new) is not None:
            raise ValueError(t(language, "There is a file “{name}” already. Choose another name.", name=name))
    except ValueError as wrong:
        return await _file(desk, path, {"name": str(wrong)}, {"name": typed})
    if new != path:
        await in_thread(desk.draft.rename, path, new)
        note_change(desk, "file renamed", f"{path} -> {new}")
    said = t(language, "{old} is called {new} in your draft.", old=posixpath.basename(path), new=name)
    return back(request, f"{desk.home}/file/{quote(new)}", said)


async def remove_file(request: Request) -> Response:
    """What is used says where, and goes only when the person has said so."""
    desk, fields = desk_of(request), form_fields(await form_of(request))
    path, language = fields.get("path", ""), desk.reader.language
    uses = await in_thread(_uses_of, desk, path)
    if uses and fields.get("everywhere") != "yes":
        names = ", ".join(name for name, _ in uses)
        return await _file(desk, path, {"remove": t(language, "It is used in {names}.", names=names)}, {})
    await in_thread(_remove, desk, path)
    note_change(desk, "file removed", path)
    said = t(
        language, "{name} is removed in your draft. You can undo it until you publish.", name=posixpath.basename(path)
    )
    return back(request, desk.home, said)


def _remove(desk: DraftDesk, path: str) -> None:
    remove_everywhere(desk.draft, desk.draft.listing(), path)


async def add_to_playlist(request: Request) -> Response:
    """From a card: at the end of a playlist, with its days."""
    desk, fields = desk_of(request), form_fields(await form_of(request))
    language, name, path = desk.reader.language, fields.get("playlist", ""), fields.get("path", "")
    typed, faults = read_item(fields, language)
    if faults:
        raise PageFault(next(iter(faults.values())), next(iter(faults)))
    await in_thread(_add, desk, name, [path], typed)
    note_change(desk, "playlist", name)
    words = playlist_words(name, language)
    said = t(language, "{file} is added to “{playlist}” in your draft.", file=posixpath.basename(path), playlist=words)
    return back(request, desk.home, said)


async def add_new_files(request: Request) -> Response:
    """All that the draft brings and no playlist names: at the end of one, with their days; then what that changes is shown."""
    desk, fields = desk_of(request), form_fields(await form_of(request))
    name, paths = fields.get("playlist", ""), await in_thread(_new_files, desk)
    typed, faults = read_item(fields, desk.reader.language)
    if faults:
        values = await in_thread(_content_values, desk)
        return render(request, "content.html", 422, **{**values, "faults": faults, "typed": fields})
    if paths:
        await in_thread(_add, desk, name, paths, typed)
        note_change(desk, "playlist", f"{name}: {', '.join(paths)}")
    return back(request, f"{desk.home}/publish")


def _new_files(desk: DraftDesk) -> list[str]:
    return fresh_files(desk.draft.listing())


def _add(desk: DraftDesk, name: str, paths: Sequence[str], typed: TypedItem) -> None:
    """In one step. Where there is no main playlist yet it is made of everything that plays, so that nothing stops."""
    draft = desk.draft
    if any(draft.path_of(path) is None for path in paths):
        raise PageFault("There is no such file in the folder any more.", status=404)
    listing = draft.listing()
    listed = listed_playlist(listing, name)
    if listed is None and name != DEFAULT_PLAYLIST:
        raise PageFault("There is no playlist with this name any more.", "playlist", 404)
    with draft.lock:
        file = make_playlist(draft, listing, name) if listed is None else draft.playlist(listed.path)
        for path in paths:
            made = [n for n, item in enumerate(file.items) if listed is None and item.target == path]
            if not made:
                file = file.add(path)
            file = file.set(made[0] if made else len(file.items) - 1, begins=typed.begins, ends=typed.ends)
        draft.write(file.path, file.raw)


# ---- the draft


async def undo_step(request: Request) -> Response:
    desk, fields = desk_of(request), form_fields(await form_of(request))
    undone = await in_thread(desk.draft.undo)
    language, here = desk.reader.language, fields.get("back", "")
    said = (
        t(language, "The last step is undone: {path}", path=undone)
        if undone
        else t(language, "There is nothing to undo.")
    )
    if undone:
        note_change(desk, "undone", undone)
    return back(request, here if here.startswith(f"{desk.home}/") else desk.home, said)


async def discard_draft(request: Request) -> Response:
    desk = desk_of(request)
    await in_thread(desk.draft.discard)
    note_change(desk, "thrown away", "everything")
    return back(request, desk.home, t(desk.reader.language, "The draft is thrown away. What is published stays."))


ROUTES = (
    Route("GET", "/content", Right.LOOK, show_folders),
    Route("GET", "/content/{folder}", Right.LOOK, show_content),
    Route("GET", "/content/{folder}/media", Right.LOOK, show_media),
    Route("GET", "/content/{folder}/file/{path:path}", Right.LOOK, show_file),
    Route("POST", "/content/{folder}/add", Right.EDIT, add_to_playlist),
    Route("POST", "/content/{folder}/add-new", Right.EDIT, add_new_files),
    Route("POST", "/content/{folder}/rename", Right.EDIT, rename_file),
    Route("POST", "/content/{folder}/remove", Right.EDIT, remove_file),
    Route("POST", "/content/{folder}/undo", Right.EDIT, undo_step),
    Route("POST", "/content/{folder}/discard", Right.EDIT, discard_draft),
)
