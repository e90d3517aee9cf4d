"""Keys of the records: the office's own, which signs acknowledgements, and those of the panels, which a person accepts.

Knows: the file of the office's key, and what accepting a panel's key sets going. Touches: that file, the database.
Must not: sign content (office/signing_keys.py does, with a key that has a password).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import Connection, select, update

from player.base.disk import replace_file
from player.base.mqtt.credentials import AccountError, check_secret
from player.contract.record_batches import fingerprint
from player.office.records import schema
from player.office.records.days import in_ms
from player.office.records.storing import BatchStore, RecordsFault, Taken
from player.office.signing import OfficeError

KEY_FILE_BYTES = 256


@dataclass(frozen=True, slots=True)
class AckKey:
    """The office's key for acknowledgements. sign: of a message, 64 bytes. public: base64."""

    sign: Callable[[bytes], bytes]
    public: str


def open_ack_key(path: Path) -> AckKey:
    """The key in the file, made when there is none yet: a collector runs without anybody who could type a password.

    Raises OfficeError.
    """
    if not path.exists():
        fresh = Ed25519PrivateKey.generate()
        replace_file(path, base64.b64encode(fresh.private_bytes_raw()) + b"\n", mode=0o600)
    try:
        check_secret(path)
        raw = base64.b64decode(path.read_bytes()[:KEY_FILE_BYTES].strip(), validate=True)
        secret = Ed25519PrivateKey.from_private_bytes(raw)
    except AccountError as error:
        raise OfficeError(str(error)) from error
    except (ValueError, binascii.Error) as error:
        raise OfficeError(f"{path}: not the office's key for acknowledgements; use its backup") from error
    public = secret.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return AckKey(secret.sign, base64.b64encode(public).decode())


@dataclass(frozen=True, slots=True)
class PanelKey:
    """accepted: by whom; "": it waits."""

    panel: str
    public: str
    accepted: str
    seen_ms: int

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.public)


def list_keys(connection: Connection, panel: str | None = None) -> list[PanelKey]:
    """All keys, by panel and age."""
    k, p = schema.keys.c, schema.panels.c
    wanted = select(p.name, k.public, k.accepted_ms, k.accepted_by, k.seen_ms).join(schema.panels, p.id == k.panel_id)
    if panel is not None:
        wanted = wanted.where(p.name == panel)
    rows = connection.execute(wanted.order_by(p.name, k.seen_ms, k.id))
    return [
        PanelKey(name, public, (by or "") if accepted is not None else "", seen)
        for name, public, accepted, by, seen in rows
    ]


def accept_key(
    connection: Connection, panel: str, wanted: str, by: str, wall: datetime
) -> tuple[PanelKey, list[Taken]]:
    """The panel's waiting key, accepted, and what had waited for it. wanted: how its fingerprint begins; "": the only one.

    Raises OfficeError.
    """
    keys = list_keys(connection, panel)
    if not keys:
        names = ", ".join(sorted({key.panel for key in list_keys(connection)})) or "none"
        raise OfficeError(f"no records of a panel called {panel!r} have come; known: {names}")
    plain = wanted.replace(" ", "")
    waiting = [key for key in keys if not key.accepted and key.public.startswith(plain)]
    if not waiting:
        raise OfficeError(
            f"no key of {panel} waits" + (f" that begins with {wanted}" if plain else "; all are accepted")
        )
    if len(waiting) > 1:
        choice = ", ".join(key.fingerprint for key in waiting)
        raise OfficeError(
            f"{len(waiting)} keys of {panel} wait: {choice}; give --key with the one that the panel shows"
        )
    key = waiting[0]
    panel_id = select(schema.panels.c.id).where(schema.panels.c.name == panel).scalar_subquery()
    connection.execute(
        update(schema.keys)
        .where(schema.keys.c.panel_id == panel_id, schema.keys.c.public == key.public)
        .values(accepted_ms=in_ms(wall), accepted_by=by)
    )
    connection.execute(
        update(schema.faults)
        .where(schema.faults.c.panel_id == panel_id, schema.faults.c.kind == RecordsFault.KEY.value)
        .where(schema.faults.c.digest == key.public[:64], schema.faults.c.mended_ms.is_(None))
        .values(mended_ms=in_ms(wall))
    )
    return key, BatchStore(connection, wall).take_waiting(panel)
