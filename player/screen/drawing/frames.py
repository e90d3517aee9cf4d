"""Moving pictures (GIF, WebP, APNG): how many pictures follow each other, for how long each stands, and what they look like.

Knows: what browsers make of their times. Touches: the file that it is given. Must not: keep more than one picture in memory.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import IO

from PIL import Image

from player.screen.drawing.colours import Colour
from player.screen.drawing.stills import StillError, opened

FRAMES_LIMIT = 3000
"""Two minutes at 25 a second; what has more is a film and is better saved as one."""
TURN_LIMIT_S = 300.0
TOO_SHORT_MS, INSTEAD_MS = 10, 100
"""What every browser does with a picture that should stand for no time at all."""
FASTEST, SLOWEST = 50, 10
"""Pictures a second of the film: GIF's times are whole hundredths, and most are even; a film of fewer than ten is held badly."""
MOVING = frozenset({"GIF", "WEBP", "PNG"})


class MovesTooLong(StillError):
    """It is a film, and has to be saved as one."""


@dataclass(frozen=True, slots=True)
class Movement:
    """durations_ms: of each picture, in order; only one: it does not move."""

    width: int
    height: int
    durations_ms: tuple[int, ...]

    @property
    def turn_s(self) -> float:
        return sum(self.durations_ms) / 1000

    @property
    def rate(self) -> Fraction:
        """Pictures a second with which each of its own times is met: exactly, wherever that takes no more than FASTEST."""
        unit_ms = math.gcd(*self.durations_ms)
        if unit_ms * FASTEST < 1000:
            return Fraction(FASTEST)
        return Fraction(1000, unit_ms) * math.ceil(Fraction(SLOWEST * unit_ms, 1000))

    def repeats(self) -> Iterator[int]:
        """How many pictures of the film each of its own becomes; 0: it is shorter than the film can tell."""
        ends = [round(self.rate * at / 1000) for at in itertools.accumulate(self.durations_ms)]
        return (end - begin for begin, end in itertools.pairwise([0, *ends]))


def read_movement(file: Path | str | IO[bytes]) -> Movement:
    """Raises StillError: it is damaged; MovesTooLong."""
    durations = []
    with opened(file) as source:
        if source.format not in MOVING:
            return Movement(source.width, source.height, (INSTEAD_MS,))
        for number in range(FRAMES_LIMIT + 1):
            try:
                source.seek(number)
            except EOFError:
                break
            if source.format == "WEBP":
                source.load()  # only then does it say for how long
            durations.append(_duration_ms(source))
        size = source.size
    if len(durations) > FRAMES_LIMIT:
        raise MovesTooLong(f"more than {FRAMES_LIMIT} pictures in it; save it as a film (MP4)")
    movement = Movement(*size, tuple(durations))
    if movement.turn_s > TURN_LIMIT_S:
        raise MovesTooLong(f"it moves for {movement.turn_s:.0f} s; save it as a film (MP4)")
    return movement


def draw_frames(file: Path | str | IO[bytes], count: int, size: tuple[int, int], ground: Colour) -> Iterator[bytes]:
    """Each picture as raw RGB of this size, on the ground. Raises StillError."""
    with opened(file) as source:
        for number in range(count):
            source.seek(number)
            drawn = source.convert("RGBA")
            canvas = Image.new("RGB", drawn.size, ground)
            canvas.paste(drawn, (0, 0), drawn)
            yield (canvas if canvas.size == size else canvas.resize(size, Image.Resampling.LANCZOS)).tobytes()


def _duration_ms(source: Image.Image) -> int:
    said = source.info.get("duration", 0)
    whole = round(said) if isinstance(said, int | float) and math.isfinite(said) else 0
    return whole if whole > TOO_SHORT_MS else INSTEAD_MS
