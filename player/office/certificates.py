"""Which of the office's own certificates end soon: the broker's, the console's, the authority's, its account's.

Knows: where office.sh puts them, and what to do. Touches: those files, reading only; the terminal.
Must not: speak of panels' certificates: each panel tells of its own (alert `certificate.ending`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from rich.markup import escape

from player.base.catalogue import Catalogue, catalogue_of
from player.base.certificates import CertificateFault, Lifetime, read_lifetime
from player.base.text import for_terminal
from player.office.settings import OfficeSettings
from player.office.terminal import err

MADE_BY_OFFICE_SH = ("broker.crt", "web.crt")
"""Beside the authority's certificate."""
RENEW = "run sh systemd/office.sh --renew on the office's computer"
NEW_FILES = f"{RENEW}, then give each panel its new file (sh systemd/office.sh --panel NAME)"


LOOK_AGAIN = timedelta(hours=1)
"""A page that is drawn does not read files each time; after --renew nobody waits for a day."""


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


class CertificateEnds:
    """For the console, which asks at every page."""

    def __init__(self, settings: OfficeSettings, now: Callable[[], datetime]) -> None:
        self._settings = settings
        self._now = now
        self._looked: datetime | None = None
        self._found: list[EndingCertificate] = []
        self._catalogues: dict[str, Catalogue] = {}

    def sentences(self, language: str) -> list[str]:
        """Most of the time there is none."""
        wall = self._now()
        if self._looked is None or not self._looked <= wall < self._looked + LOOK_AGAIN:
            self._looked, self._found = wall, ending(self._settings, wall)
        if self._found and language not in self._catalogues:  # its patterns take longer to make than a page
            self._catalogues[language] = catalogue_of(language)
        return [self._catalogues[language].say(one.sentence) for one in self._found]


def tell_ending(settings: OfficeSettings, wall: datetime) -> None:
    """One line on the terminal for each, beside what the command says."""
    for one in ending(settings, wall):
        err.print(f"[yellow]{escape(for_terminal(one.sentence))}[/yellow]", soft_wrap=True)
