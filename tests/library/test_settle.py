"""When a folder is "now": the settle rule as a table."""

from __future__ import annotations

from datetime import UTC

import pytest

from player.library.content.draft import read_bundle
from player.library.content.snapshot import Fingerprint, Snapshot
from player.library.folder.calm import Calm, Look
from player.library.folder.patience import PATIENCE
from player.library.folder.settle import Folder, adopt_at

SETTLE_S = 2.0


@pytest.mark.parametrize(
    ("folder", "at"),
    [
        # whole and quiet: the settle time after the last change
        (Folder(quiet_since=100, consistent_since=90, named_quiet_since=50), 102),
        # whole, but something else keeps changing: 30 s after it was whole
        (Folder(quiet_since=1000, consistent_since=90, named_quiet_since=50), 120),
        # ... and never while a file that is named changes
        (Folder(quiet_since=1000, consistent_since=90, named_quiet_since=999), 1001),
        # something is missing or cut: half a minute without any change
        (Folder(quiet_since=100, consistent_since=None, named_quiet_since=100, waiting=True), 130),
        # ... but at once when nothing plays yet
        (Folder(quiet_since=100, consistent_since=None, named_quiet_since=100, waiting=True, playing=False), 102),
        # a twin of a named file is being written: not before that changes
        (Folder(quiet_since=100, consistent_since=90, named_quiet_since=50, writing=True), None),
        # ... but with nothing on screen what is whole plays at once, whatever else is still coming
        (Folder(100, 90, 50, writing=True, playing=False, usable_since=50), 52),
        (Folder(999, None, 50, waiting=True, playing=False, usable_since=50), 52),
        # ... also when one small film after the other keeps coming
        (Folder(999, None, 999, waiting=True, playing=False, usable_since=900), 910),
        # ... and with nothing whole yet the rest is waited for as ever
        (Folder(100, None, -1e9, writing=True, playing=False), None),
        # a manifest says that all is right: now
        (Folder(quiet_since=100, consistent_since=90, named_quiet_since=100, sealed=True), 100),
        # nothing usable: it is concluded (and told) when it is quiet
        (Folder(quiet_since=100, consistent_since=None, named_quiet_since=-1e9), 102),
    ],
)
def test_the_moment_from_which_a_folder_may_be_adopted(folder: Folder, at: float | None) -> None:
    """The rules of terminal.md, "When something is wrong"."""
    assert adopt_at(folder, SETTLE_S) == at


FILM = Fingerprint(100, 1, 1, inode=7)
LONG_S = PATIENCE.incomplete_s


@pytest.mark.parametrize(
    ("before", "after", "whole", "quiet_s"),
    [
        (FILM, Fingerprint(100, 2, 2, inode=7), True, LONG_S),  # other bytes in the same file
        (FILM, Fingerprint(50, 2, 2, inode=7), True, LONG_S),  # ... cut short first, as cp does
        (FILM, Fingerprint(100, 2, 2, inode=8), True, PATIENCE.eager_s),  # another file in its place
        (FILM, Fingerprint(100, 1, 2, inode=7), True, PATIENCE.eager_s),  # only its rights
        (FILM, Fingerprint(200, 2, 2, inode=7), False, PATIENCE.eager_s),  # it was not whole yet: it grows
        (FILM, Fingerprint(100, 2, 2), True, PATIENCE.eager_s),  # a share that numbers nothing
        (None, FILM, False, PATIENCE.eager_s),  # it is new
    ],
)
def test_a_film_that_is_rewritten_in_place_is_waited_for_longer(
    before: Fingerprint | None, after: Fingerprint, whole: bool, quiet_s: float
) -> None:
    """What was whole and has other bytes in the same file may be half old, half new; that may decode without a fault."""
    calm, old = Calm(), Snapshot({"a.mp4": before} if before else {})
    look = Look(began=100.0, last_began=90.0, wall_ns=after.ctime_ns)
    calm.note_changes(Snapshot({"a.mp4": after}), old, look, ["a.mp4"] if whole else [])
    assert calm.copy_at("a.mp4", SETTLE_S, PATIENCE) == 100.0 + quiet_s


def test_a_rewritten_film_is_waited_for_until_it_is_quiet_or_replaced() -> None:
    """Each further write counts anew, also when it has not been copied in between; a new file in its place ends it."""
    calm, begins = Calm(), [100.0, 110.0, 120.0]
    states = [FILM, Fingerprint(60, 2, 2, inode=7), Fingerprint(80, 3, 3, inode=7), Fingerprint(90, 4, 4, inode=9)]
    waits = []
    for began, old, new, whole in zip(begins, states, states[1:], [["a.mp4"], [], []], strict=False):
        look = Look(began, began - 1, new.ctime_ns)
        calm.note_changes(Snapshot({"a.mp4": new}), Snapshot({"a.mp4": old}), look, whole)
        waits.append(calm.copy_at("a.mp4", SETTLE_S, PATIENCE) - began)
    assert waits == pytest.approx([LONG_S, LONG_S, PATIENCE.eager_s])


def test_a_temporary_file_that_is_older_than_its_film_is_no_twin() -> None:
    """A sync that broke off leaves it there; the one that came after it has put the whole film in its place."""
    temporary = {".a.mp4.Xy12Zq": Fingerprint(10, 5, 5)}
    for film_ns, twins in ((4, {"a.mp4": [".a.mp4.Xy12Zq"]}), (6, {})):
        snapshot = Snapshot({"a.mp4": Fingerprint(100, film_ns, film_ns)}, temporary=temporary)
        assert read_bundle("/srv", snapshot, lambda path, limit: b"", UTC, ()).twins == twins
