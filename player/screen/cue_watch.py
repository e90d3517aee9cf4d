"""What a decoder tells as cued is passed on when its picture is in the layer's window.

Knows: which cued items are not seen yet, and until when they are waited for. Touches: X, through the stage.
Must not: judge an item: a film that begins with black is passed on, only later.

libvlc opens its output again when a held film is rewound. On a machine that is starved of its processors the decoder's
wait (REWIND_S) is over before the new output has drawn anything, and the film would be raised black: 1 of 16 jumps under a
load of ten, 2026-11-25.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from player.core.events import Event, ItemCued
from player.screen.stage import Stage

UNSEEN_S = 1.0
"""A film that begins with black is cued so much later, while the item before it still plays."""


class CueWatch:
    def __init__(self, stage: Stage, post: Callable[[Event], None], unseen_s: float = UNSEEN_S) -> None:
        self._stage = stage
        self._post = post
        self._unseen_s = unseen_s
        self._unseen: dict[int, tuple[ItemCued, float]] = {}

    def hear_cued(self, cued: ItemCued, mono: float) -> None:
        """Passed on now, or when something is drawn in the window, or when its time is up."""
        self._unseen[cued.layer] = (cued, mono + self._unseen_s)
        self.see_paint(cued.layer)

    def see_paint(self, layer: int) -> None:
        """Something may have been drawn in the layer."""
        if layer in self._unseen:
            self._stage.rearm(layer)
            if self._stage.windows.painted_at_all(layer):
                self._pass_on(layer, lit=True)

    def check_time(self, mono: float) -> None:
        for layer, (_, until_mono) in list(self._unseen.items()):
            if mono >= until_mono:
                self._pass_on(layer, lit=False)

    def forget(self, layer: int) -> None:
        """The layer gets another item, or none."""
        self._unseen.pop(layer, None)

    def _pass_on(self, layer: int, *, lit: bool) -> None:
        cued, _ = self._unseen.pop(layer)
        self._post(replace(cued, lit=lit))
