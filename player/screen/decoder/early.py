"""The first decoder, started before the daemon has loaded the rest of itself: a picture half a second earlier.

Knows: how a decoder's process is started. Touches: that process. Imports next to nothing, so that it comes first.
Must not: talk to it (decoder/child.py does); until it is told its window it waits.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, cast

from player.screen.decoder.forking import REST_S, AskedDecoder, DecoderChild, Zygote
from player.screen.decoder.options import NO_WINDOW, DecoderOptions
from player.screen.decoder.output import pick_output
from player.settings.models import ScreenSection

THRIFT = {"MALLOC_ARENA_MAX": "2", "MALLOC_MMAP_THRESHOLD_": "131072", "MALLOC_TRIM_THRESHOLD_": "131072"}
"""VLC makes new threads for each item, and glibc keeps an arena for each with what was freed in it: so pictures go back
to the system at once."""
HANDED_ON = frozenset({"PATH", "HOME", "LANG", "TZ", "XAUTHORITY", "LD_LIBRARY_PATH", "DRI_PRIME"})
HANDED_ON_KINDS = ("LC_", "VLC_", "LIBGL_", "MESA_", "GALLIUM_", "LIBVA_", "VDPAU_", "__GL", "__EGL", "ALSA_", "PYTHON")
"""Of the daemon's environment; the rest may hold the office's password (PANEL__OFFICE__PASSWORD)."""
PACKAGE_PARENT = str(Path(__file__).resolve().parents[3])
"""The folder that holds the package: a decoder runs in / and must import the same code as the daemon."""


def decoder_options(screen: ScreenSection, output: str, window: int, width: int, height: int) -> DecoderOptions:
    """What a decoder is told as it starts."""
    return DecoderOptions(
        window=window, width=width, height=height, output=output,
        rotation=screen.rotation, hardware=screen.hardware_decoding, sound=screen.sound,
        display=screen.display, background=screen.background,
    )  # fmt: skip


def decoder_command(options: DecoderOptions) -> list[str]:
    """The argv of a real decoder."""
    return [sys.executable, "-m", "player.screen.decoder.vlc", json.dumps(asdict(options))]


def decoder_environment() -> dict[str, str]:
    """What libvlc, Mesa and ALSA are told by whoever set this machine up, and nothing of the panel's secrets."""
    named = {name: value for name, value in os.environ.items() if name in HANDED_ON or name.startswith(HANDED_ON_KINDS)}
    return {**named, **THRIFT, "PYTHONPATH": PACKAGE_PARENT, "PYTHONUNBUFFERED": "1"}


def spawn(command: list[str]) -> subprocess.Popen[bytes]:
    """The process; its stdin is a socket, over which an open file can be handed to it. OSError: it could not be started."""
    ours, its = socket.socketpair()
    with ours, its:
        process: subprocess.Popen[bytes] = subprocess.Popen(
            command, stdin=its.fileno(), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=decoder_environment(), cwd="/", bufsize=0,
        )  # fmt: skip
        process.stdin = cast(IO[bytes], ours.makefile("wb", buffering=0))
    return process


@dataclass(frozen=True, slots=True)
class EarlyDecoder:
    """output: what the process was told; the graphics card's driver may be there only later, and then say otherwise."""

    process: DecoderChild | AskedDecoder
    output: str

    def collect(self) -> DecoderChild | None:
        """The process; None: the zygote has not made it."""
        return self.process.collect() if isinstance(self.process, AskedDecoder) else self.process

    def end(self) -> None:
        """Of no use any more."""
        self.process.abandon() if isinstance(self.process, AskedDecoder) else self.process.kill()


def start_zygote(rest_s: float = REST_S) -> Zygote:
    """The zygote, which loads libvlc while the daemon loads itself. rest_s: before another one is started."""
    zygote = Zygote(spawn, decoder_environment, rest_s)
    with contextlib.suppress(OSError):  # later it is tried again, and told
        zygote.start()
    return zygote


def start_early_decoder(screen: ScreenSection, zygote: Zygote | None = None) -> EarlyDecoder | None:
    """The first decoder, which is loaded while the daemon is. It ends with its stdin, so with the daemon."""
    # X may not be there yet to be asked; the stage asks, and starts another decoder when a GPU was too much hoped for.
    output = pick_output(screen.output, screen.display, ask=lambda _display: "not asked")
    command = decoder_command(decoder_options(screen, output, NO_WINDOW, 0, 0))
    if zygote is not None:
        with contextlib.suppress(OSError):
            return EarlyDecoder(zygote.ask(command), output)
    try:
        return EarlyDecoder(spawn(command), output)
    except OSError:  # later starts are tried again, and told
        return None
