"""The running text: which text runs along the edge now, and why.

Knows: the command's text, the release's own texts and their rules, what no text lies over. Touches nothing.
Must not: know how a text is drawn or moved (screen/ticker/ does).

From the strongest: the command `ticker`; a [[ticker]] of schedule.toml whose time it is; ticker.txt.
"""

from __future__ import annotations

from dataclasses import replace

from player.base.clocks import Now
from player.core.effects import HideTicker, PublishNow, ShowTicker
from player.core.model import DEFAULT_PLAYLIST, CardKind, Release
from player.core.playing.scene import ask_again, next_ask_mono, pick_release, until_words
from player.core.playing.schedule import is_empty
from player.core.running_text import RunningText
from player.core.state import State
from player.core.turn import Turn

COVERED_BY = (CardKind.TEXT, CardKind.BLACK, CardKind.TEST_PATTERN)
"""The urgent message, the dark, and what is about every pixel of the region."""
MOST_TOLD = 200
"""Characters of the text in reports."""
BETWEEN = " \u2022 "


def settle(t: Turn) -> None:
    """Called in every turn, when the scene is settled."""
    text = None if t.stage.opened is None or _is_covered(t.s) else _pick(t)
    shown = t.ticker.shown
    if text != shown:
        t.ticker = replace(t.ticker, shown=text)
        if text is None:
            t.note("no running text")
            t.ask(HideTicker())
        elif shown is None or shown.messages != text.messages:
            t.note(f"running text: {text.reason}")
            t.ask(ShowTicker(text.messages))
    _correct_now(t)


def _correct_now(t: Turn) -> None:
    """What `now` says of the text is what runs: also where the text came before the first report, or went with its stage."""
    now, running = t.playing.now_report, told(t.s)
    if now is not None and now.ticker != running:
        now = replace(now, ticker=running)
        t.playing = replace(t.playing, now_report=now)
        t.ask(PublishNow(now))


def told(s: State) -> str | None:
    """The text on screen, for reports."""
    shown = s.ticker.shown
    return None if shown is None else BETWEEN.join(shown.messages)[:MOST_TOLD]


def forget_shown(t: Turn) -> None:
    """A new stage has no band."""
    if t.ticker.shown is not None:
        t.ticker = replace(t.ticker, shown=None)


def wake_mono(s: State, now: Now) -> list[float]:
    """When the rules must be asked again."""
    return [] if s.ticker.choice is None else [next_ask_mono(s.ticker.choice, now)]


def _is_covered(s: State) -> bool:
    """By an urgent message (a text, a film or a picture), the dark, or the test pattern."""
    scene = s.playing.scene
    if scene is None or scene.key.startswith("show:"):
        return True
    return scene.card is not None and scene.card.kind in COVERED_BY


def _pick(t: Turn) -> RunningText | None:
    asked = t.saved.ticker
    if asked is not None:
        t.ticker = replace(t.ticker, choice=None)
        by = f" by {asked.by}" if asked.by else ""
        return RunningText(asked.messages, f"command {asked.command_id}{by}{until_words(t, asked.until)}")
    if all(release.ticker is None for release in t.content.releases.values()):
        return _text_of(t, None)
    return _text_of(t, pick_release(t)[0])


def _text_of(t: Turn, release: Release | None) -> RunningText | None:
    """By the release's rules, or what it runs whenever no rule holds."""
    plan, choice = release.ticker if release is not None else None, None
    if release is not None and plan is not None and not is_empty(plan.schedule):
        known = frozenset({*plan.texts, DEFAULT_PLAYLIST})  # the default: no rule holds
        choice = ask_again(t, t.ticker.choice, plan.schedule, (release.source, release.number), known)
    if choice is not t.ticker.choice:
        t.ticker = replace(t.ticker, choice=choice)
    if plan is None:
        return None
    if choice is not None and choice.choice.playlist in plan.texts:
        return RunningText(plan.texts[choice.choice.playlist], choice.choice.reason)
    return RunningText(plan.messages, "ticker.txt") if plan.messages else None
