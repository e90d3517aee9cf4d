"""How long the folder sync waits for what; apart, so that tests can be quick.

Knows: the times and their reasons. Touches nothing. Must not: read a clock.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Patience:
    """All in seconds, but `idle_share`."""

    consistent_s: float = 30.0
    """A set that is whole is adopted after this long, even when something else in the folder keeps changing."""
    incomplete_s: float = 30.0
    """How long nothing at all must have happened before a line that names a missing or cut file counts as a mistake, and
    the rest is adopted without it; a sync tool over 4G pauses for seconds, not for half a minute."""
    first_s: float = 10.0
    """With nothing on screen the first whole film plays after this long at the latest, however many more keep coming."""
    eager_s: float = 0.4
    """A file that was quiet for so long is copied while the folder settles; if it grows on, the copy is thrown away."""

    twin_s: float = 600.0
    """A temporary file that nobody wrote for so long, by our own clock, was left behind by a sync that broke off."""

    look_s: float = 1.0
    """Between two looks at the folder's own inode; also the poll of a share, unless looking takes long."""
    reconcile_s: float = 20.0
    """Between two looks at everything although no hint came."""
    idle_share: float = 150.0
    """Without hints a look that takes t seconds is repeated after 150 t at the earliest: below 1 % of a core."""
    debounce_s: float = 0.1

    retry_s: float = 10.0
    """From a fault of the disk, the share or the clock to the next attempt."""
    refuse_after_s: float = 5.0
    """Half a sync looks like a forgery for a moment."""
    incomplete_alert_s: float = 30.0
    lost_alert_s: float = 5.0
    """A folder that is replaced, or a share that is mounted a moment late, is no alert."""


PATIENCE = Patience()
