"""A film that FFmpeg has opened from its open file: its tracks, its index, its packets, its pictures.

Knows: what is asked of FFmpeg for each. Touches: the open file that it is given, reading only.
Must not: open anything by name: a film may name other files and addresses. Everything is read through two callbacks from the one
open file, and no protocol is allowed beside them.
"""

from __future__ import annotations

import ctypes
import os
import time
from collections.abc import Iterator
from ctypes import byref, c_int, c_int32, c_int64, c_uint32, c_void_p
from dataclasses import dataclass
from fractions import Fraction
from types import TracebackType
from typing import Any, Self

from player.library.vetting.containers import LARGEST_OFFSET
from player.library.vetting.libav import (
    DISPLAY_MATRIX,
    ENCRYPTION,
    EOF,
    FRAME_FORMAT,
    FRAME_LINES,
    FRAME_SIZE,
    IO,
    IO_FAILS,
    NO_TIME,
    OUT_OF_MEMORY,
    PADDING,
    READER,
    SEEKER,
    STREAMS,
    STREAMS_COUNT,
    Libraries,
    Packet,
    Rational,
    address_of,
    number_at,
    pointer_at,
)

VIDEO_TRACK, SOUND_TRACK = 0, 1
"""Kinds of track."""
SEEK_SIZE, SEEK_FORCE = 0x10000, 0x20000
SEEK_BACKWARD, SEEK_BYTE, SEEK_ANY = 1, 2, 4
BUFFER_BYTES = 1 << 16
LAST_SAMPLES = 16
IS_KEY, IS_CORRUPT, IS_CUT_AWAY = 1, 2, 4
"""Of a packet's flags: decoding can begin with it; its end is missing; it is decoded, and not shown (an edit list)."""
IS_COVER = 0x400
"""Of a track's dispositions: a picture that belongs to the sound."""
OPENED_WITH = {"protocol_whitelist": "none", "probesize": "4000000", "analyzeduration": "3000000"}
DECODED_WITH = {"threads": "1"}
SHOWN_AS, SHOWN_SIZE, BICUBIC = b"bgr0", (1280, 720), 4
"""What VLC makes of each picture for an X server without a graphics chip, and how."""


class FilmUnreadable(Exception):
    """FFmpeg cannot open the film, or not decode any of it; the message is FFmpeg's own."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A packet of the index: where in the file it lies, and its time in seconds."""

    position: int
    time_s: float
    size: int


