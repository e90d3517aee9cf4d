"""Dimming on a real X server: an output of a driver is dimmed by its gamma table, a virtual one honestly is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import xcffib
import xcffib.randr
import xcffib.xproto

from player.contract import commands as c
from player.core import effects as f
from player.core import events as e
from player.core.model import SavedState
from player.core.state import Dimming
from player.screen.dimmer.backends import pick_dimmer
from player.screen.dimmer.dimmer import Dimmer
from player.screen.dimmer.gamma import CANNOT_DIM, GammaDimmer
from player.screen.x11.server import XServer
from tests.kit.rig import Rig
from tests.kit.waiting import wait_for
from tests.kit.xvfb import running_xvfb

pytestmark = pytest.mark.live


class Output:
    """The server's only output, and what its gamma table is now. `drive` gives it what a driver's connector has."""

    def __init__(self, display: str) -> None:
        self._conn: Any = xcffib.connect(display=display)
        self._randr = self._conn(xcffib.randr.key)
        root = self._conn.get_setup().roots[0].root
        resources = self._randr.GetScreenResourcesCurrent(root).reply()
        self._crtc, self._output = resources.crtcs[0], resources.outputs[0]

    def drive(self) -> None:
        name = b"link-status"
        atom = self._conn.core.InternAtom(False, len(name), name).reply().atom
        kind, mode = xcffib.xproto.Atom.INTEGER, xcffib.xproto.PropMode.Replace
        self._randr.ChangeOutputProperty(self._output, atom, kind, 32, mode, 1, [0], is_checked=True).check()

    def blink(self) -> None:
        """Off and on again, as one that is unplugged and plugged in: the server tells of it."""
        stamp = self._randr.GetScreenResourcesCurrent(self._conn.get_setup().roots[0].root).reply().config_timestamp
        now = self._randr.GetCrtcInfo(self._crtc, stamp).reply()
        upright = xcffib.randr.Rotation.Rotate_0
        for mode, outputs in ((0, []), (now.mode, [self._output])):
            self._randr.SetCrtcConfig(self._crtc, 0, stamp, 0, 0, mode, upright, len(outputs), outputs).reply()

    def calibrate(self) -> list[int]:
        """Somebody's own table: gamma 0.8."""
        table = [int(65535 * (i / 255) ** 0.8) for i in range(256)]
        self._randr.SetCrtcGamma(self._crtc, 256, table, table, table, is_checked=True).check()
        return table

    @property
    def table(self) -> list[int]:
        return list(self._randr.GetCrtcGamma(self._crtc).reply().red)


@contextmanager
def running_server() -> Iterator[tuple[str, Output]]:
    with running_xvfb() as display:
        yield display, Output(display)


def test_a_driven_output_is_dimmed_and_made_bright_again() -> None:
    """The table's top is the percent of full, black stays black, and 100 is the straight line again."""
    with running_server() as (display, output), XServer(display) as server:
        output.drive()
        assert pick_dimmer(server).why_not() == ""
        for percent in (100, 40, 0, 100):
            assert pick_dimmer(server).dim(percent) == ""
            assert output.table[-1] == 65535 * percent // 100
            assert output.table[0] == 0


def test_a_virtual_output_says_that_it_cannot() -> None:
    """Xvfb takes every table and does nothing with it: its word is not believed, and its table is left alone."""
    with running_server() as (display, output), XServer(display) as server:
        before = output.table
        assert pick_dimmer(server).dim(40) == pick_dimmer(server).why_not() == CANNOT_DIM
        assert output.table == before


def test_a_calibrated_display_keeps_its_table_at_full_brightness() -> None:
    """100 percent means hands off, until the panel has dimmed it itself."""
    with running_server() as (display, output), XServer(display) as server:
        output.drive()
        mine = output.calibrate()
        assert pick_dimmer(server).dim(100) == ""
        assert output.table == mine


def test_the_command_is_done_only_when_the_screen_is_dim() -> None:
    """Through the whole screen room: failed with the reason on a virtual output, done on a driven one."""
    with running_server() as (display, output), Rig(display, []) as rig:
        wait_for(lambda: rig.state.stage.opened is not None, 40, "the stage")
        rig.order(c.Brightness(40), "c1")
        wait_for(lambda: stages(rig, "c1"), 40, "an answer")
        assert stages(rig, "c1") == [("failed", CANNOT_DIM)]
        output.drive()
        rig.order(c.Brightness(40), "c2")
        wait_for(lambda: stages(rig, "c2"), 40, "an answer")
        assert stages(rig, "c2") == [("done", "40 % until the next start")]
        assert output.table[-1] == 65535 * 40 // 100


def test_what_the_office_was_refused_does_not_come_with_the_next_screen() -> None:
    """Told that it failed, the office does not expect a dim screen when another one is plugged in."""
    with running_server() as (display, output), Rig(display, []) as rig:
        wait_for(lambda: rig.state.stage.opened is not None, 40, "the stage")
        rig.order(c.Brightness(40), "c1")
        wait_for(lambda: stages(rig, "c1"), 40, "an answer")
        output.drive()
        output.blink()
        wait_for(
            lambda: rig.state.brightness.dimming and rig.state.brightness.dimming.percent, 40, "the new screen's word"
        )
        assert rig.state.brightness.dimming == Dimming(100, 100)
        assert output.table[-1] == 65535


def test_a_screen_that_can_be_dimmed_takes_the_place_of_one_that_cannot() -> None:
    """The plan's brightness is there at once, and `panel-player status` knows of it."""
    with running_server() as (display, output), Rig(display, []) as rig:
        wait_for(lambda: rig.state.stage.opened is not None, 40, "the stage")
        rig.tell(e.Started(SavedState(brightness=30), "test", "test-01"))
        wait_for(lambda: rig.state.brightness.dimming == Dimming(30, None, CANNOT_DIM), 40, "its word")
        output.drive()
        output.blink()
        wait_for(lambda: rig.state.brightness.dimming == Dimming(30, 30), 40, "the new screen's word")
        assert output.table[-1] == 65535 * 30 // 100


class Sender:
    """A way to dim as a second backend would be: a sender card that is there or not."""

    def __init__(self, *, there: bool) -> None:
        self._there = there

    def why_not(self) -> str:
        return "" if self._there else "no sender card"

    def dim(self, percent: int) -> str:
        return self.why_not()


@pytest.mark.parametrize(("there", "why"), [(True, ""), (False, CANNOT_DIM)])
def test_the_first_way_that_can_dim_is_taken(there: bool, why: str) -> None:
    """A screen without gamma tables is dimmed by its sender card; where nothing can, the last way says why not."""
    with running_server() as (display, _), XServer(display) as server:
        makers: tuple[Callable[[XServer], Dimmer], ...] = (lambda _: Sender(there=there), GammaDimmer)
        assert pick_dimmer(server, makers).dim(40) == why


def stages(rig: Rig, name: str) -> list[tuple[str, str]]:
    return [(r.stage, r.detail) for _, r in rig.log if isinstance(r, f.SendReply) and r.command_id == name]
