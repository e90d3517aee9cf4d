"""Which installed font draws which letter, and how wide the letters are.

Knows: the fonts of Debian's packages fonts-dejavu-core, fonts-noto-core, fonts-noto-cjk and fonts-noto-color-emoji.
Touches: font files. Must not: fail when a font is missing: without any of them Pillow's own still draws Latin letters.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

from player.base.text import is_plain_latin
from player.screen.drawing.wrap import LEFT_TO_RIGHT, RIGHT_TO_LEFT, clusters

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

FONT_FOLDERS = tuple(
    Path("/usr/share/fonts") / name for name in ("truetype/dejavu", "truetype/noto", "opentype/noto", "truetype")
)
LATIN_FONTS = ("DejaVuSans-Bold.ttf", "NotoSans-Bold.ttf", "LiberationSans-Bold.ttf")
OTHER_FONTS = (
    "NotoSansCJK-Bold.ttc",
    "NotoSansSymbols-Bold.ttf",
    "NotoSansSymbols2-Regular.ttf",
    "NotoSansMath-Regular.ttf",
)
ARABIC_FONTS = ("NotoSansArabic-Bold.ttf", "NotoNaskhArabic-Bold.ttf")
EMOJI_FONT = "NotoColorEmoji.ttf"
EMOJI_STRIKE_PX = 109
"""The one size in which NotoColorEmoji holds its pictures."""
MEASURE_PX = 100
"""Widths are measured at this size and scaled; larger gains nothing, smaller rounds."""
MARKS = LEFT_TO_RIGHT + RIGHT_TO_LEFT
HINTED_BELOW_PX = 12
"""Smaller letters consist of whole pixels: half lit ones next to a stroke of one pixel make it unreadable on an LED panel."""
HINTED_FONTS = ((9, "DejaVuSans.ttf"), (HINTED_BELOW_PX, "DejaVuSans-Bold.ttf"))
"""Below which size which face: both are hinted for these sizes; bold strokes need two pixels, which 8 px do not have."""
SAMPLES = {
    "Latin": "A", "Arabic": "\u0639", "Javanese": "\ua9b2", "Balinese": "\u1b13", "Chinese": "\u8bf7", "Japanese": "\u3042",
    "Korean": "\ud55c", "emoji": "\U0001f6a7",
}  # fmt: skip
"""A letter of each script that `panel-player check` tells of."""
EAST_ASIAN_SCRIPTS = frozenset({"Cjk", "Hiragana", "Katakana", "Hangul", "Bopomofo", "Ideographic"})
LETTERS_TOLD = 20
"""Missing letters that a sentence names."""
MISSING = "\u2026"
"""Stands for letters that no installed font has."""


def measure(text: str, size: int = HINTED_BELOW_PX) -> float:
    """The width of a text in letter sizes, whatever fonts it takes. size: in pixels; from HINTED_BELOW_PX on all are alike."""
    text = text.strip(MARKS)
    if face := hinted_face(text, size):
        return hinted_font(face, size).getlength(text, mode="1") / size
    return sum(advance(part, path) for part, path in runs_of(text))


def hinted_face(text: str, size: int) -> str:
    """The font for letters of whole pixels; "" where the size is larger, or the text in a script that has none."""
    if size >= HINTED_BELOW_PX or not is_plain_latin(text):
        return ""
    return _installed(next(name for below, name in HINTED_FONTS if size < below))


@lru_cache(maxsize=16)
def hinted_font(path: str, size: int) -> ImageFont.FreeTypeFont:
    """Each letter as wide as its hints say, in whole pixels; without the layout engine, which places letters between them."""
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)


def missing_letters(text: str) -> str:
    """The letters of the text, each once, that no installed font has."""
    return "".join(dict.fromkeys("".join(each for each in clusters(text) if not _is_drawn(each))))


def describe_missing(text: str) -> str:
    """Which letters of the text no installed font has, and the package that has them; "" when all are there."""
    missing = missing_letters(text)
    return missing and f"no font here has the letters {missing[:LETTERS_TOLD]}; install {package_for(missing)}"


def drawn_scripts() -> dict[str, bool]:
    """Whether the installed fonts have letters of each of the scripts that Indonesian cities write."""
    return {name: bool(_installed_for(sample)) for name, sample in SAMPLES.items()}


def _installed_for(sample: str) -> str:
    return next((path for path in _fonts_for(sample) if path and _has(path, sample)), "")


def package_for(letters: str) -> str:
    """Debian's package with a font for the first of these letters."""
    first = letters[:1]
    if script_of(first) in EAST_ASIAN_SCRIPTS:
        return "fonts-noto-cjk"
    return "fonts-noto-color-emoji" if _is_emoji(first or " ") else "fonts-noto-core"


