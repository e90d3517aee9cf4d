"""Which of the office's own certificates end soon: the broker's, the console's, the authority's, its account's.

Knows: where office.sh puts them, and what to do. Touches: those files, reading only; the terminal.
Must not: speak of panels' certificates: each panel tells of its own (alert `certificate.ending`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rich.markup import escape

from player.base.certificates import CertificateFault, Lifetime, read_lifetime
from player.base.text import for_terminal
from player.office.bundles import err
from player.office.settings import OfficeSettings

MADE_BY_OFFICE_SH = ("broker.crt", "web.crt")
"""Beside the authority's certificate."""
RENEW = "run sh systemd/office.sh --renew on the office's computer"
NEW_FILES = f"{RENEW}, then give each panel its new file (sh systemd/office.sh --panel NAME)"


@dataclass(frozen=True, slots=True)
class EndingCertificate:
    """A certificate that ends within a month, or has ended."""

    path: Path
    lifetime: Lifetime
    over: bool
    remedy: str

    @property
    def sentence(self) -> str:
        """In English; the catalogue has it in the other language."""
        if self.over:
            return f"the certificate {self.path} ended on {self.lifetime.ends:%Y-%m-%d}; {self.remedy}"
        return f"the certificate {self.path} ends on {self.lifetime.ends:%Y-%m-%d}; {self.remedy}"


def ending(settings: OfficeSettings, wall: datetime) -> list[EndingCertificate]:
    """The first to end comes first. What cannot be read is left out: the connection itself says why."""
    found = []
    for path, authorities in _files(settings):
        try:
            lifetime = read_lifetime(path, authorities=authorities)
        except CertificateFault:
            continue
        if lifetime.is_ending(wall):
            remedy = NEW_FILES if authorities else RENEW
            found.append(EndingCertificate(path, lifetime, lifetime.is_over(wall), remedy))
    return sorted(found, key=lambda one: one.lifetime.ends)


def _files(settings: OfficeSettings) -> Iterator[tuple[Path, bool]]:
    """Each file, and whether it lists authorities."""
    named = {Path(path).expanduser() for path in (settings.cert_file,) if path}
    if settings.ca_file:
        authority = Path(settings.ca_file).expanduser()
        yield authority, True
        named |= {file for name in MADE_BY_OFFICE_SH if (file := authority.with_name(name)).exists()}
    yield from ((path, False) for path in sorted(named))


def tell_ending(settings: OfficeSettings, wall: datetime) -> None:
    """One line on the terminal for each, beside what the command says."""
    for one in ending(settings, wall):
        err.print(f"[yellow]{escape(for_terminal(one.sentence))}[/yellow]", soft_wrap=True)
