"""Which alerts stand, and why: each is derived from the latest facts, and each row of the table is raised by something."""

from __future__ import annotations

import ast
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

import player
from player.base.clocks import ClockTrust
from player.bundle.source import Source
from player.core import effects as f
from player.core import events as e
from player.core.alerts import ALERTS, Alert, Reporter
from player.core.office.health import build_report
from player.core.state import Failure, Rules, State
from player.daemon import rules_of
from player.library.folder.conditions import tell_waiting
from player.library.folder.report import FolderReporter
from player.settings.models import PanelSection, ScreenSection, Settings
from tests.kit.world import START, World, clip, release

PACKAGE = Path(player.__file__).parent


def raised(world: World) -> list[Alert]:
    return [effect.alert for _, effect in world.log if isinstance(effect, f.RaiseAlert)]


def test_each_alert_has_its_row() -> None:
    """A meaning and a remedy, for the manuals and for Home Assistant."""
    assert list(ALERTS) == list(Alert)
    assert all(row.meaning and row.remedy for row in ALERTS.values())


def test_each_alert_is_raised_by_something() -> None:
    """Somewhere outside the table each id is used for more than saying that it is over."""
    raised: set[str] = set()
    for path in PACKAGE.rglob("*.py"):
        text = path.read_text()
        if path == PACKAGE / "core" / "alerts.py" or "Alert." not in text:
            continue
        tree = ast.parse(text)
        over = {id(argument) for call in ast.walk(tree) if _says_over(call) for argument in ast.walk(call)}
        raised |= {
            node.attr
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "Alert" and id(node) not in over
        }
    assert raised == {alert.name for alert in Alert}


def _says_over(node: ast.AST) -> bool:
    """A call whose last argument is None: `condition(alert, None)`."""
    return isinstance(node, ast.Call) and bool(node.args) and ast.unparse(node.args[-1]) == "None"


@pytest.mark.parametrize("source", Source)
def test_a_rolled_back_release_is_an_alert_until_its_own_source_has_a_better_one(source: Source) -> None:
    """The stick's as well as the folder's; a good release of the other source does not end it."""
    other = Source.STICK if source is Source.FOLDER else Source.FOLDER
    bad = replace(release(clip("a")), source=source, rolled_back=True)
    world = World().open()
    world.tell(e.ReleaseAdopted(bad))
    assert Alert.CONTENT_ROLLED_BACK in world.state.office.alerts
    world.tell(e.ReleaseAdopted(replace(release(clip("b")), source=other)))
    world.run(5)
    assert Alert.CONTENT_ROLLED_BACK in world.state.office.alerts
    world.tell(e.ReleaseAdopted(replace(bad, number=2, rolled_back=False)))
    assert Alert.CONTENT_ROLLED_BACK not in world.state.office.alerts
    assert raised(world) == [Alert.CONTENT_ROLLED_BACK]


def test_a_clock_that_is_not_believed_explains_itself() -> None:
    """The alert holds the clock's own words: what it says, what is known to be good, and the remedy."""
    world = World()
    world.tell(e.ClockChecked(ClockTrust.BAD, "the clock says 2033-01-01, more than 60 days after ...; set it"))
    assert world.state.office.alerts[Alert.CLOCK_UNTRUSTED].startswith("the clock says 2033-01-01")
    world.tell(e.ClockChecked(ClockTrust.SYNCED))
    assert Alert.CLOCK_UNTRUSTED not in world.state.office.alerts


@pytest.mark.parametrize("alert", [Alert.DISK_LOW, Alert.DISK_READ_ONLY])
def test_one_room_does_not_end_what_another_still_reports(alert: Alert) -> None:
    """The library's end of a condition leaves the machine's standing; only when both are over is the alert over."""
    world = World()
    world.tell(e.ConditionReported(Reporter.MACHINE, alert, "the machine's; do this"))
    world.tell(e.ConditionReported(Reporter.LIBRARY, alert, "the library's; do that"))
    assert world.state.office.alerts[alert] == "the library's; do that; the machine's; do this"
    world.tell(e.ConditionReported(Reporter.LIBRARY, alert, None))
    assert world.state.office.alerts[alert] == "the machine's; do this"
    world.tell(e.ConditionReported(Reporter.MACHINE, alert, None))
    assert world.state.office.alerts == {}
    assert raised(world) == [alert]


def test_a_folder_that_nobody_touches_is_stale_after_its_days() -> None:
    """To the second of the status, with a clock that is believed; it ends when the folder or the sync tool moves."""
    world = World(Rules(stale_s=7 * 86400.0)).open(clip("a", 3600))
    world.tell(e.FolderAged(START - timedelta(days=7) + timedelta(minutes=5)))
    world.run(290)
    assert Alert.CONTENT_STALE not in world.state.office.alerts
    world.run(21)
    assert Alert.CONTENT_STALE in world.state.office.alerts
    world.tell(e.ClockChecked(ClockTrust.BAD, "it says 2033"))
    assert Alert.CONTENT_STALE not in world.state.office.alerts
    world.tell(e.ClockChecked(ClockTrust.PLAUSIBLE))
    assert Alert.CONTENT_STALE in world.state.office.alerts
    world.tell(e.FolderAged(world.wall))
    assert Alert.CONTENT_STALE not in world.state.office.alerts


