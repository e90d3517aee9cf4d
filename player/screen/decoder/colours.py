"""The colours of a film as its maker saw them: VLC's x11 output told which matrix the film has.

Knows: VLC turns every film into RGB by libswscale and never says which matrix it has, so all are taken for BT.601; and
libswscale keeps its matrices in a table of rows of four numbers, of which "not said" is one.
Touches: that one row, in this process's memory. It costs nothing while a film runs (facts.md, "Colours").
Must not: import vlc, nor change a table that is not the one it knows: then the colours stay as VLC makes them.
"""

from __future__ import annotations

import ctypes
import mmap
import os
from pathlib import Path

NOT_SAID = 5
"""libswscale's row for films that say nothing (SWS_CS_DEFAULT); as it comes, BT.601's."""
ROWS = {"bt709": 1, "fcc": 4, "bt470bg": 5, "smpte170m": 5, "smpte240m": 7, "bt2020nc": 9, "bt2020c": 9}
"""FFmpeg's name of a matrix -> libswscale's row (SWS_CS_ITU709 ...)."""
BT601 = (104597, 132201, 25675, 53279)
BT709 = (117489, 138438, 13975, 34925)
"""What stands in rows 5 and 1 of every libswscale since 2004: how the table is known for itself."""
HD_WIDTH, HD_HEIGHT = 1280, 576
"""A film that says nothing is BT.709 from this width or above this height, as every player guesses;
so is a stream, of which nothing is known."""
PLUGIN = Path("video_chroma/libswscale_plugin.so")
"""VLC's own converter: through it the very libswscale is found that VLC uses."""


def guess_matrix(matrix: str, width: int, height: int) -> str:
    """matrix: FFmpeg's name of it, "" when the film does not say. width, height: 0 when unknown."""
    if matrix in ROWS:
        return matrix
    return "smpte170m" if 0 < width < HD_WIDTH and 0 < height <= HD_HEIGHT else "bt709"


class Matrices:
    """libswscale's table in this process. Found when it is first needed; `use` before each film is opened."""

    def __init__(self, plugins: Path | None) -> None:
        """plugins: VLC's folder of plugins; None: it is not known."""
        self._plugins = plugins
        self._rows: dict[int, tuple[int, ...]] | None = None
        self._not_said: ctypes.Array[ctypes.c_int32] | None = None

    def use(self, matrix: str) -> bool:
        """Whether films are turned into RGB by this matrix from the next one on."""
        rows = self._find_rows()
        if self._not_said is None or ROWS[matrix] not in rows:
            return False
        self._not_said[:] = list(rows[ROWS[matrix]])
        return True

    def _find_rows(self) -> dict[int, tuple[int, ...]]:
        if self._rows is None:
            self._rows = {}
            if self._plugins is not None and (self._plugins / PLUGIN).exists():
                self._open_table(ctypes.CDLL(str(self._plugins / PLUGIN)))
        return self._rows

    def _open_table(self, plugin: ctypes.CDLL) -> None:
        """Reads all rows, and makes the one writable; nothing at all when the table is not the known one."""
        coefficients = plugin.sws_getCoefficients
        coefficients.restype = ctypes.POINTER(ctypes.c_int32 * 4)
        rows = {row: tuple(coefficients(row).contents) for row in set(ROWS.values())}
        if (rows[NOT_SAID], rows[ROWS["bt709"]]) != (BT601, BT709):
            return
        row = coefficients(NOT_SAID).contents
        begin = ctypes.addressof(row) // mmap.PAGESIZE * mmap.PAGESIZE
        size = ctypes.addressof(row) + ctypes.sizeof(row) - begin
        protect = ctypes.CDLL(None, use_errno=True).mprotect
        if protect(ctypes.c_void_p(begin), ctypes.c_size_t(size), mmap.PROT_READ | mmap.PROT_WRITE) == 0:
            self._rows, self._not_said = rows, row


def find_plugins() -> Path | None:
    """Where this process's VLC has its plugins; None: it does not say, as before libvlc is loaded."""
    if told := os.environ.get("VLC_PLUGIN_PATH"):
        return Path(told)
    with open("/proc/self/maps") as maps:
        core = next((line.split(maxsplit=5)[5].strip() for line in maps if "/libvlccore.so" in line), None)
    return Path(core).parent / "vlc" / "plugins" if core else None
