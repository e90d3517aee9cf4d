"""Passwords: kept as argon2id, and what a new one must be.

Knows: the cost of a hash, and that an unknown account takes as long as a known one. Touches: the processor, some memory.
Must not: keep, log or return a password.
"""

from __future__ import annotations

import secrets
from base64 import b64encode

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from player.office.web.faults import PageFault

LEAST, MOST = 12, 200
"""Characters. NIST SP 800-63B asks for a length and for nothing about kinds of characters."""
LEAST_DIFFERENT = 5
MEMORY_KIB, ROUNDS, LANES = 19 * 1024, 2, 1
"""OWASP's smallest for argon2id (2024): some 30 ms, and 19 MB while it lasts, of the console's 150."""
SALT_BYTES, HASH_BYTES = 16, 32
"""As argon2-cffi has them."""


class Passwords:
    """Makes and compares hashes. Slow on purpose: called in a thread."""

    def __init__(self, memory_kib: int = MEMORY_KIB, rounds: int = ROUNDS) -> None:
        self._hasher = PasswordHasher(time_cost=rounds, memory_cost=memory_kib, parallelism=LANES)
        drawn = (b64encode(secrets.token_bytes(n)).decode().rstrip("=") for n in (SALT_BYTES, HASH_BYTES))
        self.of_nobody = "$".join(["", "argon2id", "v=19", f"m={memory_kib},t={rounds},p={LANES}", *drawn])
        """A hash of no password, drawn and not computed: it costs as much as any to compare with."""

    def hash(self, password: str) -> str:
        return self._hasher.hash(password)

    def is_right(self, password: str, kept: str) -> bool:
        """kept "": there is no such account, which takes as long to say."""
        try:
            return self._hasher.verify(kept or self.of_nobody, password) and bool(kept)
        except (VerificationError, InvalidHashError):
            return False

    def is_old(self, kept: str) -> bool:
        """Whether the hash was made at another cost than today's."""
        return self._hasher.check_needs_rehash(kept)


def check_new_password(password: str, account: str, shown_name: str = "", field: str = "password") -> None:
    """Raises PageFault with what is wrong with it."""
    if len(password) < LEAST:
        raise PageFault(
            "A password has at least {n} characters; several words are easy to keep in mind.", field, n=LEAST
        )
    if len(password) > MOST:
        raise PageFault("A password has at most {n} characters.", field, n=MOST)
    plain = password.casefold()
    names = [name.casefold() for name in (account, shown_name) if len(name) > 2]
    bare = plain
    for name in names:
        bare = bare.replace(name, "")
    if len(set(bare)) < LEAST_DIFFERENT:
        raise PageFault("This password is too easy to guess: it repeats itself, or is the name.", field)
