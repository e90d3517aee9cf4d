"""The bundle's manifest: who signed it, whether it may play here and now, and which files it lists.

Knows: the format, the signature (over the raw bytes, checked before they are parsed), paths, panels, serial, dates.
Touches: manifest.json and manifest.json.minisig in the folder it is given. Must not: read media, or remember a serial.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import stat
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

from player.base.clocks import ClockTrust
from player.base.portable import open_for_reading
from player.base.text import breaks_a_line, excerpt
from player.bundle.minisign import (
    SIGNATURE_LIMIT_BYTES,
    MinisignError,
    PublicKey,
    UnknownKey,
    WrongSignature,
    check_signature,
    parse_signature,
)
from player.bundle.refusals import BundleRefused, Why

BUNDLE_NAME = "panel"
MANIFEST_NAME = "manifest.json"
SIGNATURE_NAME = "manifest.json.minisig"
RECEIPTS_NAME = "receipts"
FORMAT = 1
MANIFEST_LIMIT_BYTES = 1 << 20
DEPTH_LIMIT = 3  # the manifest, its list of files, one file
BRACKETS_LIMIT = 20_000  # more opening brackets than files fit into 1 MiB; keeps the parser's memory small
SERIAL_LIMIT = (1 << 53) - 1  # what every JSON reader keeps exactly
FILE_LIMIT_BYTES = 1 << 48
PATH_LIMIT_BYTES = 1024
PATH_DEPTH_LIMIT = 32
NAME_LIMIT_BYTES = 255  # of vfat, exfat and ext4
YEARS = range(2000, 2200)

PANEL_NAME = re.compile(r"[a-z0-9-]{3,32}")
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_BRACKET = re.compile(rb"[\[\]{}]")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)")


@dataclass(frozen=True, slots=True)
class ListedFile:
    """One file of the bundle. path: relative to the bundle, "/" between folders. sha256: lower-case hex."""

    path: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """A manifest that was accepted. key: the name of the pinned key that signed it; "" when none had to.

    digest: SHA-256 (hex) of the raw bytes, to know the same manifest again. Dates are aware.
    """

    serial: int
    panels: tuple[str, ...]
    created: datetime
    not_before: datetime | None
    not_after: datetime | None
    files: tuple[ListedFile, ...]
    key: str
    digest: str

    @property
    def size_bytes(self) -> int:
        return sum(file.size_bytes for file in self.files)


@dataclass(frozen=True, slots=True)
class Trust:
    """What a source asks of a bundle. panel: this panel's name; "" at the office: whichever panel it is for.

    signed: refuse what no pinned key signed (trust.folder / trust.stick = "signed").
    last_serial: the last accepted serial of the key with this name ("" = unsigned) in this source; None: none yet.
    """

    panel: str
    signed: bool
    keys: tuple[PublicKey, ...] = ()
    last_serial: Callable[[str], int | None] = lambda key: None


def read_manifest(folder: Path, trust: Trust, wall: datetime, clock: ClockTrust) -> Manifest | None:
    """The accepted manifest of the bundle in `folder`; None when there is none and none is asked for.

    Raises BundleRefused (with number, reason and remedy) for everything else, also for read errors.
    `wall` is aware; the dates count only while `clock` is not BAD.
    """
    raw = _read_file(folder, MANIFEST_NAME, MANIFEST_LIMIT_BYTES, Why.MANIFEST_TOO_LARGE)
    if raw is None:
        if trust.signed:
            raise BundleRefused(Why.NO_MANIFEST)
        return None
    signature = _read_file(folder, SIGNATURE_NAME, SIGNATURE_LIMIT_BYTES, Why.SIGNATURE_DAMAGED)
    return verify_manifest(raw, signature, trust, wall, clock)


def verify_manifest(raw: bytes, signature: bytes | None, trust: Trust, wall: datetime, clock: ClockTrust) -> Manifest:
    """The manifest in `raw`, accepted. signature: the content of the .minisig file; None: there is none.

    In this order: size, signature, JSON, format and contents, panel, serial, dates. Raises BundleRefused, nothing else.
    Without `trust.signed` a signature is not asked for, and one that does not fit is the same as none.
    """
    if len(raw) > MANIFEST_LIMIT_BYTES:
        raise BundleRefused(Why.MANIFEST_TOO_LARGE)
    try:
        key = _signer(raw, signature, trust)
    except BundleRefused:
        if trust.signed:
            raise
        key = ""
    manifest = parse_manifest(raw, key)
    if trust.panel and trust.panel not in manifest.panels and "*" not in manifest.panels:
        raise BundleRefused(Why.OTHER_PANEL, f"for {', '.join(manifest.panels[:3])}; this is {trust.panel}")
    last = trust.last_serial(key)
    if last is not None and manifest.serial < last:
        raise BundleRefused(Why.OLDER_SERIAL, f"serial {manifest.serial}, accepted before: {last}")
    if clock is not ClockTrust.BAD:
        if manifest.not_before is not None and wall < manifest.not_before:
            raise BundleRefused(Why.NOT_YET_VALID, f"valid from {_minute(manifest.not_before)}")
        if manifest.not_after is not None and wall >= manifest.not_after:
            raise BundleRefused(Why.NO_LONGER_VALID, f"valid until {_minute(manifest.not_after)}")
    return manifest


def parse_manifest(raw: bytes, key: str = "") -> Manifest:
    """The manifest in `raw`, strictly: it says everything it must, nothing else, and nothing twice.

    Raises BundleRefused with MANIFEST_INVALID, UNKNOWN_FORMAT, PATH_FORBIDDEN or PATHS_CLASH.
    """
    table = _parse_json(raw)
    if not isinstance(table, dict):
        _invalid("it is not an object")
    if "format" in table and (type(table["format"]) is not int or table["format"] != FORMAT):
        raise BundleRefused(Why.UNKNOWN_FORMAT, f"format {str(table['format'])[:20]}")
    _same_keys(table, {"format", "serial", "panels", "created", "files"}, {"not_before", "not_after"}, "the manifest")
    panels = table["panels"]
    if not isinstance(panels, list) or not panels or len(panels) > 1000:
        _invalid('panels is not a list of names (or "*")')
    for panel in panels:
        if not isinstance(panel, str) or (panel != "*" and not PANEL_NAME.fullmatch(panel)):
            _invalid(f"{excerpt(panel)} is not a panel's name")
    created = _moment(table["created"], "created")
    not_before, not_after = (
        None if table.get(name) is None else _moment(table[name], name) for name in ("not_before", "not_after")
    )
    if not_before is not None and not_after is not None and not_after <= not_before:
        _invalid("not_after is not after not_before")
    if not isinstance(table["files"], list):
        _invalid("files is not a list")
    files = tuple(_listed_file(row) for row in table["files"])
    _refuse_clashes(files)
    return Manifest(
        serial=_whole(table["serial"], "serial", 1, SERIAL_LIMIT),
        panels=tuple(panels),
        created=created,
        not_before=not_before,
        not_after=not_after,
        files=files,
        key=key,
        digest=hashlib.sha256(raw).hexdigest(),
    )


def write_manifest(manifest: Manifest) -> bytes:
    """The manifest as it is signed: one file a line, LF, and the same bytes for the same values."""
    head = {
        "format": FORMAT,
        "serial": manifest.serial,
        "panels": list(manifest.panels),
        "created": _written(manifest.created),
        "not_before": None if manifest.not_before is None else _written(manifest.not_before),
        "not_after": None if manifest.not_after is None else _written(manifest.not_after),
    }
    lines = [f"{json.dumps(name)}: {json.dumps(value)}" for name, value in head.items()]
    rows = [
        json.dumps({"path": file.path, "bytes": file.size_bytes, "sha256": file.sha256}, ensure_ascii=False)
        for file in manifest.files
    ]
    files = '"files": [' + ("\n" + ",\n".join(rows) + "\n" if rows else "") + "]"
    return ("{" + ",\n".join([*lines, files]) + "}\n").encode()


def check_path(path: object) -> str:
    """`path`, when a file of a bundle may be called so. Raises BundleRefused(PATH_FORBIDDEN) saying what is wrong."""
    if not isinstance(path, str):
        _forbidden(path, "not a text")
    try:
        size = len(path.encode("utf-8"))
    except UnicodeEncodeError:
        _forbidden(path, "not Unicode text")
    names = path.split("/")
    if not path or size > PATH_LIMIT_BYTES or len(names) > PATH_DEPTH_LIMIT:
        _forbidden(path, "empty or too long")
    if path.startswith("/") or re.match("[A-Za-z]:", path):
        _forbidden(path, "absolute; write it relative to the bundle")
    for name in names:
        if name in ("", ".", ".."):
            _forbidden(path, "climbs, or has an empty name in it")
        if len(name.encode()) > NAME_LIMIT_BYTES:
            _forbidden(path, f"a name of more than {NAME_LIMIT_BYTES} bytes")
    if "\\" in path or breaks_a_line(path):
        _forbidden(path, "a backslash or a control character")
    if path in (MANIFEST_NAME, SIGNATURE_NAME) or names[0].casefold() == RECEIPTS_NAME:
        _forbidden(path, "that name has another use in a bundle")
    return path


def clash_key(path: str) -> str:
    """Two paths with the same key are one file for some file system: vfat folds case, macOS composes accents."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def read_regular(folder: Path, name: str, limit_bytes: int) -> bytes | None:
    """The content of a regular file directly in `folder`, at most limit_bytes + 1 of it; None when it is not there.

    Follows no link and never waits (a pipe, a device). Raises BundleRefused (NOT_A_FILE) or OSError (the disk's fault).
    """
    try:
        number = open_for_reading(folder / name)
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENXIO, errno.ENODEV):
            raise BundleRefused(Why.NOT_A_FILE, name) from error
        raise
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        raise BundleRefused(Why.NOT_A_FILE, name)
    with os.fdopen(number, "rb") as file:
        return file.read(limit_bytes + 1)


