"""How far this computer's wall clock is to be believed (promises.md, "Clock trust").

Knows: what the kernel says about synchronisation, and the last time known to be good. Touches: adjtimex (read only),
timesyncd's mark, `good-time` in the state folder. Must not: set the clock, or act on what it finds.

The last good time follows the clock while it is synchronised. While it is only plausible it advances by the time that
really passed, never by a step: so a panel that never has a network stays plausible as long as it is never off for
60 days, and a clock that someone sets wrong does not become good by repetition.
"""

from __future__ import annotations

import ctypes
import errno
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from player.base.clocks import ClockTrust
from player.base.disk import replace_file

log = logging.getLogger(__name__)

GOOD_TIME_FILE = "good-time"
PLAUSIBLE_FOR = timedelta(days=60)
DRIFT = timedelta(hours=1)
"""A battery clock loses seconds a day against the time that the running system saved: no reason to distrust it."""
SAVE_EVERY_S = 600.0
"""Ten minutes: what a power cut can lose of the last good time, against wear of the disk."""
TIMESYNC_MARK = Path("/run/systemd/timesync/synchronized")

STA_UNSYNC = 0x0040
TIME_ERROR = 5


class _Timex(ctypes.Structure):
    """struct timex up to `status`, and room for the rest (adjtimex(2))."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_byte * 256),
    )


def is_synced() -> bool:
    """Whether the kernel's clock is disciplined by NTP (timesyncd, chrony or ntpd), or was lately."""
    libc = ctypes.CDLL(None, use_errno=True)
    timex = _Timex()
    state = libc.adjtimex(ctypes.byref(timex))
    if state == -1:
        log.debug("adjtimex: %s", errno.errorcode.get(ctypes.get_errno(), "?"))
        return TIMESYNC_MARK.exists()  # a sandbox may forbid to ask the kernel
    return bool(state != TIME_ERROR and not timex.status & STA_UNSYNC)


def judge(wall: datetime, good: datetime, synced: bool) -> ClockTrust:
    if synced:
        return ClockTrust.SYNCED
    return ClockTrust.PLAUSIBLE if good - DRIFT <= wall < good + PLAUSIBLE_FOR else ClockTrust.BAD


def _wall() -> datetime:
    return datetime.now(UTC)


def _here(moment: datetime) -> str:
    """As `date` says it on this machine, whose clock somebody is to set."""
    return f"{moment.astimezone():%Y-%m-%d %H:%M %Z}"


def _elapsed_s() -> float:
    """Seconds that pass while the machine sleeps, too, and that no one can step."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class Clock:
    """`read` for any thread; `check` for the room's own, now and then."""

    def __init__(
        self,
        state_folder: Path,
        synced: Callable[[], bool] = is_synced,
        wall: Callable[[], datetime] = _wall,
        elapsed_s: Callable[[], float] = _elapsed_s,
    ) -> None:
        self._file = state_folder / GOOD_TIME_FILE
        self._synced = synced
        self._wall = wall
        self._elapsed_s = elapsed_s
        self._good = datetime.fromtimestamp(0, UTC)
        self._checked_at_s: float | None = None
        self._saved_at_s = 0.0
        self._save_failed = False

    @property
    def good(self) -> datetime:
        """The last time known to be good."""
        return self._good

    def read(self) -> tuple[datetime, ClockTrust]:
        """The wall clock (aware, UTC) and how far it is to be believed at this moment."""
        wall = self._wall()
        return wall, judge(wall, self._good, self._synced())

    def open(self) -> ClockTrust:
        """Reads the last good time; without one, the time at which this program was installed stands for it."""
        self._good = self._loaded() or datetime.fromtimestamp(Path(__file__).stat().st_mtime, UTC)
        return self.check()

    def look(self) -> tuple[datetime, ClockTrust]:
        """For a program that only asks (`panel-player check`): like `open`, but nothing is written."""
        self._good = self._loaded() or datetime.fromtimestamp(Path(__file__).stat().st_mtime, UTC)
        return self.read()

    def check(self) -> ClockTrust:
        wall, trust = self.read()
        elapsed_s = self._elapsed_s()
        match trust:
            case ClockTrust.SYNCED:
                self._good = wall
            case ClockTrust.PLAUSIBLE if self._checked_at_s is None:
                self._good = max(wall, self._good)
            case ClockTrust.PLAUSIBLE:
                passed = timedelta(seconds=elapsed_s - (self._checked_at_s or elapsed_s))
                self._good = max(self._good, min(wall, self._good + passed))
            case ClockTrust.BAD:
                pass
        first = self._checked_at_s is None
        self._checked_at_s = elapsed_s
        if trust is not ClockTrust.BAD and (first or elapsed_s - self._saved_at_s >= SAVE_EVERY_S):
            self.save()
        return trust

    def save(self) -> None:
        self._saved_at_s = self._elapsed_s()
        try:
            replace_file(self._file, f"{self._good.isoformat()}\n".encode())
        except OSError as error:
            if not self._save_failed:
                log.error("the last good time cannot be saved in %s: %s", self._file, error.strerror)
            self._save_failed = True
        else:
            self._save_failed = False

    def complaint(self) -> str:
        """What is wrong with a bad clock and what to do, in plain words."""
        wall = self._wall()
        which = "before" if wall < self._good else "more than 60 days after"
        return (
            f"the clock says {_here(wall)}, {which} the last time known to be good ({_here(self._good)}); "
            "timed and dated rules are not obeyed until it is right; "
            "let the panel reach a time server, or set it with timedatectl and replace the clock's battery"
        )

    def _loaded(self) -> datetime | None:
        try:
            good = datetime.fromisoformat(self._file.read_text("ascii").strip())
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            log.warning(
                "the last good time in %s cannot be read (%s); starting from the installation's", self._file, error
            )
            return None
        return good if good.tzinfo else good.replace(tzinfo=UTC)
