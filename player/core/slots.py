"""Which slot's release plays: the synced folder's or the stick's.

Knows: both releases and how long ago folder and office were heard. Touches nothing. Must not: read a clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from player.core.model import ClockTrust, Release, Slot


def choose_release(
    releases: Mapping[Slot, Release],
    *,
    mode: Literal["off", "fallback", "newest"],
    after_s: float,
    folder_changed: datetime | None,
    office_heard: datetime | None,
    wall: datetime,
    trust: ClockTrust,
) -> tuple[Release | None, str]:
    """The release that plays (None: there is none) and words for the reason when it is not the ordinary one."""
    folder = releases.get(Slot.FOLDER)
    stick = releases.get(Slot.STICK) if mode != "off" else None
    if folder is None and stick is not None:
        return stick, f"fallback: USB release {stick.serial or stick.number}"
    return folder, ""
