"""Failures of items: which failure is the content's own, and what follows from it.

Knows: failures by content, hardware and software decoding. Touches nothing.
Must not: blame an item for what the display, the hardware or a person did.
"""

from __future__ import annotations

import signal
from dataclasses import replace
from itertools import islice

from player.core.effects import RescanLibrary
from player.core.kinds import traits_of
from player.core.playing.ending import end_play
from player.core.playing.survey import LostItem
from player.core.state import Ending, Failure, Play
from player.core.turn import Turn

QUARANTINE_AT = 2
PASSING_S = 600.0
"""So long the first quarantine lasts for what a busy machine or a network may have done (2026-11-26: at a load of 15 on two
cores a text page was silent for 3.5 s, twice, and never shown again); each one that follows lasts twice as long."""
LONGEST_PASSING_S = 6 * 3600.0
NAMED = 5
"""So many that are tried again at once are named in the log: a dead network ends the quarantine of all streams together."""
BLIND_S = 1.5
"""The pixel monitor may be so much later than look_s before the display counts as hung."""
FAT_BYTES = 600_000_000
"""The decoder of a usual item needs 70 to 200 MB; a decoder that ends above this was filled up by its item."""
LOST_S = 20.0
"""The library looks through its files every 20 s and copies anew what the folder still has."""
CRASHES = frozenset({signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGILL, signal.SIGFPE})
"""Signals that a process brings on itself; any other one was sent by somebody, which is not the item's fault."""


def hear_failed(t: Turn, layer: int, play_id: int, why: str) -> None:
    play = t.playing.plays[layer]
    if play is not None and play.id == play_id:
        end_play(t, layer, Ending.FAILED)
        blame(t, play, why)
        pass_over(t, play)


def pass_over(t: Turn, play: Play) -> None:
    """What failed before it was on screen is not tried again before another item has been: the screen does not wait for it."""
    if play.started_mono is None:
        t.playing = replace(t.playing, passed=t.playing.passed | {play.item.content_hash})


def hear_lost(t: Turn, layer: int, play_id: int) -> None:
    """The library has lost the item's file: it is left out for LOST_S, and the library is asked to look after it."""
    play = t.playing.plays[layer]
    if play is None or play.id != play_id:
        return
    end_play(t, layer, Ending.FAILED)
    first = not t.playing.lost
    t.playing = replace(
        t.playing, lost={**t.playing.lost, play.item.content_hash: LostItem(play.item.told_as, t.now.mono + LOST_S)}
    )
    if first:
        t.ask(RescanLibrary())
        t.note(
            f"{play.item.told_as}: its copy has gone from the library; the library is asked to look after it", "warning"
        )


def lift_passing(t: Turn) -> None:
    """Called in every turn: what may have failed by others is tried again when its quarantine is over; one failure more, and
    it is back in it."""
    over = {key for key, failure in t.playing.quarantined.items() if _is_over(failure, t.now.mono)}
    if over:
        lifted = {key: replace(t.playing.quarantined[key], quarantined=False, until_mono=None) for key in over}
        still = {key: failure for key, failure in t.playing.quarantined.items() if key not in over}
        t.playing = replace(t.playing, failures={**t.playing.failures, **lifted}, quarantined=still)
        for failure in islice(lifted.values(), NAMED):
            t.note(f"{failure.path}: tried again; it may not have been its fault")


def _is_over(failure: Failure, mono: float) -> bool:
    return failure.until_mono is not None and mono >= failure.until_mono


def forget_lost(t: Turn) -> None:
    """Called in every turn: what was lost LOST_S ago is tried again."""
    if any(t.now.mono >= lost.retry_mono for lost in t.playing.lost.values()):
        still = {key: lost for key, lost in t.playing.lost.items() if t.now.mono < lost.retry_mono}
        t.playing = replace(t.playing, lost=still)


def blame(t: Turn, play: Play, why: str, *, passing: bool = False) -> None:
    """Counts a failure against the item's content; twice in a row and it is not tried again.

    passing: only time ran out, so a busy machine may have done it: it is tried again later, as a stream always is.
    Not while the display does not answer: nothing can be painted on an X server that hangs, however good the item.
    Nor while the hardware decoded it: from then on the software does, and only what it cannot do either counts.
    """
    item = play.item
    if is_blind(t):
        t.note(f"{item.told_as}: {why}; not its fault: the display does not answer", "warning")
        return
    playing = t.playing
    before = playing.failures.get(item.content_hash)
    if t.s.rules.hardware and not play.software and traits_of(item.kind).uses_hardware:
        failure = Failure(item.told_as, 0 if before is None else before.count, why)
        verdict = "from now on the software decodes it"
    else:
        count = 1 if before is None else before.count + 1
        failure = Failure(item.told_as, count, why, quarantined=count >= QUARANTINE_AT)
        verdict = "it is tried again"
        if failure.quarantined:
            verdict = "it is quarantined until its content changes or `rescan`"
            if passing or traits_of(item.kind).fails_by_others:
                lasts_s = min(PASSING_S * 2 ** min(count - QUARANTINE_AT, 16), LONGEST_PASSING_S)
                failure = replace(failure, until_mono=t.now.mono + lasts_s)
                verdict = f"it is quarantined for {lasts_s / 60:.0f} minutes"
        t.content = replace(t.content, release_failures=t.content.release_failures + 1)
    failures = {**playing.failures, item.content_hash: failure}
    quarantined = {**playing.quarantined, item.content_hash: failure} if failure.quarantined else playing.quarantined
    t.playing = replace(playing, failures=failures, quarantined=quarantined, failed=playing.failed + 1)
    t.note(f"{item.told_as}: {why}; {verdict}", "warning")


def reset_failures(t: Turn, play: Play) -> None:
    """An item that played to its end: what its content did before does not count any more."""
    failure = t.playing.failures.get(play.item.content_hash)
    if failure is not None:
        failures = dict(t.playing.failures)
        del failures[play.item.content_hash]
        if t.s.rules.hardware and play.software:
            failures[play.item.content_hash] = replace(failure, count=0)  # but in software, and so it shall go on
        if failure.quarantined:  # it played all the same: it was on screen already
            quarantined = dict(t.playing.quarantined)
            quarantined.pop(play.item.content_hash, None)
            t.playing = replace(t.playing, quarantined=quarantined)
        t.playing = replace(t.playing, failures=failures)
    t.content = replace(t.content, release_failures=0)


def is_blind(t: Turn) -> bool:
    """Whether the pixel monitor, which samples every look_s, is overdue: then the display does not answer."""
    sampled = t.picture.sampled_mono
    return sampled is not None and t.now.mono - sampled > t.s.rules.look_s + BLIND_S
