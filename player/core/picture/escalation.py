"""The upper rungs of the ladder: when new layers and a new stage do not help, a new display, then a new machine.

Knows: for how long nothing right could be on the glass. Touches nothing.
Must not: count restarts over restarts (machine/power.py does, on disk: it refuses what would become a loop).

    layer (decoders/supervision.py, playing/changes.py) -> both layers -> stage (picture/check.py) -> display service -> machine
"""

from __future__ import annotations

from dataclasses import replace

from player.core.decoders.supervision import Lifeline, Phase
from player.core.effects import RebootMachine, RestartDisplay
from player.core.state import Ladder, SceneKind, Turn

DISPLAY_AFTER_S = 45.0
"""systemd itself restarts an X server that died within a second; one that hangs or refuses needs our word."""
DISPLAY_AGAIN_S = (120.0, 300.0, 900.0, 1800.0)
MACHINE_AFTER_S = 600.0
MACHINE_AGAIN_S = 1800.0
REPAIRS_IN_VAIN = 6
"""Two rounds of picture/check.py's repairs: layer, layers, stage, and all over again."""
STEADY_S = 20.0
"""A layer that failed before and has run so long is not dying now."""


def climb(t: Turn) -> None:
    """Called in every turn."""
    ladder, mono, why = t.s.ladder, t.now.mono, _trouble(t)
    if why is None:
        if ladder.since_mono is not None:
            t.set(ladder=Ladder())
        return
    if ladder.since_mono is None:
        ladder = Ladder(mono, 0, mono + DISPLAY_AFTER_S, mono + MACHINE_AFTER_S)
    if mono >= ladder.next_machine_mono:
        t.ask(RebootMachine(f"{why} for {mono - (ladder.since_mono or mono):.0f} s", automatic=True))
        ladder = replace(ladder, next_machine_mono=mono + MACHINE_AGAIN_S)
    elif mono >= ladder.next_display_mono:
        t.ask(RestartDisplay(why))
        again_s = DISPLAY_AGAIN_S[min(ladder.displays, len(DISPLAY_AGAIN_S) - 1)]
        ladder = replace(ladder, displays=ladder.displays + 1, next_display_mono=mono + again_s)
    t.set(ladder=ladder)


def wake_mono(ladder: Ladder) -> float | None:
    return None if ladder.since_mono is None else min(ladder.next_display_mono, ladder.next_machine_mono)


def _trouble(t: Turn) -> str | None:
    """Why nothing right can be on the glass, in words; None when it can."""
    s = t.s
    if s.stage is None:
        return "the display cannot be opened"
    if s.sight.repairs >= REPAIRS_IN_VAIN:
        return "the screen stays wrong whatever is repaired"
    if s.scene is not None and s.scene.kind is SceneKind.PLAY and all(_is_dying(life, t.now.mono) for life in s.lives):
        return "no layer stays alive"
    return None


def _is_dying(life: Lifeline, mono: float) -> bool:
    return life.failing and not (life.phase is Phase.RUNNING and mono - life.since_mono > STEADY_S)
