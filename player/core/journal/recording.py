"""Recording: what is on screen in each turn becomes records that abut, each with its kind, its end and its evidence.

Knows: cards, plays, their one exit (`Turn.ended`), the picture check's fault, both clocks. Touches nothing.
Must not: change what is on screen, count from what a decoder says, or smooth over a step of the clock.

A record is open while its subject is on screen. Where nothing new has come yet, the last picture stays and so does its
record; after STANDING_S of that the time is a fault. Before the first picture of a run nothing is recorded: that time
belongs to the `off` record, which the room makes of what the last run left.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import assert_never

from player.contract.records import PlayRecord, RecordEnd, RecordKind, Seen, to_millisecond
from player.core.brightness.control import describe, is_black
from player.core.effects import KeepRecord, KeepRunning
from player.core.journal.state import OpenRecord
from player.core.kinds import traits_of
from player.core.model import Card, CardKind
from player.core.playing.scene import pick_release
from player.core.playing.ticker import told
from player.core.state import Ending, Play, State
from player.core.turn import Turn

BEAT_S = 20.0
"""How often the open record is kept: a power cut takes less than 30 s, with 10 s for a busy disk."""
CLOCK_LOOK_S = 1.0
STEP_S = 0.25
"""A clock that is slewed moves 0.0005 s in a second; whatever moves it by more than this has set it."""
NEXT_TEXT = " / "
"""Between two texts of which one ran after the other."""
STANDING_S = 5.0
"""A crashed decoder is replaced within a second; a last picture that stands longer is no play (as in the picture check)."""


@dataclass(frozen=True, slots=True)
class _Subject:
    """What is on screen now. key: the same subject goes on in the same record."""

    key: tuple[object, ...]
    kind: RecordKind
    reason: str
    play: Play | None = None


def settle_records(t: Turn) -> None:
    """Called once in every turn, after everything else has been decided."""
    if not t.s.rules.journal:
        return
    _count_sample(t)
    _hear_clock(t)
    _hear_ending(t)
    if t.playing.card is None and t.journal.card is not None:
        t.journal = replace(t.journal, card=None)
    opened, subject = t.journal.opened, _find_subject(t.s)
    if subject is not None and opened is not None and subject.key == opened.key and opened.ended is not None:
        t.journal = replace(t.journal, opened=replace(opened, ended=None, stands_since=None))  # no card came over it
    if subject is not None and (opened is None or subject.key != opened.key):
        since = _fault_began(t) if subject.kind is RecordKind.FAULT else None
        _close(t, t.now.wall if since is None else since)
        _open(t, subject)
    _note_ticker(t)
    opened = t.journal.opened
    if opened is None:
        return
    if t.s.finished:
        _close(t, t.now.wall)
    elif t.now.mono >= t.journal.beat_mono:
        _beat(t, opened)


def hear_card(t: Turn, card: Card) -> None:
    """From now on the card is seen; news about one that has been taken away meanwhile is old."""
    if card == t.playing.card and t.stage.opened is not None:
        t.journal = replace(t.journal, card=card)


def wake_mono(s: State) -> list[float]:
    return [s.journal.beat_mono] if s.journal.opened is not None and s.rules.journal else []


# ---- what is on screen


def _find_subject(s: State) -> _Subject | None:
    """None: what was on screen stays there."""
    if s.stage.opened is None:
        if s.journal.opened is None and s.stage.lost is None:
            return None
        return _Subject(("stage",), RecordKind.FAULT, f"no display: {s.stage.why_not}")
    card, play = s.playing.card, s.playing.current
    if card is not None and card != s.journal.card:
        return None  # it is being drawn, and what was there is still seen
    showing = card is not None or (play is not None and play.shown_mono is not None)
    if is_black(s) and showing:
        return _Subject(("dimmed",), RecordKind.DARK, f"brightness 0 %: {describe(s).reason}")
    if card is not None and card.kind is CardKind.BLACK:
        return _card_subject(s, card)
    if s.picture.fault_mono is not None and s.journal.opened is not None:
        return _Subject(("picture",), RecordKind.FAULT, _fault_words(s))
    if card is not None:
        return _card_subject(s, card)
    if play is not None and play.shown_mono is not None:
        return _Subject(("play", play.id), RecordKind.ITEM, s.playing.scene.reason if s.playing.scene else "", play)
    return None


def _card_subject(s: State, card: Card) -> _Subject | None:
    """None while the scene has gone on and the card still waits for the next item to take its place."""
    scene = s.playing.scene
    if scene is None or scene.card != card:
        return None
    match card.kind:
        case CardKind.BLACK:
            kind = RecordKind.BLANK if scene.state == "blank" else RecordKind.DARK
        case CardKind.TEXT:
            kind = RecordKind.MESSAGE
        case CardKind.WAITING | CardKind.TROUBLE | CardKind.IDENTIFY | CardKind.TEST_PATTERN:
            kind = RecordKind.CARD
        case _ as never:
            assert_never(never)
    return _Subject(("card", kind, card), kind, scene.reason)


def _fault_words(s: State) -> str:
    what = "stands still" if s.picture.frozen else "is black"
    before = s.journal.opened
    item = before.record.item if before is not None else ""  # a repair may have brought the next one already
    return f"the screen {what} although {item or 'something'} should be on it"


def _fault_began(t: Turn) -> datetime | None:
    """When the pixels first looked wrong; None: the fault is another one, and begins now."""
    since_mono = t.picture.fault_mono
    if t.stage.opened is None or since_mono is None:
        return None
    return t.now.wall - timedelta(seconds=t.now.mono - since_mono)


# ---- the open record


def _open(t: Turn, subject: _Subject) -> None:
    edge = t.journal.edge
    at = to_millisecond(t.now.wall) if edge is None else edge
    record = PlayRecord(at, 0.0, subject.kind, reason=subject.reason, clock=t.machine.trust.value)
    seen = Seen()
    if subject.play is not None:
        item, scene = subject.play.item, t.playing.scene
        release, _ = pick_release(t)
        record = replace(record, item=item.told_as, sha256=item.file_hash, title=item.title or "")
        if scene is not None and scene.playlist is not None:
            record = replace(record, playlist=scene.playlist)
        if release is not None:
            record = replace(record, source=release.source.value, release=release.number, serial=release.serial)
        seen = Seen(moved=0) if traits_of(item.kind).moves else seen
    elif subject.kind is RecordKind.MESSAGE and t.playing.card is not None:
        record = replace(record, title=t.playing.card.text)
    opened = OpenRecord(subject.key, replace(record, seen=seen), t.picture.sample)
    t.journal = replace(t.journal, opened=opened)
    _beat(t, opened)


def _beat(t: Turn, opened: OpenRecord) -> None:
    t.journal = replace(t.journal, beat_mono=t.now.mono + BEAT_S)
    t.ask(KeepRunning(_until(opened.record, t.now.wall)))


def _close(t: Turn, wall: datetime) -> None:
    """Ends the open record at the moment, or, if it has stood for long by then, where its play ended."""
    opened = t.journal.opened
    if opened is None:
        return
    ended, stands_since = opened.ended, opened.stands_since
    stood_s = 0.0 if stands_since is None else (wall - stands_since).total_seconds()
    if opened.record.kind is RecordKind.ITEM and ended is None:
        ended = RecordEnd.FAILED if _looks_wrong(t) else RecordEnd.CUT
    if stands_since is not None and stood_s >= STANDING_S:
        _keep(t, replace(_until(opened.record, stands_since), ended=ended or RecordEnd.END))
        words = f"the last picture of {opened.record.item} stands: nothing else could be shown"
        standing = PlayRecord(
            t.journal.edge or stands_since, 0.0, RecordKind.FAULT, reason=words, clock=opened.record.clock
        )
        _keep(t, _until(standing, wall))
    else:
        _keep(t, replace(_until(opened.record, wall), ended=ended or RecordEnd.END))
    t.journal = replace(t.journal, opened=None)


def _looks_wrong(t: Turn) -> bool:
    return t.stage.opened is None or t.picture.fault_mono is not None


def _keep(t: Turn, record: PlayRecord) -> None:
    """What was on screen for no time at all leaves no record."""
    if record.seconds:
        t.ask(KeepRecord(record))
    t.journal = replace(t.journal, edge=record.ends)


def _until(record: PlayRecord, wall: datetime) -> PlayRecord:
    return replace(record, seconds=max(0.0, (to_millisecond(wall) - record.at).total_seconds()))


# ---- news


def _hear_ending(t: Turn) -> None:
    """How the open record's play left the screen; its picture may stand a little longer."""
    opened = t.journal.opened
    if opened is None:
        return
    for left in t.ended:
        if opened.key == ("play", left.play.id):
            opened = replace(opened, ended=_end_of(left.why), stands_since=to_millisecond(t.now.wall))
            t.journal = replace(t.journal, opened=opened)


