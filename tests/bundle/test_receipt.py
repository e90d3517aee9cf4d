"""Receipts: they come back as they were written, and whatever else lies in their folder harms nobody."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.bundle import receipt as receipts
from player.bundle.receipt import Receipt, leave_receipt, parse_text, post_receipt, read_receipts, write_text

AT = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
WHOLE = Receipt(
    "serang-04",
    AT,
    "synced",
    "refused",
    12,
    "why",
    "remedy",
    42,
    AT,
    "ABCD",
    3,
    2,
    99,
    ("a: b",),
    "KOTA",
    "01",
    {"v": 1},
)


def test_a_receipt_comes_back_whole() -> None:
    """Every field, also the health report, through JSON."""
    assert parse_text(write_text(WHOLE).encode()) == WHOLE


@pytest.mark.parametrize(
    "raw", [b"", b"{}", b"[]", b"null", b'{"panel": 1}', b"\xff", b"[" * 99999, write_text(WHOLE).encode()[:-9],
            write_text(WHOLE).replace('"v": 1\n', '"v": 2\n').encode()],
)  # fmt: skip
def test_what_is_no_receipt_is_a_value_error(raw: bytes) -> None:
    """Cut short, of another shape, of a later version, or nested without end."""
    with pytest.raises(ValueError, match=r"."):
        parse_text(raw)


@given(st.binary(max_size=400))
def test_any_bytes_are_a_receipt_or_a_value_error(raw: bytes) -> None:
    """Nothing else is ever raised."""
    with pytest.raises(ValueError, match=r"."):
        parse_text(raw)


def test_receipts_never_write_over_anything(tmp_path: Path) -> None:
    """Four in the same second get four names, a fifth is not written; neither through links, nor into a full folder."""
    assert leave_receipt(tmp_path, WHOLE) is None  # no such folder: it is not made
    (tmp_path / "receipts").mkdir()
    assert len({leave_receipt(tmp_path, WHOLE) for _ in range(4)}) == 4
    assert leave_receipt(tmp_path, WHOLE) is None
    assert read_receipts(tmp_path) == ([WHOLE] * 4, [])
    (tmp_path / "receipts").rename(tmp_path / "real")
    (tmp_path / "receipts").symlink_to("real")
    assert leave_receipt(tmp_path, WHOLE) is None
    (tmp_path / "full" / "receipts").mkdir(parents=True)
    for number in range(receipts.RECEIPTS_KEPT):
        (tmp_path / "full" / "receipts" / f"{number}").write_text("x")
    assert leave_receipt(tmp_path / "full", WHOLE) is None


def test_strange_files_beside_receipts_are_named(tmp_path: Path) -> None:
    """A pipe, a huge file, a folder, garbage: named as strange, and the reader neither waits nor fails."""
    inside = tmp_path / "receipts"
    inside.mkdir()
    os.mkfifo(inside / "pipe")
    (inside / "folder").mkdir()
    (inside / "large").write_bytes(b" " * (receipts.RECEIPT_LIMIT_BYTES + 1))
    (inside / "garbage").write_bytes(os.urandom(99))
    leave_receipt(tmp_path, WHOLE)
    assert read_receipts(tmp_path) == ([WHOLE], ["folder", "garbage", "large", "pipe"])


def test_the_out_tray_stays_small(tmp_path: Path) -> None:
    """Where no service empties it, only the newest few are kept."""
    for _ in range(20):
        post_receipt(tmp_path, "/dev/sdb1", WHOLE)
    assert len(list((tmp_path / receipts.OUT_TRAY).iterdir())) == receipts.OUT_TRAY_KEPT
