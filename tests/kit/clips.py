"""Plain clips, made by ffmpeg once for each recipe."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

from tests.kit.clip_cache import take_clip
from tests.kit.encodings import H264


def make_clip(
    path: Path,
    *,
    seconds: float = 2.0,
    size: str = "1280x720",
    rate: int = 30,
    colour: str = "",
    codec: tuple[str, ...] = H264,
    sound: bool = False,
) -> Path:
    """A clip by ffmpeg: a test picture that moves, or one colour; codec: ffmpeg's words for the encoding."""
    picture = f"color=c={colour}:s={size}:r={rate}" if colour else f"testsrc2=s={size}:r={rate}"
    words = ["-f", "lavfi", "-i", picture]
    if sound:
        words += ["-f", "lavfi", "-i", "sine=frequency=440", "-c:a", "aac", "-shortest"]
    return encode(path, *words, "-t", str(seconds), *codec)


def encode(path: Path, *words: str | Path) -> Path:
    """What ffmpeg makes of these words. A Path among them is a file to read, and counts by what is in it."""

    def make(fresh: Path) -> None:
        subprocess.run(["ffmpeg", "-nostdin", "-y", "-loglevel", "error", *map(str, words), str(fresh)], check=True)

    recipe = [hashlib.sha256(w.read_bytes()).hexdigest() if isinstance(w, Path) else w for w in words]
    return take_clip(path, ["ffmpeg", *recipe], make)
