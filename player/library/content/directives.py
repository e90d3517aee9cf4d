"""The `#` lines of a playlist that mean something: which one a line is, and what one with a slip should have been.

Knows: #EXTINF, #EXT-X-PANEL, the directives of other players that are passed over. Touches nothing.
Must not: swallow a line that was meant for the panel: what is nearly a directive is told, with the right form.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from datetime import tzinfo

from player.library.content.playlist_entry import parse_options

EXTINF, PANEL = "#EXTINF:", "#EXT-X-PANEL:"
LINE_LIMIT = 500
"""Characters of a comment that is compared: nobody writes a directive so long."""
ALIKE = 0.8
_PASSED_OVER = frozenset(
    [
        "EXTM3U", "EXTVLCOPT", "PLAYLIST", "EXTGRP", "EXTALB", "EXTART", "EXTGENRE", "EXTM3A", "EXTBYT", "EXTBIN", "EXTENC",
        "EXTIMG", "EXTSUB", "EXTHTTP", "EXTATTRFROMURL", "KODIPROP", "EXTREM",
    ]
)  # fmt: skip
_WORD = re.compile(r"#\s*([A-Za-z][A-Za-z_-]*)(.*)", re.DOTALL)
_SECONDS = re.compile(r"[\s:=,;]*(-?\d+(?:[.,]\d+)?)\s*(?:s|sec|seconds|detik)?\s*(?:[,;:]\s*(.*)|\s(.*))?", re.DOTALL)
_COMMENT = re.compile(r"#\s+\S")


@dataclass(frozen=True, slots=True)
class Slip:
    """A line that is nearly a directive. right: the line as it should be, which is obeyed; "": it cannot be told."""

    what: str
    remedy: str
    right: str = ""


def find_slip(line: str, zone: tzinfo) -> Slip | None:
    """What is wrong with a `#` line that begins with none of the directives; None: it is a comment like any other."""
    found = _WORD.match(line[:LINE_LIMIT])
    if found is None:
        return None
    word, rest = found[1].rstrip("-_"), found[2]
    folded = re.sub("[-_]", "", word).upper()
    if folded in _PASSED_OVER:
        return None
    wanted = _nearest(folded, rest)
    if wanted == EXTINF:
        right = _right_extinf(rest)
        if not right and _COMMENT.match(line):
            return None  # a sentence that speaks of it
        remedy = f"write {right or '#EXTINF:10,Title'}"
    elif wanted == PANEL:
        attributes = rest.lstrip(" \t:=,")
        right = PANEL + attributes if attributes and not parse_options(attributes, zone)[1] else ""
        if not right and _COMMENT.match(line):
            return None
        remedy = f"write {right or PANEL + 'until=2026-12-31'}"
    else:
        return None
    shown = line[:60]
    if word.upper() == wanted[1:-1] and not rest.startswith(":"):
        what = f"{wanted[:-1]} needs a colon"
    elif line.startswith(("# ", "#\t")):
        what = f"{shown!r} has a space behind the #, so that others take it for a comment"
    else:
        what = f"{shown!r} is not written as {wanted[:-1]} is"
    return Slip(f"{what}; {'it is taken so' if right else 'it is ignored'}", remedy, right)


def _nearest(folded: str, rest: str) -> str | None:
    if folded.startswith("EXTX") and not folded.startswith("EXTXPAN"):
        return None  # a stream's own list has many of them
    for wanted, plain in ((EXTINF, "EXTINF"), (PANEL, "EXTXPANEL")):
        if difflib.SequenceMatcher(None, folded, plain).ratio() >= ALIKE:
            return wanted
    return None


def _right_extinf(rest: str) -> str:
    match = _SECONDS.fullmatch(rest.rstrip())
    if match is None:
        return ""
    title = (match[2] or match[3] or "").strip()
    return f"{EXTINF}{match[1].replace(',', '.')},{title}" if title else f"{EXTINF}{match[1]}"
