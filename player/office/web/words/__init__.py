"""The console's sentences in two languages: the English sentence is the key, its Indonesian stands in a module of its area.

Knows: which areas there are, and how parts are put into a sentence. Touches nothing.
Must not: know a page. tests/office/web/test_words.py compares: each sentence that is said has its words, and none is left over.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

from player.office.web.words import content, frame, live, pages, publishing

Language = Literal["id", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
LANGUAGE_NAMES: Mapping[Language, str] = {"id": "Bahasa Indonesia", "en": "English"}
AREAS: tuple[Mapping[str, str], ...] = (frame.WORDS, content.WORDS, live.WORDS, pages.WORDS, publishing.WORDS)
"""Each area's own module; a short word may stand in several, with one translation."""
INDONESIAN: Mapping[str, str] = {english: other for area in AREAS for english, other in area.items()}


def t(language: str, english: str, /, **parts: object) -> str:
    """The sentence in the language, with its parts: t("id", "{n} panels", n=5). What has no words stays English."""
    said = INDONESIAN.get(english, english) if language == "id" else english
    return said.format(**parts) if parts else said


def plural(language: str, n: int, one: str, many: str, /, **parts: object) -> str:
    """`one` where n is 1, `many` otherwise, each with {n}; Indonesian says the same for both."""
    return t(language, one if n == 1 else many, n=n, **parts)


def language_of(word: str, otherwise: Language) -> Language:
    """The language that `word` names; `otherwise` where it names none."""
    return next((each for each in LANGUAGES if each == word), otherwise)