def test_without_the_setting_a_folder_is_never_stale() -> None:
    """content.stale_days = 0 is the default: many panels play one film for years."""
    world = World()
    world.tell(e.FolderAged(START - timedelta(days=4000)))
    assert world.state.office.alerts == {}


def test_a_film_that_stutters_is_told_until_it_plays_smoothly() -> None:
    """More than two of a hundred pictures lost: named with its share; after minutes without loss it is named no more."""
    world = World().open(clip("a", 8))
    world.pictures_lost = {"a": 30}
    world.run(45)
    assert world.state.office.alerts[Alert.ITEM_STUTTERS].startswith("a (12 of 100 pictures lost)")
    world.pictures_lost = {}
    world.run(120)
    assert Alert.ITEM_STUTTERS in world.state.office.alerts
    world.run(600)
    assert Alert.ITEM_STUTTERS not in world.state.office.alerts
    assert sum(counted.lost for counted in world.state.playing.pictures.values()) < 75


@pytest.mark.parametrize(("bad", "told"), [(10, 0), (40, 1)])
def test_a_film_that_stutters_now_and_then_does_not_raise_and_clear(bad: int, told: int) -> None:
    """Every third play loses pictures, for an hour: told once where that is more than two of all hundred, else never."""
    world = World().open(clip("a", 8), clip("b", 8))
    for play in range(60):
        world.pictures_lost = {"a": bad if play % 3 == 0 else 0}
        world.run(17)
    assert raised(world).count(Alert.ITEM_STUTTERS) == told
    assert (Alert.ITEM_STUTTERS in world.state.office.alerts) == bool(told)


def test_a_film_of_few_pictures_is_judged_by_several_plays() -> None:
    """A burst at its beginning is no stutter; the same in each play is one."""
    world = World().open(clip("a", 3))
    world.pictures_lost = {"a": 12}
    world.run(20)
    assert Alert.ITEM_STUTTERS not in world.state.office.alerts
    world.run(30)
    assert Alert.ITEM_STUTTERS in world.state.office.alerts


def test_a_long_film_that_stutters_is_told_while_it_plays() -> None:
    """Nobody waits for the end of a film of an hour."""
    world = World().open(clip("a", 3600))
    world.pictures_lost = {"a": 200}
    world.run(25)
    assert Alert.ITEM_STUTTERS not in world.state.office.alerts
    world.run(20)
    assert Alert.ITEM_STUTTERS in world.state.office.alerts


NUMBERED = [f"film-{number:02}" for number in range(12)]
FIVE = "film-00, film-01, film-02, film-03, film-04 and 7 more"


def test_of_twelve_films_that_are_too_heavy_five_are_named() -> None:
    """And the others are counted."""
    world = World()
    world.tell(e.ReleaseAdopted(replace(release(clip("a")), heavy=tuple(NUMBERED))))
    assert world.state.office.alerts[Alert.ITEM_TOO_HEAVY].startswith(f"{FIVE}: ")


def test_of_twelve_files_that_the_library_lost_five_are_named() -> None:
    """And the others are counted: nobody takes five for all of them."""
    world = World()
    world.lost = set(NUMBERED)
    world.open(*map(clip, NUMBERED), clip("there"))
    world.run(60)
    assert world.state.office.alerts[Alert.LIBRARY_FAILING].startswith(f"{FIVE}: ")


def test_a_report_counts_the_bad_items_that_it_does_not_name() -> None:
    """Fifty are named; a broker takes no report of thousands."""
    world = World().open(clip("a"))
    bad = {f"{number}": Failure(f"film-{number}", 2, "it is cut short", quarantined=True) for number in range(57)}
    state = replace(world.state, playing=replace(world.state.playing, quarantined=bad))
    told = build_report(state, world.now).player.quarantined
    assert (len(told), told[0], told[-1]) == (51, "film-0: it is cut short", "and 7 more")


def test_a_report_says_how_the_panel_is_turned() -> None:
    """The office draws its previews in the shape that people see."""
    rules = rules_of(Settings(panel=PanelSection(name="serang-01"), screen=ScreenSection(rotation=270)))
    assert build_report(State(rules), World().now).screen.rotation == 270


def test_of_twelve_files_that_are_awaited_five_are_named() -> None:
    """The folder's alert, too; and an empty panel is not told that something goes on playing."""
    posted: list[e.Event] = []
    tell_waiting(FolderReporter(posted.append), NUMBERED, 0, for_long=True, playing=False)
    details = [event.detail for event in posted if isinstance(event, e.ConditionReported)]
    assert details == [f"waiting for {FIVE}; nothing plays yet"]


def test_some_pictures_lost_are_no_stutter() -> None:
    """A change of item on a busy machine costs a few, which nobody sees."""
    world = World().open(clip("a", 8))
    world.pictures_lost = {"a": 4}
    world.run(20)
    assert Alert.ITEM_STUTTERS not in world.state.office.alerts


def test_a_film_that_is_too_heavy_is_named_while_its_release_stands() -> None:
    """The library has measured it; the next release without it ends the alert."""
    world = World().open()
    world.tell(e.ReleaseAdopted(replace(release(clip("a"), clip("b")), heavy=("a",))))
    assert world.state.office.alerts[Alert.ITEM_TOO_HEAVY].startswith("a: this computer cannot decode it in time")
    world.tell(e.ReleaseAdopted(release(clip("b"), number=2)))
    assert Alert.ITEM_TOO_HEAVY not in world.state.office.alerts
