"""Who is compared: how each of them is started on a list of clips, and what is killed in it.

Each gets the output that is best for it without a GPU, no sound, and its own title and OSD switched off.
"""

from __future__ import annotations

import dataclasses
import os
import shutil
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.kit.checkout import Checkout
from tests.kit.layers import layers_of
from tests.kit.supervised import Supervised
from tests.kit.xcount import Counter

QUIET_VLC = ("--quiet", "--no-video-title-show", "--no-osd", "--no-audio", "--vout=xcb_x11")
CONFIG = """
[panel]
name = "bench-01"
state_folder = "{state}"
[content]
folder = "{content}"
[screen]
display = "{display}"
[usb]
mount_root = "{state}/sticks"
"""
STAGE_PROGRAMS = {"Xvfb": "xvfb", "ffmpeg": "ffmpeg"}
"""What every contender's stage needs, and Debian's name for it."""


@dataclass(frozen=True, slots=True)
class Contender:
    """manager: it needs a window manager. restart_s: the pause before it is started again, as its users do.

    program: what must be installed beside the player; package: Debian's name for it. checkout: of our own player.
    """

    name: str
    manager: bool
    restart_s: float
    kills: tuple[str, ...]
    program: str = ""
    package: str = ""
    checkout: Checkout | None = None

    def begin(self, display: str, clips: Sequence[Path], work: Path) -> Supervised:
        """Not started yet: a context manager."""
        environment = {**os.environ, "DISPLAY": display, "HOME": str(work / "home")}
        files = [str(clip) for clip in clips]
        match self.name:
            case "cvlc":
                words = ["cvlc", *QUIET_VLC, "--loop", "--fullscreen", *files]
            case "mpv":
                words = [
                    "mpv", "--no-config", "--vo=x11", "--fs", "--no-audio", "--osd-level=0", "--no-osc", "--really-quiet",
                    "--no-input-default-bindings", "--loop-playlist", "--prefetch-playlist", *files,
                ]  # fmt: skip
            case "python-vlc":
                words = [sys.executable, str(Path(__file__).with_name("list_player.py")), *files]
            case _:
                return self._begin_ours(self.checkout or Checkout.here(), display, clips, work)
        (work / "home").mkdir(exist_ok=True)
        user = None
        if os.geteuid() == 0:  # VLC refuses to run as root
            user = "nobody"
            shutil.chown(work / "home", user)
        return Supervised(
            words, work / f"{self.name}.log", restart_s=self.restart_s, environment=environment, user=user
        )

    def _begin_ours(self, checkout: Checkout, display: str, clips: Sequence[Path], work: Path) -> Supervised:
        """The state folder is kept between two starts, as on a panel."""
        content, state = work / "content", work / "state"
        (content / "media").mkdir(parents=True, exist_ok=True)
        state.mkdir(exist_ok=True)
        for clip in clips:
            if not (content / "media" / clip.name).exists():
                shutil.copy(clip, content / "media" / clip.name)
        names = "".join(f"media/{clip.name}\n" for clip in clips)
        if not (content / "playlist.m3u8").exists():
            (content / "playlist.m3u8").write_text(f"#EXTM3U\n{names}")
        config = work / "config.toml"
        config.write_text(CONFIG.format(state=state, content=content, display=display))
        return Supervised(
            checkout.words("run", "--config", str(config)), work / "ours.log", restart_s=self.restart_s,
            environment=checkout.environment(),
        )  # fmt: skip

    def kill(self, how: str, player: Supervised, display: str) -> bool:
        """SIGKILL; how: "player" is the process that was started, "visible layer" the one with the picture."""
        if how != "visible layer":
            return player.hurt(signal.SIGKILL)
        pid = player.pid
        layers = layers_of(pid) if pid is not None else {}
        with Counter(display) as counter:
            top = counter.topmost(list(layers)) if layers else None
        if top is None:
            return False
        os.kill(layers[top], signal.SIGKILL)
        return True


CONTENDERS = (
    Contender("cvlc", True, 0.0, ("player",), "cvlc", "vlc-bin"),
    Contender("mpv", True, 0.0, ("player",), "mpv", "mpv"),
    Contender("python-vlc", True, 0.0, ("player",)),
    Contender("ours", False, 1.0, ("visible layer", "player")),
)


def ours_beside(folder: Path) -> Contender:
    """Another checkout of the player, measured like this one."""
    checkout = Checkout.at(folder)
    return dataclasses.replace(CONTENDERS[-1], name=f"ours at {checkout.commit}", checkout=checkout)


def packages_missing(contenders: Sequence[Contender]) -> list[str]:
    """The Debian packages without which these cannot be compared."""
    needed = {**STAGE_PROGRAMS, **{c.program: c.package for c in contenders if c.program}}
    return [package for program, package in needed.items() if shutil.which(program) is None]
