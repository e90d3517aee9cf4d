"""The alerts' fixed ids, as the office knows them.

Knows: the ids. Touches nothing. Must not: say what an alert means.
"""

from __future__ import annotations

ALERTS: tuple[str, ...] = (
    "screen.frozen", "screen.black", "screen.disconnected", "layer.failing", "item.quarantined", "content.rejected",
    "content.incomplete", "content.stale", "content.rolled-back", "stick.rejected", "disk.low", "disk.read-only",
    "memory.high", "temperature.high", "clock.untrusted", "daemon.restarted", "config.bad",
)  # fmt: skip
