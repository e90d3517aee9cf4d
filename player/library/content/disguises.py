"""Files that are called like a text and are something else: an office program's document, a web page, an archive.

Knows: how such files begin. Touches nothing. Must not: read further than the beginning.
"""

from __future__ import annotations

import re

_BEGINNINGS = (
    (rb"\{\\rtf", "a WordPad or Word file"),
    (rb"PK\x03\x04", "a Word file (or another packed one)"),
    (rb"\xd0\xcf\x11\xe0", "an old Word or Excel file"),
    (rb"%PDF-", "a PDF file"),
    (rb"\s*<(?:!doctype\s+html|html|head|body)\b", "a web page (perhaps a log-in page)"),
)


def what_it_is(raw: bytes) -> str | None:
    """What a file really is that is called like a text, in words that follow "it is"; None: it may be a text."""
    begin = raw[:200].removeprefix(b"\xef\xbb\xbf")
    for pattern, words in _BEGINNINGS:
        if re.match(pattern, begin, re.IGNORECASE):
            return words
    return None
