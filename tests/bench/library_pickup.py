"""`python -m tests.bench.library_pickup`: from the last byte written to the new item cued; and a long playlist.

The real daemon, with its layers on an X server of its own, in this process, so that its events can be timed. "Cued": the
hidden layer has painted the item's first frame and holds it.
Limits: settle time + 0.5 s until the item is cued; a playlist of 100,000 lines parsed within 1 s, memory bounded.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import threading
import time
import tracemalloc
from datetime import UTC
from pathlib import Path

from player.core.effects import CueItem, Effect
from player.core.events import Event, ItemCued, ReleaseAdopted, StopRequested
from player.daemon import Daemon
from player.library.content.m3u import parse_m3u
from player.settings.models import ContentSection, PanelSection, ScreenSection, Settings, UsbSection
from tests.bench.table import Row, print_table
from tests.kit.clips import make_clip
from tests.kit.waiting import wait_for
from tests.kit.xvfb import running_xvfb

SETTLE_S = 2.0
LIMIT_S = 0.5
ROUNDS = 9
LONG_S = 120.0
"""What plays meanwhile: longer than all rounds, so that the new item is always the next one."""


class NotingDaemon(Daemon):
    """The daemon; each event and each cueing is noted with its moment (monotonic seconds)."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.adopted_s: list[float] = []
        self.cued: dict[str, float] = {}
        self._items: dict[int, str] = {}

    def _take(self, until_mono: float) -> Event:
        event = super()._take(until_mono)
        match event:
            case ReleaseAdopted():
                self.adopted_s.append(time.monotonic())
            case ItemCued(_, play_id, _) if play_id in self._items:
                self.cued.setdefault(self._items[play_id], time.monotonic())
        return event

    def _perform(self, effect: Effect) -> None:
        if isinstance(effect, CueItem):
            self._items[effect.play_id] = effect.item.path
        super()._perform(effect)

    def end(self) -> None:
        self._inbox.put(StopRequested("the bench is over"))


def drop_files(daemon: NotingDaemon, content: Path, clip: Path) -> list[tuple[float, float]]:
    """One new file after another, each of which comes right after what plays; (adopted, cued) seconds after the
    settle time."""
    found = []
    try:
        wait_for(lambda: "a.mp4" in daemon.cued, 60, "the first item")
        time.sleep(5)
        for n in range(ROUNDS):
            target, adoptions = content / f"b{99 - n}.mp4", len(daemon.adopted_s)
            with target.open("wb") as file:
                file.write(clip.read_bytes() + (9).to_bytes(4, "big") + b"free" + bytes([n]))
            due = time.monotonic() + SETTLE_S
            wait_for(lambda name=target.name: name in daemon.cued, 30, target.name)  # type: ignore[misc]
            found.append((daemon.adopted_s[adoptions] - due, daemon.cued[target.name] - due))
    finally:
        daemon.end()
    return found


def time_pickups() -> list[tuple[float, float]]:
    found: list[tuple[float, float]] = []
    with tempfile.TemporaryDirectory() as name, running_xvfb() as display:
        root = Path(name)
        content = root / "content"
        content.mkdir()
        clip = make_clip(root / "clip.mp4", seconds=2)
        shutil.move(make_clip(root / "long.mp4", seconds=LONG_S, size="640x360"), content / "a.mp4")
        settings = Settings(
            panel=PanelSection(name="bench-01", state_folder=root / "state"),
            content=ContentSection(folder=content, settle_seconds=SETTLE_S),
            screen=ScreenSection(display=display),
            usb=UsbSection(mode="off"),
        )
        daemon = NotingDaemon(settings)
        hands = threading.Thread(target=lambda: found.extend(drop_files(daemon, content, clip)))
        hands.start()
        daemon.run()  # in the main thread: it catches signals
        hands.join()
    return found


def main() -> int:
    found = time_pickups()
    adopted, cued = [pair[0] for pair in found], [pair[1] for pair in found]
    text = "".join(f"#EXTINF:10,Title {n}\nmedia/{n}.mp4\n" for n in range(50_000)).encode()
    began = time.perf_counter()
    parse_m3u(text, "playlist.m3u8", UTC)
    parsing = time.perf_counter() - began
    tracemalloc.start()
    parse_m3u(text, "playlist.m3u8", UTC)
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    assert len(found) == ROUNDS, "the daemon ended early"
    good = print_table(
        f"picking up ({ROUNDS} files, beyond the settle time), and a playlist of 100,000 lines",
        [
            Row("last byte to release, median", f"{statistics.median(adopted) * 1000:.0f} ms"),
            Row("last byte to release, worst", f"{max(adopted) * 1000:.0f} ms"),
            Row(
                "last byte to cued, median",
                f"{statistics.median(cued) * 1000:.0f} ms",
                f"{LIMIT_S * 1000:.0f} ms",
                statistics.median(cued) <= LIMIT_S,
            ),
            Row(
                "last byte to cued, worst",
                f"{max(cued) * 1000:.0f} ms",
                f"{LIMIT_S * 1000:.0f} ms",
                max(cued) <= LIMIT_S,
            ),
            Row("parsing", f"{parsing:.2f} s", "1 s", parsing <= 1),
            Row("memory while parsing", f"{peak:.0f} MB"),
        ],
    )
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
