"""The colours of a report: one for each tone, the same in the terminal, the spreadsheet and the PDF.

Knows: what stands out (what should not be) and what is calm (what should). Touches nothing.
Must not: carry meaning by colour alone: a legend and a table say the same in words.
"""

from __future__ import annotations

from player.office.records.reports.layout import Bar, Tone

COLOURS = {
    Tone.SEEN: "#1F7A8C",
    Tone.PLAYED: "#8CC3CE",
    Tone.BROKEN: "#E76F2E",
    Tone.MESSAGE: "#F2B705",
    Tone.CARD: "#8E6BBF",
    Tone.DARK: "#1B2333",
    Tone.BLANK: "#5B626E",
    Tone.FAULT: "#C8102E",
    Tone.OFF: "#A9AEB6",
    Tone.NOTHING: "#FFFFFF",
}
INK, PALE_INK, HAIR, PAPER, WARNING = "#1B2333", "#5F6875", "#D5D9DF", "#F5F7F8", "#FFF4D6"
GRAVE = (
    Tone.FAULT,
    Tone.BROKEN,
    Tone.NOTHING,
    Tone.OFF,
    Tone.MESSAGE,
    Tone.CARD,
    Tone.BLANK,
    Tone.DARK,
    Tone.PLAYED,
    Tone.SEEN,
)
"""Of two tones that are equally long, the one that a reader must not overlook."""


def cells_of(bar: Bar, count: int) -> list[Tone | None]:
    """The bar in `count` equal cells, each with the tone that fills most of it; None: nothing was said of it."""
    filled: list[dict[Tone, float]] = [{} for _ in range(count)]
    size_s = bar.length_s / count
    for each in bar.stretches:
        first, last = int(each.begins_s / size_s), min(count - 1, int(each.ends_s / size_s))
        for at in range(first, last + 1):
            inside = min(each.ends_s, (at + 1) * size_s) - max(each.begins_s, at * size_s)
            if inside > 0:
                filled[at][each.tone] = filled[at].get(each.tone, 0.0) + inside
    return [max(cell, key=lambda tone: (cell[tone], -GRAVE.index(tone))) if cell else None for cell in filled]


def rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
