"""A playlist as it is edited: what was asked for changes, and not a byte of the rest."""

from __future__ import annotations

from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.core.model import Fit
from player.library.content.lookup import Lookup
from player.library.content.m3u import parse_m3u
from player.library.content.snapshot import Fingerprint, Snapshot
from player.office.web.content.faults import ContentFault
from player.office.web.content.playlist_file import NEW_PLAYLIST, PlaylistFile

HAND = (
    b'#EXTM3U\r\n#PLAYLIST:City\r\n\r\n#EXTINF:8 tvg-id="x",One, and more\r\na.mp4\r\n'
    b"# a note on the second\r\n#EXT-X-PANEL:volume=40, fit=cover colour=red\r\nb.png\r\n\r\n# --- evening ---\r\n\r\nc.png"
)


def where(playlist: PlaylistFile) -> list[str]:
    return [item.where for item in playlist.items]


def read(raw: bytes, path: str = "playlist.m3u8") -> PlaylistFile:
    return PlaylistFile.read(raw, path)


def test_what_nobody_touches_stays_byte_for_byte() -> None:
    """Line ends, comments, unknown attributes, a last line without its end: ten round trips of an edit and its way back."""
    playlist = read(HAND)
    assert where(playlist) == ["a.mp4", "b.png", "c.png"]
    assert (playlist.items[0].seconds, playlist.items[0].title) == (8.0, "One, and more")
    assert (playlist.items[1].volume, playlist.items[1].fit) == (40, Fit.COVER)
    for _ in range(10):
        playlist = playlist.set(0, seconds=12).set(0, seconds=8)
        playlist = playlist.set(1, volume=10).set(1, volume=40)
        playlist = playlist.move(0, 1).move(1, 0)
    assert playlist.raw == HAND


def test_a_note_above_an_item_moves_with_it_and_a_heading_stays() -> None:
    """What stands right above an item belongs to it; what a blank line sets apart belongs to its place."""
    moved = read(HAND).move(1, 0)
    assert where(moved) == ["b.png", "a.mp4", "c.png"]
    text = moved.raw.decode()
    assert (
        text.index("#PLAYLIST:City") < text.index("# a note on the second") < text.index("b.png") < text.index("a.mp4")
    )
    assert text.index("a.mp4") < text.index("# --- evening ---") < text.index("c.png")
    last = read(HAND).move(2, 0)
    assert last.raw.endswith(b"b.png\r\n")
    assert b"c.png\r\n" in last.raw


