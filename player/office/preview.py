"""`panel-office preview`: documents, photos, texts and moving pictures as a panel will show them, as files to look at; and an
urgent message for the console's page.

Knows: what the files are called. Touches: the files, reading only; the folder of the pictures; the children that look into files
and make pictures of them. Must not: need a broker or a panel.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from player.base.text import drawable, for_terminal
from player.core.model import Card, CardKind, MediaKind
from player.library.content.text_page import is_text_page
from player.library.renditions.asking import MadePiece, NotMadeNow, RenditionChildren
from player.library.renditions.recipes import Canvas, MakeRequest, NotMade, Wanted
from player.library.vetting.verdicts import Vetting, VettingFailed, VettingUndone
from player.office.signing import OfficeError
from player.office.terminal import err, out, plain_errors
from player.settings.models import ContentSection

ENDINGS = {MediaKind.IMAGE: ".png", MediaKind.VIDEO: ".mp4", MediaKind.STREAM: ""}
JPEG = b"\xff\xd8\xff"

app = typer.Typer()


@app.command()
def preview(
    files: Annotated[list[Path], typer.Argument(help="Documents, photos, texts, moving pictures.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The folder for the pictures.")],
    size: Annotated[str, typer.Option(help="The panel's pixels.")] = "1280x720",
    background: Annotated[str, typer.Option(help="The panel's screen.background.")] = "#000000",
) -> None:
    """Draw pages, photos and texts as a panel will show them."""
    with plain_errors():
        wide, _, tall = size.partition("x")
        if not (
            re.fullmatch(r"[0-9]{2,5}x[0-9]{2,5}", size) and all(16 <= int(side) <= 16384 for side in (wide, tall))
        ):
            raise OfficeError(f"--size {size}: write it like 1280x720")
        output.mkdir(parents=True, exist_ok=True)
        for file in files:
            for path in draw_previews(file, output, Canvas(int(wide), int(tall), background)):
                out.print(for_terminal(str(path)), markup=False)


def draw_previews(file: Path, folder: Path, canvas: Canvas) -> Iterator[Path]:
    """Everything that a panel would make of the file, in `folder`. Raises OfficeError: it cannot be shown, and why."""
    content = ContentSection()
    name = for_terminal(file.name)
    with Vetting(content.max_pixels) as vetting:
        try:
            verdict = vetting.judge(file, as_text=is_text_page(file.name))
        except (VettingFailed, VettingUndone) as error:
            raise OfficeError(f"{name}: {error}") from error
    if verdict.kind is None:
        raise OfficeError(f"{name}: {verdict.why}")
    if verdict.recipe is None:
        raise OfficeError(f"{name}: it is shown as it is; open it with any program")
    asked = MakeRequest(verdict.recipe, verdict.pages, default_s=content.image_seconds, turn_s=verdict.length_s)
    all_wanted = asked.wanted("", canvas)
    if isinstance(all_wanted, NotMade):
        raise OfficeError(f"{name}: {all_wanted.why}")
    children = RenditionChildren()
    try:
        numbered = len(all_wanted) > 1
        for wanted in all_wanted:
            yield from _draw(children, file, wanted, folder, numbered=numbered)
    finally:
        children.child.end()


def _draw(children: RenditionChildren, file: Path, wanted: Wanted, folder: Path, *, numbered: bool) -> Iterator[Path]:
    number, pieces = 0, 1
    while number < pieces:
        content = bytearray()
        try:
            made = children.ask(file, wanted, number, content.extend)
        except NotMadeNow as error:
            raise OfficeError(f"{for_terminal(file.name)}: {error}") from error
        if not isinstance(made, MadePiece):
            raise OfficeError(f"{for_terminal(file.name)}: {made.why}")
        if made.remark and number == 0:
            err.print(for_terminal(f"{file.name}: {made.remark}"), markup=False)
        pieces = made.pieces
        page = f"-{wanted.page or number + 1}" if numbered or pieces > 1 else ""
        ending = ".jpg" if content.startswith(JPEG) else ENDINGS[made.kind]
        path = folder / f"{file.name}{page}{ending}"
        path.write_bytes(content)
        yield path
        number += 1


@dataclass(frozen=True, slots=True)
class DrawnMessage:
    """seconds: for how long each of the pages stands. letter_px: the size of the letters. letters: how many there are.

    missing: those that no font of this computer has. png: the page that was asked for.
    """

    seconds: tuple[float, ...]
    letter_px: int
    letters: int
    missing: str
    png: bytes


def draw_message(text: str, colour: str, size: tuple[int, int], page: int, widest: int) -> DrawnMessage:
    """An urgent message as a panel draws it. size: the region's; page: counted from 0. widest: of the picture that is made."""
    # Here: `panel-office preview` of a film needs none of it.
    from player.screen.drawing.cards import card_page_seconds, draw_card, message_letter_px
    from player.screen.drawing.fonts import missing_letters
    from player.screen.drawing.png import encode_png

    card = Card(CardKind.TEXT, text, colour)
    return DrawnMessage(
        seconds=card_page_seconds(card, *size, "", "en"),
        letter_px=message_letter_px(card, *size),
        letters=len("".join(drawable(text).split())),
        missing=missing_letters(drawable(text)),
        png=encode_png(draw_card(card, *size, "", "en", page=page), widest),
    )
