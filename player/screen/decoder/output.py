"""Which video output VLC shall use: GL only where a real GPU renders (llvmpipe costs 76-80 % of a core).

Knows: the render nodes of this machine, and what OpenGL calls itself on a display. Touches: /sys, reading; libX11 and
libGL in a process of its own (a broken driver may crash it). Must not: load either into the daemon.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

SOFTWARE_DRIVERS = frozenset(
    {"vgem", "vkms", "bochs-drm", "cirrus", "simpledrm", "simple-framebuffer", "virtio_gpu", "ast", "qxl"}
)
"""Kernel drivers that show pixels but render nothing: Mesa falls onto llvmpipe with them."""
SOFTWARE_RENDERERS = ("llvmpipe", "softpipe", "swrast", "swiftshader", "software")
ASK_S = 3.0
GL_RENDERER = 0x1F01
RGBA_VISUAL = (4, 0)
PACKAGE_PARENT = str(Path(__file__).resolve().parents[3])


def pick_output(
    wanted: str, display: str, devices: Path = Path("/sys/class/drm"), ask: Callable[[str], str] | None = None
) -> str:
    """ "x11" or "gl". `auto` is "gl" only where a GPU is there and OpenGL on this very display is not software.

    A GPU alone says little: an X server that does not use it, or a Mesa that does not know it, renders in software.
    """
    if wanted != "auto":
        return wanted
    for node in sorted(devices.glob("renderD*")):
        driver = node / "device" / "driver"
        if driver.exists() and driver.resolve().name not in SOFTWARE_DRIVERS:
            return "gl" if is_hardware((ask or ask_renderer)(display)) else "x11"
    return "x11"


def is_hardware(renderer: str) -> bool:
    """Whether this is a GPU's name; nothing at all is none."""
    return bool(renderer) and not any(word in renderer.lower() for word in SOFTWARE_RENDERERS)


def ask_renderer(display: str) -> str:
    """What OpenGL calls itself on screen; empty when it has none, fails, or does not answer in ASK_S."""
    try:
        told = subprocess.run(
            [sys.executable, "-m", "player.screen.decoder.output", display], capture_output=True, text=True, timeout=ASK_S,
            check=False, cwd="/", env={**os.environ, "PYTHONPATH": PACKAGE_PARENT},
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return told.stdout.strip() if told.returncode == 0 else ""


def read_renderer(display: str) -> str:
    """By GLX, in a window that is never shown. Raises OSError without libX11, libGL, a display or GLX."""
    x11, gl = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libGL.so.1")
    for function in (x11.XOpenDisplay, gl.glXChooseVisual, gl.glXCreateContext):
        function.restype = ctypes.c_void_p
    for function in (x11.XDefaultRootWindow, x11.XCreateSimpleWindow):
        function.restype = ctypes.c_ulong
    gl.glGetString.restype = ctypes.c_char_p
    opened = ctypes.c_void_p(x11.XOpenDisplay(display.encode()))
    if not opened:
        raise OSError(f"display {display} cannot be opened")
    visual = ctypes.c_void_p(gl.glXChooseVisual(opened, 0, (ctypes.c_int * len(RGBA_VISUAL))(*RGBA_VISUAL)))
    context = ctypes.c_void_p(gl.glXCreateContext(opened, visual, None, 1)) if visual else None
    if not context:
        raise OSError(f"display {display} has no GLX")
    root = ctypes.c_ulong(x11.XDefaultRootWindow(opened))
    window = ctypes.c_ulong(x11.XCreateSimpleWindow(opened, root, 0, 0, 1, 1, 0, 0, 0))
    if not gl.glXMakeCurrent(opened, window, context):
        raise OSError("OpenGL refuses the window")
    return (gl.glGetString(GL_RENDERER) or b"").decode("utf-8", "replace")


if __name__ == "__main__":
    try:
        sys.stdout.write(read_renderer(sys.argv[1]))
    except OSError as error:
        sys.exit(str(error))
