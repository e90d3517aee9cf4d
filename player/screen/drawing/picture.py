"""The pictures that the player draws itself (cards, the technician's strip), stills, and JPEGs of the screen.

Knows: fonts, colours, layout, image files. Touches: font files and the image that it is given.
Must not: know about X, windows or time. The only file that imports Pillow (hence its length), which is large:
import this module lazily. Wants fonts-dejavu-core, fonts-noto-core, fonts-noto-cjk, fonts-noto-color-emoji and
libfribidi0 (for Arabic); without any of them it still draws Latin letters with Pillow's own font.
"""

from __future__ import annotations

import io
import unicodedata
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageCms, ImageColor, ImageDraw, ImageFont, ImageOps

from player.base.text import drawable
from player.core.model import Card, CardKind, Fit, StickNotice, StickStage
from player.screen.drawing.words import notice_words, waiting_words
from player.screen.drawing.wrap import LINE_HEIGHT, clusters, fit_text, reads_right_to_left

Colour = tuple[int, int, int]
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
TALL_SCRIPTS = {"Javanese", "Balinese", "Sundanese", "Thai", "Khmer", "Myanmar", "Tibetan", "Telugu", "Tamil"}
TALL_LINE_HEIGHT = 1.75
"""These scripts put signs above and below their letters."""
EMOJI_FONT = "NotoColorEmoji.ttf"
EMOJI_STRIKE_PX = 109
"""The one size in which NotoColorEmoji holds its pictures."""
MEASURE_PX = 100
"""Widths are measured at this size and scaled; larger gains nothing, smaller rounds."""
SMALLEST_PX = 8
"""Letters below this are no longer read on an LED panel, whose pixels are its letters' strokes."""

INK: Colour = (255, 255, 255)
SOFT_INK: Colour = (176, 190, 206)
GROUND: Colour = (12, 20, 32)
CALM: Colour = (46, 134, 222)
AMBER: Colour = (255, 176, 0)
URGENT: Colour = (12, 52, 118)
"""The ground of an urgent message for which the office named no colour."""

BLACK: Colour = (0, 0, 0)
NAMED = {
    "merah": "#c40018", "jingga": "#e06a00", "oranye": "#e06a00", "kuning": "#ffd400", "hijau": "#00792b",
    "biru": "#0c3476", "ungu": "#5b1f8a", "putih": "#ffffff", "hitam": "#000000", "abu-abu": "#5a6470",
    "red": "#c40018", "orange": "#e06a00", "yellow": "#ffd400", "green": "#00792b", "blue": "#0c3476",
    "purple": "#5b1f8a",
}  # fmt: skip
"""Colours by the names that an operator types; darker than the web's, so that white letters stand on them."""

STRIP_COLOURS: dict[StickStage, tuple[Colour, Colour]] = {
    StickStage.READING: ((10, 58, 120), INK),
    StickStage.DONE: ((0, 110, 44), INK),
    StickStage.REFUSED: ((186, 0, 20), INK),
    StickStage.NOT_OURS: ((64, 72, 84), INK),
    StickStage.SLOW: ((255, 190, 0), BLACK),
}
STRIP_SHARE = 0.2
STRIP_LEAST_PX = 40
"""On a panel of 96 pixels in height a fifth of the picture would hold no letters that a ladder reads."""

MOST_STILL_PIXELS = 7680 * 4320 * 4
"""Pillow holds 3-4 bytes a pixel while it decodes: this is about 530 MB, the most that a mini-PC can give."""
JPEG_QUALITY = 80

BARS: tuple[Colour, ...] = (
    (255, 255, 255), (255, 255, 0), (0, 255, 255), (0, 255, 0), (255, 0, 255), (255, 0, 0), (0, 0, 255), BLACK,
)  # fmt: skip


class StillError(Exception):
    """The image file cannot be shown; the message says what is wrong with it and what to do."""


