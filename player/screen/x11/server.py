"""The X server as this program needs it: windows, pictures in windows, pixels back; the only file that imports xcffib.

Knows: one connection to one display. Touches: the X server. Every call may raise XServerError when the server is gone.
Must not: be used by two threads at once (each thread opens its own XServer).
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import xcffib
import xcffib.composite
import xcffib.damage
import xcffib.dpms
import xcffib.randr
import xcffib.xfixes
import xcffib.xproto as xp

FULL = 65535
ROUNDED = FULL // 64
"""Some drivers keep fewer bits of a gamma table than they are given."""
CANNOT_DIM = "this display cannot be dimmed: none of its outputs has a gamma table (RandR)"
STAGE_MARK = "_PANEL_PLAYER_STAGE"
MAX_PUT_BYTES = 240_000  # below the 256 KiB that every server takes without BIG-REQUESTS


XRefused = (xcffib.Error, xcffib.ProtocolException)
"""What the server answers to a request that it does not take: xcffib's Error (BadWindow, BadValue...) is no
ProtocolException, and neither is it a ConnectionException."""


class XServerError(Exception):
    """The display cannot be reached, or went away."""


@dataclass(frozen=True, slots=True)
class Painted:
    """Something was drawn in a watched window."""

    window: int


@dataclass(frozen=True, slots=True)
class Resized:
    """The screen's size or its outputs changed (RandR)."""


