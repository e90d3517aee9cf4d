"""Clips that carry their own name and frame number in the picture, so that every captured frame says which it is.

A band across the middle: 20 blocks, white and black: 1, 0, five bits of the clip, twelve bits of the frame, parity.
"""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

import numpy as np

from tests.kit.clip_cache import take_clip
from tests.kit.encodings import H264

BLOCKS = 20
SMALL = (640, 360)
"""Of clips and screens of which only the order of what is seen matters: a quarter of the pixels to decode and paint."""
LIT_LEVEL = 24


def make_numbered(
    path: Path,
    clip: int,
    *,
    frames: int = 60,
    rate: str = "30",
    size: tuple[int, int] = (1280, 720),
    codec: tuple[str, ...] = H264,
) -> Path:
    """A clip numbered `clip` (0..31) whose frames are numbered from 0; size in pixels, rate in frames a second."""
    recipe = ["numbered", hashlib.sha256(Path(__file__).read_bytes()).hexdigest(), clip, frames, rate, size, codec]

    def make(fresh: Path) -> None:
        width, height = size
        words = ["ffmpeg", "-y", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "gray", "-s", f"{width}x{height}",
                 "-r", rate, "-i", "-", *codec, str(fresh)]  # fmt: skip
        encoder = subprocess.Popen(words, stdin=subprocess.PIPE)
        assert encoder.stdin is not None
        tiles = np.random.default_rng(clip).integers(60, 200, (height // 16 + 1, width // 16 + 1), dtype=np.uint8)
        ground = tiles.repeat(16, 0).repeat(16, 1)[:height, :width]
        for frame in range(frames):
            picture = np.roll(ground, frame * 4, 1)
            draw_code(picture, clip, frame)
            encoder.stdin.write(picture.tobytes())
        encoder.stdin.close()
        assert encoder.wait() == 0

    return take_clip(path, recipe, make)


def draw_code(picture: np.ndarray, clip: int, frame: int) -> None:
    """Draws the band into a grey picture (height x width, uint8), in place."""
    height, width = picture.shape
    bits = [1, 0] + [(clip >> k) & 1 for k in range(5)] + [(frame >> k) & 1 for k in range(12)]
    bits.append(sum(bits) & 1)
    for k, bit in enumerate(bits):
        left, right = k * width // BLOCKS, (k + 1) * width // BLOCKS
        picture[height // 2 - height // 8 : height // 2 + height // 8, left:right] = 235 if bit else 16


def read_code(row: bytes, width: int) -> tuple[int, int] | str:
    """(clip, frame) from one line of B, G, R, X pixels through the band; "black"; or "other"."""
    pixels = np.frombuffer(row, np.uint8).reshape(width, 4)[:, :3]
    if int(pixels.max()) <= LIT_LEVEL:
        return "black"
    bits = [int(pixels[k * width // BLOCKS + width // (2 * BLOCKS), 1] > 128) for k in range(BLOCKS)]
    if not bits[0] or bits[1] or sum(bits[:-1]) & 1 != bits[-1]:
        return "other"
    return sum(bits[2 + k] << k for k in range(5)), sum(bits[7 + k] << k for k in range(12))
