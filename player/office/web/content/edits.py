"""What a person does to several files of a draft at once: a playlist made or removed, a file taken out of all that names it.

Knows: which files a playlist's name stands for, and what has to change with what. Touches: the draft.
Must not: leave a playlist or a rule that names what is gone.
"""

from __future__ import annotations

from player.core.model import DEFAULT_PLAYLIST
from player.library.content.draft import SCHEDULE_NAME
from player.library.content.names import PLAYLISTS_FOLDER
from player.office.web.content.drafts import FolderDraft
from player.office.web.content.faults import ContentFault
from player.office.web.content.listing import ListedPlaylist, Listing
from player.office.web.content.playlist_file import NEW_PLAYLIST, PlaylistFile

ENDING = ".m3u8"


def listed_playlist(listing: Listing, name: str) -> ListedPlaylist | None:
    """The playlist with this name that is a file; None: there is none."""
    return next((each for each in listing.playlists if each.name == name and each.path), None)


def file_of_playlist(name: str) -> str:
    """Where a playlist with this name is made."""
    return f"playlist{ENDING}" if name == DEFAULT_PLAYLIST else f"{PLAYLISTS_FOLDER}/{name}{ENDING}"


def make_playlist(draft: FolderDraft, listing: Listing, name: str) -> PlaylistFile:
    """Empty; the main one holds everything that plays without it, so that nothing stops."""
    path = file_of_playlist(name)
    file = PlaylistFile.read(NEW_PLAYLIST, path)
    if name == DEFAULT_PLAYLIST:
        for media in listing.media:
            if DEFAULT_PLAYLIST in media.used_in:
                file = file.add(media.path)
    draft.write(path, file.raw)
    return draft.playlist(path)


def remove_playlist(draft: FolderDraft, listing: Listing, name: str) -> None:
    """With the schedule's rules that name it. Raises ContentFault: it is not there."""
    listed = listed_playlist(listing, name)
    if listed is None:
        raise ContentFault("There is no playlist with this name any more.")
    changed: dict[str, bytes | None] = {listed.path: None}
    schedule = draft.schedule_file()
    named = [index for index, row in enumerate(schedule.rules) if row.kind == "show" and row.playlist == name]
    if named and name != DEFAULT_PLAYLIST:
        for index in reversed(named):
            schedule = schedule.drop(index)
        changed[SCHEDULE_NAME] = schedule.raw
    draft.change("remove", changed)


def remove_everywhere(draft: FolderDraft, listing: Listing, path: str) -> None:
    """The file, and each line of a playlist that names it. Raises ContentFault."""
    changed: dict[str, bytes | None] = {path: None}
    for listed in listing.playlists:
        if not listed.path:
            continue
        file = draft.playlist(listed.path)
        named = [index for index, item in enumerate(file.items) if item.target == path and not item.stream]
        if named and not file.editable:
            raise ContentFault(
                "{path} is used in {where}, which cannot be edited here.", "path", path=path, where=listed.path
            )
        for index in reversed(named):
            file = file.drop(index)
        if named:
            changed[listed.path] = file.raw
    draft.change("remove", changed)