def test_each_value_is_set_and_taken_out() -> None:
    """Seconds, title, volume, fit and dates go where the panel reads them; what is not said any more leaves no trace."""
    playlist = read(b"a.mp4\n").set(
        0, seconds=2.5, title="Tampil", volume=0, fit="stretch", begins="2026-12-01", ends="2026-12-07"
    )
    assert playlist.raw.decode() == (
        "#EXTINF:2.5,Tampil\n#EXT-X-PANEL:volume=0,fit=stretch,from=2026-12-01,until=2026-12-07\na.mp4\n"
    )
    item = playlist.items[0]
    assert (item.seconds, item.title, item.volume, item.fit) == (2.5, "Tampil", 0, Fit.STRETCH)
    assert (item.begins, item.ends) == ("2026-12-01", "2026-12-07")
    assert playlist.set(0, seconds=None, title="", volume=None, fit=None, begins="", ends="").raw == b"a.mp4\n"
    assert playlist.set(0, seconds=None).raw.startswith(b"#EXTINF:-1,Tampil\n")
    assert (
        playlist.set(0, fit=None).raw.decode().splitlines()[1]
        == "#EXT-X-PANEL:volume=0,from=2026-12-01,until=2026-12-07"
    )


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"seconds": 0}, "seconds"), ({"seconds": 90_000}, "seconds"), ({"volume": 101}, "volume"), ({"fit": "wide"}, "fit"),
        ({"begins": "31.12.2026"}, "begins"), ({"ends": "2026-12-01", "begins": "2026-12-02"}, "ends"),
        ({"title": "x" * 201}, "title"), ({"ends": "2026-12-31T25:00"}, "ends"), ({"begins": "2026-12-01,until=x"}, "begins"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_beside_its_field(values: dict[str, object], field: str) -> None:
    """A value that no panel takes never reaches the file."""
    with pytest.raises(ContentFault) as fault:
        read(b"a.mp4\n").set(0, **values)  # type: ignore[arg-type]
    assert fault.value.field == field


def test_a_slip_is_mended_when_its_item_is_edited() -> None:
    """`# EXTINF 15` counts as the panel takes it, and is written right by the first change."""
    playlist = read(b"# EXTINF 15\na.mp4\n")
    assert playlist.items[0].seconds == 15
    assert playlist.set(0, seconds=20).raw == b"#EXTINF:20\na.mp4\n"


def test_adding_and_dropping() -> None:
    """A new item stands where it was put, below the heading of an empty list; a dropped one takes its own lines along."""
    playlist = read(NEW_PLAYLIST).add("a.mp4").add("media/b.png", 0, seconds=5, title="B")
    assert playlist.raw == b"#EXTM3U\n#EXTINF:5,B\nmedia/b.png\na.mp4\n"
    assert playlist.drop(0).drop(0).raw == NEW_PLAYLIST
    dropped = read(HAND).drop(1).raw.decode()
    assert "# a note on the second" not in dropped
    assert "# --- evening ---" in dropped


@pytest.mark.parametrize(
    "name",
    [
        "#1.mp4",
        " a.mp4",
        "a.mp4 ",
        "'x'.mp4",
        '"q".mp4',
        "file:x.mp4",
        "C:x.mp4",
        "50% off.mp4",
        "a#page=2.mp4",
        "é.mp4",
    ],
)
@pytest.mark.parametrize("path", ["playlist.m3u8", "playlists/pagi.m3u8"])
def test_whatever_a_file_is_called_the_panel_finds_it(name: str, path: str) -> None:
    """The line that is written leads the panel's own lookup back to the file."""
    lookup = Lookup(Snapshot({name: Fingerprint(1, 1, 1), path: Fingerprint(1, 1, 1)}), "/srv", ())
    playlist = PlaylistFile.read(NEW_PLAYLIST, path, lookup, [name] if name.startswith("#") else ()).add(name)
    assert [item.target for item in playlist.items] == [name]


def test_a_name_with_a_line_end_is_refused() -> None:
    """It would be two lines."""
    with pytest.raises(ContentFault):
        read(NEW_PLAYLIST).add("a\nb.mp4")


def test_latin_1_stays_latin_1_until_it_cannot() -> None:
    """An .m3u of an old program keeps its bytes; the first name that Latin-1 cannot hold makes it UTF-8."""
    playlist = read("caf\xe9.mp4\n".encode("latin-1"), "playlist.m3u")
    assert playlist.add("b.mp4").raw == "caf\xe9.mp4\nb.mp4\n".encode("latin-1")
    assert playlist.add("\u20ac.mp4").raw == "caf\xe9.mp4\n\u20ac.mp4\n".encode()


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        (b"<playlist/>", "playlist.xspf"), ("a.mp4\n".encode("utf-16"), "playlist.m3u8"), (b"{\\rtf1 a.mp4}", "playlist.m3u8"),
        (b"#EXTM3U\n#EXT-X-TARGETDURATION:10\na.ts\n", "playlist.m3u8"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_left_alone(raw: bytes, path: str) -> None:
    """It says why, and no edit goes through."""
    playlist = read(raw, path)
    assert not playlist.editable
    assert playlist.raw == raw
    with pytest.raises(ContentFault):
        playlist.add("b.mp4")


LINES = st.sampled_from(
    ["a.mp4", "b.png", "#EXTINF:5,A", "#EXTINF:-1,", "# note", "", "  ", "#EXT-X-PANEL:volume=5", "#EXT-X-PANEL:fit=cover, x=1",
     "#EXTVLCOPT:x", "# EXTINF 9", "http://tv.example/x", "#EXTM3U", "\tc.mp4", "d e.mp4 "]
)  # fmt: skip


@given(st.lists(LINES, max_size=12), st.sampled_from(["\n", "\r\n"]), st.booleans(), st.data())
def test_an_edit_changes_what_it_says_and_nothing_else(
    lines: list[str], end: str, closed: bool, data: st.DataObject
) -> None:
    """Whatever a file holds: the panel's parser sees the edit, every other item as before, and nothing is lost."""
    raw = (end.join(lines) + (end if closed else "")).encode()
    playlist = read(raw)
    if not playlist.items:
        return
    index = data.draw(st.integers(0, len(playlist.items) - 1))
    other = data.draw(st.integers(0, len(playlist.items) - 1))
    changed = playlist.set(index, volume=77)
    seen = parse_m3u(changed.raw, "playlist.m3u8", UTC).entries
    assert [entry.where for entry in seen] == where(playlist)
    assert [entry.volume for entry in seen] == [77 if n == index else i.volume for n, i in enumerate(playlist.items)]
    assert [entry.seconds for entry in seen] == [item.seconds for item in playlist.items]
    moved = playlist.move(index, other)
    order = where(playlist)
    order.insert(other, order.pop(index))
    assert where(moved) == order
    assert sorted(moved.raw.split()) == sorted(playlist.raw.split())
    assert len(playlist.drop(index).items) == len(playlist.items) - 1
