"""Everything of the content that the console holds open: the folders, drafts, uploads, conversions and the book of facts.

Knows: where each lies below the data folder, and in which order they are opened and closed. Touches: the data folder.
Must not: know pages or accounts.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from player.office.web.content.conversions import Conversions
from player.office.web.content.drafts import Drafts
from player.office.web.content.edited_folder import EditedFolder, office_settings
from player.office.web.content.facts_book import FILE_NAME, FactsBook
from player.office.web.content.faults import ContentFault
from player.office.web.content.published import ContentMemory
from player.office.web.content.publishing import clean_up
from player.office.web.content.uploads import Uploads
from player.settings.models import Settings


@dataclass(frozen=True, slots=True)
class NamedFolder:
    """A [[folder]] of the settings: its name, where it lies, and who gets it."""

    name: str
    path: Path
    panels: tuple[str, ...] = ("*",)


@dataclass(frozen=True, slots=True)
class ContentDesk:
    """folders: by name, in the order of the settings."""

    folders: Mapping[str, EditedFolder]
    drafts: Drafts
    uploads: Uploads
    conversions: Conversions
    book: FactsBook
    memory: ContentMemory


@contextmanager
def open_desk(
    folders: Sequence[NamedFolder],
    data_folder: Path,
    timezone: str = "",
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    last_shown: Callable[[str], datetime | None] = lambda sha256: None,
    settings: Settings | None = None,
) -> Iterator[ContentDesk]:
    """timezone: the panels', where a schedule names none; "": this computer's. last_shown: of a content, by its hash, from the
    records. settings: how a panel would judge the folders, when it is not as panels do by default. Raises OSError.
    """
    judged_by = settings or office_settings(timezone)
    with FactsBook(data_folder / FILE_NAME, judged_by) as book, Conversions(data_folder / "conversions") as conversions:
        book.forget_below(data_folder)
        edited = {
            each.name: EditedFolder(each.name, each.path, each.panels, book, judged_by, last_shown, now)
            for each in folders
        }
        drafts = Drafts(data_folder / "drafts", edited)
        _clean_up(drafts)
        memory = ContentMemory(data_folder / "thumbnails")
        try:
            yield ContentDesk(edited, drafts, Uploads(data_folder / "uploads", book), conversions, book, memory)
        finally:
            memory.close()


def _clean_up(drafts: Drafts) -> None:
    """After publications that were killed. A folder that cannot be reached now is cleaned at the next start."""
    for name in drafts.folders:
        for draft in drafts.begun(name):
            with contextlib.suppress(OSError, ContentFault):
                clean_up(draft)
