"""The broker session: the thread that keeps a connection to the broker, for ever, and publishes again what was lost.

Knows: when to connect, what to subscribe to, how to prove that the connection works.
Touches: the connection, the command log's file, `post`.
Must not: decide what a command does, or let anything that the broker sends end the thread.
"""

from __future__ import annotations

import logging
import os
import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime

from player.base.clocks import Now
from player.base.mqtt.messages import (
    Arrived,
    Closed,
    ConnectionOptions,
    Delivered,
    Filter,
    Granted,
    Message,
    Opened,
    Signal,
)
from player.contract.encoding import OFFLINE
from player.contract.record_batches import parse_ack
from player.contract.records import RecordError
from player.contract.reports import AlertReport
from player.contract.timing import SESSION_S
from player.contract.topics import Topics
from player.core import effects
from player.core.alerts import Alert
from player.core.events import CommandArrived, Event, OfficeConnected, OfficeDisconnected, RecordsAcknowledged
from player.link.backoff import Attempts
from player.link.certificates import CertificateWatch
from player.link.command_log import CommandLog
from player.link.inbox import Asked, Heard, Inbox, Stop
from player.link.intake import Answer, Intake
from player.link.outbox import Outbox, ReplyMessage
from player.link.publications import Publications
from player.link.timing import ConnectionLike, Timing, account_of
from player.settings.models import OfficeSection, PanelSection

log = logging.getLogger(__name__)

SILENT_KEEP_ALIVES = 3
"""A connection's thread that shows no life for so many keep-alives is replaced."""
PROOFS = 3
"""So many times the panel's state is published without coming back; then the connection is made anew."""
ENVELOPE_BYTES = 512
"""Room in a packet for the topic and the properties beside the payload."""


