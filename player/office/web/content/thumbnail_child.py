"""The thumbnail child: a small picture of a film, an image, a document or a text, made in a process with limits.

Knows: its questions and answers, ffmpeg's words for a small JPEG. Touches: the file that it is told, reading only; its scratch.
Must not: be imported by the console's process: what a hostile file does to a decoder stays in here.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from player.base.children import RAW, answer_questions
from player.core.model import Fit
from player.library.renditions.child import RenditionChild
from player.library.renditions.recipes import Recipe
from player.office.probed_film import FILMS, OWN_FILE_ONLY, address_of
from player.screen.drawing.stills import load_still

SIZE = (400, 225)
"""Pixels that a thumbnail covers: a card of the page is 320 wide, and a screen may have two pixels for one."""
MOST_PIXELS = 8192 * 8192
SCRATCH_BYTES = 32 << 20
AT_S = (3.0, 8.0, 20.0, 60.0)
"""So far into a film a picture is looked for that is not dark: films begin black, or with a title that fades in."""
AT_MOST_S = (1.0, 0.0)
"""Of a film that is shorter, or dark at all of these."""
DARK = 28
"""Of 255: a picture none of whose PLACES is brighter shows nothing in a card."""
PLACES = (16, 9)
RECIPES = {"image": Recipe.PICTURE, "document": Recipe.DOCUMENT, "text": Recipe.TEXT}


def answer_for(renditions: RenditionChild, asked: dict[str, Any]) -> dict[str, Any]:
    """{RAW: a JPEG}, or {"why"}: there is none of this file. asked: {"path", "kind": as in RECIPES, or "video"}."""
    if asked["kind"] == "video":
        return _of_film(asked["path"]) or {"why": "no picture"}
    question = {
        "path": asked["path"], "recipe": RECIPES[asked["kind"]], "piece": 0, "page": 1, "seconds": 1.0,
        "width": SIZE[0], "height": SIZE[1], "ground": "#000000",
    }  # fmt: skip
    drawn = renditions.answer(question)
    if RAW not in drawn:
        return {"why": str(drawn.get("why") or drawn.get("undone") or "no picture")}
    with tempfile.NamedTemporaryFile() as file:
        file.write(drawn[RAW])
        file.flush()
        return _small([*OWN_FILE_ONLY], file.name) or {"why": "no picture"}


def _of_film(path: str) -> dict[str, Any]:
    """A picture that is not dark where the film has one, else the first of those that were tried."""
    found: dict[str, Any] = {}
    for at_s in (*AT_S, *AT_MOST_S):
        if found and at_s in AT_MOST_S:
            break  # it is not shorter
        made = _small(["-ss", f"{at_s:g}", "-format_whitelist", FILMS, *OWN_FILE_ONLY], path)
        if made and not is_dark(made[RAW]):
            return made
        found = found or made
    return found


def is_dark(jpeg: bytes) -> bool:
    """Whether a person would see nothing but black."""
    seen = load_still(io.BytesIO(jpeg), *PLACES, Fit.STRETCH).bgrx
    return all(max(seen[colour::4]) < DARK for colour in range(3))


def _small(before: list[str], path: str) -> dict[str, Any]:
    """The first picture behind `before` as a JPEG; nothing where there is none."""
    program = shutil.which("ffmpeg")
    if program is None:
        return {"why": "ffmpeg is not on this computer"}
    fit = f"scale=w={SIZE[0]}:h={SIZE[1]}:force_original_aspect_ratio=decrease:force_divisible_by=2"
    words = [
        program, "-nostdin", "-loglevel", "error", "-threads", "1", "-max_pixels", str(MOST_PIXELS), *before,
        "-i", address_of(Path(path)), "-an", "-sn", "-dn", "-frames:v", "1", "-vf", f"{fit},format=yuvj420p",
        "-threads", "1", "-q:v", "4", "-f", "mjpeg", "pipe:1",
    ]  # fmt: skip
    made = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return {RAW: made.stdout} if made.returncode == 0 and made.stdout else {}


def main() -> None:
    renditions = RenditionChild()
    answer_questions(lambda asked: answer_for(renditions, asked), scratch_bytes=SCRATCH_BYTES)


if __name__ == "__main__":
    main()
