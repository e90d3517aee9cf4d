"""The bundle's texts as values: what a draft asks for, whoever parses them.

Knows: which parser reads which file. Touches nothing. Must not: be what the daemon uses: a foreign text is parsed in a
child (vetting/texts.py asks vetting/text_child.py, which uses this).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import tzinfo
from typing import Protocol

from player.library.content.m3u import parse_m3u
from player.library.content.playlist_entry import Parsed
from player.library.content.schedule_file import ParsedSchedule, parse_schedule
from player.library.content.ticker_file import ParsedTicker, parse_ticker


class Texts(Protocol):
    """All give what is in the text and what is wrong with it; neither ever raises anything because of the text."""

    def playlist(self, raw: bytes, file: str, title: str, zone: tzinfo, hashed: Collection[str] = ()) -> Parsed:
        """file: its path, which says what kind of playlist it is. title: as problems name it.

        hashed: the names of files, as this playlist would write them, that begin with #.
        """
        ...

    def schedule(self, raw: bytes, name: str, known: Collection[str]) -> ParsedSchedule:
        """known: the playlists that exist."""
        ...

    def ticker(self, raw: bytes, name: str) -> ParsedTicker:
        """name: the file's, as problems name it."""
        ...


class ParsedHere:
    """The parsers, in this process."""

    def playlist(self, raw: bytes, file: str, title: str, zone: tzinfo, hashed: Collection[str] = ()) -> Parsed:
        if file.casefold().endswith(".xspf"):
            # Here, not at the top: the process stays small until somebody really uses XSPF.
            from player.library.content.xspf import parse_xspf

            return parse_xspf(raw, title)
        return parse_m3u(raw, title, zone, hashed)

    def schedule(self, raw: bytes, name: str, known: Collection[str]) -> ParsedSchedule:
        return parse_schedule(raw, name, known)

    def ticker(self, raw: bytes, name: str) -> ParsedTicker:
        return parse_ticker(raw, name)
