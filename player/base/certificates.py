"""When certificates end, and whether that is soon enough to tell somebody.

Knows: PEM files with certificates, and how long before its end a certificate is told of. Touches: those files.
Must not: load cryptography before a certificate is read: it costs a process 7 MB (measured.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

SOON = timedelta(days=30)
"""A month: somebody has to make a new file at the office and bring it to the panel."""
SOON_SHARE = 0.25
"""Of a certificate that lives for three months only: a program renews it a month before its end, and nobody needs to be told."""
LARGEST_BYTES = 4 << 20
"""The list of all public authorities has 230 KB."""


class CertificateFault(Exception):
    """The file holds no certificate, or cannot be read."""


class NoCertificate(Exception):
    """The bytes hold none, or a damaged one."""


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
    """As `lifetime_of`. Raises CertificateFault, which names the file."""
    try:
        return lifetime_of(read_certificates(path), authorities=authorities)
    except NoCertificate as error:
        raise CertificateFault(f"{path}: {error}") from error


def read_certificates(path: Path) -> bytes:
    """What is in the file, so far as certificates can be that long. Raises CertificateFault."""
    try:
        with path.open("rb") as opened:
            return opened.read(LARGEST_BYTES)
    except OSError as error:
        raise CertificateFault(f"{path}: {error.strerror}") from error


def lifetime_of(pem: bytes, *, authorities: bool = False) -> Lifetime:
    """Of the first certificate in `pem`: a chain begins with the one that it is for. Raises NoCertificate.

    authorities: `pem` lists authorities; as long as one of them counts, the list is of use.
    """
    from cryptography.x509 import InvalidVersion, load_pem_x509_certificates

    try:
        found = [
            Lifetime(each.not_valid_before_utc, each.not_valid_after_utc) for each in load_pem_x509_certificates(pem)
        ]
    except (ValueError, InvalidVersion) as error:  # the second is no ValueError: one wrong bit in a file that is copied
        raise NoCertificate("no certificate can be read in it") from error
    return max(found, key=lambda one: one.ends) if authorities else found[0]
