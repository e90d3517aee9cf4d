"""Image files as the region shows them: decoded, upright, in 8-bit sRGB, fitted and turned.

Knows: image formats, and which of their claims are not to be believed. Touches: the file that it is given.
Must not: know about X or windows, nor show half a picture.
"""

from __future__ import annotations

import contextlib
import io
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from PIL import Image, ImageCms

from player.core.geometry import BY_EXIF, UPRIGHT, Orientation
from player.core.model import Fit
from player.screen.drawing.colours import BLACK, Colour
from player.screen.drawing.picture import Picture, oriented, to_picture
from player.screen.drawing.whole import END_OF_JPEG, lacks_only_its_end

ORIENTATION_TAG = 274
MOST_STILL_PIXELS = 7680 * 4320 * 4
"""Pillow holds 3-4 bytes a pixel while it decodes: this is about 530 MB, the most that a mini-PC can give."""
PNG_LEVEL = 3
"""A fifth larger than the best, in a third of its time."""
PNG_LIMIT_BYTES = 4 << 20
"""A larger one is a photograph, which takes a decoder longer to open as PNG than as JPEG."""


class StillError(Exception):
    """The image file cannot be shown; the message says what is wrong with it and what to do."""


def load_still(
    file: Path | str | IO[bytes],
    width: int,
    height: int,
    fit: Fit | str,
    rotation: int = 0,
    ground: Colour = BLACK,
) -> Picture:
    """An image file as the region shows it. rotation: degrees clockwise, 0, 90, 180 or 270.

    ground: beside a picture that does not fill the region, and behind one that is transparent.

    StillError: the file cannot be shown; it is not an image, is cut short, or has too many pixels.
    """
    with _pillows_faults():
        canvas, orientation = _drawn(file, _Frame((width, height), Fit(fit), rotation, ground))
    return to_picture(oriented(canvas, orientation))


@contextmanager
def opened(file: Path | str | IO[bytes]) -> Iterator[Image.Image]:
    """The file as Pillow opens it; whatever Pillow says against it while it is open is a StillError."""
    with _pillows_faults(), Image.open(file) as source:
        yield source


@contextmanager
def _pillows_faults() -> Iterator[None]:
    """What Pillow says against a file, as a StillError."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            warnings.simplefilter("ignore", UserWarning)  # odd metadata is no reason not to show a picture
            yield
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise StillError(f"too many pixels ({error}); save it smaller") from error
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError, ArithmeticError) as error:
        words = " ".join(str(error).split())
        raise StillError(f"cannot be decoded ({words}); save it again as JPEG or PNG") from error


def save_still(file: Path | str | IO[bytes], width: int, height: int) -> tuple[bytes, tuple[int, int]]:
    """An image file as one that every decoder opens, upright, no larger than covers width x height; and its size.

    Raises StillError.
    """
    with opened(file) as source:
        stored = _prepared(source, max(width, height))
        image = oriented(stored, BY_EXIF.get(_exif_number(source), UPRIGHT))
    scale = min(1.0, max(width / image.width, height / image.height))
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    if size != image.size:
        image = image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    return encoded(image), size


def encoded(image: Image.Image) -> bytes:
    """As PNG, which changes no pixel; what stays too large so as JPEG of the best quality."""
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=PNG_LEVEL)
    if out.tell() > PNG_LIMIT_BYTES and image.mode == "RGB":
        out = io.BytesIO()
        image.save(out, "JPEG", quality=95, subsampling=0)
    return out.getvalue()


def _exif_number(source: Image.Image) -> int:
    """The camera's word about how it was held, of a decoded image; 0 when it says nothing, or nonsense."""
    try:
        told = source.getexif().get(ORIENTATION_TAG)
    except (OSError, ValueError, SyntaxError, EOFError, ArithmeticError, struct.error):
        return 0
    return told if isinstance(told, int) else 0


