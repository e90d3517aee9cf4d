"""Whether a picture file can be shown: Pillow decodes it here as it does for the screen.

Knows: which formats are shown, and what a file that lacks its end does to Pillow. Touches: the open file that it is given.
Must not: decode a picture before its size is known to be allowed. What nobody has vetted yet is read in the vetting child.

To add a format: its head and Pillow's name of it in FORMATS.
"""

from __future__ import annotations

import io
import re
import time
import warnings
from dataclasses import dataclass
from typing import BinaryIO

from PIL import Image, ImageChops

WHOLE_LIMIT_BYTES = 512 << 20
"""A picture file larger than this is not read; a PNG of 8K in 16 bits stays well below it."""
FORMATS = (
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "PNG"),
    (re.compile(rb"\xff\xd8\xff"), "JPEG"),
    (re.compile(rb"GIF8[79]a"), "GIF"),
    (re.compile(rb"BM"), "BMP"),
    (re.compile(rb"RIFF....WEBP", re.S), "WEBP"),
)
"""How the file begins, and Pillow's name of its format."""
BLACK = (0, 0, 0)
SMALL = 640
"""A JPEG is decoded at a part of its size, not smaller than this: all its bytes are read, and it costs a third."""
STRIP_PIXELS = 1 << 20
"""So much of a picture is compared with its ground at a time."""
END_OF_JPEG = b"\xff\xd9"
END_OF_PNG = b"\0\0\0\0IEND\xaeB`\x82"
MOVING = frozenset({"GIF", "PNG", "WEBP"})
MOST_FRAMES = 10_000
FRAMES_CPU_S = 2.0
PROBES = (b"\x55\xaa\x33" * 4096, b"\xa9\x12\x7c" * 4096)
"""Two ends that no JPEG has: a picture that lacks some of its own pixels looks another way with each."""
ZEROS = 32
"""A JPEG without its end marker, a GIF or a WebP that ends in so many zeros was preallocated and is not written to its end."""


class PictureFault(Exception):
    """Why this picture is refused. cut: it ends too early, so the rest may still come."""

    def __init__(self, what: str, *, cut: bool = False) -> None:
        super().__init__(what)
        self.cut = cut


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """contrast: how far the colour of its most visible pixel is from the ground that the picture lies on, 0 to 255."""

    width: int
    height: int
    contrast: int


def format_of(head: bytes) -> str:
    """Pillow's name of the format; "" when it is none that is shown."""
    return next((name for begin, name in FORMATS if begin.match(head)), "")


def read_picture(file: BinaryIO, name: str, most_pixels: int, ground: tuple[int, int, int] = BLACK) -> PictureFacts:
    """The picture in `file`, which begins as the format `name`, decoded. Raises PictureFault, OSError, MemoryError.

    most_pixels: one with more is not decoded; its size is told, and the caller refuses it.
    """
    file.seek(0)
    data = file.read(WHOLE_LIMIT_BYTES + 1)
    if len(data) > WHOLE_LIMIT_BYTES:
        raise PictureFault("a picture file of more than 512 MB; save it smaller")
    Image.MAX_IMAGE_PIXELS = None  # of this process; the limit is the caller's
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # odd metadata is no reason not to show a picture
        try:
            return _decoded(data, name, most_pixels, ground)
        except _Faults as error:
            if name == "JPEG" and lacks_only_its_end(data):
                return _decoded(data + END_OF_JPEG, name, most_pixels, ground)
            raise _fault_of(error) from error


_Faults = (OSError, SyntaxError, ValueError, EOFError, ArithmeticError, IndexError, TypeError, KeyError)
"""What Pillow's readers raise for damaged files; here OSError is one of them, as the bytes have been read before."""


def _fault_of(error: Exception) -> PictureFault:
    if "truncated" in str(error).lower() or isinstance(error, EOFError | IndexError):
        return PictureFault("it is cut short", cut=True)
    return PictureFault("it is damaged, or cut short", cut=True)


def _decoded(data: bytes, name: str, most_pixels: int, ground: tuple[int, int, int]) -> PictureFacts:
    if name == "PNG":
        _check_png(data)
    if name in ("WEBP", "GIF") and data.endswith(bytes(ZEROS)):
        raise OSError("truncated")
    with Image.open(io.BytesIO(data), formats=[name]) as image:
        width, height = image.size
        if width * height > most_pixels:
            return PictureFacts(width, height, 255)
        if name == "JPEG":
            image.draft(image.mode, (SMALL, SMALL))
        image.load()
        facts = PictureFacts(width, height, contrast_of(image, ground))
        if name in MOVING:
            _decode_others(image)
        return facts


def _decode_others(image: Image.Image) -> None:
    """The pictures behind the first one, of one that moves: all, or as many as there is time for."""
    began = time.process_time()
    for number in range(1, MOST_FRAMES):
        try:
            image.seek(number)
        except EOFError:
            return
        image.load()
        if time.process_time() - began > FRAMES_CPU_S:
            return


def _check_png(data: bytes) -> None:
    """Its checksums: Pillow decodes zeros where pixels should be without a word. Of the last chunk some bytes may be missing."""
    for missing in range(len(END_OF_PNG) + 1):
        try:
            with Image.open(io.BytesIO(data + END_OF_PNG[len(END_OF_PNG) - missing :]), formats=["PNG"]) as image:
                image.verify()
            return
        except _Faults as error:
            fault = error
    raise fault


def contrast_of(image: Image.Image, ground: tuple[int, int, int]) -> int:
    """See PictureFacts. Strip by strip: a photo of 24 million pixels at once takes three more of its own size, 290 MB."""
    if image.mode.startswith(("I", "F")) and "transparency" not in image.info:
        return 255  # sixteen bits of grey: its own darkest and brightest are stretched when it is shown
    rows, farthest = max(1, STRIP_PIXELS // image.width), 0
    for top in range(0, image.height, rows):
        strip = image.crop((0, top, image.width, min(top + rows, image.height)))
        farthest = max(farthest, _contrast_of_strip(strip, ground))
        if farthest == 255:
            break
    return farthest


def _contrast_of_strip(image: Image.Image, ground: tuple[int, int, int]) -> int:
    if "A" in image.getbands() or "transparency" in image.info:
        over = image.convert("RGBA")
        below = Image.new("RGBA", over.size, (*ground, 255))
        shown = Image.alpha_composite(below, over).convert("RGB")
    else:
        shown = image.convert("RGB")
    farthest = ImageChops.difference(shown, Image.new("RGB", shown.size, ground))
    counts = farthest.histogram()
    return max(place % 256 for place, count in enumerate(counts) if count)


def lacks_only_its_end(data: bytes) -> bool:
    """Of a JPEG that Pillow calls truncated: every pixel is there; whatever is put behind the bytes, it looks the same."""
    if data.endswith(bytes(ZEROS)):
        return False
    if not data.startswith(b"\xff\xd8\xff"):
        return False
    data = data.rstrip(b"\xff")  # half of the end marker
    looks = []
    for probe in PROBES:
        try:
            with Image.open(io.BytesIO(data + probe + END_OF_JPEG), formats=["JPEG"]) as image:
                image.load()
                looks.append(image.tobytes())
        except _Faults:
            return False
    return looks[0] == looks[1]
