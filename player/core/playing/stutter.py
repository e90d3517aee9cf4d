"""Stutter: a film of which too many pictures came too late to be shown.

Knows: what the decoders count. Touches nothing. Must not: blame the item: it goes on being played, and the office is told.
"""

from __future__ import annotations

from dataclasses import replace

from player.core.kinds import traits_of
from player.core.state import Play, PlayPhase
from player.core.turn import Turn

MOST_LOST = 0.02
"""Of all pictures of a play; one of fifty is seen as a jerk every two seconds."""
FEWEST_LOST = 10
"""Some are lost at a change of item on a busy machine, which nobody sees."""


def hear_beat(t: Turn, layer: int, play_id: int, shown: int | None, lost: int | None) -> None:
    """Remembers a film that stutters, with the share that is lost; a play without it lets the film off when it has ended."""
    play = t.playing.plays[layer]
    if play is None or play.id != play_id or play.phase is not PlayPhase.RUNNING or shown is None or lost is None:
        return
    t.set_play(layer, replace(play, lost=lost))
    if traits_of(play.item.kind).ends_by_itself and is_stuttering(shown, lost):
        share = round(100 * lost / (shown + lost))
        told = f"{play.item.told_as} ({share} of 100 pictures lost)"
        before = t.playing.stutters.get(play.item.content_hash)
        if before is None:  # told once, not with each new share
            t.playing = replace(t.playing, stutters={**t.playing.stutters, play.item.content_hash: told})
            t.note(f"{told}: it is too heavy, or the machine is busy", "warning")


def is_stuttering(shown: int, lost: int) -> bool:
    return lost >= FEWEST_LOST and lost > MOST_LOST * (shown + lost)


def is_behind(t: Turn, play: Play) -> bool:
    """Whether the film has shown so little of itself that this computer is to blame for its end that does not come.

    VLC's time runs on to the film's end while its decoder is far behind, and then everything stands (4K60 in HEVC, 2026-11-26).
    """
    if play.item.content_hash in t.playing.stutters:
        return True
    rate, length_s = play.item.frame_rate, play.length_s
    return bool(rate and length_s and play.frames is not None and play.frames < rate * length_s / 2)


def forget_if_smooth(t: Turn, play: Play) -> None:
    """Called when a film has come to its end."""
    if play.item.content_hash in t.playing.stutters and not is_stuttering(play.frames or 0, play.lost):
        stutters = {key: told for key, told in t.playing.stutters.items() if key != play.item.content_hash}
        t.playing = replace(t.playing, stutters=stutters)
