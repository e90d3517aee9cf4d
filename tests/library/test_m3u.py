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


@pytest.mark.slow
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


# ---- near misses


@pytest.mark.parametrize(
    ("line", "said", "seconds", "title"),
    [
        ("#extinf:15,Iklan", "write #EXTINF:15,Iklan", 15, "Iklan"),
        ("# EXTINF:15,Iklan", "has a space behind the #", 15, "Iklan"),
        ("#EXTINF 15,Iklan", "#EXTINF needs a colon; it is taken so; write #EXTINF:15,Iklan", 15, "Iklan"),
        ("#EXTINF=15", "#EXTINF needs a colon", 15, None),
        ("#EXT-INF:15,Iklan", "write #EXTINF:15,Iklan", 15, "Iklan"),
        ("#EXTINFO:15, Iklan", "write #EXTINF:15,Iklan", 15, "Iklan"),
        ("#EXTINF 15 Iklan", "write #EXTINF:15,Iklan", 15, "Iklan"),
        ("#EXTINF", "#EXTINF needs a colon; it is ignored; write #EXTINF:10,Title", None, None),
    ],
)
def test_a_slip_in_extinf_is_told_and_taken_as_it_was_meant(
    line: str, said: str, seconds: float | None, title: str | None
) -> None:
    """The line is named with the right form, which is understood; where the meaning is certain it counts already."""
    parsed = parse(f"#EXTM3U\n{line}\na.png\n")
    [problem] = parsed.problems
    assert (problem.line, said in str(problem)) == (2, True), str(problem)
    assert [(entry.where, entry.seconds, entry.title) for entry in parsed.entries] == [("a.png", seconds, title)]
    advised = problem.remedy.removeprefix("write ")
    assert parse(f"{advised}\na.png\n").problems == []


@pytest.mark.parametrize(
    ("line", "said", "advised"),
    [
        ("#EXT-X-PANEL until=2026-12-07", "#EXT-X-PANEL needs a colon", "#EXT-X-PANEL:until=2026-12-07"),
        ("#EXT-X-PANELL:volume=40", "is not written as #EXT-X-PANEL is", "#EXT-X-PANEL:volume=40"),
        ("#ext-x-panel:fit=cover", "is not written as #EXT-X-PANEL is", "#EXT-X-PANEL:fit=cover"),
        ("#EXT-X-PANEL:untill=2026-12-07", "untill is not known here", "until"),
        ("#EXT-X-PANEL:until=7/12/2026", "dates are written year-month-day", "until=2026-12-07"),
        ("#EXT-X-PANEL:until=2026-11-31", "November has 30 days", "until=2026-11-30"),
        ("#EXT-X-PANEL:volume=40%", "volume=40% is not understood", "volume=40"),
        ("#EXT-X-PANEL:colour=red", "colour is not known here", "remove it"),
    ],
)
def test_a_slip_in_the_panels_own_words_is_told_with_the_right_form(line: str, said: str, advised: str) -> None:
    """A missing colon, a wrong letter, a date the other way round: the line, and what to write."""
    [problem] = parse(f"{line}\na.mp4\n").problems
    assert problem.line == 1
    assert said in problem.what
    assert advised in problem.remedy
    if advised.startswith("#"):
        assert parse(f"{advised}\na.mp4\n").problems == []
    elif "=" in advised:
        assert parse(f"#EXT-X-PANEL:{advised}\na.mp4\n").problems == []


@pytest.mark.parametrize(
    "line",
    [
        "# extra films for the festival", "# EXTINF gives the seconds", "#a.mp4", "#EXTGRP:Kota", "#PLAYLIST:Kota", "#",
        "#EXTALB:x", "#EXT-X-VERSION:3", "# panel until Friday", "#KODIPROP:x=y", "# info: see below",
    ],
)  # fmt: skip
def test_a_comment_is_a_comment(line: str) -> None:
    """Sentences, films that are commented out and other players' directives are passed over without a word."""
    parsed = parse(f"#EXTINF:5\n{line}\na.mp4\n")
    assert parsed.problems == []
    assert [(entry.where, entry.seconds) for entry in parsed.entries] == [("a.mp4", 5)]


def test_a_line_that_is_a_file_of_the_folder_is_no_comment() -> None:
    """Hashtags as file names: the options before the line are that file's; accents in two pieces are the same name."""
    hashed = frozenset({"#SerangBersih.png", "#caf\u00e9/a.png"})
    text = "#EXTM3U\n#EXTINF:30,Kampanye\n#SerangBersih.png\n#cafe\u0301\\a.png\n#other.png\nlain.png\n"
    parsed = parse_m3u(text.encode(), "playlist.m3u8", JAKARTA, hashed)
    assert parsed.problems == []
    assert [(entry.where, entry.seconds) for entry in parsed.entries] == [
        ("#SerangBersih.png", 30), ("#cafe\u0301\\a.png", None), ("lain.png", None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"{\\rtf1\\ansi a.mp4\\par}", "it is a WordPad or Word file, not a playlist; save it as plain text"),
        (b"PK\x03\x04\x14\0word/document.xml", "it is a Word file"),
        (b"<!doctype html><title>Login</title>", "it is a web page"),
        (b"%PDF-1.7", "it is a PDF file"),
    ],
)
def test_a_document_that_is_called_like_a_playlist(raw: bytes, said: str) -> None:
    """Word, RTF, PDF, a log-in page: one sentence, no item of it."""
    parsed = parse_m3u(raw, "playlist.m3u8", JAKARTA)
    assert parsed.entries == []
    [problem] = parsed.problems
    assert said in str(problem)


def test_until_twenty_four_is_the_end_of_the_day() -> None:
    """`T24:00` is the midnight after; a date alone counts to its end, too."""
    for text in ("2026-12-07T24:00", '"2026-12-07 24:00"', "2026-12-07"):
        (entry,) = parse(f"#EXT-X-PANEL:until={text}\na.mp4\n").entries
        assert entry.valid_until == datetime(2026, 12, 8, tzinfo=JAKARTA)


def test_one_bad_track_costs_that_track() -> None:
    """An & that is none, in one track of a whole file: the others count, the bad one is named with its line."""
    track = b"<track><location>%s</location><title>%s</title></track>\n"
    body = track % (b"a.mp4", b"A") + track % (b"b.mp4", b"Kopi & Teh") + track % (b"c.mp4", b"C")
    head = b'<?xml version="1.0"?>\n<playlist xmlns="http://xspf.org/ns/0/"><trackList>\n'
    parsed = parse_xspf(head + body + b"</trackList></playlist>\n", "playlist.xspf")
    assert [(entry.where, entry.line) for entry in parsed.entries] == [("a.mp4", 3), ("c.mp4", 5)]
    assert [(problem.line, "not valid XML" in problem.what) for problem in parsed.problems] == [(4, True)]
    cut = parse_xspf(head + body, "playlist.xspf")
    assert cut.entries == []
    assert len(cut.problems) == 1


def test_a_duration_that_is_no_number_is_told() -> None:
    """The track counts without it."""
    parsed = parse_xspf(b"<playlist><track><location>a.png</location><duration>ten</duration></track></playlist>", "p")
    assert [entry.seconds for entry in parsed.entries] == [None]
    assert "a duration of 'ten'" in str(parsed.problems[0])