def without_missing(text: str) -> str:
    """The text with MISSING where no installed font has the letters: never an empty box."""
    if text.isascii():
        return text
    kept = ""
    for cluster in clusters(text):
        if _is_drawn(cluster):
            kept += cluster
        elif not kept.endswith(MISSING):
            kept += MISSING
    return kept


def _is_drawn(cluster: str) -> bool:
    return cluster.isascii() or any(_has(path, cluster) for path in _fonts_for(cluster) or [""])


@lru_cache(maxsize=4096)
def advance(text: str, path: str) -> float:
    """The width of a run in letter sizes."""
    size = EMOJI_STRIKE_PX if path.endswith(EMOJI_FONT) else MEASURE_PX
    return font_at(path, size).getlength(text) / size


def reach(text: str) -> tuple[float, float]:
    """How far a text reaches above and below its base line, in letter sizes."""
    above, below = 0.0, 0.0
    for part, path in runs_of(text):
        size = EMOJI_STRIKE_PX if path.endswith(EMOJI_FONT) else MEASURE_PX
        _, top, _, bottom = font_at(path, size).getbbox(part, anchor="ls")
        above, below = max(above, -top / size), max(below, bottom / size)
    return above, below


def runs_of(line: str) -> Iterator[tuple[str, str]]:
    """The line cut where the font must change: (text, path of the font), in logical order.

    A line that runs from right to left gets one font where one has all of it: only then are its numbers and
    Latin words put where they belong.
    """
    whole = _fonts_for(line)
    if any(unicodedata.bidirectional(char) in ("R", "AL") for char in line):
        for path in whole:
            if all(_has(path, cluster) for cluster in clusters(line)):
                yield line, path
                return
    run, font = "", ""
    for cluster in clusters(line):
        if run and (cluster == " " or unicodedata.category(cluster[0]) == "Po") and _has(font, cluster):
            run += cluster
            continue
        best = next((path for path in _fonts_for(cluster) if _has(path, cluster)), whole[0] if whole else "")
        if run and best != font:
            yield run, font
            run = ""
        run, font = run + cluster, best
    if run:
        yield run, font


def _fonts_for(text: str) -> list[str]:
    """The installed fonts to try for a text, best first: by what Unicode calls its letters' script."""
    scripts = dict.fromkeys(script_of(char) for char in text if ord(char) > 0x2FF)
    names: list[str] = []
    if any(_is_emoji(cluster) for cluster in clusters(text)):
        names.append(EMOJI_FONT)
    if "Arabic" in scripts:
        names += ARABIC_FONTS
    names += LATIN_FONTS
    names += [f"NotoSans{script}-{weight}.ttf" for script in scripts for weight in ("Bold", "Regular")]
    names += OTHER_FONTS
    return [path for name in names if (path := _installed(name))]


def script_of(char: str) -> str:
    """What Unicode calls the script of a letter: "Latin", "Javanese", "Arabic"."""
    return unicodedata.name(char, "").split(" ")[0].split("-")[0].title()


def _is_emoji(cluster: str) -> bool:
    return ord(cluster[0]) >= 0x1F000 or "\ufe0f" in cluster


@lru_cache(maxsize=256)
def _installed(name: str) -> str:
    return next((str(folder / name) for folder in FONT_FOLDERS if (folder / name).exists()), "")


@lru_cache(maxsize=64)
def font_at(path: str, size: int) -> Font:
    """The font at this path, in pixels; Pillow's own (Latin only) for the empty path, where no font is installed at all."""
    if not path:
        return ImageFont.load_default(size)
    index = 2 if path.endswith(".ttc") else 0  # of the CJK collection the simplified Chinese one
    return ImageFont.truetype(path, size, index=index)


@lru_cache(maxsize=8192)
def _has(path: str, cluster: str) -> bool:
    """Whether the font has a picture of its own for the cluster's first character."""
    char = cluster[0]
    if path.endswith(EMOJI_FONT):
        return _is_emoji(cluster)
    if char.isspace() or unicodedata.category(char) in ("Cf", "Mn", "Me", "Mc"):
        return True
    font = font_at(path, 24)
    drawn, missing = font.getmask(char), font.getmask("\U0010fffe")
    return (drawn.size, bytes(drawn)) != (missing.size, bytes(missing))
