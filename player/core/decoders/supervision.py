"""The life of a layer's process: STARTING, RUNNING, BACKOFF; never FATAL.

Knows: beats, deadlines, delays, all on the monotonic clock. Touches nothing.
Must not: start or kill anything; it says what is overdue and when to look again.

    (none) --start--> STARTING --ready--> RUNNING --exited--> BACKOFF --delay over, start--> STARTING
                      STARTING --exited, or not ready within READY_S--> BACKOFF
                      RUNNING  --no beat within BEAT_LIMIT_S--> (killed by the director) --exited--> BACKOFF
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

READY_S = 15.0
"""libvlc needs 0.6 s here; a cold disk on a slow mini-PC ten times that."""
BEAT_LIMIT_S = 3.5
"""Beats come every second; with the raise of the other layer this keeps a hang below the promised 5 s."""
EXIT_S = 2.0
"""After a kill the exit is expected within this; SIGKILL cannot be refused, but a dying disk can delay it."""
GOOD_AFTER_S = 60.0
"""A layer that ran so long starts its next back-off from the beginning."""
DELAYS_S = (0.0, 0.2, 1.0, 2.0, 5.0, 10.0, 30.0)
FAILING_AT = 3
"""So many deaths in a row are an alert."""


class Phase(StrEnum):
    STOPPED = "stopped"
    STARTING = "starting"
    RUNNING = "running"
    BACKOFF = "backoff"


@dataclass(frozen=True, slots=True)
class Lifeline:
    """One process's life. deaths: in a row, without GOOD_AFTER_S of running between them.

    resting: stopped by us while its cued item waits for its turn, so no beats are expected.
    """

    phase: Phase = Phase.STOPPED
    generation: int = 0
    since_mono: float = 0.0
    beat_mono: float = 0.0
    retry_mono: float = 0.0
    deaths: int = 0
    restarts: int = 0
    memory_bytes: int | None = None
    condemned: bool = False
    resting: bool = False

    @property
    def usable(self) -> bool:
        return self.phase is Phase.RUNNING and not self.condemned

    @property
    def failing(self) -> bool:
        return self.deaths >= FAILING_AT


def start(life: Lifeline, mono: float) -> Lifeline:
    return replace(
        life, phase=Phase.STARTING, generation=life.generation + 1, since_mono=mono, beat_mono=mono,
        restarts=life.restarts + (life.generation > 0), condemned=False, resting=False, memory_bytes=None,
    )  # fmt: skip


def become_ready(life: Lifeline, mono: float) -> Lifeline:
    return replace(life, phase=Phase.RUNNING, since_mono=mono, beat_mono=mono)


def beat(life: Lifeline, mono: float, memory_bytes: int | None) -> Lifeline:
    deaths = 0 if mono - life.since_mono > GOOD_AFTER_S else life.deaths
    return replace(life, beat_mono=mono, memory_bytes=memory_bytes, deaths=deaths)


def rest(life: Lifeline, mono: float, *, resting: bool) -> Lifeline:
    """It is stopped, or let run again: then its beats count from now."""
    return forgive(replace(life, resting=resting, beat_mono=mono), mono)


def forgive(life: Lifeline, mono: float) -> Lifeline:
    """One that rests has no beats by which its deaths could be forgotten."""
    good = life.resting and life.usable and mono - life.since_mono > GOOD_AFTER_S
    return replace(life, deaths=0) if good and life.deaths > 0 else life


def condemn(life: Lifeline, mono: float, *, wanted: bool) -> Lifeline:
    """It is being killed. wanted: by way of recycling, which is no death."""
    return replace(life, condemned=True, since_mono=mono, deaths=life.deaths - 1 if wanted else life.deaths)


def exited(life: Lifeline, mono: float) -> Lifeline:
    quick = mono - life.since_mono <= GOOD_AFTER_S or life.condemned
    deaths = max(0, life.deaths + 1 if quick else 1)
    delay_s = DELAYS_S[min(max(deaths - 1, 0), len(DELAYS_S) - 1)]
    return replace(life, phase=Phase.BACKOFF, deaths=deaths, retry_mono=mono + delay_s, since_mono=mono)


def overdue(life: Lifeline, mono: float) -> str | None:
    """Why this process must be killed now; None: it need not be."""
    if life.condemned and life.phase in (Phase.STARTING, Phase.RUNNING):
        return "did not die" if mono - life.since_mono > EXIT_S else None
    if life.phase is Phase.STARTING and mono - life.since_mono > READY_S:
        return f"not ready within {READY_S:.0f} s"
    if life.phase is Phase.RUNNING and not life.resting and mono - life.beat_mono > BEAT_LIMIT_S:
        return f"silent for {mono - life.beat_mono:.1f} s"
    return None


def wake_mono(life: Lifeline) -> float | None:
    """When something about this process may be due."""
    match life.phase:
        case Phase.STOPPED:
            return None
        case Phase.BACKOFF:
            return life.retry_mono
        case _ if life.condemned:
            return life.since_mono + EXIT_S + 0.01
        case Phase.STARTING:
            return life.since_mono + READY_S + 0.01
        case _ if life.resting:
            return life.since_mono + GOOD_AFTER_S + 0.01 if life.deaths > 0 else None
        case _:
            return life.beat_mono + BEAT_LIMIT_S + 0.01
