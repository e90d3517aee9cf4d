"""The vetting child: looks into one file after another and says what each is, or why it may not be shown.

Knows: in which order a file is looked at: its head, as a picture, as a film. Touches: the files it is told, reading only;
stdin and stdout (a JSON line each). It runs with limits, in its own process.
Must not: be imported by the daemon's process: what a hostile file does to Pillow or FFmpeg must stay in here.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any, BinaryIO

from player.base.children import answer_questions
from player.library.vetting.containers import DOCUMENTS, PICTURES_NOT_SHOWN, named_by_head
from player.library.vetting.facts import facts_row
from player.library.vetting.head import HEAD_BYTES, fault_of_head
from player.library.vetting.libav import Libraries, LibrariesMissing
from player.library.vetting.made import MadeFault, look_into_made, look_into_movement, look_into_text
from player.library.vetting.trial import FilmFault, try_film
from player.screen.drawing.colours import BLACK, colour_of
from player.screen.drawing.whole import PictureFault, format_of, read_picture

MEMORY_BYTES = 1536 << 20
"""FFmpeg's libraries take 0.3 GB of addresses; a decoder of 8K keeps ten pictures of 50 MB."""


def look_into(file: BinaryIO, most_pixels: int, libraries: Libraries | None, ground: str = "black") -> dict[str, Any]:
    """{"kind": "video" | "image", "width", "height", "length_s", "film", "recipe", "pages"} or {"why": ..., "cut": bool}. See
    vetting/verdicts.py, `Verdict`. {"unseen": True}: it may be a film, and there are no libraries.
    """
    head = file.read(HEAD_BYTES)
    if (fault := fault_of_head(head)) is not None:
        return _refused(fault.why, cut=fault.cut)
    if (made := look_into_made(file, head, most_pixels)) is not None:
        return made
    if name := format_of(head):
        picture = read_picture(file, name, most_pixels, colour_of(ground) or BLACK)
        if picture.width * picture.height <= most_pixels and (movement := look_into_movement(file)) is not None:
            return movement
        facts: dict[str, Any] = {"contrast": picture.contrast}
        return {"kind": "image", "width": picture.width, "height": picture.height, "length_s": None, "film": facts}
    if name := named_by_head(head, PICTURES_NOT_SHOWN):
        return _refused(f"{name} pictures are not shown; save it as PNG or JPEG")
    if name := named_by_head(head, DOCUMENTS):
        advice = "; save it as PDF or MP4" if "Office" in name else ""
        return _refused(f"it is {name}, not a video or a picture{advice}")
    if libraries is None:
        return {"unseen": True}
    tried = try_film(libraries, file.fileno(), head)
    return {
        "kind": "video", "width": tried.width, "height": tried.height, "length_s": tried.length_s,
        "film": facts_row(tried.film),
    }  # fmt: skip


def _refused(why: str, *, cut: bool = False) -> dict[str, Any]:
    return {"why": why, "cut": cut}


def answer_with(libraries: Libraries | None) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """What answers a question: {"path": of the file, "most_pixels": of a picture, "as_text": it is meant as a page,
    "ground": the colour on which a picture lies}."""

    def answer(question: dict[str, Any]) -> dict[str, Any]:
        try:
            with open(question["path"], "rb") as file:
                if question["as_text"]:
                    return look_into_text(file)
                return look_into(file, question["most_pixels"], libraries, question["ground"])
        except (PictureFault, FilmFault, MadeFault) as fault:
            return _refused(str(fault), cut=fault.cut)
        except MemoryError:
            return _refused("looking into it takes more than 1 GB of memory")
        except OSError as error:
            return {"error": os.strerror(error.errno) if error.errno else str(error)}
        except Exception as error:  # noqa: BLE001  # a third-party parser on a hostile file: whatever it raises is a refusal
            return _refused(f"it cannot be looked into ({type(error).__name__})")

    return answer


def main() -> None:
    try:
        answer = answer_with(Libraries())
    except LibrariesMissing as missing:
        if sys.platform != "linux":  # the office's computer: pictures, pages and texts are looked into all the same
            answer_questions(answer_with(None), MEMORY_BYTES)
            return
        words = {"error": str(missing)}
        answer_questions(lambda question: words, MEMORY_BYTES)
    else:
        answer_questions(answer, MEMORY_BYTES)


if __name__ == "__main__":
    main()
