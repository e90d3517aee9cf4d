"""Small documents, photos and moving pictures, made here: each page and each picture has a colour that tells which it is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pillow_heif
from PIL import Image, ImageDraw

RED, GREEN, BLUE = (200, 0, 0), (0, 160, 0), (0, 0, 200)
PAGES = (RED, GREEN, BLUE)


def make_pdf(path: Path, colours: Sequence[tuple[int, int, int]] = PAGES, size: tuple[int, int] = (200, 280)) -> Path:
    """A page for each colour."""
    first, *others = (Image.new("RGB", size, colour) for colour in colours)
    first.save(path, "PDF", save_all=True, append_images=others)
    return path


def make_photo(path: Path, size: tuple[int, int] = (160, 120)) -> Path:
    """HEIC or AVIF by its ending: red on the left, blue on the right."""
    image = Image.new("RGB", size, RED)
    image.paste(BLUE, (size[0] // 2, 0, size[0], size[1]))
    if path.suffix == ".heic":
        pillow_heif.from_pillow(image).save(path, quality=95)
    else:
        image.save(path, quality=95)
    return path


def make_moving(path: Path, pictures: int = 4, duration_ms: int = 250, size: tuple[int, int] = (64, 48)) -> Path:
    """GIF, WebP or APNG by its ending: on a transparent ground a red square goes from left to right, a step a picture."""
    frames = []
    for number in range(pictures):
        frame = Image.new("RGBA", size, (0, 0, 0, 0))
        left = number * size[0] // pictures
        ImageDraw.Draw(frame).rectangle((left, 8, left + size[0] // pictures - 1, size[1] - 9), fill=(*RED, 255))
        frames.append(frame)
    words = {"duration": duration_ms, "loop": 0, "save_all": True, "append_images": frames[1:]}
    if path.suffix == ".webp":
        words["lossless"] = True
    else:
        words["disposal"] = 2 if path.suffix == ".gif" else 1
    frames[0].save(path, **words)  # type: ignore[arg-type]
    return path
