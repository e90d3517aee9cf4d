"""The table of a decoder's states, without libvlc: every pair of state and event, and the stories behind them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.core.model import MediaKind
from player.screen.decoder import cueing
from player.screen.decoder.cueing import (
    IGNORED,
    TRANSITIONS,
    Action,
    CueEvent,
    Cueing,
    CueingError,
    CueState,
    Wait,
)
from player.screen.decoder.vlc import CUE_EVENTS

A, E, S = Action, CueEvent, CueState

NEXT = {
    S.NOTHING: "",
    S.OPENING_PAUSED: "painted:PAUSING time:PAUSING none:OPENING_PAUSED output:OPENING_PAUSED pause:SHOWING_FIRST short:OPENING "
    "end:NOTHING relay:NOTHING error:NOTHING refused:NOTHING",
    S.SHOWING_FIRST: "painted:FITTING_FIRST time:OPENING output:SHOWING_FIRST end:NOTHING error:NOTHING",
    S.FITTING_FIRST: "time:HELD end:ENDED_EARLY error:NOTHING",
    S.OPENING: "painted:PAUSING time:PAUSING none:OPENING output:OPENING pause:READ_WHOLE end:NOTHING relay:NOTHING "
    "error:NOTHING refused:NOTHING",
    S.OPENING_STREAM: "painted:WARMING time:WARMING none:OPENING_STREAM output:OPENING_STREAM pause:READ_WHOLE end:NOTHING "
    "relay:NOTHING error:NOTHING refused:NOTHING",
    S.READ_WHOLE: "painted:FITTING_WHOLE time:OPENING_AGAIN none:READ_WHOLE output:READ_WHOLE pause:READ_WHOLE end:NOTHING "
    "relay:NOTHING error:NOTHING",
    S.FITTING_WHOLE: "time:HELD_WHOLE end:ENDED_EARLY relay:NOTHING error:NOTHING",
    S.OPENING_AGAIN: "painted:SEEN_AGAIN time:HELD_WHOLE none:OPENING_AGAIN output:OPENING_AGAIN pause:READ_AGAIN "
    "end:NOTHING relay:NOTHING error:NOTHING refused:NOTHING",
    S.SEEN_AGAIN: "pause:READ_AGAIN end:ENDED_EARLY relay:NOTHING error:NOTHING",
    S.READ_AGAIN: "painted:READ_AGAIN time:HELD_WHOLE end:NOTHING relay:NOTHING error:NOTHING",
    S.PAUSING: "pause:PAUSING time:REWINDING end:ENDED_EARLY error:NOTHING",
    S.REWINDING: "time:HELD end:ENDED_EARLY error:NOTHING",
    S.HELD: "start:RUNNING end:ENDED_EARLY error:NOTHING",
    S.HELD_WHOLE: "start:STEPPING end:ENDED_EARLY relay:NOTHING error:NOTHING",
    S.ENDED_EARLY: "start:RUNNING error:NOTHING",
    S.WARMING: "time:RUNNING_HIDDEN end:NOTHING relay:NOTHING error:NOTHING",
    S.RUNNING_HIDDEN: "start:RUNNING pause:LAST_FRAME end:ENDING relay:NOTHING error:NOTHING",
    S.RUNNING: "hold:PAUSED pause:LAST_FRAME end:ENDING relay:ENDING error:NOTHING refused:NOTHING",
    S.PAUSED: "continue:RUNNING end:ENDING relay:ENDING error:NOTHING",
    S.STEPPING: "time:STEPPING last:ENDED error:NOTHING",
    S.LAST_FRAME: "time:ENDING error:NOTHING",
    S.ENDING: "time:ENDED error:NOTHING",
    S.ENDED: "error:NOTHING",
    S.LOADING_STILL: "loaded:STILL_HELD refused:NOTHING",
    S.STILL_HELD: "start:STILL_SHOWN",
    S.STILL_SHOWN: "",
}
"""State -> event:next. An event of the world that is missing is ignored, one of the decoder's own is a fault."""
SHORT = {
    "painted": E.PAINTED_SEEN, "time": E.TIME_PASSED, "last": E.LAST_TIME_PASSED, "none": E.NOTHING_SHOWN,
    "output": E.OUTPUT_OPENED,
    "pause": E.PAUSE_TOOK_HOLD, "short": E.SHORT_PAUSED,
    "end": E.END_REACHED, "relay": E.RELAY_ENDED, "error": E.ERROR_MET, "start": E.START,
    "hold": E.HOLD, "continue": E.CONTINUE, "loaded": E.STILL_LOADED, "refused": E.OPENING_REFUSED,
}  # fmt: skip
ANYWHERE = {
    E.CUE_FILM: S.OPENING, E.CUE_REWINDABLE: S.OPENING_PAUSED, E.CUE_STREAM: S.OPENING_STREAM, E.CUE_STILL: S.LOADING_STILL,
    E.DROP: S.NOTHING,
}  # fmt: skip
OWN = {E.SHORT_PAUSED, E.TIME_PASSED, E.LAST_TIME_PASSED, E.NOTHING_SHOWN, E.STILL_LOADED, E.OPENING_REFUSED}
"""What the decoder itself brings about."""


