"""Items that the office takes down: `drop` ends one at once and keeps it off the screen until its source's next release.

Knows: the saved list of dropped items, and the hashes made from it (which playing/survey.py asks). Touches nothing.
Must not: end a play (playing/changes.py does, in the same turn).
"""

from __future__ import annotations

from dataclasses import replace

from player.contract import commands as c
from player.core.model import DroppedItem, MediaItem, Release
from player.core.office.near_miss import near_item
from player.core.office.pending import done_when_saved, fail
from player.core.playing.rotation import find_item
from player.core.playing.scene import all_items, find_in_releases, pick_release
from player.core.turn import Turn

DROPPED_LIMIT = 50
"""Items taken down at one time: 12 KB of the saved state, which must fit into the 64 KB that are reserved for it on a full disk.
Who needs more changes the folder."""
PATH_TOLD = 120
"""Characters of an item's path that are kept for people; the item is known by its content."""


def drop(t: Turn, command: c.Command, order: c.Drop) -> None:
    found = _find(t, order.item)
    if found is None:
        near = near_item(all_items(t.s), order.item)
        fail(t, command, "not-found", f"{order.item!r} is not in the panel's content{near}")
        return
    item, release = found
    others = tuple(each for each in t.saved.dropped if each.content_hash != item.file_hash)
    if len(others) >= DROPPED_LIMIT:
        fail(t, command, "too-many", f"{DROPPED_LIMIT} items are taken down already; change the folder instead")
        return
    taken_down = DroppedItem(item.file_hash, item.file_told_as[:PATH_TOLD], release.source, release.number, command.by)
    saved = replace(t.saved, dropped=(*others, taken_down))
    _skip(t, saved.dropped)
    detail = f"{item.file_told_as} is skipped until the next release; take it out of the folder too"
    done_when_saved(t, command.id, saved, detail)


def take_up(t: Turn) -> None:
    """After a start: what the last run left."""
    _skip(t, t.saved.dropped)


def hear_release(t: Turn, release: Release) -> None:
    """A later release of the same source ends what was dropped before it; a rollback to an earlier one does not."""
    kept = tuple(
        each for each in t.saved.dropped if each.source is not release.source or release.number <= each.release
    )
    if kept != t.saved.dropped:
        t.save(replace(t.saved, dropped=kept))
        _skip(t, kept)


def _skip(t: Turn, dropped: tuple[DroppedItem, ...]) -> None:
    t.playing = replace(t.playing, dropped=frozenset(each.content_hash for each in dropped))


def _find(t: Turn, wanted: str | int) -> tuple[MediaItem, Release] | None:
    """Of the playlist that plays, by number, path, file name or title; else of any release, by its name."""
    scene, (release, _) = t.playing.scene, pick_release(t)
    index = find_item(scene.items, wanted) if scene is not None else None
    if scene is not None and release is not None and index is not None:
        return scene.items[index], release
    return find_in_releases(t.s, wanted) if isinstance(wanted, str) else None
