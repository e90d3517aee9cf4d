"""What VLC is told: the words for libvlc as a whole and for one item, and why.

Knows: VLC's options. Touches: the open file of an item, to see its beginning and to have it
read ahead.
Must not: import vlc (decoder/vlc.py does), nor anything else that a decoder would need memory for.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from player.base.stream_clock import (
    HEAD_OF_PACKETS,
    NO_CLOCK,
    StreamClock,
    packets_of,
    read_program_clock,
    read_transport_clock,
)
from player.screen.decoder.edits import is_ordered, is_trimmed

if TYPE_CHECKING:
    from player.screen.decoder.protocol import CueOrder

NO_WINDOW = 0
"""A decoder without a window yet: the first thing that it is told is its window (decoder/early.py)."""
SMALL_PIXELS = 1280 * 720
"""Up to this size one decoder thread is enough; each further one holds frames of its own: the whole player needs 133 MB
with one thread and 176 MB with libavcodec's three (720p30, two cores, 2026-11-22)."""
FILE_CACHE_MS = 150
"""How far VLC decodes ahead of the picture. With its own 300 ms a running 720p30 decoder keeps 26 decoded pictures and needs
65-75 MB, with 150 ms 40-50 MB (2026-11-22); a slow disk is met by READ_AHEAD_BYTES instead."""
READ_AHEAD_BYTES = 64 * 1024 * 1024
"""So much of a film is asked of the disk when it is cued, before anybody waits for it."""
AV1_AT_ONCE = "dav1d-thread-frames=1"
"""dav1d keeps as many frames back as it decodes at once, so that a held AV1 item stood still on its first frame and then
skipped four to eleven (soak, 2026-11-22). It still decodes the tiles of a frame at once. Said per item, where a VLC
without dav1d does not mind."""
WHOLE_ONLY = "no-avcodec-corrupted"
"""FFmpeg decodes a picture whose reference is missing against plain grey, and VLC shows it unless told not to; told, the
last whole picture stays. A decoder that comes five seconds late drops references itself, so films of one key frame stood
grey for seconds on a starved virtual machine and on a host that let a decoder run 10 ms of every 310 (2026-11-25). It holds
for H.264: of HEVC FFmpeg does not say that a reference was missing."""
TRANSPORT_CACHE_MS = 30
"""With VLC's 300 ms of reading ahead, a pause that comes with the first frame takes hold on the second or third. So:
of 16 changes 16 began with the first frame at 30 ms, none at 120 ms; with 0 ms frames came late (2026-11-22)."""

VLC_WORDS = [
    "--quiet",
    "--no-video-title-show",
    "--no-osd",
    "--no-snapshot-preview",
    "--no-spu",
    "--no-sub-autodetect-file",
    "--text-renderer=tdummy",  # VLC draws no letter, whatever a file asks for; and does not look for fonts at each cue
    "--no-lua",
    "--no-metadata-network-access",
    "--no-keyboard-events",
    "--no-mouse-events",
    "--no-interact",
    "--no-disable-screensaver",
    "--no-media-library",
    "--no-auto-preparse",
    "--ignore-config",
    "--no-plugins-scan",
    "--no-one-instance",
]


@dataclass(frozen=True, slots=True)
class DecoderOptions:
    """What the daemon tells a decoder once, as it starts. output: x11 or gl. rotation: degrees clockwise.

    background: #rrggbb, the ground of pictures."""

    window: int
    width: int
    height: int
    output: str
    rotation: int
    hardware: bool
    sound: bool
    display: str
    background: str = "#000000"


def vlc_words(options: DecoderOptions) -> list[str]:
    """The words for libvlc_new. set_xwindow forgets a `--vout`, so GL is taken away instead."""
    words = list(VLC_WORDS)
    if options.output == "x11":
        words += ["--gl=none", "--gles2=none"]
    if not options.sound:
        words += ["--no-audio", "--aout=adummy"]  # without the second, setting the volume would look for PulseAudio
    if transform := transform_of(options):
        words += ["--video-filter=transform", f"--transform-type={transform}"]
    return words


def transform_of(options: DecoderOptions) -> str:
    """Of every film that is not mirrored: the panel's own rotation; "" for none."""
    return str(options.rotation or "")


def words_for_item(order: CueOrder, options: DecoderOptions, container: str) -> list[str]:
    """What is said about one item only. container: see container_of; "" for a still unknown one, STREAM for what ffmpeg
    fetches."""
    words = ["no-spu", "no-video-title-show", "input-repeat=0", "play-and-pause", AV1_AT_ONCE, WHOLE_ONLY]
    if not options.hardware or order.software:
        words.append("avcodec-hw=none")
    if 0 < order.width * order.height <= SMALL_PIXELS:
        words.append("avcodec-threads=1")
    words += CONTAINERS[container]
    if container in TRANSPORTS:
        words.append(f"file-caching={TRANSPORT_CACHE_MS}")
    elif order.kind == "video":
        words.append(f"file-caching={FILE_CACHE_MS}")
    elif not container:
        words.append("adaptive-use-access")  # VLC's own reader of HLS knows no proxy
    return [f":{word}" for word in words]


