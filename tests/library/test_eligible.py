"""What counts as content by its name: films and pictures play without a playlist, everything else stays off the screen."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from player.library.content.draft import Draft, read_bundle
from player.library.content.eligible import may_be_media, original_of, why_left_out
from player.library.content.names import is_temporary
from player.library.content.snapshot import Fingerprint, Snapshot

ZONE = ZoneInfo("Asia/Jakarta")


def read(*names: str, **texts: str) -> Draft:
    """The draft of a folder with these files; texts: what the text files hold, with _ for the dot in the name."""
    held = {name.replace("__", "/").replace("_", "."): text.encode() for name, text in texts.items()}
    snapshot = Snapshot({name: Fingerprint(1, 1, 1) for name in (*names, *held)})
    return read_bundle("/srv/panel", snapshot, lambda path, limit: held[path], ZONE, ())


def played(draft: Draft, name: str = "default") -> list[str]:
    return [line.target for playlist in draft.playlists if playlist.name == name for line in playlist.lines]


@pytest.mark.parametrize(
    "name",
    ["a.mp4", "B.MOV", "sub/c.webm", "d.JPG", "e.heic", "f.tif", "g.gif", "partial.mp4", "my.part1.mp4", "spot~1.mp4",
     "WhatsApp Image 2026-11-25 at 10.10.10 (1).jpeg", "conflict.mp4", "Film (konflik lahan).mp4", "desktop-1.mp4",
     "my-laptop-view.png", "cover.jpg", "THMBNL.mp4"],
)  # fmt: skip
def test_films_and_pictures_count(name: str) -> None:
    """A known ending counts, also in capitals; words that only look like a sync tool's do not matter."""
    assert may_be_media(name)
    assert why_left_out(name) is None


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("GX010001.THM", "a thumbnail"), ("Folder.jpg", "a thumbnail"), ("AlbumArt_{1}_Small.jpg", "a thumbnail"),
        ("sub/folder.jpg", "a thumbnail"), ("ehthumbs_vista.db", "a thumbnail"),
        ("GL010001.LRV", "low-resolution"), ("DJI_0001.LRF", "low-resolution"), ("A001_Proxy.mov", "low-resolution"),
        ("IMG_0001.AAE", "a sidecar"), ("clip.xmp", "a sidecar"), ("GX010001.MP4:Zone.Identifier", "a sidecar"),
        ("Icon\r", "a sidecar"), ("a.mp4.json", "a sidecar"), ("C0001M01.XML", "a sidecar"), ("a.srt", "subtitles"),
        ("THMBNL/C0001T01.JPG", "made for itself"), ("x/__MACOSX/a.mp4", "made for itself"),
        (".hidden.mp4", "hidden"), ("slides.pptx", "a document"), ("lagu.mp3", "sound"), ("foto.zip", "an archive"),
        ("cctv.h264", "a raw stream"), ("CH01.265", "a raw stream"),
        ("list.m3u8", "a playlist where none"), ("film", "nothing that can be shown"), ("film.dat", "nothing that can be shown"),
        ("a.mp4.exe", "nothing that can be shown"), ("mp4", "nothing that can be shown"),
            ("README.txt", "a note"), ("sandi wifi.txt", "a note"), ("x/Licence.TXT", "a note"), ("playlist.m3u8.txt", "a note"),
    ],
)  # fmt: skip
def test_everything_else_is_left_out_with_its_reason(name: str, why: str) -> None:
    """An allow-list: thumbnails, doubles, sidecars, and every ending that nobody thought of."""
    assert not may_be_media(name)
    left_out = why_left_out(name)
    assert left_out is not None
    assert why in left_out.why


@pytest.mark.parametrize(
    "name", ["playlist.m3u8", "Playlist.M3U", "playlists/pagi.xspf", "schedule.toml", "manifest.json"]
)
def test_what_says_what_plays_is_not_left_out(name: str) -> None:
    """Playlists, schedules and manifests are no content, and nobody waits for them in vain either."""
    assert not may_be_media(name)
    assert why_left_out(name) is None


