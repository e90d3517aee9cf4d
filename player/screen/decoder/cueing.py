"""What becomes of an item in a decoder: a table of states, of what may happen in each, and of what is then to be done.

Knows: the order in which libvlc does things, and for how long each of them may last. Touches nothing: time is passed in,
what is to be done is returned. Must not: import vlc, or know what an item is made of (decoder/vlc.py does both).

    film     OPENING_PAUSED --paused--> SHOWING_FIRST --painted--> FITTING_FIRST --> HELD --start--> RUNNING -->
             LAST_FRAME, ENDING --> ENDED (paused from its opening on, it shows nothing until it is rewound: then its first frame)
    other    OPENING --painted--> PAUSING --paused--> (settles) --> REWINDING --> HELD (a transport stream, a film of less than
    films    a second or of unknown length, and one that showed nothing above: played hidden until something is seen)
    few      OPENING --paused--> READ_WHOLE --painted--> FITTING_WHOLE --> HELD_WHOLE --start--> STEPPING --> ENDED
    frames   (VLC has read it to its end before anything was shown; its frames are shown one by one)
    tiny     READ_WHOLE --nothing painted--> OPENING_AGAIN --painted--> SEEN_AGAIN --paused--> READ_AGAIN --> HELD_WHOLE
             (of a film of one or two frames VLC's own readers leave the picture in the decoder, FFmpeg's do not)
    short    PAUSING, REWINDING, HELD --end--> ENDED_EARLY --start--> RUNNING (from its beginning, opened once more)
    stream   OPENING_STREAM --painted--> WARMING --> RUNNING_HIDDEN --start--> RUNNING (a live stream waits for nobody)
    still    LOADING_STILL --loaded--> STILL_HELD --start--> STILL_SHOWN

Its length is the table's: a part of it could not be read without the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from types import MappingProxyType

BLACK_START_S = 0.5
"""A film may begin with black, which no sample of the pixels tells from nothing: so long after VLC opened its output the
first frame counts as painted. The same wait ends a pause that VLC never reports."""
LONGEST_BLACK_START_S = 3.0
"""But while VLC itself says that it has shown no picture yet, the machine is only slow, and the wait begins again, up to
this: with twenty processes on two cores a 1080p film was raised black after the half second (2026-11-25)."""
SETTLE_S = 0.06
"""From libvlc's `Paused` until the picture stands still: the vout finishes the frame that it is drawing."""
WARM_S = 0.3
"""A stream runs hidden for so long after its first picture: VLC has fitted its output to the window by then."""
REWIND_S = 0.12
"""From set_time(0) on the paused player to its first frame in the window: 3-5 ms measured at 720p30; VLC redraws a
paused picture every 80 ms at the latest. libvlc tells nothing of it, so it is waited for."""
REWIND_PAINTS = 2.0
LONGEST_REWIND_S = 1.0
"""A busy machine needs longer: with twelve processes on two cores 1080p VP9 needed 0.13-0.21 s from VLC's opened output to
the first pixels, and showed frame 4 after 0.12 s of rewinding (2026-11-25). So the wait is twice what those pixels took."""
DEFAULT_FRAME_S = 0.04
LONGEST_FRAME_S = 30.0
"""A film of pictures, one every few seconds, is shown to its end; what a broken file says of its rate is not believed."""
PAUSED_FROM_S = 1.0
"""A film of at least this length is paused from its opening on. A shorter one may have been read to its end by then, and its
few frames lie in the decoder (READ_WHOLE)."""
END_MARGIN_S = 0.012
"""libvlc tells the end when the last frame has left the decoder, up to one frame before it is in the window (measured
2026-11-22: at 12 frames a second the last frame was never seen); so the end is told when the frame has had its time."""


class CueState(Enum):
    """Where an item is. The names of the states of a cued item end in HELD, except RUNNING_HIDDEN and ENDED_EARLY."""

    NOTHING = auto()
    OPENING_PAUSED = auto()
    SHOWING_FIRST = auto()
    FITTING_FIRST = auto()
    OPENING = auto()
    READ_WHOLE = auto()
    FITTING_WHOLE = auto()
    OPENING_AGAIN = auto()
    SEEN_AGAIN = auto()
    READ_AGAIN = auto()
    PAUSING = auto()
    REWINDING = auto()
    HELD = auto()
    HELD_WHOLE = auto()
    ENDED_EARLY = auto()
    OPENING_STREAM = auto()
    WARMING = auto()
    RUNNING_HIDDEN = auto()
    LOADING_STILL = auto()
    STILL_HELD = auto()
    STILL_SHOWN = auto()
    RUNNING = auto()
    PAUSED = auto()
    STEPPING = auto()
    LAST_FRAME = auto()
    ENDING = auto()
    ENDED = auto()


