"""One table for every bench: what was measured, beside its limit."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    what: str
    measured: str
    limit: str = ""
    within: bool | None = None


def print_table(title: str, rows: list[Row]) -> bool:
    """Prints the rows; False when one of them is over its limit."""
    wide = max(len(row.what) for row in rows)
    print(f"\n{title}")  # noqa: T201  # a bench talks to whoever started it
    for row in rows:
        verdict = "" if row.within is None else ("within" if row.within else "OVER")
        print(f"  {row.what:{wide}}  {row.measured:>14}  {row.limit:>14}  {verdict}")  # noqa: T201
    return all(row.within is not False for row in rows)
