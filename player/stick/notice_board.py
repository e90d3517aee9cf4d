"""What the technician reads while a stick is in: the words, the numbers, and how long they stay.

Knows: the five stages and their words in both languages. Pure: told the time, it says which notice stands now.
Must not: draw (screen/drawing/strip.py does), or show the label of a stick whose signature was not verified: anyone could
write anything on a public panel that way.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from player.bundle.refusals import REFUSALS, Why
from player.core.model import ImportProgress, StickNotice, StickStage
from player.stick.plugged import Stick

DONE_S = 60.0  # long enough to read from the ladder; a stick that is left in must not cover the picture
REFUSED_S = 120.0  # the number is to be copied from the panel onto paper, or told on the phone
NOT_OURS_S = 30.0
SLOW_AFTER_S = 15.0  # the first seconds of an import say little about its speed
SLOW_LEFT_S = 600.0  # ten minutes on a ladder are too long: come down, or fetch another stick

NOT_OURS = frozenset({Why.NOT_OURS, Why.FORMAT_UNREAD})
"""Told, but no alert and no receipt: somebody's own stick, or one partition of ours that is not meant for the panel."""

WORDS = {
    "id": {"reading": "MEMBACA", "done": "SELESAI - CABUT USB"},
    "en": {"reading": "READING", "done": "DONE - PULL OUT USB STICK"},
}


@dataclass(frozen=True, slots=True)
class PostedNotice:
    """A result that stays on the panel until `until` (monotonic seconds), or until its stick is pulled."""

    stick: Stick
    notice: StickNotice
    until: float


@dataclass(frozen=True, slots=True)
class NoticeBoard:
    """All that there is to say. At most one stick is being read; results of others stand beside it."""

    language: str
    reading: tuple[Stick, StickNotice] | None = None
    standing: tuple[PostedNotice, ...] = field(default=())

    def notice(self, mono: float) -> StickNotice | None:
        """The one to show: what is being read, else the latest result; a stick that is not ours only on its own."""
        if self.reading is not None:
            return self.reading[1]
        current = [one.notice for one in self.standing if mono < one.until]
        ours = [notice for notice in current if notice.stage is not StickStage.NOT_OURS]
        told = ours or current
        return told[-1] if told else None

    def wake_at(self, mono: float) -> float | None:
        """When the notice changes by itself."""
        return min((one.until for one in self.standing if mono < one.until), default=None)


def reading(progress: ImportProgress | None, elapsed_s: float, label: str | None, language: str) -> StickNotice:
    """label: only of a stick whose signature was verified. percent counts bytes, and is 100 only at the end."""
    if progress is None:
        return StickNotice(StickStage.READING, label or "", 0, None, words=f"{WORDS[language]['reading']} 0 %")
    percent = 99 if progress.bytes_done >= progress.bytes_total else progress.bytes_done * 100 // progress.bytes_total
    left = progress.seconds_left
    if left is not None and left > SLOW_LEFT_S and elapsed_s > SLOW_AFTER_S:
        row = REFUSALS[Why.TOO_SLOW]
        return StickNotice(StickStage.SLOW, label or "", percent, left, row.number, row.words(language))
    return StickNotice(
        StickStage.READING, label or "", percent, left, words=f"{WORDS[language]['reading']} {percent} %"
    )


def done(label: str | None, language: str) -> StickNotice:
    return StickNotice(StickStage.DONE, label or "", 100, words=WORDS[language]["done"])


def refused(why: Why, language: str) -> StickNotice:
    """Also for what is no stick of ours (no `panel` folder, unread format): no refusal, but it has its number too."""
    stage = StickStage.NOT_OURS if why in NOT_OURS else StickStage.REFUSED
    row = REFUSALS[why]
    return StickNotice(stage, number=row.number, words=row.words(language))


def stand(notice: StickNotice, stick: Stick, mono: float) -> PostedNotice:
    last_s = {StickStage.DONE: DONE_S, StickStage.NOT_OURS: NOT_OURS_S}.get(notice.stage, REFUSED_S)
    return PostedNotice(stick, notice, mono + last_s)