def expected(state: CueState) -> dict[CueEvent, CueState]:
    rows = dict(pair.split(":") for pair in NEXT[state].split())
    return {**ANYWHERE, **{SHORT[short]: S[name] for short, name in rows.items()}}


@pytest.mark.parametrize(("state", "event"), list(itertools.product(CueState, CueEvent)), ids=lambda x: x.name)
def test_every_pair_of_state_and_event_is_known(state: CueState, event: CueEvent) -> None:
    """Each pair leads where the drawing says, is ignored for a spoken reason, or is a fault; nothing happens silently."""
    machine = Cueing()
    machine.state = state
    if event in (following := expected(state)):
        machine.hear(event, 1.0, "why")
        assert machine.state is following[event]
    elif event in OWN:
        with pytest.raises(CueingError, match=f"{event.name} cannot happen in {state.name}"):
            machine.hear(event, 1.0)
    else:
        assert machine.hear(event, 1.0) == ()
        assert machine.state is state
        assert IGNORED[event]


def test_every_state_can_be_reached_and_every_action_and_wait_is_used() -> None:
    """A state, an action or a wait that no row leads to would be dead."""
    rows = [row for each in TRANSITIONS.values() for row in each.values()]
    assert {row.state for row in rows} == set(CueState)
    assert {action for row in rows for action in row.actions} == set(Action)
    assert {row.wait for row in rows} - {None} == set(Wait)


def test_whoever_fails_says_why() -> None:
    """A failure without a reason would leave the office with nothing to do; a refusal brings its own."""
    for state, rows in TRANSITIONS.items():
        for event, row in rows.items():
            if Action.TELL_FAILED in row.actions:
                assert row.why or event is E.OPENING_REFUSED, (state, event)


def test_waiting_states_wake_up() -> None:
    """From a state that only time leads out of, time leads out: its wait is set on every way in."""
    waiting = {S.SHOWING_FIRST, S.FITTING_FIRST, S.REWINDING, S.WARMING, S.STEPPING, S.LAST_FRAME, S.ENDING}
    for state, rows in TRANSITIONS.items():
        for event, row in rows.items():
            if row.state in waiting and (state, event) != (row.state, event):
                assert row.wait not in (None, Wait.NEVER), (state, event)


class Play:
    """One Cueing with a clock of its own; `did` holds every action so far."""

    def __init__(self) -> None:
        self.cueing = Cueing()
        self.now_mono = 100.0
        self.did: list[Action] = []

    def hear(self, *events: CueEvent) -> None:
        for event in events:
            self.did += self.cueing.hear(event, self.now_mono)

    def wait(self) -> float:
        """Until the machine wakes up; returns how long that was."""
        assert self.cueing.wake_mono is not None
        waited_s = max(0.0, self.cueing.wake_mono - self.now_mono)
        self.now_mono += waited_s
        self.did += self.cueing.pass_time(self.now_mono)
        return waited_s

    def state(self) -> CueState:
        return self.cueing.state

    def held_film(self, rate: float, length_s: float) -> None:
        self.hear(E.CUE_FILM, E.OUTPUT_OPENED, E.PAINTED_SEEN, E.PAUSE_TOOK_HOLD)
        self.wait()
        self.wait()
        assert self.state() is S.HELD
        self.cueing.measure(rate, length_s)
        self.did.clear()


