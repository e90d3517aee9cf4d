"""Files as one zip file that is never whole in memory or on disk: its length is known before the first byte, and it goes out
block by block.

Knows: the parts of a zip file (APPNOTE 6.3.9), also of one beyond 4 GiB. Touches: the files, reading only.
Must not: pack (films do not get smaller), or end a file whose content is not what was asked for.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from player.base.portable import will_be_read_once

BLOCK_BYTES = 1 << 18
LIMIT = 0xFFFFFFFF
"""What a field of four bytes holds; from there on a field of eight stands beside it."""
MOST_ENTRIES = 0xFFFF
VERSION, VERSION_64 = 20, 45
FLAGS = 0x0808
"""The name is UTF-8; checksum and sizes stand behind the content, since they are not known before it."""
UNIX = 3
FOLDER_MODE, FILE_MODE = 0o40755, 0o100644
_LOCAL = struct.Struct("<4s5H3L2H")
_BEHIND, _BEHIND_64 = struct.Struct("<4s3L"), struct.Struct("<4sL2Q")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END_64, _FIND_64 = struct.Struct("<4sQ2H2L4Q"), struct.Struct("<4sLQL")
_END = struct.Struct("<4s4H2LH")


class ZipBroken(Exception):
    """A file is not what was to be packed: the zip ends here, without what makes it one."""


@dataclass(frozen=True, slots=True)
class ZipEntry:
    """name: with slashes; ends with one for a folder. source: the file, or its content. sha256: what it must be; "": anything."""

    name: str
    source: Path | bytes
    size_bytes: int
    sha256: str = ""

    @property
    def raw_name(self) -> bytes:
        return self.name.encode()

    @property
    def is_large(self) -> bool:
        return self.size_bytes >= LIMIT


def read_checked(entry: ZipEntry) -> Iterator[bytes]:
    """The content, in blocks. Raises ZipBroken when it is not as long, or not the same, as it must be."""
    whole, left = hashlib.sha256(), entry.size_bytes
    if isinstance(entry.source, bytes):
        yield entry.source
        return
    with open(entry.source, "rb", buffering=0) as file:
        will_be_read_once(file.fileno())
        while left:
            block = file.read(min(BLOCK_BYTES, left))
            if not block:
                raise ZipBroken(f"{entry.name} became shorter")
            if entry.sha256:
                whole.update(block)
            left -= len(block)
            if not left and entry.sha256 and (whole.hexdigest() != entry.sha256 or file.read(1)):
                raise ZipBroken(f"{entry.name} is not what was signed")
            yield block


class ZipStream:
    """`length` and `blocks` belong together: a server says the one, and sends the other."""

    def __init__(
        self, entries: Sequence[ZipEntry], made: datetime, read: Callable[[ZipEntry], Iterator[bytes]] = read_checked
    ) -> None:
        """read: gives the blocks of an entry's content."""
        self._entries = tuple(entries)
        self._read = read
        year = min(max(made.year, 1980), 2107)
        self._day = (year - 1980) << 9 | made.month << 5 | made.day
        self._time = made.hour << 11 | made.minute << 5 | made.second // 2

    @property
    def length(self) -> int:
        """Bytes of the whole zip."""
        at, central = 0, 0
        for entry in self._entries:
            central += _CENTRAL.size + len(entry.raw_name) + len(_extra(entry, at))
            at += self._around(entry) + entry.size_bytes
        return at + central + len(self._ending(at, central))

    def blocks(self) -> Iterator[bytes]:
        """Raises ZipBroken and OSError: then what went out is no zip, and no program opens it as one."""
        at, central = 0, []
        for entry in self._entries:
            head = _LOCAL.pack(
                b"PK\3\4", VERSION_64 if entry.is_large else VERSION, FLAGS, 0, self._time, self._day, 0,
                *((LIMIT, LIMIT) if entry.is_large else (0, 0)), len(entry.raw_name), 20 if entry.is_large else 0,
            )  # fmt: skip
            yield head + entry.raw_name + (struct.pack("<2H2Q", 1, 16, 0, 0) if entry.is_large else b"")
            checksum = 0
            for block in self._read(entry):
                checksum = zlib.crc32(block, checksum)
                yield block
            behind = _BEHIND_64 if entry.is_large else _BEHIND
            yield behind.pack(b"PK\7\x08", checksum, entry.size_bytes, entry.size_bytes)
            central.append(self._central(entry, at, checksum))
            at += self._around(entry) + entry.size_bytes
        table = b"".join(central)
        yield table + self._ending(at, len(table))

    def _around(self, entry: ZipEntry) -> int:
        """Bytes before and behind an entry's content."""
        behind = _BEHIND_64.size + 20 if entry.is_large else _BEHIND.size
        return _LOCAL.size + len(entry.raw_name) + behind

    def _central(self, entry: ZipEntry, at: int, checksum: int) -> bytes:
        extra = _extra(entry, at)
        size = LIMIT if entry.is_large else entry.size_bytes
        mode = FOLDER_MODE if entry.name.endswith("/") else FILE_MODE
        return _CENTRAL.pack(
            b"PK\1\2", UNIX << 8 | VERSION_64, VERSION_64 if extra else VERSION, FLAGS, 0, self._time, self._day, checksum,
            size, size, len(entry.raw_name), len(extra), 0, 0, 0, mode << 16 | (0x10 if entry.name.endswith("/") else 0),
            min(at, LIMIT),
        ) + entry.raw_name + extra  # fmt: skip

    def _ending(self, at: int, table_bytes: int) -> bytes:
        count = len(self._entries)
        plain = _END.pack(
            b"PK\5\6",
            0,
            0,
            min(count, MOST_ENTRIES),
            min(count, MOST_ENTRIES),
            min(table_bytes, LIMIT),
            min(at, LIMIT),
            0,
        )
        if count < MOST_ENTRIES and table_bytes < LIMIT and at < LIMIT:
            return plain
        large = _END_64.pack(
            b"PK\6\6", _END_64.size - 12, UNIX << 8 | VERSION_64, VERSION_64, 0, 0, count, count, table_bytes, at
        )
        return large + _FIND_64.pack(b"PK\6\7", 0, at + table_bytes, 1) + plain


def _extra(entry: ZipEntry, at: int) -> bytes:
    """In the table at the end: the fields of eight bytes, of what does not fit into four."""
    numbers = ([entry.size_bytes, entry.size_bytes] if entry.is_large else []) + ([at] if at >= LIMIT else [])
    return struct.pack(f"<2H{len(numbers)}Q", 1, 8 * len(numbers), *numbers) if numbers else b""
