"""`python -m tests.bench.peers [--minutes N]`: cvlc, mpv, a plain python-vlc script and ours, on the same clips.

One after the other in one run, each on a fresh X server of its own; the clips carry their numbers in the picture, so
every look at the screen says which frame of which clip is there. Prints a table in Markdown. Leave the machine alone.
An older commit beside this one: `--only ours --beside /path/to/its/checkout` (with a .venv of its own).
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.contenders import CONTENDERS, Contender, ours_beside, packages_missing
from tests.kit.captor import Captor, Run, clip_of
from tests.kit.checkout import Checkout
from tests.kit.encodings import CLIPS
from tests.kit.numbered import make_numbered
from tests.kit.programs import end
from tests.kit.supervised import Supervised
from tests.kit.tree import cpu_of_tree_s, measure, tree_of
from tests.kit.waiting import wait_for
from tests.kit.xvfb import running_xvfb

CLIP_S = 4
SAME = ((1, "30"), (11, "30"), (12, "30"), (13, "30"))
MIXED = (1, 2, 3, 4, 5)
WARM_UP_S = 6.0
STARTS = 5
KILLS = 3
KILL_WATCH_S = 12.0
SCREEN_HZ = 60


@dataclass(frozen=True, slots=True)
class Clip:
    """One numbered film."""

    path: Path
    number: int
    rate: float
    frames: int


@dataclass
class Score:
    """What one contender did with one set of clips. None or empty: not measured."""

    name: str
    clips: str
    changes: int = 0
    black_frames: list[float] = field(default_factory=list)
    holds: list[float] = field(default_factory=list)
    skipped: list[int] = field(default_factory=list)
    cut: list[int] = field(default_factory=list)
    looks_a_second: float = 0.0
    cpu_percent: float = 0.0
    pss_mb: float = 0.0
    starts_s: list[float] = field(default_factory=list)
    black_s: dict[str, list[float]] = field(default_factory=dict)


def make_clips(folder: Path) -> dict[str, list[Clip]]:
    """same: four of 1280x720 at 30 frames a second in H.264; mixed: five sizes, codecs and rates."""
    sets: dict[str, list[Clip]] = {"same": [], "mixed": []}
    for number, rate in SAME:
        path = make_numbered(folder / f"same{number}.mp4", number, frames=CLIP_S * int(rate), rate=rate)
        sets["same"].append(Clip(path, number, float(rate), CLIP_S * int(rate)))
    for number in MIXED:
        name, _, rate, size, codec = CLIPS[number - 1]
        frames = CLIP_S * int(rate)
        path = make_numbered(folder / f"mixed-{name}", number, frames=frames, rate=rate, size=size, codec=codec)
        sets["mixed"].append(Clip(path, number, float(rate), frames))
    return sets


@contextlib.contextmanager
def running_stage(contender: Contender) -> Iterator[str]:
    """A fresh X server, with a window manager for those who need one."""
    with running_xvfb(options=("-background", "none")) as display:
        if not contender.manager:
            yield display
            return
        words = [sys.executable, "-m", "tests.bench.tiny_wm", display]
        manager = subprocess.Popen(words, stdout=subprocess.PIPE)
        try:
            assert manager.stdout is not None
            assert manager.stdout.readline() == b"ready\n"
            yield display
        finally:
            end(manager)


def first_frame_s(player: Supervised, captor: Captor, within_s: float = 30) -> float:
    """From the start of the process to the first frame of a clip on screen."""
    wait_for(lambda: any(isinstance(run.seen, tuple) for run in list(captor.runs)), within_s, "a first frame")
    first = next(run for run in list(captor.runs) if isinstance(run.seen, tuple))
    return first.begin_s - player.started_mono


def play(contender: Contender, clips: Sequence[Clip], score: Score, minutes: float, work: Path) -> None:
    """Black, holds, skipped frames, CPU and memory of so many minutes of playing."""
    with (
        running_stage(contender) as display,
        Captor(display, steady=True) as captor,
        contender.begin(display, [clip.path for clip in clips], work) as player,
    ):
        first_frame_s(player, captor)
        time.sleep(WARM_UP_S)
        pid = player.pid
        assert pid is not None, f"{contender.name} ended; see {work}"
        begin_s, cpu_s, looks = time.monotonic(), cpu_of_tree_s(pid), captor.looks
        sizes = []
        while time.monotonic() < begin_s + minutes * 60:
            time.sleep(min(5.0, max(0.1, begin_s + minutes * 60 - time.monotonic())))
            sizes.append(measure(tree_of(pid)).pss_bytes / 1e6)
        seconds = time.monotonic() - begin_s
        score.cpu_percent = 100 * (cpu_of_tree_s(pid) - cpu_s) / seconds
        score.looks_a_second = (captor.looks - looks) / seconds
        score.pss_mb = statistics.median(sizes)
        runs = [run for run in list(captor.runs)[:-1] if run.begin_s > begin_s]
    judge(runs, clips, score)


def judge(runs: Sequence[Run], clips: Sequence[Clip], score: Score) -> None:
    """From what was seen to the numbers. A change is the first frame of one clip after the last of another."""
    by_number = {clip.number: clip for clip in clips}
    frames = [run for run in runs if isinstance(run.seen, tuple) and run.seen[0] in by_number]
    for run in frames:
        score.holds.append(run.held_s * by_number[int(clip_of(run.seen))].rate)
    for before, after in itertools.pairwise(frames):
        assert isinstance(before.seen, tuple)
        assert isinstance(after.seen, tuple)
        if before.seen[0] == after.seen[0]:
            continue
        score.changes += 1
        black_s = sum(
            run.held_s for run in runs if run.seen == "black" and before.begin_s < run.begin_s < after.begin_s
        )
        score.black_frames.append(black_s * SCREEN_HZ)
        score.skipped.append(after.seen[1])
        score.cut.append(by_number[before.seen[0]].frames - 1 - before.seen[1])


def start_often(contender: Contender, clips: Sequence[Clip], score: Score, work: Path) -> None:
    """Each time on a fresh X server; ours has its library from the time before, as on a panel."""
    for _ in range(STARTS):
        with (
            running_stage(contender) as display,
            Captor(display, steady=True) as captor,
            contender.begin(display, [clip.path for clip in clips], work) as player,
        ):
            score.starts_s.append(first_frame_s(player, captor))


def kill_often(contender: Contender, clips: Sequence[Clip], score: Score, work: Path) -> None:
    """SIGKILL in the middle of playing, several times; how long the screen is black within some seconds after it."""
    for how in contender.kills:
        score.black_s[how] = []
        with (
            running_stage(contender) as display,
            Captor(display, steady=True) as captor,
            contender.begin(display, [clip.path for clip in clips], work) as player,
        ):
            first_frame_s(player, captor)
            for number in range(KILLS):
                time.sleep(2.0 + 0.7 * number)  # at different moments of a clip
                killed_s = time.monotonic()
                assert contender.kill(how, player, display), f"{contender.name}: nothing to kill"
                time.sleep(KILL_WATCH_S)
                black = [run for run in list(captor.runs) if run.seen == "black" and run.begin_s >= killed_s]
                score.black_s[how].append(sum(run.held_s for run in black))


# ---- the table


def number_of(values: Sequence[float], form: str = "{:.2f}") -> str:
    return form.format(statistics.mean(values)) if values else "-"


def rows_of(scores: Sequence[Score]) -> list[list[str]]:
    """One column for each score, one row for each thing that was measured."""
    base = {score.clips: score for score in scores if score.name == "cvlc"}

    def ratio(score: Score, value: float, of: str) -> str:
        reference = getattr(base[score.clips], of) if score.clips in base else 0
        return f" ({value / reference:.2f} x cvlc)" if reference else ""

    rows = [["", *(f"{score.name}, {score.clips}" for score in scores)]]
    rows.append(["changes of item", *(str(score.changes) for score in scores)])
    rows.append(["black frames per change, at 60 Hz", *(number_of(score.black_frames) for score in scores)])
    rows.append(["most black frames in one change", *(f"{max(s.black_frames, default=0):.1f}" for s in scores)])
    rows.append(["longest hold, in frames of the source", *(f"{max(s.holds, default=0):.1f}" for s in scores)])
    late = [sum(hold > 2 for hold in score.holds) for score in scores]
    rows.append(["frames held longer than two", *(str(count) for count in late)])
    rows.append(["first frames skipped, per change", *(number_of(score.skipped) for score in scores)])
    rows.append(["last frames cut, per change", *(number_of(score.cut) for score in scores)])
    rows.append(["CPU of a core", *(f"{s.cpu_percent:.1f} %{ratio(s, s.cpu_percent, 'cpu_percent')}" for s in scores)])
    rows.append(["PSS of the tree", *(f"{s.pss_mb:.0f} MB{ratio(s, s.pss_mb, 'pss_mb')}" for s in scores)])
    starts = [f"{statistics.median(s.starts_s):.2f} s" if s.starts_s else "-" for s in scores]
    rows.append(["start to first frame (median of 5)", *starts])
    for how in ("player", "visible layer"):
        words = [
            f"{statistics.median(s.black_s[how]):.2f} s (most {max(s.black_s[how]):.2f})" if how in s.black_s else "-"
            for s in scores
        ]
        rows.append([f"black after SIGKILL of the {how}", *words])
    rows.append(["looks a second", *(f"{score.looks_a_second:.0f}" for score in scores)])
    return rows


def print_table(scores: Sequence[Score]) -> None:
    rows = rows_of(scores)
    for number, row in enumerate(rows):
        sys.stdout.write(f"| {' | '.join(row)} |\n")
        if not number:
            sys.stdout.write("| " + " | ".join("---" for _ in row) + " |\n")
    sys.stdout.flush()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.peers")
    parser.add_argument("--minutes", type=float, default=3, help="of playing, for each player and set of clips")
    names = [c.name for c in CONTENDERS]
    parser.add_argument("--only", nargs="*", default=names, choices=names, help="some of the players")
    parser.add_argument("--sets", nargs="*", default=["same", "mixed"])
    parser.add_argument("--no-kills", action="store_true")
    parser.add_argument("--no-starts", action="store_true")
    parser.add_argument("--beside", type=Path, action="append", default=[], metavar="CHECKOUT",
                        help="another checkout of the player, measured in the same run")  # fmt: skip
    options = parser.parse_args()
    contenders = [c for c in CONTENDERS if c.name in options.only] + [ours_beside(each) for each in options.beside]
    if missing := packages_missing(contenders):
        sys.stderr.write(
            f"not installed here: {', '.join(missing)}. As root: apt-get install --no-install-recommends "
            f"{' '.join(missing)} (or leave some players out, as with: --only ours)\n"
        )
        return 2
    for checkout in (Checkout.here(), *map(Checkout.at, options.beside)):
        checkout.compile()
    scores = []
    with tempfile.TemporaryDirectory(prefix="panel-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # VLC runs as somebody else
        sets = make_clips(folder)
        for which in options.sets:
            for contender in contenders:
                work = folder / f"{contender.name.replace(' ', '-')}-{which}"
                work.mkdir(mode=0o755)
                score = Score(contender.name, which)
                sys.stderr.write(f"{time.strftime('%H:%M:%S')} {contender.name} on the {which} set\n")
                play(contender, sets[which], score, options.minutes, work)
                if not options.no_starts and which == "same":
                    start_often(contender, sets[which], score, work)
                if not options.no_kills and which == "same":
                    kill_often(contender, sets[which], score, work)
                scores.append(score)
                print_table(scores[-1:])
    sys.stdout.write("\n")
    print_table(scores)
    return 0


if __name__ == "__main__":
    sys.exit(main())
