"""Files that are made to take all memory, time or disk: each is bounded, refused by name, and disturbs nothing else."""

from __future__ import annotations

import re
import struct
from pathlib import Path

import pytest

from player.core.model import MediaKind
from player.library.renditions.recipes import Recipe
from player.library.vetting.verdicts import Vetting
from player.screen.drawing.frames import FRAMES_LIMIT
from tests.kit.odd_media import make_photo
from tests.library.renditions.test_import import Bench

pytestmark = pytest.mark.live


def pdf_of(pages: int, more_objects: int = 0) -> bytes:
    """So many empty pages, and objects that nothing refers to."""
    kids = b" ".join(b"%d 0 R" % (n + 3) for n in range(pages))
    head = b"%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[%b]/Count %d>>endobj\n"
    page = b"%d 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>endobj\n"
    body = b"".join(page % (n + 3) for n in range(pages))
    more = b"".join(b"%d 0 obj null endobj\n" % (n + pages + 3) for n in range(more_objects))
    return head % (kids, pages) + body + more + b"trailer<</Root 1 0 R>>\n%%EOF\n"


def test_of_a_document_of_500_pages_the_line_says_which(tmp_path: Path) -> None:
    """All of them is refused with what to write; some of them are shown."""
    bench = Bench.at(tmp_path)
    (bench.folder / "law.pdf").write_bytes(pdf_of(500))
    (bench.folder / "playlist.m3u8").write_text("law.pdf\nlaw.pdf#page=499-500\n")
    bench.take()
    assert [item.path for item in bench.items()] == ["law.pdf#page=499", "law.pdf#page=500"]
    (told,) = bench.problems
    assert told == (
        "playlist.m3u8 line 1: law.pdf: these are 500 pages; at most 100 are shown: name them, like #page=1-20"
    )


def test_a_document_of_a_million_objects_is_read_within_the_limits(vetting: Vetting, tmp_path: Path) -> None:
    """It is shown or refused by name; the child lives on, or ends within its limits, and the next file is judged."""
    bomb = tmp_path / "a.pdf"
    bomb.write_bytes(pdf_of(1, 1_000_000))
    verdict = vetting.judge(bomb)
    assert (verdict.recipe, verdict.pages) == (Recipe.DOCUMENT, 1) or "ends the vetting process" in verdict.why
    bomb.write_bytes(pdf_of(2))
    assert vetting.judge(bomb).pages == 2


def gif_of(pictures: int) -> bytes:
    """Of one pixel each, a tenth of a second each."""
    frame = b"!\xf9\x04\0\x0a\0\0\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0"
    return b"GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff" + frame * pictures + b";"


def test_a_gif_of_100_000_pictures_is_refused_by_name(tmp_path: Path) -> None:
    """Two megabytes that would be a film of three hours: nothing is made of it, and what is beside it plays. One as long as
    is allowed becomes a film."""
    bench = Bench.at(tmp_path)
    (bench.folder / "a.gif").write_bytes(gif_of(100_000))
    (bench.folder / "b.gif").write_bytes(gif_of(FRAMES_LIMIT))
    (bench.folder / "playlist.m3u8").write_text("a.gif\n#EXTINF:2\nb.gif\n")
    bench.take()
    (item,) = bench.items()
    assert (item.path, item.kind, item.length_s) == ("b.gif", MediaKind.VIDEO, 2.0)
    assert bench.problems == (
        f"playlist.m3u8 line 1: a.gif: more than {FRAMES_LIMIT} pictures in it; save it as a film (MP4)",
    )
    assert len(bench.blobs()) == 2


def test_a_photo_that_says_to_be_huge_is_not_decoded(vetting: Vetting, tmp_path: Path) -> None:
    """3.6 gigapixels in a file of some kilobytes: refused by its size."""
    photo = make_photo(tmp_path / "a.heic")
    content = photo.read_bytes()
    ispe = re.compile(rb"(ispe\0\0\0\0)........", re.DOTALL)
    photo.write_bytes(ispe.sub(lambda found: found[1] + struct.pack(">II", 60_000, 60_000), content))
    verdict = vetting.judge(photo)
    assert verdict.kind is None
    assert "pixels" in verdict.why or "decoded" in verdict.why


def test_a_text_of_a_gigabyte_is_not_even_copied(tmp_path: Path) -> None:
    """Refused by its size, with the limit; what else is there plays."""
    bench = Bench.at(tmp_path)
    (bench.folder / "a.txt").write_text("Kabar")
    with (bench.folder / "b.txt").open("wb") as file:
        file.truncate(1 << 30)
    bench.take()
    assert [item.path for item in bench.items()] == ["a.txt"]
    (told,) = bench.problems
    assert told.startswith("b.txt: a text of 1,074 MB; a text page holds at most 64 kB")
    assert len(bench.blobs()) == 2


def test_pictures_that_do_not_move_are_pictures(vetting: Vetting, tmp_path: Path) -> None:
    """A GIF of one picture, and TIFF, of which a picture is made: nothing of them is a film."""
    still = tmp_path / "a.gif"
    still.write_bytes(b"GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\1\0\1\0\0\2\2D\1\0;")
    verdict = vetting.judge(still)
    assert (verdict.kind, verdict.recipe) == (MediaKind.IMAGE, None)
