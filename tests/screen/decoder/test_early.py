"""The decoder that is started before the stage: it becomes the first one, or makes room for a better one."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from player.core.effects import KillDecoder
from player.screen.decoder.early import EarlyDecoder, start_early_decoder
from player.settings.models import ScreenSection
from tests.kit.clips import make_clip
from tests.kit.programs import end
from tests.kit.rig import Rig, item_of
from tests.kit.waiting import wait_for

pytestmark = [pytest.mark.live, pytest.mark.slow]


@pytest.fixture
def early(display: str) -> Iterator[EarlyDecoder]:
    decoder = start_early_decoder(ScreenSection(display=display))
    assert decoder is not None
    yield decoder
    process_of(decoder).kill()
    process_of(decoder).wait(5)


def process_of(early: EarlyDecoder) -> subprocess.Popen[bytes]:
    """There is no zygote here that would have been asked for it."""
    assert isinstance(early.process, subprocess.Popen)
    return early.process


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_clip(tmp_path_factory.mktemp("film") / "a.mp4")


def test_it_becomes_the_first_decoder(display: str, film: Path, early: EarlyDecoder) -> None:
    """Given its window, the process that was there before the stage plays; no other one is started for it."""
    with Rig(display, [item_of(film)], early=early) as rig:
        wait_for(lambda: rig.state.playing.changes >= 2, 30)
        assert rig.layer_pid(0) == process_of(early).pid
        assert not rig.asked(KillDecoder)


def test_one_that_died_meanwhile_is_replaced(display: str, film: Path, early: EarlyDecoder) -> None:
    """A dead process is not waited for: the first decoder is then started as any other."""
    end(process_of(early))
    with Rig(display, [item_of(film)], early=early) as rig:
        wait_for(lambda: rig.state.playing.changes >= 1, 30)
        assert rig.layer_pid(0) != process_of(early).pid


def test_one_that_knew_the_graphics_card_wrongly_is_replaced(display: str, film: Path, early: EarlyDecoder) -> None:
    """The card's driver came only after it was started: a decoder that draws the right way takes its place."""
    stale = EarlyDecoder(early.process, "gl" if early.output == "x11" else "x11")
    with Rig(display, [item_of(film)], early=stale) as rig:
        wait_for(lambda: rig.state.playing.changes >= 1, 30)
        assert rig.layer_pid(0) != process_of(early).pid
        wait_for(lambda: process_of(early).poll() is not None, 20)


def test_it_ends_with_the_screen_that_never_had_a_stage(film: Path, early: EarlyDecoder) -> None:
    """No X server came: the process is not left behind."""
    with Rig(":4711", [item_of(film)], early=early):
        pass
    wait_for(lambda: process_of(early).poll() is not None, 20)
