"""The trial decode of a film: does a picture come out, how is it to be shown, how long is the film, is anything of it missing?

Knows: what a whole film looks like to its decoder. Touches: the open file that it is given, reading only.
Must not: trust a header where the packets tell; run without the limits of the vetting child; cost more than it must: of an
ordinary film a few pictures are decoded, of one that decodes slowly as many as it takes to know how slowly.
"""

from __future__ import annotations

import itertools
import math
import os
import re
import time
from dataclasses import dataclass, field, replace

from player.core.model import FilmFacts
from player.library.vetting.containers import (
    CONTAINERS,
    RAW,
    SOUND,
    Container,
    begins_as_film,
    is_shorter_than_said,
    zeros_at_end,
)
from player.library.vetting.facts import SMALL_PIXELS
from player.library.vetting.film import IS_CORRUPT, IS_CUT_AWAY, IS_KEY, SOUND_TRACK, VIDEO_TRACK, Film, FilmUnreadable
from player.library.vetting.libav import NO_TIME, Libraries, Packet
from player.library.vetting.sizes import find_size_change
from player.library.vetting.waits import JUMP_S, STANDS_MOST_S, longest_wait

MOST_SAMPLES = 200
"""Of an index: each costs 25 microseconds to read, and an hour of film has a hundred thousand."""
HOLES_LOOKED_FOR = 48
HEAD_OF_SAMPLE = 64
"""So many zeros at the begin of a coded picture are none; pictures that are not coded may well begin so."""
UNCODED = frozenset(
    {"rawvideo", "v210", "v410", "r210", "v308", "v408", "yuv4", "r10k", "avrp", "ayuv", "wrapped_avframe"}
)
UNKNOWN_TO_VLC: frozenset[str | tuple[str, bytes]] = frozenset(
    {"utvideo", "snow", "magicyuv", "cfhd", "dirac", ("mpeg2video", b"m2v1"), ("mjpeg", b"LJPG")}
)
"""What FFmpeg decodes and VLC 3 shows nothing of: a codec, or a codec under a container's name of it (VLC 3.0.24,
2026-11-26); VC-2 even ends its process."""
FEW_PICTURES = 4
QUICK_SPEED = 4.0
"""A film that decodes so much quicker than it plays is not decoded any further: a few pictures are enough to know."""
MANY_PICTURES = 48
MEASURE_CPU_S = 0.5
"""What a slow film may cost: at 4K60 in HEVC of 10 bits some ten pictures come out in that time (two cores, 2026-11-26)."""
LEAST_CPU_S = 0.001
"""Some kernels count a process's time in steps."""
SEARCH_CPU_S = 3.0
SEARCH_BYTES = 64 << 20
"""So far the first whole picture is looked for: a recording that begins in the middle has one within some seconds."""
END_BYTES = 24 << 20
"""So much of the end is read, to see when the last picture ends."""
WALKED_BYTES = 32 << 20
"""A transport or program stream up to this size is read through, as its clock may jump where it was joined."""
ENDS_IN_ZEROS = "its end is zeros; it is not copied to its end yet, or damaged"
LATE_FRAMES = 1.6
"""A film that says to be longer than its last picture by more than this many pictures lacks some."""
PACKETS_OF_TS = (188, 192, 204)
RATES = (24000 / 1001, 24.0, 25.0, 30000 / 1001, 30.0, 48.0, 50.0, 60000 / 1001, 60.0)


class FilmFault(Exception):
    """Why this film is refused. cut: it ends too early, so the rest may still come."""

    def __init__(self, what: str, *, cut: bool = False) -> None:
        super().__init__(what)
        self.cut = cut


@dataclass(frozen=True, slots=True)
class TriedFilm:
    """width, height: of the decoded picture, before it is turned. length_s None: unknown."""

    width: int
    height: int
    length_s: float | None
    film: FilmFacts


def try_film(libraries: Libraries, number: int, head: bytes) -> TriedFilm:
    """number: the open file. head: its first bytes. Raises FilmFault, OSError, MemoryError."""
    size = os.fstat(number).st_size
    name, reader = libraries.container_of(number)
    container = CONTAINERS.get(name)
    if name in SOUND:
        raise FilmFault("it has no picture, only sound")
    if name in RAW:
        raise FilmFault(f"it is a raw {RAW[name]} stream without a container; make an MP4 of it (panel-office prepare)")
    if container is None:
        raise _unknown(number, size, head)
    try:
        with Film(libraries, number, reader) as film:
            return _try(film, container, number, size)
    except FilmUnreadable as error:
        if begins_as_film(head) or container.named:
            raise FilmFault("it is cut short (its index is not there)", cut=True) from error
        if zeros_at_end(number, size) * 8 > size:
            raise FilmFault(ENDS_IN_ZEROS, cut=True) from error
        raise FilmFault(f"it cannot be opened ({error}); it is damaged", cut=True) from error


