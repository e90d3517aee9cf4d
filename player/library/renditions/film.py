"""A film from raw pictures: H.264 by the `ffmpeg` that every panel has, for as long as is asked for.

Knows: ffmpeg's words, and why they are these. Touches: two ffmpeg processes, a folder of its own. It runs in a child process with
limits, which the two take after. Must not: let ffmpeg parse a foreign byte: it gets pixels.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

FILM_LIMIT_BYTES = 128 << 20
"""Ten minutes of what moves a lot in 720p. It lies in memory while it is made, its one turn beside it."""
QUALITY = "14"
"""x264's scale: differences from the picture are no longer seen on an LED panel."""
ENCODER = (
    "-an", "-c:v", "libx264", "-preset", "ultrafast", "-crf", QUALITY, "-threads", "1", "-bf", "0", "-g", "50",
    # BT.601 is what the plain X11 output takes every film for (facts.md), and the mark says so to the others.
    "-vf", "scale=out_color_matrix=bt601:out_range=tv,format=yuv420p",
    "-color_range", "tv", "-colorspace", "smpte170m", "-color_primaries", "bt709", "-color_trc", "bt709",
)  # fmt: skip
"""As a film eleven seconds of a GIF in 720p take 0.04 s of a processor to decode, as GIF 0.44 s (2026-11-26).
ultrafast keeps no pictures ahead, so a gigabyte is enough for 4K, and what it makes is light to decode (no CABAC). No B
pictures: each begins and ends where it is told."""


class NoFilmNow(Exception):
    """No film could be made: the machine's fault, not the pictures'."""


class TooMuchForAFilm(Exception):
    """No film can be made of these pictures; the message says what to do."""


TOO_MUCH = "it is too much to be made to move here; save it as a film (MP4)"


@dataclass(frozen=True, slots=True)
class RawPictures:
    """Raw RGB pictures of one size; a pair: the picture, and how many times it comes. rate: pictures a second."""

    width: int
    height: int
    rate: Fraction
    frames: Iterable[tuple[bytes, int]]


def make_film(pixels: RawPictures, seconds: float, folder: Path) -> Path:
    """The film in `folder`, in which the pictures come again and again for `seconds`. Raises NoFilmNow, TooMuchForAFilm."""
    program = shutil.which("ffmpeg")
    if program is None:
        raise NoFilmNow("nothing can be made to move without ffmpeg; install it (apt install ffmpeg)")
    turn, film = folder / "turn.mp4", folder / "film.mp4"
    size, rate = f"{pixels.width}x{pixels.height}", f"{pixels.rate.numerator}/{pixels.rate.denominator}"
    into = [program, "-nostdin", "-loglevel", "error", "-y"]
    raw = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-video_size", size, "-framerate", rate, "-i", "pipe:0"]
    _run([*into, *raw, *ENCODER, os.fspath(turn)], pixels.frames)
    again = [
        "-stream_loop",
        "-1",
        "-i",
        os.fspath(turn),
        "-c",
        "copy",
        "-t",
        f"{seconds:.3f}",
        "-fs",
        str(FILM_LIMIT_BYTES),
    ]
    _run([*into, *again, "-movflags", "+faststart", os.fspath(film)])
    if film.stat().st_size >= FILM_LIMIT_BYTES:
        raise TooMuchForAFilm(TOO_MUCH)
    return film


def _run(words: list[str], frames: Iterable[tuple[bytes, int]] = ()) -> None:
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as ffmpeg:
        assert ffmpeg.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # it says why by its status
            for picture, times in frames:
                for _ in range(times):
                    ffmpeg.stdin.write(picture)
            ffmpeg.stdin.close()
        status = ffmpeg.wait()
    if sys.platform != "win32" and status == -signal.SIGKILL:
        raise NoFilmNow("the film could not be made (ffmpeg was ended by SIGKILL: no memory)")
    if status:
        raise TooMuchForAFilm(TOO_MUCH)
