"""What publishing a draft changes, where and when, as data and in sentences of both languages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from player.office.web.content.difference_words import sentences_of
from player.office.web.content.differences import AHEAD, Difference, difference_of
from player.office.web.content.schedule_rules import RuleRow
from tests.kit.desk import NOW, DeskKit, content_desk
from tests.kit.pictures import png

pytestmark = pytest.mark.heavy


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[DeskKit]:
    with content_desk(tmp_path) as opened:
        yield opened


def told(difference: Difference) -> str:
    return "\n".join(sentences_of(difference, "en"))


def test_items_are_told_by_what_becomes_of_them(kit: DeskKit) -> None:
    """Added, dropped, moved, shown otherwise: in the playlist that holds them, with the moment from which it is seen."""
    playlist = kit.draft.playlist("playlist.m3u8")
    kit.draft.write("playlist.m3u8", playlist.drop(0).move(1, 0).set(1, seconds=7).add("b.png").raw)
    (change,) = difference_of(kit.draft).playlists
    assert (change.name, change.added, change.dropped, change.moved) == ("default", ("b.png",), ("a.png",), 1)
    assert [(each.item, each.field, each.before, each.after) for each in change.changed] == [
        ("b.png", "seconds", "", "7")
    ]
    assert change.plays == datetime(2026, 11, 26, 3, tzinfo=UTC)
    text = told(difference_of(kit.draft))
    for words in ("b.png comes into the main playlist", "a.png leaves the main playlist", "not said becomes 7"):
        assert words in text
    assert "The main playlist is on screen from Thu 26 Nov 2026, 10:00" in text


def test_a_new_rule_is_told_with_its_days_and_hours(kit: DeskKit) -> None:
    """What plays then instead of what, once for all days on which it is the same."""
    schedule = kit.draft.schedule_file().add(RuleRow("show", "morning", (5, 6), "12:00", "13:00"))
    kit.draft.write("schedule.toml", schedule.raw)
    difference = difference_of(kit.draft, ["serang-01"])
    (moment,) = difference.moments
    assert (moment.before, moment.after, moment.begins) == ("default", "morning", datetime(2026, 11, 28, 5, tzinfo=UTC))
    assert [each.day for each in moment.repeats] == [29, 5, 6]
    assert difference.panels == ("serang-01",)
    assert told(difference) == (
        "On 4 days from Sat 28 Nov 2026 to Sun 6 Dec 2026, 12:00 to 13:00: morning instead of the main playlist"
    )
    assert sentences_of(difference, "id")[0].startswith("Pada 4 hari dari Sab 28 Nov 2026 sampai Min 6 Des 2026, 12.00")


def test_the_dark_and_its_end_are_told(kit: DeskKit) -> None:
    """A night that is not dark any more is seen on every panel."""
    kit.draft.write("schedule.toml", kit.draft.schedule_file().drop(1).raw)
    moments = difference_of(kit.draft).moments
    assert {(each.before, each.after) for each in moments} == {(None, "default")}
    assert "the main playlist instead of planned darkness" in told(difference_of(kit.draft))


def test_a_file_that_is_replaced_under_its_name_is_told(kit: DeskKit) -> None:
    """The playlist is the same, the picture is not; each panel fetches it once."""
    content = png(250, 80)
    fresh = kit.root / "fresh.png"
    fresh.write_bytes(content)
    kit.draft.take_in("b.png", fresh, "ab" * 32)
    difference = difference_of(kit.draft)
    assert {change.name for change in difference.playlists} == {"default", "morning"}
    assert difference.bytes_to_copy == len(content)
    assert "b.png in morning is another film or picture under the same name" in told(difference)


def test_what_nobody_sees_is_told_as_that(kit: DeskKit) -> None:
    """A playlist that no rule names, a comment: nothing on any screen changes."""
    kit.draft.write("playlists/malam.m3u8", b"../c.png\n")
    difference = difference_of(kit.draft)
    assert not difference.is_seen
    assert difference.playlists[0].made
    assert "Malam is new" in told(difference) or "malam is new" in told(difference)
    assert "Nothing on any screen changes within the coming 14 days" in told(difference)


def test_a_running_text_is_told(kit: DeskKit) -> None:
    """It runs over everything."""
    kit.draft.write("ticker.txt", b"Selamat datang\n")
    assert "A running text begins: Selamat datang" in told(difference_of(kit.draft))


def test_the_dates_of_an_item_are_told_as_people_write_them(kit: DeskKit) -> None:
    """A last day is that day, included; an hour is told with it; what was not said before is told as that."""
    playlist = kit.draft.playlist("playlist.m3u8").set(0, begins="2026-12-01T18:00", ends="2026-12-07")
    kit.draft.write("playlist.m3u8", playlist.raw)
    text = told(difference_of(kit.draft))
    assert "a.png in the main playlist: shown from: not said becomes Tue 1 Dec 2026, 18:00" in text
    assert "a.png in the main playlist: shown until: not said becomes Mon 7 Dec 2026" in text


def test_the_days_of_a_new_item_are_told_with_it(kit: DeskKit) -> None:
    """Also of one whose file is in the playlist already: the days are those of the line that is new."""
    playlist = kit.draft.playlist("playlist.m3u8").add("a.png").add("b.png").add("c.png")
    first, second, third = range(len(playlist.items) - 3, len(playlist.items))
    playlist = playlist.set(first, begins="2026-12-01", ends="2026-12-07").set(second, begins="2026-12-01")
    kit.draft.write("playlist.m3u8", playlist.set(third, ends="2026-12-07").raw)
    text = told(difference_of(kit.draft))
    assert "a.png comes into the main playlist, from Tue 1 Dec 2026 to Mon 7 Dec 2026" in text
    assert "b.png comes into the main playlist, from Tue 1 Dec 2026 on" in text
    assert "c.png comes into the main playlist, until Mon 7 Dec 2026" in text


def test_the_plan_lies_before_beside_after(kit: DeskKit) -> None:
    """Fourteen days without a gap: what plays then now, and what will."""
    kit.draft.write("schedule.toml", kit.draft.schedule_file().drop(0).raw)
    plan = difference_of(kit.draft).plan
    assert (plan[0].begins, plan[-1].ends) == (NOW, NOW + AHEAD)
    assert all(one.ends == other.begins for one, other in pairwise(plan))
    assert {(each.before, each.after) for each in plan} == {
        ("default", "default"),
        ("morning", "default"),
        (None, None),
    }
