"""What the eye's looks mean: black or frozen by a fault, or on purpose; and which repair comes next.

Knows: the pixels' verdict beside what should be there. Touches nothing. Must not: take planned dark, a pause, a still
image or a naturally black or still scene for a fault.

A fault is when the screen shows something else than the layer on top of it holds, or when that layer has stopped painting
although its film should run. A film that is black or still by itself paints on; only after NATURAL_S is it reported.
"""

from __future__ import annotations

from dataclasses import replace

from player.core.effects import RebuildStage
from player.core.events import ScreenSampled
from player.core.model import CardKind
from player.core.office.health import is_showing_video
from player.core.playing.changes import kill
from player.core.state import PlayPhase, Turn

FAULT_S = 5.0
"""A fault must last so long before it is one: a change of item may fall on a look."""
NATURAL_S = 120.0
"""A film that is black so long is reported, not repaired: nobody wants a black panel, whoever made it."""
REPAIR_EVERY_S = 10.0
REPAIRED_S = 60.0


def hear_sample(t: Turn, look: ScreenSampled) -> None:
    mono = t.now.mono
    picture = replace(t.s.picture, look=look, sampled_mono=mono)
    black = look.lit is False and _should_be_lit(t)
    still = look.moving is False and is_showing_video(t.s)
    picture = replace(
        picture, black_mono=(picture.black_mono or mono) if black else None,
        still_mono=(picture.still_mono or mono) if still else None,
    )  # fmt: skip
    black_fault = picture.black_mono is not None and (
        ((look.own_lit is not False or look.painting is False) and mono - picture.black_mono >= FAULT_S)
        or mono - picture.black_mono >= NATURAL_S
    )  # fmt: skip
    frozen_fault = (
        picture.still_mono is not None
        and mono - picture.still_mono >= FAULT_S
        and (look.painting is False or look.own_moving is True)
    )
    picture = replace(picture, black=black_fault, frozen=frozen_fault)
    t.set(picture=picture)
    natural = look.own_lit is False and look.painting is not False
    if frozen_fault or (black_fault and not natural):
        _repair(t, "frozen" if frozen_fault else "black")
    elif picture.repairs and picture.repaired_mono is not None and mono - picture.repaired_mono > REPAIRED_S:
        t.set(picture=replace(picture, repairs=0))


def _should_be_lit(t: Turn) -> bool:
    s = t.s
    if s.stage is None or s.scene is None:
        return False
    if s.card is not None:
        return s.card.kind is not CardKind.BLACK
    play = t.current
    return play is not None and play.phase in (PlayPhase.RUNNING, PlayPhase.ENDED)


def _repair(t: Turn, what: str) -> None:
    """One step more each time: replace the layer on top, replace both, rebuild the stage; then all over again."""
    picture, mono = t.s.picture, t.now.mono
    if picture.repaired_mono is not None and mono - picture.repaired_mono < REPAIR_EVERY_S:
        return
    match picture.repairs % 3:
        case 0 if t.s.visible is not None:
            kill(t, t.s.visible, f"the screen is {what}")
        case 0 | 1:
            for layer in range(len(t.s.decoders)):
                kill(t, layer, f"the screen is still {what}")
        case _:
            t.ask(RebuildStage(f"the screen is {what} and new layers did not help"))
    t.set(picture=replace(picture, black_mono=None, still_mono=None, repairs=picture.repairs + 1, repaired_mono=mono))
