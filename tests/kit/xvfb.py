"""A real X server without a screen."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterator

from tests.kit.programs import end, need

WITHOUT_GLX = ("-extension", "GLX")
"""Half of its start is Mesa's compiler (40 ms of processor time, 2026-11-26), and nothing here is drawn by OpenGL."""
WITH_GLX = ("+extension", "GLX")


@contextlib.contextmanager
def running_xvfb(size: str = "1280x720", options: tuple[str, ...] = ()) -> Iterator[str]:
    """An X server without a screen; yields its display (":17"), chosen by the server itself."""
    need("Xvfb")
    reader, writer = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writer), "-screen", "0", f"{size}x24", "-nolisten", "tcp", "-noreset",
         *WITHOUT_GLX, *options],
        pass_fds=[writer], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(writer)
    try:
        with os.fdopen(reader) as answer:
            number = answer.readline().strip()
        assert number, "Xvfb did not start"
        yield f":{number}"
    finally:
        end(server)
