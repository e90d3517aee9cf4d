"""When a folder is "now": the settle rule as a table."""

from __future__ import annotations

import pytest

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
        # a manifest says that all is right: now
        (Folder(quiet_since=100, consistent_since=90, named_quiet_since=100, sealed=True), 100),
        # nothing usable: it is concluded (and told) when it is quiet
        (Folder(quiet_since=100, consistent_since=None, named_quiet_since=-1e9), 102),
    ],
)
def test_the_moment_from_which_a_folder_may_be_adopted(folder: Folder, at: float | None) -> None:
    """The rules of operator.md, "When something is wrong"."""
    assert adopt_at(folder, SETTLE_S) == at
