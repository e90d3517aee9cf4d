"""The child that opens what came back from a stick: a zip, or single files; in a process with limits: a stick may hold anything.

Knows: which names count, and how much a stick may bring. Touches: the files that it may see, stdin and stdout.
Must not: be imported by the server, write a file, or believe a size that a zip tells.
"""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC
from pathlib import Path, PurePosixPath
from typing import Any

from player.base.children import RAW, answer_questions
from player.base.text import for_terminal
from player.bundle.manifest import RECEIPTS_NAME, SERIAL_LIMIT
from player.bundle.receipt import RECEIPT_LIMIT_BYTES, Receipt, parse_text, read_receipts, write_text
from player.bundle.stick_records import BATCH_BYTES, RECORDS_NAME
from player.office.receipt_lines import lines_of

MOST_MEMBERS = 5000
"""A stick keeps 200 receipts and 2,000 batches of records."""
MOST_BYTES = 128 << 20
"""Unpacked, of one file that is sent: eight panels that left all they may."""
MOST_RECEIPTS, MOST_STRANGE = 400, 20
MOST_LINES, MOST_LETTERS = 40, 300
"""Of a receipt on the page."""
CPU_S = 60
PLAIN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""How receipts are packed by the programs of Windows, macOS and Linux."""
LINK_MODE, KIND_MODE = 0o120000, 0o170000
ENCRYPTED = 0x1


class ReturnedRefused(Exception):
    """The file is refused as a whole: nothing of it is taken. code: of the page's words (returned.py)."""


def answer(asked: dict[str, Any]) -> dict[str, Any]:
    """asked: {"open": path} of a file that was sent, or {"list": folder, "language": ...} of the receipts that are kept."""
    if "list" in asked:
        return {"receipts": [_told(each, asked["language"]) for each in read_receipts(Path(asked["list"]))[0]]}
    try:
        return _opened(Path(asked["open"]), asked["name"])
    except ReturnedRefused as refused:
        return {"refused": str(refused)}


def _opened(path: Path, name: str) -> dict[str, Any]:
    """The receipts as they are kept, the batches of records one after the other (RAW), and what is neither."""
    receipts: list[tuple[str, str]] = []
    batches: list[tuple[str, int]] = []
    strange: list[str] = []
    raw = bytearray()
    for member, content in _members(path, name):
        if RECORDS_NAME.fullmatch(member):
            batches.append((member, len(content)))
            raw += content
            continue
        try:
            receipt = parse_text(content)
            text = write_text(receipt)
            receipts.append((file_name(receipt, text), text))
        except (ValueError, RecursionError):
            strange.append(for_terminal(member)[:80])
    if len(receipts) > MOST_RECEIPTS:
        raise ReturnedRefused("too-many")
    return {
        "receipts": receipts, "batches": batches, "strange": strange[:MOST_STRANGE],
        "more": max(0, len(strange) - MOST_STRANGE), **({RAW: bytes(raw)} if raw else {}),
    }  # fmt: skip


def file_name(receipt: Receipt, text: str) -> str:
    """As it is kept: by panel, moment and content, so that the same receipt again is the same file."""
    return f"{receipt.panel}-{receipt.at:%Y%m%dT%H%M%S}-{hashlib.sha256(text.encode()).hexdigest()[:12]}.json"


def _members(path: Path, name: str) -> Iterator[tuple[str, bytes]]:
    """The files that may be receipts or batches, by their last name. Raises ReturnedRefused."""
    with path.open("rb") as file:
        is_zip = file.read(2) == b"PK"
    if not is_zip:
        limit = BATCH_BYTES if RECORDS_NAME.fullmatch(name) else RECEIPT_LIMIT_BYTES
        with path.open("rb") as file:
            content = file.read(limit + 1)
        if len(content) > limit:
            raise ReturnedRefused("too-large")
        yield name, content
        return
    try:
        with zipfile.ZipFile(path) as opened:
            yield from _unpacked(opened)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError) as error:
        raise ReturnedRefused("damaged") from error


def _unpacked(opened: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    members = opened.infolist()
    if len(members) > MOST_MEMBERS:
        raise ReturnedRefused("too-many")
    total = 0
    for member in members:
        inner = PurePosixPath(member.filename.replace("\\", "/"))
        if member.is_dir() or not _may_count(inner):
            continue
        if member.flag_bits & ENCRYPTED:
            raise ReturnedRefused("encrypted")
        if member.compress_type not in PLAIN or (member.external_attr >> 16) & KIND_MODE == LINK_MODE:
            raise ReturnedRefused("damaged")
        limit = BATCH_BYTES if RECORDS_NAME.fullmatch(inner.name) else RECEIPT_LIMIT_BYTES
        with opened.open(member) as file:
            content = file.read(limit + 1)
        total += len(content)
        if len(content) > limit or total > MOST_BYTES:
            raise ReturnedRefused("too-large")
        yield inner.name, content


def _may_count(inner: PurePosixPath) -> bool:
    """A file of a receipts folder, or one that lies bare in the zip; macOS's own files and the stick's content do not count."""
    if inner.name.startswith(".") or "__MACOSX" in inner.parts:
        return False
    bare = len(inner.parts) == 1 or inner.parts[-2].casefold() == RECEIPTS_NAME
    return bare and (inner.suffix == ".json" or RECORDS_NAME.fullmatch(inner.name) is not None)


def _told(receipt: Receipt, language: str) -> dict[str, Any]:
    """A receipt for the page, its words in the reader's language; what the panel said stays as it was said, cut to a length."""
    lines = [(_cut(what), _cut(said)) for what, said in lines_of(replace(receipt, language=language), full=True)]
    return {
        "panel": receipt.panel,
        "at": receipt.at.replace(tzinfo=receipt.at.tzinfo or UTC).isoformat(),
        "result": _cut(receipt.result),
        "number": _whole(receipt.number),
        "serial": _whole(receipt.serial),
        "stick": _cut(receipt.stick_label or ""),
        "lines": lines[:MOST_LINES],
    }


def _cut(text: str) -> str:
    """Without what drives a terminal or turns writing around."""
    plain = for_terminal(text)
    return plain if len(plain) <= MOST_LETTERS else plain[: MOST_LETTERS - 1] + "\u2026"


def _whole(number: int | None) -> int | None:
    return number if number is not None and 0 <= number <= SERIAL_LIMIT else None


if __name__ == "__main__":
    answer_questions(answer, cpu_s=CPU_S)
