"""How long the stick's room waits for what; apart, so that tests can be quick.

Knows: the times and their reasons. Touches nothing. Must not: read a clock.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StickTimes:
    """All in seconds."""

    look_s: float = 1.0
    """Between two looks: mounts wake the watcher at once, plain folders and pulled devices are found by looking."""
    retry_s: float = 15.0
    """A plain folder into which someone still copies is read again after this."""
    gone_s: float = 2.0
    """The kernel needs a moment from the first read error to the device's removal."""
    sisters_s: float = 5.0
    """A partition without `panel` says nothing for so long while the disk's others are not mounted yet; each takes udev,
    blkid and mount about half a second, and a reserved one is never mounted."""
    progress_s: float = 0.5
    """At most two notices a second while the percents run."""

    restart_s: float = 5.0
    """From the end of the watcher by a fault of our own to the next one; each time doubled."""
    sound_s: float = 60.0
    """A watcher that has worked for so long since then does not fail any more."""

    slow_after_s: float = 15.0
    """The first seconds of an import say little about its speed."""
    slow_left_s: float = 600.0
    """Ten minutes on a ladder are too long: come down, or fetch another stick."""


STICK_TIMES = StickTimes()
