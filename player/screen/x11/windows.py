"""Windows: opened, stacked, moved, closed, and found again after a crash.

Knows: that no window manager is there. Touches: the X server.
Must not: know what a window is for.
"""

from __future__ import annotations

import contextlib
import os

import xcffib.composite
import xcffib.xproto as xp

from player.screen.x11.connection import REFUSALS, XConnection

STAGE_MARK = "_PANEL_PLAYER_STAGE"
"""The property by which a daemon finds the stage that one before it left behind."""

Box = tuple[int, int, int, int]
"""x, y, width, height in pixels."""


class Windows(XConnection):
    """Every window is borderless and ignores any window manager."""

    def open_window(self, parent: int, box: Box, *, black: bool, mark: bool = False, shown: bool = True) -> int:
        """A borderless window at x, y, width, height. black False: no background, so old pixels stay."""
        with self.errors():
            window = int(self._conn.generate_id())
            back = (xp.CW.BackPixel, self.screen.black_pixel) if black else (xp.CW.BackPixmap, 0)
            self._conn.core.CreateWindow(
                self.screen.root_depth, window, parent, *box, 0, xp.WindowClass.InputOutput,
                self.screen.root_visual, back[0] | xp.CW.OverrideRedirect, [back[1], 1],
            )  # fmt: skip
            if mark:
                atom = self._atom(STAGE_MARK)
                self._conn.core.ChangeProperty(
                    xp.PropMode.Replace, window, atom, xp.Atom.CARDINAL, 32, 1, [os.getpid()]
                )
            if shown:
                self._conn.core.MapWindow(window)
            self._conn.flush()
            return window

    def _atom(self, name: str) -> int:
        return int(self._conn.core.InternAtom(False, len(name), name).reply().atom)

    def marked_windows(self) -> list[int]:
        """Stages that an earlier daemon left on the screen."""
        with self.errors():
            atom = self._atom(STAGE_MARK)
            children = self._conn.core.QueryTree(self.root).reply().children
            asked = [(w, self._conn.core.GetProperty(False, w, atom, xp.Atom.CARDINAL, 0, 1)) for w in children]
            marked = []
            for window, cookie in asked:
                with contextlib.suppress(*REFUSALS):
                    if cookie.reply().value_len:
                        marked.append(int(window))
            return marked

    def kill_owner(self, window: int) -> None:
        """Frees everything that the (dead) client which made this window has left behind."""
        with self.errors():
            self._conn.core.KillClient(window)
            self._conn.flush()

    def redirect_children(self, window: int) -> None:
        """Children keep their pixels while they are covered (Composite, automatic)."""
        with self.errors():
            self._composite.RedirectSubwindows(window, xcffib.composite.Redirect.Automatic)
            self._conn.flush()

    def raise_window(self, window: int) -> None:
        self._restack(window, xp.StackMode.Above)

    def lower_window(self, window: int) -> None:
        self._restack(window, xp.StackMode.Below)

    def _restack(self, window: int, mode: int) -> None:
        with self.errors():
            self._conn.core.ConfigureWindow(window, xp.ConfigWindow.StackMode, [mode])
            self._conn.flush()

    def show_window(self, window: int, shown: bool) -> None:
        with self.errors():
            (self._conn.core.MapWindow if shown else self._conn.core.UnmapWindow)(window)
            self._conn.flush()

    def move_window(self, window: int, box: Box) -> None:
        with self.errors():
            fields = xp.ConfigWindow
            mask = fields.X | fields.Y | fields.Width | fields.Height
            self._conn.core.ConfigureWindow(window, mask, list(box))
            self._conn.flush()

    def close_window(self, window: int) -> None:
        with self.errors():
            self._conn.core.DestroyWindow(window)
            self._conn.flush()
