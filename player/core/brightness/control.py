"""The screen's brightness: the plan's, or what the office asked for; asked of the screen, and answered by its word.

Knows: the plan, the command `brightness`, what the screen said. Touches nothing. Must not: call a screen dim that is not.

The office's percent stands above the plan until the next start, or for good (keep); `percent: "auto"` ends it. Nothing
is taken over, and nothing is saved, when the screen cannot do it.
"""

from __future__ import annotations

from dataclasses import replace

from player.base.clocks import Now
from player.contract import commands as c
from player.contract.reports import BrightnessReport
from player.core.brightness.plan import Light, choose_light
from player.core.effects import SaveState, SendReply, SetBrightness
from player.core.events import BrightnessSet
from player.core.playing.scene import WALL_ASK_S
from player.core.state import AskedLight, Dimming, PendingCommand, State, Turn

ANSWER_LIMIT_S = 10.0


def settle(t: Turn) -> None:
    """Asks the screen for the brightness that it should have now, when that is another one than asked for last."""
    if t.s.brightness is not None:
        t.set(light=None)  # the plan is not asked, so its steps must not wake anybody
        percent, why = t.s.brightness, "the office asked for it"
    else:
        light = _ask_plan(t)
        percent, why = light.percent, light.reason
    before = t.s.dimming
    if t.s.stage is None or (before is not None and before.asked == percent):
        return
    if before is not None or percent != 100:
        t.note(f"brightness {percent} %: {why}")
    t.set(dimming=Dimming(percent, why=before.why if before else ""))
    t.ask(SetBrightness(percent))


def wake_mono(s: State, now: Now) -> float | None:
    """When the plan must be asked again: at its next step, or after 30 s (promise 12)."""
    if s.light is None or s.light.light.valid_until is None:
        return None
    left_s = (s.light.light.valid_until - now.wall).total_seconds()
    return min(s.light.mono + WALL_ASK_S, now.mono + left_s)


def obey(t: Turn, command: c.Command, order: c.Brightness) -> None:
    if t.s.stage is None:
        t.ask(SendReply(command.id, "failed", "no-screen", t.s.stage_why))
        return
    percent = (
        order.percent
        if order.percent is not None
        else choose_light(t.s.rules.brightness, t.now.wall, t.s.trust).percent
    )
    t.ask(SetBrightness(percent, command.id))
    waits = PendingCommand(command.id, order.do, t.now.mono + ANSWER_LIMIT_S, order)
    t.set(pending=(*t.s.pending, waits))


def hear(t: Turn, event: BrightnessSet) -> None:
    """The screen's word. A command is done only now, and only when the screen really has that brightness."""
    wait = next((w for w in t.s.pending if w.command_id == event.command_id), None)
    if wait is not None and isinstance(wait.order, c.Brightness):
        t.set(pending=tuple(w for w in t.s.pending if w is not wait))
        if event.why:
            t.ask(SendReply(wait.command_id, "failed", "cannot-dim", event.why))
            # What is no wish of the office any more must not come back with the next screen.
            if wait.order.percent is None:
                _forget(t)
        else:
            _take_over(t, wait.command_id, wait.order, event.percent)
    elif event.command_id:
        if not event.why:  # done after its time, when its asker had been told that it failed: taken back
            t.set(dimming=None)
    elif t.s.dimming is not None and t.s.dimming.asked == event.percent:
        if event.why and event.percent != 100 and t.s.dimming.why != event.why:
            t.note(f"the brightness stays as it is: {event.why}", "warning")
        t.set(dimming=Dimming(event.percent, None if event.why else event.percent, event.why))


def lose_stage(t: Turn, why: str) -> None:
    """Whoever waits for a screen that has gone is told so; the next stage is asked anew."""
    waiting = [w for w in t.s.pending if isinstance(w.order, c.Brightness)]
    for wait in waiting:
        t.ask(SendReply(wait.command_id, "failed", "no-screen", why))
    t.set(dimming=None, pending=tuple(w for w in t.s.pending if w not in waiting))


def is_black(s: State) -> bool:
    """Dimmed to nothing: the pixels in the server still have their colours, the panel shows none."""
    return s.dimming is not None and s.dimming.percent == 0


def describe(s: State) -> BrightnessReport:
    """For `panel-player status`: what the screen has (None: it cannot be dimmed, or has not said), and why."""
    dimming = s.dimming
    if s.brightness is not None:
        saved = s.saved.brightness == s.brightness
        reason = "the office asked for it, " + ("for good" if saved else "until the next start")
    else:
        reason = s.light.light.reason if s.light else "screen.brightness"
    if dimming is None:
        return BrightnessReport(None, None, s.stage_why if s.stage is None else "", reason)
    return BrightnessReport(dimming.asked, dimming.percent, dimming.why, reason)


def _ask_plan(t: Turn) -> Light:
    asked, wake = t.s.light, wake_mono(t.s, t.now)
    if asked is None or asked.trust is not t.s.trust or (wake is not None and t.now.mono >= wake):
        asked = AskedLight(t.s.trust, choose_light(t.s.rules.brightness, t.now.wall, t.s.trust), t.now.mono)
        t.set(light=asked)
    return asked.light


def _take_over(t: Turn, command_id: str, order: c.Brightness, percent: int) -> None:
    if order.percent is None:
        _forget(t)
        detail = f"{percent} %, as screen.brightness says"
    else:
        t.set(brightness=percent)
        if order.keep:
            _keep(t, percent)
        detail = f"{percent} % " + ("for good" if order.keep else "until the next start")
    t.ask(SendReply(command_id, "done", detail=detail))


def _forget(t: Turn) -> None:
    t.set(brightness=None)
    _keep(t, None)


def _keep(t: Turn, percent: int | None) -> None:
    if t.s.saved.brightness != percent:
        t.set(saved=replace(t.s.saved, brightness=percent))
        t.ask(SaveState(t.s.saved))
