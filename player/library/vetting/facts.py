"""What vetting saw of a film, as a row of JSON and back: for the known files and for a release's record.

Knows: the names and the limits of the facts, and when a film is too heavy. Touches: the number of this computer's cores.
Must not: believe a row: it comes from a disk that may be damaged, or from a child that a hostile file has taken over.
"""

from __future__ import annotations

import os
import sys
from dataclasses import fields
from fractions import Fraction
from typing import Any

from player.base.strict_json import as_list, as_seconds, as_table, as_text, as_truth, as_whole, perhaps
from player.core.model import FilmFacts

MOST_ASPECT = 1_000_000
"""Of each number of a fraction; a film's own are below 65,536."""
LONGEST_NAME = 40
REAL_TIME = 1.3
"""What is not so much quicker than it plays leaves no time for cueing the next item, nor for the rest of the machine."""
SMALL_PIXELS = 1280 * 720
"""Up to this size a decoder uses one thread (screen/decoder/options.py), above it every core."""
AS_SHOWN = ("turn", "mirrored", "sample_aspect", "matrix", "full_range", "interlaced")
"""The facts by which a film looks another way on screen. The speed is measured, so it differs from look to look."""


def facts_row(film: FilmFacts) -> dict[str, Any]:
    """Only what is not as it is by default."""
    row: dict[str, Any] = {}
    for fact in fields(FilmFacts):
        value = getattr(film, fact.name)
        if value != fact.default:
            row[fact.name] = [value.numerator, value.denominator] if isinstance(value, Fraction) else value
    return row


def facts_of(row: object) -> dict[str, Any]:
    """The facts by name, for FilmFacts and what is made of it. Raises ValueError; a name that is not known is left out."""
    table = as_table(row)
    turn = as_whole(table.get("turn", 0), most=270)
    if turn % 90:
        raise ValueError(f"a film is not turned by {turn} degrees")
    return {
        "turn": turn,
        "mirrored": as_truth(table.get("mirrored", False)),
        "sample_aspect": perhaps(_as_fraction, table.get("sample_aspect")),
        "matrix": perhaps(_as_name, table.get("matrix")),
        "full_range": perhaps(as_truth, table.get("full_range")),
        "interlaced": as_truth(table.get("interlaced", False)),
        "codec": _as_name(table.get("codec", "")),
        "frame_rate": perhaps(as_seconds, table.get("frame_rate")),
        "speed": perhaps(as_seconds, table.get("speed")),
        "showing": perhaps(as_seconds, table.get("showing")),
        "contrast": perhaps(_as_level, table.get("contrast")),
        "stands_s": perhaps(as_seconds, table.get("stands_s")),
    }


def is_too_heavy(film: FilmFacts, width: int | None, height: int | None, cores: int | None = None) -> bool:
    """Whether this computer cannot decode and show the film in time, without a graphics chip.

    Pictures are decoded on as many cores as the decoder uses for it, and shown by one. cores: None:
    this computer's.
    """
    if not film.speed:
        return False
    if (width or 0) * (height or 0) <= SMALL_PIXELS:
        cores = 1
    elif cores is None:
        # Not os.cpu_count: a container or a service may have fewer. Only Linux knows.
        cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    decoding, showing = 1 / film.speed, film.showing or 0.0
    return max((decoding + showing) / cores, showing) * REAL_TIME > 1


def _as_level(value: object) -> int:
    return as_whole(value, most=255)


def _as_fraction(value: object) -> Fraction:
    if len(parts := as_list(value)) != 2:
        raise ValueError("a fraction has two numbers")
    return Fraction(as_whole(parts[0], 1, MOST_ASPECT), as_whole(parts[1], 1, MOST_ASPECT))


def _as_name(value: object) -> str:
    if len(name := as_text(value)) > LONGEST_NAME:
        raise ValueError("a name of a codec or a matrix is short")
    return name
