"""The screen's brightness: the plan's, or what the office asked for; asked of the screen, and answered by the screen.

Knows: the plan, the command `brightness`, what the screen answered. Touches nothing. Must not: call a screen dim that is not.

The office's percent stands above the plan until the next start, or for good (keep); `percent: "auto"` ends it. Nothing
is taken over, and nothing is saved, when the screen cannot do it. Only this group of the state remembers what the screen
was asked for: a stage that is lost, or outputs that changed, are asked anew.
"""

from __future__ import annotations

from dataclasses import replace

from player.base.clocks import Now
from player.contract import commands as c
from player.contract.reports import BrightnessReport
from player.core.brightness.plan import Light, choose_light
from player.core.effects import SendReply, SetBrightness
from player.core.events import BrightnessSet
from player.core.office.pending import done_when_saved, fail, take_pending, wait_for_room
from player.core.playing.scene import WALL_ASK_S
from player.core.state import AskedLight, Dimming, State
from player.core.turn import Turn

ANSWER_LIMIT_S = 10.0


def settle(t: Turn) -> None:
    """Asks the screen for the brightness that it should have now, when that is another one than asked for last."""
    wish = t.brightness.wish
    if wish is not None:
        t.brightness = replace(t.brightness, light=None)  # the plan is not asked: its steps must not wake the loop
        percent, why = wish, "the office asked for it"
    else:
        light = _ask_plan(t)
        percent, why = light.percent, light.reason
    before = t.brightness.dimming
    if t.stage.opened is None or (before is not None and before.asked == percent):
        return
    if before is not None or percent != 100:
        t.note(f"brightness {percent} %: {why}")
    t.brightness = replace(t.brightness, dimming=Dimming(percent, why=before.why if before else ""))
    t.ask(SetBrightness(percent))


def wake_mono(s: State, now: Now) -> list[float]:
    """When the plan must be asked again: at its next step, or after 30 s (promise 12)."""
    light = s.brightness.light
    if light is None or light.light.valid_until is None:
        return []
    left_s = (light.light.valid_until - now.wall).total_seconds()
    return [min(light.mono + WALL_ASK_S, now.mono + left_s)]


def obey(t: Turn, command: c.Command, order: c.Brightness) -> None:
    if t.stage.opened is None:
        fail(t, command, "no-screen", t.stage.why_not)
        return
    percent = order.percent
    if percent is None:
        percent = choose_light(t.s.rules.brightness, t.now.wall, t.machine.trust).percent
    t.ask(SetBrightness(percent, command.id))
    wait_for_room(t, command, ANSWER_LIMIT_S)


def hear(t: Turn, event: BrightnessSet) -> None:
    """The screen's answer. A command is done only now, and only when the screen really has that brightness."""
    pending = take_pending(t, event.command_id)
    dimming = t.brightness.dimming
    if pending is not None and isinstance(pending.order, c.Brightness):
        if event.why:
            t.ask(SendReply(pending.command_id, "failed", "cannot-dim", event.why))
            # What the office wishes no more must not come back with the next screen.
            if pending.order.percent is None:
                _forget(t)
        else:
            _take_over(t, pending.command_id, pending.order, event.percent)
    elif event.command_id:
        if not event.why:  # done after its time, when the office had been told that it failed: taken back
            forget_dimming(t)
    elif dimming is not None and dimming.asked == event.percent:
        if event.why and event.percent != 100 and dimming.why != event.why:
            t.note(f"the brightness stays as it is: {event.why}", "warning")
        answered = Dimming(event.percent, None if event.why else event.percent, event.why)
        t.brightness = replace(t.brightness, dimming=answered)


def forget_dimming(t: Turn) -> None:
    """What the screen was asked for holds no more: it is asked anew in this turn, if there is one."""
    t.brightness = replace(t.brightness, dimming=None)


def lose_stage(t: Turn, why: str) -> None:
    """A command that waits for a screen that has gone is told so; the next stage is asked anew."""
    for pending in t.commands.pending:
        if isinstance(pending.order, c.Brightness):
            take_pending(t, pending.command_id)
            t.ask(SendReply(pending.command_id, "failed", "no-screen", why))
    forget_dimming(t)


def is_black(s: State) -> bool:
    """Dimmed to nothing: the pixels in the server still have their colours, the panel shows none."""
    return s.brightness.dimming is not None and s.brightness.dimming.percent == 0


def describe(s: State) -> BrightnessReport:
    """For `panel-player status`: what the screen has (None: it cannot be dimmed, or has not answered), and why."""
    wish, light, dimming = s.brightness.wish, s.brightness.light, s.brightness.dimming
    if wish is not None:
        reason = "the office asked for it, " + ("for good" if s.saved.brightness == wish else "until the next start")
    else:
        reason = light.light.reason if light else "screen.brightness"
    if dimming is None:
        return BrightnessReport(None, None, s.stage.why_not if s.stage.opened is None else "", reason)
    return BrightnessReport(dimming.asked, dimming.percent, dimming.why, reason)


def _ask_plan(t: Turn) -> Light:
    asked, wakes, trust = t.brightness.light, wake_mono(t.s, t.now), t.machine.trust
    if asked is None or asked.trust is not trust or any(t.now.mono >= wake for wake in wakes):
        asked = AskedLight(trust, choose_light(t.s.rules.brightness, t.now.wall, trust), t.now.mono)
        t.brightness = replace(t.brightness, light=asked)
    return asked.light


def _take_over(t: Turn, command_id: str, order: c.Brightness, percent: int) -> None:
    saved = t.saved.brightness
    if order.percent is None:
        saved, detail = None, f"{percent} %, as screen.brightness says"
        t.brightness = replace(t.brightness, wish=None)
    else:
        t.brightness = replace(t.brightness, wish=percent)
        saved = percent if order.keep else saved
        detail = f"{percent} % " + ("for good" if order.keep else "until the next start")
    if order.keep or saved != t.saved.brightness:
        done_when_saved(t, command_id, replace(t.saved, brightness=saved), detail)
    else:
        t.ask(SendReply(command_id, "done", detail=detail))


def _forget(t: Turn) -> None:
    t.brightness = replace(t.brightness, wish=None)
    if t.saved.brightness is not None:
        t.save(replace(t.saved, brightness=None))