class CueEvent(Enum):
    """What happens to an item: orders of the daemon, news of libvlc, time that has passed, the outcome of an action."""

    CUE_FILM = auto()
    CUE_REWINDABLE = auto()  # a film whose container can be rewound to its first frame
    CUE_STREAM = auto()
    CUE_STILL = auto()
    PAINTED_SEEN = auto()  # the stage sees the first pixels of this item in the window
    START = auto()
    HOLD = auto()
    CONTINUE = auto()
    DROP = auto()
    OUTPUT_OPENED = auto()  # libvlc: Vout
    PAUSE_TOOK_HOLD = auto()  # libvlc: Paused, asked for or at the end (play-and-pause)
    SHORT_PAUSED = auto()  # the same of an item that is shorter than PAUSED_FROM_S, or whose length is not known
    END_REACHED = auto()
    RELAY_ENDED = auto()  # the end of a stream that ffmpeg fetches
    ERROR_MET = auto()
    TIME_PASSED = auto()
    NOTHING_SHOWN = auto()  # the same while opening, when VLC says that it has shown no picture yet
    LAST_TIME_PASSED = auto()  # the same while stepping, when no frame is left
    STILL_LOADED = auto()
    OPENING_REFUSED = auto()  # VLC, ffmpeg or Pillow refuses the item; the reason comes with it


class Action(Enum):
    """What decoder/vlc.py does, in this order."""

    CLEAR_WINDOW = auto()  # the item before leaves the window, and the stage is told
    OPEN_MEDIA = auto()
    OPEN_PAUSED = auto()  # the same; VLC reads it, and shows nothing
    OPEN_BY_FFMPEG = auto()  # the same, with FFmpeg's reader of its container
    LOAD_STILL = auto()
    CORRECT_TURNED = auto()  # what VLC forgets when a turned picture comes in
    PAUSE = auto()
    UNPAUSE = auto()
    REWIND = auto()
    SHOW_NEXT_FRAME = auto()
    DRAW_AGAIN = auto()  # the same picture, fitted to the window
    SET_VOLUME = auto()
    TELL_CUED = auto()
    TELL_ENDED = auto()
    TELL_FAILED = auto()
    LEAVE_WINDOW = auto()  # the item is dropped


class Wait(Enum):
    """Until when; a transition without one lets the wait that goes on go on."""

    NEVER = auto()
    BLACK_START = auto()
    LONGEST_BLACK_START = auto()
    SETTLE = auto()
    WARM = auto()
    FIT = auto()  # until the picture is fitted to the window
    REWIND = auto()
    ONE_FRAME = auto()
    LAST_FRAME = auto()  # until the last frame is due, at most one frame's time
    END = auto()  # until the last frame has had its time
    END_MARGIN = auto()


class RunningTime(Enum):
    """What a transition does to the count of the time that the item has left."""

    BEGIN = auto()
    STOP = auto()
    GO_ON = auto()


@dataclass(frozen=True, slots=True)
class Transition:
    """why: what the daemon is told when the item fails here."""

    state: CueState
    actions: tuple[Action, ...] = ()
    wait: Wait | None = None
    running: RunningTime | None = None
    why: str = ""


class CueingError(Exception):
    """Something happened that cannot happen in this state: a fault of decoder/vlc.py."""


_S, _E, _A, _W = CueState, CueEvent, Action, Wait


def _fail(why: str) -> Transition:
    return Transition(_S.NOTHING, (_A.TELL_FAILED,), _W.NEVER, why=why)


