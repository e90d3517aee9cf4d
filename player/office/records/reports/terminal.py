"""A report in a terminal.

Knows: rich's tables. Touches nothing. Must not: print what a panel said without taking control characters out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from player.base.text import for_terminal
from player.office.records.reports.colours import COLOURS, cells_of
from player.office.records.reports.layout import Bar, Cell, Report, Shape, Sheet, Tone, cell_words

SMALLEST_BAR = 24
GAP = 2
TEXT_WIDTH = 20
"""So narrow a column of text may become; it goes over several lines."""
LEFT_OUT = "░"


def draw_report(report: Report, width: int) -> RenderableType:
    """The whole report, at most `width` columns wide."""
    parts: list[RenderableType] = [
        Text(for_terminal(report.title), "bold"), Text(for_terminal(report.subtitle), "dim"), Text(""),
        Text(for_terminal(report.lead)),
    ]  # fmt: skip
    parts += [Text("! " + for_terminal(line), "yellow") for line in report.warnings]
    if report.whole is not None:
        parts += [Text(""), *_draw_bar(report.whole, width), _legend(report)]
    for sheet in report.sheets:
        parts += [Text(""), Text(for_terminal(sheet.title), "bold"), _draw_sheet(sheet, report.language, width)]
        parts += [Text(for_terminal(words), "dim") for words in (sheet.note, sheet.left_out) if words]
    parts += [Text(""), Text(for_terminal(report.proof_title), "bold")]
    parts += [Text(for_terminal(line), "dim") for line in report.proof]
    return Group(*parts)


def _draw_bar(bar: Bar, width: int) -> list[Text]:
    count = max(SMALLEST_BAR, width)
    line, ticks = Text(), [" "] * count
    for tone in cells_of(bar, count):
        known = tone is not None and tone is not Tone.NOTHING
        line.append("█" if known else LEFT_OUT, COLOURS[tone] if known and tone else "dim")
    for second, words in bar.ticks:
        at = min(count - len(words), round(second / bar.length_s * count))
        ticks[at : at + len(words)] = words
    return [line, Text("".join(ticks), "dim")]


def _legend(report: Report) -> Text:
    words = Text()
    for tone, name in report.legend:
        words.append(LEFT_OUT if tone is Tone.NOTHING else "█", "dim" if tone is Tone.NOTHING else COLOURS[tone])
        words.append(f" {for_terminal(name)}   ")
    return words


def _draw_sheet(sheet: Sheet, language: str, width: int) -> RenderableType:
    """A table, without its empty columns; where it does not fit, a few lines for each row."""
    rows = [*sheet.shown, *((sheet.total,) if sheet.total is not None else ())]
    told = [[for_terminal(words) for words in _words_of(row, sheet, language)] for row in rows]
    kept = [at for at in range(len(sheet.headings)) if any(words[at] for words in told) or not told]
    needed = sum(_needed(sheet, at, told) + GAP for at in kept)
    total = told[-1] if sheet.total is not None else None
    body = told[: len(sheet.shown)]
    if needed > width:
        return Group(*(_draw_row(sheet, kept, words) for words in told))
    table = Table(box=None, padding=(0, GAP, 0, 0), header_style="dim", show_footer=total is not None)
    for at in kept:
        heading = sheet.headings[at]
        table.add_column(
            for_terminal(heading.title), total[at] if total is not None else "", footer_style="bold",
            justify="left" if heading.shape is Shape.TEXT else "right", overflow="fold",
            no_wrap=heading.shape is not Shape.TEXT,
        )  # fmt: skip
    for words in body:
        table.add_row(*(Text(words[at]) for at in kept))
    return table


def _words_of(row: Sequence[Cell], sheet: Sheet, language: str) -> Iterator[str]:
    for cell, heading in zip(row, sheet.headings, strict=True):
        yield cell_words(cell, heading.shape, language)


def _needed(sheet: Sheet, at: int, told: list[list[str]]) -> int:
    """The columns of the terminal that a column takes; a text may go over several lines."""
    longest = max(len(words) for words in (sheet.headings[at].title, *(row[at] for row in told)))
    return min(longest, TEXT_WIDTH) if sheet.headings[at].shape is Shape.TEXT else longest


def _draw_row(sheet: Sheet, kept: list[int], words: list[str]) -> Text:
    """`Warung Bu Sri`, and below it each heading with its value."""
    first, *others = kept
    told = " · ".join(f"{for_terminal(sheet.headings[at].title)} {words[at]}" for at in others if words[at])
    return Text.assemble((words[first], "bold"), "\n", told, "\n")
