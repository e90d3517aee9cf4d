"""The outbox: the newest message of each topic, and the replies in order, until the broker has them.

Knows: what waits, what is on its way, what the broker has. Pure: no clock, no thread, no connection.
Must not: grow without a limit, or know what a message means.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from player.base.mqtt.messages import Message

REPLIES_KEPT = 500
"""Replies that may wait while there is no connection, or a slow one; when there are more, the oldest are dropped."""
REPLIES_ROOM = 200
"""While fewer wait than this, more commands may be read."""
REPLIES_ON_THE_WAY = 10
"""Published and not yet confirmed; below every broker's default receive maximum."""


@dataclass(slots=True)
class Latest:
    """The newest message under one key. fresh: not published yet. ticket: that of the message on its way (0: none).

    again: published again at the next connect, if the message is retained.
    """

    key: str
    message: Message
    fresh: bool = True
    ticket: int = 0
    again: bool = True


@dataclass(frozen=True, slots=True)
class ReplyMessage:
    """A reply. command_id and stage: for the command log, when the broker confirms the reply."""

    message: Message
    command_id: str = ""
    stage: str = ""


Outgoing = Latest | ReplyMessage


class Outbox:
    """Keeps only the newest message under each key; when a connection is lost, retained messages are published again.

    first: the topic that goes before everything else: "the panel is there" comes before its answers.
    """

    def __init__(self, first: str = "") -> None:
        self._first = first
        self._latest: dict[str, Latest] = {}
        self._replies: deque[ReplyMessage] = deque()
        self._sent: dict[int, Outgoing] = {}
        self._replies_sent = 0
        self.lost_replies = 0

    # ---- in

    def put(self, message: Message, key: str = "", *, again: bool = True) -> None:
        """Replaces whatever waits under the same key (the topic, when none is given)."""
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

    def next_outgoing(self) -> Outgoing | None:
        """What may be published now: the first topic, replies, then fresh messages whose key has nothing on its way."""
        first = self._latest.get(self._first)
        if first is not None and first.fresh and not first.ticket:
            return first
        if self._replies and self._replies_sent < REPLIES_ON_THE_WAY:
            return self._replies[0]
        return next((latest for latest in self._latest.values() if latest.fresh and not latest.ticket), None)

    def published(self, outgoing: Outgoing, ticket: int) -> None:
        """`outgoing` was given to the connection, which will report `ticket`."""
        self._sent[ticket] = outgoing
        if isinstance(outgoing, ReplyMessage):
            self._replies.popleft()
            self._replies_sent += 1
        else:
            outgoing.ticket, outgoing.fresh = ticket, False

    def drop(self, outgoing: Outgoing) -> None:
        """Takes out what cannot be published at all."""
        if isinstance(outgoing, ReplyMessage):
            self._replies.popleft()
        else:
            del self._latest[outgoing.key]

    def delivered(self, ticket: int) -> Outgoing | None:
        """The connection reports `ticket`; returns what was published under it."""
        outgoing = self._sent.pop(ticket, None)
        if isinstance(outgoing, ReplyMessage):
            self._replies_sent -= 1
        elif outgoing is not None:
            outgoing.ticket = 0
            message = outgoing.message
            if not outgoing.fresh and not (message.retain and message.payload and outgoing.again):
                del self._latest[outgoing.key]  # nothing to publish again at the next connect
        return outgoing

    def connection_lost(self) -> None:
        """What was on its way may be lost: replies go back to the front, retained messages are published again."""
        self._replies.extendleft(reversed([each for each in self._sent.values() if isinstance(each, ReplyMessage)]))
        self._sent.clear()
        self._replies_sent = 0
        for latest in self._latest.values():
            latest.ticket, latest.fresh = 0, True
