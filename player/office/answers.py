"""Who has answered a command, and how it ended on each panel.

Knows: which stages are an end. Pure: touches nothing. Must not: wait, or know topics.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from player.contract.reports import Reply

FINAL = ("done", "failed", "rejected")


@dataclass
class Answers:
    """Who has answered. expected: the panels that must; None: nobody knows who belongs to the group."""

    expected: set[str] | None
    last: dict[str, Reply] = field(default_factory=dict)

    def take(self, panel: str, reply: Reply) -> bool:
        """False when it is an `accepted` after the end, or the same again."""
        before = self.last.get(panel)
        if before == reply or (before is not None and before.stage in FINAL):
            return False
        self.last[panel] = reply
        return True

    @property
    def complete(self) -> bool:
        return (
            self.expected is not None
            and self.expected <= self.last.keys()
            and all(reply.stage in FINAL for reply in self.last.values())
        )

    @property
    def silent(self) -> list[str]:
        return sorted((self.expected or set()) - self.last.keys())

    @property
    def unfinished(self) -> list[str]:
        return sorted(panel for panel, reply in self.last.items() if reply.stage not in FINAL)

    @property
    def good(self) -> bool:
        return bool(self.last) and not self.silent and all(reply.stage == "done" for reply in self.last.values())
