"""What was learnt about contents: which file (by fingerprint) holds which hash, the verdict on each, and what was made of it.

Knows: how to remember it over a restart. Touches: one file beside the store. Losing it costs time, nothing else.
Must not: be believed about a blob's presence (the store is asked), or about a stick (its times are too coarse).
"""

from __future__ import annotations

import json
import threading
from collections.abc import Collection
from pathlib import Path

from player.base.disk import Disk
from player.base.strict_json import MOST, as_list, as_table, as_text, as_whole, parse_json
from player.library.content.snapshot import Fingerprint
from player.library.renditions.recipes import Made, pack_made, unpack_made
from player.library.vetting.verdicts import VETTING_VERSION, Verdict

VERDICTS_LIMIT = 100_000
UNSOUND = "looking into it kills or hangs the vetting process"
"""Said until 2026-11-25 of films over which the machine itself had ended the child (out of memory, a busy disk), and kept:
these are looked into again."""


class KnownFiles:
    """All methods may be called from any thread."""

    def __init__(self, path: Path, disk: Disk) -> None:
        self._path = path
        self._disk = disk
        self._lock = threading.Lock()
        self._saving = threading.Lock()  # the folder sync and a stick's import both save
        self._hashes: dict[str, tuple[Fingerprint, str]] = {}
        self._verdicts: dict[str, Verdict] = {}
        self._made: dict[str, Made] = {}
        self._changed = False

    def load(self) -> None:
        try:
            table = as_table(parse_json(self._path.read_bytes()))
            hashes = {path: _read_hash(row) for path, row in as_table(table.get("hashes")).items()}
            verdicts = {}
            if table.get("vetting") == VETTING_VERSION:
                rows = as_table(table.get("verdicts"))
                read = {digest: Verdict.unpack(row) for digest, row in rows.items()}
                verdicts = {digest: found for digest, found in read.items() if not found.why.startswith(UNSOUND)}
            made = {key: unpack_made(row) for key, row in as_table(table.get("made", {})).items()}
        except (OSError, ValueError):
            return  # no such file, or a damaged one: everything is looked at again
        with self._lock:
            self._hashes, self._verdicts, self._made = hashes, verdicts, made

    def save(self) -> None:
        """Replaces the file when something was learnt since. Raises OSError."""
        with self._saving:
            with self._lock:
                if not self._changed:
                    return
                self._changed = False
                hashes = {p: [f.size, f.mtime_ns, f.ctime_ns, digest] for p, (f, digest) in self._hashes.items()}
                verdicts = {digest: verdict.pack() for digest, verdict in self._verdicts.items()}
                made = {key: pack_made(row) for key, row in self._made.items()}
            content = json.dumps(
                {"vetting": VETTING_VERSION, "hashes": hashes, "verdicts": verdicts, "made": made}
            ).encode()
            self._disk.replace_file(self._path, content, lasting=False)

    def hash_of(self, path: str, fingerprint: Fingerprint) -> str | None:
        with self._lock:
            known = self._hashes.get(path)
        return known[1] if known is not None and known[0] == fingerprint else None

    def learn_hash(self, path: str, fingerprint: Fingerprint, digest: str) -> None:
        with self._lock:
            self._hashes[path] = (fingerprint, digest)
            self._changed = True

    def verdict_on(self, digest: str) -> Verdict | None:
        with self._lock:
            return self._verdicts.get(digest)

    def learn_verdict(self, digest: str, verdict: Verdict) -> None:
        with self._lock:
            if len(self._verdicts) >= VERDICTS_LIMIT:
                self._verdicts.pop(next(iter(self._verdicts)))
            self._verdicts[digest] = verdict
            self._changed = True

    def made_of(self, key: str) -> Made | None:
        """What was made of a content (renditions/recipes.py, `Wanted.key`); whether its blobs are still here the store knows."""
        with self._lock:
            return self._made.get(key)

    def learn_made(self, key: str, made: Made) -> None:
        with self._lock:
            if len(self._made) >= VERDICTS_LIMIT:
                self._made.pop(next(iter(self._made)))
            self._made[key] = made
            self._changed = True

    def forget_paths(self, but: Collection[str]) -> None:
        """Drops the fingerprints of files that are no longer there, so that what is remembered stays bounded."""
        with self._lock:
            kept = {path: row for path, row in self._hashes.items() if path in but}
            self._changed = self._changed or len(kept) != len(self._hashes)
            self._hashes = kept


def _read_hash(value: object) -> tuple[Fingerprint, str]:
    """Raises ValueError."""
    if len(row := as_list(value)) != 4:
        raise ValueError("a known file has four fields")
    size, mtime_ns, ctime_ns = (as_whole(number, -MOST) for number in row[:3])
    return Fingerprint(size, mtime_ns, ctime_ns), as_text(row[3])
