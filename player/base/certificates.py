"""When certificates end, and whether that is soon enough to tell somebody.

Knows: PEM files with certificates, and how long before its end a certificate is told of. Touches: those files.
Must not: be imported before the first picture: what reads a certificate is loaded with it (1 MB, 2026-11-26).
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
    from cryptography.x509 import InvalidVersion, load_pem_x509_certificates

    try:
        with path.open("rb") as opened:
            found = load_pem_x509_certificates(opened.read(LARGEST_BYTES))
        return [Lifetime(each.not_valid_before_utc, each.not_valid_after_utc) for each in found]
    except OSError as error:
        raise CertificateFault(f"{path}: {error.strerror}") from error
    except (ValueError, InvalidVersion) as error:  # the second is no ValueError: one wrong bit in a file that is copied
        raise CertificateFault(f"{path}: no certificate can be read in it") from error
