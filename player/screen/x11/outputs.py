"""Outputs: whether a monitor is there, turned on and awake, and that no pointer is seen on it.

Knows: RandR's outputs and modes, DPMS, the screen saver. Touches: the X server.
Must not: dim (x11/gamma.py does).
"""

from __future__ import annotations

import contextlib
from typing import Any

import xcffib.dpms
import xcffib.randr

from player.screen.x11.connection import REFUSALS, XConnection


class Outputs(XConnection):
    """The connectors of the graphics card, and what keeps them lit."""

    def outputs_connected(self) -> bool | None:
        """Whether any output has a monitor; None where the server cannot tell (no RandR, a virtual screen)."""
        with self.errors():
            randr = self.randr()
            if randr is None:
                return None
            resources = randr.GetScreenResourcesCurrent(self.root).reply()
            states = [randr.GetOutputInfo(o, resources.config_timestamp).reply() for o in resources.outputs]
            return any(s.connection == xcffib.randr.Connection.Connected for s in states) if states else None

    def refresh_hz(self) -> float | None:
        """Pictures a second of the first output that is on; None where the server cannot tell (a virtual screen)."""
        with self.errors():
            randr = self.randr()
            if randr is None:
                return None
            resources = randr.GetScreenResourcesCurrent(self.root).reply()
            modes = {mode.id: mode for mode in resources.modes}
            for crtc in resources.crtcs:
                mode = modes.get(randr.GetCrtcInfo(crtc, resources.config_timestamp).reply().mode)
                if mode is not None and mode.dot_clock and mode.htotal and mode.vtotal:
                    return float(mode.dot_clock / (mode.htotal * mode.vtotal))
            return None

    def light_outputs(self) -> list[str]:
        """Turns on each output that has a monitor and shows nothing: plugged in late, or turned off; tells which.

        With its preferred mode, at the upper left of the screen. X leaves this to a desktop, and we have none.
        """
        lit: list[str] = []
        with self.errors(), contextlib.suppress(*REFUSALS):  # a driver that refuses is no reason to show nothing
            randr = self.randr()
            if randr is None:
                return lit
            resources = randr.GetScreenResourcesCurrent(self.root).reply()
            stamp, modes = resources.config_timestamp, {mode.id: mode for mode in resources.modes}
            outputs = {o: randr.GetOutputInfo(o, stamp).reply() for o in resources.outputs}
            used = {output.crtc for output in outputs.values() if output.crtc}
            for number, output in outputs.items():
                free = [crtc for crtc in output.crtcs if crtc not in used]
                if (
                    output.connection != xcffib.randr.Connection.Connected
                    or output.crtc
                    or not free
                    or not output.modes
                ):
                    continue
                mode = modes[output.modes[0]]  # the preferred ones are the first
                self._fit_screen(randr, mode.width, mode.height, alone=not used)
                upright = xcffib.randr.Rotation.Rotate_0
                answer = randr.SetCrtcConfig(free[0], 0, stamp, 0, 0, mode.id, upright, 1, [number]).reply()
                if answer.status == xcffib.randr.SetConfig.Success:
                    used.add(free[0])
                    lit.append(f"{bytes(output.name.buf()).decode('utf-8', 'replace')} at {mode.width}x{mode.height}")
        return lit

    def _fit_screen(self, randr: Any, width: int, height: int, *, alone: bool) -> None:
        """Makes the screen as large as the mode; never smaller than what another output shows."""
        now = self._conn.core.GetGeometry(self.root).reply()
        if not alone:
            width, height = max(width, now.width), max(height, now.height)
        if (width, height) != (now.width, now.height):
            millimetres = (width * 254 // 960, height * 254 // 960)  # at 96 pixels an inch, as X itself says
            randr.SetScreenSize(self.root, width, height, *millimetres, is_checked=True).check()

    def keep_awake(self) -> None:
        """No screen saver, no DPMS, no pointer: nothing but the picture is ever visible."""
        with self.errors():
            self._conn.core.SetScreenSaver(0, 0, 0, 0)
            self._fixes.HideCursor(self.root)
            if self.has("DPMS"):
                dpms = self._conn(xcffib.dpms.key)
                if dpms.Capable().reply().capable:
                    dpms.Disable()
            self._conn.flush()
