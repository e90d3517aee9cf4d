"""The page on which a draft goes live: what will change, the yes (or two), who plays it already, and two versions side by side.

Knows: the order of these steps, and what the log keeps of them. Touches: the content folder, through content/publishing.py.
Must not: write into the folder itself, or lose a version.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from player.base.text import printable
from player.core.model import Problem
from player.office.web.content.difference_words import sentences_of
from player.office.web.content.differences import difference_of
from player.office.web.content.drafts import FileChange, FolderDraft
from player.office.web.content.publishing import DraftConflict, PublishedDraft, find_conflict, publish
from player.office.web.faults import PageFault
from player.office.web.live.changes import ChangeKind
from player.office.web.page import (
    Right,
    Route,
    StreamPart,
    back,
    event_stream,
    form_of,
    office_of,
    part_text,
    render,
)
from player.office.web.pages.conflict_views import conflict_views, joined_version
from player.office.web.pages.drafting import (
    DraftDesk,
    catalogue_for,
    desk_of,
    form_fields,
    head_of,
    in_thread,
    mark_of,
    note_change,
    spell_problem,
    unseen,
)
from player.office.web.pages.reach import arrivals, panels_of
from player.office.web.people.second_yes import SecondYes
from player.office.web.words import Language, plural, t

KIND = "publish"
"""Of what waits for a second yes (people/second_yes.py)."""
SENTENCES_MOST = 60
TOLD_BY = frozenset([ChangeKind.HEALTH, ChangeKind.STATE, ChangeKind.LINK])
"""Which news of a panel may change how far it is."""
LOOK_AGAIN_S = 3600.0


async def show_publish(request: Request) -> Response:
    desk = desk_of(request)
    if await in_thread(_conflict_of, desk) is not None:
        return await _conflict(desk, "")
    return render(request, "publish.html", **await in_thread(_publish_values, desk, ""))


def _publish_values(desk: DraftDesk, fault: str) -> dict[str, Any]:
    language, draft = desk.reader.language, desk.draft
    head = head_of(
        desk, "publish", t(language, "Publish"), t(language, "What is published plays on the panels by itself.")
    )
    if draft.is_empty:
        return head
    panels = panels_of(desk)
    difference = difference_of(draft, panels)
    catalogue = catalogue_for(language)
    found, fresh = _problems_of(desk)
    problems = [{"words": spell_problem(each, language, catalogue), "remark": each.remark} for each in found]
    said = sentences_of(difference, language)
    return {
        **head,
        "panels": panels,
        "sentences": said[:SENTENCES_MOST],
        "more": max(0, len(said) - SENTENCES_MOST),
        "files": [_spell_change(change, language) for change in difference.files],
        "problems": problems,
        "grave": fresh,
        "fault": fault,
        "two_persons": office_of(desk.request).settings.web.two_persons,
        "waits": _waiting(desk),
        "signed": desk.folder.is_signed,
    }


def _spell_change(change: FileChange, language: Language) -> dict[str, Any]:
    match change.what:
        case "added":
            sign, words = "+", t(language, "{path} is new", path=change.path)
        case "removed":
            sign, words = "−", t(language, "{path} is removed", path=change.path)
        case "renamed":
            sign, words = "→", t(language, "{old} is called {new}", old=change.was, new=change.path)
        case "changed":
            sign, words = "~", t(language, "{path} is changed", path=change.path)
    return {"sign": sign, "words": words, "bytes": change.bytes}


# ---- the yes


async def do_publish(request: Request) -> Response:
    desk, fields = desk_of(request), form_fields(await form_of(request))
    language = desk.reader.language
    if desk.draft.is_empty:
        raise PageFault("There is nothing to publish: your draft is as the folder is.")
    if fields.get("grave") != "yes" and (await in_thread(_problems_of, desk))[1]:
        fault = t(language, "Something is wrong with this draft. Mend it, or tick that it is published all the same.")
        return render(request, "publish.html", 422, **await in_thread(_publish_values, desk, fault))
    if office_of(request).settings.web.two_persons:
        return _ask(desk)
    return await _publish(desk, desk.reader.account)


def _problems_of(desk: DraftDesk) -> tuple[list[Problem], bool]:
    """What a panel would say of the folder with the draft, what is wrong first; whether anything of it is the draft's doing."""
    published = FolderDraft(desk.folder, "", desk.folder.path / "no draft")
    before = set(published.check())
    found = sorted(desk.draft.check(), key=lambda each: (each.remark, each in before))
    return found, any(not each.remark and each not in before for each in found)


