"""Plain clips, made by ffmpeg."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.kit.programs import need


def make_clip(
    path: Path,
    *,
    seconds: float = 2.0,
    size: str = "1280x720",
    rate: int = 30,
    colour: str = "",
    codec: list[str] | None = None,
    sound: bool = False,
) -> Path:
    """A clip by ffmpeg: a test picture that moves, or one colour; H.264 unless `codec` (ffmpeg's words) says else."""
    need("ffmpeg")
    picture = f"color=c={colour}:s={size}:r={rate}" if colour else f"testsrc2=s={size}:r={rate}"
    words = ["ffmpeg", "-y", "-loglevel", "error", "-f", "lavfi", "-i", picture]
    if sound:
        words += ["-f", "lavfi", "-i", "sine=frequency=440", "-c:a", "aac", "-shortest"]
    words += ["-t", str(seconds), *(codec or ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"])]
    subprocess.run([*words, str(path)], check=True)
    return path
