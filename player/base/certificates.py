"""When certificates end, and whether that is soon enough to tell somebody.

Knows: where a certificate (RFC 5280, in DER and PEM) says from when to when it counts, and how long before its end it is told of.
Touches: those files. Must not: believe a certificate: whoever connects checks it; or import cryptography, which would cost
a panel 7 MB for two moments (measured.md).
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

SOON = timedelta(days=30)
"""A month: somebody has to make a new file at the office and bring it to the panel."""
SOON_SHARE = 0.25
"""Of a certificate that lives for three months only: a program renews it a month before its end, and nobody needs to be told."""
PEM = re.compile(rb"-----BEGIN (?:X509 )?CERTIFICATE-----\s+([A-Za-z0-9+/=\s]*?)-----END (?:X509 )?CERTIFICATE-----")
INTEGER, BIT_STRING, UTC_TIME, GENERALIZED_TIME, SEQUENCE, VERSION = 0x02, 0x03, 0x17, 0x18, 0x30, 0xA0
CONSTRUCTED = 0x20
DEEPEST = 24
"""A certificate is nested ten deep or less."""
LARGEST_BYTES = 4 << 20
"""The list of all public authorities has 230 KB."""


class CertificateFault(Exception):
    """The file holds no certificate, or cannot be read."""


@dataclass(frozen=True, slots=True)
class Lifetime:
    """From when to when a certificate counts (UTC)."""

    begins: datetime
    ends: datetime

    def is_ending(self, wall: datetime) -> bool:
        """Whether the certificate ends soon, or has ended."""
        return wall >= self.ends - min(SOON, (self.ends - self.begins) * SOON_SHARE)

    def is_over(self, wall: datetime) -> bool:
        return wall >= self.ends


def read_lifetime(path: Path, *, authorities: bool = False) -> Lifetime:
    """Of the first certificate in the file: a chain begins with the one that it is for.

    authorities: the file lists authorities; as long as one of them counts, the list is of use. Raises CertificateFault.
    """
    found = _read(path)
    return max(found, key=lambda one: one.ends) if authorities else found[0]


def _read(path: Path) -> list[Lifetime]:
    try:
        with path.open("rb") as opened:
            text = opened.read(LARGEST_BYTES)
        found = [_lifetime(base64.b64decode(b"".join(each.split()), validate=True)) for each in PEM.findall(text)]
    except OSError as error:
        raise CertificateFault(f"{path}: {error.strerror}") from error
    except ValueError as error:
        raise CertificateFault(f"{path}: no certificate can be read in it") from error
    if not found:
        raise CertificateFault(f"{path}: no certificate can be read in it")
    return found


def _lifetime(der: bytes) -> Lifetime:
    """The one certificate in `der`. Raises ValueError for bytes that are not made up as one."""
    _check(der)
    [(tag, whole)] = _parts(der)
    [(inner_tag, inner), (method_tag, _), (signature_tag, _)] = _parts(whole)
    if (tag, inner_tag, method_tag, signature_tag) != (SEQUENCE, SEQUENCE, SEQUENCE, BIT_STRING):
        raise ValueError("no certificate")
    parts = list(_parts(inner))
    if parts and parts[0][0] == VERSION:
        _check_version(parts.pop(0)[1])
    if [each for each, _ in parts[:6]] != [INTEGER, SEQUENCE, SEQUENCE, SEQUENCE, SEQUENCE, SEQUENCE]:
        raise ValueError("no certificate")  # number, method, who signs it, from when to when, whose it is, key
    begins, ends = (_moment(*each) for each in _parts(parts[3][1]))
    return Lifetime(begins, ends)


def _check_version(content: bytes) -> None:
    """Raises ValueError for one that no certificate has."""
    if list(_parts(content)) not in ([(INTEGER, b"\1")], [(INTEGER, b"\2")]):
        raise ValueError("a version that no certificate has")


def _moment(tag: int, content: bytes) -> datetime:
    text = content.decode("ascii")
    if tag == UTC_TIME and re.fullmatch(r"\d{12}Z", text):
        text = f"{19 if text >= '5' else 20}{text}"  # RFC 5280, 4.1.2.5.1
    elif tag != GENERALIZED_TIME or not re.fullmatch(r"\d{14}Z", text):
        raise ValueError("no moment")
    return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)


def _check(der: bytes, depth: int = 0) -> None:
    """Raises ValueError when a length anywhere in it does not fit."""
    if depth > DEEPEST:
        raise ValueError("nested too deeply")
    for tag, content in _parts(der):
        if tag & CONSTRUCTED:
            _check(content, depth + 1)


def _parts(der: bytes) -> Iterator[tuple[int, bytes]]:
    """The tag and the content of each value, one after the other. Raises ValueError for what is not DER."""
    at = 0
    while at < len(der):
        tag, first = der[at], der[at + 1 : at + 2]
        if tag & 0x1F == 0x1F or not first:
            raise ValueError("a tag that no certificate has, or an end in the middle")
        size, at = first[0], at + 2
        if size > 0x7F:
            count = size & 0x7F
            size, at = int.from_bytes(der[at : at + count], "big"), at + count
            if not 1 <= count <= 4 or size < 0x80 or size >> (8 * (count - 1)) == 0:
                raise ValueError("a length that is not written the shortest way")
        if at + size > len(der):
            raise ValueError("it is cut short")
        yield tag, der[at : at + size]
        at += size