def _unknown(number: int, size: int, head: bytes) -> FilmFault:
    if begins_as_film(head):
        return FilmFault("it is cut short (its index is not there)", cut=True)
    if zeros_at_end(number, size) * 2 > size:
        return FilmFault("most of it is zeros; it is not written yet, or damaged", cut=True)
    return FilmFault("it is not a video or a picture that is known here")


def _try(film: Film, container: Container, number: int, size: int) -> TriedFilm:
    if not container.named:
        film.look_for_tracks()
    _choose_track(film)
    if film.codec in UNKNOWN_TO_VLC or (film.codec, film.codec_tag) in UNKNOWN_TO_VLC:
        raise FilmFault(f"{_codec_words(film)} is not known here; {_REMEDY}")
    _check_index(film, number, size)
    said_s = film.said_length_s
    begin = _decode_begin(film)
    if begin.picture is None:
        raise _nothing_decoded(film, number, size, container)
    end = _read_end(film, container, begin, said_s, size)
    _check_end(container, begin, end, said_s, number, size)
    if (changed := find_size_change(number)) is not None:
        sizes = ", then ".join(f"{width}x{height}" for width, height in changed)
        raise FilmFault(
            f"its picture changes its size inside the film ({sizes}), black at each change; convert it to one size"
        )
    width, height = begin.size
    stands_s = longest_wait(number, begin.rate) if container.has_clock else None
    if stands_s is not None and stands_s > STANDS_MOST_S:
        raise FilmFault(
            f"its clock jumps ahead by {stands_s:.0f} s in the middle, and its picture would stand still for so long; "
            "make it anew with panel-office prepare"
        )
    return TriedFilm(width, height, end.length_s, replace(begin.picture, stands_s=stands_s))


def _choose_track(film: Film) -> None:
    tracks = list(film.tracks())
    pictures = [number for number, kind, is_cover in tracks if kind == VIDEO_TRACK and not is_cover]
    if not pictures and any(kind == SOUND_TRACK for _, kind, _ in tracks):
        raise FilmFault("it has no picture, only sound")
    if not pictures:
        raise FilmFault("it is cut short (no picture in it yet)", cut=True)
    best = film.best_track()
    film.choose(best if best in pictures else pictures[0])


# ---- its index


