"""What the rendition child makes of documents, photos, moving pictures and texts, and what it refuses by name."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from player.core.model import MediaKind
from player.library.renditions.asking import MadePiece, RenditionChildren
from player.library.renditions.recipes import Canvas, NotMade, Recipe, Wanted
from player.library.vetting.verdicts import Vetting
from tests.kit.odd_media import BLUE, PAGES, RED, make_moving, make_pdf, make_photo
from tests.kit.programs import need

CANVAS = Canvas(320, 180, "#204060")
GROUND = (0x20, 0x40, 0x60)
pytestmark = pytest.mark.live


@dataclass
class Maker:
    children: RenditionChildren

    def make(self, path: Path, recipe: Recipe, *, piece: int = 0, page: int = 1, seconds: float = 1.0,
             canvas: Canvas = CANVAS) -> tuple[MadePiece | NotMade, bytes]:  # fmt: skip
        out = bytearray()
        made = self.children.ask(path, Wanted("x", recipe, canvas, page=page, seconds=seconds), piece, out.extend)
        return made, bytes(out)


@pytest.fixture(scope="module")
def maker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Maker]:
    children = RenditionChildren(tmp_path_factory.getbasetemp())
    yield Maker(children)
    children.child.end()


def pixels(content: bytes) -> NDArray[np.uint8]:
    return np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))


def is_near(pixel: NDArray[np.uint8], colour: tuple[int, int, int], within: int = 8) -> bool:
    return bool(np.abs(pixel.astype(int) - colour).max() <= within)


def test_each_page_of_a_document_is_a_picture_that_covers_the_region(maker: Maker, tmp_path: Path) -> None:
    """Page 2 of 3, upright, as wide as the region."""
    made, content = maker.make(make_pdf(tmp_path / "a.pdf"), Recipe.DOCUMENT, page=2)
    assert isinstance(made, MadePiece)
    assert (made.kind, made.pieces, made.size_bytes) == (MediaKind.IMAGE, 1, len(content))
    assert (made.width, made.height) == (320, 448)
    assert is_near(pixels(content)[200, 100], PAGES[1])


def test_a_roll_of_paper_is_not_drawn_whole(maker: Maker, tmp_path: Path) -> None:
    """A page a hundred times as high as wide has no more than four regions' pixels."""
    made, _ = maker.make(make_pdf(tmp_path / "a.pdf", size=(20, 2000)), Recipe.DOCUMENT)
    assert isinstance(made, MadePiece)
    assert made.width * made.height <= 4.1 * CANVAS.width * CANVAS.height


@pytest.mark.parametrize("name", ["a.heic", "a.avif"])
def test_a_photo_of_a_telephone_keeps_its_colours(maker: Maker, tmp_path: Path, name: str) -> None:
    """It becomes a picture that every decoder opens, and is not enlarged."""
    made, content = maker.make(make_photo(tmp_path / name), Recipe.PICTURE)
    assert isinstance(made, MadePiece)
    assert (made.width, made.height) == (160, 120)
    assert is_near(pixels(content)[60, 40], RED)
    assert is_near(pixels(content)[60, 120], BLUE)


