"""What waits to be published: the newest value of each topic, and the replies in order; never more than it may hold.

Knows: what was put in, what is on its way, what the broker has. Pure: no clock, no thread, no connection.
Must not: know what a message means.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from player.base.mqtt.messages import Message

REPLIES_KEPT = 500
"""Replies that may wait while there is no connection, or a slow one; the oldest go first when there are more."""
REPLIES_ROOM = 200
"""While fewer wait than this, more commands may be read."""
REPLIES_ON_THE_WAY = 10
"""Published and not yet confirmed; below every broker's default receive maximum."""


@dataclass(slots=True)
class Latest:
    """The newest message under one key. fresh: not published yet. ticket: of the one that is on its way (0: none).

    again: to be said again at the next connect, when it is retained.
    """

    key: str
    message: Message
    fresh: bool = True
    ticket: int = 0
    again: bool = True


@dataclass(frozen=True, slots=True)
class ReplyMessage:
    """A reply. command_id and stage: for the command_log, when the broker confirms it."""

    message: Message
    command_id: str = ""
    stage: str = ""


Parcel = Latest | ReplyMessage


class Outbox:
    """Each key keeps the newest message only; when a connection opens, what is retained is published again from them.

    first: the topic whose value goes before everything else: that the panel is there comes before what it answers.
    """

    def __init__(self, first: str = "") -> None:
        self._first = first
        self._latest: dict[str, Latest] = {}
        self._replies: deque[ReplyMessage] = deque()
        self._sent: dict[int, Parcel] = {}
        self._replies_sent = 0
        self.lost_replies = 0

    # ---- in

    def put(self, message: Message, key: str = "", *, again: bool = True) -> None:
        """The newest value of its topic (or key), whatever waited there before."""
        key = key or message.topic
        latest = self._latest.get(key)
        if latest is None:
            self._latest[key] = Latest(key, message, again=again)
        else:
            latest.message, latest.fresh = message, True

    def put_reply(self, reply: ReplyMessage) -> None:
        self._replies.append(reply)
        while len(self._replies) > REPLIES_KEPT:
            self._replies.popleft()
            self.lost_replies += 1

    @property
    def has_room(self) -> bool:
        """Commands may be read: there is room for their replies."""
        return len(self._replies) < REPLIES_ROOM

    @property
    def idle(self) -> bool:
        """Nothing waits and nothing is on its way."""
        return not self._replies and not self._sent and not any(latest.fresh for latest in self._latest.values())

    def value(self, key: str) -> bytes | None:
        latest = self._latest.get(key)
        return None if latest is None else latest.message.payload

    # ---- out

    def next_parcel(self) -> Parcel | None:
        """What may be published now: replies, then fresh values whose topic has nothing on its way."""
        first = self._latest.get(self._first)
        if first is not None and first.fresh and not first.ticket:
            return first
        if self._replies and self._replies_sent < REPLIES_ON_THE_WAY:
            return self._replies[0]
        return next((latest for latest in self._latest.values() if latest.fresh and not latest.ticket), None)

    def published(self, parcel: Parcel, ticket: int) -> None:
        """`parcel` was given to the connection, which will report `ticket`."""
        self._sent[ticket] = parcel
        if isinstance(parcel, ReplyMessage):
            self._replies.popleft()
            self._replies_sent += 1
        else:
            parcel.ticket, parcel.fresh = ticket, False

    def drop(self, parcel: Parcel) -> None:
        """It cannot be published at all."""
        if isinstance(parcel, ReplyMessage):
            self._replies.popleft()
        else:
            del self._latest[parcel.key]

    def delivered(self, ticket: int) -> Parcel | None:
        """The connection reports `ticket`; returns what it was."""
        parcel = self._sent.pop(ticket, None)
        if isinstance(parcel, ReplyMessage):
            self._replies_sent -= 1
        elif parcel is not None:
            parcel.ticket = 0
            message = parcel.message
            if not parcel.fresh and not (message.retain and message.payload and parcel.again):
                del self._latest[parcel.key]  # nothing to say again at the next connect
        return parcel

    def connection_lost(self) -> None:
        """What was on its way may be lost: replies go back to the front, values are published again."""
        self._replies.extendleft(reversed([each for each in self._sent.values() if isinstance(each, ReplyMessage)]))
        self._sent.clear()
        self._replies_sent = 0
        for latest in self._latest.values():
            latest.ticket, latest.fresh = 0, True
