"""The second factor: codes that change every 30 seconds (TOTP, RFC 6238), and recovery codes for a lost telephone.

Knows: how a code is made of a secret and the time. Pure but for new secrets.
Must not: take a code twice (accounts.py sees to it).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from urllib.parse import quote

STEP_S = 30
DIGITS = 6
WINDOW = 1
"""Steps before and after the present one: clocks of telephones differ, and people type slowly."""
SECRET_BYTES = 20
"""As long as SHA-1's output (RFC 4226, section 4)."""
RECOVERY_CODES = 10
RECOVERY_BYTES = 10
"""80 bits: nobody guesses one, and nobody finds one from its hash."""


def new_secret() -> str:
    """In base32, as authenticator apps take it."""
    return base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()


def code_of(secret: str, counter: int) -> str:
    """RFC 4226: the code of the step with this number."""
    digest = hmac.digest(base64.b32decode(secret), counter.to_bytes(8), hashlib.sha1)
    at = digest[-1] & 0x0F
    number = int.from_bytes(digest[at : at + 4]) & 0x7FFF_FFFF
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def counter_of(secret: str, code: str, unix_s: float) -> int | None:
    """The number of the step that the code belongs to; None: of none that is near."""
    typed = re.sub(r"[\s-]", "", code)
    present = int(unix_s // STEP_S)
    steps = range(present - WINDOW, present + WINDOW + 1)
    # All are compared, so that the time tells nothing.
    right = [step for step in steps if hmac.compare_digest(code_of(secret, step).encode(), typed.encode())]
    return right[-1] if right else None


def address_of(secret: str, account: str, issuer: str) -> str:
    """What the QR code holds: otpauth://totp/..."""
    return (
        f"otpauth://totp/{quote(issuer)}:{quote(account)}?secret={secret}&issuer={quote(issuer)}"
        f"&algorithm=SHA1&digits={DIGITS}&period={STEP_S}"
    )


def spaced(secret: str) -> str:
    """In groups of four, for those who type it."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


def new_recovery_codes() -> list[str]:
    """`abcd-efgh-ijkl-mnop`; each is good once."""
    made = (base64.b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode().lower() for _ in range(RECOVERY_CODES))
    return ["-".join(code[at : at + 4] for at in range(0, 16, 4)) for code in made]


def recovery_hash(code: str) -> str:
    """The same for a code with and without its hyphens, in small and capital letters."""
    return hashlib.sha256(re.sub(r"[\s-]", "", code).lower().encode()).hexdigest()
