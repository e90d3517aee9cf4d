"""`python -m tests.bench.replaced`: how soon a decoder that was killed while it waited hidden is there again, with its item cued.

A real screen room under Xvfb plays two films of 1280x720; the hidden decoder gets SIGKILL once in each life of the room (the
pause before the next start grows with each death within a minute). Limit: 0.3 s, the median.
"""

from __future__ import annotations

import argparse
import signal
import statistics
import sys
import tempfile
import time
from pathlib import Path

from player.core.events import DecoderExited, DecoderReady, Event, ItemCued
from tests.bench.table import Row, print_table
from tests.kit.numbered import make_numbered
from tests.kit.rig import Rig, item_of, lend_zygote
from tests.kit.waiting import wait_for
from tests.kit.xvfb import running_xvfb

LIMIT_S = 0.3
REST_S = 3.0
"""The zygote has given back by then what only loading has read: the next decoder is forked as on a panel that plays for days."""
SIZE = (1280, 720)
STEPS = (DecoderExited, DecoderReady, ItemCued)


class Watched(Rig):
    """Notes when each event came."""

    def __init__(self, display: str, films: list[Path]) -> None:
        super().__init__(display, [item_of(film, size=SIZE) for film in films])
        self.heard: list[tuple[float, Event]] = []

    def _note_event(self, event: Event) -> None:
        self.heard.append((time.monotonic(), event))
        super()._note_event(event)

    def count(self, kind: type[Event]) -> int:
        return sum(isinstance(event, kind) for _, event in list(self.heard))


def replace_once(films: list[Path]) -> dict[str, float]:
    """Seconds from the kill to each step."""
    with running_xvfb() as display, Watched(display, films) as rig:
        assert isinstance(rig, Watched)  # Rig's __enter__ says less
        wait_for(lambda: rig.count(ItemCued) >= 2, 60, "both decoders have cued an item")
        time.sleep(REST_S)
        rig.heard.clear()
        killed_mono = time.monotonic()
        rig.hurt_hidden(signal.SIGKILL)
        wait_for(lambda: rig.count(ItemCued), 60, "the item is cued again")
        return {
            kind.__name__: next(mono for mono, event in rig.heard if isinstance(event, kind)) - killed_mono
            for kind in STEPS
        }


def main() -> int:
    words = argparse.ArgumentParser(prog="python -m tests.bench.replaced")
    words.add_argument("--rounds", type=int, default=5)
    lend_zygote()
    with tempfile.TemporaryDirectory(prefix="panel-bench-") as name:
        films = [
            make_numbered(Path(name) / f"{number}.mp4", number, frames=600, rate="30", size=SIZE) for number in (1, 2)
        ]
        rounds = [replace_once(films) for _ in range(words.parse_args().rounds)]
    rows = []
    for what, kind in (("its end is known", DecoderExited), ("another one is ready", DecoderReady)):
        rows.append(Row(what, f"{statistics.median(found[kind.__name__] for found in rounds):.3f} s", "", True))
    cued = [found[ItemCued.__name__] for found in rounds]
    told = f"{statistics.median(cued):.3f} s ({min(cued):.3f}-{max(cued):.3f})"
    rows.append(Row("its item is cued again", told, f"{LIMIT_S} s", statistics.median(cued) <= LIMIT_S))
    return 0 if print_table(f"A killed hidden decoder, median of {len(rounds)}", rows) else 1


if __name__ == "__main__":
    sys.exit(main())
