"""How an import of a bundle ends, when it is not refused: with a release, or in the middle because it was asked to.

Knows: the two ends. Touches nothing. Must not: import anything (library/bundle_import.py does).
"""

from __future__ import annotations

from dataclasses import dataclass


class ImportStopped(Exception):
    """The import ended because it was asked to; the next import of the bundle goes on from what this one copied."""


@dataclass(frozen=True, slots=True)
class ImportedBundle:
    """What the library made of a bundle. problems: what of it cannot be used, in words."""

    release: int
    files: int
    size_bytes: int
    problems: tuple[str, ...] = ()
