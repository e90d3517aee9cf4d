"""The table of media.md: every file of the matrix has its row, none is wrong, and what vetting says is what stands there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.media_matrix import BEGIN, END, MANUAL, Sample, is_right, row_of, samples, vet

FEWEST = 120
QUICK = (
    "h264.mp4", "h264.ts", "h264.mpg", "vp8.webm", "mpeg2.mpg", "mpeg4.avi", "motionjpeg.mov", "theora.ogv", "wmv8.wmv",
    "flashvideo.flv", "uncompressed.avi", "odd-turned-90-False.mp4", "odd-sar.mp4", "odd-live.mkv", "odd-browser.webm",
    "odd-zeros.mp4", "odd-no-index.avi", "odd-joined.ts", "odd-one.mp4", "raw.h264", "unknown.mp4", "encrypted.mp4",
    "cut-faststart.mp4", "cut.mkv", "half-zeros.ts", "web-page.mp4", "archive.mp4", "sound.wav",
)  # fmt: skip
"""One of each kind; `python -m tests.media_matrix` looks at all of them, on a screen."""
SAMPLES = {sample.name: sample for sample in samples()}


def rows() -> dict[str, tuple[str, ...]]:
    text = MANUAL.read_text()
    table = text[text.index(BEGIN) + len(BEGIN) : text.index(END)].splitlines()[2:]
    cells = (tuple(cell.strip() for cell in line.strip("|").split(" | ")) for line in table)
    return {row[0].strip(): row for row in cells}


def test_the_manual_has_a_row_for_each_file_and_none_is_wrong() -> None:
    """At least 120; shown where it should be, else refused with the words that name the reason."""
    found = rows()
    assert list(found) == list(SAMPLES)
    assert len(found) >= FEWEST
    assert [name for name, row in found.items() if not is_right(SAMPLES[name], row)] == []


@pytest.mark.live
@pytest.mark.parametrize("name", QUICK)
def test_vetting_says_what_the_manual_says(tmp_path: Path, name: str) -> None:
    """Made anew, looked into, and compared with its row."""
    sample: Sample = SAMPLES[name]
    ((_, _, verdict),) = vet([sample], tmp_path).values()
    assert tuple(cell.strip() for cell in row_of(sample, verdict, "")) == rows()[name]
