"""The urgent messages that this console sent and that are not over, and those that wait for a second person's yes.

Knows: the file that outlives the server. Touches: that file. Must not: know what a panel shows (standing.py does), or send.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from player.base.disk import replace_file, set_aside
from player.contract.reports import Reply
from player.office.web.urgent.typed import UrgentMessage

FILE_NAME = "urgent_messages.json"
FILE_BYTES = 16 << 20
MOST = 100
"""Messages of each kind that are kept; of more, the oldest is forgotten: what panels show is told by the panels."""


@dataclass(frozen=True)  # no slots: pydantic reads it
class SentMessage:
    """id: of the command. by: the person's name. ended: when somebody ended it. replies: panel -> its last answer to `show`."""

    id: str
    message: UrgentMessage
    by: str
    sent: datetime
    panels: tuple[str, ...]
    ended: datetime | None = None
    replies: Mapping[str, Reply] = field(default_factory=dict)

    def is_over(self, wall: datetime) -> bool:
        """By its time; one that somebody ended may still be on a panel."""
        return wall >= self.message.until


@dataclass(frozen=True)
class ProposedMessage:
    """What waits for a second yes. id: of that question. by, name: the account that asked, and the person's name."""

    id: str
    message: UrgentMessage
    by: str
    name: str
    panels: tuple[str, ...]


@dataclass(frozen=True)
class _Kept:
    sent: tuple[SentMessage, ...] = ()
    proposed: tuple[ProposedMessage, ...] = ()


_SHAPE = TypeAdapter(_Kept)
_ASKED = TypeAdapter(tuple[UrgentMessage, tuple[str, ...]])


def digest_of(message: UrgentMessage, panels: tuple[str, ...]) -> str:
    """Of exactly what somebody says yes to."""
    return hashlib.sha256(_ASKED.dump_json((message, panels))).hexdigest()


class MessageBook:
    """`read` once; every change is in the file when its call returns."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._kept = _Kept()

    def read(self) -> None:
        """A file that cannot be read is set aside: what panels show is known without it."""
        try:
            with self._path.open("rb") as file:
                self._kept = _SHAPE.validate_json(file.read(FILE_BYTES))
        except FileNotFoundError:
            return
        except (OSError, ValidationError):
            set_aside(self._path)

    def current(self, wall: datetime) -> tuple[SentMessage, ...]:
        """Those whose time is not over, the newest first; also those that somebody ended."""
        return tuple(each for each in self._kept.sent if not each.is_over(wall))

    def find(self, command_id: str) -> SentMessage | None:
        return next((each for each in self._kept.sent if each.id == command_id), None)

    def add(self, sent: SentMessage, wall: datetime) -> None:
        """Takes the message in; those that are over are forgotten."""
        self._write(replace(self._kept, sent=(sent, *self.current(wall))[:MOST]))

    def answered(self, command_id: str, replies: Mapping[str, Reply]) -> None:
        """What panels have said of a message since."""
        self._change(command_id, lambda each: replace(each, replies={**each.replies, **replies}))

    def end(self, command_id: str, wall: datetime) -> None:
        self._change(command_id, lambda each: replace(each, ended=wall))

    def propose(self, proposed: ProposedMessage) -> None:
        self._write(replace(self._kept, proposed=(proposed, *self._kept.proposed)[:MOST]))

    def proposal(self, question_id: str) -> ProposedMessage | None:
        return next((each for each in self._kept.proposed if each.id == question_id), None)

    def drop_proposal(self, question_id: str) -> None:
        left = tuple(each for each in self._kept.proposed if each.id != question_id)
        self._write(replace(self._kept, proposed=left))

    def _change(self, command_id: str, change: Callable[[SentMessage], SentMessage]) -> None:
        changed = tuple(change(each) if each.id == command_id else each for each in self._kept.sent)
        self._write(replace(self._kept, sent=changed))

    def _write(self, kept: _Kept) -> None:
        self._kept = kept
        replace_file(self._path, _SHAPE.dump_json(kept, indent=1) + b"\n", mode=0o600)
