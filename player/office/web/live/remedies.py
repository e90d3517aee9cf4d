"""What an alert means and what to do about it, in the reader's language, and which buttons do that.

Knows: core/alerts.py's table, whose remedies name commands. Pure: touches nothing. Must not: hold a list of alerts of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from player.contract.commands import COMMANDS
from player.core.alerts import ALERTS, Alert
from player.office.web.live.controls import BY_NAME, label_of
from player.office.web.words.told import catalogue

ON_SCREEN_IS_WRONG = frozenset({Alert.SCREEN_FROZEN, Alert.SCREEN_BLACK, Alert.SCREEN_DISCONNECTED})
"""What people in the street see is wrong; with every other alert the picture goes on."""
ABOUT_CONTENT = frozenset(
    {
        Alert.ITEM_QUARANTINED, Alert.ITEM_TOO_HEAVY, Alert.ITEM_STUTTERS, Alert.CONTENT_REJECTED, Alert.CONTENT_INCOMPLETE,
        Alert.CONTENT_STALE, Alert.CONTENT_ROLLED_BACK,
    }
)  # fmt: skip
"""Mended in the folder, so the tile leads to the panel's files."""
_A_NAME = re.compile(r"[/._]")
"""In a word that is the name of a file, of an address, of a setting."""
_IN_CODE = re.compile(r"`([^`]*)`")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")


@dataclass(frozen=True, slots=True)
class Remedy:
    """meaning, remedy: plain sentences. commands: what the remedy says to send, in its order. known False: no row has it."""

    meaning: str
    remedy: str
    commands: tuple[str, ...]
    known: bool = True


@cache
def _rows(language: str) -> dict[str, Remedy]:
    return {alert.value: _remedy(language, alert) for alert in ALERTS}


def remedy_of(language: str, alert: str) -> Remedy:
    """An alert that this console does not know keeps its id as its meaning."""
    return _rows(language).get(alert) or Remedy(alert[:80], "", (), known=False)


def _remedy(language: str, alert: Alert) -> Remedy:
    row, words = ALERTS[alert], catalogue(language)
    named = dict.fromkeys(word for word in _IN_CODE.findall(row.remedy) if word in COMMANDS)
    return Remedy(_plain(language, words.say(row.meaning)), _plain(language, words.say(row.remedy)), tuple(named))


def detail_beside(meaning: str, detail: str) -> str:
    """Without the words that stand above it already: many a detail begins with what the alert means.

    It begins with a capital letter, unless its first word is a file, an address or a setting, which are written as they are.
    """
    if detail.casefold().startswith(meaning.casefold()):
        detail = detail[len(meaning) :].lstrip(";:, ")
    first = detail.partition(" ")[0].rstrip(".,:;")
    return detail if _A_NAME.search(first) else detail[:1].upper() + detail[1:]


def _plain(language: str, markdown: str) -> str:
    """Without Markdown's marks, commands called as their buttons are, and a capital letter at the beginning."""
    text = _LINK.sub(r"\1", _IN_CODE.sub(lambda code: _button_or_word(language, code[1]), markdown))
    return text[:1].upper() + text[1:]


def _button_or_word(language: str, word: str) -> str:
    return f"“{label_of(language, word)}”" if word in BY_NAME else word
