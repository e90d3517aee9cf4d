"""A process and everything it started, measured from /proc: CPU, PSS, RSS, threads, file descriptors.

Knows: Linux's /proc. Touches: only to read. A process that goes meanwhile counts as nothing.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

TICK_S = 1 / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Use:
    """What some processes use together. pss and rss in bytes; cpu in seconds since each of them began."""

    processes: int = 0
    pss_bytes: int = 0
    rss_bytes: int = 0
    threads: int = 0
    files: int = 0
    cpu_s: float = 0.0


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat behind the name: state, parent, ...; empty when the process is gone."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    return []


def tree_of(root: int) -> list[int]:
    """`root` and all its descendants that live, root first."""
    children: dict[int, list[int]] = {}
    for entry in os.scandir("/proc"):
        if entry.name.isdecimal() and (fields := _stat(int(entry.name))) and fields[0] != "Z":
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    found = [root] if _stat(root) else []
    for pid in found:
        found += children.get(pid, [])
    return found


def words_of(pid: int) -> list[str]:
    """The command line; empty when the process is gone."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode("utf-8", "replace").split("\0")[:-1]
    return []


def measure(pids: list[int]) -> Use:
    pss = rss = threads = files = alive = 0
    cpu_s = 0.0
    for pid in pids:
        with contextlib.suppress(OSError, ValueError, IndexError):
            fields = _stat(pid)
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
            files += len(os.listdir(f"/proc/{pid}/fd"))
            threads += int(fields[17])
            cpu_s += (int(fields[11]) + int(fields[12])) * TICK_S
            sizes = {line.split(":")[0]: int(line.split()[1]) for line in rollup.splitlines()[1:]}
            pss += sizes["Pss"] * 1024
            rss += sizes["Rss"] * 1024
            alive += 1
    return Use(alive, pss, rss, threads, files, cpu_s)


def cpu_of_tree_s(root: int) -> float:
    """CPU time of the tree so far, with that of its members that have ended and were waited for."""
    total = 0
    for pid in tree_of(root):
        fields = _stat(pid)
        if len(fields) > 14:
            total += sum(int(fields[k]) for k in (11, 12, 13, 14))
    return total * TICK_S
