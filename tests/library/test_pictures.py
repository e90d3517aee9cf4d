"""Pictures are judged by Pillow, which also draws them: odd ones that are whole are shown, what lacks pixels is cut."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from player.core.model import MediaKind
from player.library.vetting.remarks import remarks_on
from player.library.vetting.verdicts import Verdict, Vetting
from player.screen.drawing.stills import load_still

pytestmark = pytest.mark.slow

MAX_PIXELS = 7680 * 4320
EOI = b"\xff\xd9"


@cache
def picture(kind: str = "JPEG", size: tuple[int, int] = (400, 300), **options: Any) -> bytes:
    """A gradient that fills each pixel with something of its own."""
    image = Image.merge("RGB", [Image.linear_gradient("L").resize(size).rotate(turn) for turn in (0, 90, 180)])
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def judged(vetting: Vetting, folder: Path, content: bytes) -> Verdict:
    (file := folder / "blob").write_bytes(content)
    return vetting.judge(file)


def with_stray_bytes(jpeg: bytes) -> bytes:
    """Two bytes between two segments, as some scanners write."""
    at = jpeg.index(b"\xff\xdb")
    return jpeg[:at] + b"\0\0" + jpeg[at:]


ODD_AND_WHOLE: dict[str, Callable[[], bytes]] = {
    "no end marker": lambda: picture()[:-2],
    "half an end marker": lambda: picture()[:-1],
    "a trailer at once behind the picture": lambda: picture()[:-2] + b"SEFT" + bytes(range(1, 60)),
    "bytes behind the end": lambda: picture() + b"more" * 100,
    "zeros behind the end": lambda: picture() + bytes(5000),
    "stray bytes between segments": lambda: with_stray_bytes(picture()),
    "progressive": lambda: picture(progressive=True),
    "progressive without an end marker": lambda: picture(progressive=True)[:-2],
    "a GIF without its trailer": lambda: picture("GIF")[:-1],
    "a PNG without its last chunk": lambda: picture("PNG")[:-12],
    "a PNG with bytes behind it": lambda: picture("PNG") + b"more",
    "a PNG": lambda: picture("PNG"),
    "a BMP whose header says another length": lambda: picture("BMP")[:2] + b"\0\0\0\0" + picture("BMP")[6:],
    "WebP": lambda: picture("WEBP"),
}


@pytest.mark.parametrize("name", ODD_AND_WHOLE)
def test_an_odd_picture_whose_pixels_are_all_there_is_shown(vetting: Vetting, tmp_path: Path, name: str) -> None:
    """Taken, and drawn by the same decoder on the screen."""
    verdict = judged(vetting, tmp_path, ODD_AND_WHOLE[name]())
    assert (verdict.kind, verdict.width, verdict.height) == (MediaKind.IMAGE, 400, 300), verdict.why
    load_still(tmp_path / "blob", 320, 180, "contain")


@pytest.mark.parametrize("tenth", range(1, 10))
@pytest.mark.parametrize(
    ("kind", "options"),
    [("JPEG", {}), ("JPEG", {"progressive": True}), ("PNG", {}), ("GIF", {}), ("BMP", {}), ("WEBP", {})],
    ids=["jpeg", "progressive", "png", "gif", "bmp", "webp"],
)
def test_a_picture_that_lacks_pixels_is_cut(
    vetting: Vetting, tmp_path: Path, kind: str, options: dict[str, Any], tenth: int
) -> None:
    """Cut off, and cut off and filled with zeros to its full length."""
    whole = picture(kind, **options)
    kept = len(whole) * tenth // 10
    filled = [] if kind == "BMP" else [whole[:kept] + bytes(len(whole) - kept)]  # zeros are black pixels of a BMP
    for content in (whole[:kept], *filled):
        verdict = judged(vetting, tmp_path, content)
        assert (verdict.kind, verdict.cut) == (None, True), verdict


def test_a_uniform_picture_is_no_picture_of_zeros(vetting: Vetting, tmp_path: Path) -> None:
    """Of one colour, with the shortest codes: its data is zeros, and it is whole."""
    out = io.BytesIO()
    Image.new("RGB", (1200, 800), (200, 30, 30)).save(out, "JPEG", optimize=True)
    assert judged(vetting, tmp_path, out.getvalue()).kind is MediaKind.IMAGE


def logo(colour: tuple[int, int, int]) -> bytes:
    image = Image.new("RGBA", (200, 100), (0, 0, 0, 0))
    image.paste((*colour, 255), (50, 25, 150, 75))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def test_a_dark_logo_without_a_ground_is_told(vetting: Vetting, tmp_path: Path) -> None:
    """On the panel's black almost nothing of it is visible: played, and told by `check`; a bright one is fine."""
    dark = judged(vetting, tmp_path, logo((20, 20, 20)))
    assert (dark.kind, dark.contrast) == (MediaKind.IMAGE, 20)
    ((what, remedy),) = remarks_on(dark)
    assert "almost nothing of it is visible" in what
    assert "brighter" in remedy
    assert remarks_on(judged(vetting, tmp_path, logo((200, 200, 30)))) == []


def test_what_is_visible_depends_on_the_panels_ground(tmp_path: Path) -> None:
    """The same dark logo on a white ground is fine, and a white one is lost there."""
    with Vetting(MAX_PIXELS, ground="#ffffff") as vetting:
        assert remarks_on(judged(vetting, tmp_path, logo((20, 20, 20)))) == []
        assert len(remarks_on(judged(vetting, tmp_path, logo((250, 250, 250))))) == 1