def _end_of(why: Ending) -> RecordEnd:
    match why:
        case Ending.END:
            return RecordEnd.END
        case Ending.CUT | Ending.COVERED | Ending.STOPPED:
            return RecordEnd.CUT
        case Ending.FAILED:
            return RecordEnd.FAILED
        case Ending.CRASH | Ending.STAGE_LOST:
            return RecordEnd.CRASH
        case _ as never:
            assert_never(never)


def _note_ticker(t: Turn) -> None:
    """A text that runs over what is on screen belongs to its record; a record is not cut where a text begins or ends."""
    opened, text = t.journal.opened, told(t.s)
    if opened is None or text is None or text in opened.tickers:
        return
    tickers = (*opened.tickers, text)
    record = replace(opened.record, ticker=NEXT_TEXT.join(tickers))
    t.journal = replace(t.journal, opened=replace(opened, record=record, tickers=tickers))


def _count_sample(t: Turn) -> None:
    """A sample that could not tell is no sample."""
    opened, sample = t.journal.opened, t.picture.sample
    if opened is None or sample is None or sample is opened.sample:
        return
    seen = opened.record.seen or Seen()
    if sample.lit is not None:
        moved = None if seen.moved is None else seen.moved + (sample.moving is True)
        seen = Seen(seen.samples + 1, seen.lit + sample.lit, moved)
    t.journal = replace(t.journal, opened=replace(opened, record=replace(opened.record, seen=seen), sample=sample))


