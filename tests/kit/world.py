"""A small world for the director: layers that become ready, cue and end in simulated time; no threads, no clock.

`World.run(seconds)` lets time pass and keeps what was asked, with its moment, in `log`.
"""

from __future__ import annotations

import heapq
import itertools
import math
import signal
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from player.base.clocks import ClockTrust, Now
from player.bundle.source import Source
from player.contract.commands import Command, Order
from player.core import effects as f
from player.core import events as e
from player.core.director import take_turn, wake_at
from player.core.model import MediaItem, MediaKind, Playlist, Release, SavedState, Schedule
from player.core.state import EndedPlay, Play, Rules, RunState, State

START = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
READY_S = 0.3
CUE_S = 0.3


def clip(name: str, seconds: float = 4.0) -> MediaItem:
    return MediaItem(name, f"/library/{name}", f"hash-{name}", MediaKind.VIDEO, 1000, None, seconds)


def image(name: str, seconds: float = 10.0) -> MediaItem:
    return MediaItem(name, f"/library/{name}", f"hash-{name}", MediaKind.IMAGE, 1000, seconds)


def release(
    *items: MediaItem, number: int = 1, schedule: Schedule | None = None, **named: Sequence[MediaItem]
) -> Release:
    playlists = [Playlist("default", tuple(items))] if items else []
    playlists += [Playlist(name, tuple(some)) for name, some in named.items()]
    return Release(
        Source.FOLDER, number, START, tuple(playlists), schedule or Schedule(ZoneInfo("Asia/Jakarta")), files=len(items)
    )


