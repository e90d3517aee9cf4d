"""The command log: the last thousand command ids with their last reply, on disk: a command is obeyed once, across restarts too.

Knows: which ids were accepted, how each ended, whether the broker has the last reply. Touches: one file of JSON lines.
Must not: decide whether a command is good, or publish anything.
"""

from __future__ import annotations

import base64
import contextlib
import json
import logging
import os
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from player.base.disk import replace_file
from player.base.reserve import reserve_after_end

log = logging.getLogger(__name__)

KEEP_IDS = 1000
"""The contract: the last 1000 ids are on disk (mqtt.md)."""
COMPACT_LINES = 5 * KEEP_IDS
"""A command writes three short lines; the file is written anew when it has this many (about 1 MB)."""
FILE_MODE = 0o640
KEEP_DETAIL = 4096
"""Characters of a reply's detail that are kept: the answers to a thousand `logs` must not fill the disk."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One accepted command. boot: the kernel's boot id when it was accepted. delivered: the broker has this reply."""

    id: str
    do: str
    boot: str
    stage: str
    code: str
    detail: str
    at: datetime
    correlation: bytes | None = None
    delivered: bool = False


class CommandLog:
    """The file is read whole at the start, then only appended to; a line that matters is fsynced before the call returns."""

    def __init__(self, path: Path, keep: int = KEEP_IDS) -> None:
        self.path = path
        self._keep = keep
        self._entries: OrderedDict[str, Entry] = OrderedDict()
        self._file = -1
        self._lines = 0
        self.broken = ""  # why the file cannot be written; "" while it can

    def open(self) -> None:
        """Reads what is there. A line that was cut by a power cut, or is garbage, is left out."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            for line in self.path.read_bytes().splitlines() if self.path.exists() else ():
                self._lines += 1
                self._read_line(line)
        except OSError as error:
            log.warning("the ids of earlier commands cannot be read from %s: %s", self.path, error)
        self._compact()

    def close(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def get(self, command_id: str) -> Entry | None:
        return self._entries.get(command_id)

    def unanswered(self) -> Iterator[Entry]:
        """The commands that were accepted and have no end yet; oldest first."""
        return (entry for entry in list(self._entries.values()) if entry.stage == "accepted")

    def undelivered(self) -> Iterator[Entry]:
        """The commands that have ended, but whose last reply the broker has not confirmed; oldest first."""
        return (e for e in list(self._entries.values()) if e.stage != "accepted" and not e.delivered)

    def put(self, entry: Entry) -> bool:
        """Writes the entry to the disk before it returns. False: the entry is only in memory (`broken` says why)."""
        entry = replace(entry, detail=entry.detail[:KEEP_DETAIL])
        self._entries[entry.id] = entry
        while len(self._entries) > self._keep:
            self._entries.popitem(last=False)
        return self._append(_as_line(entry), sync=True)

    def mark_delivered(self, command_id: str, stage: str) -> None:
        """Notes that the broker has the reply. Not fsynced: when the note is lost, the reply is sent once more."""
        entry = self._entries.get(command_id)
        if entry is not None and entry.stage == stage and not entry.delivered:
            self._entries[command_id] = replace(entry, delivered=True)
            self._append(json.dumps({"id": command_id, "delivered": stage}).encode() + b"\n", sync=False)

    def _append(self, line: bytes, *, sync: bool) -> bool:
        if self._lines >= COMPACT_LINES and self._compact():
            return True
        if self.broken:
            line = b"\n" + line  # the file may end in the middle of a line
        try:
            if self._file < 0:
                self._open_file()
            if os.write(self._file, line) != len(line):
                raise OSError(28, "the line was written only in part")
            if sync:
                os.fdatasync(self._file)
        except OSError as error:
            self._fail(error)
            return False
        self._lines += 1
        self.broken = ""
        return True

    def _open_file(self) -> None:
        """With room behind its end: a command is kept on a disk that has become full meanwhile."""
        self._file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, FILE_MODE)
        reserve_after_end(self._file)

    def _compact(self) -> bool:
        """Writes the file anew beside the old one and renames it: after a power cut there is the old file or the new one.

        False: there was no room for it; the old file is gone on with.
        """
        self.close()
        try:
            replace_file(self.path, b"".join(map(_as_line, self._entries.values())), mode=FILE_MODE)
        except OSError as error:
            self._fail(error)
            return False
        self._lines = len(self._entries)
        self.broken = ""
        with contextlib.suppress(OSError):  # else it is opened, and complained of, at the next line
            self._open_file()
        return True

    def _fail(self, error: OSError) -> None:
        self.close()
        why = f"{self.path}: {error.strerror or error}"
        if why != self.broken:
            log.warning("command ids cannot be kept on disk (%s); until they can, a restart may forget some", why)
        self.broken = why

    def _read_line(self, line: bytes) -> None:
        try:
            value = json.loads(line)
            if "delivered" in value and "do" not in value:
                known = self._entries.get(value["id"])
                if known is not None and known.stage == value["delivered"]:
                    self._entries[known.id] = replace(known, delivered=True)
                return
            entry = _from_line(value)
        except (ValueError, TypeError, KeyError, RecursionError):
            return  # cut by a power cut in the middle of the line: its command was not obeyed yet
        self._entries[entry.id] = entry
        while len(self._entries) > self._keep:
            self._entries.popitem(last=False)


def _as_line(entry: Entry) -> bytes:
    value = {
        "id": entry.id, "do": entry.do, "boot": entry.boot, "stage": entry.stage, "code": entry.code,
        "detail": entry.detail, "at": entry.at.isoformat(),
        "correlation": base64.b64encode(entry.correlation).decode() if entry.correlation is not None else None,
        "delivered": entry.delivered,
    }  # fmt: skip
    return json.dumps(value).encode() + b"\n"


def _from_line(value: dict[str, Any]) -> Entry:
    correlation = value["correlation"]
    entry = Entry(
        id=value["id"], do=value["do"], boot=value["boot"], stage=value["stage"], code=value["code"],
        detail=value["detail"], at=datetime.fromisoformat(value["at"]),
        correlation=None if correlation is None else base64.b64decode(correlation), delivered=bool(value["delivered"]),
    )  # fmt: skip
    if not all(isinstance(text, str) for text in (entry.id, entry.do, entry.boot, entry.stage, entry.code)):
        raise TypeError("not an entry")
    return entry
