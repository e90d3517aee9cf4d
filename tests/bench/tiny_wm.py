"""A window manager of one rule: every window covers the screen. VLC's --fullscreen does nothing without one (facts.md).

Run as `python -m tests.bench.tiny_wm DISPLAY`; prints "ready".
"""

from __future__ import annotations

import contextlib
import sys
from typing import Any

import xcffib
import xcffib.xproto as xp


def main(display: str) -> None:
    conn: Any = xcffib.connect(display=display)
    screen = conn.get_setup().roots[0]
    root, width, height = screen.root, screen.width_in_pixels, screen.height_in_pixels
    mask = xp.EventMask.SubstructureRedirect | xp.EventMask.SubstructureNotify
    conn.core.ChangeWindowAttributesChecked(root, xp.CW.EventMask, [mask]).check()

    def atom(name: str) -> int:
        return int(conn.core.InternAtom(False, len(name), name).reply().atom)

    # What VLC and mpv ask for before they believe that a window manager can make them full screen.
    check, supported = atom("_NET_SUPPORTING_WM_CHECK"), atom("_NET_SUPPORTED")
    state, full = atom("_NET_WM_STATE"), atom("_NET_WM_STATE_FULLSCREEN")
    own = conn.generate_id()
    conn.core.CreateWindow(0, own, root, -9, -9, 1, 1, 0, xp.WindowClass.InputOnly, 0, 0, [])
    for window in (root, own):
        conn.core.ChangeProperty(xp.PropMode.Replace, window, check, xp.Atom.WINDOW, 32, 1, [own])
    conn.core.ChangeProperty(xp.PropMode.Replace, root, supported, xp.Atom.ATOM, 32, 3, [check, state, full])
    conn.flush()
    sys.stdout.write("ready\n")
    sys.stdout.flush()

    def cover(window: int) -> None:
        fields = xp.ConfigWindow
        where = fields.X | fields.Y | fields.Width | fields.Height | fields.BorderWidth
        conn.core.ConfigureWindow(window, where, [0, 0, width, height, 0])

    while True:
        with contextlib.suppress(xcffib.Error):  # about a window that has gone meanwhile
            event = conn.wait_for_event()
            if isinstance(event, xp.MapRequestEvent):
                conn.core.ChangeProperty(xp.PropMode.Replace, event.window, state, xp.Atom.ATOM, 32, 1, [full])
                cover(event.window)
                conn.core.MapWindow(event.window)
            elif isinstance(event, xp.ConfigureRequestEvent):
                cover(event.window)
            conn.flush()


if __name__ == "__main__":
    with contextlib.suppress(xcffib.ConnectionException, KeyboardInterrupt):
        main(sys.argv[1])
