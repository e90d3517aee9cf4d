"""Minisign keys and signatures, byte for byte as the stock `minisign` 0.11 reads and writes them.

Knows: the three text formats, Ed25519 over BLAKE2b ("ED") and over the message itself ("Ed"), scrypt for passwords.
Touches nothing. Must not: read files, ask for a password, or know what is being signed.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

ALGORITHM = b"Ed"
ALGORITHM_PREHASHED = b"ED"
KDF_SCRYPT = b"Sc"
KDF_NONE = b"\0\0"
CHECKSUM_BLAKE2B = b"B2"
KEY_ID_BYTES = 8
UNTRUSTED_PREFIX = b"untrusted comment: "
TRUSTED_PREFIX = b"trusted comment: "
SECRET_KEY_COMMENT = "minisign encrypted secret key"  # minisign writes this one even without a password
SIGNATURE_COMMENT = "signature from minisign secret key"
COMMENT_LIMIT_BYTES = 1024  # COMMENTMAXBYTES in minisign.h; a longer one is refused there too
TRUSTED_COMMENT_LIMIT_BYTES = 8192
SIGNATURE_LIMIT_BYTES = 16 * 1024
"""No signature that minisign writes is longer: two comments, two lines of base64."""

SCRYPT_OPERATIONS = 33554432  # libsodium's OPSLIMIT_SENSITIVE, minisign's choice
SCRYPT_MEMORY_BYTES = 1 << 30  # MEMLIMIT_SENSITIVE; a key file that asks for more is refused
SCRYPT_MEMORY_LEAST_BYTES = 1 << 24
SCRYPT_OPERATIONS_LEAST = 32768
SCRYPT_BLOCK = 8
PASSWORD_LIMIT_BYTES = 1023


class MinisignError(Exception):
    """A key or a signature cannot be read. The text says which, and what to do."""


class UnknownKey(MinisignError):
    """The signature was made with a key that is not among the pinned ones."""


class WrongSignature(MinisignError):
    """The key is known, but what was signed is not what lies here (or the trusted comment was changed)."""


class WrongPassword(MinisignError):
    """The secret key does not open with this password."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    key_id: bytes
    point: bytes

    @property
    def name(self) -> str:
        """The key's id as minisign prints it: 16 capital hex digits."""
        return self.key_id[::-1].hex().upper()

    def __str__(self) -> str:
        """The one line of base64 that belongs into `trust.keys`, and after `minisign -P`."""
        return base64.b64encode(ALGORITHM + self.key_id + self.point).decode()


@dataclass(frozen=True, slots=True)
class SecretKey:
    key_id: bytes
    seed: bytes = field(repr=False)
    point: bytes = b""

    @property
    def public(self) -> PublicKey:
        return PublicKey(self.key_id, self.point)


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
    raw = _base64(lines[0], "public key") if len(lines) == 1 else b""
    if len(raw) != 2 + KEY_ID_BYTES + 32 or raw[:2] != ALGORITHM:
        raise MinisignError("not a minisign public key; it is one line of 56 characters that begins with RW")
    return PublicKey(raw[2:10], raw[10:])


def write_public_key(key: PublicKey) -> str:
    return f"untrusted comment: minisign public key {key.name}\n{key}\n"


def generate_key() -> SecretKey:
    return _secret_key(secrets.token_bytes(KEY_ID_BYTES), secrets.token_bytes(32))


def parse_secret_key(text: str, ask_password: Callable[[], str]) -> SecretKey:
    """The key in a minisign secret key file; `ask_password` is called only when the file has a password.

    Raises MinisignError for anything else than a whole key, WrongPassword when the password does not fit.
    """
    lines = text.splitlines()
    raw = _base64(lines[1].strip(), "secret key") if len(lines) >= 2 else b""
    if len(raw) != 158 or raw[:2] != ALGORITHM or raw[4:6] != CHECKSUM_BLAKE2B:
        raise MinisignError("not a minisign secret key; use the file that keygen (or minisign -G) wrote")
    body = raw[54:]
    if raw[2:4] == KDF_SCRYPT:
        operations, memory_bytes = int.from_bytes(raw[38:46], "little"), int.from_bytes(raw[46:54], "little")
        body = _masked(body, ask_password(), raw[6:38], operations, memory_bytes)
        if not secrets.compare_digest(_checksum(body), body[72:]):
            raise WrongPassword("wrong password for that key")
    elif raw[2:4] != KDF_NONE:
        raise MinisignError("the secret key is protected in a way that minisign 0.11 does not know")
    key = _secret_key(body[:8], body[8:40])
    if key.point != body[40:72]:
        raise MinisignError("the secret key is damaged: its two halves do not belong together; use its backup")
    return key


