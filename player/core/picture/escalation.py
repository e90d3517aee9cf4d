"""The upper steps of the escalation: when new decoders and a new stage do not help, a new display, then a new machine.

Knows: for how long nothing right could be on screen. Touches nothing.
Must not: count restarts over restarts (machine/power.py does, on disk: it refuses what would become a loop).

    decoder (decoders/care.py) -> both decoders -> stage (picture/check.py) -> display service -> machine
"""

from __future__ import annotations

from dataclasses import replace

from player.core.decoders.supervision import Phase, Supervision
from player.core.effects import RebootMachine, RestartDisplay
from player.core.state import Escalation, SceneKind, State
from player.core.turn import Turn

DISPLAY_AFTER_S = 45.0
"""systemd itself restarts an X server that died within a second; one that hangs or refuses must be restarted by the panel."""
DISPLAY_AGAIN_S = (120.0, 300.0, 900.0, 1800.0)
MACHINE_AFTER_S = 600.0
MACHINE_AGAIN_S = 1800.0
REPAIRS_IN_VAIN = 6
"""Two rounds of picture/check.py's repairs: one decoder, both, the stage, and all over again."""
STEADY_S = 20.0
"""A decoder that failed before and has run so long is not failing now."""


def escalate(t: Turn) -> None:
    """Called in every turn."""
    escalation, mono, why = t.escalation, t.now.mono, _trouble(t)
    if why is None:
        if escalation.since_mono is not None:
            t.escalation = Escalation()
        return
    if escalation.since_mono is None:
        escalation = Escalation(mono, 0, mono + DISPLAY_AFTER_S, mono + MACHINE_AFTER_S)
    if mono >= escalation.next_machine_mono:
        t.ask(RebootMachine(f"{why} for {mono - (escalation.since_mono or mono):.0f} s", automatic=True))
        escalation = replace(escalation, next_machine_mono=mono + MACHINE_AGAIN_S)
    elif mono >= escalation.next_display_mono:
        t.ask(RestartDisplay(why))
        again_s = DISPLAY_AGAIN_S[min(escalation.displays, len(DISPLAY_AGAIN_S) - 1)]
        escalation = replace(escalation, displays=escalation.displays + 1, next_display_mono=mono + again_s)
    t.escalation = escalation


def wake_mono(s: State) -> list[float]:
    trouble = s.escalation.since_mono is not None
    return [s.escalation.next_display_mono, s.escalation.next_machine_mono] if trouble else []


def _trouble(t: Turn) -> str | None:
    """Why nothing right can be on screen, in words; None when it can."""
    if t.stage.opened is None:
        return "the display cannot be opened"
    if t.picture.repairs >= REPAIRS_IN_VAIN:
        return "the screen stays wrong whatever is repaired"
    scene = t.playing.scene
    if (
        scene is not None
        and scene.kind is SceneKind.PLAY
        and all(_is_failing_now(decoder, t.now.mono) for decoder in t.decoders)
    ):
        return "no decoder keeps running"
    return None


def _is_failing_now(decoder: Supervision, mono: float) -> bool:
    return decoder.failing and not (decoder.phase is Phase.RUNNING and mono - decoder.since_mono > STEADY_S)
