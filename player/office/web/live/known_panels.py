"""What is known of each panel: its reports, whether it is there, how much it needs somebody, its last day; and what changed when.

Knows: when a report changes something, and when nothing but the clock does. Pure but for its clock: messages are handed in.
Must not: trust a panel's bytes, or remember more than a bounded amount of each panel, and of a bounded number of them.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable
from datetime import datetime

from player.base.mqtt.messages import Arrived
from player.office.fleet import Fleet, Panel, Presence
from player.office.web.live.changes import ChangeKind
from player.office.web.live.history import DayHistory, shown_now
from player.office.web.live.tile import Rank, rank_of

PANELS_MOST = 5000
"""More names than a country has panels come from an account that writes what it likes."""
REPORT_BYTES = 256 << 10
"""A report with all its lists full is 40 KB."""
ALERTS_MOST = 60
"""Of one panel; there are some twenty kinds."""


class KnownPanels:
    """moment: as of when panels are judged. tell: called with each change.

    epoch, version: the number of changes since this was made; a page that was drawn at one asks for what came after it.
    """

    def __init__(self, root: str, moment: Callable[[], datetime], tell: Callable[[str, ChangeKind], None]) -> None:
        self.fleet = Fleet(root)
        self.epoch, self.version = secrets.token_hex(4), 0
        self._moment, self._tell = moment, tell
        self._changed: dict[str, int] = {}
        self._presence: dict[str, Presence] = {}
        self._ranks: dict[str, Rank] = {}
        self._histories: dict[str, DayHistory] = {}
        self._unconfirmed: set[tuple[str, str]] = set()

    def panel(self, name: str) -> Panel | None:
        return self.fleet.panels.get(name)

    def presence(self, panel: Panel) -> Presence:
        return panel.presence(self._moment())

    def history(self, name: str, wall: datetime, *, live: bool) -> DayHistory:
        """Up to this moment; live False: what is on screen now is not known."""
        panel, history = self.fleet.panels.get(name), self._histories.get(name)
        if panel is None or history is None:
            return DayHistory()
        if live:
            self._note_shown(panel, history, wall, self.presence(panel))
        return history

    def order(self, name: str) -> str:
        """The wall stands in the order of this word: trouble first, then by name."""
        return f"{int(self._ranks.get(name, Rank.GOOD))} {name}"

    def count_ranks(self) -> Counter[Rank]:
        """How many panels need somebody, how many are well."""
        return Counter(self._ranks.values())

    def changed_after(self, version: int) -> list[str]:
        """The panels that changed since then."""
        return [name for name, at in self._changed.items() if at > version]

    def version_of(self, name: str) -> int:
        return self._changed.get(name, 0)

    # ---- what is heard

    def take(self, name: str, kind: ChangeKind, arrived: Arrived, wall: datetime) -> None:
        """A report: `state`, `health`, `now` or `alert`. One that is too large, or one panel or alert too many, is not kept."""
        known = self.fleet.panels.get(name)
        if len(arrived.payload) > REPORT_BYTES or (known is None and len(self.fleet.panels) >= PANELS_MOST):
            return
        if kind is ChangeKind.ALERT:
            alert = arrived.topic.rpartition("/")[2]
            self._unconfirmed.discard((name, alert))
            if known is not None and alert not in known.alerts and len(known.alerts) >= ALERTS_MOST:
                return
        panel = self.fleet.take(arrived, wall)
        if panel is None:
            return
        history = self._histories.setdefault(name, DayHistory())
        if kind is ChangeKind.HEALTH and panel.health is not None:
            history.note_health(panel.health, min(wall, panel.health.at) if arrived.retained else wall)
        presence = self.presence(panel)
        if kind is not ChangeKind.ALERT:
            self._note_shown(panel, history, wall, presence)
        self._judge(name, panel, presence)
        self._change(name, kind)

    def forget(self, name: str) -> None:
        """The broker was told to forget the panel (an empty state): somebody took it out of service."""
        if self.fleet.panels.pop(name, None) is not None:
            for of in (self._histories, self._presence, self._ranks):
                of.pop(name, None)
            self._change(name, ChangeKind.STATE)

    def look(self) -> None:
        """Who has fallen silent, by the clock alone."""
        moment = self._moment()
        for name, panel in self.fleet.panels.items():
            self._judge(name, panel, panel.presence(moment))

    def doubt_alerts(self) -> None:
        """A new session: what the broker does not send again has been cleared while it was away."""
        self._unconfirmed = {(name, alert) for name, panel in self.fleet.panels.items() for alert in panel.alerts}

    def drop_doubted(self) -> None:
        """Everything that the broker keeps has come."""
        for name, alert in self._unconfirmed:
            panel = self.fleet.panels.get(name)
            if panel is not None and panel.alerts.pop(alert, None) is not None:
                self._change(name, ChangeKind.ALERT)
        self._unconfirmed = set()

    def _note_shown(self, panel: Panel, history: DayHistory, wall: datetime, presence: Presence) -> None:
        history.note_shown(shown_now(panel, presence), wall, panel.since if presence is Presence.ONLINE else None)

    def _judge(self, name: str, panel: Panel, presence: Presence) -> None:
        if self._presence.get(name) is not presence:
            self._presence[name] = presence
            self._change(name, ChangeKind.STATE)

    def _change(self, name: str, kind: ChangeKind) -> None:
        self.version += 1
        self._changed[name] = self.version
        panel = self.fleet.panels.get(name)
        if panel is not None:
            self._ranks[name] = rank_of(panel, self.presence(panel))
        elif len(self._changed) > 2 * PANELS_MOST:  # names that somebody makes up and takes back
            self._changed = {each: at for each, at in self._changed.items() if each in self.fleet.panels}
        self._tell(name, kind)
