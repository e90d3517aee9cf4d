"""What a picture of the guest's monitor shows, in one word.

Knows: the colours of the stories' films and of the player's cards. Touches nothing.
Must not: take pictures (guest.py does).
"""

from __future__ import annotations

import itertools
import threading
import time
from types import TracebackType

import numpy as np

from tests.vm.guest import CACHE, LEAST_S, Guest, Pixels

FILMS = {"red": (200, 30, 30), "green": (30, 160, 30), "blue": (40, 40, 200), "stick": (200, 150, 20)}
CARD = (12, 20, 32)
"""The ground of the waiting and the trouble card (screen/drawing/colours.py)."""
NEAR = 36
"""A film's colours come out of H.264 and a colour matrix a little changed."""
MOST = 0.6


def name_sight(pixels: Pixels, size: tuple[int, int]) -> str:
    """A film's name, "card", "black", "firmware" (the monitor is not yet in the panel's mode), "torn" or "strange".

    Torn: the upper part is one film or card and the lower part another. QEMU's screendump reads the picture while the
    guest, ten times slower than a machine, is drawing it.
    """
    if (pixels.shape[1], pixels.shape[0]) != size:
        return "firmware"
    pixels = pixels[: pixels.shape[0] * 3 // 4]  # below it the technician's strip may stand
    if pixels.max() < 12:
        return "black"
    rows = {
        name: (np.abs(pixels.astype(np.int16) - colour).max(axis=2) < near).mean(axis=1)
        for name, colour, near in [*((n, c, NEAR) for n, c in FILMS.items()), ("card", CARD, 3)]
    }
    for name, share in rows.items():
        if share.mean() > MOST:
            return name
    named = [next((name for name, share in rows.items() if share[at] > MOST), "") for at in range(len(pixels))]
    parts = [name for name, _ in itertools.groupby(named)]
    return "torn" if len(parts) == 2 and "" not in parts else "strange"


class Watch:
    """Looks at the monitor again and again; `runs` tells what was seen: [(second since power on, sight), ...]."""

    def __init__(self, guest: Guest, every_s: float = 0.5) -> None:
        self._guest = guest
        self._every_s = every_s
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch")
        self.seen: list[tuple[float, str]] = []

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join(60)

    def _run(self) -> None:
        while not self._stop.wait(self._every_s):
            pixels = self._guest.look()
            sight = name_sight(pixels, self._guest.size)
            begins = not self.seen or self.seen[-1][1] != sight
            self.seen.append((round(self._guest.age_s, 1), sight))
            if sight == "strange" and begins:
                # Beside the images: pytest removes the folder of a test before somebody has looked.
                np.save(CACHE / f"strange-{self._guest.folder.name}-{len(self.seen)}.npy", pixels)

    def first(self, sights: tuple[str, ...] = tuple(FILMS)) -> float | None:
        return next((at_s for at_s, sight in self.seen if sight in sights), None)

    def wait_for(self, sights: tuple[str, ...], within_s: float) -> float:
        """Waits until one of these is seen from now on; the second since power on."""
        within_s = max(within_s, LEAST_S)
        skip, deadline = len(self.seen), time.monotonic() + within_s
        while time.monotonic() < deadline:
            for at_s, sight in self.seen[skip:]:
                if sight in sights:
                    return at_s
            time.sleep(0.1)
        raise AssertionError(f"none of {sights} within {within_s} s; seen: {self.runs()[-10:]}")

    def runs(self) -> list[tuple[float, str]]:
        """Each change of sight, with the second at which it began."""
        changes: list[tuple[float, str]] = []
        for at_s, sight in self.seen:
            if not changes or changes[-1][1] != sight:
                changes.append((at_s, sight))
        return changes