def test_a_film_is_opened_paused_rewound_and_held_with_its_first_picture() -> None:
    """Nothing of it is shown before it is rewound; then its first picture, and nothing more until its turn comes."""
    play = Play()
    play.hear(E.CUE_REWINDABLE, E.PAUSE_TOOK_HOLD, E.OUTPUT_OPENED)
    assert play.did == [A.CLEAR_WINDOW, A.OPEN_PAUSED, A.REWIND]
    play.now_mono += 0.02
    play.hear(E.PAINTED_SEEN)
    assert play.did[3:] == [A.CORRECT_TURNED]
    assert play.wait() == pytest.approx(cueing.REWIND_S), "VLC drew it before it knew its window's size"
    assert play.did[4:] == [A.TELL_CUED]
    play.hear(E.START)
    assert play.did[5:] == [A.UNPAUSE, A.SET_VOLUME]


def test_a_film_as_large_as_its_window_is_held_as_soon_as_anything_is_seen() -> None:
    """Its first picture needs no fitting; what was expected of one item says nothing of the next."""
    play = Play()
    play.cueing.expect(fits_at_once=True)
    play.hear(E.CUE_REWINDABLE, E.PAUSE_TOOK_HOLD, E.PAINTED_SEEN)
    assert play.wait() == 0
    assert play.did[-1:] == [A.TELL_CUED]
    play.cueing.expect(fits_at_once=False)
    play.hear(E.CUE_REWINDABLE, E.PAUSE_TOOK_HOLD, E.PAINTED_SEEN)
    assert play.wait() == pytest.approx(cueing.REWIND_S)


@pytest.mark.parametrize("output", [True, False])
def test_a_film_that_shows_nothing_when_it_is_rewound_is_played_hidden(output: bool) -> None:
    """It begins with black, or with pictures that cannot be decoded, or the machine is slow: playing it finds that out."""
    play = Play()
    play.hear(E.CUE_REWINDABLE, E.PAUSE_TOOK_HOLD, *([E.OUTPUT_OPENED] if output else []))
    assert play.wait() == pytest.approx(cueing.BLACK_START_S)
    assert play.state() is S.OPENING
    assert play.did[-1:] == [A.UNPAUSE]
    assert play.wait() == pytest.approx(cueing.BLACK_START_S)
    assert play.did[-2:] == [A.CORRECT_TURNED, A.PAUSE]


def test_a_short_film_is_played_hidden() -> None:
    """Rewound while it is paused it could be read to its end without showing anything."""
    play = Play()
    play.hear(E.CUE_REWINDABLE, E.SHORT_PAUSED)
    assert play.did[-1:] == [A.UNPAUSE]
    assert play.cueing.wake_mono is None
    play.hear(E.OUTPUT_OPENED, E.PAINTED_SEEN)
    assert play.did[-1:] == [A.PAUSE]


def test_a_film_of_other_kinds_is_painted_paused_rewound_and_held() -> None:
    """Opened hidden, stopped at its first picture, rewound, and told as cued only then."""
    play = Play()
    play.hear(E.CUE_FILM, E.OUTPUT_OPENED, E.PAINTED_SEEN)
    assert play.did == [A.CLEAR_WINDOW, A.OPEN_MEDIA, A.CORRECT_TURNED, A.PAUSE]
    play.hear(E.PAUSE_TOOK_HOLD)
    assert play.wait() == pytest.approx(cueing.SETTLE_S)
    assert play.did[4:] == [A.REWIND]
    assert play.wait() == pytest.approx(cueing.REWIND_S)
    assert play.did[5:] == [A.TELL_CUED]
    assert play.cueing.wake_mono is None


@pytest.mark.parametrize(
    ("painted_s", "rewinds_s"), [(0.02, cueing.REWIND_S), (0.2, 0.4), (30.0, cueing.LONGEST_REWIND_S)]
)
def test_a_busy_machine_rewinds_for_longer(painted_s: float, rewinds_s: float) -> None:
    """The wait for the first frame grows with the time that the first pixels took, within bounds."""
    play = Play()
    play.hear(E.CUE_FILM, E.OUTPUT_OPENED)
    play.now_mono += painted_s
    play.hear(E.PAINTED_SEEN, E.PAUSE_TOOK_HOLD)
    play.wait()
    assert play.state() is S.REWINDING
    assert play.wait() == pytest.approx(rewinds_s)


