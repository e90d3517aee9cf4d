"""`panel-player check` on a machine that has no screen: what it says of the rest."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.kit.forked_programs import Programs

Found = Callable[..., dict[str, Any]]


@pytest.fixture
def found(programs: Programs) -> Found:
    return partial(find, programs)


def find(
    programs: Programs, folder: Path, state: Path, what: str, content: Path | None = None, more: str = ""
) -> dict[str, Any]:
    """The one finding about `what`, of a panel without a screen whose content is in `content`, or else in `folder`."""
    config = folder / "config.toml"
    config.write_text(
        f'[panel]\nname = "serang-01"\nstate_folder = "{state}"\n[content]\nfolder = "{content or folder}"\n'
        f'[screen]\ndisplay = ":999"\n{more}'
    )
    done = programs.run("panel-player", "check", "--config", config, "--json", environ=os.environ)
    [row] = [row for row in json.loads(done.stdout) if row["what"].startswith(what)]
    return dict(row)


@pytest.mark.live
def test_check_makes_no_state_folder(tmp_path: Path, found: Found) -> None:
    """It would belong to whoever runs `check`, not to the player's user."""
    state = tmp_path / "var" / "state"
    what = f"panel.state_folder {state}: the player makes it as it starts"
    assert found(tmp_path, state, "panel.state_folder") == {"what": what, "ok": True, "fault": None}
    assert not state.parent.exists()


@pytest.mark.live
def test_check_tells_in_which_scripts_a_message_may_be_written(tmp_path: Path, found: Found) -> None:
    """Those of the fonts that are installed; for the others the packages, without calling their absence a fault."""
    fonts = found(tmp_path, tmp_path, "fonts: letters for Latin, Arabic")
    assert fonts["ok"]
    assert "fonts-noto-cjk" in fonts["what"] or "Chinese, Japanese, Korean" in fonts["what"]


@pytest.mark.live
@pytest.mark.parametrize(
    ("name", "size", "said"),
    [
        ("a.mp4", 900, "a.mp4: it is cut short"), ("a.docx", 900, "no film, picture, document or text is in it"),
        ("media/a.mp4", 0, ""), ("playlist.m3u8", 5, "aaaaa is missing"),
    ],
)  # fmt: skip
def test_a_folder_of_which_nothing_can_be_played_is_a_fault(
    tmp_path: Path, clips: dict[str, Path], found: Found, name: str, size: int, said: str
) -> None:
    """A cut film, a document of no use, a line without its file; one sound film is enough for well."""
    content = tmp_path / "content"
    (content / name).parent.mkdir(parents=True)
    (content / "playlists").mkdir()
    raw = b"aaaaa" if name.endswith("m3u8") else clips["red"].read_bytes()
    (content / name).write_bytes(raw[: size or None])
    row = found(tmp_path, tmp_path, "content.folder", content)
    assert row["ok"] == (not said)
    assert said in (row["fault"] or "")
    if said:
        assert f"panel-player check {content} says everything" in row["fault"]


@pytest.mark.live
def test_a_folder_in_which_nothing_lies_yet_is_no_fault(tmp_path: Path, found: Found) -> None:
    """Two empty folders are no content: the panel waits, and `check` says so."""
    content = tmp_path / "content"
    (content / "media").mkdir(parents=True)
    row = found(tmp_path, tmp_path, "content.folder", content)
    assert row["ok"]
    assert row["what"] == f"content.folder {content}: nothing lies there yet, so the panel waits for content"


@pytest.mark.live
def test_a_folder_that_must_be_signed_and_is_not_is_a_fault(
    tmp_path: Path, clips: dict[str, Path], found: Found
) -> None:
    """Every file in it is sound, and the panel takes none of them."""
    content = tmp_path / "content"
    content.mkdir()
    (content / "a.mp4").write_bytes(clips["red"].read_bytes())
    row = found(tmp_path, tmp_path, "content.folder", content, '[trust]\nfolder = "signed"\n')
    assert not row["ok"]
    assert "manifest.json: refused (" in row["fault"]
