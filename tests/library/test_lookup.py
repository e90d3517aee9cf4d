"""From a playlist's words to a file of the folder: how paths get written, and what never leads outside."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.base.text import printable
from player.library.content.lookup import Found, Lookup, NotFound
from player.library.content.misnamed import find_misnamed
from player.library.content.names import final_name, is_temporary, natural_key
from player.library.content.snapshot import Fingerprint, Snapshot

NOTHING = Fingerprint(1, 1, 1)
FILES = [
    "a.mp4", "media/b.mp4", "media/caf\u00e9.mp4", "playlists/x.m3u8", "-dash.mp4", "100%.mp4", "a b.mp4", " lead.mp4",
    "tail.mp4 ", "quote'\".mp4", ":option.mp4", "\u202ertl.mp4", "\U0001f600.mp4", "new\nline.mp4", "playlists/near.mp4",
    "n" * 255,
]  # fmt: skip


def fresh_lookup() -> Lookup:
    """A lookup gives a hint only so many times."""
    snapshot = Snapshot(dict.fromkeys(FILES, NOTHING), {"link.mp4": "a link"}, {})
    return Lookup(snapshot, "/srv/panel/content", ["tv.serang.go.id"])


LOOKUP = fresh_lookup()


@pytest.mark.parametrize("path", [f for f in FILES if "m3u8" not in f and "\n" not in f])
def test_a_file_is_found_by_its_name(path: str) -> None:
    """Dashes, quotes, percents, colons, spaces at either end, emoji, 255 bytes: names are only names."""
    assert LOOKUP.find(path, "") == Found(path)


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ("media\\b.mp4", "media/b.mp4"),
        ("./media//b.mp4", "media/b.mp4"),
        ("media/../a.mp4", "a.mp4"),
        ("media/cafe\u0301.mp4", "media/caf\u00e9.mp4"),
        ("a.mp4  ", "a.mp4"),
        ("a%20b.mp4", "a b.mp4"),
        ("/srv/panel/content/media/b.mp4", "media/b.mp4"),
        ("file:///srv/panel/content/a%20b.mp4", "a b.mp4"),
    ],
)
def test_other_ways_to_write_the_same_path(written: str, path: str) -> None:
    """Backslashes, dots, composed accents, trailing spaces, percent codes, our own folder in full."""
    assert LOOKUP.find(written, "") == Found(path)


def test_paths_are_relative_to_the_playlist() -> None:
    """In playlists/x.m3u8, ../a.mp4 is the folder's a.mp4 and near.mp4 its neighbour."""
    assert LOOKUP.find("../a.mp4", "playlists") == Found("a.mp4")
    assert LOOKUP.find("near.mp4", "playlists") == Found("playlists/near.mp4")


@pytest.mark.parametrize("written", ["C:\\Users\\Dina\\content\\media\\b.mp4", "file:///home/dina/x/media/b.mp4"])
def test_a_path_of_the_office_computer_means_the_same_file_here(written: str) -> None:
    """VLC and Windows save whole paths: the longest ending that is ours is taken, and said."""
    found = LOOKUP.find(written, "")
    assert isinstance(found, Found)
    assert found.path == "media/b.mp4"
    assert "another computer" in found.remark


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("../x.mp4", "outside the content folder"),
        ("media/../../a.mp4", "outside the content folder"),
        ("/etc/passwd", "outside the content folder"),
        ("file:///etc/shadow", "outside the content folder"),
        ("\\\\server\\share\\z.mp4", "outside the content folder"),
        ("link.mp4", "is a link"),
        ("gone.mp4", "is missing"),
        ("playlists/x.m3u8", "is a playlist itself"),
        (".syncthing.a.mp4.tmp", "temporary name"),
        ("http://evil.example/x.mp4", "not one of content.stream_hosts"),
        ("http://tv.serang.go.id.evil.example/x", "not one of content.stream_hosts"),
        ("http://tv.serang.go.id@evil.example/x", "password"),
        ("http://evil.example#@tv.serang.go.id/x", "not one of content.stream_hosts"),
        ("rtsp://user:pw@tv.serang.go.id/x", "password"),
        ("ftp://tv.serang.go.id/x", "is not played"),
        ("http://[::1/x", "not a valid address"),
        ("x" * 5000, "more than 4096"),
    ],
)
def test_what_is_refused_and_how_it_is_said(written: str, said: str) -> None:
    """Climbing, absolute paths, links, playlists in playlists, foreign hosts: each with its own sentence."""
    answer = LOOKUP.find(written, "")
    assert isinstance(answer, NotFound)
    assert said in answer.what
    assert answer.remedy


def test_a_stream_from_an_allowed_host() -> None:
    """Upper case in scheme or host does not matter."""
    assert LOOKUP.find("RTSP://TV.Serang.go.id:554/live", "") == Found("RTSP://TV.Serang.go.id:554/live", stream=True)


