"""Playlists as people and programs write them: what counts, what is reported, and with which line."""

from __future__ import annotations

import sys
import tracemalloc
from datetime import datetime
from types import FrameType
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.core.model import Fit
from player.library.content.m3u import parse_m3u
from player.library.content.playlist_entry import Parsed
from player.library.content.xspf import parse_xspf

JAKARTA = ZoneInfo("Asia/Jakarta")


def parse(text: str | bytes, name: str = "playlist.m3u8") -> Parsed:
    return parse_m3u(text.encode() if isinstance(text, str) else text, name, JAKARTA)


def paths(text: str | bytes, name: str = "playlist.m3u8") -> list[str]:
    return [entry.where for entry in parse(text, name).entries]


def test_lines_comments_and_line_ends() -> None:
    """LF, CRLF, CR, a BOM, blank lines and comments; a path's own spaces stay."""
    assert paths("\ufeff#EXTM3U\r\n\r\na.mp4\r\n# a comment\r\nb c .mp4") == ["a.mp4", "b c .mp4"]
    assert paths("a.mp4\rb.mp4\r") == ["a.mp4", "b.mp4"]
    assert paths("") == []


def test_extinf_belongs_to_the_next_item_only() -> None:
    """Seconds and title; nothing, 0 and -1 mean: not said."""
    entry = parse("#EXTINF:12.5 tvg-id=x,A title\na.png\nb.png\n#EXTINF:-1,Live\nc.png\n#EXTINF:0\nd.png").entries
    assert [(w.seconds, w.title, w.line) for w in entry] == [
        (12.5, "A title", 2), (None, None, 3), (None, "Live", 5), (None, None, 7),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("#EXTINF:ten,x", "line 1: #EXTINF:ten is not a number"),
        ("#EXTINF:nan,x", "not a number"),
        ("#EXTINF:1e999,x", "not a number"),
        ("#EXTINF:99999999999,x", "more than a day"),
        ("#EXTINF:-30,x", "negative"),
        ("#EXTVLCOPT:sout=#file{dst=/tmp/x}", "line 1: options for VLC are not passed on"),
        ("#EXT-X-PANEL:volume=101", "line 1: volume=101 is not understood"),
        ("#EXT-X-PANEL:fit=fill", "fit=fill is not understood"),
        ("#EXT-X-PANEL:from=tomorrow", "from=tomorrow is not understood"),
        ("#EXT-X-PANEL:colour=red", "colour is not known here"),
        ("#EXT-X-PANEL:!!", "is not NAME=VALUE"),
        ("#EXT-X-PANEL:from=2026-12-02,until=2026-12-01", "never plays"),
    ],
)
def test_what_is_wrong_with_a_line_is_said_and_the_item_stays(line: str, said: str) -> None:
    """The line is ignored, reported with its number; the item after it still counts."""
    parsed = parse(f"{line}\na.mp4\n")
    assert said in str(parsed.problems[0])
    assert [entry.where for entry in parsed.entries] == ["a.mp4"]


def test_the_panels_own_attributes() -> None:
    """Dates without a time mean the whole day, in the schedule's zone; quotes and spaces are allowed."""
    (entry,) = parse('#EXT-X-PANEL: from=2026-12-01, until="2026-12-07", volume=0 fit=cover\na.mp4').entries
    assert entry.valid_from == datetime(2026, 12, 1, tzinfo=JAKARTA)
    assert entry.valid_until == datetime(2026, 12, 8, tzinfo=JAKARTA)
    assert (entry.volume, entry.fit) == (0, Fit.COVER)
    (entry,) = parse("#EXT-X-PANEL:until=2026-12-07T18:00+08:00\na.mp4").entries
    assert entry.valid_until == datetime.fromisoformat("2026-12-07T18:00+08:00")


def test_encodings() -> None:
    """Latin-1 is at home in .m3u; in .m3u8 it is reported; UTF-16 is read and reported; NUL is refused."""
    assert parse("caf\xe9.mp4".encode("latin-1"), "playlist.m3u").problems == []
    assert paths("caf\xe9.mp4".encode("latin-1"), "playlist.m3u") == ["caf\xe9.mp4"]
    assert "line 2: not UTF-8" in str(parse(b"a.mp4\ncaf\xe9.mp4").problems[0])
    parsed = parse("a.mp4\nb.mp4".encode("utf-16"))
    assert "UTF-16" in str(parsed.problems[0])
    assert len(parsed.entries) == 2
    parsed = parse("a\0b.mp4\nc.mp4")
    assert "NUL" in str(parsed.problems[0])
    assert [entry.where for entry in parsed.entries] == ["c.mp4"]