@pytest.mark.parametrize(
    ("name", "original"),
    [
        ("a.sync-conflict-20261122-101010-ABCDEFG.mp4", "a.mp4"),  # Syncthing
        ("a.sync-conflict-20261122-101010.mp4", "a.mp4"),  # Syncthing before 1.0
        ("a (conflicted copy 2026-11-25 101010).mp4", "a.mp4"),  # Nextcloud, ownCloud
        ("a (case clash from dina).mp4", "a.mp4"),
        ("a_conflict-20170601-101010.mp4", "a.mp4"),  # ownCloud before 2.6
        ("a (Dina's conflicted copy 2026-11-25).mp4", "a.mp4"),  # Dropbox
        ("a (PC-01's conflicted copy 2026-11-25 (1)).mp4", "a.mp4"),
        ("a (Selective Sync Conflict).mp4", "a.mp4"),
        ("a (salinan berkonflik dari PC-01 2026-11-25).mp4", "a.mp4"),
        ("a (salinan konflik PC-01 2026-11-25).mp4", "a.mp4"),
        ("a-DESKTOP-AB12CD3.mp4", "a.mp4"), ("a-LAPTOP-AB12CD34-2.mp4", "a.mp4"),  # OneDrive
        ("a (SFConflict dina@serang.go.id 2026-11-25-10-10-10).mp4", "a.mp4"),  # Seafile
        ("a_conf(1).mp4", "a.mp4"), ("a [Conflict].mp4", "a.mp4"),  # Google Drive
        ("a_Andy-PC_Nov-25-1010-2026_Conflict.mp4", "a.mp4"),  # Synology Drive
        ("a_Andy-PC_Jan-03-0901-2013_CaseConflict_1.mp4", "a.mp4"),
        ("a.Conflict.mp4", "a.mp4"), ("a.Conflict1.mp4", "a.mp4"),  # Resilio
        ("a.mp4.conflict1", "a.mp4"), ("a.conflict2.mp4", "a.mp4"),  # rclone bisync
        ("a (copy: conflict with version on pc on 1 Apr 2026, 12h 30m).mp4", "a.mp4"),  # Unison
        ("a.mp4", None), ("conflict.mp4", None), ("a (1).mp4", None), ("Laptop-1234.mp4", None),
    ],
)  # fmt: skip
def test_the_names_of_sync_conflicts(name: str, original: str | None) -> None:
    """Each sync tool's name for a second version tells which file it is a version of; none of them plays."""
    assert original_of(name) == original
    if original is not None:
        assert not may_be_media(name)
        assert not is_temporary(name)


def test_a_sync_conflict_is_reported_and_is_no_playlist() -> None:
    """The office hears of every second version; one of a playlist is not a playlist that the schedule could name."""
    conflict = "playlists/pagi.sync-conflict-20261122-101010-ABCDEFG.m3u8"
    draft = read("a.mp4", "a_conf(1).mp4", conflict, playlists__pagi_m3u8="../a.mp4")
    assert played(draft, "pagi") == ["a.mp4"]
    assert [playlist.name for playlist in draft.playlists] == ["pagi"]
    assert [(problem.where, problem.what) for problem in draft.problems] == [
        ("a_conf(1).mp4", "the sync tool kept it as a second version of a.mp4"),
        (conflict, "the sync tool kept it as a second version of pagi.m3u8"),
    ]
    assert draft.refused == []


def test_a_playlist_is_obeyed_whatever_a_file_is_called() -> None:
    """What a playlist names is meant: a proxy, a conflict copy, a film without an ending."""
    names = ["film", "a_Proxy.mp4", "a_conf(1).mp4", "Folder.jpg"]
    draft = read(*names, playlist_m3u8="\n".join(names))
    assert played(draft) == names
    assert draft.problems == []


def test_a_memory_card_plays_its_films_only() -> None:
    """A camera's folder without a playlist: the film plays, and nothing that lies beside it."""
    card = ["Folder.jpg", "GL010001.LRV", "GX010001 (conflicted copy 2026-11-25 101010).MP4", "GX010001.MP4",
            "GX010001.MP4:Zone.Identifier", "GX010001.THM", "IMG_0001.AAE", "clip.xmp", "Icon\r"]  # fmt: skip
    assert played(read(*card)) == ["GX010001.MP4"]


@pytest.mark.parametrize(
    ("name", "plays"),
    [
        ("kabar.txt", True),
        ("x/Pengumuman.TXT", True),
        ("poster.pdf", True),
        ("ticker.txt", False),
        ("x/ticker.txt", False),
    ],
)
def test_documents_and_texts_count_and_the_running_text_does_not(name: str, plays: bool) -> None:
    """A text is a page by its name; the running text is no page, and is not told as left out either."""
    assert may_be_media(name) is plays
