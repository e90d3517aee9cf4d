"""The content folder of the soak: short numbered clips in mixed sizes and codecs, images, and what happens to them."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from tests.kit.encodings import CLIPS
from tests.kit.numbered import draw_code, make_numbered

IMAGES = (("poster.png", 30, (1280, 720)), ("photo.jpg", 31, (1920, 1080)))
IMAGE_S = 0.5


class Content:
    """`make` once; then the edits, each of which returns what it did."""

    def __init__(self, folder: Path, spare: Path, chance: random.Random) -> None:
        """folder: what the player watches. spare: where each clip lies in two versions."""
        self.folder = folder
        self._spare = spare
        self._chance = chance
        self._version: dict[str, int] = {}
        self._bad: list[Path] = []
        self._made = 0

    def make(self, say: Callable[[str], None]) -> None:
        (self.folder / "media").mkdir(parents=True)
        (self.folder / "playlists").mkdir()
        for number, (name, frames, rate, size, codec) in enumerate(CLIPS, 1):
            for version, more in enumerate((0, 5)):
                path = self._spare / str(version) / name
                path.parent.mkdir(parents=True, exist_ok=True)
                make_numbered(path, number, frames=frames + more, rate=rate, size=size, codec=codec)
            say(f"made {name}")
        for name, number, (width, height) in IMAGES:
            for version in range(2):
                picture = np.full((height, width), 90 + 40 * version, np.uint8)
                draw_code(picture, number, 0)
                Image.fromarray(picture).save(self._spare / str(version) / name)
        for name in self._names():
            self._version[name] = 0
            shutil.copy(self._spare / "0" / name, self.folder / "media" / name)
        self.edit_playlist()
        self._write("playlists/extra.m3u8", self._names()[:4])

    def _names(self) -> list[str]:
        return [clip[0] for clip in CLIPS] + [image[0] for image in IMAGES]

    def _write(self, name: str, names: list[str]) -> None:
        up = "../" if "/" in name else ""
        lines = ["#EXTM3U"]
        for item in names:
            if item.endswith((".png", ".jpg")):
                lines.append(f"#EXTINF:{IMAGE_S},")
            if item == "stretch.mp4":
                lines.append("#EXT-X-PANEL: fit=stretch")
            lines.append(f"{up}media/{item}")
        fresh = self.folder / f".{Path(name).name}.tmp"
        fresh.write_text("\n".join(lines) + "\n")
        fresh.replace(self.folder / name)

    def edit_playlist(self) -> str:
        """All the items in another order, some of them twice, the bad ones among them."""
        names = self._names() + self._chance.sample(self._names(), 3) + [path.name for path in self._bad]
        self._chance.shuffle(names)
        self._write("playlist.m3u8", names)
        return f"{len(names)} items"

    def replace_clip(self) -> str:
        """Written over under its own name, as a plain copy does, or renamed into place, as a sync tool does."""
        name = self._chance.choice(self._names())
        self._version[name] = 1 - self._version[name]
        source, target = self._spare / str(self._version[name]) / name, self.folder / "media" / name
        if self._chance.random() < 0.5:
            shutil.copyfile(source, target)
            return f"{name}, written over"
        fresh = target.with_name(f".{name}.Xy12Zw")
        shutil.copyfile(source, fresh)
        fresh.replace(target)
        return f"{name}, renamed into place"

    def add_bad(self) -> str:
        """Something that is no film under a film's name, and in the playlist."""
        whole = (self._spare / "0" / self._chance.choice(CLIPS)[0]).read_bytes()
        kinds = {
            "empty": b"", "zeros": bytes(200_000), "random": self._chance.randbytes(200_000),
            "html": b"<html>not found</html>", "cut": whole[: len(whole) * self._chance.randrange(1, 10) // 10],
            "zero tail": whole[: len(whole) // 2] + bytes(len(whole) // 2),
            "hls": b"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nhttp://127.0.0.1:9/a.ts\n",
        }  # fmt: skip
        kind = self._chance.choice(sorted(kinds))
        self._made += 1
        path = self.folder / "media" / f"bad{self._made}.mp4"
        path.write_bytes(kinds[kind])
        self._bad.append(path)
        self.edit_playlist()
        return f"{path.name}: {kind}"

    def remove_bad(self) -> str:
        if not self._bad:
            return "nothing bad was there"
        path = self._bad.pop(self._chance.randrange(len(self._bad)))
        path.unlink(missing_ok=True)
        self.edit_playlist()
        return path.name

    def empty(self) -> str:
        """By mistake: every media file and every playlist goes."""
        for path in [*self.folder.glob("media/*"), *self.folder.rglob("*.m3u8")]:
            path.unlink(missing_ok=True)
        self._bad.clear()
        return "the folder was emptied"

    def refill(self) -> str:
        for name in self._names():
            shutil.copyfile(self._spare / str(self._version[name]) / name, self.folder / "media" / name)
        self.edit_playlist()
        self._write("playlists/extra.m3u8", self._names()[:4])
        return "and filled again"
