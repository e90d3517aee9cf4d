"""How text is broken into lines so that it fills a box: pure arithmetic over a measure that the caller gives.

Knows: where a line may be broken, in scripts with spaces and without. Touches nothing.
Must not: know about fonts or pixel formats (drawing/fonts.py does).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

LINE_HEIGHT = 1.22
"""Distance of two base lines in letter sizes: room for accents above and tails below."""

NEVER_FIRST = frozenset("、。，．！？：；）」』】〉》”’,.:;!?)]}%…")
DASHES = frozenset("-\u2013\u2014")
"""One that stands between two spaces ends a line, and never begins one."""
SOFT_ENDS = frozenset("/-?&=_.")
"""Behind these an address, or another long word, is broken first ..."""
ENDING = 6
"""... but not so near to its end: a file's ending stays with its name."""
LONG_WORD = 24
"""No language here has words of more letters: what is longer is an address or a file's name, and may be broken ..."""
LEAST_PART = 12
"""... but in lines of so many letters at least, so that it can still be read."""
LEFT_TO_RIGHT, RIGHT_TO_LEFT = "\u200e", "\u200f"
"""Unicode's marks: one before a line tells the direction of its paragraph where the line's own first letter has the other."""
ZERO_WIDTH_JOINER = "\u200d"

Measure = Callable[[str], float]
"""The width of a text in letter sizes (ems)."""


@dataclass(frozen=True, slots=True)
class Letters:
    """How wide and how high letters are. measure: of a text in letters of this size, in ems; leading: of lines, in ems."""

    measure: Callable[[str, int], float]
    leading: Callable[[int], float] = lambda size: LINE_HEIGHT

    def at(self, size: int) -> Measure:
        return lambda text: self.measure(text, size)

    def room(self, height: float, size: int) -> int:
        """How many lines of this size stand in so many pixels; one always."""
        return max(1, int(height / (self.leading(size) * size)))


@dataclass(frozen=True, slots=True)
class Fitted:
    """Text broken into lines; size: the letter size in pixels."""

    size: int
    lines: tuple[str, ...]


def fit_text(text: str, width: float, height: float, letters: Letters, smallest: int, largest: int) -> Fitted:
    """The largest letters with which `text` fits into width x height pixels, with lines of even length.

    At `smallest` words are cut where they must be, and what still does not fit ends in an ellipsis.
    """
    size, lines = _largest(text, width, height, letters, smallest, largest)
    room, measure = letters.room(height, size), letters.at(size)
    if len(lines) > room:
        last = _shortened(lines[room - 1], width / size, measure)
        return Fitted(size, (*lines[: room - 1], last))
    return Fitted(size, tuple(evened(text, lines, width / size, measure)))