class World:
    """bad: names that fail while cueing. silent: names of which no picture ever comes.
    hardware_bad: only when not decoded in software.
    disk_full: why no state can be saved. lost: names whose file has gone from the library. dark: names of black pictures.
    pictures_lost: name -> how many pictures its decoder says to have lost. cue_s, cued_length_s: how long it takes to cue,
    and the length that VLC then tells, where they are not as usual. slowness: so many times its length a film needs;
    frozen_after_s: from then on its picture stands.

    dimmable: the screen has a gamma table. letterless: letters that no font has; reads_letters: the screen answers.
    deaf: layers whose decoder obeys nothing (it hangs).
    stopped: layers whose decoder is suspended; as in decoder/child.py every order wakes it, and until then it says nothing.
    loudness: the volume with which a layer's item was started. ended: every play that left the screen.
    """

    def __init__(self, rules: Rules | None = None, saved: SavedState | None = None, wall: datetime = START) -> None:
        self.mono = 1000.0
        self.wall = wall
        self.state = State(rules or Rules(), RunState(self.mono))
        self.log: list[tuple[float, f.Effect]] = []
        self.ended: list[EndedPlay] = []
        self.bad: set[str] = set()
        self.silent: set[str] = set()
        self.cue_s: dict[str, float] = {}
        self.cued_length_s: dict[str, float] = {}
        self.pictures_lost: dict[str, int] = {}
        self.slowness: dict[str, float] = {}
        self.frozen_after_s: dict[str, float] = {}
        self.hardware_bad: set[str] = set()
        self.lost: set[str] = set()
        self.dark: set[str] = set()
        self.deaf: set[int] = set()
        self.stopped: set[int] = set()
        self.dimmable = True
        self.letterless = ""
        self.reads_letters = True
        self.disk_full = ""
        self.loudness: dict[int, int] = {}
        self._news: list[tuple[float, int, e.Event]] = []
        self._count = itertools.count()
        self._generation: dict[int, int] = {}
        self._cued: dict[int, f.CueItem] = {}
        self.started = self.mono
        self.beats = True
        self.tell(e.Started(saved or SavedState(), "1", "test-01"))
        self.tell(e.ClockChecked(ClockTrust.SYNCED))

    # ---- for tests

    @property
    def now(self) -> Now:
        return Now(self.wall, self.mono)

    def open(self, *items: MediaItem) -> World:
        if items:
            self.tell(e.ReleaseAdopted(release(*items)))
        self.tell(e.StageOpened(1280, 720, (0, 0, 1280, 720)))
        return self

    def tell(self, event: e.Event) -> list[f.Effect]:
        turn = take_turn(self.state, event, self.now)
        self.state = turn.s
        self.ended += turn.ended
        for effect in turn.effects:
            self.log.append((round(self.mono - self.started, 3), effect))
            self._react(effect)
        return turn.effects

    def order(self, order: Order, name: str = "c1") -> list[f.Effect]:
        return self.tell(e.CommandArrived(Command(name, order)))

    def run(self, seconds: float) -> None:
        end = self.mono + seconds
        beat = self.mono + 1.0
        turns = 0
        while True:
            turns += 1
            assert turns < 100 * (seconds + 1), "the director spins"
            news = self._news[0][0] if self._news else end
            moment = min(end, news, beat, max(self.mono, wake_at(self.state, self.now)))
            self._pass(moment)
            if moment >= end:
                return
            if self._news and self._news[0][0] <= self.mono:
                self.tell(heapq.heappop(self._news)[2])
            elif self.mono >= beat:
                beat += 1.0
                self._beat()
            else:
                self.tell(e.Tick())

    def pass_time(self, seconds: float) -> None:
        """Nothing is heard meanwhile."""
        self._pass(self.mono + seconds)

    def step_wall(self, by: timedelta) -> None:
        self.wall += by

    def started_items(self, since_s: float = 0.0) -> list[tuple[float, str]]:
        """(seconds, path) of each item that came on screen."""
        cued = {c.play_id: c.item.path for _, c in self.log if isinstance(c, f.CueItem)}
        return [(at, cued[s.play_id]) for at, s in self.log if isinstance(s, f.StartItem) and at >= since_s]

    def asked(self, kind: type[f.Effect], since_s: float = 0.0) -> list[f.Effect]:
        return [effect for at, effect in self.log if isinstance(effect, kind) and at >= since_s]

    def replies(self, name: str) -> list[str]:
        return [r.stage for _, r in self.log if isinstance(r, f.SendReply) and r.command_id == name]

    def kill(self, layer: int, number: signal.Signals = signal.SIGKILL) -> None:
        self._cued.pop(layer, None)
        self.tell(e.DecoderExited(layer, self._generation[layer], f"killed by {number.name}", number))

    # ---- the world's answers

    def _pass(self, moment: float) -> None:
        self.wall += timedelta(seconds=moment - self.mono)
        self.mono = moment

    def _later(self, seconds: float, event: e.Event) -> None:
        heapq.heappush(self._news, (self.mono + seconds, next(self._count), event))

    def _beat(self) -> None:
        for layer, generation in list(self._generation.items()):
            cued = self._cued.get(layer)
            if layer not in self.deaf | self.stopped and self.beats:
                play = self.state.playing.plays[layer]
                played_s = self._played_s(play) if play else 0.0
                frames = int(played_s * 30) if play else None
                lost = self.pictures_lost.get(play.item.path, 0) if play else None
                self.tell(
                    e.DecoderBeat(layer, generation, cued.play_id if cued else 0, played_s, frames, 70_000_000, lost)
                )

    def _played_s(self, play: Play) -> float:
        """A film moves until its end, whether that is told or not."""
        played_s = self.mono - (play.started_mono or self.mono)
        ends_s = (play.item.length_s or math.inf) * self.slowness.get(play.item.path, 1.0)
        frozen_s = self.frozen_after_s.get(play.item.path, math.inf)
        return played_s if play.item.kind is not MediaKind.VIDEO else min(played_s, ends_s, frozen_s)

    def _stop_or_wake(self, effect: f.Effect) -> None:
        match effect:
            case f.SuspendDecoder(layer, generation, True) if self._generation.get(layer) == generation:
                self.stopped.add(layer)
            case f.SuspendDecoder(layer, generation, False) if self._generation.get(layer) == generation:
                self.stopped.discard(layer)
            case f.StartDecoder() | f.KillDecoder() | f.CueItem() | f.StartItem() | f.HoldItem() | f.ContinueItem():
                self.stopped.discard(effect.layer)
            case f.DropItem(layer) | f.SetVolume(layer):
                self.stopped.discard(layer)
            case _:
                pass

    def _react(self, effect: f.Effect) -> None:
        self._stop_or_wake(effect)
        match effect:
            case f.StartDecoder(layer, generation):
                self._generation[layer] = generation
                self._cued.pop(layer, None)
                self.deaf.discard(layer)
                self._later(READY_S, e.DecoderReady(layer, generation))
            case f.KillDecoder(layer, generation):
                self._later(0.1, e.DecoderExited(layer, generation, "killed by SIGKILL", signal.SIGKILL))
            case f.CueItem(layer, play_id, item) if layer not in self.deaf:
                self._cued[layer] = effect
                if item.path in self.silent:
                    return
                if item.path in self.lost:
                    self._later(0.01, e.ItemLost(layer, play_id))
                elif item.path in self.bad or (item.path in self.hardware_bad and not effect.software):
                    self._later(0.05, e.ItemFailed(layer, play_id, "no picture"))
                else:
                    length_s = self.cued_length_s.get(item.path, item.length_s or 0.0) or None
                    self._later(
                        self.cue_s.get(item.path, CUE_S),
                        e.ItemCued(layer, play_id, length_s, item.path not in self.dark),
                    )
            case f.StartItem(layer, play_id) if layer not in self.deaf:
                self.loudness[layer] = effect.volume
                item = self._cued[layer].item
                if item.kind is MediaKind.VIDEO and item.length_s is not None:
                    self._later(item.length_s * self.slowness.get(item.path, 1.0), e.ItemEnded(layer, play_id))
            case f.ShowCard(card):  # the screen draws at once
                self.tell(e.CardShown(card))
            case f.FindLetters(command_id, text) if self.reads_letters:
                missing = "".join(char for char in text if char in self.letterless)
                self._later(0.2, e.LettersFound(command_id, missing, "fonts-noto-cjk" if missing else ""))
            case f.SaveState(_, command_id) if command_id:  # the disk answers at once
                self.tell(e.StateSaved(command_id, not self.disk_full, self.disk_full))
            case f.SetBrightness(percent, command_id):
                why = "" if self.dimmable else "this display cannot be dimmed"
                self._later(0.01, e.BrightnessSet(percent, command_id, why))
            case _:
                pass
