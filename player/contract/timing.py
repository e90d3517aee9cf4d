"""How long the broker waits for a panel, and keeps what is for it: part of the contract.

Knows: the two numbers. Touches nothing. Must not: grow into the link's own timing (link/timing.py).
"""

from __future__ import annotations

KEEP_ALIVE_S = 60
"""A dead broker is noticed after one to two minutes, a dead panel by the broker after 90 s. Half of it would cost
0.3 MB more a day with all headers (tests/bench/office_traffic.py, 2026-11-22), a tenth of everything."""
SESSION_S = 7 * 86400
"""The broker keeps commands for a panel that is off for a week; `expires` says which of them still count."""
