"""What a panel's answer to a command says, in the reader's language.

Knows: stages and codes of replies. Pure: touches nothing. Must not: take silence for success.
"""

from __future__ import annotations

from dataclasses import dataclass

from player.base.text import printable
from player.contract.reports import Reply
from player.office.answers import FINAL
from player.office.web.words import t
from player.office.web.words.told import catalogue

DETAIL_MOST = 500
LINES_MOST = 200
LINE_MOST = 2000


@dataclass(frozen=True, slots=True)
class AnswerWords:
    """tone: good, warn, bad or "" (nothing is known yet). over: nothing more will come. lines: of the panel's log."""

    tone: str
    mark: str
    sentence: str
    detail: str
    over: bool
    lines: tuple[str, ...] = ()


def words_of_answer(language: str, do: str, reply: Reply | None, *, waited: bool) -> AnswerWords:
    """reply None: the panel has said nothing so far. waited: for as long as it is waited."""
    if reply is None:
        if waited:
            return AnswerWords(
                "warn",
                "!",
                t(language, "No answer. The panel may be off; it does not obey later than a minute."),
                "",
                True,
            )
        return AnswerWords("", "…", t(language, "Sent. Waiting for the panel."), "", False)
    detail = short_detail(language, reply.detail)
    match reply.stage:
        case "done" if do == "logs":
            lines = tuple(printable(line[:LINE_MOST]) for line in reply.detail.splitlines()[-LINES_MOST:])
            return AnswerWords("good", "✓", t(language, "Its newest lines:"), "", True, lines)
        case "done":
            return AnswerWords("good", "✓", t(language, "Done."), detail, True)
        case "failed":
            return AnswerWords("bad", "✕", t(language, "It did not work."), detail or printable(reply.code[:60]), True)
        case "rejected":
            return AnswerWords("bad", "✕", _refusal(language, reply.code), detail, True)
        case _ if waited:
            return AnswerWords("warn", "!", t(language, "The panel took it, and has not said how it ended."), "", True)
        case _:
            return AnswerWords("", "…", t(language, "The panel took it and is at work."), "", False)


def short_detail(language: str, detail: str) -> str:
    line = printable(" ".join(detail[:DETAIL_MOST].split()))
    return catalogue(language).say(line)


def _refusal(language: str, code: str) -> str:
    match code:
        case "not-allowed":
            return t(language, "This panel's settings do not allow that command from the office.")
        case "too-many":
            return t(language, "The panel got too many commands in this minute; try again in a moment.")
        case "expired":
            return t(language, "It came too late at the panel; look at the clocks of the panel and of this computer.")
        case "unknown":
            return t(language, "This panel runs an older version that does not know this command.")
        case _:
            return t(language, "The panel refused it.")


def is_final(reply: Reply | None) -> bool:
    return reply is not None and reply.stage in FINAL