def test_a_film_that_begins_black_counts_as_painted_after_a_while() -> None:
    """No pixel tells a black first frame from nothing; the time since VLC opened its output does."""
    play = Play()
    play.hear(E.CUE_FILM)
    assert play.cueing.wake_mono is None
    play.hear(E.OUTPUT_OPENED)
    assert play.wait() == pytest.approx(cueing.BLACK_START_S)
    assert play.state() is S.PAUSING


def test_a_slow_machine_is_no_black_start() -> None:
    """While VLC has shown no picture, time alone makes none; after a while it does, as VLC may not count at all."""
    play = Play()
    play.hear(E.CUE_FILM, E.OUTPUT_OPENED)
    began_mono = play.now_mono
    while play.state() is S.OPENING:
        assert play.cueing.wake_mono is not None
        play.now_mono = play.cueing.wake_mono
        play.did += play.cueing.pass_time(play.now_mono, 0)
    assert play.now_mono - began_mono == pytest.approx(cueing.LONGEST_BLACK_START_S)
    assert play.did[-1:] == [A.PAUSE]


def test_a_pause_that_vlc_never_reports_holds_nothing_up() -> None:
    """The wait that began with VLC's output ends the pause, too."""
    play = Play()
    play.hear(E.CUE_FILM, E.OUTPUT_OPENED, E.PAINTED_SEEN)
    play.wait()
    assert play.state() is S.REWINDING


def test_painting_after_the_cue_is_no_news() -> None:
    """What is painted while the film is held, or is painted again by the rewind, changes nothing."""
    play = Play()
    play.held_film(25, 4)
    play.hear(E.PAINTED_SEEN, E.OUTPUT_OPENED, E.PAUSE_TOOK_HOLD)
    assert play.state() is S.HELD
    assert play.did == []


def test_a_film_runs_to_its_last_frame() -> None:
    """VLC pauses a frame before its end: the last frame is asked for when it is due, and has its time before the end."""
    play = Play()
    play.held_film(25, 4.0)
    play.hear(E.START)
    assert play.did == [A.UNPAUSE, A.SET_VOLUME]
    play.now_mono += 3.94
    play.hear(E.PAUSE_TOOK_HOLD)
    assert play.wait() == pytest.approx(0.02)
    assert play.did[-1:] == [A.SHOW_NEXT_FRAME]
    assert play.wait() == pytest.approx(0.04 + cueing.END_MARGIN_S)
    assert play.did[-1:] == [A.TELL_ENDED]
    assert play.state() is S.ENDED


def test_a_film_that_vlc_ends_gives_its_last_frame_its_time() -> None:
    """libvlc tells the end up to a frame before the last frame is in the window."""
    play = Play()
    play.held_film(12, 2.0)
    play.hear(E.START)
    play.now_mono += 1.95
    play.hear(E.END_REACHED)
    assert play.cueing.position_s(play.now_mono) == pytest.approx(1.95)
    assert play.wait() == pytest.approx(0.05 + cueing.END_MARGIN_S)
    assert play.did[-1:] == [A.TELL_ENDED]


def test_what_a_broken_file_says_of_its_length_is_not_waited_for() -> None:
    """An end that comes long before the length that the file claims waits for one frame, not for the rest."""
    play = Play()
    play.held_film(25, 3600.0)
    play.hear(E.START, E.END_REACHED)
    assert play.wait() == pytest.approx(0.04 + cueing.END_MARGIN_S)


@pytest.mark.parametrize(("rate", "frame_s"), [(0.0, 0.04), (0.001, 30.0), (50.0, 0.02)])
def test_what_a_broken_file_says_of_its_rate_is_bounded(rate: float, frame_s: float) -> None:
    """Without a rate a frame has 40 ms; with an absurd one it has 30 s."""
    play = Play()
    play.held_film(rate, 3600.0)
    play.hear(E.START, E.END_REACHED)
    assert play.wait() == pytest.approx(frame_s + cueing.END_MARGIN_S)


def test_time_does_not_pass_for_a_paused_film() -> None:
    """After a pause of ten seconds the last frame is due ten seconds later."""
    play = Play()
    play.held_film(25, 4.0)
    play.hear(E.START)
    play.now_mono += 1
    play.hear(E.HOLD, E.PAUSE_TOOK_HOLD)
    assert play.state() is S.PAUSED
    play.now_mono += 10
    play.hear(E.CONTINUE)
    assert play.did[-2:] == [A.PAUSE, A.UNPAUSE]
    play.now_mono += 2.95
    play.hear(E.PAUSE_TOOK_HOLD)
    assert play.wait() == pytest.approx(0.01)