_FROM_ANYWHERE = {
    _E.CUE_FILM: Transition(_S.OPENING, (_A.CLEAR_WINDOW, _A.OPEN_MEDIA), _W.NEVER),
    _E.CUE_REWINDABLE: Transition(_S.OPENING_PAUSED, (_A.CLEAR_WINDOW, _A.OPEN_PAUSED), _W.NEVER),
    _E.CUE_STREAM: Transition(_S.OPENING_STREAM, (_A.CLEAR_WINDOW, _A.OPEN_MEDIA), _W.NEVER),
    _E.CUE_STILL: Transition(_S.LOADING_STILL, (_A.LOAD_STILL,), _W.NEVER),
    _E.DROP: Transition(_S.NOTHING, (_A.LEAVE_WINDOW,), _W.NEVER),
}
_ERROR = {_E.ERROR_MET: _fail("VLC met an error while playing it")}
_REFUSED = {_E.OPENING_REFUSED: _fail("")}
_NO_PICTURE = _fail("it ended without having shown a picture")
_RELAY_TOO_EARLY = {_E.RELAY_ENDED: _fail("the stream ended before its turn")}
_FILM_PAINTED = Transition(_S.PAUSING, (_A.CORRECT_TURNED, _A.PAUSE))
"""The wait for a black start goes on: it ends a pause that VLC never reports."""
_STREAM_PAINTED = Transition(_S.WARMING, (_A.CORRECT_TURNED,), _W.WARM)
_FIT = Transition(_S.FITTING_WHOLE, (_A.DRAW_AGAIN,), _W.REWIND)
"""VLC may draw its first picture before it knows its window's size, and draws a paused one again every 80 ms: but not when
it was asked for the next frame and has none. A film of one frame was raised as a small picture in a corner of a black window,
10-50 ms, in one of twenty changes on a busy machine (2026-11-26)."""
_FEW_PAINTED = Transition(_S.HELD_WHOLE, (_A.CORRECT_TURNED, _A.TELL_CUED), _W.NEVER)
_READ_TO_ITS_END = Transition(_S.READ_WHOLE, (_A.SHOW_NEXT_FRAME,))
"""So short that VLC read it to its end before it showed anything: its frames are shown one by one."""
_READ_AND_NOT_SEEN = Transition(_S.OPENING_AGAIN, (_A.OPEN_BY_FFMPEG,), _W.NEVER)
"""A poster saved as a film of one frame with B-frames switched on was black for its whole time (2026-11-25)."""
_SHORTER_THAN_CUEING = Transition(_S.ENDED_EARLY, (_A.TELL_CUED,), _W.NEVER)
_LAST_FRAME_WAITS = Transition(_S.LAST_FRAME, (), _W.LAST_FRAME)
"""VLC pauses at the item's end (play-and-pause): the last frame may still wait to be shown."""
_LAST_FRAME_IS_OUT = Transition(_S.ENDING, (), _W.END)
_OVER = Transition(_S.ENDED, (_A.TELL_ENDED,), _W.NEVER)


def _opening(state: CueState, painted: Transition) -> dict[CueEvent, Transition]:
    """The rows of a state in which nothing of the item has been seen in the window yet."""
    return {
        **_ERROR,
        _E.OUTPUT_OPENED: Transition(state, (), _W.BLACK_START),
        _E.PAINTED_SEEN: painted,
        _E.TIME_PASSED: painted,
        _E.NOTHING_SHOWN: Transition(state, (), _W.BLACK_START),
        _E.PAUSE_TOOK_HOLD: _READ_TO_ITS_END,
        _E.END_REACHED: _NO_PICTURE,
        _E.RELAY_ENDED: _NO_PICTURE,
    }