@dataclass(frozen=True, slots=True)
class Picture:
    """Raw pixels for X11: four bytes a pixel (blue, green, red, unused), row by row, no padding."""

    width: int
    height: int
    bgrx: bytes


# ---- cards


def draw_card(card: Card, width: int, height: int, panel: str, language: str, rotation: int = 0) -> Picture:
    """The whole region, width x height, as one picture. rotation: degrees clockwise, 0, 90, 180 or 270."""
    if card.kind is CardKind.BLACK:
        return Picture(width, height, bytes(width * height * 4))
    if rotation % 180:
        width, height = height, width
    return _picture(_turned(_card(card, width, height, panel, language), rotation))


def _card(card: Card, width: int, height: int, panel: str, language: str) -> Image.Image:
    canvas = Image.new("RGB", (width, height), BLACK)
    match card.kind:
        case CardKind.BLACK:
            pass
        case CardKind.WAITING:
            canvas = _named_card(width, height, panel, waiting_words(language), CALM)
        case CardKind.TROUBLE:
            canvas = _named_card(width, height, panel, card.text, AMBER)
        case CardKind.IDENTIFY:
            canvas = Image.new("RGB", (width, height), CALM)
            _frame(canvas, INK)
            _write(canvas, panel, _inset((0, 0, width, height), 0.08), INK)
        case CardKind.TEST_PATTERN:
            canvas = _test_pattern(width, height, panel)
        case CardKind.TEXT:
            ground = colour_of(card.colour) or URGENT
            canvas = Image.new("RGB", (width, height), ground)
            _write(canvas, card.text, _inset((0, 0, width, height), 0.06), letters_on(ground))
    return canvas


def draw_dot(diameter: int) -> Picture:
    """A white disc on black with a red centre: moved over the test pattern it shows that frames arrive."""
    canvas = Image.new("RGB", (diameter, diameter), BLACK)
    pen = ImageDraw.Draw(canvas)
    pen.ellipse((0, 0, diameter - 1, diameter - 1), fill=INK)
    middle = diameter // 3
    pen.ellipse((middle, middle, diameter - 1 - middle, diameter - 1 - middle), fill=(255, 0, 0))
    return _picture(canvas)


