"""Whether the office's part is installed: the extra `office` of pyproject.toml, which no panel has.

Knows: which libraries it brings. Touches: the path on which Python finds them. Must not: import one.
"""

from __future__ import annotations

from importlib.util import find_spec

EXTRA = ("sqlalchemy", "alembic", "psycopg", "xlsxwriter", "fpdf")
WITHOUT_RECORDS_PART = "install the office's part, systemd/office.lock: manual office.md, How this computer gets it"


def missing_libraries() -> list[str]:
    return [name for name in EXTRA if find_spec(name) is None]


def records_part_is_here() -> bool:
    return not missing_libraries()
