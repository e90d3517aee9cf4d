"""Which source's release plays: the synced folder's or the stick's (sticks.md, "On the panel").

Knows: the three modes of usb.mode. Pure: takes what is known, returns the release and why.
Must not: choose a playlist (playing/schedule.py) or read a clock of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Literal

from player.base.clocks import ClockTrust
from player.bundle.source import Source
from player.core.model import Release

FUTURE_ALLOWED = timedelta(days=1)
"""How far an adoption may lie ahead of a believed clock: more than any correction of a clock that was right."""


def choose_release(
    releases: Mapping[Source, Release],
    *,
    mode: Literal["off", "fallback", "newest"],
    after_s: float,
    folder_changed: datetime | None,
    office_heard: datetime | None,
    wall: datetime,
    trust: ClockTrust,
    unplayable: Collection[Source] = (),
) -> tuple[Release | None, str]:
    """The release that plays (None: there is none), and words for the reason when it is not the ordinary one.

    "fallback: USB release 41": the number is the manifest's serial, as the office knows it, or the release's own.
    folder_changed, office_heard: aware; None: not since anyone can remember. A caller that has only just started should
    pass its start until it knows better, or the stick wins for the first seconds of every day; while the office is
    connected, it is heard now. unplayable: sources whose release turned out to hold nothing that plays.
    """
    folder, stick = (_playable(releases.get(source), unplayable) for source in (Source.FOLDER, Source.STICK))
    if mode == "off" or stick is None:
        return folder, ""
    words = f"{mode}: USB release {stick.serial or stick.number}"
    if folder is None:
        return stick, words
    if made_at(stick, wall, trust) <= made_at(folder, wall, trust):
        return folder, ""
    heard = [moment for moment in (folder_changed, office_heard) if moment is not None]
    if mode == "fallback" and heard and wall - max(heard) < timedelta(seconds=after_s):
        return folder, ""
    return stick, words


def made_at(release: Release, wall: datetime, trust: ClockTrust) -> datetime:
    """When a release was made: as its manifest says, else when it was adopted.

    A panel whose clock was once far ahead has adopted things "in 2099". What a believed clock calls the future was not
    then, and must not beat every later release for ever: it counts as old.
    """
    if release.created is not None:
        return release.created
    if trust is not ClockTrust.BAD and release.adopted_at > wall + FUTURE_ALLOWED:
        return datetime.min.replace(tzinfo=release.adopted_at.tzinfo)
    return release.adopted_at


def _playable(release: Release | None, unplayable: Collection[Source]) -> Release | None:
    if release is None or release.source in unplayable or not any(playlist.items for playlist in release.playlists):
        return None
    return release
