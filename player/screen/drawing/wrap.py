"""How text is broken into lines so that it fills a box: pure arithmetic over a measure that the caller gives.

Knows: where a line may be broken, in scripts with spaces and without. Touches nothing.
Must not: know about fonts or pixel formats (drawing/fonts.py does).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

LINE_HEIGHT = 1.22
"""Distance of two base lines in letter sizes: room for accents above and tails below."""

NEVER_FIRST = frozenset("、。，．！？：；）」』】〉》”’,.:;!?)]}%…")
ZERO_WIDTH_JOINER = "\u200d"

Measure = Callable[[str], float]
"""The width of a text in letter sizes (ems), so that it holds for every size."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """Text broken into lines; size: the letter size in pixels."""

    size: int
    lines: tuple[str, ...]


def fit_text(
    text: str,
    width: float,
    height: float,
    measure: Measure,
    smallest: int,
    largest: int,
    line_height: float = LINE_HEIGHT,
) -> Fitted:
    """The largest letters with which `text` fits into width x height pixels, with lines of even length.

    At `smallest` words are cut where they must be, and what still does not fit ends in an ellipsis.
    """
    low, high = smallest, max(smallest, min(largest, int(height / line_height)))
    while low < high:
        size = (low + high + 1) // 2
        lines = break_lines(text, width / size, measure, cut_words=False)
        if lines is not None and len(lines) * line_height * size <= height:
            low = size
        else:
            high = size - 1
    limit = width / low
    lines = break_lines(text, limit, measure, cut_words=False)
    if lines is None:
        lines = break_lines(text, limit, measure, cut_words=True) or [""]
    room = max(1, int(height / (line_height * low)))
    if len(lines) > room:
        lines = [*lines[: room - 1], _shortened(lines[room - 1], limit, measure)]
        return Fitted(low, tuple(lines))
    return Fitted(low, tuple(evened(text, lines, limit, measure)))


def break_lines(text: str, limit: float, measure: Measure, *, cut_words: bool) -> list[str] | None:
    """`text` in lines of at most `limit` ems; None when a word is longer than that and may not be cut."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for piece in pieces(paragraph):
            if measure((line + piece).rstrip()) <= limit:
                line += piece
                continue
            if line:
                lines.append(line.rstrip())
            line = piece
            if measure(piece.rstrip()) > limit:
                if not cut_words:
                    return None
                *whole, line = _cut(piece, limit, measure)
                lines += whole
        lines.append(line.rstrip())
    return lines


def pieces(paragraph: str) -> Iterator[str]:
    """What must stay together: a word with the space after it, a character of a script that has no spaces."""
    piece = ""
    for cluster in clusters(paragraph):
        hyphen = piece[-1:] == "-" and len(piece) > 1 and cluster.isalpha()
        free = bool(piece) and (piece[-1] == " " or hyphen or _is_ideograph(piece[-1]) or _is_ideograph(cluster[0]))
        if free and cluster != " " and cluster[0] not in NEVER_FIRST:
            yield piece
            piece = ""
        piece += cluster
    if piece:
        yield piece


def clusters(text: str) -> Iterator[str]:
    """Characters with everything that is drawn onto them: accents, joiners, skin tones, flags of two letters."""
    cluster = ""
    for char in text:
        flags = _is_flag_letter(char) and len(cluster) == 1 and _is_flag_letter(cluster)
        if cluster and (_is_added(char) or cluster[-1] == ZERO_WIDTH_JOINER or flags):
            cluster += char
            continue
        if cluster:
            yield cluster
        cluster = char
    if cluster:
        yield cluster


def reads_right_to_left(text: str) -> bool:
    """By the first letter that has a direction, as Unicode's paragraphs do."""
    for char in text:
        kind = unicodedata.bidirectional(char)
        if kind in ("R", "AL"):
            return True
        if kind == "L":
            return False
    return False


def _is_added(char: str) -> bool:
    return unicodedata.category(char)[0] == "M" or char == ZERO_WIDTH_JOINER or 0x1F3FB <= ord(char) <= 0x1F3FF


def _is_flag_letter(char: str) -> bool:
    return 0x1F1E6 <= ord(char[0]) <= 0x1F1FF


def _is_ideograph(char: str) -> bool:
    code = ord(char)
    return (
        0x3000 <= code <= 0x30FF or 0x3400 <= code <= 0x9FFF or 0xF900 <= code <= 0xFAFF or 0x20000 <= code <= 0x3FFFF
    )


def _cut(word: str, limit: float, measure: Measure) -> list[str]:
    parts = [""]
    for cluster in clusters(word):
        if parts[-1] and measure(parts[-1] + cluster) > limit:
            parts.append("")
        parts[-1] += cluster
    return parts


def _shortened(line: str, limit: float, measure: Measure) -> str:
    kept = list(clusters(line))
    while kept and measure("".join(kept).rstrip() + "…") > limit:
        kept.pop()
    return "".join(kept).rstrip() + "…"


def evened(text: str, lines: list[str], limit: float, measure: Measure) -> list[str]:
    """The same number of lines with the narrowest limit: no single word alone on the last line."""
    narrow, wide = limit / (len(lines) + 1), limit
    best = lines
    for _ in range(6):
        middle = (narrow + wide) / 2
        tried = break_lines(text, middle, measure, cut_words=False)
        if tried is not None and len(tried) == len(lines):
            best, wide = tried, middle
        else:
            narrow = middle
    return best
