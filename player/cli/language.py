"""The language in which the terminal's commands speak to the operator.

Knows: whose word counts: the option, the panel's settings, the terminal. Touches: the environment (LANG).
Must not: translate what programs read (`--json`).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from player.base.catalogue import Catalogue, catalogue_of
from player.base.indonesian_status import STATUS_WORDS
from player.bundle.refusals import spoken_refusals
from player.core.model import Problem
from player.settings.models import Settings

DAYS = ("Sen", "Sel", "Rab", "Kam", "Jum", "Sab", "Min")
LINE = {"id": "baris", "en": "line"}


class Speech:
    """One language, with the words that are no sentences."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._catalogue: Catalogue = catalogue_of(language, spoken_refusals())

    def say(self, english: str) -> str:
        return self._catalogue.say(english)

    def word(self, english: str) -> str:
        """A single word of `status`, which is no sentence."""
        return STATUS_WORDS.get(english, english) if self.language == "id" else english

    def spell_told(self, told: str) -> str:
        """A problem that is a text already, as a report holds it: `playlist.m3u8 line 7: ...; what to do`."""
        return self.say(told)

    def spell(self, problem: Problem) -> str:
        """`playlist.m3u8 line 7: ...; what to do`."""
        where = self._place(problem.where)
        place = where if problem.line is None else f"{where} {LINE[self.language]} {problem.line}"
        remedy = f"; {self.say(problem.remedy)}" if problem.remedy else ""
        return f"{place}: {self.say(problem.what)}{remedy}"

    def _place(self, where: str) -> str:
        """A file's name stays, also one that is called like a word of ours."""
        return self.say(where) if " " in where else where

    def day_and_time(self, moment: datetime, form: str) -> str:
        """As strftime, with the day of the week in this language."""
        if self.language == "id":
            form = form.replace("%a", DAYS[moment.weekday()])
        return moment.strftime(form)


def speech_of(
    asked: str | None, config: Path, settings: Settings, environment: Mapping[str, str] = os.environ
) -> Speech:
    """asked: `--language`. Without it: panel.language where there are a panel's settings, else the terminal's language."""
    if asked is not None:
        return Speech(asked)
    if config.exists():
        return Speech(settings.panel.language)
    terminal = next((environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), "")
    return Speech("id" if terminal.startswith("id") else "en")
