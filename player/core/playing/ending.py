"""The one exit of a play: however an item leaves the screen, it passes here, with why.

Knows: plays, and which layer is visible. Touches nothing. Must not: decide what comes next (playing/changes.py does).

A play comes on screen by `show_play` (its start, or the end of the card that lay over it) and leaves it by `end_play`,
exactly once each time. `Turn.ended` holds what left in this turn.
"""

from __future__ import annotations

from dataclasses import replace

from player.core.state import EndedPlay, Ending, Play, PlayPhase
from player.core.turn import Turn


def show_play(t: Turn, layer: int, play: Play) -> None:
    """The play is on screen from now on, uncovered."""
    t.set_play(layer, replace(play, shown_mono=t.now.mono))


def end_play(t: Turn, layer: int, why: Ending) -> None:
    """Ends the play of a layer, if there is one, whatever has become of it so far.

    On the visible layer the last picture of a play that was started stays until another item or a card comes; any other
    play is forgotten. A covered play goes on being the layer's play, and `show_play` brings it back.
    """
    play = t.playing.plays[layer]
    if play is None:
        return
    if play.shown_mono is not None:
        t.ended.append(EndedPlay(play, why))
    if why is Ending.COVERED:
        t.set_play(layer, replace(play, shown_mono=None))
    elif layer == t.playing.visible and play.started_mono is not None:
        ended = replace(
            play, phase=PlayPhase.ENDED, shown_mono=None, ends_mono=None, give_up_mono=None,
            ended_mono=play.ended_mono or t.now.mono,
        )  # fmt: skip
        t.set_play(layer, ended)
    else:
        t.set_play(layer, None)


def cover_play(t: Turn) -> None:
    """A card lies over the visible layer from now on."""
    current = t.playing.current
    if t.playing.visible is not None and current is not None and current.shown_mono is not None:
        end_play(t, t.playing.visible, Ending.COVERED)
