"""An RTSP server on loopback: `python -m tests.screen.decoder.rtsp_server FILM PORT` sends the film at rtsp://127.0.0.1:PORT/live.

It is libvlc's own, and sends over UDP only: one that lacks what the player asks for first.
"""

from __future__ import annotations

import signal
import sys

import vlc


def main() -> None:
    film, port = sys.argv[1:]
    instance = vlc.Instance(["--quiet", "--rtsp-host=127.0.0.1"])
    player = instance.media_player_new()
    media = instance.media_new_path(film)
    for word in (f"sout=#rtp{{sdp=rtsp://127.0.0.1:{port}/live}}", "sout-keep", "input-repeat=65535"):
        media.add_option(f":{word}")
    player.set_media(media)
    player.play()
    signal.pause()


if __name__ == "__main__":
    main()
