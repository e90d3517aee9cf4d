"""Stutter: a film of which too many pictures came too late to be shown, counted over its last minutes and plays.

Knows: what the decoders count. Touches nothing.
Must not: blame the item (it goes on being played, and the office is told), or raise and clear with every play of a busy machine.
"""

from __future__ import annotations

from dataclasses import replace

from player.core.kinds import traits_of
from player.core.state import Play, PlayedPictures, PlayPhase
from player.core.turn import Turn

MOST_LOST = 0.02
"""Of all pictures counted; one of fifty is seen as a jerk every two seconds."""
SMOOTH_AGAIN = 0.01
"""Half of that: with less lost the alert is over. In between it stays as it is."""
FEWEST_LOST = 10
"""Some are lost at a change of item on a busy machine, which nobody sees."""
FEWEST_PICTURES = 1000
"""Forty seconds at 25 a second, in one play or in several: a burst at the beginning of a film is no stutter of it."""
REMEMBERED = 7500
"""Pictures, five minutes at 25 a second: what came before them counts less and less. A film that is named is named until at least
5,200 more pictures of it came without loss, three and a half minutes. With the last play alone the alert came and went every
10 to 30 s on a machine with seven times more work than processors (2026-11-26)."""


def hear_beat(t: Turn, layer: int, play_id: int, shown: int | None, lost: int | None) -> None:
    """Names a film of which too many pictures are lost, with their share, before its end where it is long."""
    play = t.playing.plays[layer]
    if play is None or play.id != play_id or play.phase is not PlayPhase.RUNNING or shown is None or lost is None:
        return
    if lost != play.lost:
        t.set_play(layer, replace(play, lost=lost))
    if traits_of(play.item.kind).ends_by_itself and shown + lost >= FEWEST_PICTURES:
        _name_if_stuttering(t, play, _together(t.playing.pictures.get(play.item.content_hash), shown, lost))


def count_play(t: Turn, play: Play) -> None:
    """Called when a film has come to its end: one that loses few pictures by now is named no more."""
    content, playing = play.item.content_hash, t.playing
    if not play.lost and content not in playing.pictures:
        return
    counted = _shortened(_together(playing.pictures.get(content), play.frames or 0, play.lost))
    others = {key: each for key, each in playing.pictures.items() if key != content}
    t.playing = replace(playing, pictures={**others, content: counted} if counted.lost else others)
    if content not in playing.stutters:
        _name_if_stuttering(t, play, counted)
    elif counted.lost < SMOOTH_AGAIN * counted.pictures:
        stutters = {key: told for key, told in playing.stutters.items() if key != content}
        t.playing = replace(t.playing, stutters=stutters)
        t.note(f"{play.item.told_as} plays smoothly again")


def _name_if_stuttering(t: Turn, play: Play, counted: PlayedPictures) -> None:
    """Once, not with each new share. What led to it counts in full from here on: a smooth play or two do not end it."""
    content = play.item.content_hash
    if content in t.playing.stutters or counted.pictures < FEWEST_PICTURES or not _is_stutter(counted):
        return
    told = f"{play.item.told_as} ({_percent(counted)} of 100 pictures lost)"
    past = PlayedPictures(REMEMBERED, REMEMBERED * counted.lost // counted.pictures)
    t.playing = replace(
        t.playing, stutters={**t.playing.stutters, content: told}, pictures={**t.playing.pictures, content: past}
    )
    t.note(f"{told}: it is too heavy, or the machine is busy", "warning")


def is_behind(t: Turn, play: Play) -> bool:
    """Whether the film has shown so little of itself that this computer is to blame for its end that does not come.

    VLC's time runs on to the film's end while its decoder is far behind, and then everything stands (4K60 in HEVC, 2026-11-26).
    """
    this_play = PlayedPictures((play.frames or 0) + play.lost, play.lost)
    if play.item.content_hash in t.playing.stutters or _is_stutter(this_play):
        return True
    rate, length_s = play.item.frame_rate, play.length_s
    return bool(rate and length_s and play.frames is not None and play.frames < rate * length_s / 2)


def _is_stutter(counted: PlayedPictures) -> bool:
    return counted.lost >= FEWEST_LOST and counted.lost > MOST_LOST * counted.pictures


def _together(before: PlayedPictures | None, shown: int, lost: int) -> PlayedPictures:
    past = before or PlayedPictures(0, 0)
    return PlayedPictures(past.pictures + shown + lost, past.lost + lost)


def _shortened(counted: PlayedPictures) -> PlayedPictures:
    """Of more than REMEMBERED pictures the same share of fewer."""
    if counted.pictures <= REMEMBERED:
        return counted
    return PlayedPictures(REMEMBERED, REMEMBERED * counted.lost // counted.pictures)


def _percent(counted: PlayedPictures) -> int:
    return round(100 * counted.lost / counted.pictures)
