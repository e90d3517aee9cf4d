"""The relay of an rtsp:// stream for a VLC that cannot read one: ffmpeg fetches the stream, VLC reads it from a pipe.

Knows: the words for ffmpeg. Touches: that one child process, by its own id. A decoder imports this only for such a stream.
Must not: decode or change the stream, nor try again (the core does).

Debian's VLC 3 (12 and 13) is built without live555, its only reader of RTSP. The child ends with the decoder, however that
ends, is confined as the decoder is (decoder/confinement.py), and writes its errors where the decoder does, on stderr.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess

PLUGIN = "vlc/plugins/access/liblive555_plugin.so"
SILENCE_US = 10_000_000
"""A server that says nothing for so long is given up, before the core's own 15 s, so that the reason is told."""
PROTOCOLS = "pipe,rtsp,rtp,udp,tcp,tls,crypto"
"""No file and nothing else, whatever the server answers."""
WORDS = ("-nostdin", "-loglevel", "error", "-f", "concat", "-safe", "0", "-protocol_whitelist", PROTOCOLS)
AS_IT_COMES = ("-c", "copy", "-flush_packets", "1", "-f", "nut", "pipe:1")
"""NUT holds every codec: a transport stream has no place for the MJPEG and G.711 of cameras, and VLC took up to 6 s to
begin with Matroska and lost its place when the server's clock jumped (2026-11-22)."""
GONE_S = 0.5


class RelayError(Exception):
    """Why the stream cannot be fetched, and what to do."""


def vlc_reads_rtsp() -> bool:
    """Whether libvlc, which this process has loaded, has its plugin for RTSP."""
    folders = [os.environ["VLC_PLUGIN_PATH"]] if "VLC_PLUGIN_PATH" in os.environ else []
    with open("/proc/self/maps") as maps:
        cores = {line.split()[-1] for line in maps if "/libvlccore.so" in line}
    places = [os.path.join(os.path.dirname(core), PLUGIN) for core in cores]
    places += [os.path.join(folder, *PLUGIN.split("/")[2:]) for folder in folders]
    return any(os.path.exists(place) for place in places)


class Relay:
    """One ffmpeg. `fd` is the end of the pipe to be read; `end` returns when the process is gone."""

    def __init__(self, address: str, *, sound: bool) -> None:
        self._address = address
        self._sound = sound

    def start(self) -> None:
        """RelayError: there is no ffmpeg."""
        program = shutil.which("ffmpeg")
        if program is None:
            raise RelayError("this VLC cannot read rtsp:// and there is no ffmpeg to help it: apt install ffmpeg")
        tracks = ("-map", "0:v:0", *(("-map", "0:a:0?") if self._sound else ("-an",)))
        # setpriv (util-linux): the kernel kills ffmpeg with the decoder. preexec_fn could do so too, but is not safe beside
        # libvlc's threads.
        command = ["setpriv", "--pdeathsig", "KILL", program, *WORDS, "-i", "pipe:0", *tracks, *AS_IT_COMES]
        self.fd, pipe = os.pipe()
        try:
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=pipe)
        except OSError as error:
            os.close(self.fd)
            raise RelayError(f"ffmpeg could not be started: {error}") from error
        finally:
            os.close(pipe)
        assert self._process.stdin is not None
        with (
            contextlib.suppress(BrokenPipeError),
            self._process.stdin as script,
        ):  # an ffmpeg that ended at once has said why
            script.write(script_for(self._address).encode())

    def end(self) -> None:
        os.close(self.fd)
        self._process.kill()
        self._process.wait()

    def has_failed(self) -> bool:
        """Whether ffmpeg has given up by itself. An ffmpeg that has closed its pipe is about to end: it has a moment for it."""
        try:
            return self._process.wait(GONE_S) != 0
        except subprocess.TimeoutExpired:
            return False


def script_for(address: str) -> str:
    """What ffmpeg is told on its stdin: an address may hold a key, and everybody can see a process's arguments.

    TCP passes firewalls and loses nothing; a server that has only UDP is asked for that.
    """
    plain = "".join(c if c > " " and c not in "'\x7f" else f"%{ord(c):02X}" for c in address)
    return f"ffconcat version 1.0\nfile '{plain}'\noption rtsp_flags prefer_tcp\noption timeout {SILENCE_US}\n"
