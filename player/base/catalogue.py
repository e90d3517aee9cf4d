"""The sentences for operators in another language: found by the English sentence, whose changing parts stay as they are.

Knows: how a sentence is put together (`what; remedy`, `file: what`), which template it was made from. Touches nothing.
Must not: be asked for what programs read (MQTT, JSON, logs stay English), or lose a word: what it does not know stays English.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from player.base.indonesian import INDONESIAN

NO_MORE: Mapping[str, str] = {}
LONGEST = 2000
"""Characters of a sentence that is looked up: longer ones hold something foreign."""
REMEMBERED_MOST = 5000
"""Sentences whose words have been found: an office that runs for years hears new ones every day, and some from strangers."""


class Catalogue:
    """One language. table: English template -> the other; `{}` is a part that stays, `{0}`, `{1}` where their order changes.

    words: the single words of the table that are translated inside a sentence, too. Another single word that is a part is a name,
    a key or what somebody typed: a playlist called `state`, `from = 06:00:00`.
    """

    def __init__(self, table: Mapping[str, str], words: Collection[str] = ()) -> None:
        self._words = frozenset(words)
        self._whole = {english: other for english, other in table.items() if "{}" not in english}
        self._heads = {
            head for head, mark, _ in (english.partition(": ") for english in table) if mark and "{}" not in head
        }
        made = [(english, other) for english, other in table.items() if "{}" in english]
        # The most special one first: what is written out counts, not what is left open.
        made.sort(key=lambda pair: len(pair[0].replace("{}", "")), reverse=True)
        self._templates = [(_pattern(english), other) for english, other in made]
        self._known: dict[str, str | None] = {}

    def say(self, english: str) -> str:
        """In this language; the pieces that are not in the table stay as they are."""
        said = ""
        while True:
            # Piece by piece in a loop: what is said may hold a stranger's name, with any number of these marks in it.
            if placed := self._split_place(english):
                begun, english = placed
                said += begun
                continue
            if self._begins_with_name(english):
                name, _, english = english.partition(": ")
                said += f"{name}: "
                continue
            if (found := self.find(english)) is not None:
                return said + found
            mark = next((each for each in ("; ", ": ") if each in english), None)
            if len(english) > LONGEST:
                return said + english
            if mark is None:
                return said + _IN_BRACKETS.sub(self._say_bracket, english)
            head, english = english.split(mark, maxsplit=1)
            said += self.say(head) + mark

    def _split_place(self, english: str) -> tuple[str, str] | None:
        """`playlist.m3u8 line 7: ` in this language, and what is said of that line; None: it does not begin so."""
        head, mark, rest = english.partition(": ")
        name, _, number = head.rpartition("line ")
        if not (mark and number.isdecimal() and number.isascii() and (not name or name.endswith(" "))):
            return None
        line = self.find(f"line {number}")
        return None if line is None else (f"{name}{line}: ", rest)

    def _begins_with_name(self, english: str) -> bool:
        """Whether a file's name stands before the sentence about it, and so is no part of that."""
        name, between, rest = english.partition(": ")
        if name in self._heads and self.find(english) is not None:
            return False  # a sentence of ours that begins so: `schedule: {} until {}`
        return bool(between) and "(" not in name and self.find(name) is None and self.find(rest) is not None

    def find(self, english: str) -> str | None:
        """The whole sentence, or None where it is not in the table."""
        if len(english) > LONGEST:
            return self._find(english)
        if english not in self._known:
            if len(self._known) >= REMEMBERED_MOST:
                self._known.clear()
            self._known[english] = self._find(english)
        return self._known[english]

    def _find(self, english: str) -> str | None:
        if english in self._whole:
            return self._whole[english]
        if len(english) > LONGEST:
            return None
        for pattern, other in self._templates:
            if match := pattern.fullmatch(english):
                return other.format(*map(self._say_part, match.groups()))
        return None

    def _say_part(self, part: str) -> str:
        """A name, a number, a typed value; or a word of the table, or a sentence of its own about "it"."""
        if part in self._whole and (" " in part or part in self._words):
            return self._whole[part]
        if part.startswith(("it ", "its ")):
            return self.find(part) or part
        return _IN_BRACKETS.sub(self._say_bracket, part)

    def _say_bracket(self, found: re.Match[str]) -> str:
        inside = self.find(found[1]) if " " in found[1] else None
        return f" ({inside or found[1]})"


_IN_BRACKETS = re.compile(r" \(((?:[^()]|\([^()]*\))*)\)(?=$|, )")
"""What is wrong with each of several names: `a.mp4 (it is empty), b.mp4 (its end never came)`."""


def _pattern(english: str) -> re.Pattern[str]:
    """A part never reaches over a semicolon: behind it another sentence begins."""
    return re.compile("((?:(?!; ).)+?)".join(map(re.escape, english.split("{}"))), re.DOTALL)


def catalogue_of(language: str, more: Mapping[str, str] = NO_MORE) -> Catalogue:
    """ "id" or "en"; of English, as of every other language, the table is empty. more: Indonesian that stands elsewhere."""
    return Catalogue({**INDONESIAN, **more}) if language == "id" else Catalogue({})
