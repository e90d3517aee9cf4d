"""Bundles for tests: a key of its own, a folder with real or small files, signed by whoever the test says."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from player.bundle.manifest import MANIFEST_NAME, SIGNATURE_NAME, ListedFile, Manifest, Trust, write_manifest
from player.office import signing_keys

PANEL = "serang-04"
NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


@cache
def _key(name: str) -> signing_keys.SecretKey:
    return signing_keys.generate_key()


def office_key(name: str = "office") -> signing_keys.SecretKey:
    """The same key for the same name, within one run."""
    return _key(name)


def trust(*keys: str, signed: bool = True, last: dict[str, int] | None = None, panel: str = PANEL) -> Trust:
    """Pins the keys with these names (default: the office's). last: key name -> last accepted serial, "" unsigned."""
    serials = {office_key(name).public.name if name else "": serial for name, serial in (last or {}).items()}
    return Trust(
        panel=panel,
        signed=signed,
        keys=tuple(office_key(name).public for name in keys or ("office",)),
        last_serial=serials.get,
    )


def list_files(folder: Path) -> tuple[ListedFile, ...]:
    """Every regular file below `folder` as a manifest lists it, without the manifest itself."""
    return tuple(
        ListedFile(str(p.relative_to(folder)), p.stat().st_size, hashlib.sha256(p.read_bytes()).hexdigest())
        for p in sorted(folder.rglob("*"))
        if p.is_file() and not p.is_symlink() and p.name not in (MANIFEST_NAME, SIGNATURE_NAME)
    )


def a_manifest(**changes: object) -> Manifest:
    """A good manifest for PANEL without files; `changes` as for dataclasses.replace."""
    plain = Manifest(
        serial=42, panels=(PANEL,), created=NOW, not_before=None, not_after=None, files=(), key="", digest=""
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # the test says what it changes


def sign_bytes(raw: bytes, key: str = "office") -> bytes:
    return signing_keys.sign_message(raw, office_key(key), "timestamp:1\tfile:manifest.json\thashed")


def sign_folder(folder: Path, key: str = "office", **changes: object) -> Manifest:
    """Lists what lies in `folder`, writes manifest and signature, returns the manifest."""
    manifest = a_manifest(**{"files": list_files(folder), **changes})
    raw = write_manifest(manifest)
    (folder / MANIFEST_NAME).write_bytes(raw)
    (folder / SIGNATURE_NAME).write_bytes(sign_bytes(raw, key))
    return manifest
