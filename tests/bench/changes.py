"""`python -m tests.bench.changes [--rounds N]`: promises 1-3 in numbers, on real pixels: black, holds, first and last frames.

What a test may not ask of a busy machine is asked here, with the promise's own numbers: no black frame, a hold of at most
two frames of the source, the first frame first and the last one last, the next item within 0.5 s of a crash and within 5 s
of a hang. Prints a table in Markdown; exit status 1 when a promise is broken. Leave the machine alone.
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from player.contract import commands as c
from tests.kit.captor import Captor, Run, clip_of
from tests.kit.encodings import AV1, H264, HEVC, MJPEG, MPEG2, VP9
from tests.kit.numbered import make_numbered
from tests.kit.rig import Rig, item_of
from tests.kit.waiting import wait_for
from tests.kit.xvfb import running_xvfb

MOST_HOLD_FRAMES = 2.0
CRASH_S = 0.5
HANG_S = 5.0
SAMPLE_S = 0.02
"""What a hold may be longer because the watcher samples: it is added to the limit of a hold."""
WAIT_S = 120.0


@dataclass(frozen=True, slots=True)
class Film:
    name: str
    clip: int
    frames: int
    rate: str
    size: tuple[int, int]
    codec: tuple[str, ...]

    def make(self, folder: Path) -> Path:
        return make_numbered(
            folder / self.name, self.clip, frames=self.frames, rate=self.rate, size=self.size, codec=self.codec
        )


FILMS = (
    Film("h264.mp4", 1, 45, "30", (1280, 720), H264),
    Film("small.mp4", 2, 40, "25", (640, 360), H264),
    Film("hevc.mp4", 3, 30, "30", (1280, 720), HEVC),
    Film("vp9.webm", 4, 30, "30", (1920, 1080), VP9),
    Film("transport.ts", 5, 40, "25", (1024, 576), H264),
    Film("mpeg2.ts", 6, 40, "25", (1024, 576), MPEG2),
    Film("program.mpg", 7, 40, "25", (1024, 576), MPEG2),
    Film("mjpeg.avi", 8, 30, "30", (1280, 720), MJPEG),
    Film("av1.mp4", 9, 24, "12", (640, 360), AV1),
    Film("short.mp4", 10, 15, "30", (1280, 720), H264),
)


@dataclass
class Score:
    """Of one film, over all its rounds."""

    film: Film
    rounds: int = 0
    first: int = 0
    last: int = 10**6
    hold_frames: float = 0.0

    @property
    def kept(self) -> bool:
        limit = MOST_HOLD_FRAMES + SAMPLE_S * float(self.film.rate)
        return self.rounds > 0 and self.first == 0 and self.last == self.film.frames - 1 and self.hold_frames <= limit


def plays_in(runs: list[Run]) -> list[list[Run]]:
    """The runs of one clip after the other; the first and the last play are cut, so they do not count."""
    plays: list[list[Run]] = []
    for run in runs:
        if plays and clip_of(plays[-1][-1].seen) == clip_of(run.seen):
            plays[-1].append(run)
        else:
            plays.append([run])
    return plays[1:-1]


def measure_changes(folder: Path, rounds: int) -> tuple[list[Score], list[str]]:
    """Every film after every other one; the scores, and each black run."""
    scores = {film.clip: Score(film) for film in FILMS}
    items = [item_of(film.make(folder)) for film in FILMS]
    with running_xvfb() as display, Rig(display, items) as rig, Captor(display, steady=True) as captor:
        wait_for(lambda: rig.state.playing.changes > rounds * len(FILMS), rounds * WAIT_S, "all rounds")
    for play in plays_in(captor.after_first_picture()):
        frames = [run.seen[1] for run in play if isinstance(run.seen, tuple)]
        if not frames:
            continue
        score = scores[int(clip_of(play[0].seen))]
        score.rounds += 1
        score.first, score.last = max(score.first, frames[0]), min(score.last, frames[-1])
        rate = float(score.film.rate)
        score.hold_frames = max([score.hold_frames, *((run.held_s - run.unseen_s) * rate for run in play)])
    return list(scores.values()), captor.black_story()


def measure_recovery(folder: Path, hurt: signal.Signals) -> tuple[float, list[str]]:
    """Seconds from hurting the visible decoder to the next item's picture; each black run."""
    long = item_of(make_numbered(folder / "long.mp4", 11, frames=900))
    other = item_of(make_numbered(folder / "other.mp4", 12, frames=900))
    with running_xvfb() as display, Rig(display, [long, other]) as rig, Captor(display, steady=True) as captor:
        wait_for(lambda: rig.state.playing.plays[1] and rig.state.playing.plays[1].phase == "cued", WAIT_S)
        rig.hurt_visible(hurt)
        hurt_mono = time.monotonic()
        wait_for(lambda: clip_of(captor.last) == 12, WAIT_S, "the next item")
        return time.monotonic() - hurt_mono, captor.black_story()


def measure_next(folder: Path) -> tuple[float, list[str]]:
    """Seconds from `next` to the picture that was held; each black run."""
    long = item_of(make_numbered(folder / "long.mp4", 11, frames=900))
    other = item_of(make_numbered(folder / "other.mp4", 12, frames=900))
    with running_xvfb() as display, Rig(display, [long, other]) as rig, Captor(display, steady=True) as captor:
        wait_for(lambda: rig.state.playing.plays[1] and rig.state.playing.plays[1].phase == "cued", WAIT_S)
        rig.order(c.Next())
        asked_mono = time.monotonic()
        wait_for(lambda: clip_of(captor.last) == 12, WAIT_S, "the next item")
        return time.monotonic() - asked_mono, captor.black_story()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    say = sys.stdout.write
    broken = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        scores, black = measure_changes(folder, rounds)
        say("| film | rounds | latest first frame | earliest last frame | longest hold (frames) | kept |\n")
        say("| --- | --- | --- | --- | --- | --- |\n")
        for score in scores:
            broken += not score.kept
            last = f"{score.last} of {score.film.frames - 1}"
            say(f"| {score.film.name} | {score.rounds} | {score.first} | {last} ")
            say(f"| {score.hold_frames:.1f} | {'yes' if score.kept else 'NO'} |\n")
        say("\n| what | seconds | limit | black runs | kept |\n| --- | --- | --- | --- | --- |\n")
        for what, limit_s, (took_s, more) in (
            ("next, the item is held", CRASH_S, measure_next(folder)),
            ("the visible decoder is killed", CRASH_S, measure_recovery(folder, signal.SIGKILL)),
            ("the visible decoder hangs", HANG_S, measure_recovery(folder, signal.SIGSTOP)),
        ):
            kept = took_s <= limit_s and not more
            broken += not kept
            say(f"| {what} | {took_s:.2f} | {limit_s} | {len(more)} | {'yes' if kept else 'NO'} |\n")
        for line in black:
            say(f"black: {line}\n")
        broken += bool(black)
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