def _read_file(folder: Path, name: str, limit_bytes: int, too_large: Why) -> bytes | None:
    try:
        raw = read_regular(folder, name, limit_bytes)
    except OSError as error:
        raise BundleRefused(Why.UNREADABLE, f"{name}: {os.strerror(error.errno or errno.EIO)}") from error
    if raw is not None and len(raw) > limit_bytes:
        raise BundleRefused(too_large)
    return raw


def _signer(raw: bytes, signature: bytes | None, trust: Trust) -> str:
    if signature is None:
        raise BundleRefused(Why.UNSIGNED)
    if not trust.keys:
        raise BundleRefused(Why.NO_KEYS)
    try:
        parsed = parse_signature(signature)
    except MinisignError as error:
        raise BundleRefused(Why.SIGNATURE_DAMAGED, str(error)) from error
    try:
        return check_signature(raw, parsed, trust.keys).name
    except UnknownKey as error:
        raise BundleRefused(Why.UNKNOWN_KEY, f"key {parsed.key_name}") from error
    except WrongSignature as error:
        if b"\r\n" in raw and _fits(raw.replace(b"\r\n", b"\n"), signature, trust.keys):
            raise BundleRefused(Why.LINE_ENDS_CHANGED) from error
        raise BundleRefused(Why.WRONG_SIGNATURE) from error


