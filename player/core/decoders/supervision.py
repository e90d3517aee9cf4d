"""The supervision of one decoder process: STOPPED, STARTING, RUNNING, BACKOFF; it is never given up.

Knows: beats, deadlines, delays, all on the monotonic clock. Touches nothing.
Must not: start or kill anything (care.py does); it says what is overdue, and when to ask again.

    STOPPED --start--> STARTING --ready--> RUNNING --exited--> BACKOFF --delay over, start--> STARTING
                       STARTING --exited, or not ready within READY_S--> BACKOFF
                       RUNNING  --no beat within BEAT_LIMIT_S--> (killed by care.py) --exited--> BACKOFF
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

READY_S = 15.0
"""libvlc needs 0.6 s here; a cold disk on a slow mini-PC ten times that."""
BEAT_LIMIT_S = 3.5
"""Beats come every second; with the raise of the other layer a hang stays below the promised 5 s."""
EXIT_S = 2.0
"""After a kill the exit is expected within this; SIGKILL cannot be refused, but a dying disk can delay it."""
GOOD_AFTER_S = 60.0
"""A decoder that ran so long starts its next back-off from the beginning."""
BURST_S = 5.0
GOOD_AFTER_BURST_S = 15.0
"""The same after crashes that came within BURST_S of each start: when their cause is over, that shows soon."""
DELAYS_S = (0.0, 0.2, 1.0, 2.0, 5.0)
"""After the first, second, ... crash in a row. Meanwhile the other decoder shows the last frame of its item: with 30 s after the
seventh crash a panel stood still for so long, twice in an hour of a soak that killed a decoder every half minute (2026-11-26)."""
ALONE_DELAY_S = 2.0
"""The longest delay while no decoder runs: no picture can change until one does (promise: within 5 s)."""
FAILING_AT = 3
"""So many crashes in a row are an alert."""


class Phase(StrEnum):
    STOPPED = "stopped"
    STARTING = "starting"
    RUNNING = "running"
    BACKOFF = "backoff"


@dataclass(frozen=True, slots=True)
class Supervision:
    """One decoder process. crash_count: in a row, without good_after_s of running between them.

    stopping: it has been killed, and its exit is awaited. restarts: since the start of the daemon.
    suspended: stopped as it is while its cued item waits for its turn, so no beats are expected.
    confined: it has nothing of this machine in reach; None: it has not said so yet.
    """

    phase: Phase = Phase.STOPPED
    generation: int = 0
    since_mono: float = 0.0
    beat_mono: float = 0.0
    retry_mono: float = 0.0
    crash_count: int = 0
    good_after_s: float = GOOD_AFTER_S
    restarts: int = 0
    memory_bytes: int | None = None
    stopping: bool = False
    suspended: bool = False
    confined: bool | None = None

    @property
    def usable(self) -> bool:
        return self.phase is Phase.RUNNING and not self.stopping

    @property
    def failing(self) -> bool:
        return self.crash_count >= FAILING_AT


def start(decoder: Supervision, mono: float) -> Supervision:
    return replace(
        decoder, phase=Phase.STARTING, generation=decoder.generation + 1, since_mono=mono, beat_mono=mono,
        restarts=decoder.restarts + (decoder.generation > 0), stopping=False, suspended=False, memory_bytes=None,
        confined=None,
    )  # fmt: skip


def become_ready(decoder: Supervision, mono: float, *, confined: bool) -> Supervision:
    return replace(decoder, phase=Phase.RUNNING, since_mono=mono, beat_mono=mono, confined=confined)


def beat(decoder: Supervision, mono: float, memory_bytes: int | None) -> Supervision:
    crash_count = 0 if mono - decoder.since_mono > decoder.good_after_s else decoder.crash_count
    return replace(decoder, beat_mono=mono, memory_bytes=memory_bytes, crash_count=crash_count)


def suspend(decoder: Supervision, mono: float, *, suspended: bool) -> Supervision:
    """A decoder that is let run again has its beats counted from now."""
    return reset_crash_count(replace(decoder, suspended=suspended, beat_mono=mono), mono)


def reset_crash_count(decoder: Supervision, mono: float) -> Supervision:
    """A suspended decoder sends no beats, so its crash count is reset by time instead."""
    good = decoder.suspended and decoder.usable and mono - decoder.since_mono > decoder.good_after_s
    return replace(decoder, crash_count=0) if good and decoder.crash_count > 0 else decoder


def begin_stop(decoder: Supervision, mono: float, *, wanted: bool) -> Supervision:
    """The decoder is being killed. wanted: to recycle it, which is no crash."""
    crash_count = decoder.crash_count - 1 if wanted else decoder.crash_count
    return replace(decoder, stopping=True, since_mono=mono, crash_count=crash_count)


def exited(decoder: Supervision, mono: float) -> Supervision:
    ran_s = mono - decoder.since_mono
    crash_count = max(0, decoder.crash_count + 1 if ran_s <= decoder.good_after_s or decoder.stopping else 1)
    good_after_s = decoder.good_after_s
    if not decoder.stopping:  # since_mono is then the moment of the kill
        good_after_s = GOOD_AFTER_BURST_S if ran_s <= BURST_S else GOOD_AFTER_S
    delay_s = DELAYS_S[min(max(crash_count - 1, 0), len(DELAYS_S) - 1)]
    return replace(
        decoder, phase=Phase.BACKOFF, crash_count=crash_count, good_after_s=good_after_s, retry_mono=mono + delay_s,
        since_mono=mono,
    )  # fmt: skip


def start_mono(decoder: Supervision, *, alone: bool) -> float:
    """When a decoder in BACKOFF is started again. alone: no other one runs."""
    return min(decoder.retry_mono, decoder.since_mono + ALONE_DELAY_S) if alone else decoder.retry_mono


def overdue(decoder: Supervision, mono: float) -> str | None:
    """Why this process must be killed now; None: it need not be."""
    if decoder.stopping and decoder.phase in (Phase.STARTING, Phase.RUNNING):
        return "did not end" if mono - decoder.since_mono > EXIT_S else None
    if decoder.phase is Phase.STARTING and mono - decoder.since_mono > READY_S:
        return f"not ready within {READY_S:.0f} s"
    if decoder.phase is Phase.RUNNING and not decoder.suspended and mono - decoder.beat_mono > BEAT_LIMIT_S:
        return f"silent for {mono - decoder.beat_mono:.1f} s"
    return None


def wake_mono(decoder: Supervision, *, alone: bool) -> float | None:
    """When something about this process may be due. alone: no other one runs."""
    match decoder.phase:
        case Phase.STOPPED:
            return None
        case Phase.BACKOFF:
            return start_mono(decoder, alone=alone)
        case _ if decoder.stopping:
            return decoder.since_mono + EXIT_S + 0.01
        case Phase.STARTING:
            return decoder.since_mono + READY_S + 0.01
        case _ if decoder.suspended:
            return decoder.since_mono + decoder.good_after_s + 0.01 if decoder.crash_count > 0 else None
        case _:
            return decoder.beat_mono + BEAT_LIMIT_S + 0.01
