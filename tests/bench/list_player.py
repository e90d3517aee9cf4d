"""What one finds in every answer to "loop videos with python-vlc": a MediaListPlayer, full screen, in a loop.

Run as `python tests/bench/list_player.py FILE...`; it has no process beside it, and nothing that watches it.
"""

from __future__ import annotations

import sys
import time

import vlc


def main(files: list[str]) -> None:
    instance = vlc.Instance(["--quiet", "--no-video-title-show", "--no-osd", "--no-audio", "--vout=xcb_x11"])
    playlist = instance.media_list_new(files)
    player = instance.media_list_player_new()
    player.set_media_list(playlist)
    player.set_playback_mode(vlc.PlaybackMode.loop)
    player.get_media_player().set_fullscreen(True)
    player.play()
    while True:
        time.sleep(1)


if __name__ == "__main__":
    main(sys.argv[1:])