def _fits(raw: bytes, signature: bytes, keys: Sequence[PublicKey]) -> bool:
    try:
        check_signature(raw, parse_signature(signature), keys)
    except MinisignError:
        return False
    return True


def _parse_json(raw: bytes) -> Any:
    _refuse_depth(raw)

    def no_number(text: str) -> NoReturn:
        _invalid(f"{text[:20]} is not a whole number")

    try:
        return json.loads(
            raw.decode("utf-8"), object_pairs_hook=_no_twins, parse_float=no_number, parse_constant=no_number
        )
    except (ValueError, RecursionError) as error:  # JSONDecodeError and UnicodeDecodeError are ValueErrors
        raise BundleRefused(Why.MANIFEST_INVALID, f"not JSON: {str(error)[:80]}") from error


def _refuse_depth(raw: bytes) -> None:
    """Before any parsing: a megabyte of brackets would cost the parser its stack or a hundred megabytes."""
    depth = opened = 0
    for bracket in _BRACKET.finditer(_STRING.sub(b"", raw)):
        if bracket[0] in b"[{":
            depth, opened = depth + 1, opened + 1
        else:
            depth -= 1
        if depth > DEPTH_LIMIT or opened > BRACKETS_LIMIT:
            _invalid("nested too deep" if depth > DEPTH_LIMIT else "too many parts")


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) != len(pairs):
        _invalid("it names something twice")
    return table


def _same_keys(table: dict[str, Any], needed: set[str], optional: set[str], where: str) -> None:
    for name in sorted(needed - table.keys()):
        _invalid(f"{where} has no {name}")
    for name in sorted(table.keys() - needed - optional):
        _invalid(f"{where} has {excerpt(name)}, which no manifest has")


def _listed_file(row: object) -> ListedFile:
    if not isinstance(row, dict):
        _invalid("files holds something that is not an object")
    _same_keys(row, {"path", "bytes", "sha256"}, set(), "a file")
    path = check_path(row["path"])
    if not isinstance(row["sha256"], str) or not _SHA256.fullmatch(row["sha256"]):
        _invalid(f"{excerpt(path)}: sha256 is not 64 lower-case hex digits")
    return ListedFile(path, _whole(row["bytes"], f"{excerpt(path)}: bytes", 0, FILE_LIMIT_BYTES), row["sha256"])


def _refuse_clashes(files: tuple[ListedFile, ...]) -> None:
    taken: dict[str, str] = {}
    for file in files:
        other = taken.setdefault(clash_key(file.path), file.path)
        if other is not file.path:
            raise BundleRefused(Why.PATHS_CLASH, f"{excerpt(other)} and {excerpt(file.path)}")
    for key, path in taken.items():
        above = key
        while "/" in above:
            above = above.rpartition("/")[0]
            if above in taken:
                raise BundleRefused(
                    Why.PATHS_CLASH, f"{excerpt(taken[above])} is a file and the folder of {excerpt(path)}"
                )


def _whole(value: object, name: str, least: int, most: int) -> int:
    if type(value) is not int or not least <= value <= most:
        _invalid(f"{name} is not a whole number from {least} to {most}")
    return value


def _moment(value: object, name: str) -> datetime:
    if isinstance(value, str) and _MOMENT.fullmatch(value) and int(value[:4]) in YEARS:
        try:
            return datetime.fromisoformat(value).astimezone(UTC)
        except ValueError:
            pass
    _invalid(f"{name} is not a moment like 2026-11-22T03:00:00Z")


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _minute(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M UTC")


def _invalid(what: str) -> NoReturn:
    raise BundleRefused(Why.MANIFEST_INVALID, what)


def _forbidden(path: object, what: str) -> NoReturn:
    raise BundleRefused(Why.PATH_FORBIDDEN, f"{excerpt(path)}: {what}")