def _check_index(film: Film, number: int, size: int) -> None:
    """Every sample that the index names lies in the file, and is written. Raises FilmFault."""
    samples = [sample for sample in film.index(MOST_SAMPLES) if sample.position >= 0]
    needed = max((sample.position + sample.size for sample in samples), default=0)
    if needed > size:
        unit, name = (1e6, "MB") if needed >= 1e6 else (1e3, "KB")
        raise FilmFault(f"it is cut short ({size / unit:.1f} of {needed / unit:.1f} {name})", cut=True)
    if film.codec in UNCODED or not samples:
        return
    step = max(1, len(samples) // HOLES_LOOKED_FOR)
    for sample in [*samples[::step], *samples[-3:]]:
        head = os.pread(number, min(max(sample.size, 16), HEAD_OF_SAMPLE), sample.position)
        if len(head) >= 16 and not head.strip(b"\0"):
            raise FilmFault(
                "zeros stand where its pictures should be; it is not copied to its end yet, or damaged", cut=True
            )


# ---- its beginning


@dataclass(slots=True)
class Begin:
    """What came out of the first packets. times_s: of the packets; begin_s: of the first picture's packet. used_s: processor
    time for decoding; show_s: for scaling one picture, of a large one."""

    size: tuple[int, int] = (0, 0)
    picture: FilmFacts | None = None
    times_s: list[float] = field(default_factory=list)
    has_key: bool = False
    used_s: float = 0.0
    show_s: float = 0.0
    frames: int = 0

    @property
    def begin_s(self) -> float:
        return min(self.times_s, default=0.0)

    @property
    def rate(self) -> float | None:
        """Pictures a second, by the times of the packets."""
        times = sorted(self.times_s)
        steps = sorted(after - before for before, after in itertools.pairwise(times) if after > before)
        if not steps:
            return None
        rate = 1 / steps[len(steps) // 2]
        nearest = min(RATES, key=lambda known: abs(known - rate))
        return nearest if abs(nearest - rate) < 0.02 * rate else round(rate, 3)


def _decode_begin(film: Film) -> Begin:
    """Decodes until a picture came, and then until it is known how quickly they come. Raises FilmFault."""
    begin, packets, taken_bytes = Begin(), 0, 0
    began = time.process_time()
    try:
        if not film.open_decoder():
            raise FilmFault(f"{_codec_words(film)} is not known here; {_REMEDY}")
    except FilmUnreadable as error:
        raise FilmFault(f"{_codec_words(film)} cannot be decoded here ({error}); {_REMEDY}") from error
    while (packet := film.read_packet()) is not None:
        taken_bytes += packet.size
        if packet.track == film.track:
            packets += 1
            if film.is_encrypted():
                raise FilmFault(f"it is encrypted ({film.codec}); export it again without copy protection")
            _note_time(film, packet, begin)
            for _ in film.decode():
                _note_picture(film, begin)
        begin.used_s = max(LEAST_CPU_S, time.process_time() - began - begin.show_s)
        if begin.picture is None and (begin.used_s > SEARCH_CPU_S or taken_bytes > SEARCH_BYTES):
            break
        if begin.picture is not None and _is_known(film, begin, packets):
            break
    for _ in film.decode(last=True):
        _note_picture(film, begin)
    begin.used_s = max(LEAST_CPU_S, time.process_time() - began - begin.show_s)
    begin.frames = film.frames
    if begin.picture is not None:
        begin.picture = _with_speed(begin)
    return begin


def _note_time(film: Film, packet: Packet, begin: Begin) -> None:
    """The film begins with its first key frame that is shown: what comes before it cannot be decoded, or was cut away."""
    if packet.flags & IS_KEY and not begin.has_key:
        begin.has_key = True
        begin.times_s.clear()
    if packet.flags & IS_CUT_AWAY:
        return
    if (time_s := _time_of(film, packet)) is not None:
        begin.times_s.append(time_s)


def _time_of(film: Film, packet: Packet) -> float | None:
    ticks = packet.pts if packet.pts != NO_TIME else packet.dts
    return None if ticks == NO_TIME else ticks * film.tick_of(packet.track)


def _is_known(film: Film, begin: Begin, packets: int) -> bool:
    if film.frames < FEW_PICTURES:
        return begin.used_s > MEASURE_CPU_S
    rate = begin.rate or 25.0
    return film.frames >= MANY_PICTURES or begin.used_s > MEASURE_CPU_S or packets / rate / begin.used_s > QUICK_SPEED


def _with_speed(begin: Begin) -> FilmFacts:
    assert begin.picture is not None
    rate = begin.rate
    speed = round(begin.frames / rate / begin.used_s, 2) if rate and begin.used_s > 0 else None
    return replace(
        begin.picture,
        frame_rate=None if rate is None else round(rate, 3),
        speed=speed,
        showing=round(begin.show_s * rate, 2) if rate and begin.show_s else None,
    )


def _note_picture(film: Film, begin: Begin) -> None:
    if begin.picture is not None:
        return
    width, height = begin.size = film.size
    if width <= 0 or height <= 0:
        raise FilmFault("its picture has no size; it is damaged", cut=True)
    if width * height > SMALL_PIXELS:
        begin.show_s = film.show_cost_s()
    turn, mirrored = turn_of(film.matrix)
    matrix = film.colour_matrix
    full = {1: False, 2: True}.get(film.said_by_decoder("color_range"))
    if film.pixel_format.startswith("yuvj"):
        full = True
    begin.picture = FilmFacts(
        turn=turn, mirrored=mirrored, sample_aspect=film.sample_aspect, full_range=full, codec=film.codec,
        matrix=None if matrix in ("", "unknown", "reserved") else matrix,
        interlaced=film.said_by_decoder("field_order") in (2, 3, 4, 5),
    )  # fmt: skip


def turn_of(matrix: tuple[int, ...] | None) -> tuple[int, bool]:
    """Degrees clockwise that bring the picture upright, and whether it is mirrored before that."""
    if matrix is None:
        return 0, False
    a, b, c, d = matrix[0], matrix[1], matrix[3], matrix[4]
    if a * d == b * c:
        return 0, False  # a matrix that flattens the picture means nothing
    mirrored = a * d < b * c
    degrees = math.degrees(math.atan2(-b, -a) if mirrored else math.atan2(b, a))
    return round(degrees / 90) * 90 % 360, mirrored


_REMEDY = "export it again as H.264, or make it so with panel-office prepare"
_DREF = re.compile(rb"dref.{8}....(?:url |urn |alis|rsrc)...([\0-\xff])", re.S)
MOOV_BYTES = 4 << 20
"""The tables of a film lie within so much of its begin or its end."""


def _codec_words(film: Film) -> str:
    tag = film.codec_tag.decode("latin-1").strip("\0 ")
    known = film.codec not in ("none", "unknown_codec", "")
    name = film.codec if known else tag if tag.isprintable() and tag else "nameless"
    return f"its codec ({name})"


def _nothing_decoded(film: Film, number: int, size: int, container: Container) -> FilmFault:
    begin_and_end = os.pread(number, MOOV_BYTES, 0) + os.pread(number, MOOV_BYTES, max(0, size - MOOV_BYTES))
    if container.name == "MP4" and any(not found[1][0] & 1 for found in _DREF.finditer(begin_and_end)):
        return FilmFault("it refers to another file or address instead of holding its picture; export it as one file")
    if zeros_at_end(number, size) * 8 > size or is_shorter_than_said(number, size, container):
        return FilmFault("it is cut short (no whole picture in it)", cut=True)
    return FilmFault(f"no picture comes out of it ({film.codec}); it is damaged or encrypted; {_REMEDY}", cut=True)


# ---- its end


@dataclass(frozen=True, slots=True)
class End:
    """own_s: when the last picture ends; any_s: the last packet of any track; torn: the last packet of pictures is not whole."""

    own_s: float
    any_s: float
    length_s: float | None
    torn: bool = False


def _read_end(film: Film, container: Container, begin: Begin, said_s: float | None, size: int) -> End:
    """Reads the packets of the end; of a short transport or program stream all, whose clock may jump."""
    frame_s = 1 / (begin.rate or 25.0)
    jumps = container.has_clock
    if jumps and size <= WALKED_BYTES:
        film.rewind()
    elif said_s is not None:
        film.seek(begin.begin_s + max(0.0, said_s - 1.0))
    own_s = any_s = begin.begin_s
    before_s: float | None = None
    lost_s, torn, taken = 0.0, False, 0
    while taken < max(END_BYTES, WALKED_BYTES) and (packet := film.read_packet()) is not None:
        taken += packet.size
        time_s = _time_of(film, packet)
        if packet.track == film.track:
            torn = bool(packet.flags & IS_CORRUPT)
        if time_s is None:
            continue
        if packet.track != film.track:
            any_s = max(any_s, time_s)
            continue
        step_s = 0.0
        if jumps and packet.dts != NO_TIME:
            decoded_s = packet.dts * film.tick_s
            step_s, before_s = decoded_s - (decoded_s if before_s is None else before_s), decoded_s
        if step_s < 0 or step_s > JUMP_S:
            lost_s += frame_s - step_s
        own_s = max(own_s, time_s + lost_s + frame_s)
    any_s = max(any_s, own_s)
    length_s = own_s - begin.begin_s
    if jumps and size > WALKED_BYTES:
        length_s = said_s or 0.0
    return End(own_s, any_s, round(length_s, 3) if length_s > 0 else said_s, torn)


def _check_end(container: Container, begin: Begin, end: End, said_s: float | None, number: int, size: int) -> None:
    """Nothing of the pictures is missing. Raises FilmFault."""
    zeros = zeros_at_end(number, size)
    many_zeros = zeros >= max(4096, min(size // 64, 1 << 20))
    is_short = is_shorter_than_said(number, size, container)
    if end.torn:
        raise FilmFault("it is cut short (its last picture is not whole)", cut=True)
    if container.length_is_kept and said_s is not None:
        lacks_s = said_s - (end.any_s - min(begin.begin_s, 0.0))
        if lacks_s > LATE_FRAMES / (begin.rate or 25.0) and (is_short or many_zeros):
            raise FilmFault(f"it is cut short (pictures for {end.any_s:.1f} of {said_s:.1f} s)", cut=True)
        return
    if container.name == "MP4" and is_short:
        raise FilmFault("it is cut short (its last part is not whole)", cut=True)
    if container.name == "MPEG-TS" and all(size % packet for packet in PACKETS_OF_TS):
        raise FilmFault("it is cut short (it ends in the middle of a packet)", cut=True)
    if container.name != "MP4" and many_zeros:
        raise FilmFault(ENDS_IN_ZEROS, cut=True)
