"""FFmpeg's libraries as the trial decode uses them: a film is opened from its open file, read packet by packet, decoded.

Knows: which functions and which few fields of libavformat, libavcodec, libavutil and libswscale are used (Debian 12 has
59/59/57/6, Debian 13 61/61/59/8), and how to see that the fields lie where they are expected. Touches: the open file that it is
given, reading only.
Must not: be imported outside the vetting child; open anything by name: a film may name other files and addresses.

Everything that a film needs is read through two callbacks from the one open file, and no protocol is allowed beside them.
The libraries are the ones that libvlc decodes with, so what comes out here comes out on screen.
"""

from __future__ import annotations

import ctypes
import os
from ctypes import POINTER, byref, c_char_p, c_int, c_int64, c_uint8, c_void_p
from dataclasses import dataclass
from typing import Any

EOF = -541478725
"""FFmpeg's number for "no more bytes"."""
AGAIN, OUT_OF_MEMORY, IO_FAILS = -11, -12, -5
NO_TIME = -(1 << 63)
PROBED_BYTES = (1 << 15, 1 << 20)
"""So much of the beginning is shown to FFmpeg's readers, which say whether it is theirs; more when nobody is sure."""
PADDING = bytes(64)
"""FFmpeg's readers may look so far behind what they are given."""
SURE = 25
"""Of 100: with less a reader only guesses."""
DISPLAY_MATRIX = 6
ENCRYPTION = 25
"""Kinds of what comes beside a picture, and beside a packet."""


class LibrariesMissing(Exception):
    """This machine has no FFmpeg whose fields are known here: nothing can be decoded."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where in memory the fields lie that no function tells. In bytes from the structure's begin."""

    versions: tuple[int, int, int, int]
    film_length: int
    track_codec: int
    track_time_base: int
    track_length: int
    track_disposition: int


LAYOUTS = (
    Layout((61, 61, 59, 8), 104, 16, 32, 48, 64),
    Layout((60, 60, 58, 7), 72, 16, 32, 48, 64),
    Layout((59, 59, 57, 6), 72, 208, 16, 32, 48),
)
"""Versions of libavformat, libavcodec, libavutil, libswscale; what they need to agree on is tried out by `_is_as_expected`."""
STREAMS_COUNT, STREAMS, IO = 44, 48, 32
FRAME_LINES, FRAME_SIZE, FRAME_FORMAT = 64, 104, 116


class Packet(ctypes.Structure):
    _fields_ = (
        ("buffer", c_void_p), ("pts", c_int64), ("dts", c_int64), ("data", c_void_p), ("size", c_int), ("track", c_int),
        ("flags", c_int),
    )  # fmt: skip


class SideData(ctypes.Structure):
    _fields_ = (("kind", c_int), ("data", c_void_p), ("size", ctypes.c_size_t))


class Probe(ctypes.Structure):
    _fields_ = (("name", c_char_p), ("data", c_void_p), ("size", c_int), ("mime", c_char_p))


class Rational(ctypes.Structure):
    _fields_ = (("above", c_int), ("below", c_int))


READER = ctypes.CFUNCTYPE(c_int, c_void_p, POINTER(c_uint8), c_int)
SEEKER = ctypes.CFUNCTYPE(c_int64, c_void_p, c_int64, c_int)
_POINTED = POINTER(c_void_p)
_CALLS: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "av_malloc": (c_void_p, (ctypes.c_size_t,)),
    "av_free": (None, (c_void_p,)),
    "av_log_set_level": (None, (c_int,)),
    "av_strerror": (c_int, (c_int, c_char_p, ctypes.c_size_t)),
    "av_dict_set": (c_int, (_POINTED, c_char_p, c_char_p, c_int)),
    "av_dict_free": (None, (_POINTED,)),
    "av_opt_get_int": (c_int, (c_void_p, c_char_p, c_int, POINTER(c_int64))),
    "av_color_space_name": (c_char_p, (c_int,)),
    "av_get_pix_fmt_name": (c_char_p, (c_int,)),
    "av_get_pix_fmt": (c_int, (c_char_p,)),
    "sws_getContext": (c_void_p, (c_int,) * 7 + (c_void_p,) * 3),
    "sws_scale": (c_int, (c_void_p, c_void_p, c_void_p, c_int, c_int, c_void_p, c_void_p)),
    "sws_freeContext": (None, (c_void_p,)),
    "av_frame_alloc": (c_void_p, ()),
    "av_frame_free": (None, (_POINTED,)),
    "av_frame_unref": (None, (c_void_p,)),
    "av_frame_get_side_data": (POINTER(SideData), (c_void_p, c_int)),
    "av_packet_alloc": (POINTER(Packet), ()),
    "av_packet_free": (None, (POINTER(POINTER(Packet)),)),
    "av_packet_get_side_data": (c_void_p, (POINTER(Packet), c_int, c_void_p)),
    "av_packet_unref": (None, (POINTER(Packet),)),
    "avcodec_find_decoder": (c_void_p, (c_int,)),
    "avcodec_get_name": (c_char_p, (c_int,)),
    "avcodec_alloc_context3": (c_void_p, (c_void_p,)),
    "avcodec_free_context": (None, (_POINTED,)),
    "avcodec_parameters_to_context": (c_int, (c_void_p, c_void_p)),
    "avcodec_open2": (c_int, (c_void_p, c_void_p, _POINTED)),
    "avcodec_send_packet": (c_int, (c_void_p, POINTER(Packet))),
    "avcodec_receive_frame": (c_int, (c_void_p, c_void_p)),
    "avcodec_flush_buffers": (None, (c_void_p,)),
    "av_probe_input_format3": (c_void_p, (POINTER(Probe), c_int, POINTER(c_int))),
    "avio_alloc_context": (c_void_p, (c_void_p, c_int, c_int, c_void_p, READER, c_void_p, SEEKER)),
    "avio_context_free": (None, (_POINTED,)),
    "avformat_alloc_context": (c_void_p, ()),
    "avformat_free_context": (None, (c_void_p,)),
    "avformat_new_stream": (c_void_p, (c_void_p, c_void_p)),
    "avformat_open_input": (c_int, (_POINTED, c_char_p, c_void_p, _POINTED)),
    "avformat_close_input": (None, (_POINTED,)),
    "avformat_find_stream_info": (c_int, (c_void_p, c_void_p)),
    "av_format_inject_global_side_data": (None, (c_void_p,)),
    "av_find_best_stream": (c_int, (c_void_p, c_int, c_int, c_int, c_void_p, c_int)),
    "av_read_frame": (c_int, (c_void_p, POINTER(Packet))),
    "av_seek_frame": (c_int, (c_void_p, c_int, c_int64, c_int)),
    "av_guess_sample_aspect_ratio": (Rational, (c_void_p, c_void_p, c_void_p)),
    "avformat_index_get_entries_count": (c_int, (c_void_p,)),
    "avformat_index_get_entry": (c_void_p, (c_void_p, c_int)),
}
"""What each function gives, and what it takes."""
OPTIONAL = frozenset({"av_format_inject_global_side_data"})


