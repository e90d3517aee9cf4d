"""Who shows an urgent message, who does not and why; and the messages on screen that somebody else sent.

Knows: what a panel's reports and its answer say about a message. Pure: the clock is passed in.
Must not: send, or take silence for success.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from player.contract.reports import PlayerState, Reply
from player.core.playing.scene import told_text
from player.office.answers import FINAL
from player.office.fleet import Panel, Presence
from player.office.web.urgent.sent import SentMessage
from player.office.web.words import t
from player.office.web.words.told import catalogue

MESSAGE = "message "
"""How the director's reason for an urgent message begins (core/playing/scene.py, message_words): a film is known by it."""


NO_LETTERS = re.compile(r"this panel has no letters for (.{1,80}); install (\S{1,60})")
"""In the answer of a panel whose fonts lack some of a message's letters (core/office/pending.py)."""


class Showing(StrEnum):
    """How a message stands on one panel. The order is the order of the page: what needs a person comes first."""

    REFUSED = "refused"
    HIDDEN = "hidden"
    """The panel has it, and something stronger is on screen."""
    AWAY = "away"
    WAITING = "waiting"
    SHOWN = "shown"


ORDER = list(Showing)


@dataclass(frozen=True, slots=True)
class PanelStanding:
    """why: in the reader's language; "" where the kind says all."""

    panel: str
    showing: Showing
    why: str = ""


@dataclass(frozen=True, slots=True)
class MessageStanding:
    """A message of this console, and each of its panels, those that do not show it first."""

    sent: SentMessage
    panels: tuple[PanelStanding, ...]

    @property
    def shown(self) -> int:
        return sum(1 for each in self.panels if each.showing is Showing.SHOWN)

    @property
    def missing(self) -> tuple[PanelStanding, ...]:
        return tuple(each for each in self.panels if each.showing is not Showing.SHOWN)


@dataclass(frozen=True, slots=True)
class ForeignMessage:
    """A message on screen that another program sent. key: what tells it from others. panels: who shows it."""

    key: str
    text: str
    by: str
    until: datetime | None
    panels: tuple[str, ...]


def standing_of(
    sent: SentMessage, panels: Mapping[str, Panel], replies: Mapping[str, Reply], wall: datetime, language: str
) -> MessageStanding:
    """How the message stands on each panel that it was sent to. replies: what they have answered, as far as it is known."""
    found = [_one(sent, name, panels.get(name), replies.get(name), wall, language) for name in sent.panels]
    return MessageStanding(sent, tuple(sorted(found, key=lambda each: (ORDER.index(each.showing), each.panel))))


def _one(
    sent: SentMessage, name: str, panel: Panel | None, reply: Reply | None, wall: datetime, language: str
) -> PanelStanding:
    if panel is None:
        return PanelStanding(name, Showing.AWAY, t(language, "nothing has been heard of this panel"))
    presence = panel.presence(wall)
    if presence is not Presence.ONLINE:
        return PanelStanding(name, Showing.AWAY, _away(presence, language))
    if shows(panel, sent):
        return PanelStanding(name, Showing.SHOWN, _lacks(reply, language))
    if reply is not None and reply.stage in FINAL and reply.stage != "done":
        return PanelStanding(name, Showing.REFUSED, _refusal(reply, language))
    if panel.health is not None and panel.health.player.state is PlayerState.BLANK:
        return PanelStanding(name, Showing.HIDDEN, t(language, "the panel is black by command; end that on its page"))
    if reply is not None and reply.stage == "done":
        what = panel.showing or t(language, "something else")
        return PanelStanding(name, Showing.HIDDEN, t(language, "it has the message, and shows {what}", what=what))
    return PanelStanding(name, Showing.WAITING, t(language, "sent; the panel has not answered yet"))


def shows(panel: Panel, sent: SentMessage) -> bool:
    """Whether the panel's report of what is on screen is this message."""
    text, film = message_on(panel)
    return film == sent.message.film if sent.message.film else text is not None and text == told_text(sent.message.text)


def message_on(panel: Panel) -> tuple[str | None, str | None]:
    """(text, film) of the urgent message on the panel's screen; at most one of the two is there."""
    now = panel.now
    if now is None:
        return None, None
    if now.text is not None:
        return told_text(now.text), None
    return None, now.item if now.reason.startswith(MESSAGE) else None


def _away(presence: Presence, language: str) -> str:
    if presence is Presence.OFFLINE:
        return t(language, "off, or without a network; it shows the message when it is back, until the message's end")
    if presence is Presence.SILENT:
        return t(language, "it has sent nothing for minutes; look at its network")
    return t(language, "nothing has been heard of this panel")


def _lacks(reply: Reply | None, language: str) -> str:
    """That the panel has no font for some of the letters; else nothing."""
    found = NO_LETTERS.search(reply.detail) if reply is not None else None
    if found is None:
        return ""
    return t(
        language,
        "it has no letters for {letters}; its technician installs {package}",
        letters=found[1],
        package=found[2],
    )


def _refusal(reply: Reply, language: str) -> str:
    """Why the panel refused, and what to do; a reason that is not known here stays in the panel's own words."""
    match reply.code:
        case "outranked":
            return t(language, "it shows another message that is more urgent; end that one first")
        case "not-found":
            return t(language, "it does not have this film yet; look at its page, Content")
        case "not-usable":
            return t(language, "this film was taken down there")
        case "expired":
            return t(language, "the message came too late; look at the panel's clock")
        case "not-allowed":
            return t(language, "it takes no urgent messages (office.allow in its settings)")
        case "not-kept":
            return t(language, "it shows the message until its next restart only; look at its disk")
    return t(language, "it refused: {why}", why=catalogue(language).say(reply.detail or reply.code))


def foreign_messages(panels: Iterable[Panel], own: Sequence[SentMessage], wall: datetime) -> tuple[ForeignMessage, ...]:
    """What panels show that no message of `own` explains, the same text of one sender together."""
    found: dict[tuple[str, str], list[Panel]] = {}
    for panel in panels:
        text, film = message_on(panel)
        if panel.now is None or (text is None and film is None) or panel.presence(wall) is not Presence.ONLINE:
            continue
        if not any(panel.name in sent.panels and shows(panel, sent) for sent in own):
            found.setdefault((text or film or "", panel.now.by or ""), []).append(panel)
    return tuple(_foreign(text, by, some) for (text, by), some in sorted(found.items()))


def _foreign(text: str, by: str, panels: Sequence[Panel]) -> ForeignMessage:
    ends = [panel.now.until for panel in panels if panel.now is not None and panel.now.until is not None]
    return ForeignMessage(
        f"{by}\n{text}", text, by, max(ends, default=None), tuple(sorted(panel.name for panel in panels))
    )
