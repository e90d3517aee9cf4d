"""What the operator is told of a file beside "it can be played": what to do about a refused one, what is poor about a good one.

Knows: the words. Touches: the number of this computer's cores (facts.py). Must not: refuse anything.
"""

from __future__ import annotations

from typing import NamedTuple

from player.core.model import MediaKind
from player.library.vetting.facts import is_too_heavy
from player.library.vetting.verdicts import Verdict

FAINT = 48
"""Of 255: a dark logo whose brightest pixel is 20 was a black panel (2026-11-25)."""
PREPARE = "make it light with panel-office prepare"
ANEW = "make it anew with panel-office prepare"


def remedy_of(verdict: Verdict) -> str:
    """For a refused file. Copying again is only said where it can help; `why` may hold the advice already."""
    if verdict.cut:
        return "copy it again"
    return "" if "; " in verdict.why else "export it again as MP4, PNG or JPEG"


class Remark(NamedTuple):
    """What is poor about a file that is played, and what to do."""

    what: str
    remedy: str


def remarks_on(verdict: Verdict, *, hardware: bool = False) -> list[Remark]:
    """Of a file that is played: what is poor about it, and what to do. hardware: the graphics chip decodes films."""
    remarks = []
    if not hardware and is_too_heavy(verdict, verdict.width, verdict.height):
        size = f"{verdict.width}x{verdict.height}, {verdict.frame_rate or 0:g} pictures a second, {verdict.codec}"
        remarks.append(Remark(f"this computer cannot decode it in time ({size}); it will stutter", PREPARE))
    if verdict.stands_s is not None:
        what = f"its clock jumps ahead by {verdict.stands_s:.1f} s in the middle; its picture stands still for so long there"
        remarks.append(Remark(what, ANEW))
    if verdict.kind is MediaKind.IMAGE and verdict.contrast is not None and verdict.contrast < FAINT:
        what = f"almost nothing of it is visible on the panel's ground (its colours differ from it by {verdict.contrast} of 255)"
        remarks.append(Remark(what, "save it brighter or on a ground of its own, or change screen.background"))
    return remarks
