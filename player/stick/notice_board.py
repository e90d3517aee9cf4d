"""What the technician reads while a stick is in: the words, the numbers, and how long they stay.

Knows: the five stages and which words belong to each (bundle/strip_words.py, bundle/refusals.py). Pure: told the time,
the notice board says which notice is shown now.
Must not: draw (screen/drawing/strip.py does), or show the label of a stick whose signature was not verified: anyone could
write anything on a public panel that way.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from player.bundle.refusals import REFUSALS, Why
from player.bundle.strip_words import strip_words
from player.core.model import ImportProgress, StickNotice, StickStage
from player.stick.plugged import Stick
from player.stick.times import STICK_TIMES, StickTimes

NOT_OURS = frozenset({Why.NOT_OURS, Why.FORMAT_UNREAD})
"""Told, but no alert and no receipt: somebody's own stick, or one partition of ours that is not meant for the panel."""


@dataclass(frozen=True, slots=True)
class PostedNotice:
    """A result that stays on the panel until its stick is pulled; from `small_from` (monotonic seconds) on as a small mark."""

    stick: Stick
    notice: StickNotice
    small_from: float


@dataclass(frozen=True, slots=True)
class NoticeBoard:
    """All that there is to say. At most one stick is being read; the results of others are posted beside it."""

    reading: tuple[Stick, StickNotice] | None = None
    posted: tuple[PostedNotice, ...] = ()

    def with_reading(self, stick: Stick, notice: StickNotice) -> NoticeBoard:
        return replace(self, reading=(stick, notice))

    def with_result(self, stick: Stick, notice: StickNotice, small_from: float) -> NoticeBoard:
        """The stick's result takes the place of its earlier ones; nothing is being read any more."""
        others = tuple(one for one in self.posted if one.stick != stick)
        return NoticeBoard(None, (*others, PostedNotice(stick, notice, small_from)))

    def without_reading(self, stick: Stick) -> NoticeBoard:
        return replace(self, reading=None) if self.reading is not None and self.reading[0] == stick else self

    def only(self, present: Collection[Stick]) -> NoticeBoard:
        """Without the notices of sticks that are not plugged in any more."""
        reading = self.reading if self.reading is not None and self.reading[0] in present else None
        return NoticeBoard(reading, tuple(one for one in self.posted if one.stick in present))

    def notice(self, mono: float) -> StickNotice | None:
        """The one to show: what is being read, else the latest result; a stick that is not ours only on its own."""
        if self.reading is not None:
            return self.reading[1]
        ours = tuple(one for one in self.posted if one.notice.stage is not StickStage.NOT_OURS)
        told = ours or self.posted
        return replace(told[-1].notice, small=mono >= told[-1].small_from) if told else None

    def wake_at(self, mono: float) -> float | None:
        """When the notice changes by itself."""
        return min((one.small_from for one in self.posted if mono < one.small_from), default=None)


def reading_notice(
    progress: ImportProgress | None,
    elapsed_s: float,
    label: str | None,
    language: str,
    times: StickTimes = STICK_TIMES,
) -> StickNotice:
    """label: only of a stick whose signature was verified. percent counts bytes, and is 100 only at the end."""
    reading, label = strip_words(language).reading, label or ""
    if progress is None:
        return StickNotice(StickStage.READING, label, 0, None, words=f"{reading} 0 %")
    percent = 99 if progress.bytes_done >= progress.bytes_total else progress.bytes_done * 100 // progress.bytes_total
    left = progress.seconds_left
    if left is not None and left > times.slow_left_s and elapsed_s > times.slow_after_s:
        row = REFUSALS[Why.TOO_SLOW]
        return StickNotice(StickStage.SLOW, label, percent, left, row.number, row.words(language))
    return StickNotice(StickStage.READING, label, percent, left, words=f"{reading} {percent} %")


def done_notice(label: str | None, language: str) -> StickNotice:
    return StickNotice(StickStage.DONE, label or "", 100, words=strip_words(language).done)


def refused_notice(why: Why, language: str) -> StickNotice:
    """Also for what is no stick of ours (no `panel` folder, unread format): no refusal, but it has its number too."""
    stage = StickStage.NOT_OURS if why in NOT_OURS else StickStage.REFUSED
    row = REFUSALS[why]
    return StickNotice(stage, number=row.number, words=row.words(language))
