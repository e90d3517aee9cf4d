"""Who gets a folder, and how far each of these panels is with what was published.

Knows: names and groups of the folder's settings, the words for how far a panel is. Touches nothing: the hub has heard all of it.
Must not: ask a panel, or believe its words without escaping them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from player.base.text import printable
from player.office.fleet import Panel, Presence
from player.office.web.page import office_of
from player.office.web.pages.drafting import DraftDesk, catalogue_for
from player.office.web.words import Language, t
from player.office.web.words.moments import spell_bytes, spell_clock

ALL = "*"
GROUP = "group:"
MIN_PX, MAX_PX = 16, 16_384
"""What a panel may say of its own size and be believed."""


@dataclass(frozen=True, slots=True)
class ArrivalView:
    """How far one panel is. share: of what it copies, 0.0 to 1.0; None: it copies nothing. plays: it has the new content."""

    name: str
    look: str
    badge: str
    sign: str
    state: str
    says: str
    share: float | None
    plays: bool


def heard_panels(desk: DraftDesk) -> tuple[list[Panel], datetime]:
    """The panels that get this folder, by name, and as of when they are judged."""
    live = office_of(desk.request).live
    found = [panel for panel in live.panels() if gets_folder(panel, desk.folder.panels)]
    return sorted(found, key=lambda panel: panel.name), live.moment


def gets_folder(panel: Panel, wanted: Sequence[str]) -> bool:
    """wanted: `panels` of a [[folder]] of the settings."""
    return any(
        each in (ALL, panel.name) or (each.startswith(GROUP) and each.removeprefix(GROUP) in panel.groups)
        for each in wanted
    )


def panels_of(desk: DraftDesk) -> list[str]:
    """The names of those that get the folder: the panels heard of, and those that the settings name and nobody has heard of."""
    heard, _ = heard_panels(desk)
    named = [each for each in desk.folder.panels if each != ALL and not each.startswith(GROUP)]
    return sorted({*named, *(panel.name for panel in heard)})


def largest_panel(desk: DraftDesk) -> tuple[int, int] | None:
    """Width and height that hold every panel of the folder: no film needs to be larger. None: no panel has told its size."""
    screens = [panel.health.screen for panel in heard_panels(desk)[0] if panel.health is not None]
    sizes = [(s.width, s.height) for s in screens if s.width and s.height and min(s.width, s.height) >= MIN_PX]
    sizes = [(wide, tall) for wide, tall in sizes if max(wide, tall) <= MAX_PX]
    return (max(wide for wide, _ in sizes), max(tall for _, tall in sizes)) if sizes else None


def arrivals(desk: DraftDesk, digest: str) -> list[ArrivalView]:
    """digest: of what is published. Who waits or needs somebody stands first."""
    panels, moment = heard_panels(desk)
    language, heard = desk.reader.language, {panel.name: panel for panel in panels}
    views = [_arrival(name, heard.get(name), digest, moment, language) for name in panels_of(desk)]
    return sorted(views, key=lambda view: (view.plays, view.name))


def _arrival(name: str, panel: Panel | None, digest: str, moment: datetime, language: Language) -> ArrivalView:
    if panel is None or panel.health is None:
        said = t(language, "nothing has been heard of it yet")
        return ArrivalView(name, "absent", "", "?", t(language, "not known"), said, None, plays=False)
    content, presence = panel.health.content, panel.presence(moment)
    if content.digest is not None and content.digest == digest:
        at = content.adopted_at
        said = t(language, "since {clock}", clock=spell_clock(language, at.astimezone(moment.tzinfo))) if at else ""
        return ArrivalView(name, "there", "good", "✓", t(language, "has it"), said, None, plays=True)
    if presence is not Presence.ONLINE:
        said = t(language, "it takes the new content when it is back")
        return ArrivalView(name, "absent", "bad", "✕", t(language, "not connected"), said, None, plays=False)
    if (pending := content.pending) is not None:
        total = max(1, pending.bytes_total)
        said = t(
            language, "{done} of {size}", done=spell_bytes(language, pending.bytes_done),
            size=spell_bytes(language, pending.bytes_total),
        )  # fmt: skip
        if pending.waiting_for:
            said = f"{said}; {t(language, 'it waits for {file}', file=printable(pending.waiting_for)[:200])}"
        share = min(1.0, pending.bytes_done / total)
        return ArrivalView(name, "coming", "warn", "↓", t(language, "is copying"), said, share, plays=False)
    if content.problems:
        said = catalogue_for(language).say(printable(content.problems[0])[:300])
        return ArrivalView(name, "wrong", "warn", "!", t(language, "has not taken it"), said, None, plays=False)
    if content.digest is None:
        said = t(language, "its program is older and does not say what it has")
        return ArrivalView(name, "silent", "", "?", t(language, "not known"), said, None, plays=False)
    said = t(language, "the folder is on its way to it")
    return ArrivalView(name, "waiting", "", "…", t(language, "waits"), said, None, plays=False)
