"""`python -m tests.bench.library_live`: does the picture keep its promise while content comes in? (root, for the stick)

The real daemon plays numbered clips under Xvfb: alone, while 2 GB are imported, while a stick of 200 MB is. Beside it, so
that it can be seen what the machine itself does: `cvlc`, alone and while `cp` + `sha256sum` of the same 2 GB run.
Limits: 0 black frames, no hold over two source frames. A hold is told as "seen for" to "at most": where
they differ much, the watcher itself was kept from looking.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench.contenders import CONTENDERS
from tests.bench.library_import import copy_and_hash, drop_caches, make_media
from tests.bench.peers import running_stage
from tests.bench.table import Row, print_table
from tests.kit.captor import Captor, Seen, clip_of
from tests.kit.numbered import make_numbered
from tests.kit.stick_story import measure, running_daemon
from tests.kit.waiting import wait_for
from tests.kit.xvfb import running_xvfb

RATE = 30
CLIPS = (1, 2, 3, 4)
CLIP_FRAMES = 60
WARM_UP_S = 5.0
HOLD_LIMIT_FRAMES = 2.0
SLACK_FRAMES = 0.25
"""A frame is held for a whole number of the screen's looks (5 ms): that much is the watcher's grain."""


@dataclass(frozen=True, slots=True)
class Hold:
    """One frame on screen, in frames of the source: it was seen for `least`, and stood for `most` at the most."""

    seen: Seen
    at_s: float
    least: float
    most: float

    @property
    def over(self) -> bool:
        return self.least > HOLD_LIMIT_FRAMES + SLACK_FRAMES


@dataclass(frozen=True, slots=True)
class Watched:
    """What was on screen while something else was done, which took so long."""

    what: str
    took_s: float
    black: int
    holds: Sequence[Hold]
    bound: bool = True

    def row(self) -> Row:
        assert self.holds, f"{self.what}: nothing moved"
        over = sum(hold.over for hold in self.holds)
        least, most = max(hold.least for hold in self.holds), max(hold.most for hold in self.holds)
        said = f"{self.black:3} black   hold {least:4.1f} to {most:4.1f} ({over} over)   {self.took_s:5.1f} s"
        return Row(self.what, said, "0 black, hold 2", (not self.black and not over) if self.bound else None)


def watch_closely(captor: Captor) -> None:
    """The watcher's thread comes first: what it is kept from seeing cannot be judged."""
    with contextlib.suppress(OSError):  # not root
        os.setpriority(os.PRIO_PROCESS, captor.thread_id, -10)


def watch(captor: Captor, what: str, work: Callable[[], object], *, bound: bool = True) -> Watched:
    """Does `work` and tells what was seen meanwhile; each hold over the limit goes to stderr."""
    began = time.monotonic()
    work()
    ended = time.monotonic()
    runs = [run for run in list(captor.runs) if began < run.begin_s < ended]
    black = sum(run.seen == "black" for run in runs)
    holds = [
        Hold(run.seen, run.begin_s - began, run.held_s * RATE, (after.begin_s - run.begin_s) * RATE)
        for run, after in itertools.pairwise(runs)
        if isinstance(run.seen, tuple)
    ]
    for hold in holds:
        if hold.over:
            told = f"{hold.seen} held for {hold.least:.1f} to {hold.most:.1f} frames, at {hold.at_s:.2f} s"
            sys.stderr.write(f"  {what}: {told}\n")
    return Watched(what, ended - began, black, holds, bound)


def release_number(log: Path) -> int:
    return log.read_text().count("folder release ")


def watch_ours(folder: Path, media: Path, alone_s: float, *, cold: bool) -> list[Watched]:
    content = folder / "content"
    (content / "playlists").mkdir(parents=True)
    for clip in CLIPS:
        make_numbered(content / f"{clip}.mp4", clip, frames=CLIP_FRAMES, rate=str(RATE))
    (content / "playlist.m3u8").write_text("".join(f"{clip}.mp4\n" for clip in CLIPS))
    names = "".join(f"../media/{path.name}\n" for path in sorted(media.iterdir()))
    with (
        running_xvfb(options=("-background", "none")) as display,
        running_daemon(folder, display),
        Captor(display, steady=True) as seen,
    ):
        watch_closely(seen)
        wait_for(lambda: clip_of(seen.last) in CLIPS, 60, "the folder's content plays")
        time.sleep(WARM_UP_S)
        found = [watch(seen, "ours, alone", lambda: time.sleep(alone_s))]
        drop_caches() if cold else subprocess.run(["sync"], check=True)

        def bring_in() -> None:
            media.rename(content / "media")
            (content / "playlists" / "new.m3u8").write_text(names)
            wait_for(lambda: release_number(folder / "daemon.log") == 2, 600, "the import")

        found.append(watch(seen, "ours, importing", bring_in))
        found.append(watch(seen, "ours, just after it", lambda: time.sleep(alone_s)))
    (content / "media").rename(media)
    return found


def watch_cvlc(folder: Path, media: Path, alone_s: float, *, cold: bool) -> list[Watched]:
    folder.mkdir(mode=0o755)
    clips = [make_numbered(folder / f"{clip}.mp4", clip, frames=CLIP_FRAMES, rate=str(RATE)) for clip in CLIPS]
    cvlc = CONTENDERS[0]
    with running_stage(cvlc) as display, cvlc.begin(display, clips, folder), Captor(display, steady=True) as seen:
        watch_closely(seen)
        wait_for(lambda: clip_of(seen.last) in CLIPS, 60, "cvlc plays")
        time.sleep(WARM_UP_S)
        found = [watch(seen, "cvlc, alone", lambda: time.sleep(alone_s), bound=False)]
        drop_caches() if cold else subprocess.run(["sync"], check=True)
        found.append(
            watch(seen, "cvlc, beside cp + sha256sum", lambda: copy_and_hash(media, folder / "copy"), bound=False)
        )
    return found


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--megabytes", type=int, default=2000)
    words.add_argument("--stick-mb", type=int, default=200, help="0: no stick")
    words.add_argument("--alone-seconds", type=float, default=15)
    words.add_argument("--cold", action="store_true", help="the new files are not in the page cache")
    words.add_argument("--no-cvlc", action="store_true")
    words.add_argument("--folder", default=None, help="on which disk")
    asked = words.parse_args()
    rows = []
    with tempfile.TemporaryDirectory(dir=asked.folder) as name:
        root = Path(name)
        root.chmod(0o755)  # VLC runs as somebody else
        media = root / "fresh"
        media.mkdir()
        make_media(media, asked.megabytes, 20)
        (root / "ours").mkdir()
        rows += [one.row() for one in watch_ours(root / "ours", media, asked.alone_seconds, cold=asked.cold)]
        if asked.stick_mb:
            (root / "stick").mkdir()
            stick = measure(root / "stick", asked.stick_mb * 1_000_000, steady=True)
            held = f"{stick.black} black, hold {stick.hold_frames:.1f}, {stick.on_screen_s:.1f} s"
            good = not stick.black and stick.hold_frames <= HOLD_LIMIT_FRAMES + SLACK_FRAMES
            rows.append(Row("ours, a stick", held, "0 black, hold 2", good))
        if not asked.no_cvlc:
            rows += [one.row() for one in watch_cvlc(root / "cvlc", media, asked.alone_seconds, cold=asked.cold)]
    return 0 if print_table(f"the picture while {asked.megabytes} MB come in", rows) else 1


if __name__ == "__main__":
    sys.exit(main())
