"""Events for the property tests, drawn from the `Event` union itself: a new event is drawn without a change here.

Numbers are drawn by the name of their field, so that many of them are about a play or a decoder that there is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any, get_args, get_type_hints

from hypothesis import strategies as st

from player.bundle.source import Source
from player.contract import commands as c
from player.core import events as e
from player.core.model import DroppedItem, Release, SavedState, ShownMessage
from player.core.running_text import AskedTicker
from tests.kit.world import START, clip, image, release

PLAY_ID = st.integers(0, 12)
LAYER = st.integers(0, 1)
ORDERS: st.SearchStrategy[c.Order] = st.sampled_from([
    c.Next(), c.Previous(), c.Goto(1), c.Goto("zz"), c.Pause(), c.Resume(), c.Blank(), c.Unblank(), c.Clear(),
    c.Drop(1), c.Drop("b"), c.Drop("zz"), c.Ticker("x\ny"), c.Ticker("x", START + timedelta(seconds=20)), c.ClearTicker(),
    c.Show(text="x", seconds=5), c.Show(media="a", seconds=5), c.PlayPlaylist("noon"), c.Rescan(), c.Rollback(), c.Health(),
    c.Identify(2), c.TestPattern(2), c.Volume(5, True), c.Screenshot(), c.Brightness(40), c.Brightness(None),
])  # fmt: skip
SAVED = st.sampled_from([
    SavedState(), SavedState(volume=3, brightness=50), SavedState(blank=True, blank_until=START + timedelta(seconds=30)),
    SavedState(show=ShownMessage(START + timedelta(seconds=40), text="x", command_id="s")),
    SavedState(ticker=AskedTicker(("x",), START + timedelta(seconds=40), "t")),
    SavedState(dropped=(DroppedItem("hash-a", "a", Source.FOLDER, 1),)),
])  # fmt: skip


def _releases(content: Release, source: Source, rolled_back: bool) -> Release:
    return replace(content, source=source, rolled_back=rolled_back)


RELEASES = st.builds(
    _releases,
    st.sampled_from([
        release(clip("a")), release(clip("a"), image("b", 3), number=2), release(image("z", 1), number=3, noon=[clip("n")]),
    ]),
    st.sampled_from(list(Source)),
    st.booleans(),
)  # fmt: skip
BY_FIELD: dict[str, st.SearchStrategy[Any]] = {
    "layer": LAYER,
    "generation": st.integers(0, 6),
    "play_id": PLAY_ID,
    "position_s": st.one_of(st.none(), st.floats(0, 9)),
    "length_s": st.one_of(st.none(), st.floats(0, 9)),
    "frames": st.one_of(st.none(), st.integers(0, 99)),
    "memory_bytes": st.one_of(st.none(), st.integers(0, 10**9)),
    "percent": st.integers(0, 100),
    "command_id": st.sampled_from(["c", "", "other"]),
    "command": ORDERS.map(lambda order: c.Command("c", order)),
    "release": RELEASES,
    "saved": SAVED,
    "changed_at": st.one_of(st.none(), st.integers(-90, 1).map(lambda days: START + timedelta(days=days))),
    "oldest": st.one_of(st.none(), st.integers(-9, 1).map(lambda days: START + timedelta(days=days))),
    "detail": st.sampled_from([None, "what it is; what to do", "another; what to do"]),
    "why": st.sampled_from(["", "broken"]),
    "width": st.just(640),
    "height": st.just(360),
    "region": st.just((0, 0, 640, 360)),
    "signal": st.sampled_from([None, 9, 11]),
    "exit_status": st.sampled_from([None, 1]),
}
"""Where the type alone would draw nonsense, or nothing that ever matters to the state."""


def _draw(kind: type[Any]) -> st.SearchStrategy[e.Event]:
    if kind is e.LibraryAnswered:
        return st.builds(e.LibraryAnswered, BY_FIELD["command_id"], st.booleans(), st.just("words"))
    hints = get_type_hints(kind)
    given = {f.name: BY_FIELD.get(f.name, st.from_type(hints[f.name])) for f in fields(kind)}
    return st.builds(kind, **given)


EVENT_KINDS: tuple[type[Any], ...] = get_args(e.Event)
ENDLESS = (e.StopRequested,)
"""Not in a story that goes on: after it the loop ends."""


def events_of(kinds: Iterable[type[Any]]) -> st.SearchStrategy[e.Event]:
    return st.one_of([_draw(kind) for kind in kinds])


EVENTS = events_of(kind for kind in EVENT_KINDS if kind not in ENDLESS)
STEPS = st.lists(st.tuples(st.sampled_from([0.0, 0.01, 0.4, 2.0, 40.0]), EVENTS), max_size=40)
