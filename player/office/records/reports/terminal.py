"""A report in a terminal.

Knows: rich's tables. Touches nothing. Must not: print what a panel said without taking control characters out.
"""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from player.base.text import for_terminal
from player.office.records.reports.colours import COLOURS, cells_of
from player.office.records.reports.layout import Bar, Report, Shape, Sheet, Tone, cell_words

SMALLEST_BAR = 24
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
        parts += [Text(""), Text(for_terminal(sheet.title), "bold"), _draw_sheet(sheet, report.language)]
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


def _draw_sheet(sheet: Sheet, language: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", show_footer=sheet.total is not None)
    for at, heading in enumerate(sheet.headings):
        total = sheet.total[at] if sheet.total is not None else None
        table.add_column(
            for_terminal(heading.title), for_terminal(cell_words(total, heading.shape, language)), footer_style="bold",
            justify="left" if heading.shape is Shape.TEXT else "right", overflow="fold",
            no_wrap=heading.shape is not Shape.TEXT,
        )  # fmt: skip
    for row in sheet.shown:
        cells = zip(row, sheet.headings, strict=True)
        table.add_row(*(Text(for_terminal(cell_words(cell, heading.shape, language))) for cell, heading in cells))
    return table
