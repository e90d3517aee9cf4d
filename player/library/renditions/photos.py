"""Photos of telephones (HEIC, AVIF): which files are such, and that Pillow opens them.

Knows: pillow_heif, and how such files begin. Touches: Pillow's list of formats, in a child process.
Must not: be imported by the daemon's process.
"""

from __future__ import annotations

import pillow_heif

BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis"})
"""ISO/IEC 23008-12 and the AVIF specification; `mif1` is what some telephones say first."""
STILLS = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1", b"avif"})


def is_photo(head: bytes) -> bool:
    """Whether a file that begins so is a still picture in the box format of films."""
    if head[4:8] != b"ftyp":
        return False
    length = min(int.from_bytes(head[:4], "big"), len(head))
    brands = {head[8:12], *(head[at : at + 4] for at in range(16, length - 3, 4))}
    return head[8:12] in STILLS or (head[8:12] in BRANDS and bool(brands & STILLS))


def open_photos() -> None:
    """From now on Pillow opens HEIC in this process; AVIF it opens by itself."""
    pillow_heif.register_heif_opener(thumbnails=False, decode_threads=1)