def fit_pages(text: str, width: float, height: float, letters: Letters, smallest: int, largest: int) -> list[Fitted]:
    """As fit_text; what does not fit in letters of `smallest` goes on, on as few further pages as it takes."""
    size, lines = _largest(text, width, height, letters, smallest, largest)
    room = letters.room(height, size)
    if len(lines) <= room:
        return [Fitted(size, tuple(evened(text, lines, width / size, letters.at(size))))]
    ends = _ends_of_paragraphs(text, len(lines), width / size, letters.at(size))
    count = -(-len(lines) // room)
    ways = [_divide(ends, each) for each in range(-(-len(lines) // count), room + 1)]
    # Pages of even length; one page more where that leaves each typed line whole.
    best = min(ways, key=lambda places: (len(places) > count + 1, sum(not ends[at - 1] for at in places), len(places)))
    return [Fitted(size, tuple(lines[begin:end])) for begin, end in pairwise((0, *best))]


def _ends_of_paragraphs(text: str, count: int, limit: float, measure: Measure) -> list[bool]:
    """Of each line, whether the line that was typed ends with it."""
    broken = [break_lines(each, limit, measure, cut_words=False) for each in text.split("\n")]
    if any(lines is None for lines in broken):
        broken = [break_lines(each, limit, measure, cut_words=True) for each in text.split("\n")]
    ends = [n == len(lines) - 1 for lines in broken if lines is not None for n in range(len(lines))]
    return ends if len(ends) == count else [True] * count


def _divide(ends: Sequence[bool], most: int) -> list[int]:
    """Where each page ends."""
    places: list[int] = []
    at = 0
    while at < len(ends):
        at += page_end(ends[at:], most)
        places.append(at)
    return places


def page_end(ends: Sequence[bool], most: int) -> int:
    """How many of these lines go onto a page of `most`. ends: of each, whether the line that was typed ends with it.

    A typed line that would be divided goes over whole, where it fits on one page and the page before stays half full.
    """
    if len(ends) <= most:
        return len(ends)
    begins = most
    while begins and not ends[begins - 1]:
        begins -= 1
    last = next((n for n in range(most, len(ends)) if ends[n]), len(ends) - 1)
    return begins if begins and 2 * begins >= most and last - begins < most else most


def _largest(
    text: str, width: float, height: float, letters: Letters, smallest: int, largest: int
) -> tuple[int, list[str]]:
    """The largest size with which the text fits, and its lines; at `smallest` there may be more than there is room for."""
    low, high = smallest, max(smallest, min(largest, int(height)))
    while low < high:
        size = (low + high + 1) // 2
        lines = break_lines(text, width / size, letters.at(size), cut_words=False)
        if lines is not None and len(lines) * letters.leading(size) * size <= height:
            low = size
        else:
            high = size - 1
    limit, measure = width / low, letters.at(low)
    lines = break_lines(text, limit, measure, cut_words=False)
    if lines is None:
        lines = break_lines(text, limit, measure, cut_words=True) or [""]
    return low, lines


def break_lines(text: str, limit: float, measure: Measure, *, cut_words: bool) -> list[str] | None:
    """`text` in lines of at most `limit` ems; None when a word is longer than that and may not be cut.

    Every line is read in the direction of its paragraph, which a mark before it tells where the line alone would not.
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        first, line = len(lines), ""
        for piece in pieces(paragraph):
            if measure((line + piece).rstrip()) <= limit:
                line += piece
                continue
            if line:
                lines.append(line.rstrip())
            line = piece
            if measure(piece.rstrip()) > limit:
                parts = _parted(piece, limit, measure, any_word=cut_words)
                if parts is None:
                    return None
                *whole, line = parts
                lines += whole
        lines.append(line.rstrip())
        backwards = reads_right_to_left(paragraph)
        for n in range(first, len(lines)):
            if lines[n] and reads_right_to_left(lines[n]) is not backwards:
                lines[n] = (RIGHT_TO_LEFT if backwards else LEFT_TO_RIGHT) + lines[n]
    return lines


def pieces(paragraph: str) -> Iterator[str]:
    """What must stay together: a word with the space after it, a dash with the word before it, a character of a script
    that has no spaces."""
    piece = ""
    whole = list(clusters(paragraph))
    for n, cluster in enumerate(whole):
        hyphen = piece[-1:] == "-" and len(piece) > 1 and cluster.isalpha()
        free = bool(piece) and (piece[-1] == " " or hyphen or _is_ideograph(piece[-1]) or _is_ideograph(cluster[0]))
        dash = cluster in DASHES and (n + 1 == len(whole) or whole[n + 1] == " ")
        if free and cluster != " " and cluster[0] not in NEVER_FIRST and not dash:
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


def _parted(word: str, limit: float, measure: Measure, *, any_word: bool) -> list[str] | None:
    """A word that is longer than a line in parts, behind a slash or the like where there is one near the line's end.

    any_word: else only one that is longer than words are, in lines that hold enough of it; None: it may not be parted.
    """
    letters = list(clusters(word))
    if not any_word and (len(letters) <= LONG_WORD or measure("".join(letters[:LEAST_PART])) > limit):
        return None
    parts: list[str] = []
    while letters:
        count = 1
        while count < len(letters) and measure("".join(letters[: count + 1]).rstrip()) <= limit:
            count += 1
        if count < len(letters):
            latest = min(count, len(letters) - ENDING)
            ends = (n for n in range(latest, count // 2, -1) if letters[n - 1] in SOFT_ENDS)
            count = next(ends, count)
            if len(letters) - count < ENDING and not any_word:
                return None
            while count > 1 and letters[count][0] in NEVER_FIRST:
                count -= 1
        parts.append("".join(letters[:count]))
        letters = letters[count:]
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