def test_a_near_name_is_offered() -> None:
    """Case and typing slips get a "did you mean"."""
    lookup = fresh_lookup()
    for written in ("A.MP4", "media/bb.mp4"):
        answer = lookup.find(written, "")
        assert isinstance(answer, NotFound)
        assert "did you mean" in answer.remedy


@given(st.text(max_size=40), st.sampled_from(["", "playlists"]))
def test_nothing_but_files_of_the_folder_is_ever_found(written: str, beside: str) -> None:
    """Whatever is written, the answer is one of the folder's files, an allowed stream, or a reason."""
    answer = LOOKUP.find(written, beside)
    assert isinstance(answer, NotFound) or answer.path in FILES or answer.stream


@pytest.mark.parametrize(
    ("name", "final"),
    [
        (".syncthing.a.mp4.tmp", "a.mp4"), ("~syncthing~a.mp4.tmp", "a.mp4"), (".a.mp4.Xy12Zq", "a.mp4"),
        ("a.mp4.partial", "a.mp4"), ("a.mp4.1b2c3d4e.partial", "a.mp4"), ("a.mp4.part", "a.mp4"),
        ("a.mp4.crdownload", "a.mp4"), ("a.mp4.!sync", "a.mp4"), (".a.mp4.~1f", "a.mp4"),
        ("._a.mp4", None), (".DS_Store", None), ("Thumbs.db", None), ("~$list.docx", None), (".~lock.x.odt#", None),
        (".sync_4f3a.db", None), (".pending-1733-a.mp4", "a.mp4"), ("a.mp4.aria2", "a.mp4"),
        (".unison.a.mp4.0f1e2d3c4b5a69788796a5b4c3d2e1f0.unison.tmp", "a.mp4"),
    ],
)  # fmt: skip
def test_temporary_names_of_sync_tools(name: str, final: str | None) -> None:
    """Each tool's name is known as temporary (facts.md); most say what they will become."""
    assert is_temporary(name)
    if final:
        assert final_name(name) == final


def test_ordinary_names_are_not_temporary() -> None:
    """Names that only look a little like it."""
    for name in ("a.mp4", "partial.mp4", "my.part1.mp4", "tmp.png", "a.mp4.mov", "spot~1.mp4", "sync.mp4"):
        assert not is_temporary(name)


def test_natural_order() -> None:
    """Numbers count as numbers, case does not count."""
    names = ["b.mp4", "A10.mp4", "a2.mp4", "a/z.mp4", "\u00c9.mp4", "f.mp4"]
    assert sorted(names, key=natural_key) == ["a/z.mp4", "a2.mp4", "A10.mp4", "b.mp4", "\u00c9.mp4", "f.mp4"]


def test_shown_names_can_be_sent() -> None:
    """Bytes that are no UTF-8, new lines and the like cannot break a log line or JSON."""
    assert printable(b"a\xff\nb.mp4".decode("utf-8", "surrogateescape")) == "a\ufffd\ufffdb.mp4"


# ---- absolute paths and playlists in a folder of their own


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ("file:///Users/dina/Movies/kopi%CC%81.mp4", "kop\u00ed.mp4"),
        ("/Users/dina/media/cafe\u0301.mp4", "media/caf\u00e9.mp4"),
        ("C:\\Video\\MEDIA\\B.MP4", "media/b.mp4"),
        ('"C:\\Video\\a b.mp4"', "a b.mp4"),
        ("D:/x/100%.mp4", "100%.mp4"),
    ],
)
def test_a_path_of_another_computer_is_looked_up_like_any_other(written: str, path: str) -> None:
    """Accents in two pieces, another case, quotes as Windows copies them: still the same file."""
    files = ["a b.mp4", "media/caf\u00e9.mp4", "media/b.mp4", "100%.mp4", "kop\u00ed.mp4"]
    snapshot = Snapshot(dict.fromkeys(files, NOTHING))
    found = Lookup(snapshot, "/srv/panel/content", ()).find(written, "")
    assert isinstance(found, Found)
    assert (found.path, found.stream) == (path, False)


def test_a_file_of_another_computers_path_may_be_on_its_way() -> None:
    """The panel waits for it under the name that its copy will have, or else under its own name."""
    snapshot = Snapshot({}, {}, {"media/.syncthing.new.mp4.tmp": NOTHING})
    lookup = Lookup(snapshot, "/srv/panel/content", ())
    coming = lookup.find("C:\\Video\\media\\new.mp4", "")
    later = lookup.find("file:///Users/dina/Movies/later.mp4", "")
    assert isinstance(coming, NotFound)
    assert isinstance(later, NotFound)
    assert (coming.path, later.path) == ("media/new.mp4", "later.mp4")
    assert "there is no later.mp4 in it" in later.what


