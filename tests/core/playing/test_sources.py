"""Which source plays: tables of (mode, what is there, silence) -> release and reason, and properties."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.base.clocks import ClockTrust
from player.bundle.source import Source
from player.core.model import MediaItem, MediaKind, Playlist, Release, Schedule
from player.core.playing.sources import choose_release

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
Mode = Literal["off", "fallback", "newest"]
MODES: tuple[Mode, ...] = ("off", "fallback", "newest")
ITEM = MediaItem("a.mp4", "/x/a", "ab", MediaKind.VIDEO)


def release(
    source: Source, made_hours_ago: float, *, number: int, manifest: bool = True, empty: bool = False
) -> Release:
    made = NOW - HOUR * made_hours_ago
    return Release(
        source=source,
        number=number,
        adopted_at=made,
        playlists=() if empty else (Playlist("default", (ITEM,)),),
        schedule=Schedule(UTC),
        created=made if manifest else None,
    )


OLD_FOLDER = release(Source.FOLDER, 48, number=17)
NEW_FOLDER = release(Source.FOLDER, 1, number=18)
STICK = release(Source.STICK, 24, number=41)


def choose(
    *releases: Release,
    mode: Mode = "fallback",
    folder: float | None = 48,
    office: float | None = 48,
    trust: ClockTrust = ClockTrust.SYNCED,
    **more: object,
) -> tuple[int | None, str]:
    """(number, reason); folder and office: hours since they were last heard, None: never."""
    chosen, reason = choose_release(
        {one.source: one for one in releases},
        mode=mode,
        after_s=24 * 3600,
        folder_changed=None if folder is None else NOW - HOUR * folder,
        office_heard=None if office is None else NOW - HOUR * office,
        wall=NOW,
        trust=trust,
        **more,  # type: ignore[arg-type]
    )
    return chosen.number if chosen else None, reason


@pytest.mark.parametrize("mode", MODES)
def test_without_any_release_there_is_nothing(mode: Mode) -> None:
    """No source, or sources without an item: None, in every mode."""
    assert choose(mode=mode) == (None, "")
    assert choose(replace(OLD_FOLDER, playlists=()), mode=mode)[0] is None
    assert choose(OLD_FOLDER, STICK, mode=mode, unplayable=(Source.FOLDER, Source.STICK))[0] is None


def test_off_never_plays_the_stick() -> None:
    """usb.mode = "off": the stick's release does not play, not even when there is nothing else."""
    assert choose(STICK, mode="off")[0] is None
    assert choose(OLD_FOLDER, STICK, mode="off") == (17, "")


def test_the_stick_plays_when_the_folder_has_nothing() -> None:
    """No folder release, an empty one, or one that does not play: the stick's plays, however old."""
    for mode in MODES[1:]:
        assert choose(STICK, mode=mode, office=0) == (41, f"{mode}: USB release 41")
        assert choose(replace(NEW_FOLDER, playlists=()), STICK, mode=mode, folder=0, office=0)[0] == 41
        assert choose(NEW_FOLDER, STICK, mode=mode, folder=0, office=0, unplayable={Source.FOLDER})[0] == 41


@pytest.mark.parametrize(
    ("folder", "office", "plays"),
    [
        (48, 48, 41),
        (24, 24, 41),
        (23.99, 48, 17),  # the folder has changed since
        (48, 23.99, 17),  # the office was heard since
        (48, None, 41),  # no office at all
        (None, 48, 41),
        (None, None, 41),
        (0, None, 17),
        (-1000, -1000, 17),  # a clock that went back: nothing is known to be silent
    ],
)
def test_fallback_waits_for_silence(folder: float | None, office: float | None, plays: int) -> None:
    """A newer stick takes over only when folder and office have both been silent for usb.after_hours."""
    number, reason = choose(OLD_FOLDER, STICK, folder=folder, office=office)
    assert number == plays
    assert reason == ("fallback: USB release 41" if plays == 41 else "")


def test_fallback_never_goes_back_in_time() -> None:
    """However long the silence, a stick older than the folder's release, or of the same moment, does not play."""
    assert choose(NEW_FOLDER, STICK, folder=None, office=None)[0] == 18
    assert choose(release(Source.FOLDER, 24, number=17), STICK, folder=None, office=None)[0] == 17


def test_newest_plays_what_was_made_later() -> None:
    """usb.mode = "newest": whichever was created later, without any waiting; equal: the folder's."""
    assert choose(OLD_FOLDER, STICK, mode="newest", folder=0, office=0) == (41, "newest: USB release 41")
    assert choose(NEW_FOLDER, STICK, mode="newest") == (18, "")
    assert choose(release(Source.FOLDER, 24, number=17), STICK, mode="newest")[0] == 17


def test_without_a_manifest_the_adoption_counts() -> None:
    """A folder without manifest was made when it was adopted; one adopted "in 2099" by a wrong clock counts as old."""
    assert choose(release(Source.FOLDER, 1, number=5, manifest=False), STICK, mode="newest")[0] == 5
    assert choose(release(Source.FOLDER, 30, number=5, manifest=False), STICK, mode="newest")[0] == 41
    future = release(Source.FOLDER, -24 * 365 * 70, number=5, manifest=False)
    assert choose(future, STICK, mode="newest")[0] == 41
    assert choose(future, STICK, mode="newest", trust=ClockTrust.BAD)[0] == 5  # who knows which of the two is wrong


def test_the_reason_names_the_serial() -> None:
    """The office knows a stick by its serial; one without a manifest by the panel's own count."""
    assert choose(replace(STICK, serial=7)) == (41, "fallback: USB release 7")


@given(
    st.sampled_from(MODES),
    st.sets(st.sampled_from([OLD_FOLDER, STICK])),
    st.one_of(st.none(), st.floats(-1e4, 1e4)),
    st.one_of(st.none(), st.floats(-1e4, 1e4)),
    st.sets(st.sampled_from(Source)),
)
def test_something_plays_whenever_something_may(
    mode: Mode, releases: set[Release], folder: float | None, office: float | None, unplayable: set[Source]
) -> None:
    """A playable release whose source is not switched off always plays, and an unplayable one never does."""
    number, reason = choose(*releases, mode=mode, folder=folder, office=office, unplayable=unplayable)
    allowed = {
        r.number for r in releases if r.source not in unplayable and (mode != "off" or r.source is Source.FOLDER)
    }
    assert (number in allowed) if allowed else (number is None)
    assert bool(reason) is (number == 41)
