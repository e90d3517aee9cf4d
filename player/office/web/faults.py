"""What a person can mend: said beside the field that it is about, in the reader's language.

Knows: the sentence, its parts, its field. Touches nothing. Must not: be raised for a fault of the program.
"""

from __future__ import annotations

from player.office.web.words import t
from player.office.web.words.told import catalogue


class PageFault(Exception):
    """One English sentence of the words, and its parts. status: 400, or 403, 404, 409, 413, 429.

    why=...: what another part of the program said; it is told in the reader's language, too.
    """

    def __init__(self, sentence: str, field: str = "", status: int = 400, **parts: object) -> None:
        super().__init__(sentence)
        self.sentence, self.field, self.status, self.parts = sentence, field, status, parts

    def say(self, language: str) -> str:
        why = self.parts.get("why")
        told = {"why": catalogue(language).say(why)} if isinstance(why, str) else {}
        return t(language, self.sentence, **{**self.parts, **told})

    def __str__(self) -> str:
        return self.say("en")
