"""Records for tests: a row of abutting ones, their stored lines, and keys that sign."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from player.contract.record_batches import Head, head_message, make_batch
from player.contract.records import (
    NO_CHAIN,
    PlayRecord,
    RecordKind,
    Seen,
    encode_record,
    next_chain,
    to_millisecond,
)

START = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
PANEL = "serang-01"


class TestKey:
    """A key of its own for each, the same at every run: seed is one byte."""

    __test__ = False

    def __init__(self, seed: int = 1) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
        self.public = base64.b64encode(self._key.public_key().public_bytes_raw()).decode()

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)

    def sign_text(self, message: bytes) -> str:
        return base64.b64encode(self.sign(message)).decode()


def some_records(count: int, begins: datetime = START, first: int = 1, seconds: float = 15.0) -> list[PlayRecord]:
    """Abutting records of films that play in turn, each a few milliseconds longer or shorter than `seconds`."""
    made: list[PlayRecord] = []
    at = to_millisecond(begins)
    for n in range(first, first + count):
        name = f"media/film-{n % 8}.mp4"
        record = PlayRecord(
            at, seconds + (n * 37 % 11) / 1000, RecordKind.ITEM, n, name, f"{n % 8:x}" * 64, f"Film {n % 8}", "default",
            "folder", 17, 42, "schedule: morning until 09:30", seen=Seen(7, 7, 6), clock="synced", boot="b1",
        )  # fmt: skip
        made.append(record)
        at = record.ends
    return made


def stored_lines(records: list[PlayRecord], before: str = NO_CHAIN) -> list[tuple[bytes, str]]:
    """Each record's line with its chain."""
    stored = []
    for record in records:
        line = encode_record(record)
        before = next_chain(before, line)
        stored.append((line, before))
    return stored


def packed_batch(
    records: list[PlayRecord],
    before: str = NO_CHAIN,
    key: TestKey | None = None,
    panel: str = PANEL,
    *,
    chains: bool = False,
) -> tuple[bytes, str]:
    """A batch as the panel sends it, and the chain after its last record."""
    key = key or TestKey()
    stored = stored_lines(records, before)
    head = Head(panel, records[-1].n, stored[-1][1], records[-1].ends)
    signature = key.sign_text(head_message(head))
    return make_batch(stored, before, head, signature, key.public, chains=chains), head.chain
