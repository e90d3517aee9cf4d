"""The picture check: whether the pixels are black or frozen by a fault, or on purpose; and which repair comes next.

Knows: a sample of the pixels beside what should be there. Touches nothing. Must not: take planned dark, a pause, a still
image or a naturally black or still scene for a fault.

A fault is when the screen shows something else than the visible layer's window holds, or when that layer has stopped
painting although its film should run. A film that is black or still by itself paints on; a picture that is black by itself
was so when it was cued. Neither is repaired, and after NATURAL_S of black the office is told the item's name.
"""

from __future__ import annotations

from dataclasses import replace

from player.core.decoders.care import kill
from player.core.effects import RebuildStage
from player.core.events import ScreenSampled
from player.core.kinds import traits_of
from player.core.model import CardKind
from player.core.state import Ending, PlayPhase, State
from player.core.turn import Turn

FAULT_S = 5.0
"""A fault must last so long before it is one: a change of item may fall on a sample. So must each sign of it: on a busy
machine a film with a still picture paints nothing between two samples now and then (2026-11-26)."""
NATURAL_S = 120.0
"""An item that is black so long is reported, not repaired: a black panel is not wanted, whoever made the item."""
REPAIR_EVERY_S = 10.0
REPAIRED_S = 60.0


def hear_sample(t: Turn, sample: ScreenSampled) -> None:
    mono = t.now.mono
    black = sample.lit is False and _should_be_lit(t.s)
    still = sample.moving is False and is_showing_video(t.s)
    black_mono = (t.picture.black_mono or mono) if black else None
    still_mono = (t.picture.still_mono or mono) if still else None
    stuck_mono = (t.picture.stuck_mono or mono) if sample.painting is False or sample.own_moving is True else None
    stuck = stuck_mono is not None and mono - stuck_mono >= FAULT_S
    natural = sample.own_lit is False and (not stuck or _is_black_picture(t.s))
    black_fault = black_mono is not None and mono - black_mono >= (NATURAL_S if natural else FAULT_S)
    frozen_fault = still_mono is not None and mono - still_mono >= FAULT_S and stuck
    wrong_since = min((since for since in (black_mono, still_mono) if since is not None), default=mono)
    began_mono = t.picture.fault_mono if t.picture.fault_mono is not None else wrong_since
    lasting = t.picture.fault_mono is not None and ((black and not natural) or still)
    faulty = lasting or frozen_fault or (black_fault and not natural)
    t.picture = picture = replace(
        t.picture, sample=sample, sampled_mono=mono, black_mono=black_mono, still_mono=still_mono, stuck_mono=stuck_mono,
        black=black_fault, natural=natural, frozen=frozen_fault, fault_mono=began_mono if faulty else None,
    )  # fmt: skip
    if frozen_fault or (black_fault and not natural):
        _repair(t, "frozen" if frozen_fault else "black")
    elif picture.repairs and picture.repaired_mono is not None and mono - picture.repaired_mono > REPAIRED_S:
        t.picture = replace(picture, repairs=0)


def _should_be_lit(s: State) -> bool:
    if s.stage.opened is None or s.playing.scene is None:
        return False
    if s.playing.card is not None:
        return s.playing.card.kind is not CardKind.BLACK
    play = s.playing.current
    return play is not None and play.phase in (PlayPhase.RUNNING, PlayPhase.ENDED)


def _is_black_picture(s: State) -> bool:
    """Whether the item on screen is a picture that showed nothing but black already when it was cued."""
    play = s.playing.current
    return play is not None and s.playing.card is None and play.cued_black and not traits_of(play.item.kind).moves


def is_showing_video(s: State) -> bool:
    """Whether a film should be moving on screen now."""
    play = s.playing.current
    return (
        play is not None and s.playing.card is None and play.phase is PlayPhase.RUNNING and play.held_mono is None
        and traits_of(play.item.kind).moves
    )  # fmt: skip


def _repair(t: Turn, what: str) -> None:
    """One step more each time: replace the visible layer's decoder, both, rebuild the stage; then all over again."""
    picture, mono = t.picture, t.now.mono
    if picture.repaired_mono is not None and mono - picture.repaired_mono < REPAIR_EVERY_S:
        return
    match picture.repairs % 3:
        case 0 if t.playing.visible is not None:
            kill(t, t.playing.visible, f"the screen is {what}", Ending.CRASH)
        case 0 | 1:
            for layer in range(len(t.decoders)):
                kill(t, layer, f"the screen is still {what}", Ending.CRASH)
        case _:
            t.ask(RebuildStage(f"the screen is {what} and new decoders did not help"))
    t.picture = replace(
        picture, black_mono=None, still_mono=None, stuck_mono=None, repairs=picture.repairs + 1, repaired_mono=mono,
    )  # fmt: skip