def draw_notice(notice: StickNotice, width: int, height: int, language: str, rotation: int = 0) -> Picture:
    """The technician's strip for a region of width x height: as wide as the region, a fifth of its height or more.

    Turned with the rest: with a rotation of 90 the strip stands upright, and belongs at the region's left edge.
    """
    if rotation % 180:
        width, height = height, width
    tall = min(height, max(STRIP_LEAST_PX, round(height * STRIP_SHARE)))
    ground, ink = STRIP_COLOURS[notice.stage]
    canvas = Image.new("RGB", (width, tall), ground)
    pen = ImageDraw.Draw(canvas)
    rule = max(1, tall // 40)
    pen.rectangle((0, 0, width - 1, rule - 1), fill=ink)
    bottom = tall
    if notice.percent is not None and notice.stage in (StickStage.READING, StickStage.SLOW):
        bar = max(5, tall // 7)
        bottom = tall - bar
        done = round((width - 2 * rule) * min(100, max(0, notice.percent)) / 100)
        pen.rectangle((0, bottom, width - 1, tall - 1), fill=BLACK)
        if done:
            pen.rectangle((rule, bottom + rule, rule + done - 1, tall - 1 - rule), fill=(90, 220, 120))
    text, detail = notice_words(notice, language)
    margin = max(2, min(width, tall) // 20)
    box = (margin, rule + 1, width - margin, bottom - 1)
    if detail and tall >= 120:  # smaller panels keep every pixel for the words that matter
        cut = box[1] + round((box[3] - box[1]) * 0.72)
        _write(canvas, detail, (box[0], cut, box[2], box[3]), ink)
        box = (box[0], box[1], box[2], cut)
    _write(canvas, text, box, ink)
    return _picture(_turned(canvas, rotation))


def _named_card(width: int, height: int, panel: str, line: str, accent: Colour) -> Image.Image:
    """The panel's name large, one line under it, a short bar of colour between them."""
    canvas = Image.new("RGB", (width, height), GROUND)
    box = _inset((0, 0, width, height), 0.08)
    tall = box[3] - box[1]
    middle = box[1] + round(tall * 0.52)
    _write(canvas, panel, (box[0], box[1] + round(tall * 0.06), box[2], middle), INK)
    thick, wide = max(2, height // 90), max(16, width // 7)
    bar = middle + round(tall * 0.05)
    ImageDraw.Draw(canvas).rectangle(((width - wide) // 2, bar, (width + wide) // 2 - 1, bar + thick - 1), fill=accent)
    below = (box[0], bar + thick + round(tall * 0.04), box[2], box[3])
    _write(canvas, line, below, SOFT_INK, largest=max(SMALLEST_PX, round(height * 0.13)))
    return canvas


def _frame(canvas: Image.Image, colour: Colour) -> None:
    thick = max(1, min(canvas.size) // 48)
    ImageDraw.Draw(canvas).rectangle((0, 0, canvas.width - 1, canvas.height - 1), outline=colour, width=thick)


def _test_pattern(width: int, height: int, panel: str) -> Image.Image:
    """Bars, a ramp of greys, a grid, a frame of one pixel, marks in the corners, a circle, the size in pixels."""
    canvas = Image.new("RGB", (width, height), BLACK)
    pen = ImageDraw.Draw(canvas)
    ramp = height * 3 // 4
    for n, colour in enumerate(BARS):
        pen.rectangle((width * n // 8, 0, width * (n + 1) // 8 - 1, ramp - 1), fill=colour)
    for n in range(16):
        grey = n * 17
        pen.rectangle((width * n // 16, ramp, width * (n + 1) // 16 - 1, height), fill=(grey, grey, grey))
    step = max(8, round(min(width, height) / 9))
    for x in range(width // 2 % step, width, step):
        pen.line((x, 0, x, height), fill=(96, 96, 96))
    for y in range(height // 2 % step, height, step):
        pen.line((0, y, width, y), fill=(96, 96, 96))
    radius = min(width, height) * 0.46
    centre = (width / 2, height / 2)
    thin = max(1, min(width, height) // 240)
    ring = (centre[0] - radius, centre[1] - radius, centre[0] + radius, centre[1] + radius)
    pen.ellipse(ring, outline=BLACK, width=thin * 3)
    pen.ellipse(ring, outline=INK, width=thin)
    half = (round(width * 0.3), round(height * 0.18))
    plate = (width // 2 - half[0], height // 2 - half[1], width // 2 + half[0], height // 2 + half[1])
    pen.rectangle(plate, fill=BLACK, outline=INK, width=thin)
    _write(canvas, f"{panel}\n{width} × {height}", _inset(plate, 0.06), INK)
    _corner_marks(pen, width, height)
    return canvas


def _corner_marks(pen: ImageDraw.ImageDraw, width: int, height: int) -> None:
    """A frame of one pixel, each corner in a colour of its own: a lost row or column, a mirrored picture is seen."""
    arm, thick = max(6, min(width, height) // 10), max(2, min(width, height) // 60)
    corners = {(0, 0): (255, 0, 0), (1, 0): (0, 255, 0), (0, 1): (0, 0, 255), (1, 1): (255, 255, 0)}
    for outline in (1, 0):
        for (right, low), colour in corners.items():
            x, y = right * (width - arm), low * (height - arm)
            edge_x, edge_y = right * (width - thick), low * (height - thick)
            for left, top, wide, tall in ((x, edge_y, arm, thick), (edge_x, y, thick, arm)):
                box = (left - outline, top - outline, left + wide - 1 + outline, top + tall - 1 + outline)
                pen.rectangle(box, fill=BLACK if outline else colour)
        if outline:
            pen.rectangle((0, 0, width - 1, height - 1), outline=INK, width=1)


# ---- colours


def colour_of(name: str) -> Colour | None:
    """`#rrggbb`, or a colour's name in Indonesian or English; None when it is neither."""
    wanted = name.strip().lower()
    try:
        return ImageColor.getrgb(NAMED.get(wanted, wanted))[:3]
    except ValueError:
        return None


def luminance(colour: Colour) -> float:
    """0 (black) to 1 (white) as the monitor sees it (WCAG 2.1)."""
    shares = [value / 255 for value in colour]
    red, green, blue = (s / 12.92 if s <= 0.04045 else float(((s + 0.055) / 1.055) ** 2.4) for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def letters_on(ground: Colour) -> Colour:
    """White or black, whichever stands out more."""
    light = luminance(ground) + 0.05
    return INK if 1.05 / light >= light / 0.05 else BLACK


# ---- letters


Box = tuple[int, int, int, int]


def _inset(box: Box, share: float) -> Box:
    by = max(2, round(min(box[2] - box[0], box[3] - box[1]) * share))
    return box[0] + by, box[1] + by, box[2] - by, box[3] - by


def _write(canvas: Image.Image, text: str, box: Box, ink: Colour, largest: int = 4096) -> None:
    """`text` in the largest letters that fit the box, centred in it."""
    text = drawable(text)
    width, height = box[2] - box[0], box[3] - box[1]
    if not text or width < 2 or height < 2:
        return
    leading = TALL_LINE_HEIGHT if any(_script(char) in TALL_SCRIPTS for char in set(text)) else LINE_HEIGHT
    fitted = fit_text(text, width, height, _measure, min(SMALLEST_PX, height), largest, leading)
    step = fitted.size * leading
    top = box[1] + (height - step * len(fitted.lines)) / 2
    for n, line in enumerate(fitted.lines):
        # Letters stand on a base line a good quarter above the bottom of their line.
        base = top + n * step + step / 2 + fitted.size * 0.36
        _write_line(canvas, line, (box[0] + box[2]) / 2, base, fitted.size, ink)


def _write_line(canvas: Image.Image, line: str, centre: float, base: float, size: int, ink: Colour) -> None:
    runs = list(_runs(line))
    if reads_right_to_left(line):
        runs.reverse()
    widths = [_advance(text, font) * size for text, font in runs]
    x = centre - sum(widths) / 2
    pen = ImageDraw.Draw(canvas)
    for (text, path), width in zip(runs, widths, strict=True):
        if path.endswith(EMOJI_FONT):
            tile = _emoji(text, path, size)
            canvas.paste(tile, (round(x), round(base - size * 0.92)), tile)
        else:
            pen.text((x, base), text, fill=ink, font=_font(path, size), anchor="ls")
        x += width


def _emoji(text: str, path: str, size: int) -> Image.Image:
    font = _font(path, EMOJI_STRIKE_PX)
    wide = max(1, round(font.getlength(text)))
    tile = Image.new("RGBA", (wide, round(EMOJI_STRIKE_PX * LINE_HEIGHT)))
    ImageDraw.Draw(tile).text((0, EMOJI_STRIKE_PX * 0.92), text, font=font, anchor="ls", embedded_color=True)
    scale = size / EMOJI_STRIKE_PX
    return tile.resize(
        (max(1, round(tile.width * scale)), max(1, round(tile.height * scale))), Image.Resampling.LANCZOS
    )


def _measure(text: str) -> float:
    return sum(_advance(part, path) for part, path in _runs(text))


@lru_cache(maxsize=4096)
def _advance(text: str, path: str) -> float:
    """The width of a run in letter sizes."""
    size = EMOJI_STRIKE_PX if path.endswith(EMOJI_FONT) else MEASURE_PX
    return _font(path, size).getlength(text) / size


def _runs(line: str) -> Iterator[tuple[str, str]]:
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
    scripts = dict.fromkeys(_script(char) for char in text if ord(char) > 0x2FF)
    names: list[str] = []
    if any(_is_emoji(cluster) for cluster in clusters(text)):
        names.append(EMOJI_FONT)
    if "Arabic" in scripts:
        names += ARABIC_FONTS
    names += LATIN_FONTS
    names += [f"NotoSans{script}-{weight}.ttf" for script in scripts for weight in ("Bold", "Regular")]
    names += OTHER_FONTS
    return [path for name in names if (path := _installed(name))]


def _script(char: str) -> str:
    return unicodedata.name(char, "").split(" ")[0].split("-")[0].title()


def _is_emoji(cluster: str) -> bool:
    return ord(cluster[0]) >= 0x1F000 or "\ufe0f" in cluster


@lru_cache(maxsize=256)
def _installed(name: str) -> str:
    return next((str(folder / name) for folder in FONT_FOLDERS if (folder / name).exists()), "")


@lru_cache(maxsize=64)
def _font(path: str, size: int) -> Font:
    """Pillow's own font (Latin only) where no font is installed at all."""
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
    font = _font(path, 24)
    drawn, missing = font.getmask(char), font.getmask("\U0010fffe")
    return (drawn.size, bytes(drawn)) != (missing.size, bytes(missing))


# ---- stills and screenshots


def load_still(path: Path | str, width: int, height: int, fit: Fit | str, rotation: int = 0) -> Picture:
    """An image file as the region shows it, on black. rotation: degrees clockwise, 0, 90, 180 or 270.

    Raises StillError for what cannot be shown: not an image, cut short, too many pixels.
    """
    turned = (height, width) if rotation % 180 else (width, height)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            warnings.simplefilter("ignore", UserWarning)  # odd metadata is no reason not to show a picture
            with Image.open(path) as source:
                canvas = _composed(_prepared(source, max(turned)), turned, Fit(fit))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise StillError(f"too many pixels ({error}); save it smaller") from error
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError, ArithmeticError) as error:
        raise StillError(f"cannot be decoded ({error}); save it again as JPEG or PNG") from error
    return _picture(_turned(canvas, rotation))


def encode_jpeg(bgrx: bytes, width: int, height: int, stride: int, target_width: int | None = None) -> bytes:
    """A JPEG of raw X11 pixels. stride: bytes a row. target_width: narrower than the pixels, or None as they are."""
    picture = Image.frombuffer("RGB", (width, height), bgrx, "raw", "BGRX", stride, 1)
    if target_width is not None and 0 < target_width < width:
        tall = max(1, round(height * target_width / width))
        picture = picture.resize((target_width, tall), Image.Resampling.LANCZOS, reducing_gap=2.0)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=JPEG_QUALITY)
    return out.getvalue()


def _prepared(source: Image.Image, longest: int) -> Image.Image:
    """Decoded, upright, in 8-bit sRGB; with its alpha channel where it has one."""
    if source.width * source.height > MOST_STILL_PIXELS:
        raise StillError(f"too many pixels ({source.width} x {source.height}); save it smaller")
    if source.format == "JPEG":
        source.draft("RGB" if source.mode != "CMYK" else "CMYK", (longest, longest))  # decodes at 1/2, 1/4 or 1/8
    source.load()
    profile = source.info.get("icc_profile")
    image = ImageOps.exif_transpose(source)
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


def _composed(image: Image.Image, size: tuple[int, int], fit: Fit) -> Image.Image:
    """The image fitted into `size`, centred, on black."""
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
    canvas = Image.new("RGB", size, BLACK)
    place = ((size[0] - target[0]) // 2, (size[1] - target[1]) // 2)
    canvas.paste(scaled, place, scaled if scaled.mode == "RGBA" else None)
    return canvas


def _turned(canvas: Image.Image, rotation: int) -> Image.Image:
    return canvas.rotate(-rotation, expand=True) if rotation else canvas


def _picture(canvas: Image.Image) -> Picture:
    return Picture(canvas.width, canvas.height, canvas.tobytes("raw", "BGRX"))
