"""What every way to dim the screen can do.

Knows: nothing. Touches nothing.
Must not: know of a schedule or of the sun (the core does).
"""

from __future__ import annotations

from typing import Protocol


class Dimmer(Protocol):
    """One way to dim, made for one connection to the X server. Raises XServerError when the server is gone."""

    def why_not(self) -> str:
        """Why this way cannot dim this screen, in plain words; "" when it can."""
        ...

    def dim(self, percent: int) -> str:
        """Makes the screen as bright as `percent` of full. Returns "" when it is so now, else why not."""
        ...
