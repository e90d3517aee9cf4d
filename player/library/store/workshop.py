"""What every import works with: the store, what is known about files, the settings, the panel's zone, the region's size.

Knows: nothing more. Touches nothing. Must not: import anything by itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import tzinfo

from player.library.renditions.recipes import Canvas
from player.library.store.known_files import KnownFiles
from player.library.store.store import Store
from player.settings.models import ContentSection

UNKNOWN = Canvas(1280, 720)
"""Until the screen has told its region: what is made for this size is shown, scaled, until it is made anew."""


class Easel:
    """The canvas for which renditions are made now. The screen's news puts it, imports read it, each in a thread of its own."""

    def __init__(self, canvas: Canvas = UNKNOWN) -> None:
        self.canvas = canvas

    def put(self, canvas: Canvas) -> bool:
        """Whether it is another one."""
        before, self.canvas = self.canvas, canvas
        return before != canvas


@dataclass(frozen=True, slots=True)
class Workshop:
    """Made once by the library's room. zone: the panel's."""

    store: Store
    known_files: KnownFiles
    content: ContentSection
    zone: tzinfo
    easel: Easel = field(default_factory=Easel)
