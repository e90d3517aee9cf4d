"""Which notices are made: each trouble once when it begins and once when it is over, also over a restart."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from player.bundle.refusals import BundleRefused, Why
from player.contract.reports import AlertReport, StateReport
from player.office.fleet import Panel
from player.office.notify.book import THE_BROKER, Book, What, is_quiet
from player.office.notify.book_file import read_book, write_book
from player.office.notify.message import LINES_MOST, make_message
from player.office.notify.settings import NotifySettings

WALL = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
TEN = timedelta(minutes=10)


def panel(name: str = "serang-01", *alerts: str, online: bool = True, seen: datetime = WALL) -> Panel:
    made = Panel(name, StateReport(online), seen=seen)
    made.alerts = {alert: AlertReport(WALL, f"{alert} is so") for alert in alerts}
    return made


def told(book: Book, way: str = "mail") -> list[tuple[str, str, str]]:
    """What is due by a way, confirmed as told."""
    due = book.due(way)
    book.confirm(way, due)
    return [(notice.panel, notice.id, notice.what.value) for notice in due]


def test_an_alert_is_told_once_when_raised_and_once_when_over() -> None:
    """However often the same is looked at; a second time it is raised it is told again."""
    book = Book()
    for _ in range(3):
        book.compare([panel("serang-01", "disk.low")], WALL, TEN)
    assert told(book) == [("serang-01", "disk.low", "raised")]
    for _ in range(3):
        book.compare([panel("serang-01")], WALL, TEN)
    assert told(book) == [("serang-01", "disk.low", "cleared")]
    book.compare([panel("serang-01", "disk.low")], WALL, TEN)
    assert told(book) == [("serang-01", "disk.low", "raised")]
    assert told(book) == []


def test_a_panel_is_lost_after_its_minutes_and_comes_back() -> None:
    """Off for nine minutes is nothing, for ten it is told, once; its return is told; silent counts as off."""
    book = Book()
    off = panel(online=False, seen=WALL - timedelta(minutes=1))
    for minute in (0, 9):
        book.compare([off], WALL + timedelta(minutes=minute), TEN)
    assert told(book) == []
    for minute in (10, 11, 60):
        book.compare([off], WALL + timedelta(minutes=minute), TEN)
    assert told(book) == [("serang-01", "lost", "raised")]
    later = WALL + timedelta(hours=2)
    book.compare([panel(seen=later)], later, TEN)
    assert told(book) == [("serang-01", "lost", "cleared")]
    for minute in (30, 41):  # it says nothing any more
        book.compare([panel(seen=later)], later + timedelta(minutes=minute), TEN)
    assert told(book) == [("serang-01", "lost", "raised")]


def test_a_short_absence_is_no_notice_and_starts_anew() -> None:
    """Nine minutes off, back, nine minutes off: never lost."""
    book = Book()
    for minute, online in ((0, False), (9, False), (10, True), (11, False), (20, False)):
        wall = WALL + timedelta(minutes=minute)
        book.compare([panel(online=online, seen=wall)], wall, TEN)
    assert told(book) == []


def test_the_book_outlives_a_restart(tmp_path: Path) -> None:
    """What was told is not told again; what was over meanwhile is; how long a panel has been off counts on."""
    file = tmp_path / "data" / "notify.json"
    book = Book()
    book.compare([panel("serang-01", "disk.low"), panel("serang-02", online=False)], WALL, TEN)
    assert told(book) == [("serang-01", "disk.low", "raised")]
    write_book(file, book)
    book, fault = read_book(file)
    assert fault == ""
    book.compare([panel("serang-01", "disk.low", seen=WALL + TEN), panel("serang-02", online=False)], WALL + TEN, TEN)
    assert told(book) == [("serang-02", "lost", "raised")]
    book.compare([panel("serang-01", seen=WALL + TEN)], WALL + TEN, TEN)
    assert told(book) == [("serang-01", "disk.low", "cleared")], "serang-02, of which nothing is known now, stays lost"
    file.write_bytes(b"{ broken")
    book, fault = read_book(file)
    assert "set aside" in fault
    assert book == Book()


def test_a_way_that_fails_catches_up_alone() -> None:
    """The mail server is away for an hour: the webhook's notices are not repeated, the mail's all come."""
    book = Book()
    book.forget(["mail", "webhook"])
    book.compare([panel("serang-01", "disk.low")], WALL, TEN)
    assert told(book, "webhook") == [("serang-01", "disk.low", "raised")]
    book.forget(["mail", "webhook"])
    book.compare([panel("serang-01")], WALL, TEN)
    assert told(book, "webhook") == [("serang-01", "disk.low", "cleared")]
    assert [what for *_, what in told(book, "mail")] == ["raised", "cleared"]
    book.forget(["mail", "webhook"])
    assert book.waiting == []


def test_of_a_panel_that_was_taken_away_nothing_stands_any_more() -> None:
    """Nobody is told that it is over: it is not. A panel of that name that comes later begins anew."""
    book = Book()
    off = panel("gone-01", "disk.low", online=False)
    for minute in (0, 10):
        book.compare([off], WALL + timedelta(minutes=minute), TEN)
    assert {what for _, _, what in told(book)} == {"raised"}
    assert book.take_out("gone-01")
    assert not book.take_out("gone-01")
    assert (book.standing, book.absent, told(book)) == ({}, {}, [])
    book.compare([off], WALL + timedelta(minutes=20), TEN)
    assert told(book) == [("gone-01", "disk.low", "raised")]


def test_a_new_way_does_not_hear_the_old_news() -> None:
    """A webhook that is added today begins today."""
    book = Book()
    book.forget(["mail"])
    book.compare([panel("serang-01", "disk.low")], WALL, TEN)
    book.forget(["mail", "webhook"])
    assert book.due("webhook") == []
    assert len(book.due("mail")) == 1


def test_a_broker_out_of_reach_is_one_notice_and_no_panel_is_lost() -> None:
    """For ten minutes nothing is heard: one line for all; it is over when the panels are heard again."""
    book = Book()
    assert not book.lose_broker(WALL, WALL + timedelta(minutes=9), TEN, "no route")
    for minute in (10, 11):
        book.lose_broker(WALL, WALL + timedelta(minutes=minute), TEN, "no route")
    assert told(book) == [(THE_BROKER, "lost", "raised")]
    book.compare([panel(seen=WALL + TEN * 2)], WALL + TEN * 2, TEN)
    assert told(book) == [(THE_BROKER, "lost", "cleared")]


@pytest.mark.parametrize(
    ("at", "quiet"), [("21:59", False), ("22:00", True), ("03:00", True), ("05:59", True), ("06:00", False)]
)
def test_quiet_hours_reach_over_midnight(at: str, quiet: bool) -> None:
    """From the first minute, up to the last."""
    hours = NotifySettings(quiet=("22:00-06:00",)).quiet_hours
    local = datetime.combine(WALL.date(), time.fromisoformat(at))
    assert is_quiet(hours, local) is quiet
    assert not is_quiet((), local)
    with pytest.raises(ValidationError, match="22:00-06:00"):
        NotifySettings(quiet=("from ten",))


def test_one_message_holds_many_notices() -> None:
    """A city whose network went: one subject with the count, forty lines, and how many more."""
    book = Book()
    panels = [panel(f"p{number:04}", "disk.low") for number in range(1000)]
    book.compare([*panels, panel("serang-01", "screen.black")], WALL, TEN)
    book.compare([panel("serang-01")], WALL, TEN)
    message = make_message(book.due("mail"), "en", WALL)
    assert message.subject == "Panels: 1001 new, 1 over (p0000, p0001, p0002 +998)"
    assert message.text.count("disk.low since ") == LINES_MOST
    assert f"and {1002 - LINES_MOST} more" in message.text
    assert len(message.notices) == 1002


def test_what_a_message_says_of_each_trouble_is_indonesian() -> None:
    """A refused stick in the words of the strip, a film with its share, a panel that is off or silent, the broker."""
    book = Book()
    bad = panel()
    bad.alerts = {
        "stick.rejected": AlertReport(WALL, str(BundleRefused(Why.NOT_OURS))),
        "item.stutters": AlertReport(WALL, "a.mp4 (23 of 100 pictures lost): make it light with panel-office prepare"),
        "content.rejected": AlertReport(WALL, "playlist.m3u8 line 2: cut.mp4: it is cut short; copy it again"),
    }
    book.compare([bad], WALL, TEN)
    silent = panel("serang-03", seen=WALL - TEN)
    book.compare([panel("serang-02", online=False), silent], WALL, timedelta(0))
    book.lose_broker(WALL, WALL + TEN, TEN, "mqtt.serang.go.id port 8883: no answer within 20 s")
    said = make_message(book.due("mail"), "id", WALL).text
    for words in (
        BundleRefused(Why.NOT_OURS).spell_out("id"),
        "a.mp4 (23 dari 100 gambar hilang): ringankan dengan panel-office prepare",
        "playlist.m3u8 baris 2: cut.mp4: terpotong; salin lagi",
        "mati, atau tanpa jaringan; periksa listrik dan sambungannya",
        "katanya tersambung, tetapi sudah beberapa menit tidak mengirim apa-apa; periksa jaringannya, kirim ping",
        "mqtt.serang.go.id port 8883: tidak ada jawaban dalam 20 s",
    ):
        assert words in said


def test_a_message_is_in_the_offices_language_and_harmless() -> None:
    """Bahasa Indonesia or English; what a panel says cannot break out of its line."""
    book = Book()
    bad = panel()
    bad.alerts = {"disk.low": AlertReport(WALL, "x\r\nBcc: evil@example.org\x1b[2J")}
    book.compare([bad], WALL, TEN)
    book.compare([panel("serang-02", online=False)], WALL, timedelta(0))
    message = make_message(book.due("mail"), "id", WALL)
    assert message.subject == "Panel: 2 baru (serang-01, serang-02)"
    assert "serang-02: hilang sejak " in message.text
    assert "\x1b" not in message.text
    assert "\nBcc" not in message.text
    assert [notice["event"] for notice in message.notices] == ["raised", "raised"]
    assert book.due("mail")[0].what is What.RAISED