JOINED = " joined"
"""Added to the name of a container whose clock begins anew in the middle."""
CONTAINERS = {
    "": (),
    "mpegts": ("demux=avformat", "avformat-format=mpegts"),
    "mpeg": ("demux=avformat", "avformat-format=mpeg"),
    f"mpegts{JOINED}": ("demux=ts",),
    f"mpeg{JOINED}": ("demux=ps",),
    "nut": ("demux=avformat", "avformat-format=nut"),
    "mp4": ("demux=mp4",),
    "mkv": ("demux=mkv", "no-mkv-preload-local-dir"),
    "avi": ("demux=avi",),
    "asf": ("demux=asf",),
    "ogg": ("demux=ogg",),
    "mov": ("demux=avformat", "avformat-format=mov"),
    "matroska": ("demux=avformat", "avformat-format=matroska"),
    "avi by FFmpeg": ("demux=avformat", "avformat-format=avi"),
    "asf by FFmpeg": ("demux=avformat", "avformat-format=asf"),
    "ogg by FFmpeg": ("demux=avformat", "avformat-format=ogg"),
    "flv": ("demux=avformat", "avformat-format=flv"),
}
"""Container -> who reads it. It is named, so that nobody guesses anew: a transport stream with an SDP text in its padding was
an address to FFmpeg's guess, and a stranger's picture came on screen (2026-11-25)."""
FFMPEG_READS = {"mp4": "mov", "mkv": "matroska", "avi": "avi by FFmpeg", "asf": "asf by FFmpeg", "ogg": "ogg by FFmpeg"}
"""Container -> the same one, read by FFmpeg: for what VLC's own reader does not do (a film of one picture), and for an MP4
that was trimmed without being encoded anew. VLC's own reader shows some of the pictures that were cut away, before and after
rewinding, where they had to be decoded for the first one that was kept; FFmpeg's shows none. And VLC's own takes a mirrored
film for one turned by 180 degrees more; FFmpeg's does not (2026-11-26). Of a Matroska with ordered chapters VLC's own shows
nothing where they name another film, which it would look for in the folder; FFmpeg's shows what is in the file."""
TRANSPORTS = frozenset({"mpegts", "mpeg", f"mpegts{JOINED}", f"mpeg{JOINED}"})
"""MPEG transport and program streams, whose pictures begin half a second after their clock.

VLC's own readers wait for that time again after rewinding: the first frame stood for 0.6-0.8 s, in a short item in a corner
or black, and the last one was cut (soak, 2026-11-22). FFmpeg's begin with the first picture, but rewind to the key frame
after it; so these are read by FFmpeg's and not rewound (see TRANSPORT_CACHE_MS). FFmpeg's take a clock that begins anew for
pictures that come too late: of joined recordings only the first was seen. Those are read by VLC's own, which show all
of them; the first picture stands 0.5-0.7 s longer, as long as the pictures lag behind the clock (2026-11-26)."""
REWINDABLE = frozenset({"mp4", "mkv", "avi", "asf", "ogg", "mov", "matroska"})
"""Containers whose readers come back to the first picture."""
PAUSED = ":start-paused"
"""VLC reads the item and decodes nothing of it, until it is rewound: then one picture, which it shows."""
STREAM = "nut"
HEADS = (
    (0, b"\0\0\1\xba", "mpeg"), (0, b"\x1aE\xdf\xa3", "mkv"), (0, b"0&\xb2u\x8ef\xcf\x11", "asf"), (0, b"OggS", "ogg"),
    (0, b"FLV\1", "flv"), (8, b"AVI ", "avi"),
    *((4, box, "mp4") for box in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")),
)  # fmt: skip
"""Where which bytes stand in which container."""


def opens_paused(order: CueOrder, options: DecoderOptions, container: str) -> bool:
    """Whether the item is paused from its opening on, and shows its first picture when it is rewound.

    With sound it is not: the output for sound would be opened only when the film starts, and the sound come late."""
    return order.kind == "video" and container in REWINDABLE and not options.sound


def container_of(film: int) -> str:
    """By the film's first bytes; "" for one that VLC finds out by itself."""
    try:
        head = os.pread(film, HEAD_OF_PACKETS, 0)
    except OSError:
        return ""  # VLC says what is wrong with it
    if packets_of(head) is not None:
        return "mpegts"
    return next((name for at, magic, name in HEADS if head.startswith(magic, at)), "")


def reader_of(film: int, *, mirrored: bool) -> tuple[str, StreamClock]:
    """Who reads the film (a key of CONTAINERS), and its clock where it is one whose clock could jump."""
    container = container_of(film)
    if (container == "mp4" and (mirrored or is_trimmed(film))) or (container == "mkv" and is_ordered(film)):
        return FFMPEG_READS[container], NO_CLOCK
    clock = clock_of(film, container)
    return container + (JOINED if clock.jumps else ""), clock


def clock_of(film: int, container: str) -> StreamClock:
    """Of a transport or program stream; other containers have none that could jump."""
    if container == "mpeg":
        return read_program_clock(film)
    packets = packets_of(os.pread(film, HEAD_OF_PACKETS, 0)) if container == "mpegts" else None
    return read_transport_clock(film, *packets) if packets is not None else NO_CLOCK


def read_ahead(film: int) -> None:
    """Lets the kernel fetch the film's beginning into its cache; returns at once."""
    with contextlib.suppress(OSError):  # a file system that does not know how
        os.posix_fadvise(film, 0, READ_AHEAD_BYTES, os.POSIX_FADV_WILLNEED)
