"""The films and pictures that an urgent message may be."""

from __future__ import annotations

from pathlib import Path

from player.office.web.urgent.films import SHOWN_MOST, list_films


def lay(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    return folder


def test_what_a_playlist_names_can_be_chosen(tmp_path: Path) -> None:
    """By its path, its last name, or as an address; a film that no playlist names is on no panel under that name."""
    folder = lay(tmp_path, "media/a.mp4", "media/b c.mp4", "media/d.mp4", "media/e.png", "media/note.txt")
    (folder / "playlist.m3u8").write_text("#EXTM3U\nmedia/a.mp4\nfile:///srv/media/b%20c.mp4\ne.png\n")
    assert list_films([folder]) == ("media/a.mp4", "media/b c.mp4", "media/e.png")


def test_without_a_playlist_everything_plays(tmp_path: Path) -> None:
    """And so everything can be chosen; not what a sync tool has not finished, or keeps for itself."""
    folder = lay(tmp_path, "film2.mp4", "film10.mp4", ".stfolder/x.mp4", "film3.mp4.part", "a.txt")
    assert list_films([folder]) == ("film2.mp4", "film10.mp4")


def test_a_folder_that_is_gone_costs_nothing(tmp_path: Path) -> None:
    """A film in two folders stands once, and there is an end to the list."""
    one, two = lay(tmp_path / "1", "a.mp4"), lay(tmp_path / "2", "a.mp4")
    assert list_films([one, two, tmp_path / "gone"]) == ("a.mp4",)
    lay(two, *(f"{number:04}.mp4" for number in range(SHOWN_MOST + 10)))
    assert len(list_films([one, two])) == SHOWN_MOST
