"""Files that cannot be played, handed to real decoders: they fail while hidden, and what is good plays on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from player.core.effects import StartItem
from tests.kit.captor import Captor, clip_of
from tests.kit.numbered import SMALL, make_numbered
from tests.kit.rig import Rig, given_up, item_of
from tests.kit.waiting import wait_for
from tests.kit.xvfb import running_xvfb

pytestmark = [pytest.mark.live, pytest.mark.slow, pytest.mark.waits]


def test_bad_files_never_reach_the_screen(tmp_path: Path) -> None:
    """Garbage fails while hidden: the good item goes on, nothing is black, the bad ones are quarantined."""
    bad = []
    for number, content in enumerate([b"", b"\0" * 5000, b"<html>", bytes(range(256)) * 50]):
        path = tmp_path / f"bad{number}.mp4"
        path.write_bytes(content)
        bad.append(item_of(path))
    whole, cut = tmp_path / "whole.png", tmp_path / "cut.png"
    Image.fromarray(np.full((720, 1280), 90, np.uint8)).save(whole)
    cut.write_bytes(whole.read_bytes()[:400])
    items = [*bad, item_of(make_numbered(tmp_path / "short.mp4", 7, frames=15, size=SMALL)), item_of(cut)]
    with running_xvfb("640x360") as display, Rig(display, items) as rig, Captor(display) as captor:
        wait_for(lambda: len(given_up(rig)) == 5, 60, "five are quarantined")
        wait_for(lambda: rig.state.playing.changes >= 3, 20)
    assert captor.black_story() == []
    assert {rig.path_of(effect) for effect in rig.asked(StartItem)} == {"short.mp4"}
    assert {clip_of(run.seen) for run in captor.after_first_picture()} <= {7, "other"}
