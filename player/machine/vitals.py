"""Readings of this computer: processor, memory, disk, heat, network.

Knows: psutil (only here) and statvfs. Touches: /proc and /sys, to read. What the machine cannot tell is None.
Must not: judge the readings (conditions.py does), or fail.
"""

from __future__ import annotations

import os
from pathlib import Path

import psutil

from player.core.model import Vitals
from player.machine.conditions import DiskReading

PROCESSOR_SENSORS = ("coretemp", "k10temp", "zenpower", "cpu_thermal", "soc_thermal", "acpitz")
"""Kernel drivers that tell the processor's heat, the most exact first; acpitz often tells the board's."""
BELIEVABLE_C = (1.0, 150.0)
"""A sensor that is not there reads 0 or less, a broken one 255."""


class VitalsReader:
    """Processor use is measured between two readings: the first has none."""

    def __init__(self, state_folder: Path) -> None:
        self._folder = state_folder
        self._read_before = False

    def read(self) -> tuple[Vitals, DiskReading | None]:
        disk = read_disk(self._folder)
        cpu_percent = psutil.cpu_percent(interval=None)
        received, sent = _network_bytes()
        vitals = Vitals(
            cpu_percent=cpu_percent if self._read_before else None,
            memory_percent=psutil.virtual_memory().percent,
            disk_free_bytes=disk.free_bytes if disk else None,
            temperature_c=read_temperature_c(),
            load_1m=round(os.getloadavg()[0], 2),
            received_bytes=received,
            sent_bytes=sent,
        )
        self._read_before = True
        return vitals, disk


def read_disk(folder: Path) -> DiskReading | None:
    """Of the file system that holds the folder, or will hold it; what root keeps for itself counts as taken."""
    for place in (folder, *folder.parents):
        try:
            facts = os.statvfs(place)
        except FileNotFoundError:
            continue
        except OSError:
            return None
        read_only = bool(facts.f_flag & os.ST_RDONLY)
        return DiskReading(facts.f_bavail * facts.f_frsize, facts.f_blocks * facts.f_frsize, read_only)
    return None


def read_temperature_c() -> float | None:
    try:
        sensors = psutil.sensors_temperatures()
    except (OSError, ValueError, AttributeError):  # psutil has let all three through on odd boards
        return None
    for driver in PROCESSOR_SENSORS:
        heats = [s.current for s in sensors.get(driver, ()) if s.current and _believable(s.current)]
        if heats:
            return round(max(heats), 1)
    return None


def _believable(heat_c: float) -> bool:
    return BELIEVABLE_C[0] <= heat_c <= BELIEVABLE_C[1]


def _network_bytes() -> tuple[int | None, int | None]:
    """Received and sent since boot by all interfaces but the loopback."""
    try:
        counters = psutil.net_io_counters(pernic=True)
    except (OSError, RuntimeError, ValueError):
        return None, None
    outer = [counter for name, counter in counters.items() if name != "lo"]
    return sum(c.bytes_recv for c in outer), sum(c.bytes_sent for c in outer)
