"""A decoder that was taken over: what it says and tries. Run as `python -m tests.attacks.decoder_taken_over WHAT ...`.

flood COUNT                      so many heartbeats without a pause, then it stays
tries PARENT_PID OTHER_PID KEY BUS FILM   confines itself as a decoder does, with its film open as the daemon hands it
                                 over, then prints what it can still do
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import signal
import socket
import sys
from collections.abc import Callable

PTRACE_ATTACH = 16


def flood(count: int) -> None:
    line = b'{"did":"heartbeat","play":0,"position_s":null,"frames":null,"memory_bytes":1}\n'
    os.write(1, b'{"did":"ready","confined":true}\n')
    for _ in range(count // 100):
        os.write(1, line * 100)
    signal.pause()


def connect(path: str) -> None:
    with socket.socket(socket.AF_UNIX) as bus:
        bus.connect(path)


def attach(pid: int) -> None:
    if ctypes.CDLL(None, use_errno=True).ptrace(PTRACE_ATTACH, pid, None, None) == -1:
        raise OSError(ctypes.get_errno(), "ptrace")


def read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read(16)


def what_succeeds(attempts: dict[str, Callable[[], object]]) -> list[str]:
    """The names of those that the system did not refuse."""
    done = []
    for name, attempt in attempts.items():
        try:
            attempt()
        except OSError:
            continue
        done.append(name)
    return done


def tries(parent: int, other: int, key: str, bus: str, film: str) -> None:
    from player.base.confinement import confine

    handed = os.open(film, os.O_RDONLY)
    why_not = confine(network=False)
    assert not why_not, why_not
    attempts: dict[str, Callable[[], object]] = {
        "film": lambda: os.pread(handed, 16, 0),
        "film-by-name": lambda: read(film),
        "key": lambda: read(key),
        "signal-daemon": lambda: os.kill(parent, 0),
        "signal-other": lambda: os.kill(other, 0),
        "signal-group": lambda: os.kill(0, 0),
        "signal-by-file": lambda: fcntl.fcntl(0, fcntl.F_SETOWN, other),
        "environment": lambda: read(f"/proc/{parent}/environ"),
        "memory": lambda: read(f"/proc/{parent}/mem"),
        "trace": lambda: attach(other),
        "bus": lambda: connect(bus),
        "processes": lambda: read(f"/proc/{parent}/cmdline"),
    }
    os.write(1, " ".join(what_succeeds(attempts)).encode())


if __name__ == "__main__":
    if sys.argv[1] == "flood":
        flood(int(sys.argv[2]))
    else:
        tries(int(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:7])
