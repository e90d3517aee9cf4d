"""The X server under the screen: its size changes, its output goes and comes, it is killed and starts again."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from player.core import events as e
from player.core.alerts import Alert
from player.screen.windows import LAYERS
from player.screen.x11.connection import XServerError
from player.screen.x11.server import XServer
from tests.kit.numbered import make_numbered, read_code
from tests.kit.rig import Rig, item_of
from tests.kit.tree import tree_of
from tests.kit.waiting import wait_for
from tests.kit.xorg import OUTPUT, Xorg, running_xorg

pytestmark = [pytest.mark.live, pytest.mark.slow]


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_numbered(tmp_path_factory.mktemp("film") / "long.mp4", 8, frames=1800, size=(640, 360))


@pytest.fixture
def server() -> Iterator[Xorg]:
    with running_xorg() as one:
        yield one


LOOK_S = 0.05
"""Between two looks over a connection, or a process, of their own."""


def seen(display: str) -> tuple[int, int] | str:
    """What is in the middle of the screen now."""
    try:
        with XServer(display) as server:
            return read_code(server.grab(server.root, (0, server.height // 2, server.width, 1)), server.width)
    except XServerError:
        return "no screen"


def plays(display: str) -> bool:
    """Whether the film is there, and moves."""
    first = seen(display)
    if not isinstance(first, tuple) or first[0] != 8:
        return False
    wait_for(lambda: seen(display) != first, 40, "the film moves", LOOK_S)
    return True


def sizes(rig: Rig) -> list[tuple[int, int]]:
    return [(event.width, event.height) for event in rig.events if isinstance(event, e.StageOpened)]


def assert_nothing_left_over(display: str) -> None:
    """One stage on the screen, two decoders alive."""
    with XServer(display) as server:
        wait_for(lambda: len(server.marked_windows()) == 1, 40, "the old stage is gone")
    assert len(decoders()) == LAYERS


def decoders() -> list[int]:
    """The ids of this process's decoders (each is a direct child)."""
    children = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    pids = [int(pid) for file in children for pid in file.read_text().split()]
    return [pid for pid in pids if pid in tree_of(pid) and is_decoder(pid)]


def is_decoder(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return b"player.screen.decoder.vlc" in Path(f"/proc/{pid}/cmdline").read_bytes()
    return False


def test_a_screen_that_changes_its_size_is_filled_anew(server: Xorg, film: Path) -> None:
    """Smaller, larger and back: the picture fills it, nothing of the old stage is left."""
    with Rig(server.display, [item_of(film)]) as rig:
        wait_for(lambda: plays(server.display), 40, every_s=LOOK_S)
        for mode in ("800x600", "1920x1080", "1280x720"):
            server.xrandr("--output", OUTPUT, "--mode", mode)
            wide, tall = (int(part) for part in mode.split("x"))
            wait_for(lambda wide=wide, tall=tall: sizes(rig)[-1] == (wide, tall), 40, mode)  # type: ignore[misc]
            wait_for(lambda: plays(server.display), 40, mode, LOOK_S)
            assert_nothing_left_over(server.display)
    assert not rig.state.playing.failures, "the film is not to blame"


def test_an_output_that_is_turned_off_is_turned_on_again(server: Xorg, film: Path) -> None:
    """Also one that was off when the panel started: X has no desktop that would do it."""
    off = ["--output", OUTPUT, "--off"]
    server.xrandr(*off)
    assert "1280x720+0+0" not in server.xrandr()
    with Rig(server.display, [item_of(film)]) as rig:
        wait_for(lambda: "1280x720+0+0" in server.xrandr(), 40, "on at the start", LOOK_S)
        wait_for(lambda: plays(server.display), 40, every_s=LOOK_S)
        subprocess.run(["xrandr", "--display", server.display, *off], capture_output=True, check=False, timeout=10)
        wait_for(lambda: "1280x720+0+0" in server.xrandr(), 40, "on again", LOOK_S)
        wait_for(lambda: sizes(rig)[-1] == (1280, 720) and plays(server.display), 40, every_s=LOOK_S)
        assert_nothing_left_over(server.display)


def test_a_server_that_is_killed_and_comes_back_shows_the_film_again(server: Xorg, film: Path) -> None:
    """Three times; the office is told meanwhile; no connection, thread or process is left over."""
    with Rig(server.display, [item_of(film)]) as rig:
        wait_for(lambda: plays(server.display), 40, every_s=LOOK_S)
        held = []
        for _ in range(3):
            server.kill()
            wait_for(lambda: rig.state.stage.opened is None, 40, "noticed")
            wait_for(lambda: Alert.SCREEN_DISCONNECTED in rig.state.office.alerts, 40, "the office is told")
            wait_for(lambda: not decoders(), 40, "its decoders are gone", LOOK_S)
            server.start()
            wait_for(lambda: plays(server.display), 40, "the picture is back", LOOK_S)
            wait_for(lambda: len(decoders()) == LAYERS, 40, every_s=LOOK_S)
            held.append((len(os.listdir("/proc/self/fd")), len(os.listdir("/proc/self/task"))))
            assert_nothing_left_over(server.display)
        assert held[-1][0] <= held[0][0] + 1, held
        assert held[-1][1] <= held[0][1] + 1, held
    assert not rig.state.playing.failures
