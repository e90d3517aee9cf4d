"""The office's signing keys: made, kept in minisign's file format with or without a password, and used to sign.

Knows: minisign's secret key file, scrypt for its password, the four lines of a signature, byte for byte as the stock
`minisign` 0.11 reads and writes them. Touches nothing. Must not: read files, ask for a password, or run on a panel.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from player.bundle.minisign import (
    ALGORITHM,
    ALGORITHM_PREHASHED,
    KEY_ID_BYTES,
    TRUSTED_COMMENT_LIMIT_BYTES,
    TRUSTED_PREFIX,
    UNTRUSTED_PREFIX,
    MinisignError,
    PublicKey,
    check_comment,
    decode_base64,
)

KDF_SCRYPT = b"Sc"
KDF_NONE = b"\0\0"
CHECKSUM_BLAKE2B = b"B2"
SECRET_KEY_COMMENT = "minisign encrypted secret key"  # minisign writes this one even without a password
SIGNATURE_COMMENT = "signature from minisign secret key"
SCRYPT_OPERATIONS = 33554432  # libsodium's OPSLIMIT_SENSITIVE, minisign's choice
SCRYPT_MEMORY_BYTES = 1 << 30  # MEMLIMIT_SENSITIVE; a key file that asks for more is refused
SCRYPT_MEMORY_LEAST_BYTES = 1 << 24
SCRYPT_OPERATIONS_LEAST = 32768
SCRYPT_BLOCK = 8
PASSWORD_LIMIT_BYTES = 1023


class WrongPassword(MinisignError):
    """The secret key does not open with this password."""


@dataclass(frozen=True, slots=True)
class SecretKey:
    key_id: bytes
    seed: bytes = field(repr=False)
    point: bytes = b""

    @property
    def public(self) -> PublicKey:
        return PublicKey(self.key_id, self.point)


def write_public_key(key: PublicKey) -> str:
    return f"untrusted comment: minisign public key {key.name}\n{key}\n"


def generate_key() -> SecretKey:
    return _secret_key(secrets.token_bytes(KEY_ID_BYTES), secrets.token_bytes(32))


def parse_secret_key(text: str, ask_password: Callable[[], str]) -> SecretKey:
    """The key in a minisign secret key file; `ask_password` is called only when the file has a password.

    Raises MinisignError for anything else than a whole key, WrongPassword when the password does not fit.
    """
    lines = text.splitlines()
    raw = decode_base64(lines[1].strip(), "secret key") if len(lines) >= 2 else b""
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


def sign_message(message: bytes, key: SecretKey, trusted_comment: str) -> bytes:
    """A whole .minisig file for `message` (prehashed, as minisign signs since 0.10)."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    comment = check_comment(trusted_comment.encode())
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
