"""Names and paths that come from a browser: nothing leaves the folder, and every name can be borne by every file system."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.library.content.names import is_temporary
from player.office.web.content.faults import ContentFault
from player.office.web.content.paths import NAME_LIMIT_BYTES, checked_path, place_inside, safe_name


@pytest.mark.parametrize(
    ("given_name", "safe"),
    [
        ("../../etc/passwd", "passwd"), ("C:\\Users\\dina\\Film 2.MP4", "Film 2.MP4"), ("a\x00b\n.mp4", "ab.mp4"),
        ("\u202egpj.mp4", "gpj.mp4"), ("con.mp4", "_con.mp4"), (".hidden.mp4", "hidden.mp4"), ("", "file"), ("...", "file"),
        ("a<script>.mp4", "a_script_.mp4"), ("#1.png", "1.png"), ("film.mp4.part", "file film_mp4_part"),
        ("cafe\u0301.png", "caf\u00e9.png"), ("  a   b .png ", "a b.png"),
    ],
)  # fmt: skip
def test_a_name_is_made_safe(given_name: str, safe: str) -> None:
    """As near to what the person called it as every file system bears."""
    assert safe_name(given_name) == safe


@given(st.text(max_size=400))
def test_whatever_a_file_is_called_its_name_is_a_place_in_the_folder(name: str) -> None:
    """Any text: the safe name is one part of a path, short enough, no temporary one, and is safe itself."""
    safe = safe_name(name)
    assert checked_path(safe) == safe
    assert "/" not in safe
    assert len(safe.encode()) <= NAME_LIMIT_BYTES + 10
    assert not is_temporary(safe)
    assert safe_name(safe) == safe


@pytest.mark.parametrize(
    "path",
    ["", "/etc/passwd", "../x", "a/../../x", "a//b", "a/./b", ".hidden", "a/.git/b", "a\\b", "a\nb", "x" * 300, "a/" * 20 + "b",
     " a", "a ", "a.part", "lost+found/a.mp4", "\ud800"],
)  # fmt: skip
def test_no_path_leaves_the_folder(path: str) -> None:
    """Climbing, absolute, hidden, broken or endless ones are refused."""
    with pytest.raises(ContentFault):
        checked_path(path)


def test_a_link_in_the_folder_leads_nowhere(tmp_path: Path) -> None:
    """Neither the file itself nor a folder on the way to it may be a link."""
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "key").write_text("x")
    root = tmp_path / "folder"
    root.mkdir()
    (root / "out").symlink_to(tmp_path / "secret")
    (root / "key").symlink_to(tmp_path / "secret" / "key")
    for path in ("out/key", "key", "out/new.mp4"):
        with pytest.raises(ContentFault):
            place_inside(root, path)
    assert place_inside(root, "media/a.mp4") == root / "media" / "a.mp4"
