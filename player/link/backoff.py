"""How long to wait before the next attempt to reach the broker, and what connections that end soon point to.

Knows: the bounds of the wait, how many connections failed or ended soon. Pure: chance and time are passed in.
Must not: sleep, or connect.
"""

from __future__ import annotations

from collections.abc import Callable

from player.base.mqtt.messages import Closed

FIRST_S = (2.0, 10.0)
LAST_S = (60.0, 180.0)
STEPS = 5
"""After so many failures in a row the wait has reached LAST_S; it doubles on the way."""
SHORT_LIVES = 4
"""After so many short connections in a row the reason names a second client with our name."""


def bounds_s(failures: int) -> tuple[float, float]:
    """The shortest and longest wait after `failures` failures in a row (0: the first wait)."""
    if failures >= STEPS:
        return LAST_S
    return min(FIRST_S[0] * 2**failures, LAST_S[0]), min(FIRST_S[1] * 2**failures, LAST_S[1])


def wait_s(failures: int, chance: Callable[[float, float], float]) -> float:
    """A wait anywhere between the bounds, so that a thousand panels do not come back in the same second."""
    return chance(*bounds_s(failures))


class Attempts:
    """The failures in a row. stable_s: a connection that lasts this long is a good one: the next wait is a short one again."""

    def __init__(self, wait_s: Callable[[int], float], stable_s: float, client_id: str) -> None:
        self._wait_s = wait_s
        self._stable_s = stable_s
        self._client_id = client_id
        self._failures = 0
        self._short_lives = 0

    def count_life(self, lived_s: float) -> None:
        """The connection works, and has lasted for `lived_s` until now."""
        if lived_s >= self._stable_s:
            self._failures = 0

    def count_loss(self, closed: Closed, lived_s: float | None) -> tuple[float, str]:
        """The wait before the next attempt, and why the connection ended. lived_s None: it never worked."""
        short = lived_s is not None and lived_s < self._stable_s
        self._short_lives = self._short_lives + 1 if short else 0
        wait_s = self._wait_s(self._failures)
        # Two panels with one name throw each other out for ever: no fight every few seconds.
        fight = closed.taken_over and self._failures
        self._failures = STEPS if fight else self._failures + 1
        return wait_s, closed.why + self._suspicion(closed)

    def _suspicion(self, closed: Closed) -> str:
        """Brokers like mosquitto 2.0.11 throw out the elder of two clients with one name without saying why."""
        if self._short_lives < SHORT_LIVES or closed.taken_over:
            return ""
        return f"; the {self._short_lives}th time so soon: does another client use the name {self._client_id}?"