async def _publish(desk: DraftDesk, by: str) -> Response:
    language, audit = desk.reader.language, office_of(desk.request).audit
    done = await in_thread(publish, desk.draft)
    if isinstance(done, DraftConflict):
        audit.note(by, "publish", desk.folder.name, "stopped: the folder was changed meanwhile")
        return await _conflict(desk, "")
    _note(desk, by, done)
    desk.part.memory.note_published(desk.folder.name, done.digest)
    said = plural(language, len(done.files), "1 file is published.", "{n} files are published.")
    return back(desk.request, f"{desk.home}/published", said)


def _note(desk: DraftDesk, by: str, done: PublishedDraft) -> None:
    audit = office_of(desk.request).audit
    for file in done.files:
        audit.note(
            by, f"publish: {file.what}", f"{desk.folder.name}: {printable(file.path)}", "done", file.before, file.after
        )


# ---- a second person's yes


def _waiting(desk: DraftDesk) -> SecondYes | None:
    """What waits of this draft."""
    path = _second_path(desk, desk.draft.account)
    return next((each for each in office_of(desk.request).second_yes.waiting() if each.path == path), None)


def _second_path(desk: DraftDesk, account: str) -> str:
    return f"{desk.home}/second/{account}"


def _mark_of_draft(desk: DraftDesk) -> str:
    """Of exactly what the draft holds: a yes is for that and nothing else."""
    said = [f"{path}\0{edit.sha256}\0{edit.renamed_from}" for path, edit in sorted(desk.draft.record.edits.items())]
    return hashlib.sha256("\n".join(said).encode("utf-8", "surrogateescape")).hexdigest()


def _ask(desk: DraftDesk) -> Response:
    office, language = office_of(desk.request), desk.reader.language
    count = len(desk.draft.changes())
    everybody = office.settings.web.language
    what = plural(everybody, count, "1 change in {folder}", "{n} changes in {folder}",
                  folder=desk.folder.name)  # fmt: skip
    office.second_yes.ask(KIND, what, desk.reader.account, path=_second_path(desk, desk.reader.account),
                          digest=_mark_of_draft(desk))  # fmt: skip
    note_change(desk, "second yes asked for", what)
    said = t(language, "A second person is asked. It is published when one of them agrees.")
    return back(desk.request, f"{desk.home}/publish", said)


def _of_other(desk: DraftDesk) -> DraftDesk:
    """The draft of the person who asked. Raises PageFault: nothing of it waits."""
    account = desk.request.path_params["account"]
    theirs = DraftDesk(
        desk.request, desk.reader, desk.part, desk.folder, desk.part.drafts.open(desk.folder.name, account)
    )
    if _waiting(theirs) is None:
        raise PageFault("Nothing waits for a second yes here; it was answered or taken back.", status=404)
    return theirs


async def show_second(request: Request) -> Response:
    """What another person wants to publish."""
    theirs = _of_other(desk_of(request))
    values = await in_thread(_publish_values, theirs, "")
    return render(
        request,
        "publish_second.html",
        **values,
        asked=_waiting(theirs),
        mine=theirs.draft.account == theirs.reader.account,
    )


async def decide_second(request: Request) -> Response:
    desk, fields = desk_of(request), form_fields(await form_of(request))
    theirs, office = _of_other(desk), office_of(request)
    asked = _waiting(theirs)
    assert asked is not None, "it has been looked for"
    yes, language = fields.get("yes") == "yes", desk.reader.language
    office.second_yes.decide(asked.id, desk.reader.account, yes=yes, digest=_mark_of_draft(theirs))
    note_change(desk, f"second yes: {'yes' if yes else 'no'}", f"for {asked.asked_by}")
    if not yes:
        return back(
            request,
            f"{desk.home}/publish",
            t(language, "It is not published. {name} keeps the draft.", name=asked.asked_by),
        )
    return await _publish(theirs, f"{asked.asked_by}, {desk.reader.account}")


# ---- who plays it


