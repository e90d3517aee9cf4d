"""How a picture comes to lie on the panel: its own orientation, the panel's rotation and the fit, composed in one place.

Knows: the eight orientations that a film or a photo can have, and what follows from them. Touches nothing.
Must not: know how VLC or Pillow turns a picture (screen/decoder/options.py and screen/drawing/picture.py do).
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, cast

Turn = Literal[0, 90, 180, 270]


@dataclass(frozen=True, slots=True)
class Orientation:
    """How stored pixels become upright: first mirrored left to right, then turned by so many degrees clockwise."""

    turn: Turn = 0
    mirrored: bool = False

    @classmethod
    def of(cls, degrees: int, *, mirrored: bool = False) -> Orientation:
        """degrees: clockwise, a multiple of 90."""
        return cls(cast(Turn, degrees % 360), mirrored)

    @property
    def swaps_sides(self) -> bool:
        """Whether what is stored as width is seen as height."""
        return self.turn % 180 != 0

    def then_turned(self, degrees: int) -> Orientation:
        """On a panel that is itself hung turned: `degrees` clockwise more."""
        return Orientation.of(self.turn + degrees, mirrored=self.mirrored)

    def stored_size(self, width: int, height: int) -> tuple[int, int]:
        """What lies under width x height on the panel, in the direction in which the picture is stored."""
        return (height, width) if self.swaps_sides else (width, height)


UPRIGHT = Orientation()
BY_EXIF = MappingProxyType(
    {
        1: UPRIGHT,
        2: Orientation(0, mirrored=True),
        3: Orientation(180),
        4: Orientation(180, mirrored=True),
        5: Orientation(270, mirrored=True),
        6: Orientation(90),
        7: Orientation(90, mirrored=True),
        8: Orientation(270),
    }
)
"""EXIF's number (tag 274) -> what it means. A number that is not here is no orientation."""
