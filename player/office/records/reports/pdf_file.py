"""A report on A4: for the file of a council, readable without any program of ours.

Knows: fpdf2, where the fonts lie, how a page is divided. Touches: font files. Must not: depend on a font that the reader
has: every font is embedded.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import Align, MethodReturnValue, XPos, YPos

from player.base.text import printable
from player.office.records.reports.colours import COLOURS, HAIR, INK, PALE_INK, PAPER, WARNING, rgb
from player.office.records.reports.layout import Bar, Cell, Heading, Report, Shape, Sheet, Tone, cell_words
from player.office.signing import OfficeError
from player.screen.drawing.fonts import FONT_FOLDERS, script_of

MARGIN_MM = 16.0
FOOT_MM = 18.0
FAMILIES = (("NotoSans-Regular.ttf", "NotoSans-Bold.ttf"), ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"))
FAMILY = "report"
TITLE_PT, LEAD_PT, HEAD_PT, TEXT_PT, SMALL_PT = 20.0, 11.5, 12.0, 8.5, 7.5
PAD_MM = 1.1
LEADING = 1.32
"""A line's height, in letter sizes."""
POINT_MM = 25.4 / 72


class ReportPage(FPDF):
    """The pages of one report."""

    def __init__(self, report: Report) -> None:
        super().__init__(orientation="landscape" if report.wide else "portrait", format="A4")
        self._report = report
        self.set_margins(MARGIN_MM, MARGIN_MM)
        self.set_auto_page_break(True, FOOT_MM)
        self.set_title(printable(report.title))
        self.set_subject(printable(report.subtitle))
        self.set_lang("id" if report.language == "id" else "en")
        self._add_fonts(report)
        self.set_draw_color(*rgb(HAIR))
        self.set_line_width(0.2)
        self.c_margin = 0.0  # text begins where bars and tables do
        self.add_page()

    def footer(self) -> None:
        self.set_y(-FOOT_MM + 5)
        self._letters(SMALL_PT, PALE_INK)
        self.cell(self.epw / 2, 4, printable(self._report.made), align=Align.L)
        words = self._report.page_words.format(page=self.page_no(), pages="{nb}")
        self.cell(self.epw / 2, 4, words, align=Align.R)

    # ---- the parts of a page, from top to bottom

    def put_head(self) -> None:
        report = self._report
        self._letters(TITLE_PT, INK, bold=True)
        self._lines(report.title, TITLE_PT)
        self._letters(TEXT_PT + 1, PALE_INK)
        self._lines(report.subtitle, TEXT_PT + 1)
        self.ln(2)
        self.set_fill_color(*rgb(COLOURS[Tone.SEEN]))
        self.rect(self.l_margin, self.get_y(), 24, 0.8, style="F")
        self.ln(4)
        self._letters(LEAD_PT, INK)
        self._lines(report.lead, LEAD_PT)
        if report.warnings:
            self.ln(2)
            self._letters(TEXT_PT, INK)
            self.set_fill_color(*rgb(WARNING))
            for line in report.warnings:
                self.multi_cell(
                    self.epw, TEXT_PT * POINT_MM * LEADING, printable(line), fill=True, padding=(1, 2, 1, 2), align=Align.L,
                    new_x=XPos.LMARGIN, new_y=YPos.NEXT,
                )  # fmt: skip

    def put_bar(self, bar: Bar, height_mm: float, label_mm: float = 0.0) -> None:
        """The bar, with its label to the left, and its ticks below."""
        top, left, width = self.get_y(), self.l_margin + label_mm, self.epw - label_mm
        if label_mm:
            self._letters(SMALL_PT, PALE_INK)
            self.set_xy(self.l_margin, top)
            self.cell(label_mm, height_mm, bar.label, align=Align.L)
        for each in bar.stretches:
            if each.tone is not Tone.NOTHING:
                self.set_fill_color(*rgb(COLOURS[each.tone]))
                begins = left + width * each.begins_s / bar.length_s
                self.rect(
                    begins, top, max(0.15, width * (each.ends_s - each.begins_s) / bar.length_s), height_mm, style="F"
                )
        self.rect(left, top, width, height_mm, style="D")
        self.set_y(top + height_mm)
        if bar.ticks:
            self._letters(SMALL_PT, PALE_INK)
            for second, words in bar.ticks:
                at = left + width * second / bar.length_s
                self.line(at, top + height_mm, at, top + height_mm + 1)
                self.set_xy(at - 5, top + height_mm + 1)
                self.cell(10, 3.5, words, align=Align.C)
            self.set_y(top + height_mm + 5.5)

    def put_legend(self) -> None:
        self._letters(SMALL_PT, INK)
        self.set_x(self.l_margin)
        for tone, name in self._report.legend:
            width = 5 + self.get_string_width(printable(name)) + 4
            if self.get_x() + width > self.l_margin + self.epw:
                self.ln(4.5)
            x, y = self.get_x(), self.get_y()
            self.set_fill_color(*rgb(COLOURS[tone]))
            self.rect(x, y + 0.7, 3, 3, style="DF")
            self.set_xy(x + 4, y)
            self.cell(width - 4, 4.4, printable(name), align=Align.L)
        self.ln(7)

    def put_heading(self, text: str, room_mm: float) -> None:
        """A heading with at least `room_mm` below it on the same page."""
        if self.will_page_break(room_mm + 10):
            self.add_page()
        else:
            self.ln(4)
        self._letters(HEAD_PT, INK, bold=True)
        self._lines(text, HEAD_PT)
        self.ln(1)

    def put_sheet(self, sheet: Sheet) -> None:
        self.put_heading(sheet.title, 16)
        widths = _widths(sheet.headings, self.epw)
        if sheet.rows:
            self._put_headings(sheet, widths)
        for row in sheet.shown:
            self._put_row(sheet, widths, row)
        if sheet.total is not None and sheet.rows:
            self._put_row(sheet, widths, sheet.total, bold=True)
        for words in filter(None, (sheet.note, sheet.left_out)):
            self._letters(TEXT_PT, PALE_INK)
            self._lines(words, TEXT_PT)

    def put_proof(self) -> None:
        self.put_heading(self._report.proof_title, 30)
        self.set_fill_color(*rgb(PAPER))
        for line in self._report.proof:
            self._letters(SMALL_PT, INK)
            self.multi_cell(
                self.epw, SMALL_PT * POINT_MM * LEADING, printable(line), fill=True, padding=(1, 2, 1, 2), align=Align.L,
                new_x=XPos.LMARGIN, new_y=YPos.NEXT,
            )  # fmt: skip

    # ---- rows

    def _put_headings(self, sheet: Sheet, widths: Sequence[float]) -> None:
        self._letters(SMALL_PT, PALE_INK, bold=True)
        self._put_cells([heading.title for heading in sheet.headings], sheet.headings, widths, SMALL_PT, fill=True)

    def _put_row(self, sheet: Sheet, widths: Sequence[float], row: Sequence[Cell], *, bold: bool = False) -> None:
        language = self._report.language
        texts = [cell_words(cell, heading.shape, language) for cell, heading in zip(row, sheet.headings, strict=True)]
        self._letters(TEXT_PT, INK, bold=bold)
        height_mm = self._height(texts, widths, TEXT_PT)
        if self.will_page_break(height_mm):
            self.add_page()
            self._put_headings(sheet, widths)
            self._letters(TEXT_PT, INK, bold=bold)
        self._put_cells(texts, sheet.headings, widths, TEXT_PT, fill=False)

    def _put_cells(
        self, texts: Sequence[str], headings: Sequence[Heading], widths: Sequence[float], size_pt: float, *, fill: bool
    ) -> None:
        top, height_mm, x = self.get_y(), self._height(texts, widths, size_pt), self.l_margin
        if fill:
            self.set_fill_color(*rgb(PAPER))
            self.rect(x, top, self.epw, height_mm, style="F")
        for text, heading, width in zip(texts, headings, widths, strict=True):
            self.set_xy(x + PAD_MM, top + PAD_MM)
            self.multi_cell(
                width - 2 * PAD_MM, size_pt * POINT_MM * LEADING, printable(text),
                align=Align.L if heading.shape is Shape.TEXT else Align.R, new_x=XPos.RIGHT, new_y=YPos.TOP,
            )  # fmt: skip
            x += width
        self.line(self.l_margin, top + height_mm, self.l_margin + self.epw, top + height_mm)
        self.set_xy(self.l_margin, top + height_mm)

    def _height(self, texts: Sequence[str], widths: Sequence[float], size_pt: float) -> float:
        lines = max(self._count_lines(text, width - 2 * PAD_MM) for text, width in zip(texts, widths, strict=True))
        return lines * size_pt * POINT_MM * LEADING + 2 * PAD_MM

    def _count_lines(self, text: str, width: float) -> int:
        if len(text) < 4 or self.get_string_width(printable(text)) < width - 2.2:  # most cells; asking costs much more
            return 1
        found = self.multi_cell(width, 1, printable(text), dry_run=True, output=MethodReturnValue.LINES, align=Align.L)
        return max(1, len(found))  # type: ignore[arg-type]  # a list, as asked

    # ---- letters

    def _letters(self, size_pt: float, colour: str, *, bold: bool = False) -> None:
        self.set_font(FAMILY, style="B" if bold else "", size=size_pt)
        self.set_text_color(*rgb(colour))

    def _lines(self, text: str, size_pt: float) -> None:
        height_mm = size_pt * POINT_MM * LEADING
        self.multi_cell(self.epw, height_mm, printable(text), align=Align.L, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def _add_fonts(self, report: Report) -> None:
        """The report's family, and a font for each other script in it: a film's title may be Javanese or Arabic."""
        pair = next((pair for pair in FAMILIES if all(map(_installed, pair))), None)
        if pair is None:
            raise OfficeError("no font for the PDF is installed; install fonts-noto-core or fonts-dejavu-core")
        for style, name in zip(("", "B"), pair, strict=True):
            self.add_font(FAMILY, style, _installed(name))
        scripts = sorted({script_of(char) for char in _letters_of(report) if ord(char) > 0x2FF})
        more = [name for name in (f"NotoSans{script}-Regular.ttf" for script in scripts) if _installed(name)]
        for name in ("DejaVuSans.ttf", *more):
            if _installed(name):
                self.add_font(name, "", _installed(name))
        self.set_fallback_fonts(
            [name.lower() for name in (*more, "DejaVuSans.ttf") if _installed(name)], exact_match=False
        )


def make_pdf(report: Report) -> bytes:
    """Raises OfficeError when no font is installed."""
    page = ReportPage(report)
    page.put_head()
    if report.whole is not None:
        page.ln(5)
        page.put_bar(report.whole, 11)
        page.put_legend()
    for number, sheet in enumerate(report.sheets):
        page.put_sheet(sheet)
        if number == 0 and report.hours:
            page.put_heading(report.hours_title, 24 * 4.2)
            for bar in report.hours:
                page.put_bar(bar, 3.2, 12)
                page.ln(0.8)
    page.put_proof()
    return bytes(page.output())


def _widths(headings: Sequence[Heading], whole_mm: float) -> list[float]:
    parts = sum(heading.width for heading in headings)
    return [whole_mm * heading.width / parts for heading in headings]


def _installed(name: str) -> str:
    return next((str(Path(folder) / name) for folder in FONT_FOLDERS if (Path(folder) / name).exists()), "")


def _letters_of(report: Report) -> set[str]:
    letters = set(report.title + report.subtitle + report.lead + "".join(report.warnings))
    for sheet in report.sheets:
        for row in sheet.shown:
            letters.update(*(cell for cell in row if isinstance(cell, str)))
    return letters