@pytest.mark.parametrize("frames", [1, 2, 4])
def test_a_film_of_a_few_frames_is_shown_frame_by_frame(frames: int) -> None:
    """VLC has read it whole before anything is shown: each frame is asked for, and the last one has its time."""
    play = Play()
    play.hear(E.CUE_FILM, E.OUTPUT_OPENED, E.PAUSE_TOOK_HOLD)
    assert play.did[-1:] == [A.SHOW_NEXT_FRAME]
    play.hear(E.PAINTED_SEEN)
    assert play.did[-1:] == [A.DRAW_AGAIN], "VLC may have drawn it before it knew its window's size"
    play.wait()
    assert play.did[-1:] == [A.TELL_CUED]
    play.cueing.measure(10, frames / 10)
    play.did.clear()
    play.hear(E.START)
    began_mono = play.now_mono
    while play.state() is S.STEPPING:
        play.wait()
    assert play.did.count(A.SHOW_NEXT_FRAME) == frames - 1
    assert play.did[-1:] == [A.TELL_ENDED]
    assert play.now_mono - began_mono == pytest.approx(frames / 10)


def test_a_picture_exported_as_a_film_stands_as_long_as_it_says() -> None:
    """One frame of nine seconds; its heartbeat tells how far it is, so that it does not count as hung."""
    play = Play()
    play.hear(E.CUE_FILM, E.PAUSE_TOOK_HOLD, E.PAINTED_SEEN)
    play.wait()
    play.cueing.measure(1 / 9, 9.0)
    play.hear(E.START)
    assert play.cueing.position_s(play.now_mono + 5) == pytest.approx(5)
    assert play.wait() == pytest.approx(9)
    assert play.did[-1:] == [A.TELL_ENDED]


@pytest.mark.parametrize("waits", [0, 1, 2])
def test_a_film_shorter_than_its_cueing_is_played_from_its_beginning(waits: int) -> None:
    """It ends while it pauses, rewinds or is held; it is told as cued once, and opened again when its turn comes."""
    play = Play()
    play.hear(E.CUE_FILM, E.PAINTED_SEEN, E.PAUSE_TOOK_HOLD)
    for _ in range(waits):
        play.wait()
    play.hear(E.END_REACHED)
    assert play.did.count(A.TELL_CUED) == 1
    assert play.cueing.wake_mono is None
    play.did.clear()
    play.hear(E.START)
    assert play.did == [A.OPEN_MEDIA, A.SET_VOLUME]
    play.hear(E.OUTPUT_OPENED, E.PAINTED_SEEN, E.END_REACHED)
    assert play.wait() == pytest.approx(cueing.DEFAULT_FRAME_S + cueing.END_MARGIN_S)
    assert play.did[-1:] == [A.TELL_ENDED]


def test_the_item_before_leaves_nothing_of_its_time() -> None:
    """A film opened again knows neither rate nor end of the one before it."""
    play = Play()
    play.held_film(1 / 9, 9.0)
    play.hear(E.START)
    play.now_mono += 20
    play.hear(E.CUE_FILM, E.PAINTED_SEEN, E.END_REACHED, E.START, E.END_REACHED)
    assert play.cueing.position_s(play.now_mono) is None
    assert play.wait() == pytest.approx(cueing.DEFAULT_FRAME_S + cueing.END_MARGIN_S)


def test_garbage_that_vlc_calls_a_success_fails() -> None:
    """Zeros, HTML and the like go from playing to the end without a picture."""
    play = Play()
    play.hear(E.CUE_FILM, E.END_REACHED)
    assert play.did[-1:] == [A.TELL_FAILED]
    assert play.cueing.why == "it ended without having shown a picture"


