"""The rendition child: makes pictures and films of what no decoder opens, in a process with limits (renditions/maker.py asks it).

Knows: its questions and answers. Touches: the files that it is told, reading only; stdin and stdout; a temporary folder.
Must not: be imported by the daemon's process: the libraries are large, and what a hostile file does to them must stay in here.
"""

from __future__ import annotations

import difflib
import math
import os
import tempfile
from pathlib import Path
from typing import Any

from player.base.children import RAW, answer_questions
from player.base.text import drawable
from player.core.model import MediaKind
from player.library.content.text_page import NoText, PageText, read_page_text, seconds_for
from player.library.renditions.documents import DocumentFault, draw_page
from player.library.renditions.film import FILM_LIMIT_BYTES, NoFilmNow, RawPictures, TooMuchForAFilm, make_film
from player.library.renditions.photos import open_photos
from player.library.renditions.recipes import Recipe
from player.screen.drawing.colours import BLACK, NAMED, colour_of
from player.screen.drawing.fonts import describe_missing
from player.screen.drawing.frames import Movement, draw_frames, read_movement
from player.screen.drawing.stills import StillError, encoded, save_still
from player.screen.drawing.text_page import DrawnPage, TextTooLong, draw_text_pages

CPU_S = 30
"""A page with a million strokes takes three seconds, a turn of two minutes in 720p fifteen (2026-11-26)."""


class RenditionChild:
    """Keeps the pages of the last text, which are asked for one by one."""

    def __init__(self) -> None:
        self._text: tuple[object, list[DrawnPage], str] | None = None
        open_photos()

    def answer(self, asked: dict[str, Any]) -> dict[str, Any]:
        """{"pieces", "kind", "width", "height", "length_s", "show_s", RAW} or {"why"}; {"undone"}: the machine's fault."""
        try:
            return self._make(Recipe(asked["recipe"]), asked)
        except (DocumentFault, StillError, NoText, TextTooLong, TooMuchForAFilm) as fault:
            return {"why": str(fault)}
        except NoFilmNow as fault:
            return {"undone": str(fault)}
        except MemoryError:
            raise
        except OSError as error:
            return {"undone": f"it cannot be read ({os.strerror(error.errno) if error.errno else error})"}
        except Exception as error:  # noqa: BLE001  # third-party parsers on a hostile file: whatever they raise is a refusal
            return {"why": f"it cannot be made into a picture ({type(error).__name__})"}

    def _make(self, recipe: Recipe, asked: dict[str, Any]) -> dict[str, Any]:
        path, size = asked["path"], (asked["width"], asked["height"])
        match recipe:
            case Recipe.DOCUMENT:
                return _picture(*draw_page(Path(path), asked["page"], *size))
            case Recipe.PICTURE:
                return _picture(*save_still(path, *size))
            case Recipe.TEXT:
                return self._page(path, size, asked["piece"])
            case Recipe.MOVING:
                return _film(path, size, asked["ground"], asked["seconds"])

    def _page(self, path: str, size: tuple[int, int], piece: int) -> dict[str, Any]:
        state = os.stat(path)
        which = (path, size, state.st_mtime_ns, state.st_ino)
        if self._text is None or self._text[0] != which:
            text = read_page_text(Path(path).read_bytes())
            self._text = which, _draw(text, size), _remark_on(text)
        _, pages, remark = self._text
        page = pages[piece]
        answer = _picture(encoded(page.image), page.image.size)
        return {**answer, "pieces": len(pages), "show_s": seconds_for(page.letters), "remark": remark}


def _draw(text: PageText, size: tuple[int, int]) -> list[DrawnPage]:
    return draw_text_pages(text.headline, text.paragraphs, text.addresses, text.colour, *size)


def _remark_on(text: PageText) -> str:
    """What of the text is not understood, and what to write."""
    if text.unknown:
        return f"{text.unknown[0][:60]} is not understood, and not shown; write # colour: red"
    if text.colour and colour_of(text.colour) is None:
        near = difflib.get_close_matches(text.colour.lower(), NAMED, 1)
        advice = f"did you mean {near[0]}?" if near else "write a name like red, or #rrggbb"
        return f"no colour is called {text.colour[:30]}; {advice}"
    return describe_missing(drawable("\n".join((text.headline, *text.paragraphs))))


def _picture(content: bytes, size: tuple[int, int]) -> dict[str, Any]:
    return {"pieces": 1, "kind": MediaKind.IMAGE, "width": size[0], "height": size[1], RAW: content}


def _film(path: str, region: tuple[int, int], ground: str, seconds: float) -> dict[str, Any]:
    movement = read_movement(path)
    size = _film_size(movement, region)
    drawn = draw_frames(path, len(movement.durations_ms), size, colour_of(ground) or BLACK)
    frames = zip(drawn, movement.repeats(), strict=True)
    with tempfile.TemporaryDirectory(prefix="panel-rendition-") as folder:
        film = make_film(RawPictures(*size, movement.rate, frames), seconds, Path(folder))
        content = film.read_bytes()
    return {
        "pieces": 1,
        "kind": MediaKind.VIDEO,
        "width": size[0],
        "height": size[1],
        "length_s": seconds,
        RAW: content,
    }


def _film_size(movement: Movement, region: tuple[int, int]) -> tuple[int, int]:
    """As large as covers the region, never larger than it is, and even: H.264 counts colours in pairs of pixels."""
    scale = min(1.0, max(region[0] / movement.width, region[1] / movement.height))
    wide, tall = (max(2, math.floor(side * scale / 2) * 2) for side in (movement.width, movement.height))
    return wide, tall


if __name__ == "__main__":
    answer_questions(RenditionChild().answer, cpu_s=CPU_S, scratch_bytes=2 * FILM_LIMIT_BYTES)