def _hear_clock(t: Turn) -> None:
    """A step of the wall clock ends the open record where the old time was, and begins it anew in the new time."""
    last, now = t.journal.clock, t.now
    if last is not None:
        passed_s = now.mono - last.mono
        drift_s = (now.wall - last.wall).total_seconds() - passed_s
        if abs(drift_s) >= STEP_S:
            _step(t, last.wall + timedelta(seconds=passed_s))
        elif passed_s < CLOCK_LOOK_S:
            return
    t.journal = replace(t.journal, clock=now)


def _step(t: Turn, old_wall: datetime) -> None:
    opened = t.journal.opened
    if opened is None:
        return
    _keep(t, replace(_until(opened.record, old_wall), ended=_cut_of(opened)))
    edge, new = t.journal.edge or opened.record.at, to_millisecond(t.now.wall)
    words = f"the clock was set from {edge:%Y-%m-%d %H:%M:%S} to {new:%Y-%m-%d %H:%M:%S} UTC"
    seconds = (new - edge).total_seconds()
    _keep(t, PlayRecord(edge, seconds, RecordKind.CLOCK, reason=words, clock=t.machine.trust.value))
    seen = Seen(moved=None if opened.record.seen is None or opened.record.seen.moved is None else 0)
    record = replace(opened.record, at=new, seen=seen, clock=t.machine.trust.value)
    stands = None if opened.stands_since is None else new
    t.journal = replace(t.journal, opened=replace(opened, record=record, stands_since=stands), beat_mono=t.now.mono)


def _cut_of(opened: OpenRecord) -> RecordEnd:
    """Of the part before a step of the clock: its play is one play, which goes on in the part after it."""
    return RecordEnd.CUT if opened.record.kind is RecordKind.ITEM else RecordEnd.END