_ROWS: dict[CueState, dict[CueEvent, Transition]] = {
    _S.NOTHING: {},
    _S.OPENING_PAUSED: {
        **_opening(_S.OPENING_PAUSED, _FILM_PAINTED),
        **_REFUSED,
        _E.PAUSE_TOOK_HOLD: Transition(_S.SHOWING_FIRST, (_A.REWIND,), _W.BLACK_START),
        _E.SHORT_PAUSED: Transition(_S.OPENING, (_A.UNPAUSE,), _W.NEVER),
    },
    _S.SHOWING_FIRST: {  # 15 ms at 720p30, 50 ms in 1080p VP9 (2026-11-26); after the wait it is played, to find out why not
        **_ERROR,
        _E.OUTPUT_OPENED: Transition(_S.SHOWING_FIRST, (), _W.BLACK_START),
        _E.PAINTED_SEEN: Transition(_S.FITTING_FIRST, (_A.CORRECT_TURNED,), _W.FIT),
        _E.TIME_PASSED: Transition(_S.OPENING, (_A.UNPAUSE,), _W.BLACK_START),
        _E.END_REACHED: _NO_PICTURE,
    },
    _S.FITTING_FIRST: {
        **_ERROR,
        _E.TIME_PASSED: Transition(_S.HELD, (_A.TELL_CUED,), _W.NEVER),
        _E.END_REACHED: _SHORTER_THAN_CUEING,
    },
    _S.OPENING: {**_opening(_S.OPENING, _FILM_PAINTED), **_REFUSED},
    _S.OPENING_STREAM: {**_opening(_S.OPENING_STREAM, _STREAM_PAINTED), **_REFUSED},
    _S.READ_WHOLE: {**_opening(_S.READ_WHOLE, _FIT), _E.TIME_PASSED: _READ_AND_NOT_SEEN},
    _S.FITTING_WHOLE: {
        **_ERROR,
        **_RELAY_TOO_EARLY,
        _E.TIME_PASSED: _FEW_PAINTED,
        _E.END_REACHED: _SHORTER_THAN_CUEING,
    },
    _S.OPENING_AGAIN: {
        **_opening(_S.OPENING_AGAIN, _FEW_PAINTED),
        **_REFUSED,
        _E.PAINTED_SEEN: Transition(_S.SEEN_AGAIN, (), _W.NEVER),
        _E.PAUSE_TOOK_HOLD: Transition(_S.READ_AGAIN, (_A.SHOW_NEXT_FRAME,), _W.LONGEST_BLACK_START),
    },
    _S.SEEN_AGAIN: {
        **_ERROR,
        _E.PAUSE_TOOK_HOLD: Transition(_S.READ_AGAIN, (), _W.REWIND),
        _E.END_REACHED: _SHORTER_THAN_CUEING,
        _E.RELAY_ENDED: _NO_PICTURE,
    },
    _S.READ_AGAIN: {
        **_ERROR,
        _E.PAINTED_SEEN: Transition(_S.READ_AGAIN, (_A.DRAW_AGAIN,), _W.REWIND),  # raised at once it was black for 4 ms
        _E.TIME_PASSED: _FEW_PAINTED,
        _E.END_REACHED: _NO_PICTURE,
        _E.RELAY_ENDED: _NO_PICTURE,
    },
    _S.PAUSING: {
        **_ERROR,
        _E.PAUSE_TOOK_HOLD: Transition(_S.PAUSING, (), _W.SETTLE),
        _E.TIME_PASSED: Transition(_S.REWINDING, (_A.REWIND,), _W.REWIND),
        _E.END_REACHED: _SHORTER_THAN_CUEING,
    },
    _S.REWINDING: {
        **_ERROR,
        _E.TIME_PASSED: Transition(_S.HELD, (_A.TELL_CUED,), _W.NEVER),
        _E.END_REACHED: _SHORTER_THAN_CUEING,
    },
    _S.HELD: {
        **_ERROR,
        _E.START: Transition(_S.RUNNING, (_A.UNPAUSE, _A.SET_VOLUME), _W.NEVER, RunningTime.BEGIN),
        _E.END_REACHED: Transition(_S.ENDED_EARLY, (), _W.NEVER),
    },
    _S.HELD_WHOLE: {
        **_ERROR,
        **_RELAY_TOO_EARLY,
        _E.START: Transition(_S.STEPPING, (_A.SET_VOLUME,), _W.ONE_FRAME, RunningTime.BEGIN),
        _E.END_REACHED: Transition(_S.ENDED_EARLY, (), _W.NEVER),
    },
    _S.ENDED_EARLY: {
        **_ERROR,
        _E.START: Transition(_S.RUNNING, (_A.OPEN_MEDIA, _A.SET_VOLUME), _W.NEVER),
    },
    _S.WARMING: {
        **_ERROR,
        **_RELAY_TOO_EARLY,
        _E.END_REACHED: _fail("the stream ended before its turn"),
        _E.TIME_PASSED: Transition(_S.RUNNING_HIDDEN, (_A.TELL_CUED,), _W.NEVER),
    },
    _S.RUNNING_HIDDEN: {
        **_ERROR,
        **_RELAY_TOO_EARLY,
        _E.START: Transition(_S.RUNNING, (_A.SET_VOLUME,)),
        _E.PAUSE_TOOK_HOLD: _LAST_FRAME_WAITS,
        _E.END_REACHED: _LAST_FRAME_IS_OUT,
    },
    _S.RUNNING: {
        **_ERROR,
        **_REFUSED,
        _E.HOLD: Transition(_S.PAUSED, (_A.PAUSE,), None, RunningTime.STOP),
        _E.PAUSE_TOOK_HOLD: _LAST_FRAME_WAITS,
        _E.END_REACHED: _LAST_FRAME_IS_OUT,
        _E.RELAY_ENDED: _LAST_FRAME_IS_OUT,
    },
    _S.PAUSED: {
        **_ERROR,
        _E.CONTINUE: Transition(_S.RUNNING, (_A.UNPAUSE,), None, RunningTime.GO_ON),
        _E.END_REACHED: Transition(_S.ENDING, (), _W.END_MARGIN),
        _E.RELAY_ENDED: Transition(_S.ENDING, (), _W.END_MARGIN),
    },
    _S.STEPPING: {
        **_ERROR,
        _E.TIME_PASSED: Transition(_S.STEPPING, (_A.SHOW_NEXT_FRAME,), _W.ONE_FRAME),
        _E.LAST_TIME_PASSED: _OVER,
    },
    _S.LAST_FRAME: {**_ERROR, _E.TIME_PASSED: Transition(_S.ENDING, (_A.SHOW_NEXT_FRAME,), _W.END)},
    _S.ENDING: {**_ERROR, _E.TIME_PASSED: _OVER},
    _S.ENDED: {**_ERROR},
    _S.LOADING_STILL: {**_REFUSED, _E.STILL_LOADED: Transition(_S.STILL_HELD, (_A.TELL_CUED,))},
    _S.STILL_HELD: {_E.START: Transition(_S.STILL_SHOWN)},
    _S.STILL_SHOWN: {},
}

