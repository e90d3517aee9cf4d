"""The text child: parses playlists and schedules, in a process with limits (texts.py asks it).

Knows: its questions and answers. Touches: stdin and stdout (a JSON line each, a text's bytes after the question).
Must not: be imported by the daemon's process: what a hostile text does to a parser must stay in here.
"""

from __future__ import annotations

from typing import Any

from player.base.children import RAW, answer_questions
from player.base.zones import zone_told
from player.library.content.playlist_entry import PATH_LIMIT, PlaylistEntry
from player.library.content.rows import entry_row, problem_row, rule_row, ticker_row
from player.library.content.texts import ParsedHere
from player.library.vetting.texts import ENTRIES_AT_ONCE

MEMORY_BYTES = 512 << 20
"""An XSPF of 32 MB with its tree, and the answer."""
CPU_S = 5
"""The largest texts that are read take a second of a fast core (26 MB of M3U or XSPF: 0.9 and 1.1 s, 2026-11-25)."""


class TextChild:
    """Keeps the entries of the last playlist, which are asked for a few at a time."""

    def __init__(self) -> None:
        self._texts = ParsedHere()
        self._entries: list[PlaylistEntry] = []

    def answer(self, asked: dict[str, Any]) -> dict[str, Any]:
        match asked:
            case {"what": "playlist", "file": file, "title": title, "zone": name, "hashed": hashed}:
                parsed = self._texts.playlist(asked[RAW], file, title, zone_told(name), hashed)
                self._entries = parsed.entries
                return {"entries": len(self._entries), "problems": [*map(problem_row, parsed.problems)]}
            case {"what": "entries", "begin": begin}:
                return {"entries": [_bounded(entry) for entry in self._entries[begin : begin + ENTRIES_AT_ONCE]]}
            case {"what": "schedule", "name": name, "known": known}:
                schedule = self._texts.schedule(asked[RAW], name, set(known))
                return {
                    "timezone": schedule.timezone,
                    "rules": [*map(rule_row, schedule.rules)],
                    "tickers": [*map(ticker_row, schedule.tickers)],
                    "problems": [*map(problem_row, schedule.problems)],
                    "refused": [*map(problem_row, schedule.refused)],
                    "readable": schedule.readable,
                }
            case {"what": "ticker", "name": name}:
                ticker = self._texts.ticker(asked[RAW], name)
                return {"messages": ticker.messages, "problems": [*map(problem_row, ticker.problems)]}
        return {}


def _bounded(entry: PlaylistEntry) -> list[Any]:
    """A path that is too long for any file is told so by whoever looks it up, and need not be sent whole."""
    row = entry_row(entry)
    row[0] = entry.where[: PATH_LIMIT + 1]
    return row


if __name__ == "__main__":
    answer_questions(TextChild().answer, MEMORY_BYTES, CPU_S)
