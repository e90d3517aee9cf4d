"""The book of urgent messages: what this console sent, over a restart."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from player.contract.reports import Reply
from player.office.web.urgent.sent import FILE_NAME, MOST, MessageBook, ProposedMessage, SentMessage, digest_of
from player.office.web.urgent.typed import UrgentMessage

WALL = datetime(2026, 11, 26, 7, 2, tzinfo=UTC)
MESSAGE = UrgentMessage("BANJIR", "", "biru", WALL + timedelta(hours=1))
SENT = SentMessage("banjir-1", MESSAGE, "dina", WALL, ("a-1", "b-2"))
REPLY = Reply("banjir-1", "failed", "outranked", "message x", WALL)


def read_again(folder: Path) -> MessageBook:
    book = MessageBook(folder / FILE_NAME)
    book.read()
    return book


def test_a_message_outlives_the_server(tmp_path: Path) -> None:
    """With what the panels answered, and that somebody ended it."""
    book = read_again(tmp_path)
    book.add(SENT, WALL)
    book.answered(SENT.id, {"a-1": REPLY})
    book.end(SENT.id, WALL)
    again = read_again(tmp_path)
    assert again.current(WALL) == (replace(SENT, replies={"a-1": REPLY}, ended=WALL),)
    assert again.find("another") is None


def test_a_message_is_forgotten_after_its_time(tmp_path: Path) -> None:
    """And at most so many are kept, the newest."""
    book = read_again(tmp_path)
    for number in range(MOST + 5):
        book.add(replace(SENT, id=str(number)), WALL)
    assert [each.id for each in book.current(WALL)] == [str(n) for n in range(MOST + 4, 4, -1)]
    assert book.current(MESSAGE.until) == ()
    book.add(replace(SENT, message=replace(MESSAGE, until=MESSAGE.until + timedelta(days=1))), MESSAGE.until)
    assert len(read_again(tmp_path).current(WALL)) == 1


def test_a_damaged_book_is_set_aside(tmp_path: Path) -> None:
    """The console begins anew, and somebody can look at what was there."""
    (tmp_path / FILE_NAME).write_text('{"sent": [{"id"')
    assert read_again(tmp_path).current(WALL) == ()
    assert (tmp_path / f"{FILE_NAME}.unreadable").exists()


def test_a_proposal_waits_over_a_restart(tmp_path: Path) -> None:
    """Until it is dropped; and it is known by exactly what it says to whom."""
    proposed = ProposedMessage("q1", MESSAGE, "dina", "Dina", ("a-1",))
    read_again(tmp_path).propose(proposed)
    again = read_again(tmp_path)
    assert again.proposal("q1") == proposed
    again.drop_proposal("q1")
    assert read_again(tmp_path).proposal("q1") is None
    assert digest_of(MESSAGE, ("a-1",)) != digest_of(MESSAGE, ("a-1", "b-2"))
    assert digest_of(MESSAGE, ("a-1",)) != digest_of(replace(MESSAGE, text="BANJIR!"), ("a-1",))
