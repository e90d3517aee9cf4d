"""What the texts of a folder say is kept: a look at which nothing is new needs no process, and memory is bounded."""

from __future__ import annotations

from pathlib import Path

import pytest

from player.base.children import ParserChild
from player.library.content.playlist_entry import Parsed, PlaylistEntry
from player.office.web.content.faults import ContentFault
from player.office.web.content.kept_texts import KEPT_ENTRIES, KEPT_TEXTS, trimmed
from tests.kit.desk import content_desk


def test_a_look_with_nothing_new_starts_no_process(tmp_path: Path) -> None:
    """Another person's draft included; with a new playlist a process is needed."""
    with content_desk(tmp_path) as kit:
        first = kit.draft.meaning()
        kit.draft.folder.texts.child = ParserChild(("/nowhere/python",))
        assert kit.other.meaning() == first
        kit.other.write("playlist.m3u8", (kit.folder / "playlist.m3u8").read_bytes())
        kit.other.meaning()
        kit.draft.check()
        kit.other.write("playlist.m3u8", b"c.png\n")
        with pytest.raises(ContentFault, match="cannot be started"):
            kit.other.meaning()


def test_memory_is_bounded() -> None:
    """The entries of all playlists count; what was asked for last stays."""
    entries = [PlaylistEntry("a.png")] * (KEPT_ENTRIES // 4)
    kept = trimmed({number: Parsed(entries=list(entries)) for number in range(9)})
    assert list(kept) == [5, 6, 7, 8]
    assert list(trimmed({number: number for number in range(KEPT_TEXTS + 7)})) == list(range(7, KEPT_TEXTS + 7))
