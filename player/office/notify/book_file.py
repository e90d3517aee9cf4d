"""The notifier's book on disk: what stands, what waits, what each way has told.

Knows: the file's form. Touches: one file. Must not: fail for a file that cannot be read; it begins anew and says so.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from player.base.disk import replace_file, set_aside
from player.office.notify.book import Book

BOOK = TypeAdapter(Book)


def read_book(file: Path) -> tuple[Book, str]:
    """The book, and what was wrong with the file ("": nothing). Raises OSError when it is there and may not be read."""
    try:
        return BOOK.validate_json(file.read_bytes()), ""
    except FileNotFoundError:
        return Book(), ""
    except ValidationError:
        set_aside(file)
        return Book(), f"{file} could not be read and was set aside; what stands now is told again"


def write_book(file: Path, book: Book) -> None:
    """Raises OSError."""
    replace_file(file, BOOK.dump_json(book), mode=0o640)
