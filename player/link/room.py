"""The link room: what the daemon sees of the link to the office.

Knows: which effects are for the office. Touches: starts and ends the broker session's thread.
Must not: make the caller wait, whatever the network does.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import assert_never

from player.contract.reports import AlertReport
from player.core import effects
from player.core.alerts import Alert
from player.core.events import Event
from player.link.inbox import Asked, Inbox, Stop
from player.link.session import BrokerSession
from player.link.timing import Timing
from player.settings.models import OfficeSection, PanelSection

log = logging.getLogger(__name__)

STOP_S = 1.5
"""The whole daemon stops within 5 s, also when the broker is frozen; this is the link's share."""


class OfficeLink:
    """The link to the office. Without `office.host` it does nothing. `perform` returns at once, whatever the network does.

    clock_good: False while the wall clock cannot be trusted (clock trust, promises.md). timing: for tests.
    record_key: the public half of the key that signs records, as soon as it is known.
    """

    def __init__(
        self,
        office: OfficeSection,
        panel: PanelSection,
        version: str,
        post: Callable[[Event], None],
        *,
        clock_good: Callable[[], bool] = lambda: True,
        record_key: Callable[[], str | None] = lambda: None,
        timing: Timing | None = None,
    ) -> None:
        self._office = office
        self._panel = panel
        self._version = version
        self._post = post
        self._clock_good = clock_good
        self._record_key = record_key
        self._timing = timing or Timing()
        self._inbox = Inbox()
        self._raised: dict[Alert, AlertReport] = {}  # outlives a session: the director raises each alert only once
        self._thread: threading.Thread | None = None

    def __enter__(self) -> OfficeLink:
        if self._office.host:
            self._thread = threading.Thread(target=self._run, name="office", daemon=True)
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Says goodbye to a broker that listens; gives up after STOP_S."""
        if self._thread is not None:
            self._inbox.put(Stop(time.monotonic() + STOP_S))
            self._thread.join(STOP_S)

    def perform(self, effect: effects.LinkEffect) -> None:
        if self._thread is None:
            return
        match effect:
            case effects.PublishHealth() | effects.PublishNow() | effects.PublishScreenshot():
                self._inbox.put(Asked(effect), comes_again=True)
            case (
                effects.RaiseAlert()
                | effects.ClearAlert()
                | effects.SendReply()
                | effects.OfferPlaylists()
                | effects.PublishBatch()
            ):
                self._inbox.put(Asked(effect))
            case _ as never:
                assert_never(never)

    @property
    def left_out(self) -> int:
        """Reports and QoS 0 messages that were not read, because too many waited."""
        return self._inbox.left_out

    def _run(self) -> None:
        """Runs a broker session, and a new one should a fault of ours end it: a panel that never hears again is worse."""
        failures = 0
        finished = False
        while not finished:
            session = BrokerSession(
                self._office,
                self._panel,
                self._version,
                self._post,
                self._inbox,
                self._raised,
                self._clock_good,
                self._timing,
                self._record_key,
            )
            try:
                session.run()
                finished = True
            except Exception:  # our own fault, on a panel where nobody looks: logged, then started afresh
                log.exception("a fault in the office link; it starts again")
                time.sleep(self._timing.wait_s(failures))
                failures += 1
