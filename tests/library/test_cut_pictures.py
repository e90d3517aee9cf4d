"""Documents, photos of telephones and scans whose rest has not come yet: cut, so that they are waited for and copied again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from player.core.model import MediaKind
from player.library.vetting.verdicts import Vetting
from tests.kit.odd_media import make_pdf, make_photo

pytestmark = pytest.mark.live
NOISE = (300, 200)


def scan(**options: str) -> Callable[[Path], Path]:
    def make(path: Path) -> Path:
        Image.effect_noise(NOISE, 80).convert("RGB").save(path, **options)
        return path

    return make


MADE: dict[str, Callable[[Path], Path]] = {
    "a.pdf": make_pdf, "a.heic": make_photo, "a.avif": scan(), "a.tif": scan(), "lzw.tif": scan(compression="tiff_lzw"),
    "jpeg.tif": scan(compression="jpeg"),
}  # fmt: skip


@pytest.mark.parametrize("name", MADE)
def test_what_lacks_a_part_is_cut(vetting: Vetting, tmp_path: Path, name: str) -> None:
    """A tenth, half and nearly all of it; and half of it with room kept for the rest."""
    content = MADE[name](tmp_path / name).read_bytes()
    assert vetting.judge(tmp_path / name).kind is MediaKind.IMAGE
    size = len(content)
    parts = [content[: size * share // 100] for share in (10, 50, 90)]
    if name != "a.tif":  # zeros are black there
        parts.append(content[: size // 2] + bytes(size - size // 2))
    for part in parts:
        (tmp_path / name).write_bytes(part)
        verdict = vetting.judge(tmp_path / name)
        assert (verdict.kind, verdict.cut) == (None, True), verdict.why
        assert str(tmp_path) not in verdict.why


def test_a_whole_document_that_is_damaged_is_not_copied_again(vetting: Vetting, tmp_path: Path) -> None:
    """Its end is there, and copying it again cannot help."""
    (path := tmp_path / "a.pdf").write_bytes(b"%PDF-1.7\n" + b"rubbish " * 500 + b"\n%%EOF\n")
    verdict = vetting.judge(path)
    assert (verdict.kind, verdict.cut) == (None, False)
    assert verdict.why == "it is damaged; save it as PDF again"
