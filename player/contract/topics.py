"""Every topic of one panel.

Knows: how a topic is made of the root, the panel's name and its groups. Pure: touches nothing.
Must not: know what is published there.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Topics:
    """Every topic of one panel. root: the first level, office.root."""

    root: str
    panel: str
    groups: tuple[str, ...] = ()

    @property
    def state(self) -> str:
        return f"{self.root}/{self.panel}/state"

    @property
    def health(self) -> str:
        return f"{self.root}/{self.panel}/health"

    @property
    def now(self) -> str:
        return f"{self.root}/{self.panel}/now"

    @property
    def reply(self) -> str:
        return f"{self.root}/{self.panel}/reply"

    @property
    def screenshot(self) -> str:
        return f"{self.root}/{self.panel}/screenshot"

    @property
    def played(self) -> str:
        """The records of what was shown, in batches (record_batches.py)."""
        return f"{self.root}/{self.panel}/played"

    @property
    def played_ack(self) -> str:
        """What the office has stored of them."""
        return f"{self.root}/{self.panel}/played/ack"

    @property
    def command(self) -> str:
        return f"{self.root}/{self.panel}/command"

    @property
    def commands(self) -> tuple[str, ...]:
        """Where commands for this panel arrive: its own topic, everybody's, and its groups'."""
        return (self.command, f"{self.root}/all/command", *(f"{self.root}/group/{g}/command" for g in self.groups))

    @property
    def discovery(self) -> str:
        return f"homeassistant/device/{self.panel}/config"

    def alert(self, alert: str) -> str:
        return f"{self.root}/{self.panel}/alert/{alert}"
