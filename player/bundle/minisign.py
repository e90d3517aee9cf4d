"""Minisign's public keys and signatures, byte for byte as the stock `minisign` 0.11 reads them: verifying only.

Knows: the two text formats, Ed25519 over BLAKE2b ("ED") and over the message itself ("Ed").
Touches nothing. Must not: read files, know what was signed, or sign (office/signing_keys.py does; no panel can).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from player.base.ed25519 import ed25519

ALGORITHM = b"Ed"
ALGORITHM_PREHASHED = b"ED"
KEY_ID_BYTES = 8
UNTRUSTED_PREFIX = b"untrusted comment: "
TRUSTED_PREFIX = b"trusted comment: "
COMMENT_LIMIT_BYTES = 1024  # COMMENTMAXBYTES in minisign.h; a longer one is refused there too
TRUSTED_COMMENT_LIMIT_BYTES = 8192
SIGNATURE_LIMIT_BYTES = 16 * 1024
"""No signature that minisign writes is longer: two comments, two lines of base64."""


class MinisignError(Exception):
    """A key or a signature cannot be read. The text says which, and what to do."""


class UnknownKey(MinisignError):
    """The signature was made with a key that is not among the pinned ones."""


class WrongSignature(MinisignError):
    """The key is known, but what was signed is not what lies here (or the trusted comment was changed)."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    key_id: bytes
    point: bytes

    @property
    def name(self) -> str:
        """The key's id in 16 capital hex digits, as minisign prints it but for the zeros that the id may begin with."""
        return self.key_id[::-1].hex().upper()

    def __str__(self) -> str:
        """The one line of base64 that belongs into `trust.keys`, and after `minisign -P`."""
        return base64.b64encode(ALGORITHM + self.key_id + self.point).decode()


@dataclass(frozen=True, slots=True)
class Signature:
    """What a .minisig file says; nothing of it is true before `check_signature` has said so."""

    prehashed: bool
    key_id: bytes
    signature: bytes
    trusted_comment: str
    global_signature: bytes

    @property
    def key_name(self) -> str:
        return self.key_id[::-1].hex().upper()


def parse_public_key(text: str) -> PublicKey:
    """The key in `text`: the line of base64 alone, or a whole .pub file with its comment. Raises MinisignError."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if lines and lines[0].startswith("untrusted comment:"):
        lines = lines[1:]
    raw = decode_base64(lines[0], "public key") if len(lines) == 1 else b""
    if len(raw) != 2 + KEY_ID_BYTES + 32 or raw[:2] != ALGORITHM:
        raise MinisignError("not a minisign public key; it is one line of 56 characters that begins with RW")
    return PublicKey(raw[2:10], raw[10:])


def parse_public_keys(texts: Iterable[str]) -> tuple[tuple[PublicKey, ...], tuple[str, ...]]:
    """(keys, faults) of the lines of `trust.keys`; a fault begins with the line that is no key."""
    keys, faults = [], []
    for text in texts:
        try:
            keys.append(parse_public_key(text))
        except MinisignError as error:
            faults.append(f"{text[:60]!r}: {error}")
    return tuple(keys), tuple(faults)


def parse_signature(raw: bytes) -> Signature:
    """The four lines of a .minisig file, LF or CRLF. Raises MinisignError for what minisign refuses to read."""
    if len(raw) > SIGNATURE_LIMIT_BYTES:
        raise MinisignError(f"the signature file is too large ({len(raw)} bytes); sign again")
    lines = [line.removesuffix(b"\r") for line in raw.split(b"\n")]
    if len(lines) < 4:
        raise MinisignError("the signature file is cut short; copy it again")
    untrusted, packed, trusted, packed_global = lines[:4]
    if not untrusted.startswith(UNTRUSTED_PREFIX) or len(untrusted) >= COMMENT_LIMIT_BYTES:
        raise MinisignError("the signature file does not begin with an untrusted comment; sign again")
    if not trusted.startswith(TRUSTED_PREFIX) or len(trusted) >= TRUSTED_COMMENT_LIMIT_BYTES:
        raise MinisignError("the signature file has no trusted comment; sign again")
    signature, global_signature = decode_base64(packed, "signature"), decode_base64(packed_global, "signature")
    if len(signature) != 2 + KEY_ID_BYTES + 64 or len(global_signature) != 64:
        raise MinisignError("the signature has the wrong length; copy it again")
    if signature[:2] not in (ALGORITHM, ALGORITHM_PREHASHED):
        raise MinisignError("the signature is of a kind that minisign 0.11 does not know; sign again")
    return Signature(
        prehashed=signature[:2] == ALGORITHM_PREHASHED,
        key_id=signature[2:10],
        signature=signature[10:],
        trusted_comment=check_comment(trusted[len(TRUSTED_PREFIX) :]),
        global_signature=global_signature,
    )


def check_signature(message: bytes, signature: Signature, keys: Iterable[PublicKey]) -> PublicKey:
    """The pinned key that signed exactly `message` and the trusted comment.

    Raises UnknownKey or WrongSignature. Like `minisign -V`, it accepts the legacy kind too, which signs the message
    itself instead of its hash: a manifest is small, so nothing speaks against it.
    """
    pinned = [key for key in keys if key.key_id == signature.key_id]
    if not pinned:
        raise UnknownKey(f"signed with key {signature.key_name}, which this panel does not know")
    signed = hashlib.blake2b(message).digest() if signature.prehashed else message
    is_signed = ed25519().is_signed
    for key in pinned:
        if not is_signed(key.point, signature.signature, signed):
            continue
        if not is_signed(
            key.point, signature.global_signature, signature.signature + signature.trusted_comment.encode()
        ):
            raise WrongSignature("the signature's trusted comment was changed")
        return key
    raise WrongSignature(f"the signature of key {signature.key_name} does not fit: something was changed after signing")


def decode_base64(text: str | bytes, what: str) -> bytes:
    """The bytes in `text`, which is called `what` in the fault. Raises MinisignError."""
    try:
        raw = binascii.a2b_base64(text, strict_mode=True)
        # One text for one value: unused bits in the last character may not hide anything.
        if base64.b64encode(raw) == (text if isinstance(text, bytes) else text.encode()):
            return raw
        raise ValueError("not canonical")
    except ValueError as error:  # binascii.Error is one; a str that is not ASCII gives the plain one
        raise MinisignError(f"the {what} is damaged (not base64); copy it again") from error


def check_comment(raw: bytes) -> str:
    """The trusted comment, when it is what minisign prints: UTF-8 without control characters but the tab.

    Raises MinisignError.
    """
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MinisignError("the trusted comment is not UTF-8 text; sign again") from error
    if any((ord(char) < 0x20 and char != "\t") or 0x7F <= ord(char) <= 0x9F for char in text):
        raise MinisignError("the trusted comment has characters that cannot be printed; sign again")
    return text
