"""The thread behind the office's link: keeps a connection to the broker, for ever, and says again what was lost.

Knows: when to connect, what to subscribe to and how to prove it. Touches: the connection, the command_log's file, `post`.
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
from player.contract.encoding import OFFLINE, encode, encode_health, encode_now, encode_reply
from player.contract.home_assistant import describe_device
from player.contract.reports import AlertReport, StateReport
from player.contract.timing import SESSION_S
from player.contract.topics import Topics
from player.core import effects
from player.core.alerts import ALERTS
from player.core.events import CommandArrived, Event, OfficeConnected, OfficeDisconnected
from player.link import backoff
from player.link.command_log import CommandLog
from player.link.inbox import Asked, Heard, Inbox, Stop
from player.link.intake import Answer, Intake
from player.link.outbox import Outbox, ReplyMessage
from player.link.timing import ConnectionLike, Timing, account_of
from player.settings.models import OfficeSection, PanelSection

log = logging.getLogger(__name__)

SILENT_KEEP_ALIVES = 3
PROOFS = 3
SHORT_LIVES = 4
PICTURES_KEPT = 4
PLAYLISTS_OFFERED = 200


class BrokerSession:
    """All the state of the link, touched by its one thread only."""

    def __init__(
        self,
        office: OfficeSection,
        panel: PanelSection,
        version: str,
        post: Callable[[Event], None],
        inbox: Inbox,
        raised: dict[str, AlertReport],
        clock_good: Callable[[], bool],
        timing: Timing,
    ) -> None:
        self._office, self._version, self._post = office, version, post
        self._inbox, self._clock_good, self._habits = inbox, clock_good, timing
        self._account = account_of(office, panel.name)
        self._topics = Topics(office.root, panel.name, panel.groups)
        self._boot = os.urandom(8).hex()
        self._command_log = CommandLog(panel.state_folder / "office" / "commands.jsonl")
        self._intake = Intake(self._command_log, office.allow, office.commands_per_minute, timing.boot_id())
        self._out = Outbox(first=self._topics.state)
        self._raised = raised
        self._connection: ConnectionLike | None = None
        self._wire_number = 0
        self._opened_mono: float | None = None
        self._packet_bytes: int | None = None
        self._proved = False
        self._proof_mono, self._proofs = 0.0, 0
        self._failures = 0
        self._retry_mono = time.monotonic()
        self._short_lives = 0
        self._told: bool | None = None
        self._told_why = ""
        self._restated_mono = float("-inf")
        self._restate_mono: float | None = None
        self._held: deque[Arrived] = deque()
        self._alerts_mono: float | None = time.monotonic() + timing.alerts_settle_s
        self._picture = 0
        self._playlists: tuple[str, ...] | None = None
        self._stop: Stop | None = None

    def run(self) -> None:
        self._command_log.open()
        try:
            for answer in self._intake.recover(_now()):
                self._reply(answer)
            for alert in self._raised:
                self._put_alert(alert)
            while self._stop is None:
                self._turn()
            self._say_goodbye(self._stop.deadline_mono)
        finally:
            if self._connection is not None:
                self._connection.abandon()
            self._command_log.close()

    def _turn(self) -> None:
        item = self._inbox.take(self._next_look_s())
        if item is not None:
            self._take(item)
        self._look(time.monotonic())
        self._pump()

    def _take(self, item: Asked | Heard | Stop) -> None:
        match item:
            case Asked(effect):
                self._perform(effect)
            case Heard(number, signal):
                if number == self._wire_number and self._connection is not None:
                    self._hear(signal, self._connection)
            case Stop():
                self._stop = item

    # ---- time

    def _next_look_s(self) -> float:
        moments = [time.monotonic() + self._habits.keep_alive_s]
        if self._connection is None:
            moments.append(self._retry_mono)
        if self._opened_mono is not None and not self._proved:
            moments.append(self._proof_mono)
        if self._opened_mono is not None and self._proved and self._restate_mono is not None:
            moments.append(self._restate_mono)
        if self._alerts_mono is not None:
            moments.append(self._alerts_mono)
        return max(0.0, min(moments) - time.monotonic())

    def _look(self, mono: float) -> None:
        """Everything that is due."""
        if self._connection is None:
            if mono >= self._retry_mono:
                self._connect()
        elif (
            not self._connection.alive
            or mono - self._connection.beat_mono > SILENT_KEEP_ALIVES * self._habits.keep_alive_s
        ):
            if self._inbox.empty:  # else its last words may still wait there
                log.warning("the network thread to the office was dead or silent; a new one is made")
                self._connection.abandon()
                self._lost(Closed("the network thread was dead or silent"))
        elif self._opened_mono is not None:
            if self._proved and self._failures and mono - self._opened_mono >= self._habits.stable_s:
                self._failures = 0
            if not self._proved and mono >= self._proof_mono:
                self._prove_again(mono)
            if self._proved and self._restate_mono is not None and mono >= self._restate_mono:
                self._restated_mono, self._restate_mono = mono, None
                self._state()
        if self._alerts_mono is not None and mono >= self._alerts_mono:
            self._alerts_mono = None
            for alert in ALERTS:
                if alert not in self._raised:
                    self._put_alert(alert)
            if self._playlists is None:  # the director had nothing to offer
                self._describe()
        for answer in self._intake.give_up(_now()):
            log.warning("the player forgot command %s", answer.reply.id)
            self._reply(answer)

    # ---- the connection

    def _connect(self) -> None:
        self._wire_number += 1
        number, inbox = self._wire_number, self._inbox

        def sink(signal: Signal) -> None:
            # A flood of QoS 0 ends here; QoS 1 is held back by the broker (receive maximum) until we acknowledge.
            inbox.put(Heard(number, signal), comes_again=isinstance(signal, Arrived) and signal.qos == 0)

        options = ConnectionOptions(
            will=Message(self._topics.state, OFFLINE, qos=1, retain=True),
            will_delay_s=self._office.will_delay_seconds, keep_alive_s=self._habits.keep_alive_s, session_s=SESSION_S,
        )  # fmt: skip
        self._connection = self._habits.make_connection(self._account, options, sink)
        self._connection.open()

    def _hear(self, signal: Signal, connection: ConnectionLike) -> None:
        match signal:
            case Opened():
                self._opened(signal, connection)
            case Closed():
                self._lost(signal)
            case Granted():
                if signal.refused:
                    log.warning("the broker does not let us listen to %s", ", ".join(signal.refused))
            case Delivered():
                self._delivered(signal)
            case Arrived():
                self._arrived(signal, connection)

    def _opened(self, opened: Opened, connection: ConnectionLike) -> None:
        mono = time.monotonic()
        self._opened_mono, self._proved, self._packet_bytes = mono, False, opened.packet_bytes
        self._proofs = 0
        if not opened.session_present and self._alerts_mono is None:
            self._describe()
        self._prove_again(mono)

    def _prove_again(self, mono: float) -> None:
        """Subscribe, then publish our state, which we listen to as well: when it comes back, everything works."""
        assert self._connection is not None
        if self._proofs == PROOFS:
            self._connection.abandon()
            words = f"the broker does not deliver; let {self._account.username} read"
            self._lost(Closed(f"{words} {self._topics.state} and {', '.join(self._topics.commands)}"))
            return
        self._proofs += 1
        self._proof_mono = mono + self._habits.proof_s
        commands = tuple(Filter(topic) for topic in self._topics.commands)
        self._connection.subscribe((*commands, Filter(self._topics.state, retained=2)))
        self._state()

    def _state(self) -> None:
        report = StateReport(online=True, since=_now().wall, version=self._version, boot=self._boot)
        self._out.put(Message(self._topics.state, encode(report), qos=1, retain=True))

    def _lost(self, closed: Closed) -> None:
        why = closed.why + self._suspicion(closed)
        self._connection = None
        self._opened_mono, self._proved = None, False
        self._held.clear()  # the broker sends again what was not acknowledged
        self._out.connection_lost()
        wait_s = self._habits.wait_s(self._failures)
        # Thrown out again and again means that two panels have one name: do not fight for it every few seconds.
        fight = closed.taken_over and self._failures
        self._failures = backoff.STEPS if fight else self._failures + 1
        self._retry_mono = time.monotonic() + wait_s
        if self._told is not False or self._told_why != why:
            log.warning("no link to the office: %s; next attempt in %.0f s", why, wait_s)
            self._post(OfficeDisconnected(why))
        self._told, self._told_why = False, why

    def _suspicion(self, closed: Closed) -> str:
        """Brokers like mosquitto 2.0 throw out the elder of two clients with one name without saying why."""
        lived_s = time.monotonic() - self._opened_mono if self._proved and self._opened_mono else None
        self._short_lives = self._short_lives + 1 if lived_s is not None and lived_s < self._habits.stable_s else 0
        if self._short_lives < SHORT_LIVES or closed.taken_over:
            return ""
        return f"; the {self._short_lives}th time so soon: does another client use the name {self._account.client_id}?"

    def _say_goodbye(self, deadline_mono: float) -> None:
        if self._connection is None or self._opened_mono is None:
            return
        self._out.put(Message(self._topics.state, OFFLINE, qos=1, retain=True))
        while self._connection is not None and not self._out.idle:
            self._pump()
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
        elif arrived.topic not in self._topics.commands:
            # A session that the broker kept from earlier settings: a group that this panel has left.
            connection.acknowledge(arrived)
            connection.unsubscribe(arrived.topic)
            log.warning("a message on %r, which this panel does not follow, was ignored", arrived.topic[:200])
        else:
            self._held.append(arrived)
            self._work_off(connection)

    def _hear_state(self, payload: bytes) -> None:
        mono = time.monotonic()
        if payload == self._out.value(self._topics.state):
            self._restate_mono = None
            if not self._proved:
                self._proved = True
                if self._told is not True:
                    log.info("linked to the office at %s port %s", self._office.host, self._office.port)
                self._told, self._told_why = True, ""
                self._post(OfficeConnected())
        elif self._proved:
            # The will of an earlier connection of ours, published late, or somebody else's word about us: corrected, but
            # not in a duel. Whatever was said last in the meantime is corrected when its time has come.
            self._restate_mono = max(mono, self._restated_mono + self._habits.restate_s)

    def _work_off(self, connection: ConnectionLike) -> None:
        """Answers what has arrived, as long as there is room for the answers."""
        while self._held and self._out.has_room:
            arrived = self._held.popleft()
            answer = self._intake.receive(arrived, _now(), clock_good=self._clock_good())
            connection.acknowledge(arrived)  # only now: the command_log has it
            self._reply(answer)
            if answer.command is not None:
                self._send_out(connection)  # `accepted` is on its way before the player knows
                self._post(CommandArrived(answer.command))

    # ---- out

    def _perform(self, effect: effects.Effect) -> None:
        topics = self._topics
        match effect:
            case effects.PublishHealth(report):
                self._out.put(Message(topics.health, encode_health(report), retain=True))
            case effects.PublishNow(now):
                self._out.put(Message(topics.now, encode_now(now), retain=True))
            case effects.RaiseAlert(alert, detail):
                known = self._raised.get(alert)
                self._raised[alert] = AlertReport(_now().wall if known is None else known.raised, detail)
                self._put_alert(alert)
            case effects.ClearAlert(alert):
                self._raised.pop(alert, None)
                self._put_alert(alert)
            case effects.PublishScreenshot(command_id, jpeg):
                self._picture = (self._picture + 1) % PICTURES_KEPT
                message = Message(
                    topics.screenshot, jpeg, properties=(("command", command_id),), content_type="image/jpeg"
                )
                self._out.put(message, key=f"{topics.screenshot} {self._picture}")
            case effects.OfferPlaylists(names):
                if names != self._playlists:
                    self._playlists = names
                    self._describe()
            case effects.SendReply(command_id, stage, code, detail):
                answer = self._intake.answer(command_id, stage, code, detail, _now())
                if answer is not None:
                    self._reply(answer)
            case _:
                pass

    def _describe(self) -> None:
        """Home Assistant's description of this panel; taken back when the setting has been switched off.

        Several KB, so it is not said again at each connect, but only to a broker that has forgotten us.
        """
        office, topic = self._office, self._topics.discovery
        marker = self._command_log.path.with_name("home-assistant")
        try:
            if office.home_assistant:
                names = (self._playlists or ())[:PLAYLISTS_OFFERED]
                payload = describe_device(self._topics, self._version, office.allow, ALERTS, names)
                self._out.put(Message(topic, payload, qos=1, retain=True), again=False)
                marker.touch()
            elif marker.exists():
                self._out.put(Message(topic, b"", qos=1, retain=True))
                marker.unlink()
        except OSError as error:
            log.warning("%s cannot be written: %s", marker, error)

    def _put_alert(self, alert: str) -> None:
        report = self._raised.get(alert)
        payload = b"" if report is None else encode(report)
        self._out.put(Message(self._topics.alert(alert), payload, qos=1, retain=True))

    def _reply(self, answer: Answer) -> None:
        reply = answer.reply
        message = Message(self._topics.reply, encode_reply(reply), qos=1, correlation=answer.correlation)
        self._out.put_reply(ReplyMessage(message, reply.id or "", reply.stage))

    def _pump(self) -> None:
        """Gives the connection whatever may go now."""
        if self._connection is None or self._opened_mono is None:
            return
        self._send_out(self._connection)
        if self._held and self._out.has_room:
            self._work_off(self._connection)
            self._send_out(self._connection)

    def _send_out(self, connection: ConnectionLike) -> None:
        while (parcel := self._out.next_parcel()) is not None:
            if self._packet_bytes is not None and len(parcel.message.payload) + 512 > self._packet_bytes:
                log.warning(
                    "%s: %d bytes are more than the broker takes", parcel.message.topic, len(parcel.message.payload)
                )
                self._out.drop(parcel)
                continue
            self._out.published(parcel, connection.publish(parcel.message))

    def _delivered(self, delivered: Delivered) -> None:
        parcel = self._out.delivered(delivered.ticket)
        if parcel is None:
            return
        if delivered.refused:
            log.warning("the broker refused %s: %s", parcel.message.topic, delivered.refused)
        if isinstance(parcel, ReplyMessage) and parcel.command_id:
            self._intake.confirm(parcel.command_id, parcel.stage)


def _now() -> Now:
    return Now(datetime.now(UTC), time.monotonic())
