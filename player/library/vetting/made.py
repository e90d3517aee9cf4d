"""Files that are shown only after something was made of them: what each is, and why it may not be shown.

Knows: documents, photos of telephones, moving pictures and text pages. Touches: the file that it is given; it runs in the vetting
child. Must not: make anything (renditions/child.py does), or decode more than it takes to be sure.
"""

from __future__ import annotations

import os
import re
from typing import Any, BinaryIO

from player.core.model import MediaKind
from player.library.content.text_page import TEXT_LIMIT_BYTES, NoText, read_page_text
from player.library.renditions.documents import (
    DocumentDamaged,
    DocumentFault,
    count_pages,
    is_document,
    lacks_its_end,
)
from player.library.renditions.photos import is_photo, open_photos
from player.library.renditions.recipes import Recipe
from player.library.vetting.head import ZEROS_BYTES
from player.screen.drawing.frames import MovesTooLong, read_movement
from player.screen.drawing.stills import StillError, opened

TIFF = (b"II*\0", b"MM\0*")
"""Shown from a rendition, too: a scanner saves pages without packing them, and in colours that are not for a screen."""


_CUT = re.compile(r"truncat|end of file|file bounds|unexpected end|not enough data", re.IGNORECASE)
"""In the words of Pillow, libheif and libtiff: bytes are missing that the file itself names."""


class MadeFault(Exception):
    """Why nothing can be made of the file. cut: it may be whole later."""

    def __init__(self, what: str, *, cut: bool = False) -> None:
        super().__init__(what)
        self.cut = cut


def look_into_text(file: BinaryIO) -> dict[str, Any]:
    """Raises MadeFault."""
    try:
        read_page_text(file.read(TEXT_LIMIT_BYTES + 1))
    except NoText as fault:
        raise MadeFault(str(fault)) from fault
    return _made(Recipe.TEXT, 0, 0)


def look_into_made(file: BinaryIO, head: bytes, most_pixels: int) -> dict[str, Any] | None:
    """The verdict on a file of which something is made; None: it is shown as it is, or not at all. Raises MadeFault."""
    try:
        if is_document(head):
            return {**_made(Recipe.DOCUMENT, 0, 0), "pages": count_pages(file)}
        if is_photo(head) or head.startswith(TIFF):
            open_photos()
            if is_photo(head) and _ends_in_zeros(file):
                raise MadeFault("its end is zeros; it is not copied to its end yet, or damaged", cut=True)
            file.seek(0)
            with opened(file) as photo:
                if photo.width * photo.height <= most_pixels:  # else its size is told, and the caller refuses it
                    photo.load()
                return _made(Recipe.PICTURE, *photo.size)
    except DocumentDamaged as fault:
        if lacks_its_end(file):
            raise MadeFault("it is cut short (its end is not there)", cut=True) from fault
        raise MadeFault(str(fault)) from fault
    except StillError as fault:
        raise _fault_of_picture(fault) from fault
    except DocumentFault as fault:
        raise MadeFault(str(fault)) from fault
    return None


def _ends_in_zeros(file: BinaryIO) -> bool:
    file.seek(max(0, file.seek(0, os.SEEK_END) - ZEROS_BYTES))
    return not file.read(ZEROS_BYTES).strip(b"\0")


def _fault_of_picture(fault: StillError) -> MadeFault:
    """Of a file that begins as a photo or a TIFF, whose directory may stand at its end."""
    words = str(fault)
    if "cannot identify" in words:
        return MadeFault("it is damaged, or cut short", cut=True)
    return MadeFault("it is cut short", cut=True) if _CUT.search(words) else MadeFault(words)


def look_into_movement(file: BinaryIO) -> dict[str, Any] | None:
    """The verdict on a whole picture that moves; None: it does not. Raises MadeFault."""
    try:
        file.seek(0)
        movement = read_movement(file)
    except MovesTooLong as fault:
        raise MadeFault(str(fault)) from fault
    except StillError:
        return None
    if len(movement.durations_ms) < 2:
        return None
    made = _made(Recipe.MOVING, movement.width, movement.height)
    return {**made, "kind": MediaKind.VIDEO, "length_s": movement.turn_s}


def _made(recipe: Recipe, width: int, height: int) -> dict[str, Any]:
    return {"kind": MediaKind.IMAGE, "recipe": recipe, "width": width, "height": height, "length_s": None}