async def show_published(request: Request) -> Response:
    desk = desk_of(request)
    digest = await in_thread(desk.folder.digest)
    desk.part.memory.note_published(desk.folder.name, digest)
    head = await in_thread(head_of, desk, "publish", t(desk.reader.language, "Who plays what is published"))
    return render(request, "publish_done.html", **head, **_arrival_values(desk, digest))


async def follow_panels(request: Request) -> Response:
    """Panel by panel, as they report."""
    return event_stream(request, _follow(desk_of(request)))


async def _follow(desk: DraftDesk) -> AsyncIterator[StreamPart]:
    """The list as it is, and again after each report of a panel that gets the folder."""
    name = desk.folder.name
    digest = desk.part.memory.published_digest(name) or await in_thread(desk.folder.digest)
    with office_of(desk.request).live.following() as follower:
        while True:
            digest = desk.part.memory.published_digest(name) or digest
            yield StreamPart("part", part_text(desk.request, "publish_panels.html", **_arrival_values(desk, digest)))
            while not any(change.what in TOLD_BY for change in await follower.take(LOOK_AGAIN_S)):
                pass


def _arrival_values(desk: DraftDesk, digest: str) -> dict[str, Any]:
    views, language = arrivals(desk, digest), desk.reader.language
    there = sum(view.plays for view in views)
    if views and there == len(views):
        headline = plural(language, there, "The panel has it.", "All {n} panels have it.")
    else:
        headline = t(language, "{n} of {count} panels have it.", n=there, count=len(views))
    return {"panels": views, "headline": headline, "digest": digest}


# ---- two versions


def _conflict_of(desk: DraftDesk) -> DraftConflict | None:
    return None if desk.draft.is_empty else find_conflict(desk.draft)


async def _conflict(desk: DraftDesk, fault: str) -> Response:
    language = desk.reader.language
    conflict = await in_thread(_conflict_of, desk)
    if conflict is None:
        return back(desk.request, f"{desk.home}/publish")
    head = await in_thread(head_of, desk, "publish", t(language, "Two versions"))
    files = conflict_views(conflict, language)
    return render(desk.request, "publish_conflict.html", 409, **head, files=files, fault=fault)


async def settle_conflict(request: Request) -> Response:
    """The choices: each file's version becomes the draft's; nothing is published yet."""
    desk, form = desk_of(request), await form_of(request)
    paths = [path for path in form.getlist("path") if isinstance(path, str)]
    seen = [mark for mark in form.getlist("seen") if isinstance(mark, str)]
    choices = [str(form.get(f"choice-{n}", "")) for n in range(len(paths))]
    if any(choice not in ("mine", "theirs", "both") for choice in choices):
        return await _conflict(desk, t(desk.reader.language, "Choose a version of each file."))
    if not await in_thread(_settle, desk, dict(zip(paths, seen, strict=False)), dict(zip(paths, choices, strict=True))):
        return await _conflict(desk, unseen(desk.reader.language))
    note_change(
        desk, "conflict settled", ", ".join(f"{path}: {choice}" for path, choice in zip(paths, choices, strict=True))
    )
    return back(
        request,
        f"{desk.home}/publish",
        t(desk.reader.language, "The choices are kept. Look at what changes, and publish."),
    )


def _settle(desk: DraftDesk, seen: dict[str, str], choices: dict[str, str]) -> bool:
    """False: a file has changed since the page was made."""
    conflict = _conflict_of(desk)
    for file in conflict.files if conflict is not None else ():
        if file.path not in choices:
            continue
        if seen.get(file.path) != mark_of(file.theirs or b""):
            return False
        match choices[file.path]:
            case "both":
                desk.draft.resolve(file.path, joined_version(file))
            case "theirs":
                desk.draft.resolve(file.path, "theirs")
            case _:
                desk.draft.resolve(file.path, "mine")
    return True


ROUTES = (
    Route("GET", "/content/{folder}/publish", Right.LOOK, show_publish),
    Route("POST", "/content/{folder}/publish", Right.EDIT, do_publish),
    Route("GET", "/content/{folder}/second/{account}", Right.EDIT, show_second),
    Route("POST", "/content/{folder}/second/{account}", Right.EDIT, decide_second),
    Route("GET", "/content/{folder}/published", Right.LOOK, show_published),
    Route("GET", "/content/{folder}/published/stream", Right.LOOK, follow_panels, stream=True),
    Route("POST", "/content/{folder}/conflict", Right.EDIT, settle_conflict),
)