@dataclass(frozen=True, slots=True)
class _Frame:
    """Into what an image is fitted: a size, how, how the panel is turned, and the ground."""

    size: tuple[int, int]
    fit: Fit
    rotation: int
    ground: Colour


def _drawn(file: Path | str | IO[bytes], frame: _Frame) -> tuple[Image.Image, Orientation]:
    """The image as it is stored, fitted, and how it has to be turned. Also of a JPEG that lacks nothing but its end marker."""
    try:
        return _fitted(file, frame)
    except OSError:
        data = _read_jpeg(file)
        if not lacks_only_its_end(data):
            raise
    return _fitted(io.BytesIO(data + END_OF_JPEG), frame)


def _fitted(file: Path | str | IO[bytes], frame: _Frame) -> tuple[Image.Image, Orientation]:
    with Image.open(file) as source:
        image = _prepared(source, max(frame.size))
        orientation = BY_EXIF.get(_exif_number(source), UPRIGHT).then_turned(frame.rotation)
        return _composed(image, orientation.stored_size(*frame.size), frame.fit, frame.ground), orientation


def _read_jpeg(file: Path | str | IO[bytes]) -> bytes:
    """b"": it is another format. Raises OSError."""
    with contextlib.ExitStack() as stack:
        source = stack.enter_context(open(file, "rb")) if isinstance(file, Path | str) else file
        source.seek(0)
        return source.read() if source.read(3) == b"\xff\xd8\xff" and source.seek(0) == 0 else b""


def _prepared(source: Image.Image, longest: int) -> Image.Image:
    """Decoded, as it is stored, in 8-bit sRGB; with its alpha channel where it has one."""
    if source.width * source.height > MOST_STILL_PIXELS:
        raise StillError(f"too many pixels ({source.width} x {source.height}); save it smaller")
    if source.format == "JPEG":
        source.draft("RGB" if source.mode != "CMYK" else "CMYK", (longest, longest))  # decodes at 1/2, 1/4 or 1/8
    source.load()
    profile = source.info.get("icc_profile")
    image: Image.Image = source
    if image.mode in ("I", "I;16", "I;16B", "I;16L", "F"):
        return _eight_bits(image)
    if image.mode in ("RGB", "CMYK") and profile:
        image = _in_srgb(image, profile)
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        return image.convert("RGBA")
    return image.convert("RGB")


def _eight_bits(image: Image.Image) -> Image.Image:
    """Sixteen bits of grey as eight; convert() alone would cut everything above 255 off. Floats run from 0 to 1."""
    scale = 255.0 if image.mode == "F" else 255 / 65535
    return image.convert("F").point(lambda value: value * scale + 0).convert("L").convert("RGB")


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        changed = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image  # a broken profile: the plain conversion is what every browser falls back to
    return changed if changed is not None else image


def _composed(image: Image.Image, size: tuple[int, int], fit: Fit, ground: Colour) -> Image.Image:
    """The image fitted into `size`, centred, on the ground."""
    scale_x, scale_y = size[0] / image.width, size[1] / image.height
    match fit:
        case Fit.CONTAIN:
            scale_x = scale_y = min(scale_x, scale_y)
        case Fit.COVER:
            scale_x = scale_y = max(scale_x, scale_y)
        case Fit.STRETCH:
            pass
    # The part of the image that is seen, so that covering never makes a picture larger than the region.
    seen = (min(image.width, size[0] / scale_x), min(image.height, size[1] / scale_y))
    left, top = (image.width - seen[0]) / 2, (image.height - seen[1]) / 2
    target = (max(1, round(seen[0] * scale_x)), max(1, round(seen[1] * scale_y)))
    crop = (left, top, left + seen[0], top + seen[1])
    scaled = image.resize(target, Image.Resampling.LANCZOS, box=crop, reducing_gap=3.0)
    canvas = Image.new("RGB", size, ground)
    place = ((size[0] - target[0]) // 2, (size[1] - target[1]) // 2)
    canvas.paste(scaled, place, scaled if scaled.mode == "RGBA" else None)
    return canvas
