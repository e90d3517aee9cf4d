"""How long somebody must wait who gave wrong passwords: by account and address, by address, by account.

Knows: the table of limits. Pure: touches nothing. Must not: lock an account for good, which would be an attack of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address


@dataclass(frozen=True, slots=True)
class Limit:
    """So many wrong ones are free; then a wait that doubles with each further one, up to the longest."""

    free: int
    first_s: float
    longest_s: float


LIMITS: Mapping[str, Limit] = {
    "account and address": Limit(5, 10, 900),
    "address": Limit(20, 10, 900),  # an office behind one address has many people
    "account": Limit(
        30, 5, 60
    ),  # from everywhere: slow for a guesser, bearable for the person whose name is being tried
}
LOOKED_BACK = timedelta(hours=1)
"""Older wrong ones count no more."""


def wait_s(limit: Limit, wrong: Sequence[datetime], now: datetime) -> float:
    """Seconds from now until the next try; 0: now. wrong: when each wrong one was, since the last right one."""
    over = len(wrong) - limit.free
    if over < 0:
        return 0.0
    wait = min(limit.longest_s, limit.first_s * 2.0 ** min(over, 20))
    return max(0.0, wait - (now - max(wrong)).total_seconds())


def network_of(address: str) -> str:
    """What counts as one address: of IPv6 the first 64 bits, which is what one line gets."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if isinstance(known, IPv6Address):
        if known.ipv4_mapped is not None:
            return str(known.ipv4_mapped)
        return f"{IPv6Address(int(known) >> 64 << 64)}/64"
    return str(known)