def write_secret_key(
    key: SecretKey,
    password: str | None,
    *,
    operations: int = SCRYPT_OPERATIONS,
    memory_bytes: int = SCRYPT_MEMORY_BYTES,
) -> str:
    """The text of a secret key file. Without password (None) anyone who has the file can sign.

    With minisign's own numbers the password costs a guesser 1 GiB and seconds each; where this computer has not that
    much memory both are halved until it has, as minisign does.
    """
    body = key.key_id + key.seed + key.point
    kdf, salt, numbers = KDF_NONE, bytes(32), bytes(16)
    if password is None:
        body += bytes(32)
    else:
        kdf, salt = KDF_SCRYPT, secrets.token_bytes(32)
        body += _checksum(body)
        while True:
            try:
                masked = _masked(body, password, salt, operations, memory_bytes)
                break
            except MemoryError:
                operations, memory_bytes = operations // 2, memory_bytes // 2
                if operations < SCRYPT_OPERATIONS_LEAST or memory_bytes < SCRYPT_MEMORY_LEAST_BYTES:
                    raise
        body, numbers = masked, operations.to_bytes(8, "little") + memory_bytes.to_bytes(8, "little")
    raw = ALGORITHM + kdf + CHECKSUM_BLAKE2B + salt + numbers + body
    return f"untrusted comment: {SECRET_KEY_COMMENT}\n{base64.b64encode(raw).decode()}\n"


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
    signature, global_signature = _base64(packed, "signature"), _base64(packed_global, "signature")
    if len(signature) != 2 + KEY_ID_BYTES + 64 or len(global_signature) != 64:
        raise MinisignError("the signature has the wrong length; copy it again")
    if signature[:2] not in (ALGORITHM, ALGORITHM_PREHASHED):
        raise MinisignError("the signature is of a kind that minisign 0.11 does not know; sign again")
    return Signature(
        prehashed=signature[:2] == ALGORITHM_PREHASHED,
        key_id=signature[2:10],
        signature=signature[10:],
        trusted_comment=_printable(trusted[len(TRUSTED_PREFIX) :]),
        global_signature=global_signature,
    )


def check_signature(message: bytes, signature: Signature, keys: Iterable[PublicKey]) -> PublicKey:
    """The pinned key that signed exactly `message` and the trusted comment.

    Raises UnknownKey or WrongSignature. Like `minisign -V`, it accepts the legacy kind too, which signs the message
    itself instead of its hash: a manifest is small, so nothing speaks against it.
    """
    # Only a bundle needs it, and it costs the daemon memory: not at the top of the file.
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    pinned = [key for key in keys if key.key_id == signature.key_id]
    if not pinned:
        raise UnknownKey(f"signed with key {signature.key_name}, which this panel does not know")
    signed = hashlib.blake2b(message).digest() if signature.prehashed else message
    for key in pinned:
        try:
            verifier = Ed25519PublicKey.from_public_bytes(key.point)
            verifier.verify(signature.signature, signed)
        except (InvalidSignature, ValueError):
            continue
        try:
            verifier.verify(signature.global_signature, signature.signature + signature.trusted_comment.encode())
        except InvalidSignature:
            raise WrongSignature("the signature's trusted comment was changed") from None
        return key
    raise WrongSignature(f"the signature of key {signature.key_name} does not fit: something was changed after signing")


