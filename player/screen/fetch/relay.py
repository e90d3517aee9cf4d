"""The relay of a stream that VLC cannot or may not fetch: confined, then ffmpeg. Run as `python -m player.screen.fetch.relay`.

Knows: the words for ffmpeg. Touches: this process, which becomes ffmpeg: stdin tells what to fetch, stdout gets the stream.
Must not: decode or change the stream.

Debian's VLC 3 (12 and 13) is built without live555, its only reader of RTSP; and a decoder has no network.
"""

from __future__ import annotations

import json
import os
import shutil
import sys

from player.base.confinement import confine
from player.base.parent import die_with_parent

SILENCE_US = 10_000_000
"""A server that says nothing for so long is given up, before the core's own 15 s, so that the reason is told."""
PROTOCOLS = "pipe,rtsp,rtp,udp,tcp,tls,crypto,srt"
"""No file and no web page, whatever the server answers."""
WORDS = ("-nostdin", "-loglevel", "error", "-f", "concat", "-safe", "0", "-protocol_whitelist", PROTOCOLS)
AS_IT_COMES = ("-c", "copy", "-flush_packets", "1", "-f", "nut", "pipe:1")
"""NUT holds every codec: a transport stream has no place for the MJPEG and G.711 of cameras, and VLC took up to 6 s to
begin with Matroska and lost its place when the server's clock jumped (2026-11-22)."""


def script_for(address: str) -> str:
    """What ffmpeg is told on its stdin: an address may hold a key, and everybody can see a process's arguments.

    TCP passes firewalls and loses nothing; a server that has only UDP is asked for that.
    """
    plain = "".join(c if c > " " and c not in "'\x7f" else f"%{ord(c):02X}" for c in address)
    options = ["rtsp_flags prefer_tcp", f"timeout {SILENCE_US}"] if is_rtsp(address) else []
    return "\n".join(["ffconcat version 1.0", f"file '{plain}'", *(f"option {words}" for words in options), ""])


def is_rtsp(address: str) -> bool:
    return address.lower().startswith(("rtsp://", "rtsps://"))


def main() -> None:
    told = json.load(sys.stdin)
    program = shutil.which("ffmpeg")
    if program is None:
        sys.exit("there is no ffmpeg")
    why_not = confine(network=True, visible=(program,))
    if why_not:
        sys.stderr.write(f"ffmpeg is not confined ({why_not})\n")
    if not die_with_parent():
        return
    # ffmpeg reads its stdin for as long as it opens the address: a pipe holds all of the script.
    script, pipe = os.pipe()
    os.write(pipe, script_for(told["address"]).encode())
    os.close(pipe)
    os.dup2(script, 0)
    tracks = ("-map", "0:v:0", *(("-map", "0:a:0?") if told["sound"] else ("-an",)))
    os.execv(program, ["ffmpeg", *WORDS, "-i", "pipe:0", *tracks, *AS_IT_COMES])


if __name__ == "__main__":
    main()
