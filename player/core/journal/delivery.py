"""Delivery: when a batch of records goes to the office, and when one that nobody acknowledged goes again.

Knows: how many records wait, whether the office is connected, what time it is. Touches nothing.
Must not: know what a record says; have more than one batch on its way.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from player.base.clocks import ClockTrust, Now
from player.contract.records import MOST_RECORDS
from player.core.effects import KeepAcknowledgement, MakeBatch, PublishBatch
from player.core.events import BatchMade, JournalKept, RecordsAcknowledged
from player.core.journal.state import JournalState
from player.core.state import State
from player.core.turn import Turn

ACK_S = 120.0
"""A collector commits in milliseconds; a line with 20 % loss and one that is busy with films takes a minute."""
AGAIN_S, AGAIN_MOST_S = 60.0, 3600.0
"""An office without a collector is asked once an hour: some 15 KB."""
UNSENT_FOR = timedelta(days=3)
CONNECTED_S = 3600.0
"""A panel that was away for a week has an hour to deliver before the office is told that it does not."""


def hear_journal(t: Turn, event: JournalKept | BatchMade | RecordsAcknowledged) -> None:
    match event:
        case JournalKept():
            _hear_kept(t, event)
        case BatchMade(payload):
            if t.journal.batch_mono is not None and t.office.connected:
                t.ask(PublishBatch(payload))
        case RecordsAcknowledged(acknowledgement):
            t.ask(KeepAcknowledgement(acknowledgement))


def _hear_kept(t: Turn, kept: JournalKept) -> None:
    before = t.journal.kept
    t.journal = replace(t.journal, kept=kept)
    if before is not None and kept.acknowledged > before.acknowledged:
        backlog = kept.records - kept.acknowledged >= MOST_RECORDS
        send_mono = t.now.mono + (0.0 if backlog else t.s.rules.send_s)
        t.journal = replace(t.journal, batch_mono=None, tries=0, send_mono=send_mono)


def settle_delivery(t: Turn) -> None:
    """Asks for the next batch when its time has come; gives up waiting for one that nobody acknowledges."""
    j, mono = t.journal, t.now.mono
    if not t.office.connected:
        if j.connected_mono is not None:
            t.journal = (
                replace(_failed(t), connected_mono=None)
                if j.batch_mono is not None
                else replace(j, connected_mono=None)
            )
        return
    if j.connected_mono is None:
        t.journal = replace(j, connected_mono=mono)
    if j.batch_mono is not None and mono >= j.batch_mono:
        t.journal = _failed(t)
    if _is_due(t.s, mono):
        t.journal = replace(t.journal, batch_mono=mono + ACK_S)
        t.ask(MakeBatch())


def _failed(t: Turn) -> JournalState:
    tries = t.journal.tries + 1
    again_s = min(AGAIN_S * 2.0 ** min(tries - 1, 10), AGAIN_MOST_S)
    return replace(t.journal, batch_mono=None, tries=tries, send_mono=t.now.mono + again_s)


def _unsent(s: State) -> int:
    kept = s.journal.kept
    return 0 if kept is None else max(0, kept.records - kept.acknowledged)


def _is_due(s: State, mono: float) -> bool:
    j = s.journal
    full = _unsent(s) >= MOST_RECORDS and not j.tries
    return j.batch_mono is None and _unsent(s) > 0 and (mono >= j.send_mono or full)


def wake_mono(s: State) -> list[float]:
    j = s.journal
    if not s.office.connected or not s.rules.journal:
        return []
    if j.batch_mono is not None:
        return [j.batch_mono]
    return [j.send_mono] if _unsent(s) else []


def is_unsent(s: State, now: Now) -> bool:
    """Whether records wait for longer than three days although the office is there. A clock that is not believed cannot tell."""
    j = s.journal
    if j.kept is None or j.kept.oldest is None or j.connected_mono is None or s.machine.trust is ClockTrust.BAD:
        return False
    return now.wall - j.kept.oldest >= UNSENT_FOR and now.mono - j.connected_mono >= CONNECTED_S
