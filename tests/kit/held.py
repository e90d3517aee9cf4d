"""What a layer's own window holds at the moments that count: when its item is about to be raised, and when the item ended.

A layer keeps its pixels while it is covered, so this is what the decoder painted, not what a watcher happened to see: the
answer is the same on a machine that is too busy to be watched.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import xcffib

from player.screen.windows import LAYERS
from player.screen.x11.server import XServer
from tests.kit.captor import Seen, clip_of
from tests.kit.numbered import read_code


@dataclass(frozen=True, slots=True)
class Held:
    """path: the item's. seen: (clip, frame) in the middle of the layer's own window, or "black", or "other"."""

    path: str
    seen: Seen


@dataclass
class HeldFrames:
    """`with HeldFrames(display) as held:`; a Rig reads the windows as it goes."""

    display: str
    raised: list[Held] = field(default_factory=list)
    ended: list[Held] = field(default_factory=list)

    def __enter__(self) -> HeldFrames:
        self._server = XServer(self.display).__enter__()
        self._tree: Any = xcffib.connect(display=self.display)
        self._layers: list[int] = []
        return self

    def __exit__(self, *_: object) -> None:
        self._server.__exit__()
        self._tree.disconnect()

    def clips_ended_at(self, frames: dict[int, int]) -> set[int]:
        """The clips that have ended at least once with their last frame in the window; frames: clip -> its count."""
        seen = [each.seen for each in list(self.ended) if isinstance(each.seen, tuple)]
        return {clip for clip, frame in seen if frame == frames[clip] - 1}

    def clips_raised(self) -> list[int | str]:
        return [clip_of(each.seen) for each in list(self.raised)]

    def most_begin_first(self) -> bool:
        """Whether more than half were raised with their first frame.

        libvlc does not tell when a rewound film shows its first frame, so on a machine that is starved of its processors a
        film may be raised some frames late; tests/bench/changes.py asks for all of them.
        """
        first = [each for each in list(self.raised) if isinstance(each.seen, tuple) and each.seen[1] == 0]
        return len(first) * 2 > len(self.raised)

    def note_raise(self, layer: int, path: str) -> None:
        self.raised.append(Held(path, self.read(layer)))

    def note_end(self, layer: int, path: str) -> None:
        self.ended.append(Held(path, self.read(layer)))

    def find_layers(self) -> None:
        """Of the stage that has just been opened: its frame is its only child with children, and the layers come first."""
        (stage,) = self._server.marked_windows()
        (frame,) = [child for child in self._children(stage) if self._children(child)]
        self._layers = sorted(self._children(frame))[:LAYERS]

    def read(self, layer: int) -> Seen:
        width, height = self._server.width, self._server.height
        return read_code(self._server.grab(self._layers[layer], (0, height // 2, width, 1)), width)

    def _children(self, window: int) -> list[int]:
        return [int(child) for child in self._tree.core.QueryTree(window).reply().children]
