"""The colours of a film as its maker saw them: VLC's x11 output told which matrix the film has.

Knows: VLC turns every film into RGB by libswscale and never says which matrix it has, so all are taken for BT.601, nor which
range an AV1 or VP9 film has; and libswscale keeps its matrices in a table of rows of four numbers, of which "not said" is one.
Touches: that one row and the default of the range, in this process's memory. It costs nothing while a film runs (facts.md).
Must not: import vlc, nor change a table that is not the one it knows: then the colours stay as VLC makes them.
"""

from __future__ import annotations

import ctypes
import mmap
import os
from typing import Self

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
MOST_OPTIONS = 100
"""libswscale has 30."""
PLUGIN = "video_chroma/libswscale_plugin.so"
"""VLC's own converter: through it the very libswscale is found that VLC uses."""


def guess_matrix(matrix: str, width: int, height: int) -> str:
    """matrix: FFmpeg's name of it, "" when the film does not say. width, height: 0 when unknown."""
    if matrix in ROWS:
        return matrix
    return "smpte170m" if 0 < width < HD_WIDTH and 0 < height <= HD_HEIGHT else "bt709"


class Option(ctypes.Structure):
    """The begin of FFmpeg's AVOption, whose default a fresh context takes over."""

    _fields_ = (
        ("name", ctypes.c_char_p), ("help", ctypes.c_char_p), ("offset", ctypes.c_int), ("kind", ctypes.c_int),
        ("default", ctypes.c_int64), ("least", ctypes.c_double), ("most", ctypes.c_double), ("flags", ctypes.c_int),
        ("unit", ctypes.c_char_p),
    )  # fmt: skip


class OptionClass(ctypes.Structure):
    """The begin of FFmpeg's AVClass."""

    _fields_ = (
        ("name", ctypes.c_char_p), ("name_of", ctypes.c_void_p), ("options", ctypes.POINTER(Option)),
    )  # fmt: skip


class Matrices:
    """libswscale's table in this process. Found when it is first needed; `use` before each film is opened."""

    def __init__(self, plugins: str | None) -> None:
        """plugins: VLC's folder of plugins; None: it is not known."""
        self._plugins = plugins
        self._rows: dict[int, tuple[int, ...]] | None = None
        self._not_said: ctypes.Array[ctypes.c_int32] | None = None
        self._range: Option | None = None

    def find(self) -> Self:
        """Loads libswscale (2-6 ms), which VLC would do later, when somebody waits."""
        self._find_rows()
        return self

    def use(self, matrix: str, *, full_range: bool = False) -> bool:
        """Whether films are turned into RGB by this matrix and from this range, from the next one on."""
        rows = self._find_rows()
        if self._not_said is None or ROWS[matrix] not in rows:
            return False
        self._not_said[:] = list(rows[ROWS[matrix]])
        if self._range is not None:
            self._range.default = int(full_range)
        return self._range is not None or not full_range

    def _find_rows(self) -> dict[int, tuple[int, ...]]:
        if self._rows is None:
            self._rows = {}
            path = os.path.join(self._plugins or "", PLUGIN)
            if self._plugins and os.path.exists(path):
                plugin = ctypes.CDLL(path)
                self._open_table(plugin)
                self._range = _open_range(plugin)
        return self._rows

    def _open_table(self, plugin: ctypes.CDLL) -> None:
        """Reads all rows, and makes the one writable; nothing at all when the table is not the known one."""
        coefficients = plugin.sws_getCoefficients
        coefficients.restype = ctypes.POINTER(ctypes.c_int32 * 4)
        rows = {row: tuple(coefficients(row).contents) for row in set(ROWS.values())}
        if (rows[NOT_SAID], rows[ROWS["bt709"]]) != (BT601, BT709):
            return
        row = coefficients(NOT_SAID).contents
        if _make_writable(row):
            self._rows, self._not_said = rows, row


def _open_range(plugin: ctypes.CDLL) -> Option | None:
    """Where "limited" stands as what a film has that says nothing; None: not where it is known to stand."""
    plugin.sws_get_class.restype = ctypes.POINTER(OptionClass)
    options = plugin.sws_get_class().contents.options
    for number in range(MOST_OPTIONS):
        option = options[number]
        if option.name is None:
            return None
        if option.name == b"src_range":
            return (
                option
                if (option.default, option.least, option.most) == (0, 0.0, 1.0) and _make_writable(option)
                else None
            )
    return None


def _make_writable(place: ctypes.Array[ctypes.c_int32] | Option) -> bool:
    begin = ctypes.addressof(place) // mmap.PAGESIZE * mmap.PAGESIZE
    size = ctypes.addressof(place) + ctypes.sizeof(place) - begin
    protect = ctypes.CDLL(None, use_errno=True).mprotect
    return bool(protect(ctypes.c_void_p(begin), ctypes.c_size_t(size), mmap.PROT_READ | mmap.PROT_WRITE) == 0)


def find_plugins() -> str | None:
    """Where this process's VLC has its plugins; None: it does not say, as before libvlc is loaded."""
    if told := os.environ.get("VLC_PLUGIN_PATH"):
        return told
    with open("/proc/self/maps") as maps:
        core = next((line.split(maxsplit=5)[5].strip() for line in maps if "/libvlccore.so" in line), None)
    return os.path.join(os.path.dirname(core), "vlc", "plugins") if core else None