def frames_of(film: bytes, folder: Path, size: tuple[int, int]) -> list[NDArray[np.uint8]]:
    need("ffmpeg")
    path = folder / "film.mp4"
    path.write_bytes(film)
    words = ["ffmpeg", "-nostdin", "-loglevel", "error", "-i", str(path), "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    raw = subprocess.run(words, check=True, capture_output=True, timeout=60).stdout
    return list(np.frombuffer(raw, np.uint8).reshape(-1, size[1], size[0], 3))


@pytest.mark.parametrize("name", ["a.gif", "a.webp", "a.png"])
def test_a_moving_picture_becomes_a_film_of_its_own_speed(maker: Maker, tmp_path: Path, name: str) -> None:
    """Four pictures of 0.25 s for 1.5 s: each is a step further, the fifth begins anew; the ground is the panel's."""
    made, content = maker.make(make_moving(tmp_path / name), Recipe.MOVING, seconds=1.5)
    assert isinstance(made, MadePiece)
    assert (made.kind, made.length_s, made.width, made.height) == (MediaKind.VIDEO, 1.5, 64, 48)
    frames = frames_of(content, tmp_path, (64, 48))
    assert len(frames) == 18  # twelve a second: the smallest whole multiple of four that a decoder holds well
    where = []
    for frame in frames:
        (step,) = (n for n in range(4) if is_near(frame[24, n * 16 + 8], RED, 24))
        assert is_near(
            frame[2, 2], (0, 0, 0) if name == "a.webp" else GROUND, 12
        )  # Pillow writes no clear WebP that moves
        where.append(step)
    assert where == [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 0, 0, 0, 1, 1, 1]


def test_a_text_tells_its_pages_and_how_long_they_are_read(maker: Maker, tmp_path: Path) -> None:
    """More than a screenful is several pages; each is asked for by its number, and has the region's size."""
    text = tmp_path / "a.txt"
    text.write_text("Judul\n" + "Satu kalimat yang cukup panjang untuk beberapa baris.\n" * 12)
    first, one = maker.make(text, Recipe.TEXT)
    second, two = maker.make(text, Recipe.TEXT, piece=1)
    assert isinstance(first, MadePiece)
    assert isinstance(second, MadePiece)
    assert first.pieces == second.pieces >= 2
    assert one != two
    assert (first.width, first.height) == (320, 180)
    assert first.show_s is not None
    assert first.show_s >= 6


BAD = {
    "a password": "it has a password; save it without one",
    "damaged": "it is damaged; save it as PDF again",
    "no such page": "it has no page 9, only 3",
}


@pytest.mark.parametrize("what", BAD)
def test_a_document_that_cannot_be_drawn_says_why(maker: Maker, tmp_path: Path, what: str) -> None:
    """In words that an operator can act on."""
    path = make_pdf(tmp_path / "a.pdf")
    if what == "a password":
        path.write_bytes(LOCKED)
    elif what == "damaged":
        path.write_bytes(path.read_bytes()[:300])
    made, content = maker.make(path, Recipe.DOCUMENT, page=9 if what == "no such page" else 1)
    assert made == NotMade(BAD[what])
    assert content == b""


LOCKED = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>endobj\n4 0 obj<</Filter/Standard/V 1/R 2/P -4/O<"
    + b"11" * 32 + b">/U<" + b"22" * 32 + b">>>endobj\ntrailer<</Root 1 0 R/Encrypt 4 0 R/ID[<" + b"33" * 16 + b"><"
    + b"33" * 16 + b">]>>\n%%EOF\n"
)  # fmt: skip
"""Encrypted for a password that is not the empty one."""


def test_a_page_that_takes_too_long_ends_the_child_and_is_refused(tmp_path: Path) -> None:
    """Ten million strokes: the processor's limit ends the child, the words say so, and the next file is made as ever."""
    children = RenditionChildren()
    maker = Maker(children)
    try:
        bomb = tmp_path / "bomb.pdf"
        bomb.write_bytes(page_bomb())
        made, _ = maker.make(bomb, Recipe.DOCUMENT)
        assert isinstance(made, NotMade)
        assert "more time or memory than there is" in made.why
        made, _ = maker.make(make_pdf(tmp_path / "a.pdf"), Recipe.DOCUMENT)
        assert isinstance(made, MadePiece)
    finally:
        children.child.end()


def page_bomb() -> bytes:
    """A form that draws a form that draws a form ... ten deep, ten times each."""
    kids = b"".join(b"/F%d 1%d 0 R" % (n, n) for n in range(10))
    objects = [
        b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n",
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R/Resources<</XObject<<%b>>>>>>endobj\n"
        % kids,
        b"4 0 obj<</Length 6>>stream\n/F0 Do\nendstream endobj\n",
    ]
    for n in range(10):
        draw = b"/F%d Do " % (n + 1) * 10 if n < 9 else b"0 0 m 99 99 l S 99 0 m 0 99 l S "
        objects.append(
            b"1%d 0 obj<</Type/XObject/Subtype/Form/BBox[0 0 99 99]/Resources<</XObject<<%b>>>>/Length %d>>stream\n%b\n"
            b"endstream endobj\n" % (n, kids, len(draw), draw)
        )
    return b"%PDF-1.4\n" + b"".join(objects) + b"trailer<</Root 1 0 R>>\n%%EOF\n"


def test_the_child_is_confined_as_the_vetting_child_is(maker: Maker, tmp_path: Path) -> None:
    """What this kernel lets be confined is: no network, no key, no file but the folder of what is made."""
    page = make_pdf(tmp_path / "a.pdf")
    maker.make(page, Recipe.DOCUMENT)
    with Vetting(7680 * 4320) as vetting:
        vetting.judge(page)
        assert maker.children.child.not_confined == vetting.child.not_confined
