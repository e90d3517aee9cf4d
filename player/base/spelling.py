"""The known word that was meant by one with a slip in it: letters changed, left out, doubled or exchanged.

Knows: how far apart two short words are. Touches nothing. Must not: decide anything by its answers, or compare long texts.
"""

from __future__ import annotations

from collections.abc import Iterable

LONGEST = 40
"""Characters of a word; the cost grows with their square."""
MOST_KNOWN = 1000


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The nearest of the first thousand known words, or the only one that begins so; None: none is near."""
    folded = word.casefold()
    names = [name for _, name in zip(range(MOST_KNOWN), known, strict=False) if len(name) <= LONGEST]
    if not folded or len(folded) > LONGEST:
        return None
    distances = [(_distance(folded, name.casefold()), name.casefold()[:1] != folded[:1], name) for name in names]
    found = min(distances, default=None)
    if found is not None and found[0] <= max(1, len(folded) // 3):
        return found[2]
    begun = [name for name in names if len(folded) > 2 and name.casefold().startswith(folded)]
    return begun[0] if len(begun) == 1 else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """ "did you mean port?", or "" where nothing is near."""
    near = nearest(word, known)
    return f"did you mean {near}?" if near else ""


def _distance(one: str, other: str) -> int:
    """How many letters must be changed, added, left out or exchanged with their neighbour (optimal string alignment)."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, wanted in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != wanted))
            if before and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, last = last, row
    return last[-1]
