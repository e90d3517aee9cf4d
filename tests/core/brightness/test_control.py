"""Stories of the brightness in simulated time: the plan through a day, what the office asks, a screen that cannot."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from player.base.clocks import ClockTrust
from player.contract import commands as c
from player.core import effects as f
from player.core import events as e
from player.core.model import BrightnessPlan, BrightnessStep, SavedState
from player.core.office.health import build_report
from player.core.state import Rules
from tests.kit.world import World, clip

JAKARTA = ZoneInfo("Asia/Jakarta")
PLAN = BrightnessPlan(JAKARTA, (BrightnessStep(time(6), 90), BrightnessStep(time(18, 30), 40)))
SIX_TWENTY = datetime(2026, 11, 22, 18, 20, tzinfo=JAKARTA).astimezone(UTC)


def evening(saved: SavedState | None = None) -> World:
    """Ten minutes before the plan dims the screen."""
    world = World(Rules(brightness=PLAN), saved)
    world.wall = SIX_TWENTY
    world.tell(e.Tick())
    return world.open(clip("a"), clip("b"))


def asked(world: World, since_s: float = 0.0) -> list[int]:
    return [effect.percent for effect in world.asked(f.SetBrightness, since_s) if isinstance(effect, f.SetBrightness)]


def last_reply(world: World, name: str = "c1") -> tuple[str, str, str]:
    reply = [r for _, r in world.log if isinstance(r, f.SendReply) and r.command_id == name][-1]
    return reply.stage, reply.code, reply.detail


def bright(world: World) -> int | None:
    """What `panel-player status` says."""
    world.run(11)
    status = world.asked(f.WriteStatus)[-1]
    assert isinstance(status, f.WriteStatus)
    return status.brightness.percent


def test_the_screen_is_dimmed_at_its_moment_and_once() -> None:
    """To the second, by the wake-up alone, and nothing is asked of the screen in between."""
    world = evening()
    world.run(5)
    assert asked(world) == [90]
    world.run(594)
    assert asked(world) == [90]
    world.run(2)
    assert asked(world) == [90, 40]
    moment = next(at for at, effect in world.log if isinstance(effect, f.SetBrightness) and effect.percent == 40)
    assert abs(moment - 600) < 0.1
    assert bright(world) == 40


def test_a_plain_number_is_asked_for_once_at_each_new_stage() -> None:
    """Also 100: the run before may have left the screen dim. It never wakes anybody."""
    world = World(Rules(brightness=BrightnessPlan(UTC, (BrightnessStep(time.min, 100),)))).open(clip("a"))
    world.run(60)
    assert asked(world) == [100]
    world.tell(e.StageLost("the X server went away"))
    world.open()
    world.run(1)
    assert asked(world) == [100, 100]


def test_a_stepped_clock_costs_thirty_seconds() -> None:
    """A clock that is set an hour on has the night's brightness half a minute later (promise 12)."""
    world = evening()
    world.run(5)
    world.step_wall(timedelta(hours=1))
    world.run(31)
    assert asked(world) == [90, 40]


def test_a_clock_that_is_not_believed_means_the_brightest_step() -> None:
    """And it is dimmed as soon as the clock is right again."""
    world = evening()
    world.run(700)
    world.tell(e.ClockChecked(ClockTrust.BAD))
    assert asked(world) == [90, 40, 90]
    world.tell(e.ClockChecked(ClockTrust.SYNCED))
    assert asked(world) == [90, 40, 90, 40]


def test_the_office_stands_above_the_plan_until_the_next_start() -> None:
    """Done when the screen has it; the plan's next step changes nothing; the next start begins with the plan."""
    world = evening()
    world.run(5)
    world.order(c.Brightness(70))
    assert world.replies("c1") == []
    world.run(1)
    assert last_reply(world) == ("done", "", "70 % until the next start")
    world.run(700)
    assert asked(world)[:2] == [90, 70]
    assert set(asked(world)[1:]) == {70}
    assert bright(world) == 70
    assert world.state.saved.brightness is None
    again = evening(world.state.saved)
    assert asked(again) == [90]