def test_a_streams_own_list_is_no_playlist() -> None:
    """HLS text would make VLC fetch whatever it names."""
    parsed = parse("#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\nhttp://x/y.ts\n")
    assert parsed.entries == []
    assert "HLS" in str(parsed.problems[0])


def steps_of_parsing(lines: int) -> int:
    """How many lines of Python run while a playlist of so many lines is parsed."""
    text = "".join(f"#EXTINF:{n % 60},Title {n}\nmedia/{n:06}.mp4\n" for n in range(lines // 2)).encode()
    steps = 0

    def count(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal steps
        steps += event == "line"
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        parse_m3u(text, "playlist.m3u8", JAKARTA)
    finally:
        sys.settrace(before)
    return steps


def test_the_work_grows_as_the_playlist_does() -> None:
    """Four times the lines take four times the steps: no line is looked at twice. (The bench says how long it takes.)"""
    few, many = steps_of_parsing(1_000), steps_of_parsing(4_000)
    assert few > 1_000
    assert many <= 4 * few


def test_a_playlist_without_end_is_bounded() -> None:
    """More lines than items may be give no more items than the limit, say so, and take no more memory than they must."""
    text = b"x.mp4\n" * 300_000
    tracemalloc.start()
    parsed = parse_m3u(text, "playlist.m3u8", JAKARTA)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(parsed.entries) == 100_000
    assert "more than 100000 items" in str(parsed.problems[0])
    assert peak < 80 << 20


@given(st.binary(max_size=300))
def test_any_bytes_are_parsed_without_a_fault(raw: bytes) -> None:
    """Whatever lies there: items and problems, never an exception."""
    for name in ("playlist.m3u8", "playlist.m3u"):
        parse_m3u(raw, name, JAKARTA)
    parse_xspf(raw, "playlist.xspf")


@given(st.lists(st.sampled_from(["#EXTINF:5,x", "#EXT-X-PANEL:volume=5", "a.mp4", "", "#EXTM3U", "#EXT-X-PANEL:x=,,"])))
def test_every_path_line_is_an_item(lines: list[str]) -> None:
    """No mixture of directives swallows an item."""
    assert paths("\n".join(lines)).count("a.mp4") == lines.count("a.mp4")


VLC_XSPF = """<?xml version="1.0" encoding="UTF-8"?>
<playlist xmlns="http://xspf.org/ns/0/" xmlns:vlc="http://www.videolan.org/vlc/playlist/ns/0/" version="1">
	<title>Playlist</title>
	<trackList>
		<track>
			<location>file:///home/dina/content/media/a%20b.mp4</location>
			<title>First</title>
			<duration>4000</duration>
			<extension application="http://www.videolan.org/vlc/playlist/0">
				<vlc:id>0</vlc:id>
				<vlc:option>sout=#file{dst=/tmp/x}</vlc:option>
			</extension>
		</track>
		<track><location>media/c.png</location></track>
		<track><title>nothing</title></track>
	</trackList>
</playlist>
"""


def test_xspf_as_vlc_saves_it() -> None:
    """Locations, titles, milliseconds, lines; VLC's options are named and not taken."""
    parsed = parse_xspf(VLC_XSPF.encode(), "playlist.xspf")
    assert [(w.where, w.seconds, w.title, w.line) for w in parsed.entries] == [
        ("file:///home/dina/content/media/a%20b.mp4", 4.0, "First", 6),
        ("media/c.png", None, None, 14),
    ]
    told = "\n".join(map(str, parsed.problems))
    assert "a track without a location" in told
    assert "options for VLC are not passed on" in told


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><playlist><track><location>&b;</location></track></playlist>',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><playlist><track><location>&a;</location></track></playlist>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><playlist/>',
        "<playlist><track>",
        "",
        "hello",
        "<html/>",
    ],
)
def test_hostile_or_broken_xml_is_one_clear_problem(text: str) -> None:
    """Bombs, external entities, cut files: nothing is expanded, fetched or played."""
    parsed = parse_xspf(text.encode(), "playlist.xspf")
    assert parsed.entries == []
    assert len(parsed.problems) == 1
