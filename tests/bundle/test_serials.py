"""The memory of accepted serials: it never goes down, and survives damage and power cuts."""

from __future__ import annotations

import multiprocessing
import os
from pathlib import Path

import pytest

from player.bundle.serials import NAMES, SerialBook
from player.bundle.source import Source


def test_slots_and_keys_have_serials_of_their_own(tmp_path: Path) -> None:
    """What one source or key accepted says nothing about another; a restart forgets nothing."""
    book = SerialBook(tmp_path / "state")
    assert book.last(Source.STICK, "K") is None
    book.accept(Source.STICK, "K", 7)
    book.accept(Source.STICK, "", 3)
    book.accept(Source.FOLDER, "K", 9)
    again = SerialBook(tmp_path / "state")
    assert [again.last(s, k) for s in Source for k in ("K", "", "L")] == [9, None, None, 7, 3, None]


def test_a_serial_never_goes_down(tmp_path: Path) -> None:
    """Accepting a lower one changes nothing on the disk."""
    book = SerialBook(tmp_path)
    book.accept(Source.STICK, "K", 7)
    before = (tmp_path / NAMES[0]).stat().st_mtime_ns
    book.accept(Source.STICK, "K", 6)
    assert book.last(Source.STICK, "K") == 7
    assert (tmp_path / NAMES[0]).stat().st_mtime_ns == before


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"stick": 5}', b'{"stick": {"K": "x"}}', b"\0" * 50, None])
@pytest.mark.parametrize("name", NAMES)
def test_one_damaged_copy_forgets_nothing(tmp_path: Path, name: str, damage: bytes | None) -> None:
    """Either file may be empty, garbage or gone: the other one counts, and the next accept mends both."""
    book = SerialBook(tmp_path)
    book.accept(Source.STICK, "K", 7)
    if damage is None:
        (tmp_path / name).unlink()
    else:
        (tmp_path / name).write_bytes(damage)
    assert book.last(Source.STICK, "K") == 7
    book.accept(Source.STICK, "K", 8)
    os.unlink(tmp_path / next(other for other in NAMES if other != name))
    assert book.last(Source.STICK, "K") == 8


def _accept_many(folder: Path, source: Source) -> None:
    for serial in range(1, 26):
        SerialBook(folder).accept(source, "K", serial)


def test_two_writers_lose_nothing(tmp_path: Path) -> None:
    """The folder's and the stick's side write the same file at the same time."""
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_accept_many, args=(tmp_path, source)) for source in Source]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
        assert writer.exitcode == 0
    assert [SerialBook(tmp_path).last(source, "K") for source in Source] == [25, 25]
