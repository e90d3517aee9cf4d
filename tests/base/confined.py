"""A decoder taken over: confines itself as a decoder does, then tries what it should not be able to do; prints the list."""

from __future__ import annotations

import ctypes
import fcntl
import os
import resource
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from player.base.confinement import confine

folder, port, x_socket, network = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4] == "network"
libc = ctypes.CDLL(None, use_errno=True)


def call(result: int) -> None:
    if result == -1:
        raise OSError(ctypes.get_errno(), "")


def escape() -> None:
    """A second user namespace has all capabilities again: the locks must hold there too."""
    call(libc.unshare(0x10000000 | 0x00020000))
    call(libc.mount(None, str(folder.parent).encode(), None, 32 | 4096, None))
    (folder / "escaped").write_text("x")


def connect_x() -> None:
    with socket.socket(socket.AF_UNIX) as x:
        x.connect(x_socket)


film = os.open(folder / "film", os.O_RDONLY)


def go_on() -> None:
    """What every decoder does: threads, and signals to itself."""
    os.kill(os.getpid(), 0)
    signal.raise_signal(signal.SIGWINCH)
    threading.Thread(target=int).start()


began = time.perf_counter()
assert not (why := confine(network=network, visible=[os.path.dirname(x_socket)])), why
sys.stderr.write(f"confined in {(time.perf_counter() - began) * 1000:.1f} ms\n")
TRIES: dict[str, Callable[[], object]] = {
    "read": lambda: os.pread(film, 4, 0),
    "read-by-name": lambda: (folder / "film").read_bytes(),
    "screen": connect_x,
    "null": lambda: Path("/dev/null").write_text("x"),
    "write": lambda: Path(f"/proc/self/fd/{film}").write_bytes(b"changed"),
    "create": lambda: (folder / "new").touch(),
    "tmp": lambda: Path(f"/tmp/panel-{os.getpid()}").touch(),
    "remount": lambda: call(libc.mount(None, b"/", None, 32, None)),
    "unmount": lambda: call(libc.umount2(b"/proc", 2)),
    "connect": lambda: socket.create_connection(("127.0.0.1", port), 2).close(),
    "resolve": lambda: socket.create_connection(("192.0.2.1", 80), 0.5),
    "escape": escape,
    "chmod": lambda: os.fchmod(film, 0),
    "lease": lambda: fcntl.fcntl(film, fcntl.F_SETLEASE, fcntl.F_RDLCK),
    "signal-group": lambda: os.kill(0, 0),
    "signal-parent": lambda: os.kill(os.getppid(), 0),
    "signal-by-file": lambda: fcntl.fcntl(0, fcntl.F_SETOWN, os.getppid()),
    "limit-parent": lambda: resource.prlimit(os.getppid(), resource.RLIMIT_CPU),
    "lists": lambda: os.listdir("/run") or os.listdir("/home"),
    "itself": go_on,
}
done = []
for name, attempt in TRIES.items():
    try:
        attempt()
    except OSError:
        continue
    done.append(name)
sys.stdout.write(" ".join(done))