class BrokerSession:
    """All the state of the link; only its own thread touches it."""

    def __init__(
        self,
        office: OfficeSection,
        panel: PanelSection,
        version: str,
        post: Callable[[Event], None],
        inbox: Inbox,
        raised: dict[Alert, AlertReport],
        clock_good: Callable[[], bool],
        timing: Timing,
        record_key: Callable[[], str | None] = lambda: None,
    ) -> None:
        self._office, self._post = office, post
        self._inbox, self._clock_good, self._timing = inbox, clock_good, timing
        self._account = account_of(office, panel.name)
        self._topics = Topics(office.root, panel.name, panel.groups)
        folder = panel.state_folder / "office"
        self._command_log = CommandLog(folder / "commands.jsonl")
        self._intake = Intake(
            self._command_log, office.allow, office.commands_per_minute, timing.boot_id(), timing.minute_s
        )
        self._outbox = Outbox(first=self._topics.state)
        self._publications = Publications(
            office,
            self._topics,
            version,
            os.urandom(8).hex(),
            self._outbox,
            raised,
            folder / "home-assistant",
            record_key,
        )
        self._attempts = Attempts(timing.wait_s, timing.stable_s, self._account.client_id)
        self._connection: ConnectionLike | None = None
        self._connection_number = 0
        self._opened_mono: float | None = None
        self._packet_bytes: int | None = None
        self._proved = False
        self._proof_mono, self._proofs = 0.0, 0
        self._offered: set[bytes] = set()
        self._granted = False
        self._taken_mono: float | None = None
        self._retry_mono = time.monotonic()
        self._told: bool | None = None
        self._told_why = ""
        self._restated_mono = float("-inf")
        self._restate_mono: float | None = None
        self._held: deque[Arrived] = deque()
        self._alerts_mono: float | None = time.monotonic() + timing.alerts_settle_s
        self._certificates = CertificateWatch(self._account, post, clock_good, time.monotonic() + timing.certificates_s)
        self._stop: Stop | None = None

    def run(self) -> None:
        self._command_log.open()
        try:
            for answer in self._intake.recover(_now()):
                self._reply(answer)
            self._publications.put_raised()
            while self._stop is None:
                self._turn()
            self._say_goodbye(self._stop.deadline_mono)
        finally:
            if self._connection is not None:
                self._connection.abandon()
            self._command_log.close()

    def _turn(self) -> None:
        item = self._inbox.take(self._next_deadline_s())
        if item is not None:
            self._take(item)
        self._do_due(time.monotonic())
        self._send_and_answer()

    def _take(self, item: Asked | Heard | Stop) -> None:
        match item:
            case Asked(effect):
                self._perform(effect)
            case Heard(number, signal):
                if number == self._connection_number and self._connection is not None:
                    self._hear(signal, self._connection)
            case Stop():
                self._stop = item

    # ---- time

    def _next_deadline_s(self) -> float:
        moments = [time.monotonic() + self._timing.keep_alive_s]
        if self._connection is None:
            moments.append(self._retry_mono)
        if self._opened_mono is not None and not self._proved:
            moments.append(self._proof_mono)
        if self._opened_mono is not None and self._proved and self._restate_mono is not None:
            moments.append(self._restate_mono)
        if self._alerts_mono is not None:
            moments.append(self._alerts_mono)
        moments.append(self._certificates.next_mono)
        return max(0.0, min(moments) - time.monotonic())

    def _do_due(self, mono: float) -> None:
        """Does everything whose time has come."""
        if self._connection is None:
            if mono >= self._retry_mono:
                self._connect()
        elif (
            not self._connection.alive
            or mono - self._connection.beat_mono > SILENT_KEEP_ALIVES * self._timing.keep_alive_s
        ):
            if self._inbox.empty:  # else its last signals may still wait there
                log.warning("the network thread to the office was dead or silent; a new one is made")
                self._connection.abandon()
                self._lost(Closed("the network thread was dead or silent"))
        elif self._opened_mono is not None:
            if self._proved:
                self._attempts.count_life(mono - self._opened_mono)
            if not self._proved and mono >= self._proof_mono:
                self._prove_again(mono)
            if self._proved and self._restate_mono is not None and mono >= self._restate_mono:
                self._restated_mono, self._restate_mono = mono, None
                self._publications.put_online(_now().wall)
        if self._alerts_mono is not None and mono >= self._alerts_mono:
            self._alerts_mono = None
            self._publications.settle()
        self._certificates.look(_now())
        for answer in self._intake.give_up(_now()):
            log.warning("the player forgot command %s", answer.reply.id)
            self._reply(answer)

    # ---- the connection

    def _connect(self) -> None:
        self._connection_number += 1
        number, inbox = self._connection_number, self._inbox

        def sink(signal: Signal) -> None:
            # A flood of QoS 0 ends here; QoS 1 is held back by the broker (receive maximum) until we acknowledge.
            inbox.put(Heard(number, signal), comes_again=isinstance(signal, Arrived) and signal.qos == 0)

        options = ConnectionOptions(
            will=Message(self._topics.state, OFFLINE, qos=1, retain=True),
            will_delay_s=self._office.will_delay_seconds, keep_alive_s=self._timing.keep_alive_s, session_s=SESSION_S,
        )  # fmt: skip
        self._connection = self._timing.make_connection(self._account, options, sink)
        self._connection.open()

    def _hear(self, signal: Signal, connection: ConnectionLike) -> None:
        match signal:
            case Opened():
                self._opened(signal, connection)
            case Closed():
                self._lost(signal)
            case Granted():
                self._granted = True
                if signal.refused:
                    log.warning("the broker does not let us listen to %s", ", ".join(signal.refused))
            case Delivered():
                self._delivered(signal)
            case Arrived():
                self._arrived(signal, connection)

    def _opened(self, opened: Opened, connection: ConnectionLike) -> None:
        mono = time.monotonic()
        self._opened_mono, self._proved, self._packet_bytes = mono, False, opened.packet_bytes
        self._proofs, self._granted, self._taken_mono = 0, False, None
        self._offered.clear()
        if not opened.session_present and self._alerts_mono is None:
            self._publications.describe()
        self._prove_again(mono)

    def _prove_again(self, mono: float) -> None:
        """Subscribes, then publishes the panel's state, which the panel follows as well: it comes back when everything works."""
        assert self._connection is not None
        if self._proofs == PROOFS:
            self._connection.abandon()
            self._lost(Closed(self._why_unproved(mono)))
            return
        self._proofs += 1
        self._proof_mono = mono + self._timing.proof_s
        followed = tuple(Filter(topic) for topic in (*self._topics.commands, self._topics.played_ack))
        self._connection.subscribe((*followed, Filter(self._topics.state, retained=2)))
        self._publications.put_online(_now().wall)
        if (offered := self._outbox.value(self._topics.state)) is not None:
            self._offered.add(offered)

    def _why_unproved(self, mono: float) -> str:
        """Rights are to blame only when the broker has had subscription and state for long enough to deliver it."""
        if self._taken_mono is None or mono - self._taken_mono < self._timing.proof_s:
            return (
                f"nothing came back in {PROOFS * self._timing.proof_s:.0f} s: the line is slow, or the broker is busy"
            )
        words = f"the broker does not deliver; let {self._account.username} read"
        return f"{words} {self._topics.state} and {', '.join(self._topics.commands)}"

    def _lost(self, closed: Closed) -> None:
        mono = time.monotonic()
        lived_s = mono - self._opened_mono if self._proved and self._opened_mono is not None else None
        wait_s, why = self._attempts.count_loss(closed, lived_s)
        self._connection = None
        self._opened_mono, self._proved = None, False
        self._held.clear()  # the broker sends again what was not acknowledged
        self._outbox.connection_lost()
        self._retry_mono = mono + wait_s
        if self._told is not False or self._told_why != why:
            log.warning("no link to the office: %s; next attempt in %.0f s", why, wait_s)
            self._post(OfficeDisconnected(why))
        self._told, self._told_why = False, why

    def _say_goodbye(self, deadline_mono: float) -> None:
        if self._connection is None or self._opened_mono is None:
            return
        self._publications.put_offline()
        while self._connection is not None and not self._outbox.idle:
            self._send_and_answer()
            left_s = deadline_mono - 0.3 - time.monotonic()
            item = self._inbox.take(left_s)
            if item is None:
                break
            if isinstance(item, Heard) and isinstance(item.signal, Delivered | Closed):
                self._take(item)
        if self._connection is not None:
            self._connection.close()
            self._connection.join(deadline_mono - 0.1 - time.monotonic())

    # ---- in

    def _arrived(self, arrived: Arrived, connection: ConnectionLike) -> None:
        if arrived.topic == self._topics.state:
            connection.acknowledge(arrived)
            self._hear_state(arrived.payload)
        elif arrived.topic == self._topics.played_ack:
            connection.acknowledge(arrived)
            self._hear_ack(arrived)
        elif arrived.topic not in self._topics.commands:
            # A session that the broker kept from earlier settings: a group that this panel has left.
            connection.acknowledge(arrived)
            connection.unsubscribe(arrived.topic)
            log.warning("a message on %r, which this panel does not follow, was ignored", arrived.topic[:200])
        else:
            self._held.append(arrived)
            self._answer_held(connection)

    def _hear_state(self, payload: bytes) -> None:
        mono = time.monotonic()
        newest = payload == self._outbox.value(self._topics.state)
        if newest or (not self._proved and payload in self._offered):  # on a slow line an earlier one comes back first
            self._restate_mono = None
            if not self._proved:
                self._proved = True
                if self._told is not True:
                    log.info("linked to the office at %s port %s", self._office.host, self._office.port)
                self._told, self._told_why = True, ""
                self._post(OfficeConnected())
        elif self._proved:
            # The will of an earlier connection of ours, published late, or a message from somebody else: corrected, but seldom
            # enough that two programs do not correct each other all the time.
            self._restate_mono = max(mono, self._restated_mono + self._timing.restate_s)

    def _hear_ack(self, arrived: Arrived) -> None:
        """The journal looks whether it fits; a retained one may be of another time, or of another panel of this name."""
        try:
            if not arrived.retained:
                self._post(RecordsAcknowledged(parse_ack(arrived.payload)))
        except RecordError as error:
            log.warning("%s: %s", arrived.topic, error)

    def _answer_held(self, connection: ConnectionLike) -> None:
        """Answers the commands that have arrived, as long as there is room for the answers."""
        while self._held and self._outbox.has_room:
            arrived = self._held.popleft()
            answer = self._intake.receive(arrived, _now(), clock_good=self._clock_good())
            connection.acknowledge(arrived)  # only now: the command log has it
            self._reply(answer)
            if answer.command is not None:
                self._send_out(connection)  # `accepted` is on its way before the player knows
                self._post(CommandArrived(answer.command))

    # ---- out

    def _perform(self, effect: effects.LinkEffect) -> None:
        match effect:
            case effects.SendReply(command_id, stage, code, detail):
                answer = self._intake.answer(command_id, stage, code, detail, _now())
                if answer is not None:
                    self._reply(answer)
            case _:
                self._publications.perform(effect, _now().wall)

    def _reply(self, answer: Answer) -> None:
        self._publications.put_reply(answer.reply, answer.correlation)

    def _send_and_answer(self) -> None:
        """Gives the connection what may go now, and answers commands that had to wait for room."""
        if self._connection is None or self._opened_mono is None:
            return
        self._send_out(self._connection)
        if self._held and self._outbox.has_room:
            self._answer_held(self._connection)
            self._send_out(self._connection)

    def _send_out(self, connection: ConnectionLike) -> None:
        while (outgoing := self._outbox.next_outgoing()) is not None:
            if self._packet_bytes is not None and len(outgoing.message.payload) + ENVELOPE_BYTES > self._packet_bytes:
                log.warning(
                    "%s: %d bytes are more than the broker takes", outgoing.message.topic, len(outgoing.message.payload)
                )
                self._outbox.drop(outgoing)
                continue
            self._outbox.published(outgoing, connection.publish(outgoing.message))

    def _delivered(self, delivered: Delivered) -> None:
        outgoing = self._outbox.delivered(delivered.ticket)
        if outgoing is None:
            return
        if self._granted and self._taken_mono is None and outgoing.message.topic == self._topics.state:
            self._taken_mono = time.monotonic()
        if delivered.refused:
            log.warning("the broker refused %s: %s", outgoing.message.topic, delivered.refused)
        if isinstance(outgoing, ReplyMessage) and outgoing.command_id:
            self._intake.confirm(outgoing.command_id, outgoing.stage)


def _now() -> Now:
    return Now(datetime.now(UTC), time.monotonic())
