"""A stick goes in while the whole daemon plays under Xvfb: what is on screen meanwhile, and when its first item comes."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.kit.bundles import PANEL, office_key, sign_folder
from tests.kit.captor import Captor, Run, clip_of
from tests.kit.numbered import make_numbered
from tests.kit.programs import end
from tests.kit.sticks import KINDS, Image, can_mount
from tests.kit.waiting import wait_for
from tests.kit.xvfb import running_xvfb

RATE = 30
CLIP_FRAMES = 30  # one second: what plays is finished first, and that wait is not the import's
STICK_CLIP = 9


@dataclass(frozen=True)
class Measured:
    """copy_s: cp, sync and sha256sum of the same files. black: runs of black. hold_frames: the longest, in frames."""

    copy_s: float
    on_screen_s: float
    black: int
    hold_frames: float
    frames: int


def make_content(folder: Path, total_bytes: int, clip: int, count: int = 10) -> None:
    """A playlist of numbered clips, made as large as wanted by a `free` box at the end, which players skip."""
    (folder / "media").mkdir(parents=True)
    plain = make_numbered(folder / "plain.mp4", clip, frames=CLIP_FRAMES, rate=str(RATE))
    raw = plain.read_bytes()
    plain.unlink()
    for number in range(count):
        rest = max(8, total_bytes // count - len(raw))
        box = struct.pack(">I4s", rest, b"free") + os.urandom(rest - 8)
        (folder / "media" / f"{number:02}.mp4").write_bytes(raw + box)
    (folder / "playlist.m3u8").write_text("".join(f"media/{number:02}.mp4\n" for number in range(count)))


@contextmanager
def running_daemon(folder: Path, display: str) -> Iterator[subprocess.Popen[bytes]]:
    config = folder / "config.toml"
    config.write_text(
        f'[panel]\nname = "{PANEL}"\nstate_folder = "{folder}/state"\n[content]\nfolder = "{folder}/content"\n'
        f'[trust]\nkeys = ["{office_key().public}"]\n[screen]\ndisplay = "{display}"\n'
        f'[usb]\nmode = "newest"\nmount_root = "{folder}/usb"\n'
    )
    (folder / "usb").mkdir()
    with open(folder / "daemon.log", "wb") as log:
        daemon = subprocess.Popen([sys.executable, "-m", "player", "run", "--config", str(config)], stderr=log)
        try:
            yield daemon
        finally:
            end(daemon, 15)


def forget(file: Path) -> None:
    """The stick is cold, as one that was just put in; what plays is not: a panel's memory is not emptied by a stick."""
    with file.open("rb") as image:
        os.fsync(image.fileno())
        os.posix_fadvise(image.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def time_copy(image: Image, folder: Path) -> float:
    """cp, sync and sha256sum of what is on the stick, from a cold cache."""
    forget(image.file)
    image.mount(read_only=True)
    began = time.monotonic()
    subprocess.run(["cp", "-r", str(image.root / "panel"), str(folder / "copy")], check=True)
    subprocess.run(["sync", "--file-system", str(folder)], check=True)
    files = [str(path) for path in (folder / "copy").rglob("*") if path.is_file()]
    subprocess.run(["sha256sum", *files], check=True, stdout=subprocess.DEVNULL)
    took_s = time.monotonic() - began
    image.unmount()
    return took_s


def longest_hold(runs: list[Run]) -> float:
    """In frames of the source, over everything between the first picture and the stick's first item."""
    return max((run.held_s for run in runs[1:-1] if isinstance(run.seen, tuple)), default=0.0) * RATE


def measure(folder: Path, total_bytes: int, *, steady: bool = False) -> Measured:
    """steady: how long frames stood is told too."""
    make_content(folder / "content", 0, 1, 4)
    kind = next(filter(can_mount, KINDS))
    image = Image.make(folder, kind, (total_bytes >> 20) * 5 // 4 + 32).mount()
    make_content(image.root / "panel", total_bytes, STICK_CLIP)
    later = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)  # newer than the folder's release will be
    sign_folder(image.root / "panel", created=later)
    image.unmount()
    copy_s = time_copy(image, folder)
    with running_xvfb() as display, running_daemon(folder, display), Captor(display, steady=steady) as captor:
        try:
            wait_for(lambda: clip_of(captor.last) == 1, 60, "the folder's content plays")
            time.sleep(3)  # the bench's, not a test's: what happens at the start is not measured here
            del captor.runs[:-1]
            forget(image.file)
            image.root = folder / "usb" / "sdb1"
            began = time.monotonic()
            image.mount(read_only=True)
            wait_for(lambda: clip_of(captor.last) == STICK_CLIP, 60 + total_bytes / 1e6, "the stick's first item")
            on_screen_s = time.monotonic() - began
            runs = [run for run in captor.runs if run.begin_s <= began + on_screen_s]
        finally:
            image.unmount()
    return Measured(copy_s, on_screen_s, sum(run.seen == "black" for run in runs), longest_hold(runs), len(runs))
