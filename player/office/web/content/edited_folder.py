"""A content folder that the console may edit: where it lies, which panels get it, how it is looked at.

Knows: the settings by which it is judged: a panel's defaults, in the office's zone. Touches: the folder, reading only.
Must not: change it (publishing.py does).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from player.bundle.manifest import MANIFEST_NAME
from player.library.vetting.content_folder import ContentFolder, PlainFolder
from player.library.vetting.meaning import FolderMeaning, MeaningUnknown, digest_of_meaning, read_meaning
from player.library.vetting.verdicts import VettingFailed, VettingUndone
from player.office.web.content.facts_book import FactsBook
from player.office.web.content.faults import ContentFault
from player.office.web.content.kept_texts import KeptTexts
from player.settings.models import PanelSection, Settings


def office_settings(timezone: str = "") -> Settings:
    """Of a panel with no settings of its own; timezone "": this computer's."""
    return Settings(panel=PanelSection(name="office", timezone=timezone))


@dataclass(frozen=True, slots=True)
class EditedFolder:
    """panels: as in the settings: names, "group:north", "*". last_shown: when a content was last on any panel, by its hash."""

    name: str
    path: Path
    panels: tuple[str, ...]
    book: FactsBook
    settings: Settings = field(default_factory=office_settings)
    last_shown: Callable[[str], datetime | None] = lambda sha256: None
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    lock: threading.RLock = field(default_factory=threading.RLock, compare=False, repr=False)
    """Held while somebody publishes."""
    texts: KeptTexts = field(default_factory=KeptTexts, compare=False, repr=False)

    @property
    def is_signed(self) -> bool:
        """Whether panels take it only as it was signed: then the console changes nothing in it."""
        return (self.path / MANIFEST_NAME).exists()

    @property
    def plain(self) -> PlainFolder:
        return PlainFolder(self.path.resolve())

    def meaning_of(self, content: ContentFolder) -> FolderMeaning:
        """Raises ContentFault: the folder cannot be read now."""
        try:
            return read_meaning(content, self.settings, self.now(), any_host=True, texts=self.texts)
        except MeaningUnknown as error:
            raise ContentFault("The folder cannot be read: {why}", why=str(error)) from error

    def digest_of(self, content: ContentFolder) -> str:
        """The `content.digest` of a panel that has taken it; media that nobody has read are read now. Raises ContentFault."""
        try:
            return digest_of_meaning(
                self.meaning_of(content), lambda path: self.book.look_into(content.place_of(path), path), self.settings
            )
        except (VettingFailed, VettingUndone) as error:
            raise ContentFault("A file of the folder cannot be looked into now: {why}", why=str(error)) from error

    def digest(self) -> str:
        """Of the folder as it lies there. Raises ContentFault."""
        return self.digest_of(self.plain)
