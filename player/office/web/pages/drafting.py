"""What the pages of Content share: the folder and the person's draft of it, the head of the page, faults beside their fields.

Knows: the address of each part of Content. Touches: the draft, through the content's own modules, in threads.
Must not: write a file itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import quote

from anyio import to_thread
from starlette.datastructures import FormData
from starlette.requests import Request

from player.base.catalogue import Catalogue
from player.core.model import Problem
from player.office.web.content.desk import ContentDesk
from player.office.web.content.drafts import FolderDraft
from player.office.web.content.edited_folder import EditedFolder
from player.office.web.content.listing import Listing
from player.office.web.content.schedule_rules import ScheduleFile
from player.office.web.faults import PageFault
from player.office.web.page import Reader, office_of, reader_of
from player.office.web.words import Language, t, told

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class DraftDesk:
    """One folder, and one person's draft of it."""

    request: Request
    reader: Reader
    part: ContentDesk
    folder: EditedFolder
    draft: FolderDraft

    @property
    def home(self) -> str:
        return f"/content/{quote(self.folder.name, safe='')}"

    def now(self) -> datetime:
        """The moment, in the office's zone."""
        office = office_of(self.request)
        return office.now().astimezone(office.zone)

    def say(self, english: str, /, **parts: object) -> str:
        """A sentence that its own module's words hold already; a literal is said with `t`."""
        return t(self.reader.language, english, **parts)


@dataclass(frozen=True, slots=True)
class LookedAt:
    """What lies in the folder with the draft on top, at one moment: a request looks once."""

    listing: Listing
    schedule: ScheduleFile


def look_at_draft(desk: DraftDesk) -> LookedAt:
    """For a thread: it reads files, and asks a process about playlists."""
    return LookedAt(desk.draft.listing(), desk.draft.schedule_file())


def part_of_content(request: Request) -> ContentDesk:
    part = office_of(request).content
    assert part is not None, "open_office opens it"
    return part


def desk_of(request: Request) -> DraftDesk:
    """The folder that the address names, and the reader's draft. Raises PageFault (404)."""
    reader, part = reader_of(request), part_of_content(request)
    folder = part.folders.get(request.path_params["folder"])
    if folder is None:
        raise PageFault("No folder has this name here.", status=404)
    return DraftDesk(request, reader, part, folder, part.drafts.open(folder.name, reader.account))


async def in_thread(work: Callable[..., Made], *given: Any) -> Made:
    """The work beside the event loop, as it reads and writes files."""
    return await to_thread.run_sync(work, *given)


def head_of(desk: DraftDesk, tab: str, heading: str, sub: str = "", done: str = "") -> dict[str, Any]:
    """What content_head.html and content_state.html need."""
    language, home, draft = desk.reader.language, desk.home, desk.draft
    changes = draft.changes()
    desk.part.memory.note_opened(desk.reader.account, desk.folder.name)
    publish = t(language, "Publish")
    return {
        "heading": heading,
        "sub": sub,
        "folders": list(desk.part.folders.values()),
        "folder": desk.folder,
        "home": home,
        "tab": tab,
        "tabs": (
            ("media", home, t(language, "Films and pictures")),
            ("playlists", f"{home}/playlists", t(language, "Playlists")),
            ("schedule", f"{home}/schedule", t(language, "Schedule")),
            ("publish", f"{home}/publish", f"{publish} ({len(changes)})" if changes else publish),
        ),
        "changes": changes,
        "can_undo": draft.can_undo,
        "here": desk.request.url.path,
        "done": done,
        "may_edit": desk.reader.may("edit"),
    }


def form_fields(form: FormData) -> dict[str, str]:
    """The fields that are text, each once."""
    return {name: value for name, value in form.items() if isinstance(value, str)}


def mark_of(raw: bytes) -> str:
    """What a form sends back, so that a change never lands in a file that has changed since the page was made."""
    return hashlib.sha256(raw).hexdigest()[:16]


def number_of(fields: dict[str, str], name: str) -> int:
    """Raises PageFault."""
    typed = fields.get(name, "")
    if not (typed.isascii() and typed.isdecimal() and len(typed) < 7):
        raise out_of_date()
    return int(typed)


def out_of_date() -> PageFault:
    return PageFault("This page is out of date. Load it again.", status=409)


def note_change(desk: DraftDesk, what: str, to: str) -> None:
    """A step of a draft in the log: who changed what; what is published is noted with before and after."""
    office_of(desk.request).audit.note(desk.reader.account, f"draft: {what}", f"{desk.folder.name}: {to}", "done")


def unseen(language: Language) -> str:
    return t(language, "It has changed since this page was loaded. Here it is as it is now: look, and do it again.")


def catalogue_for(language: Language) -> Catalogue:
    """The sentences of the panel's own code, of `check` for example."""
    return told.catalogue(language)


def spell_problem(problem: Problem, language: Language, catalogue: Catalogue | None = None) -> str:
    """`playlist.m3u8 line 7: ...; what to do`, in the language."""
    known = catalogue or told.catalogue(language)
    where = known.say(problem.where) if " " in problem.where else problem.where  # a file called like a word of ours
    if problem.line is not None:
        where = t(language, "{file} line {number}", file=where, number=problem.line)
    remedy = f"; {known.say(problem.remedy)}" if problem.remedy else ""
    return f"{where}: {known.say(problem.what)}{remedy}"
