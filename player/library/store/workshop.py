"""What every import works with: the store, what is known about files, the settings, the panel's zone.

Knows: nothing more. Touches nothing. Must not: import anything by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo

from player.library.store.known_files import KnownFiles
from player.library.store.store import Store
from player.settings.models import ContentSection


@dataclass(frozen=True, slots=True)
class Workshop:
    """Made once by the library's room. zone: the panel's."""

    store: Store
    known_files: KnownFiles
    content: ContentSection
    zone: tzinfo
