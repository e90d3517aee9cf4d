"""Files that are shown only after something was made of them: what each is, and why it may not be shown.

Knows: documents, photos of telephones, moving pictures and text pages. Touches: the file that it is given; it runs in the vetting
child. Must not: make anything (renditions/child.py does), or decode more than it takes to be sure.
"""

from __future__ import annotations

from typing import Any, BinaryIO

from player.core.model import MediaKind
from player.library.content.text_page import TEXT_LIMIT_BYTES, NoText, read_page_text
from player.library.renditions.documents import DocumentFault, count_pages, is_document
from player.library.renditions.photos import is_photo, open_photos
from player.library.renditions.recipes import Recipe
from player.screen.drawing.frames import MovesTooLong, read_movement
from player.screen.drawing.stills import StillError, opened

TIFF = (b"II*\0", b"MM\0*")
"""Shown from a rendition, too: a scanner saves pages without packing them, and in colours that are not for a screen."""


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
            file.seek(0)
            with opened(file) as photo:
                if photo.width * photo.height <= most_pixels:  # else its size is told, and the caller refuses it
                    photo.load()
                return _made(Recipe.PICTURE, *photo.size)
    except (DocumentFault, StillError) as fault:
        raise MadeFault(str(fault)) from fault
    return None


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
