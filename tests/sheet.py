"""A contact sheet: every card, strip and message on panels of ten sizes, to be looked at after the drawing was changed.

Knows: what is worth looking at. Touches: the folder that it is given. Must not: be part of a manual
(tests/pictures.py draws those).

    python -m tests.sheet FOLDER        draws one sheet for each panel
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from player.bundle.refusals import REFUSALS, Why
from player.core.effects import Waiting
from player.core.model import Card, CardKind, StickNotice, StickStage
from player.screen.drawing.cards import card_page_seconds, draw_card
from player.screen.drawing.picture import Picture
from player.screen.drawing.strip import draw_notice, notice_pages

SIZES = (
    (64, 32), (96, 192), (192, 96), (384, 192), (512, 64), (320, 320), (960, 512), (1280, 720), (1080, 1920), (3840, 2160),
)  # fmt: skip
PANEL = "alun-alun-serang"
TILE = 400
"""The longer side of a picture on the sheet: small ones are enlarged by whole pixels."""
COLUMNS = 3
PAPER = (200, 204, 210)
CARDS = {
    "waiting": Card(CardKind.WAITING),
    "refused": Card(CardKind.WAITING, Waiting.OTHER_CONTENT),
    "no folder": Card(CardKind.WAITING, Waiting.FOLDER),
    "trouble": Card(CardKind.TROUBLE, "media/festival-serang-2026/pembukaan.mp4: it is cut short (4.1 of 12.0 MB)"),
    "identify": Card(CardKind.IDENTIFY),
    "pattern": Card(CardKind.TEST_PATTERN),
    "short": Card(CardKind.TEXT, "AWAS BANJIR", "merah"),
    "message": Card(CardKind.TEXT, "Banjir di Jalan Veteran\nLewat Jalan Ahmad Yani", "merah"),
    "long": Card(
        CardKind.TEXT,
        "Jalan Veteran ditutup mulai pukul 18:00 sampai 23:00 - gunakan Jalan Ahmad Yani. Keterangan: "
        "https://www.serangkota.go.id/pengumuman/lalu-lintas/2026-11-26?jalan=veteran",
    ),
    "arabic": Card(CardKind.TEXT, "Awas! تحذير\nIndomaret مفتوح حتى الساعة 18:00 في شارع Veteran وكل يوم", "hijau"),
    "javanese": Card(CardKind.TEXT, "ꦱꦸꦒꦼꦁ ꦫꦮꦸꦃ ꦲꦶꦁ ꦏꦸꦛ ꦱꦺꦫꦁ"),
    "chinese": Card(CardKind.TEXT, "Awas 请绕行 banjir"),
}


def refused(why: Why) -> StickNotice:
    stage = StickStage.NOT_OURS if why in (Why.NOT_OURS, Why.FORMAT_UNREAD) else StickStage.REFUSED
    return StickNotice(stage, number=int(why), words=REFUSALS[why].words_id)


SLOW = REFUSALS[Why.TOO_SLOW]
NOTICES = {
    "reading 0": StickNotice(StickStage.READING, "SERANG-04", 0, None, words="MEMBACA 0 %"),
    "reading": StickNotice(StickStage.READING, "SERANG-04", 42, 35.0, words="MEMBACA 42 %"),
    "done": StickNotice(StickStage.DONE, "SERANG-04", 100, words="SELESAI - CABUT USB"),
    "12": refused(Why.WRONG_SIGNATURE),
    "22": refused(Why.MANIFEST_TOO_LARGE),
    "54": refused(Why.NOT_OURS),
    "12 small": replace(refused(Why.WRONG_SIGNATURE), small=True),
    "done small": StickNotice(StickStage.DONE, "SERANG-04", 100, words="SELESAI - CABUT USB", small=True),
    "slow": StickNotice(StickStage.SLOW, "", 3, 1500.0, SLOW.number, SLOW.words_id),
}


def as_image(picture: Picture) -> Image.Image:
    return Image.frombuffer("RGB", (picture.width, picture.height), picture.bgrx, "raw", "BGRX", 0, 1)


def pictures_of(width: int, height: int) -> Iterator[tuple[str, Image.Image]]:
    """Every page of every card, and of every strip on a film."""
    for name, card in CARDS.items():
        for page in range(len(card_page_seconds(card, width, height, PANEL, "id"))):
            drawn = draw_card(card, width, height, PANEL, "id", page=page)
            yield f"{name} {page + 1}" if page else name, as_image(drawn)
    for name, notice in NOTICES.items():
        for page in range(notice_pages(notice, width, height, "id")):
            film = Image.new("RGB", (width, height), (60, 110, 90))
            bar = as_image(draw_notice(notice, width, height, "id", page=page))
            film.paste(bar, (width - bar.width, height - bar.height))
            yield f"{name} {page + 1}" if page else name, film


def draw_sheet(shown: Sequence[tuple[str, Image.Image]]) -> Image.Image:
    wide, tall = shown[0][1].size
    scale: float = TILE / max(wide, tall)
    scale = float(int(scale)) if scale >= 1 else scale
    cell = round(wide * scale), round(tall * scale)
    columns = max(COLUMNS, COLUMNS * TILE // (cell[0] + 10))
    rows = -(-len(shown) // columns)
    sheet = Image.new("RGB", (columns * (cell[0] + 10) + 10, rows * (cell[1] + 28) + 10), PAPER)
    pen, letters = ImageDraw.Draw(sheet), ImageFont.load_default(14)
    how = Image.Resampling.NEAREST if scale >= 1 else Image.Resampling.LANCZOS
    for n, (name, picture) in enumerate(shown):
        x, y = 10 + n % columns * (cell[0] + 10), 10 + n // columns * (cell[1] + 28)
        sheet.paste(picture.resize(cell, how), (x, y))
        pen.text((x, y + cell[1] + 3), name, fill=(0, 0, 0), font=letters)
    return sheet


def main(words: list[str]) -> int:
    folder = Path(words[0])
    folder.mkdir(parents=True, exist_ok=True)
    for width, height in SIZES:
        draw_sheet(list(pictures_of(width, height))).save(folder / f"{width}x{height}.png")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
