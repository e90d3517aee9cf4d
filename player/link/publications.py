"""What the panel publishes: its state, reports, alerts, screenshots and replies, and its description for Home Assistant.

Knows: which topic each of them has, and how it is to be kept. Touches: the outbox, one marker file.
Must not: know the connection, or decide when something is said.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import assert_never

from player.base.mqtt.messages import Message
from player.contract.encoding import OFFLINE, encode, encode_health, encode_now, encode_reply
from player.contract.home_assistant import describe_device
from player.contract.reports import AlertReport, Reply, StateReport
from player.contract.topics import Topics
from player.core import effects
from player.core.alerts import ALERTS, Alert
from player.link.outbox import Outbox, ReplyMessage
from player.settings.models import OfficeSection

log = logging.getLogger(__name__)

PICTURES_KEPT = 4
"""Screenshots that may wait at the same time: each is some 100 KB."""
PLAYLISTS_OFFERED = 200
"""Home Assistant's choice gets no longer than this: the description is one message."""
Publishing = (
    effects.PublishHealth | effects.PublishNow | effects.RaiseAlert | effects.ClearAlert | effects.PublishScreenshot
    | effects.OfferPlaylists | effects.PublishBatch
)  # fmt: skip
"""Every effect of the link but the replies, which belong to the commands (intake.py)."""


class Publications:
    """Everything goes through the outbox, which keeps the newest of each topic.

    raised: the alerts that stand, with the moment of each; shared, because it outlives a broker session.
    marker: a file that is there while Home Assistant has a description of this panel. record_key: the public half of the
    key that signs records.
    """

    def __init__(
        self,
        office: OfficeSection,
        topics: Topics,
        version: str,
        boot: str,
        outbox: Outbox,
        raised: dict[Alert, AlertReport],
        marker: Path,
        record_key: Callable[[], str | None] = lambda: None,
    ) -> None:
        self._office, self._topics, self._version, self._boot = office, topics, version, boot
        self._outbox, self._raised, self._marker, self._record_key = outbox, raised, marker, record_key
        self._picture = 0
        self._playlists: tuple[str, ...] | None = None

    def perform(self, effect: Publishing, wall: datetime) -> None:
        """Publishes what the effect says."""
        topics = self._topics
        match effect:
            case effects.PublishHealth(report):
                self._outbox.put(Message(topics.health, encode_health(report), retain=True))
            case effects.PublishNow(now):
                self._outbox.put(Message(topics.now, encode_now(now), retain=True))
            case effects.RaiseAlert(alert, detail):
                known = self._raised.get(alert)
                self._raised[alert] = AlertReport(wall if known is None else known.raised, detail)
                self._put_alert(alert)
            case effects.ClearAlert(alert):
                self._raised.pop(alert, None)
                self._put_alert(alert)
            case effects.PublishScreenshot(command_id, jpeg):
                self._picture = (self._picture + 1) % PICTURES_KEPT
                message = Message(
                    topics.screenshot, jpeg, properties=(("command", command_id),), content_type="image/jpeg"
                )
                self._outbox.put(message, key=f"{topics.screenshot} {self._picture}")
            case effects.OfferPlaylists(names):
                if names != self._playlists:
                    self._playlists = names
                    self.describe()
            case effects.PublishBatch(payload):
                self._outbox.put(Message(topics.played, payload, qos=1))
            case _ as never:
                assert_never(never)

    def put_online(self, wall: datetime) -> None:
        report = StateReport(online=True, since=wall, version=self._version, boot=self._boot, key=self._record_key())
        self._outbox.put(Message(self._topics.state, encode(report), qos=1, retain=True))

    def put_offline(self) -> None:
        self._outbox.put(Message(self._topics.state, OFFLINE, qos=1, retain=True))

    def put_reply(self, reply: Reply, correlation: bytes | None) -> None:
        message = Message(self._topics.reply, encode_reply(reply), qos=1, correlation=correlation)
        self._outbox.put_reply(ReplyMessage(message, reply.id or "", reply.stage))

    def put_raised(self) -> None:
        """Every alert that stands, for a new session."""
        for alert in self._raised:
            self._put_alert(alert)

    def settle(self) -> None:
        """Clears the alerts that nobody has raised since the start, and describes a panel without playlists."""
        for alert in ALERTS:
            if alert not in self._raised:
                self._put_alert(alert)
        if self._playlists is None:  # the director had nothing to offer
            self.describe()

    def describe(self) -> None:
        """Home Assistant's description of this panel; taken back when the setting has been switched off.

        The description has several KB, so it is published again only for a broker that has forgotten us, not at each connect.
        """
        topic, marker = self._topics.discovery, self._marker
        try:
            if self._office.home_assistant:
                names = (self._playlists or ())[:PLAYLISTS_OFFERED]
                payload = describe_device(self._topics, self._version, self._office.allow, ALERTS, names)
                self._outbox.put(Message(topic, payload, qos=1, retain=True), again=False)
                marker.touch()
            elif marker.exists():
                self._outbox.put(Message(topic, b"", qos=1, retain=True))
                marker.unlink()
        except OSError as error:
            log.warning("%s cannot be written: %s", marker, error)

    def _put_alert(self, alert: Alert) -> None:
        report = self._raised.get(alert)
        payload = b"" if report is None else encode(report)
        self._outbox.put(Message(self._topics.alert(alert), payload, qos=1, retain=True))