def address_of(handle: c_void_p) -> int:
    return handle.value or 0


def pointer_at(address: int) -> int:
    return c_void_p.from_address(address).value or 0


def number_at(address: int) -> int:
    return c_int.from_address(address).value


class Libraries:
    """The four libraries, loaded; each function of _CALLS is an attribute. Raises LibrariesMissing."""

    def __init__(self) -> None:
        for layout in LAYOUTS:
            try:
                names = zip(("avformat", "avcodec", "avutil", "swscale"), layout.versions, strict=True)
                loaded = [ctypes.CDLL(f"lib{name}.so.{version}") for name, version in names]
            except OSError:
                continue
            self.layout = layout
            self._loaded = loaded
            break
        else:
            raise LibrariesMissing("FFmpeg's libraries are not there; install ffmpeg")
        for name, (gives, takes) in _CALLS.items():
            call = next((getattr(library, name) for library in self._loaded if hasattr(library, name)), None)
            if call is None and name not in OPTIONAL:
                raise LibrariesMissing(f"FFmpeg's libraries have no {name}")
            if call is not None:
                call.restype, call.argtypes = gives, takes
            setattr(self, name, call)
        self.av_log_set_level(-8)  # not a word: what a film makes them say is of no use to anybody
        if not self._is_as_expected():
            raise LibrariesMissing(f"FFmpeg's libraries {layout.versions} are not built as is known here")

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(name)  # for mypy: the functions are set one by one

    def _is_as_expected(self) -> bool:
        """A new track has no begin, no length and an unknown codec: seen where they are looked for?"""
        film = c_void_p(self.avformat_alloc_context())
        try:
            track = self.avformat_new_stream(film, None)
            is_there = number_at(address_of(film) + STREAMS_COUNT) == 1
            is_there = is_there and pointer_at(pointer_at(address_of(film) + STREAMS)) == track
            times = (self.layout.track_time_base + 8, self.layout.track_length)
            if not is_there or any(c_int64.from_address(track + at).value != NO_TIME for at in times):
                return False
            codec = pointer_at(track + self.layout.track_codec)
            return bool(codec) and number_at(codec) == -1
        finally:
            self.avformat_free_context(film)

    def words(self, number: int) -> str:
        """FFmpeg's words for an error."""
        text = ctypes.create_string_buffer(128)
        self.av_strerror(number, text, len(text))
        return text.value.decode("ascii", "replace")

    def options(self, words: dict[str, str]) -> c_void_p:
        table = c_void_p()
        for name, value in words.items():
            self.av_dict_set(byref(table), name.encode(), value.encode(), 0)
        return table

    def container_of(self, number: int) -> tuple[str, Any]:
        """The name of the container, and FFmpeg's reader of it; ("", None): none that it is sure of."""
        for size in PROBED_BYTES:
            head = os.pread(number, size, 0)
            data = ctypes.create_string_buffer(head + PADDING)
            score = c_int(0)
            probe = Probe(b"", ctypes.addressof(data), len(head), None)
            reader = self.av_probe_input_format3(byref(probe), 1, byref(score))
            if reader and score.value > SURE:
                return (c_char_p.from_address(reader).value or b"").decode("ascii", "replace"), reader
            if len(head) < size:
                break
        return "", None
