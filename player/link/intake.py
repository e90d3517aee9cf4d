"""The intake: a command that arrives is refused, repeated or accepted, and always answered, also across a restart.

Knows: the rules of obeying at most once, never late, always with an answer. Touches: the command log's file.
Must not: know MQTT, or what a command does.
"""

from __future__ import annotations

import logging
from collections import deque
from dataclasses import dataclass

from player.base.clocks import Now
from player.base.mqtt.messages import Arrived
from player.contract.commands import (
    Command,
    Health,
    Identify,
    Logs,
    Ping,
    Reboot,
    RestartPlayer,
    Screenshot,
    Show,
    TestPattern,
    allowed_commands,
)
from player.contract.envelope import CORRELATION_BYTES, CommandRefusal, read_command, read_envelope
from player.contract.reports import Reply
from player.link.command_log import CommandLog, Entry

log = logging.getLogger(__name__)

ANSWER_WITHIN_S = 900.0
"""A command that has no end after so long is answered `failed`: every command is answered. The director waits less."""
OBEYED_UNKEPT = (Health.do, Logs.do, Ping.do, Screenshot.do, Identify.do, TestPattern.do, Show.do)
"""These commands may be obeyed twice: they change nothing, or end by themselves, and an urgent message must not fail for want
of disk. Every other one must be on disk before it is obeyed: a restart would forget its id, and obey its next copy again."""
NOTE_EVERY_S = 5.0
"""A flood of refused commands must not evict the rest of the log: one line in so many seconds, with the count of all."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply and the CorrelationData to echo. command: what is to be obeyed, after the reply has been queued."""

    reply: Reply
    correlation: bytes | None = None
    command: Command | None = None