def sign_message(message: bytes, key: SecretKey, trusted_comment: str) -> bytes:
    """A whole .minisig file for `message` (prehashed, as minisign signs since 0.10)."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    comment = _printable(trusted_comment.encode())
    if len(TRUSTED_PREFIX) + len(comment.encode()) >= TRUSTED_COMMENT_LIMIT_BYTES:
        raise MinisignError("the trusted comment is too long for minisign (8 KiB)")
    signer = Ed25519PrivateKey.from_private_bytes(key.seed)
    signature = signer.sign(hashlib.blake2b(message).digest())
    packed = base64.b64encode(ALGORITHM_PREHASHED + key.key_id + signature)
    packed_global = base64.b64encode(signer.sign(signature + comment.encode()))
    lines = UNTRUSTED_PREFIX + SIGNATURE_COMMENT.encode(), packed, TRUSTED_PREFIX + comment.encode(), packed_global
    return b"\n".join(lines) + b"\n"


def _secret_key(key_id: bytes, seed: bytes) -> SecretKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return SecretKey(key_id, seed, Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw())


def _base64(text: str | bytes, what: str) -> bytes:
    try:
        raw = binascii.a2b_base64(text, strict_mode=True)
        # One text for one value: unused bits in the last character may not hide anything.
        if base64.b64encode(raw) == (text if isinstance(text, bytes) else text.encode()):
            return raw
        raise ValueError("not canonical")
    except ValueError as error:  # binascii.Error is one; a str that is not ASCII gives the plain one
        raise MinisignError(f"the {what} is damaged (not base64); copy it again") from error


def _printable(raw: bytes) -> str:
    """minisign's is_printable: UTF-8 without control characters but the tab."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MinisignError("the trusted comment is not UTF-8 text; sign again") from error
    if any((ord(char) < 0x20 and char != "\t") or 0x7F <= ord(char) <= 0x9F for char in text):
        raise MinisignError("the trusted comment has characters that cannot be printed; sign again")
    return text


def _checksum(body: bytes) -> bytes:
    return hashlib.blake2b(ALGORITHM + body[:72], digest_size=32).digest()


def _masked(body: bytes, password: str, salt: bytes, operations: int, memory_bytes: int) -> bytes:
    """body XOR scrypt(password): closes an open key and opens a closed one."""
    if memory_bytes > SCRYPT_MEMORY_BYTES or operations > SCRYPT_OPERATIONS * 4:
        raise MinisignError("the secret key asks for more memory than minisign ever does; use its backup")
    secret = password.encode()
    if len(secret) > PASSWORD_LIMIT_BYTES:
        raise MinisignError(f"the password is longer than minisign takes ({PASSWORD_LIMIT_BYTES} bytes)")
    log_n, parallel = _scrypt_numbers(operations, memory_bytes)
    needed_bytes = 128 * SCRYPT_BLOCK * ((1 << log_n) + parallel + 2) + 4096
    try:
        stream = hashlib.scrypt(
            secret, salt=salt, n=1 << log_n, r=SCRYPT_BLOCK, p=parallel, maxmem=needed_bytes, dklen=len(body)
        )
    except ValueError as error:
        if "memory" in str(error).lower() or "malloc" in str(error).lower():
            raise MemoryError("not enough memory to open the secret key (1 GiB); close other programs") from error
        raise MinisignError("the secret key's numbers make no sense; use its backup") from error
    return bytes(a ^ b for a, b in zip(body, stream, strict=True))


def _scrypt_numbers(operations: int, memory_bytes: int) -> tuple[int, int]:
    """(log2 N, p) as libsodium's pickparams chooses them (crypto_pwhash_scryptsalsa208sha256.c); r is always 8."""
    operations = max(operations, SCRYPT_OPERATIONS_LEAST)
    by_operations = operations < memory_bytes // 32
    most = operations // (SCRYPT_BLOCK * 4) if by_operations else memory_bytes // (SCRYPT_BLOCK * 128)
    log_n = 1
    while log_n < 63 and (1 << log_n) <= most // 2:
        log_n += 1
    if by_operations:
        return log_n, 1
    return log_n, min((operations // 4) >> log_n, 0x3FFFFFFF) // SCRYPT_BLOCK
