"""The zygote: a process that has loaded what every decoder needs, and forks a decoder when the daemon asks for one.

Knows: how a forked process becomes a decoder that nothing tells from one that was started by itself. Touches: its one line to the
daemon, and the processes that it makes. Must not: start a thread or make an instance of libvlc, which no fork would copy whole;
nor read a byte that is not the daemon's.

Run as `python -m player.screen.decoder.zygote PADDING`; the daemon's end is decoder/forking.py. A decoder so shares its code and
most of Python with the zygote and with the other decoder, and is there in a tenth of the time.
"""

from __future__ import annotations

import _socket
import contextlib
import ctypes
import gc
import json
import os
import select
import signal
import struct
import sys

from player.base.clean_pages import give_back_clean_pages
from player.base.parent import die_with_parent
from player.base.sibling import fork_sibling
from player.screen.decoder import vlc as decoder
from player.screen.decoder.colours import find_plugins

REQUEST_BYTES = 4096
PIPES = 3
"""What comes with each request: the new process's stdin, stdout and stderr."""
LOADED = b"loaded"
NEARLY_ALWAYS = ("codec/libavcodec_plugin.so", "video_output/libxcb_x11_plugin.so", "video_chroma/libswscale_plugin.so")
"""Loading them takes 60 ms and makes 3 MB of memory a process's own (2026-11-26). Of what they bring nothing starts a thread
or keeps random numbers before it is used; of the plugins for the web that cannot be said."""
QUIET_S = 2.0
"""So long after the last request nobody waits for a decoder: what only loading has read is given back then, 6.6 MB of libraries
that no other process has in use (2026-11-26)."""
ARGUMENTS_BEGIN, ARGUMENTS_END = 45, 46
"""Where /proc/self/stat says in memory this process's words stand (fields 48 and 49 of proc(5), counted behind the name)."""


def receive(line: _socket.socket) -> tuple[list[str], list[int]]:
    """The next decoder's words and pipes; no words: the daemon has closed the line."""
    space = _socket.CMSG_SPACE(PIPES * struct.calcsize("i"))
    request, beside, _, _ = line.recvmsg(REQUEST_BYTES, space, _socket.MSG_CMSG_CLOEXEC)
    pipes = [
        number
        for level, kind, packed in beside
        if (level, kind) == (_socket.SOL_SOCKET, _socket.SCM_RIGHTS)
        for (number,) in struct.iter_unpack("i", packed)
    ]
    return (json.loads(request) if request else []), pipes


def take_words(words: list[str]) -> None:
    """`ps` and the tests see these as this process's command line, padded with blanks; as much of them as there is room."""
    with open("/proc/self/stat", "rb") as stat:
        fields = stat.read().rpartition(b")")[2].split()
    begin, end = int(fields[ARGUMENTS_BEGIN]), int(fields[ARGUMENTS_END])
    room = end - begin - 1
    told = b"\0".join(map(os.fsencode, words))[:room].ljust(room) + b"\0"
    ctypes.memmove(begin, told, len(told))


def become_decoder(words: list[str], pipes: list[int]) -> None:
    """In the new process: its own three files and nothing of the zygote's, then a decoder's whole life."""
    for number, pipe in enumerate(pipes):
        os.dup2(pipe, number, inheritable=True)
        os.close(pipe)
    take_words(words)
    decoder.main(words[-1])


def load() -> None:
    """libvlc's code and that of the plugins that nearly every film needs, with their hundred libraries."""
    decoder.load()
    for plugin in NEARLY_ALWAYS:
        with contextlib.suppress(OSError):  # this VLC has none
            ctypes.CDLL(os.path.join(find_plugins() or "", plugin))


def serve() -> None:
    line = _socket.socket(-1, -1, -1, os.dup(0))
    line.send(LOADED)
    while True:
        if not select.select([line], [], [], QUIET_S)[0]:
            give_back_clean_pages()
        words, pipes = receive(line)
        if not words:
            return
        try:
            pid = fork_sibling()
        except OSError as error:
            sys.stderr.write(f"no decoder can be forked here: {error}\n")
            return  # the daemon sees it, and starts decoders by themselves
        if pid == 0:
            line.close()
            become_decoder(words, pipes)
            return
        for pipe in pipes:
            os.close(pipe)
        line.send(str(pid).encode())


def main() -> None:
    gc.disable()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal is the daemon's business
    if not die_with_parent():
        return
    load()
    # What is loaded stays, and no decoder looks through it: that would write to the pages, and so make them its own.
    gc.collect()
    gc.freeze()
    gc.enable()
    serve()


if __name__ == "__main__":
    main()