class Intake:
    """allow: the commands the office may use ("*": all). per_minute: more are refused. boot: the kernel's boot id.

    minute_s: how long a minute is, which a test may change.
    """

    def __init__(
        self, command_log: CommandLog, allow: tuple[str, ...], per_minute: int, boot: str, minute_s: float = 60.0
    ) -> None:
        self._command_log = command_log
        self._allowed = allowed_commands(allow)
        self._per_minute = per_minute
        self._boot = boot
        self._minute_s = minute_s
        self._obeyed_mono: deque[float] = deque()
        self._waiting: dict[str, tuple[float, bytes | None]] = {}
        self.refused: dict[str, int] = {}
        self._noted_mono = float("-inf")

    def recover(self, now: Now) -> list[Answer]:
        """What the last run still owes the office: an end of each command that it accepted, and every unconfirmed reply.

        Raises nothing. A `reboot` is done only when the kernel's boot id has changed.
        """
        unanswered = {entry.id: entry for entry in self._command_log.unanswered()}
        for entry in unanswered.values():
            self._end(entry, *self._verdict(entry), now)
        answers = []
        for entry in self._command_log.undelivered():
            before = unanswered.get(entry.id)
            if before is None or not before.delivered:  # `accepted` may be lost with the last run; twice does no harm
                accepted = Reply(entry.id, "accepted", "", "", (before or entry).at)
                answers.append(Answer(accepted, entry.correlation))
            answers.append(Answer(_reply_of(entry), entry.correlation))
        return answers

    def receive(self, arrived: Arrived, now: Now, *, clock_good: bool = True) -> Answer:
        """The answer to a message on a command topic. No content of the message makes this raise."""
        correlation = arrived.correlation
        if correlation is not None and len(correlation) > CORRELATION_BYTES:
            correlation = None
        envelope = read_envelope(arrived.payload)
        if isinstance(envelope, CommandRefusal):
            if arrived.retained:
                return self._refuse(_retained(envelope.id), correlation, now)
            return self._refuse(envelope, correlation, now)
        if arrived.retained:
            return self._refuse(_retained(envelope.id), correlation, now)
        known = self._command_log.get(envelope.id)
        if known is not None:
            return Answer(_reply_of(known), correlation)
        if envelope.expires is not None and envelope.expires <= now.wall and clock_good:
            late = (now.wall - envelope.expires).total_seconds()
            return self._refuse(
                CommandRefusal(envelope.id, "expired", f"arrived {late:.0f} s too late"), correlation, now
            )
        if envelope.expires is not None and not clock_good and arrived.expires_s is None:
            words = "this panel's clock is wrong, so `expires` cannot be judged; send it with MQTT's message expiry"
            return self._refuse(CommandRefusal(envelope.id, "expired", words), correlation, now)
        request = read_command(envelope)
        if isinstance(request, CommandRefusal):
            return self._refuse(request, correlation, now)
        order = request.command.order
        until = getattr(order, "until", None)
        if until is not None and until <= now.wall and clock_good:
            return self._refuse(CommandRefusal(envelope.id, "expired", "its `until` is over"), correlation, now)
        if order.do not in self._allowed:
            words = f"office.allow on this panel does not hold {order.do!r}"
            return self._refuse(CommandRefusal(envelope.id, "not-allowed", words), correlation, now)
        if self._too_many(now.mono):
            words = f"more than {self._per_minute} commands in a minute; try again later"
            return self._refuse(CommandRefusal(envelope.id, "too-many", words), correlation, now)
        return self._accept(request.command, correlation, now)

    def answer(self, command_id: str, stage: str, code: str, detail: str, now: Now) -> Answer | None:
        """The end of a command, as the player reports it; None when nobody asked, or it has been answered."""
        entry = self._command_log.get(command_id)
        waiting = self._waiting.pop(command_id, None)
        if entry is None or waiting is None:
            return None
        ended = self._end(entry, stage, code, detail, now)
        # The command log keeps a shortened detail; the sender gets all of it.
        return Answer(Reply(ended.id, stage, code, detail, ended.at), waiting[1])

    def give_up(self, now: Now) -> list[Answer]:
        """Answers for the commands that the player never ended."""
        late = [each for each, (since, _) in self._waiting.items() if now.mono - since > ANSWER_WITHIN_S]
        words = f"the player did not answer within {ANSWER_WITHIN_S:.0f} s"
        answers = [self.answer(each, "failed", "no-answer", words, now) for each in late]
        return [answer for answer in answers if answer is not None]

    def confirm(self, command_id: str, stage: str) -> None:
        """The broker has this reply."""
        self._command_log.mark_delivered(command_id, stage)

    def _accept(self, command: Command, correlation: bytes | None, now: Now) -> Answer:
        entry = Entry(command.id, command.order.do, self._boot, "accepted", "", "", now.wall, correlation)
        kept = self._command_log.put(entry)
        self._obeyed_mono.append(now.mono)
        if not kept and entry.do not in OBEYED_UNKEPT:
            words = f"this panel cannot keep on disk that it was asked to ({self._command_log.broken}), so it might obey twice"
            return Answer(_reply_of(self._end(entry, "failed", "not-kept", words, now)), correlation)
        self._waiting[command.id] = (now.mono, correlation)
        return Answer(_reply_of(entry), correlation, command)

    def _end(self, entry: Entry, stage: str, code: str, detail: str, now: Now) -> Entry:
        ended = Entry(entry.id, entry.do, entry.boot, stage, code, detail, now.wall, entry.correlation)
        self._command_log.put(ended)
        return ended

    def _verdict(self, entry: Entry) -> tuple[str, str, str]:
        if entry.do == RestartPlayer.do:
            return "done", "", "the player is back"
        if entry.do == Reboot.do and entry.boot != self._boot:
            return "done", "", "the machine is back"
        if entry.do == Reboot.do:
            return "failed", "interrupted", "the player restarted, but the machine did not"
        words = "the player restarted before it could say; it may have been carried out: look at `now` and `health`"
        return "failed", "interrupted", words

    def _refuse(self, refusal: CommandRefusal, correlation: bytes | None, now: Now) -> Answer:
        self.refused[refusal.code] = self.refused.get(refusal.code, 0) + 1
        if now.mono - self._noted_mono >= NOTE_EVERY_S:
            self._noted_mono = now.mono
            name = repr(refusal.id)[:70] if refusal.id else "without an id"
            total = sum(self.refused.values())
            log.warning(
                "command %s refused: %s: %s (%d refused so far)", name, refusal.code, refusal.detail[:200], total
            )
        return Answer(Reply(refusal.id, "rejected", refusal.code, refusal.detail, now.wall), correlation)

    def _too_many(self, mono: float) -> bool:
        while self._obeyed_mono and mono - self._obeyed_mono[0] >= self._minute_s:
            self._obeyed_mono.popleft()
        return len(self._obeyed_mono) >= self._per_minute


def _retained(command_id: str | None) -> CommandRefusal:
    return CommandRefusal(
        command_id, "retained", "it was sent with the retain flag, so it may be any age; send it without"
    )


def _reply_of(entry: Entry) -> Reply:
    return Reply(entry.id, entry.stage, entry.code, entry.detail, entry.at)
