"""The texts of a folder, each parsed once for each content: a page of a folder in which nothing is new starts no process.

Knows: how much of what was parsed is kept. Touches: the child process of TextReader, when there is a text that is not known.
Must not: parse a text itself, or know whose draft a text belongs to.
"""

from __future__ import annotations

import threading
from collections.abc import Hashable
from typing import Any, Self

from player.library.content.playlist_entry import Parsed
from player.library.vetting.texts import TextReader

KEPT_ENTRIES = 50_000
"""Of all playlists together: about 25 MB. What was not asked for the longest goes first."""
KEPT_TEXTS = 500


class KeptTexts(TextReader):
    """As TextReader, but what one look did not ask for is kept for the next; for any number of threads, one look at a time."""

    def __init__(self) -> None:
        super().__init__()
        self._looking = threading.RLock()

    def __enter__(self) -> Self:
        self._looking.acquire()
        self._before, self._now = trimmed({**self._before, **self._now}), {}
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.child.end()
            rest = {key: parsed for key, parsed in self._before.items() if key not in self._now}
            self._before, self._now = trimmed({**rest, **self._now}), {}
        finally:
            self._looking.release()


def trimmed(kept: dict[Hashable, Any]) -> dict[Hashable, Any]:
    """Without the first of them, so that no more is left than is kept."""
    left, entries = {}, 0
    for key, parsed in list(kept.items())[: -KEPT_TEXTS - 1 : -1]:
        entries += len(parsed.entries) if isinstance(parsed, Parsed) else 1
        if entries > KEPT_ENTRIES:
            break
        left[key] = parsed
    return dict(reversed(left.items()))