TRANSITIONS = MappingProxyType({state: MappingProxyType({**_FROM_ANYWHERE, **rows}) for state, rows in _ROWS.items()})
"""State -> event -> what follows. A pair that is not here is ignored or an error, by IGNORED."""

_CROSSED = "the daemon's orders cross on their way with an end or a failure that it has not read yet"
_ABOUT_BEFORE = "libvlc tells from its own threads, so some news comes when the item is already further, or a still"
IGNORED = MappingProxyType(
    {
        _E.PAINTED_SEEN: "the stage tells of pixels that may have come before the wait for a black start was over",
        _E.START: _CROSSED,
        _E.HOLD: f"{_CROSSED}; and a still or a film of a few frames is not paused, the core counts its time",
        _E.CONTINUE: _CROSSED,
        _E.OUTPUT_OPENED: "VLC opens its output again for each attempt at hardware decoding, and after a rewind",
        _E.PAUSE_TOOK_HOLD: f"a pause that was asked for is seen in the picture; {_ABOUT_BEFORE}",
        _E.END_REACHED: f"the last frame has its time by the clock; {_ABOUT_BEFORE}",
        _E.RELAY_ENDED: f"the last frame has its time by the clock; {_ABOUT_BEFORE}",
        _E.ERROR_MET: _ABOUT_BEFORE,
    }
)
"""Event -> why it means nothing in the states that have no row for it. The other events are this process's own doing:
where they have no row they are a CueingError."""

WAITS_S = MappingProxyType(
    {
        _W.BLACK_START: BLACK_START_S,
        _W.LONGEST_BLACK_START: LONGEST_BLACK_START_S,
        _W.SETTLE: SETTLE_S,
        _W.WARM: WARM_S,
        _W.REWIND: REWIND_S,
        _W.END_MARGIN: END_MARGIN_S,
    }
)
PLAYER_MOVES = frozenset({_S.RUNNING_HIDDEN, _S.RUNNING, _S.PAUSED})
"""States in which libvlc knows how far the item is."""
VLC_COUNTS = frozenset({_S.OPENING_PAUSED, _S.OPENING, _S.OPENING_AGAIN, _S.OPENING_STREAM})
"""States in which what VLC says of the pictures that it has shown is asked for."""
CUES = frozenset({_E.CUE_FILM, _E.CUE_REWINDABLE, _E.CUE_STREAM, _E.CUE_STILL})
"""A new item."""
CLOCK_MOVES = frozenset({_S.STEPPING, _S.LAST_FRAME, _S.ENDING})
"""States in which libvlc stands at the item's end while its frames still have their time."""


