"""The whole player as a user runs it: `panel-player run` with folders of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.kit.programs import end

PROGRAM = [sys.executable, "-m", "player"]


class Panel:
    """One daemon with its own folders; `start` and `stop` as often as wanted. content: a folder that is there already.

    timezone: of the panel; "": this machine's.
    """

    def __init__(
        self, root: Path, display: str, port: int, *, name: str = "test-01", content: Path | None = None,
        timezone: str = "", **office: Any,
    ) -> None:  # fmt: skip
        self.content, self.state, self.config = content or root / "content", root / "state", root / "config.toml"
        if content is None:
            self.content.mkdir()
        self.log = root / "log"
        zone = f'timezone = "{timezone}"\n' if timezone else ""
        extra = "".join(f"{key} = {json.dumps(value)}\n" for key, value in office.items())
        self.config.write_text(
            f'[panel]\nname = "{name}"\nlanguage = "en"\nstate_folder = "{self.state}"\n'
            f'{zone}[content]\nfolder = "{self.content}"\nimage_seconds = 2\n'
            f'[screen]\ndisplay = "{display}"\nlook_seconds = 0.5\n'
            f'[office]\nhost = "127.0.0.1"\nport = {port}\ntls = false\nhealth_seconds = 5\n{extra}[usb]\nmode = "off"\n'
        )
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> Panel:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen([*PROGRAM, "run", "--config", str(self.config)], stderr=log)
        return self

    def stop(self) -> int:
        assert self.process is not None
        end(self.process, 60)
        status = self.process.returncode
        self.process = None
        return status

    def call(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*PROGRAM, *words, "--config", str(self.config)], capture_output=True, text=True, check=False
        )

    def layers(self) -> list[int]:
        assert self.process is not None
        found = subprocess.run(
            ["pgrep", "-P", str(self.process.pid), "-f", "player.screen.decoder.vlc"], capture_output=True, check=False
        )
        return [int(pid) for pid in found.stdout.split()]