def test_keep_is_for_good_and_auto_ends_it() -> None:
    """SavedState over a restart, until `percent: "auto"` gives the screen back to the plan."""
    world = evening()
    world.order(c.Brightness(70, keep=True))
    world.run(1)
    assert last_reply(world) == ("done", "", "70 % for good")
    again = evening(world.state.saved)
    again.run(700)
    assert asked(again) == [70]
    again.order(c.Brightness(None), "c2")
    again.run(1)
    assert last_reply(again, "c2") == ("done", "", "40 %, as screen.brightness says")
    assert build_report(again.state, again.now).screen.brightness == 40
    assert again.state.saved.brightness is None
    assert bright(again) == 40


def test_a_screen_that_cannot_be_dimmed_is_never_called_dim() -> None:
    """The command fails with the reason, nothing is saved; the plan's failure is said once, however often it changes."""
    world = World(Rules(brightness=PLAN))
    world.wall, world.dimmable = SIX_TWENTY, False
    world.open(clip("a"), clip("b"))
    world.run(5)
    world.order(c.Brightness(70, keep=True))
    world.run(1)
    assert last_reply(world) == ("failed", "cannot-dim", "this display cannot be dimmed")
    assert world.state.saved.brightness is None
    assert bright(world) is None
    assert build_report(world.state, world.now).screen.brightness is None
    for hours in (1, 12, 12):  # to the evening, the next morning, the next evening
        world.step_wall(timedelta(hours=hours))
        world.run(31)
    assert asked(world) == [90, 70, 40, 90, 40]
    notes = [n.text for _, n in world.log if isinstance(n, f.Note) and "stays as it is" in n.text]
    assert notes == ["the brightness stays as it is: this display cannot be dimmed"]


def test_without_a_screen_the_command_fails_at_once() -> None:
    """Before the display is open, and when it goes while the command waits."""
    world = World(Rules(brightness=PLAN))
    world.order(c.Brightness(70))
    assert last_reply(world) == ("failed", "no-screen", "the display is not open yet")
    world.open(clip("a"))
    world.run(1)
    world.order(c.Brightness(70), "c2")
    world.tell(e.StageLost("the X server went away"))
    assert last_reply(world, "c2") == ("failed", "no-screen", "the X server went away")


def test_a_step_of_the_plan_between_order_and_answer_does_not_win() -> None:
    """The screen may have done the plan's step last: it is asked for the office's percent once more."""
    world = evening()
    world.run(599.995)
    world.order(c.Brightness(70))
    world.run(1)
    assert asked(world)[-1] == 70
    assert bright(world) == 70


def test_a_screen_dimmed_to_nothing_is_not_lit() -> None:
    """The X server's pixels cannot know; the report tells the truth all the same, and raises no alert of it."""
    world = World().open(clip("a"))
    world.run(1)
    world.tell(e.ScreenSampled(True, True, True, True))
    world.order(c.Brightness(0))
    world.run(2)
    world.order(c.Health(), "c2")
    report = world.asked(f.PublishHealth)[-1]
    assert isinstance(report, f.PublishHealth)
    assert report.report.screen.lit is False
    assert "screen.black" not in report.report.alerts


def test_a_command_that_was_given_up_does_not_leave_its_brightness_behind() -> None:
    """A display that hangs obeys it after its time, when the office has been told that it failed: it is taken back."""
    world = evening()
    world.run(5)
    world.tell(e.BrightnessSet(20, "given-up"))
    world.run(5)
    assert asked(world) == [90, 90]
    assert bright(world) == 90
    world.tell(e.BrightnessSet(20, "refused", "this display cannot be dimmed"))
    world.run(5)
    assert asked(world) == [90, 90]
