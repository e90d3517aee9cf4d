"""What an import of a bundle ends with, besides a refusal.

Knows: the two ends. Touches nothing. Must not: import anything (library/bundle_import.py does).
"""

from __future__ import annotations

from dataclasses import dataclass


class ImportStopped(Exception):
    """The import ended because it was asked to; what it had copied is kept for the next time."""


@dataclass(frozen=True, slots=True)
class ImportedBundle:
    """What the library made of a bundle. problems: what of it cannot be used, in words."""

    release: int
    files: int
    size_bytes: int
    problems: tuple[str, ...] = ()