def test_a_stream_runs_hidden_until_its_turn() -> None:
    """A live stream waits for nobody: it is warm before it is told as cued, and only made loud at its start."""
    play = Play()
    play.hear(E.CUE_STREAM, E.OUTPUT_OPENED, E.PAINTED_SEEN)
    assert play.wait() == pytest.approx(cueing.WARM_S)
    assert play.did == [A.CLEAR_WINDOW, A.OPEN_MEDIA, A.CORRECT_TURNED, A.TELL_CUED]
    play.hear(E.HOLD)
    assert play.state() is S.RUNNING_HIDDEN, "nobody pauses what is hidden"
    play.hear(E.START)
    assert play.did[4:] == [A.SET_VOLUME]
    assert play.state() is S.RUNNING


@pytest.mark.parametrize("warm", [False, True])
def test_a_fetched_stream_that_ends_before_its_turn_fails(warm: bool) -> None:
    """ffmpeg's pipe has ended: there is nothing left to be shown."""
    play = Play()
    play.hear(E.CUE_STREAM, E.PAINTED_SEEN)
    if warm:
        play.wait()
    play.hear(E.RELAY_ENDED)
    assert play.cueing.why == "the stream ended before its turn"
    assert play.cueing.wake_mono is None


def test_a_still_is_held_and_shown_without_the_player() -> None:
    """No order of an image reaches libvlc, and what libvlc still says of the film before is passed over."""
    play = Play()
    play.hear(E.CUE_STILL, E.STILL_LOADED, E.END_REACHED, E.ERROR_MET, E.START, E.HOLD, E.PAUSE_TOOK_HOLD, E.CONTINUE)
    assert play.did == [A.LOAD_STILL, A.TELL_CUED]
    assert play.state() is S.STILL_SHOWN


def test_a_refusal_keeps_its_own_reason() -> None:
    """Pillow's, VLC's or ffmpeg's words go on to the office."""
    play = Play()
    play.hear(E.CUE_STILL)
    assert play.cueing.hear(E.OPENING_REFUSED, 1.0, "save it smaller") == (A.TELL_FAILED,)
    assert play.cueing.why == "save it smaller"


def test_a_cue_in_the_middle_of_another_one_begins_anew() -> None:
    """`goto` while an item is opened: the old wait is gone with the old item."""
    play = Play()
    play.hear(E.CUE_FILM, E.OUTPUT_OPENED, E.CUE_FILM)
    assert play.cueing.wake_mono is None
    assert play.state() is S.OPENING


def test_time_that_comes_too_early_does_nothing() -> None:
    """The loop asks at every turn; only the moment counts."""
    play = Play()
    play.hear(E.CUE_FILM, E.OUTPUT_OPENED)
    assert play.cueing.pass_time(play.now_mono + cueing.BLACK_START_S - 0.01) == ()
    assert play.state() is S.OPENING


WORLD = [event for event in CueEvent if event not in OWN]


@given(st.lists(st.tuples(st.sampled_from(WORLD), st.floats(0, 2)), max_size=60))
def test_whatever_comes_an_item_is_cued_once_and_over_once(story: list[tuple[CueEvent, float]]) -> None:
    """Any orders and news at any moments: no fault, and each cue is told at most once as cued and once as over."""
    machine, now_mono, cued, over = Cueing(), 0.0, 0, 0
    for event, waited_s in story:
        now_mono += waited_s
        actions = machine.pass_time(now_mono)
        if event in (E.CUE_FILM, E.CUE_STREAM, E.CUE_STILL, E.DROP):
            assert cued + (A.TELL_CUED in actions) <= 1
            cued = over = 0
            actions = ()
        actions += machine.hear(event, now_mono)
        if A.LOAD_STILL in actions:
            actions += machine.hear(E.STILL_LOADED, now_mono)
        cued += actions.count(A.TELL_CUED)
        over += actions.count(A.TELL_ENDED)
        assert cued <= 1
        assert over <= cued
        assert machine.wake_mono is None or machine.wake_mono >= now_mono


def lines_of_drawing() -> Iterator[str]:
    yield from re.findall(r"\b[A-Z]{4,}(?:_[A-Z]+)*\b", cueing.__doc__ or "")


def test_the_drawing_at_the_head_of_the_table_is_true() -> None:
    """Every state that the docstring draws exists, and none but NOTHING and PAUSED is missing from it."""
    assert set(lines_of_drawing()) == {state.name for state in CueState} - {"NOTHING", "PAUSED"}


def test_every_kind_of_item_can_be_cued() -> None:
    """A kind that the core knows and the decoder does not would end the decoder."""
    assert {kind.value for kind in MediaKind} == CUE_EVENTS.keys()