class Film:
    """A film that is open: `with Film(libraries, file_number, reader) as film`. Raises FilmUnreadable, OSError, MemoryError."""

    def __init__(self, libraries: Libraries, number: int, reader: Any) -> None:
        self._av = libraries
        self._number = number
        self._reader_of_it = reader
        self._position = 0
        self._size = os.fstat(number).st_size
        self._failed: OSError | None = None
        self._context = c_void_p()
        self._decoder = c_void_p()
        self._frame = c_void_p()
        self._io = c_void_p()
        self._packet: Any = None
        self.track = -1
        self.codec_id = 0
        self.codec_tag = b""
        self.frames = 0

    # ---- the file

    def _read(self, _opaque: object, into: Any, size: int) -> int:
        try:
            block = os.pread(self._number, size, self._position)
        except OSError as error:
            self._failed = error
            return IO_FAILS
        if not block:
            return EOF
        ctypes.memmove(into, block, len(block))
        self._position += len(block)
        return len(block)

    def _seek(self, _opaque: object, offset: int, whence: int) -> int:
        whence &= ~SEEK_FORCE
        if whence == SEEK_SIZE:
            return self._size
        begin = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._size}.get(whence)
        if begin is None or not 0 <= begin + offset <= LARGEST_OFFSET:
            return -22
        self._position = begin + offset
        return self._position

    # ---- its life

    def __enter__(self) -> Self:
        av = self._av
        self._callbacks = READER(self._read), SEEKER(self._seek)  # kept: FFmpeg calls them as long as the film is open
        buffer = av.av_malloc(BUFFER_BYTES)
        self._io = c_void_p(
            av.avio_alloc_context(buffer, BUFFER_BYTES, 0, None, self._callbacks[0], None, self._callbacks[1])
        )
        self._context = c_void_p(av.avformat_alloc_context())
        c_void_p.from_address(address_of(self._context) + IO).value = self._io.value
        options = av.options(OPENED_WITH)
        opened = av.avformat_open_input(byref(self._context), None, self._reader_of_it, byref(options))
        av.av_dict_free(byref(options))
        try:
            self._check(opened)
            self._frame = c_void_p(av.av_frame_alloc())
            self._packet = av.av_packet_alloc()
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._close()

    def _close(self) -> None:
        av = self._av
        av.avcodec_free_context(byref(self._decoder))
        av.av_frame_free(byref(self._frame))
        if self._packet:
            av.av_packet_free(byref(self._packet))
        if self._context:
            av.avformat_close_input(byref(self._context))
        if self._io:
            av.av_free(c_void_p.from_address(address_of(self._io) + 8))
            av.avio_context_free(byref(self._io))

    def _check(self, result: int) -> None:
        if self._failed is not None:
            raise self._failed
        if result == OUT_OF_MEMORY:
            raise MemoryError
        if result < 0:
            raise FilmUnreadable(self._av.words(result))

    # ---- its tracks

    def look_for_tracks(self) -> None:
        """Reads the beginning until the tracks are known: only for a container that does not name them at its head."""
        self._check(self._av.avformat_find_stream_info(self._context, None))

    def tracks(self) -> Iterator[tuple[int, int, bool]]:
        """Number and kind of each track, and whether it is the cover of the sound."""
        for number in range(number_at(address_of(self._context) + STREAMS_COUNT)):
            track = self._track(number)
            kind = number_at(pointer_at(track + self._av.layout.track_codec))
            cover = number_at(track + self._av.layout.track_disposition) & IS_COVER
            yield number, kind, bool(cover)

    def _track(self, number: int) -> int:
        first = pointer_at(address_of(self._context) + STREAMS)
        return pointer_at(first + number * ctypes.sizeof(c_void_p))

    def choose(self, number: int) -> None:
        """The track whose pictures are looked at."""
        self.track = number
        codec = pointer_at(self._track(number) + self._av.layout.track_codec)
        self.codec_id = number_at(codec + 4)
        self.codec_tag = ctypes.string_at(codec + 8, 4)

    def best_track(self) -> int:
        """The picture track that players show; negative: there is none."""
        return int(self._av.av_find_best_stream(self._context, VIDEO_TRACK, -1, -1, None, 0))

    @property
    def codec(self) -> str:
        """FFmpeg's name of the codec; "none": it is not known."""
        return (self._av.avcodec_get_name(self.codec_id) or b"").decode("ascii", "replace")

    @property
    def tick_s(self) -> float:
        return self.tick_of(self.track)

    def tick_of(self, number: int) -> float:
        """The unit of a track's times, in seconds."""
        base = Rational.from_address(self._track(number) + self._av.layout.track_time_base)
        return base.above / base.below if base.below else 0.0

    @property
    def said_length_s(self) -> float | None:
        """What the film says of its own length."""
        own = c_int64.from_address(self._track(self.track) + self._av.layout.track_length).value
        if own not in (NO_TIME, 0):
            return own * self.tick_s
        whole = c_int64.from_address(address_of(self._context) + self._av.layout.film_length).value
        return whole / 1_000_000 if whole not in (NO_TIME, 0) else None

    def index(self, most: int) -> list[Sample]:
        """The samples that the container's index names: of more than `most` evenly spread ones, and the last ones."""
        av, track = self._av, self._track(self.track)
        count, tick_s = av.avformat_index_get_entries_count(track), self.tick_s
        spread = range(0, count, max(1, -(-count // most)))
        numbers = sorted({*spread, *range(max(0, count - LAST_SAMPLES), count)})
        return [self._sample(track, number, tick_s) for number in numbers]

    def _sample(self, track: int, number: int, tick_s: float) -> Sample:
        entry = self._av.avformat_index_get_entry(track, number)
        position, time = c_int64.from_address(entry).value, c_int64.from_address(entry + 8).value
        return Sample(position, time * tick_s, c_uint32.from_address(entry + 16).value >> 2)

    # ---- its packets and pictures

    def read_packet(self) -> Packet | None:
        """The next packet of any track, until the next call; None: the film is over, or cannot be read any further."""
        self._av.av_packet_unref(self._packet)
        result = self._av.av_read_frame(self._context, self._packet)
        if self._failed is not None or result == OUT_OF_MEMORY:
            self._check(result)
        return self._packet.contents if result >= 0 else None

    def is_encrypted(self) -> bool:
        """Whether the packet that was read says how it is encrypted."""
        return bool(self._av.av_packet_get_side_data(self._packet, ENCRYPTION, None))

    def seek(self, time_s: float) -> bool:
        """To the last packet before `time_s`, whether a picture can be decoded from there or not."""
        ticks = int(time_s / self.tick_s) if self.tick_s else 0
        found = self._av.av_seek_frame(self._context, self.track, ticks, SEEK_BACKWARD | SEEK_ANY)
        return int(found) >= 0

    def rewind(self) -> None:
        """To the first byte, whatever the clock of the film says."""
        self._av.av_seek_frame(self._context, self.track, 0, SEEK_BYTE)

    def open_decoder(self) -> bool:
        """False: nobody here decodes this codec. Raises FilmUnreadable for what the decoder refuses."""
        av = self._av
        codec = av.avcodec_find_decoder(self.codec_id)
        if not codec:
            return False
        if av.av_format_inject_global_side_data is not None:
            av.av_format_inject_global_side_data(self._context)
        self._decoder = c_void_p(av.avcodec_alloc_context3(codec))
        parameters = c_void_p.from_address(self._track(self.track) + av.layout.track_codec)
        self._check(av.avcodec_parameters_to_context(self._decoder, parameters))
        options = av.options(DECODED_WITH)
        opened = av.avcodec_open2(self._decoder, codec, byref(options))
        av.av_dict_free(byref(options))
        self._check(opened)
        return True

    def decode(self, *, last: bool = False) -> Iterator[int]:
        """Gives the packet that was read to the decoder, and yields for each picture that comes out; `picture` tells of it.

        last: the packets are over; the decoder gives what it has kept back.
        """
        av = self._av
        sent = av.avcodec_send_packet(self._decoder, None if last else self._packet)
        if sent == OUT_OF_MEMORY:
            raise MemoryError
        while (came := av.avcodec_receive_frame(self._decoder, self._frame)) >= 0:
            self.frames += 1
            yield self.frames
        if came == OUT_OF_MEMORY:
            raise MemoryError

    @property
    def size(self) -> tuple[int, int]:
        """Of the picture that came out last, in pixels."""
        at = address_of(self._frame) + FRAME_SIZE
        return number_at(at), number_at(at + 4)

    def show_cost_s(self) -> float:
        """Processor time that it takes to scale the picture that came out last, and to make it the X server's; 0: unknown."""
        av, (width, height), (wide, tall) = self._av, self.size, SHOWN_SIZE
        shape = number_at(address_of(self._frame) + FRAME_FORMAT)
        began = time.process_time()
        scaler = av.sws_getContext(
            width, height, shape, wide, tall, av.av_get_pix_fmt(SHOWN_AS), BICUBIC, None, None, None
        )
        if not scaler:
            return 0.0
        pixels = ctypes.create_string_buffer(wide * tall * 4 + len(PADDING))
        planes, lines = (c_void_p * 8)(ctypes.addressof(pixels)), (c_int * 8)(wide * 4)
        at = address_of(self._frame)
        av.sws_scale(scaler, at, at + FRAME_LINES, 0, height, planes, lines)
        av.sws_freeContext(scaler)
        return time.process_time() - began

    @property
    def pixel_format(self) -> str:
        number = number_at(address_of(self._frame) + FRAME_FORMAT)
        return (self._av.av_get_pix_fmt_name(number) or b"").decode("ascii", "replace")

    @property
    def sample_aspect(self) -> Fraction | None:
        """Width of a pixel by its height; None: square, or not said."""
        ratio = self._av.av_guess_sample_aspect_ratio(self._context, self._track(self.track), self._frame)
        if ratio.above <= 0 or ratio.below <= 0 or ratio.above == ratio.below:
            return None
        return Fraction(ratio.above, ratio.below)

    @property
    def matrix(self) -> tuple[int, ...] | None:
        """The display matrix of the picture that came out last: a, b, u, c, d, v, x, y, w (ISO 14496-12)."""
        found = self._av.av_frame_get_side_data(self._frame, DISPLAY_MATRIX)
        if not found or found.contents.size < 36:
            return None
        return tuple((c_int32 * 9).from_address(found.contents.data))

    def said_by_decoder(self, option: str) -> int:
        value = c_int64(0)
        found = self._av.av_opt_get_int(self._decoder, option.encode(), 0, byref(value))
        return value.value if found >= 0 else 0

    @property
    def colour_matrix(self) -> str:
        return (self._av.av_color_space_name(self.said_by_decoder("colorspace")) or b"").decode("ascii", "replace")