def test_a_playlist_in_its_folder_also_looks_in_the_content_folder() -> None:
    """Its own folder first; what is in neither is waited for in both."""
    files = ["a.mp4", "playlists/a.mp4", "b.mp4", "media/c.mp4"]
    lookup = Lookup(Snapshot(dict.fromkeys(files, NOTHING)), "/srv/panel/content", ())
    assert lookup.find("a.mp4", "playlists") == Found("playlists/a.mp4")
    assert lookup.find("b.mp4", "playlists") == Found("b.mp4")
    assert lookup.find("media\\c.mp4", "playlists") == Found("media/c.mp4")
    gone = lookup.find("Film 2.mp4", "playlists")
    assert isinstance(gone, NotFound)
    assert (gone.path, gone.also) == ("Film 2.mp4", "playlists/Film 2.mp4")
    assert "beside the playlist and in the content folder itself" in gone.what


def test_the_same_name_in_another_folder_is_offered() -> None:
    """The only file of that name, for a relative path as for one of another computer; of two neither."""
    lookup = Lookup(
        Snapshot(dict.fromkeys(["media/Film.mp4", "arsip/tahun-lalu/dua.mp4", "arsip/sekarang/dua.mp4"], NOTHING)),
        "/srv/panel/content",
        (),
    )
    for written in ("film.mp4", "C:\\Video\\FILM.MP4"):
        answer = lookup.find(written, "")
        assert isinstance(answer, NotFound)
        assert answer.remedy == "did you mean media/Film.mp4?"
    answer = lookup.find("dua.mp4", "")
    assert isinstance(answer, NotFound)
    assert "did you mean" not in answer.remedy


@pytest.mark.parametrize(
    ("written", "beside", "remedy"),
    [
        ("Film 2.mp4", "", "did you mean media/Film 2.mp4?"),
        ("Film 2.mp4", "playlists", "did you mean media/Film 2.mp4?"),
        ("cafe\u0301.mp4", "", "did you mean media/caf\u00e9.mp4?"),
        ("film 1.mp4", "", "did you mean Film 1.mp4?"),
        ("Film 3.mp4", "", "copy it there, or remove the line"),
        ("Film 01.mp4", "", "did you mean Film 1.mp4?"),
        ("pagl.mp4", "playlists", "did you mean playlists/pagi.mp4?"),
    ],
)
def test_another_film_is_never_offered_for_a_numbered_one(written: str, beside: str, remedy: str) -> None:
    """The same name in another folder comes first; a name with another number is another film."""
    files = ["Film 1.mp4", "archive/Film 1.mp4", "media/Film 2.mp4", "media/caf\u00e9.mp4", "playlists/pagi.mp4"]
    answer = Lookup(Snapshot(dict.fromkeys(files, NOTHING)), "/srv/panel/content", ()).find(written, beside)
    assert isinstance(answer, NotFound)
    assert answer.remedy == remedy


def test_several_names_on_a_line_are_told() -> None:
    """One film a line; a file whose name holds a comma is still a file."""
    lookup = Lookup(Snapshot({"x.mp4, y.mp4": NOTHING}), "/srv/panel/content", ())
    answer = lookup.find("a.mp4, b.mp4", "")
    assert isinstance(answer, NotFound)
    assert (answer.path, answer.remedy) == ("", "write one file name a line")
    assert lookup.find("x.mp4, y.mp4", "") == Found("x.mp4, y.mp4")


@pytest.mark.parametrize(
    ("path", "right"),
    [
        ("playlist.m3u8.txt", "playlist.m3u8"), ("schedule.toml.txt", "schedule.toml"), ("schedule.ics.txt", "schedule.ics"),
        ("playlist.docx", "playlist.m3u8"), ("schedule.docx", "schedule.toml"), ("Schedule.TOML", "schedule.toml"),
        ("playlists/pagi.docx", "playlists/pagi.m3u8"), ("playlist (1).m3u8", "playlist.m3u8"),
        ("playlists/pagi.m3u8.txt", "playlists/pagi.m3u8"),
        ("Playlists/pagi.m3u8", "playlists/pagi.m3u8"), ("pagi.m3u8", "playlists/pagi.m3u8"),
    ],
)  # fmt: skip
def test_hidden_endings_are_told(path: str, right: str) -> None:
    """Windows hides .txt, Word adds .docx, browsers count: the file is named, with the name that it should have."""
    [problem] = find_misnamed([path])
    assert problem.where == path
    assert right in problem.remedy
    assert not problem.remark
    assert all(each.remark for each in find_misnamed([path, right]))


@pytest.mark.parametrize(
    "path",
    [
        "playlist.m3u8",
        "Playlist.M3U",
        "playlists/pagi.xspf",
        "schedule.toml",
        "poster.docx",
        "a.txt",
        "media/x.m3u8",
        "a.mp4",
    ],
)
def test_what_is_called_rightly_or_is_something_else_is_not_told(path: str) -> None:
    """The names that count, and files that were never meant as a playlist."""
    assert find_misnamed([path]) == []
