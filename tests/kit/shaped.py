"""Runs a program in a network of its own whose loopback the kernel shapes (tc netem), with a way out to one socket.

`python -m tests.kit.shaped SOCKET PORT QDISC -- WORDS...`, as root, inside `unshare --net`: port PORT of that network
leads to the Unix socket SOCKET outside. Every byte of the program's TCP passes the shaped loopback in both directions.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading

PR_SET_PDEATHSIG = 1


def carry(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while chunk := source.recv(65536):
            target.sendall(chunk)
    for each in (source, target):
        with contextlib.suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)


def join(one: socket.socket, other: socket.socket) -> None:
    for source, target in ((one, other), (other, one)):
        threading.Thread(target=carry, args=(source, target), daemon=True).start()


def lead_out(listener: socket.socket, way_out: str) -> None:
    while True:
        inner, _ = listener.accept()
        outer = socket.socket(socket.AF_UNIX)
        try:
            outer.connect(way_out)
        except OSError:
            inner.close()
        else:
            join(inner, outer)


def main() -> None:
    way_out, port, qdisc, _, *words = sys.argv[1:]
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    if qdisc:
        subprocess.run(["tc", "qdisc", "add", "dev", "lo", "root", *qdisc.split()], check=True)
    listener = socket.create_server(("127.0.0.1", int(port)))
    if os.fork() == 0:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        lead_out(listener, way_out)
    listener.close()
    os.execvp(words[0], words)


if __name__ == "__main__":
    main()
