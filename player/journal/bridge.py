"""The bridge between two runs: what the records say of the time in which the daemon did not run, and why it did not.

Knows: what the last run left, and the first record of this one. Pure. Must not: read the disk or a clock.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from player.base.clocks import ClockTrust
from player.contract.records import ChainPlace, PlayRecord, RecordEnd, RecordKind
from player.journal.reading import LeftBehind

STOP = "stop: the player was stopped"
CRASH = "crash: the player ended by a fault, or was killed"
POWER = "power: the machine was off, or started anew"
LOST = "the disk took no records"
BAD_CLOCK = "the clock was not right when the player started"


def bridge_runs(place: ChainPlace, left: LeftBehind, first: PlayRecord, boot: str) -> list[PlayRecord]:
    """The records between the last one on the disk and `first`, so that all abut; none before the first record of all.

    place: the last record. left: the open record of the last run. boot: the kernel's boot id of this run.
    """
    made: list[PlayRecord] = []
    edge = place.ends
    running = left.record if left.record is not None and left.record.n == place.n + 1 else None
    before = left.record.boot if left.record is not None else ""
    why, ended = _why(left.stopped, before, boot)
    if running is not None and (edge is None or running.at >= edge):
        if edge is not None:
            made += _between(edge, running.at, RecordKind.FAULT, LOST, running)
        if running.seconds:
            made.append(replace(running, ended=ended if running.kind is RecordKind.ITEM else RecordEnd.END))
        edge = running.ends
    if edge is not None:
        believed = first.clock != ClockTrust.BAD.value and first.at >= edge
        kind, words = (RecordKind.OFF, why) if believed else (RecordKind.CLOCK, BAD_CLOCK)
        made += _between(edge, first.at, kind, words, first)
    return made


def _why(stopped: bool, before: str, boot: str) -> tuple[str, RecordEnd]:
    if stopped:
        return STOP, RecordEnd.CUT
    if before and boot and before != boot:
        return POWER, RecordEnd.POWER
    return CRASH, RecordEnd.CRASH


def _between(begins: datetime, ends: datetime, kind: RecordKind, reason: str, like: PlayRecord) -> list[PlayRecord]:
    seconds = (ends - begins).total_seconds()
    return [PlayRecord(begins, seconds, kind, reason=reason, clock=like.clock, boot=like.boot)] if seconds else []
