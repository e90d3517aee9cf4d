"""The pages of the playlists: all of them, one to be edited, one to be played in the browser.

Knows: the forms of a playlist, what each button does, what is announced and where the focus goes. Touches: the draft.
Must not: write a line of a playlist itself (content/playlist_file.py does).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from player.core.model import DEFAULT_PLAYLIST
from player.office.web.content.edits import listed_playlist, make_playlist, remove_playlist
from player.office.web.content.playlist_file import PlaylistFile
from player.office.web.content.typed import Faults, read_item, read_name
from player.office.web.faults import PageFault
from player.office.web.page import Right, Route, back, form_of, part, render
from player.office.web.pages.drafting import (
    DraftDesk,
    LookedAt,
    desk_of,
    form_fields,
    head_of,
    in_thread,
    look_at_draft,
    mark_of,
    note_change,
    number_of,
    out_of_date,
    unseen,
)
from player.office.web.pages.media_views import media_views, playlist_words, spell_length, total_length
from player.office.web.pages.playlist_views import (
    ItemView,
    fit_choices,
    item_fields,
    item_views,
    item_words,
    items_now,
    list_views,
    rules_naming,
    when_it_plays,
)
from player.office.web.words import Language, t


@dataclass(slots=True)
class Edited:
    """The playlist after a change. done: what is announced. focus: the id of the button that is used next.

    faults: of the item `index`, whose typed values stay in their fields. clash: the change was not made, and why.
    """

    file: PlaylistFile
    done: str = ""
    focus: str = ""
    index: int | None = None
    faults: Faults = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)
    clash: str = ""


# ---- all of them


async def show_playlists(request: Request) -> Response:
    return await _all(desk_of(request), {}, "")


async def _all(desk: DraftDesk, faults: Faults, typed: str) -> Response:
    values = await in_thread(_all_values, desk)
    return render(
        desk.request, "playlists.html", 422 if faults else 200, **values, faults=faults, typed={"name": typed}
    )


def _all_values(desk: DraftDesk) -> dict[str, Any]:
    language, looked = desk.reader.language, look_at_draft(desk)
    sub = t(language, "What plays, in which order. The schedule says which of them plays when.")
    return {
        **head_of(desk, "playlists", t(language, "Playlists"), sub),
        "playlists": list_views(desk, looked),
        "has_default": listed_playlist(looked.listing, DEFAULT_PLAYLIST) is not None,
    }


async def create_playlist(request: Request) -> Response:
    """An empty playlist; the main one holds everything that plays now, so that nothing stops."""
    desk, fields = desk_of(request), form_fields(await form_of(request))
    language, typed = desk.reader.language, fields.get("name", "")
    try:
        name = read_name(typed, language)
        await in_thread(_create, desk, name)
    except ValueError as wrong:
        return await _all(desk, {"name": str(wrong)}, typed)
    note_change(desk, "playlist", name)
    said = t(
        language, "The playlist “{name}” is made. It is a draft until you publish.", name=playlist_words(name, language)
    )
    return back(request, f"{desk.home}/playlists/{quote(name, safe='')}", said)


def _create(desk: DraftDesk, name: str) -> None:
    """Raises ValueError with the sentence for the person."""
    listing = desk.draft.listing()
    if name.casefold() in {each.name.casefold() for each in listing.playlists if each.path}:
        raise ValueError(
            t(desk.reader.language, "There is a playlist “{name}” already. Choose another name.", name=name)
        )
    make_playlist(desk.draft, listing, name)


# ---- one


async def show_playlist(request: Request) -> Response:
    desk, name = desk_of(request), request.path_params["name"]
    values = await in_thread(_one_values, desk, name, None)
    if values["shown_only"]:
        return back(request, f"{desk.home}/look/{quote(values['file'])}")
    return render(request, "playlist.html", **values)


def _one_values(desk: DraftDesk, name: str, edited: Edited | None) -> dict[str, Any]:
    language, looked = desk.reader.language, look_at_draft(desk)
    edited = edited or Edited(_file_of(desk, looked, name))
    items = item_views(desk, looked, edited.file, edited.index, edited.faults, edited.typed)
    return {
        **head_of(desk, "playlists", playlist_words(name, language), "", edited.done),
        "name": name,
        "words": playlist_words(name, language),
        "file": edited.file.path,
        "shown_only": not edited.file.editable,
        "items": items,
        "seen": mark_of(edited.file.raw),
        "length": _spell_length(items),
        "media": media_views(desk, looked.listing),
        "scheduled": len(rules_naming(looked, name)),
        "why": when_it_plays(looked, name, language),
        "focus": edited.focus,
        "clash": edited.clash,
        "item_fields": item_fields(language),
        "fits": fit_choices(language),
    }


def _file_of(desk: DraftDesk, looked: LookedAt, name: str) -> PlaylistFile:
    """Raises PageFault (404)."""
    listed = listed_playlist(looked.listing, name)
    if listed is None:
        raise PageFault("There is no playlist with this name any more.", status=404)
    return desk.draft.playlist(listed.path)


def _spell_length(items: Sequence[ItemView]) -> str:
    seconds = total_length(item.lasts for item in items)
    return spell_length(seconds) if seconds else ""


# ---- changed


async def change_playlist(request: Request) -> Response:
    """Each button and each field of a row; what is wrong stays beside its field."""
    desk, name = desk_of(request), request.path_params["name"]
    form = await form_of(request)
    fields, language = form_fields(form), desk.reader.language
    if fields.get("do") == "remove":
        await in_thread(_remove, desk, name)
        note_change(desk, "playlist removed", name)
        words = playlist_words(name, language)
        return back(request, f"{desk.home}/playlists", t(language, "“{name}” is removed in your draft.", name=words))
    paths = [path for path in form.getlist("path") if isinstance(path, str)]
    edited = await in_thread(_edit, desk, name, fields, paths)
    if edited.done:
        note_change(desk, "playlist", name)
    wrong = bool(edited.faults or edited.clash)
    by_script = request.headers.get("HX-Request") == "true"
    if not by_script and not wrong:
        return back(request, f"{desk.home}/playlists/{quote(name, safe='')}", edited.done)
    values = await in_thread(_one_values, desk, name, edited)
    if by_script:
        return part(request, "playlist_answer.html", 422 if wrong else 200, **values)
    return render(request, "playlist.html", 422, **values)


def _remove(desk: DraftDesk, name: str) -> None:
    remove_playlist(desk.draft, desk.draft.listing(), name)


def _edit(desk: DraftDesk, name: str, fields: dict[str, str], paths: Sequence[str]) -> Edited:
    with desk.draft.lock:  # two windows of one person
        file, language = _file_of(desk, look_at_draft(desk), name), desk.reader.language
        do = fields.get("do", "")
        if do == "add":
            return _add(desk, file, paths)
        if fields.get("seen") != mark_of(file.raw):
            return Edited(file, clash=unseen(language))
        index = number_of(fields, "index")
        if index >= len(file.items):
            raise out_of_date()
        match do:
            case "up":
                return _move(desk, file, index, index - 1, "up")
            case "down":
                return _move(desk, file, index, index + 1, "down")
            case "move":
                return _move(desk, file, index, number_of(fields, "to"), "down")
            case "drop":
                last = len(file.items) - 1
                done = t(language, "{name} is taken out of the playlist.", name=item_words(file.items[index]))
                return Edited(_keep(desk, file.drop(index)), done, f"drop-{min(index, last - 1)}" if last else "")
            case "set":
                return _set(desk, file, index, fields)
            case _:
                raise out_of_date()


def _move(desk: DraftDesk, file: PlaylistFile, index: int, to: int, button: str) -> Edited:
    language, words, count = desk.reader.language, item_words(file.items[index]), len(file.items)
    if not 0 <= to < count:
        return Edited(file, t(language, "{name} stands at the end already.", name=words), f"{button}-{index}")
    done = t(language, "{name} is number {n} of {count} now.", name=words, n=to + 1, count=count)
    return Edited(_keep(desk, file.move(index, to)), done, f"{button}-{to}")


def _set(desk: DraftDesk, file: PlaylistFile, index: int, fields: dict[str, str]) -> Edited:
    language, item = desk.reader.language, file.items[index]
    typed, faults = read_item(fields, language)
    if item.stream and typed.seconds is None and "seconds" not in faults:
        faults["seconds"] = t(language, "A stream has no end of its own. Write for how many seconds it is shown.")
    if faults:
        return Edited(file, focus=f"{next(iter(faults))}-{index}", index=index, faults=faults, typed=fields)
    changed = file.set(
        index, seconds=typed.seconds, title=typed.title, volume=typed.volume, fit=typed.fit, begins=typed.begins,
        ends=typed.ends,
    )  # fmt: skip
    return Edited(
        _keep(desk, changed), t(language, "{name} is changed.", name=item_words(changed.items[index])), f"more-{index}"
    )


def _add(desk: DraftDesk, file: PlaylistFile, paths: Sequence[str]) -> Edited:
    language = desk.reader.language
    there = [path for path in paths if desk.draft.path_of(path) is not None]
    if not there:
        return Edited(file, clash=t(language, "Nothing is ticked. Tick the films and pictures that are to be added."))
    for path in there:
        file = file.add(path)
    return Edited(_keep(desk, file), _spell_added(len(there), language))


def _spell_added(count: int, language: Language) -> str:
    return t(language, "{n} added at the end of the playlist.", n=count)


def _keep(desk: DraftDesk, file: PlaylistFile) -> PlaylistFile:
    desk.draft.write(file.path, file.raw)
    return file


# ---- played


async def play_playlist(request: Request) -> Response:
    """What a panel would play of it now, in the browser."""
    desk, name = desk_of(request), request.path_params["name"]
    return render(request, "playlist_play.html", **await in_thread(_play_values, desk, name))


def _play_values(desk: DraftDesk, name: str) -> dict[str, Any]:
    words, looked, now = playlist_words(name, desk.reader.language), look_at_draft(desk), desk.now()
    items = items_now(desk, looked, _file_of(desk, looked, name), now)
    return {**head_of(desk, "playlists", words), "name": name, "words": words, "items": items, "clock": f"{now:%H:%M}"}


ROUTES = (
    Route("GET", "/content/{folder}/playlists", Right.LOOK, show_playlists),
    Route("POST", "/content/{folder}/playlists", Right.EDIT, create_playlist),
    Route("GET", "/content/{folder}/playlists/{name}", Right.LOOK, show_playlist),
    Route("POST", "/content/{folder}/playlists/{name}", Right.EDIT, change_playlist),
    Route("GET", "/content/{folder}/playlists/{name}/play", Right.LOOK, play_playlist),
)
