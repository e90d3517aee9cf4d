"""What the panels' own code says, in a reader's language: `check`, alerts, answers, and what is wrong with the broker.

Knows: base/catalogue.py, and the table of refusals beside it. Pure: touches nothing. Must not: hold sentences of its own.
"""

from __future__ import annotations

from functools import cache

from player.base.catalogue import Catalogue, catalogue_of
from player.bundle.refusals import spoken_refusals


@cache
def catalogue(language: str) -> Catalogue:
    """Made once for each of the two languages: its patterns take longer to make than a page."""
    return catalogue_of(language, spoken_refusals())
