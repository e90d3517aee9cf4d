"""Documents (PDF): how many pages one has, and a page as a picture.

Knows: pypdfium2, which is loaded with the first document: 34 of 246 ms of a vetting child's start (processor time, 2026-11-26).
Touches: the file that it is given. It runs in a child process with limits.
Must not: be imported by the daemon's process; nor run what a document holds (scripts, forms, links are not even read).
"""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from player.library.vetting.head import DOCUMENT, DOCUMENT_WITHIN_BYTES
from player.screen.drawing.stills import encoded

if TYPE_CHECKING:
    import pypdfium2

END = b"%%EOF"
END_WITHIN_BYTES = 1024
"""PDF 1.7, appendix H: what a reader allows behind it."""
LARGEST_POINTS = 14_400
"""The longest side of a page that PDF 1.7 allows: five metres."""


class DocumentFault(Exception):
    """Why no page can be made; the message says it in plain words."""


class DocumentDamaged(DocumentFault):
    """It cannot be opened at all: damaged, or not whole."""


def lacks_its_end(file: BinaryIO) -> bool:
    """Whether the document ends without the mark that each has at its end."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - END_WITHIN_BYTES))
    return END not in file.read(END_WITHIN_BYTES)


def is_document(head: bytes) -> bool:
    return DOCUMENT in head[:DOCUMENT_WITHIN_BYTES]


def count_pages(file: Path | BinaryIO) -> int:
    """Raises DocumentFault."""
    document = _open(file)
    try:
        if not len(document):
            raise DocumentFault("it has no pages")
        return len(document)
    finally:
        document.close()


def draw_page(file: Path | BinaryIO, number: int, width: int, height: int) -> tuple[bytes, tuple[int, int]]:
    """Page `number` (from 1) as a picture file and its size: as large as covers width x height, on white.

    Raises DocumentFault.
    """
    import pypdfium2

    document = _open(file)
    try:
        if not 1 <= number <= len(document):
            raise DocumentFault(f"it has no page {number}, only {len(document)}")
        try:
            page = document[number - 1]
        except pypdfium2.PdfiumError as error:
            raise DocumentFault(f"its page {number} is damaged; save it as PDF again") from error
        wide, tall = page.get_size()
        if not (0 < wide <= LARGEST_POINTS and 0 < tall <= LARGEST_POINTS):
            raise DocumentFault(f"its page {number} has a size that cannot be ({wide:.0f} x {tall:.0f} points)")
        scale = max(width / wide, height / tall)
        scale = min(scale, math.sqrt(4 * width * height / (wide * tall)))  # a roll of paper is not drawn whole
        drawn = page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")
        return encoded(drawn), drawn.size
    finally:
        document.close()


def _open(file: Path | BinaryIO) -> pypdfium2.PdfDocument:
    import pypdfium2

    try:
        return pypdfium2.PdfDocument(file)
    except pypdfium2.PdfiumError as error:
        words = str(error).lower()
        if "password" in words:
            raise DocumentFault("it has a password; save it without one") from error
        if "security" in words:
            raise DocumentFault("it is encrypted in a way that is not known here; print it to a new PDF") from error
        raise DocumentDamaged("it is damaged; save it as PDF again") from error
