"""What a stick brings back, for tests: receipts of two panels, a batch of records, a zip of any members."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone

from player.bundle.receipt import Receipt, write_text
from tests.kit.records import packed_batch, some_records

AT = datetime(2026, 11, 26, 8, 5, tzinfo=timezone(timedelta(hours=7)))
TAKEN = Receipt(
    "serang-04", AT, "synced", "adopted", serial=42, files=2, size_bytes=3_400_000, timezone="Asia/Jakarta", language="id",
    stick_label="DISKOMINFO",
)  # fmt: skip
REFUSED = replace(TAKEN, panel="serang-05", result="refused", number=32, reason="older", serial=None)
BATCH = packed_batch(some_records(3))[0]
BATCH_NAME = "serang-01-000000000001-000000000003.records"


def text(receipt: Receipt) -> bytes:
    return write_text(receipt).encode()


def zipped(members: dict[str, bytes], change: Callable[[zipfile.ZipInfo], None] = lambda info: None) -> bytes:
    """change: what is odd about each member."""
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in members.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            change(info)
            out.writestr(info, content)
    return raw.getvalue()