class Cueing:
    """One item after the other through the table; `wake_mono` is when `pass_time` wants to be called, None: not at all."""

    def __init__(self) -> None:
        self.state = CueState.NOTHING
        self.wake_mono: float | None = None
        self.why = ""
        self._frame_s = DEFAULT_FRAME_S
        self._length_s: float | None = None
        self._end_mono: float | None = None
        self._left_s: float | None = None
        self._output_mono: float | None = None
        self._paint_s = 0.0
        self._fits_at_once = False

    def hear(self, event: CueEvent, now_mono: float, why: str = "") -> tuple[Action, ...]:
        """What is to be done now, in this order. why: the reason of an OPENING_REFUSED; `self.why` tells a failure's."""
        transition = TRANSITIONS[self.state].get(event)
        if transition is None:
            if event in IGNORED:
                return ()
            raise CueingError(f"{event.name} cannot happen in {self.state.name}")
        if event in CUES:
            self.measure(0.0, None)
            self._end_mono = self._left_s = self._output_mono = None
            self._paint_s = 0.0
        elif event is CueEvent.OUTPUT_OPENED:
            self._output_mono = now_mono
        elif event is CueEvent.PAINTED_SEEN and self._output_mono is not None:
            self._paint_s = now_mono - self._output_mono
        self.why = transition.why or why
        self._count(transition.running, now_mono)
        if transition.wait is not None:
            self.wake_mono = self._wake_after(transition.wait, now_mono)
        self.state = transition.state
        return transition.actions

    def is_due(self, now_mono: float) -> bool:
        """Whether `pass_time` has something to do."""
        return self.wake_mono is not None and now_mono >= self.wake_mono

    def pass_time(self, now_mono: float, frames_shown: int | None = None) -> tuple[Action, ...]:
        """To be called at `wake_mono` or later; before it, nothing is to be done. frames_shown: by VLC, None: unknown."""
        if not self.is_due(now_mono):
            return ()
        self.wake_mono = None
        opened_s = now_mono - (self._output_mono if self._output_mono is not None else now_mono)
        if self.state in VLC_COUNTS and frames_shown == 0 and opened_s < LONGEST_BLACK_START_S:
            return self.hear(CueEvent.NOTHING_SHOWN, now_mono)
        is_last = self.state is CueState.STEPPING and self._time_left_s(now_mono) <= self._frame_s / 2
        return self.hear(CueEvent.LAST_TIME_PASSED if is_last else CueEvent.TIME_PASSED, now_mono)

    def expect(self, *, fits_at_once: bool) -> None:
        """fits_at_once: the film is as large as its window, so that its first picture is there as soon as anything is."""
        self._fits_at_once = fits_at_once

    def measure(self, frames_per_second: float, length_s: float | None) -> None:
        """What VLC knows of the held film, before START; 0 and None: it does not know."""
        rate = frames_per_second
        self._frame_s = min(1 / rate, LONGEST_FRAME_S) if rate > 0 else DEFAULT_FRAME_S
        self._length_s = length_s

    def position_s(self, now_mono: float) -> float | None:
        """How far the item is while VLC stands at its end (CLOCK_MOVES): that is no hang. None: unknown."""
        if self.state not in CLOCK_MOVES or self._end_mono is None or self._length_s is None:
            return None
        return max(0.0, self._length_s - self._end_mono + now_mono)

    def _count(self, running: RunningTime | None, now_mono: float) -> None:
        match running:
            case RunningTime.BEGIN if self._length_s is not None:
                self._end_mono = now_mono + self._length_s
            case RunningTime.STOP if self._end_mono is not None:
                self._left_s, self._end_mono = self._end_mono - now_mono, None
            case RunningTime.GO_ON if self._left_s is not None:
                self._end_mono, self._left_s = now_mono + self._left_s, None

    def _time_left_s(self, now_mono: float, unknown_s: float = 0.0) -> float:
        return unknown_s if self._end_mono is None else self._end_mono - now_mono

    def _wake_after(self, wait: Wait, now_mono: float) -> float | None:
        match wait:
            case Wait.NEVER:
                return None
            case Wait.FIT if self._fits_at_once:
                return now_mono
            case Wait.FIT | Wait.REWIND:
                return now_mono + min(max(REWIND_S, REWIND_PAINTS * self._paint_s), LONGEST_REWIND_S)
            case Wait.ONE_FRAME:
                return now_mono + self._frame_s
            case Wait.LAST_FRAME:
                left_s = self._time_left_s(now_mono, self._frame_s) - self._frame_s
                return now_mono + min(max(0.0, left_s), self._frame_s)
            case Wait.END:
                left_s = self._time_left_s(now_mono, self._frame_s)
                return now_mono + min(max(0.0, left_s), self._frame_s) + END_MARGIN_S
            case _:
                return now_mono + WAITS_S[wait]
