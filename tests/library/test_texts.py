"""The bundle's texts through the child: the same values as the parsers give, and no text that harms the daemon."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from player.base.children import ParserChild
from player.library.content.playlist_entry import PATH_LIMIT
from player.library.content.texts import ParsedHere
from player.library.vetting.texts import ENTRIES_AT_ONCE, TextReader
from player.library.vetting.verdicts import VettingFailed

ZONE = ZoneInfo("Asia/Jakarta")
PLAYLIST = (
    "\ufeff#EXTM3U\n#EXTINF:7,Kabar\n#EXT-X-PANEL: from=2026-12-01, until=2026-12-31, volume=40, fit=cover\nmedia/a b.mp4\n"
    "#EXTINF:soon\nc\0d.mp4\nČeské.mp4\n"
).encode()
SCHEDULE = b"""timezone = "Asia/Makassar"
[[show]]
playlist = "morning"
days = ["mon", "sun"]
from = 06:00:00
until = 09:30:00
start = 2026-12-01
end = 2026-12-31
priority = 3
[[show]]
playlist = "nowhere"
[[dark]]
from = "22:00"
until = 24
"""


def test_the_child_gives_what_the_parsers_give() -> None:
    """Every field of entries, rules and problems comes through the pipe unchanged."""
    here = ParsedHere()
    with TextReader() as reader:
        for file in ("a.m3u8", "a.xspf"):
            assert reader.playlist(PLAYLIST, file, "A", ZONE) == here.playlist(PLAYLIST, file, "A", ZONE)
        known = {"default", "morning"}
        parsed = reader.schedule(SCHEDULE, "schedule.toml", known)
        assert parsed == here.schedule(SCHEDULE, "schedule.toml", known)
        assert len(parsed.rules) == 2
        assert len(parsed.problems) == 2


def test_many_entries_come_a_few_at_a_time_and_in_order() -> None:
    """A playlist longer than one answer holds is whole, and a path that no file can have is cut."""
    count = 2 * ENTRIES_AT_ONCE + 1
    raw = "\n".join([*(f"{n}.mp4" for n in range(count)), "x" * 10_000]).encode()
    with TextReader() as reader:
        entries = reader.playlist(raw, "a.m3u8", "A", ZONE).entries
    assert [entry.where for entry in entries[:-1]] == [f"{n}.mp4" for n in range(count)]
    assert len(entries[-1].where) == PATH_LIMIT + 1


def test_an_unchanged_text_needs_no_child() -> None:
    """At the second look nothing is asked; a changed text is; and between two looks no child is left."""
    reader = TextReader()
    with reader:
        first = reader.playlist(b"a.mp4\n", "a.m3u8", "A", ZONE)
        assert reader.child.pid is not None
    assert reader.child.pid is None
    with reader:
        assert reader.playlist(b"a.mp4\n", "a.m3u8", "A", ZONE) == first
        assert reader.child.pid is None
        assert reader.playlist(b"b.mp4\n", "a.m3u8", "A", ZONE).entries[0].where == "b.mp4"
        assert reader.child.pid is not None


def stand_in(reader: TextReader, words: str) -> TextReader:
    """The reader with a child that does what `words` say to each question."""
    reader.child = ParserChild((sys.executable, "-c", words), 30)
    return reader


ANSWER = "import sys\nfor line in sys.stdin.buffer: print('{}', flush=True)"


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"entries": 3, "problems": []},
        {"entries": 10**9, "problems": []},
        {"entries": 0, "problems": [["a", "b", "c"]]},
        {"entries": [["a.mp4"]], "problems": {}},
    ],
)
def test_a_child_that_a_text_has_taken_over_is_not_believed(answer: object) -> None:
    """Answers that no child of ours gives: the text is told as unreadable, and nothing is raised."""
    with stand_in(TextReader(), ANSWER.format(json.dumps(answer))) as reader:
        parsed = reader.playlist(b"", "a.m3u8", "A", ZONE)
        assert not parsed.entries
        assert "cannot be read" in str(parsed.problems[0])
        assert "cannot be read" in str(reader.schedule(b"", "schedule.toml", ()).problems[0])


def test_a_text_that_ends_its_child_is_told_and_a_killed_child_is_no_fault_of_the_text(tmp_path: Path) -> None:
    """SIGSEGV is the text's doing; after SIGKILL (out of memory) the text is read again at the next look."""
    crash = "import os, signal, sys; sys.stdin.readline(); os.kill(os.getpid(), signal.{})"
    with stand_in(TextReader(), crash.format("SIGSEGV")) as reader:
        assert "cannot be read" in str(reader.playlist(b"", "a.m3u8", "A", ZONE).problems[0])
    with stand_in(TextReader(), crash.format("SIGKILL")) as reader, pytest.raises(VettingFailed):
        reader.playlist(b"", "a.m3u8", "A", ZONE)
