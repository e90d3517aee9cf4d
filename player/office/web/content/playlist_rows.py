"""The lines of an M3U playlist as they stand in the file: which belong to which item, and how one of them is changed.

Knows: line ends, #EXTINF and #EXT-X-PANEL as text. Touches nothing.
Must not: say what a line means to a panel (library/content/m3u.py does).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC

from player.library.content.directives import EXTINF, PANEL, find_slip
from player.library.content.names import composed

HEADING = "#EXTM3U"
_ROWS = re.compile(r"([^\r\n]*)(\r\n|\r|\n|\Z)")
_ATTRIBUTE = re.compile(r'\s*([A-Za-z-]+)\s*=\s*("[^"]*"|[^,\s]*)\s*(?:,|\s|$)')


@dataclass(frozen=True, slots=True)
class TextRow:
    """A line of the file, and how it ends there; end "": the last one, without a line end."""

    text: str
    end: str

    @property
    def is_blank(self) -> bool:
        return not self.text or self.text.isspace()

    @property
    def is_hash(self) -> bool:
        return self.text.startswith("#")


@dataclass(frozen=True, slots=True)
class ItemRows:
    """The lines of one item: its path last, above it what is said of it. gap: the lines before them that stay where they are."""

    gap: tuple[TextRow, ...]
    rows: tuple[TextRow, ...]

    @property
    def where(self) -> str:
        return self.rows[-1].text.strip("\t")

    def directive(self, wanted: str) -> str:
        """The text of the last line that is this directive, a slip of it as it should be; "": there is none."""
        at = self._place_of(wanted)
        return "" if at is None else _as_meant(self.rows[at].text)

    def with_directive(self, wanted: str, text: str, end: str) -> ItemRows:
        """The same with this line in place of the last one that is this directive, or above the path; text "": without it."""
        at, rows = self._place_of(wanted), list(self.rows)
        if at is None:
            if text:  # EXTINF goes first, as every program writes it
                rows.insert(0 if wanted == EXTINF else len(rows) - 1, TextRow(text, end))
        elif text:
            rows[at] = TextRow(text, rows[at].end)
        else:
            del rows[at]
        return ItemRows(self.gap, tuple(rows))

    def _place_of(self, wanted: str) -> int | None:
        found = [n for n, row in enumerate(self.rows[:-1]) if _as_meant(row.text).startswith(wanted)]
        return found[-1] if found else None


@dataclass(frozen=True, slots=True)
class PlaylistRows:
    """A whole file: items with the lines around them, and what stands below the last item."""

    items: tuple[ItemRows, ...]
    foot: tuple[TextRow, ...]
    end: str

    def text(self) -> str:
        """Every line as it was; a line that was the last and is not any more gets the file's line end."""
        rows = [row for item in self.items for row in (*item.gap, *item.rows)] + list(self.foot)
        rows = [row for row in rows if row.text or row.end]
        return "".join(row.text + (row.end or (self.end if n < len(rows) - 1 else "")) for n, row in enumerate(rows))


def split_rows(text: str, hashed: Collection[str] = ()) -> PlaylistRows:
    """hashed: the files whose names, as this playlist would write them, begin with #; such a line is no comment."""
    rows = [TextRow(found[1], found[2]) for found in _ROWS.finditer(text)]
    named = {composed(path) for path in hashed}
    ends = [row.end for row in rows if row.end]
    end = max(set(ends), key=ends.count) if ends else "\n"
    items: list[ItemRows] = []
    held: list[TextRow] = []
    for row in rows:
        held.append(row)
        is_path = not row.is_blank and not (
            row.is_hash and composed(row.text.strip(" \t").replace("\\", "/")) not in named
        )
        if is_path:
            begin = _begin_of_item(held, first=not items)
            items.append(ItemRows(tuple(held[:begin]), tuple(held[begin:])))
            held = []
    return PlaylistRows(tuple(items), tuple(held), end)


def _begin_of_item(rows: Sequence[TextRow], *, first: bool) -> int:
    """Of the lines since the item before: what is said of the item, and the comments that stand right above it, go along with it.

    first: what stands at the head of a file stays at its head.
    """
    said = [n for n, row in enumerate(rows[:-1]) if _as_meant(row.text).startswith((EXTINF, PANEL))]
    begin = len(rows) - 1
    while begin and rows[begin - 1].is_hash and not rows[begin - 1].text.startswith(HEADING):
        begin -= 1
    begin = min([begin, *said])
    while begin and rows[begin - 1].is_hash and not rows[begin - 1].text.startswith(HEADING):
        begin -= 1
    if first and all(not row.is_blank for row in rows[:begin]):
        begin = min(said, default=len(rows) - 1)
    return begin


def _as_meant(text: str) -> str:
    """A line with a slip is taken as the panel takes it."""
    if not text.startswith("#") or text.startswith((EXTINF, PANEL, HEADING)):
        return text.strip(" \t") if text.startswith("#") else ""
    slip = find_slip(text.strip(" \t"), UTC)
    return slip.right if slip is not None else text


# ---- the text of a directive


def with_seconds(directive: str, seconds: float | None) -> str:
    """`#EXTINF:...` with other seconds, its attributes and its title as they are; "": nothing is left to be said."""
    head, comma, title = directive.removeprefix(EXTINF).partition(",")
    words = head.split(maxsplit=1)
    attributes = f" {words[1]}" if len(words) > 1 else ""
    if seconds is None and not title.strip() and not attributes.strip():
        return ""
    return f"{EXTINF}{spell_seconds(seconds)}{attributes}{comma}{title}"


def with_title(directive: str, title: str) -> str:
    """`#EXTINF:...` with another title."""
    head, _, _ = directive.removeprefix(EXTINF).partition(",")
    if not title and head.strip() in ("", "-1"):
        return ""
    return f"{EXTINF}{head.strip() or '-1'}{',' if title else ''}{title}"


def spell_seconds(seconds: float | None) -> str:
    return "-1" if seconds is None else str(round(float(seconds), 3)).removesuffix(".0")


def attributes_of(directive: str) -> dict[str, str]:
    """Of `#EXT-X-PANEL:...`: names in small letters -> values as they are written, without quotes."""
    return {found[1].lower(): found[2].strip('"') for found in _ATTRIBUTE.finditer(directive.removeprefix(PANEL))}


def with_attribute(directive: str, name: str, value: str) -> str:
    """`#EXT-X-PANEL:...` with one attribute changed, added or (value "") taken out, the others as they are; "": none is left."""
    rest = directive.removeprefix(PANEL)
    found = next((one for one in _ATTRIBUTE.finditer(rest) if one[1].lower() == name), None)
    if found is None:
        if not value:
            return directive if rest.strip() else ""
        kept = rest.rstrip().rstrip(",")
        return f"{PANEL}{kept}{',' if kept.strip() else ''}{name}={value}"
    if value:
        return PANEL + rest[: found.start(2)] + value + rest[found.end(2) :]
    kept = (rest[: found.start()] + rest[found.end() :]).strip().rstrip(",")
    return PANEL + kept if kept else ""
