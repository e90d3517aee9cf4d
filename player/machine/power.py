"""Restarting the machine and the display, by asking systemd over D-Bus; never by sudo or a shell.

Knows: which unit the display is, and how often a machine may restart itself. Touches: busctl, `reboots.json`.
Must not: decide to restart (the director does), or become a loop of restarts.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from player.base.disk import replace_file

log = logging.getLogger(__name__)

PLAYER_UNIT = "panel-player.service"
DISPLAY_UNIT = "panel-display.service"
REBOOT_CALL = (
    "org.freedesktop.login1", "/org/freedesktop/login1", "org.freedesktop.login1.Manager", "Reboot", "b", "false",
)  # fmt: skip
RESTART_CALL = (
    "org.freedesktop.systemd1", "/org/freedesktop/systemd1", "org.freedesktop.systemd1.Manager",
    "RestartUnit", "ss", DISPLAY_UNIT, "replace",
)  # fmt: skip
CALL_DEADLINE_S = 15.0

REBOOTS_FILE = "reboots.json"
UPTIME_BEFORE_S = (600.0, 1800.0, 7200.0, 21600.0)
"""Before the machine restarts itself for the first, second, third... time in a row it must have been up this long: at
most 4 restarts a day when nothing helps, and 10 minutes in each life for somebody to send a command."""
FORGET_AFTER_S = 86400.0
"""A day up: the restart before did help."""


class PowerError(Exception):
    """It was not done; the message says why and what to do."""


def is_a_service() -> bool:
    """Whether systemd runs this process as the panel's player; a developer's machine is never restarted by itself."""
    try:
        return PLAYER_UNIT in Path("/proc/self/cgroup").read_text()
    except OSError:
        return False


class Power:
    """bus: the program that is asked to speak D-Bus, and its first arguments."""

    def __init__(
        self,
        state_folder: Path,
        bus: tuple[str, ...] = ("busctl", "--system", "call"),
        as_a_service: Callable[[], bool] = is_a_service,
    ) -> None:
        self._file = state_folder / REBOOTS_FILE
        self._bus = bus
        self._as_a_service = as_a_service

    def reboot(self, why: str, *, automatic: bool, uptime_s: float | None = None) -> None:
        """Returns when the machine is on its way down. automatic: the ladder asks, not a person. Raises PowerError."""
        up_s = time.clock_gettime(time.CLOCK_BOOTTIME) if uptime_s is None else uptime_s
        if automatic:
            if not self._as_a_service():
                raise PowerError(
                    f"not restarting the machine ({why}): the player was started by hand, not by {PLAYER_UNIT}"
                )
            count = 0 if up_s >= FORGET_AFTER_S else self._count()
            wanted_s = UPTIME_BEFORE_S[min(count, len(UPTIME_BEFORE_S) - 1)]
            if up_s < wanted_s:
                raise PowerError(
                    f"not restarting the machine ({why}): up for {up_s:.0f} s only, {count} restarts before did not "
                    f"help; the next is due {wanted_s:.0f} s after the start"
                )
            try:
                replace_file(self._file, json.dumps({"in_a_row": count + 1, "why": why}).encode())
            except OSError as error:
                # A restart that is not counted could be followed by another one for ever.
                raise PowerError(f"not restarting the machine: cannot write {self._file}: {error.strerror}") from error
        log.warning("restarting the machine: %s", why)
        os.sync()
        self._call(REBOOT_CALL, "the polkit rule of systemd/install.sh lets the player restart the machine")

    def restart_display(self, why: str) -> None:
        """Raises PowerError."""
        log.warning("restarting %s: %s", DISPLAY_UNIT, why)
        self._call(RESTART_CALL, f"the polkit rule of systemd/install.sh lets the player restart {DISPLAY_UNIT}")

    def _count(self) -> int:
        try:
            count = json.loads(self._file.read_bytes())["in_a_row"]
            return max(0, int(count))
        except FileNotFoundError:
            return 0
        except (OSError, ValueError, TypeError, KeyError):
            return len(UPTIME_BEFORE_S)  # unreadable: assume the worst, restart seldom

    def _call(self, call: tuple[str, ...], remedy: str) -> None:
        try:
            done = subprocess.run(
                [*self._bus, *call],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=CALL_DEADLINE_S,
                check=False,
            )
        except FileNotFoundError as error:
            raise PowerError(f"{self._bus[0]} is not installed; the player's machine needs systemd") from error
        except (OSError, subprocess.TimeoutExpired) as error:
            raise PowerError(f"{call[3]}: {error}") from error
        if done.returncode != 0:
            raise PowerError(f"{call[3]}: {done.stderr.strip() or done.returncode}; {remedy}")
