"""Where a release came from: the synced folder or a stick. Both are bundles, and go through the same importer.

Knows: the two names. Touches nothing. Must not: decide which of the two plays (core/playing/sources.py does).
"""

from __future__ import annotations

from enum import StrEnum


class Source(StrEnum):
    """Where a release came from."""

    FOLDER = "folder"
    STICK = "stick"