class XServer:
    """One connection. `width` and `height` are the screen's, in pixels, as last read."""

    def __init__(self, display: str) -> None:
        self._display = display
        self.width = 0
        self.height = 0
        self._conn: Any = None
        self._damages: dict[int, int] = {}

    def __enter__(self) -> XServer:
        try:
            self._conn = xcffib.connect(display=self._display)
            self._screen = self._conn.get_setup().roots[self._conn.pref_screen]
            self._composite = self._conn(xcffib.composite.key)
            self._composite.QueryVersion(0, 4).reply()
            self._fixes = self._conn(xcffib.xfixes.key)
            self._fixes.QueryVersion(5, 0).reply()
            self._damage = self._conn(xcffib.damage.key)
            self._damage.QueryVersion(1, 1).reply()
        except (xcffib.ConnectionException, xcffib.XcffibException) as error:
            raise XServerError(
                f"display {self._display}: cannot be opened ({error or type(error).__name__})"
            ) from error
        self.root: int = self._screen.root
        self.read_size()
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(xcffib.ConnectionException):
            self._conn.disconnect()

    # ---- the screen as a whole

    def fileno(self) -> int:
        return int(self._conn.get_file_descriptor())

    def read_size(self) -> tuple[int, int]:
        with self._errors():
            geometry = self._conn.core.GetGeometry(self.root).reply()
            self.width, self.height = geometry.width, geometry.height
        return self.width, self.height

    def outputs_connected(self) -> bool | None:
        """Whether any output has a monitor; None where the server cannot tell (no RandR, a virtual screen)."""
        with self._errors():
            if not self._has("RANDR"):
                return None
            randr = self._conn(xcffib.randr.key)
            randr.QueryVersion(1, 3).reply()
            resources = randr.GetScreenResourcesCurrent(self.root).reply()
            states = [randr.GetOutputInfo(o, resources.config_timestamp).reply() for o in resources.outputs]
            return any(s.connection == xcffib.randr.Connection.Connected for s in states) if states else None

    def light_outputs(self) -> list[str]:
        """Turns on each output that has a monitor and shows nothing: plugged in late, or turned off; tells which.

        With its preferred mode, at the upper left of the screen. X leaves this to a desktop, and we have none.
        """
        lit: list[str] = []
        with self._errors(), contextlib.suppress(*XRefused):  # a driver that refuses is no reason to show nothing
            if not self._has("RANDR"):
                return lit
            randr = self._conn(xcffib.randr.key)
            randr.QueryVersion(1, 3).reply()
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

    def watch_screen(self) -> None:
        """From now on `news` tells of RandR changes."""
        with self._errors():
            if not self._has("RANDR"):
                return
            randr = self._conn(xcffib.randr.key)
            randr.QueryVersion(1, 3).reply()
            mask = xcffib.randr.NotifyMask
            randr.SelectInput(self.root, mask.ScreenChange | mask.OutputChange | mask.CrtcChange)
            self._conn.flush()

    def keep_awake(self) -> None:
        """No screen saver, no DPMS, no pointer: nothing but the picture is ever visible."""
        with self._errors():
            self._conn.core.SetScreenSaver(0, 0, 0, 0)
            self._fixes.HideCursor(self.root)
            if self._has("DPMS"):
                dpms = self._conn(xcffib.dpms.key)
                if dpms.Capable().reply().capable:
                    dpms.Disable()
            self._conn.flush()

    def outlive(self) -> None:
        """Windows of this connection stay when the process dies, with the last frame on them (facts.md)."""
        with self._errors():
            self._conn.core.SetCloseDownMode(xp.CloseDown.RetainPermanent)
            self._conn.flush()

    def leave(self) -> None:
        """Undo `outlive`: the windows go with the connection."""
        with self._errors():
            self._conn.core.SetCloseDownMode(xp.CloseDown.DestroyAll)
            self._conn.flush()

    def _has(self, extension: str) -> bool:
        return bool(self._conn.core.QueryExtension(len(extension), extension).reply().present)

    # ---- windows

    def open_window(
        self, parent: int, box: tuple[int, int, int, int], *, black: bool, mark: bool = False, shown: bool = True
    ) -> int:
        """A borderless window at x, y, width, height. black False: no background, so old pixels stay."""
        with self._errors():
            window = int(self._conn.generate_id())
            back = (xp.CW.BackPixel, self._screen.black_pixel) if black else (xp.CW.BackPixmap, 0)
            self._conn.core.CreateWindow(
                self._screen.root_depth, window, parent, *box, 0, xp.WindowClass.InputOutput,
                self._screen.root_visual, back[0] | xp.CW.OverrideRedirect, [back[1], 1],
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
        with self._errors():
            atom = self._atom(STAGE_MARK)
            children = self._conn.core.QueryTree(self.root).reply().children
            asked = [(w, self._conn.core.GetProperty(False, w, atom, xp.Atom.CARDINAL, 0, 1)) for w in children]
            marked = []
            for window, cookie in asked:
                with contextlib.suppress(*XRefused):
                    if cookie.reply().value_len:
                        marked.append(int(window))
            return marked

    def kill_owner(self, window: int) -> None:
        """Frees everything that the (dead) client which made this window has left behind."""
        with self._errors():
            self._conn.core.KillClient(window)
            self._conn.flush()

    def redirect_children(self, window: int) -> None:
        """Children keep their pixels while they are covered (Composite, automatic)."""
        with self._errors():
            self._composite.RedirectSubwindows(window, xcffib.composite.Redirect.Automatic)
            self._conn.flush()

    def raise_window(self, window: int) -> None:
        self._restack(window, xp.StackMode.Above)

    def lower_window(self, window: int) -> None:
        self._restack(window, xp.StackMode.Below)

    def _restack(self, window: int, mode: int) -> None:
        with self._errors():
            self._conn.core.ConfigureWindow(window, xp.ConfigWindow.StackMode, [mode])
            self._conn.flush()

    def show_window(self, window: int, shown: bool) -> None:
        with self._errors():
            (self._conn.core.MapWindow if shown else self._conn.core.UnmapWindow)(window)
            self._conn.flush()

    def move_window(self, window: int, box: tuple[int, int, int, int]) -> None:
        with self._errors():
            fields = xp.ConfigWindow
            mask = fields.X | fields.Y | fields.Width | fields.Height
            self._conn.core.ConfigureWindow(window, mask, list(box))
            self._conn.flush()

    def close_window(self, window: int) -> None:
        with self._errors():
            self._conn.core.DestroyWindow(window)
            self._damages.pop(window, None)
            self._conn.flush()

    def set_black(self, window: int) -> None:
        with self._errors():
            self._conn.core.ChangeWindowAttributes(window, xp.CW.BackPixel, [self._screen.black_pixel])
            self._conn.core.ClearArea(False, window, 0, 0, 0, 0)
            self._conn.flush()

    def paint(self, window: int, width: int, height: int, bgrx: bytes) -> None:
        """Makes the picture the window's background: the server repaints it for ever, whatever becomes of us."""
        with self._errors():
            core, depth = self._conn.core, self._screen.root_depth
            pixmap, gc = self._conn.generate_id(), self._conn.generate_id()
            core.CreatePixmap(depth, pixmap, window, width, height)
            core.CreateGC(gc, pixmap, 0, [])
            rows = max(1, MAX_PUT_BYTES // (width * 4))
            for top in range(0, height, rows):
                some = min(rows, height - top)
                part = bgrx[top * width * 4 : (top + some) * width * 4]
                core.PutImage(xp.ImageFormat.ZPixmap, pixmap, gc, width, some, 0, top, 0, depth, len(part), part)
            core.ChangeWindowAttributes(window, xp.CW.BackPixmap, [pixmap])
            core.ClearArea(False, window, 0, 0, 0, 0)
            core.FreeGC(gc)
            core.FreePixmap(pixmap)  # the window keeps its own reference
            self._conn.core.GetInputFocus().reply()  # a round trip: it is painted now

    def fill_black(self, window: int) -> None:
        """Only its own pixels, not those of its inferiors; its background stays as it is."""
        with self._errors():
            gc = self._conn.generate_id()
            self._conn.core.CreateGC(gc, window, xp.GC.Foreground, [self._screen.black_pixel])
            everything = xp.RECTANGLE.synthetic(0, 0, 32767, 32767)
            self._conn.core.PolyFillRectangle(window, gc, 1, [everything])
            self._conn.core.FreeGC(gc)
            self._conn.flush()

    # ---- pixels back

    def grab(self, window: int, box: tuple[int, int, int, int]) -> bytes:
        """The pixels of x, y, width, height: 4 bytes each (B, G, R, X), row by row, inferiors included."""
        return self.grab_all(window, [box])[0]

    def grab_all(self, window: int, boxes: list[tuple[int, int, int, int]]) -> list[bytes]:
        """Several boxes in one round trip."""
        with self._errors():
            asked = [self._conn.core.GetImage(xp.ImageFormat.ZPixmap, window, *box, 0xFFFFFFFF) for box in boxes]
            return [bytes(cookie.reply().data.buf()) for cookie in asked]

    def watch_paint(self, window: int) -> None:
        """From now on `news` tells when something is drawn in the window or in its inferiors."""
        with self._errors():
            damage = self._conn.generate_id()
            self._damage.Create(damage, window, xcffib.damage.ReportLevel.NonEmpty)
            self._damages[window] = damage
            self._conn.flush()

    def rearm_paint(self, window: int) -> None:
        """The next drawing in the window is told again (each is told once until this call)."""
        with self._errors():
            if window in self._damages:
                self._damage.Subtract(self._damages[window], 0, 0)
                self._conn.flush()

    def news(self) -> list[Painted | Resized]:
        """What has come in since the last call; does not wait."""
        told: list[Painted | Resized] = []
        with self._errors():
            while True:
                try:
                    event: Any = self._conn.poll_for_event()
                except XRefused:
                    continue  # an answer to a request about a window that died meanwhile
                if event is None:
                    self._conn.invalid()  # raises when the server is gone
                    return told
                if isinstance(event, xcffib.damage.NotifyEvent):
                    told.append(Painted(int(event.drawable)))
                elif isinstance(event, xcffib.randr.ScreenChangeNotifyEvent | xcffib.randr.NotifyEvent):
                    told.append(Resized())

    @contextlib.contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except xcffib.ConnectionException as error:
            raise XServerError(f"display {self._display}: the X server went away") from error
        except XRefused as error:
            raise XServerError(f"display {self._display}: {type(error).__name__}") from error

    # ---- brightness

    def why_not_dimmable(self) -> str:
        """ "" when an output can be dimmed by its gamma table (RandR); else why not."""
        with self._errors():
            return "" if self._dimmable_crtcs() else CANNOT_DIM

    def set_brightness(self, percent: int) -> str:
        """Dims every output that is driven, by its gamma table. Returns "" when the server has taken it, else why not.

        At 100 a table that is not one of ours (a calibration of the display) is left as it is.
        """
        with self._errors():
            crtcs = self._dimmable_crtcs()
            for crtc, size in crtcs:
                ramp = _ramp(size, percent)
                has = list(self._randr.GetCrtcGamma(crtc).reply().red)
                if has == ramp or (percent == 100 and not _is_straight(has)):
                    continue
                try:
                    self._randr.SetCrtcGamma(crtc, size, ramp, ramp, ramp, is_checked=True).check()
                except XRefused as error:
                    return f"the X server refuses to dim this display ({type(error).__name__})"
                has = list(self._randr.GetCrtcGamma(crtc).reply().red)
                if abs(has[-1] - ramp[-1]) > ROUNDED:
                    return "the graphics driver did not take the brightness"
            return "" if crtcs else CANNOT_DIM

    def _dimmable_crtcs(self) -> list[tuple[int, int]]:
        """Each CRTC that drives an output and has a gamma table, with the table's size."""
        if not self._has("RANDR"):
            return []
        self._randr = self._conn(xcffib.randr.key)
        self._randr.QueryVersion(1, 3).reply()
        resources = self._randr.GetScreenResourcesCurrent(self.root).reply()
        found = []
        for output in resources.outputs:
            crtc = self._randr.GetOutputInfo(output, resources.config_timestamp).reply().crtc
            # Virtual servers (Xvfb, Xvnc) take a table and do nothing with it. The server itself gives every output the
            # property "non-desktop"; a driver adds those of its connector ("link-status", "EDID", ...).
            if crtc and len(self._randr.ListOutputProperties(output).reply().atoms) > 1:
                size = self._randr.GetCrtcGammaSize(crtc).reply().size
                if size >= 2:
                    found.append((crtc, size))
        return sorted(set(found))


def _is_straight(ramp: list[int]) -> bool:
    """Whether it is one that we may have set, or the server's own."""
    last = len(ramp) - 1
    return all(abs(value - ramp[-1] * i // last) <= ROUNDED for i, value in enumerate(ramp))


def _ramp(size: int, percent: int) -> list[int]:
    return [FULL * i * percent // ((size - 1) * 100) for i in range(size)]
