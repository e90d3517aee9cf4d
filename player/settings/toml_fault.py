"""A fault of TOML, as a person can put it right.

Pure. Must not: import pydantic: the office's programs read TOML that is not the panel's settings.
"""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from player.base.toml_slips import More


def spell_toml_fault(error: tomllib.TOMLDecodeError, text: str, more: More | None = None) -> str:
    """What is wrong and what to write: `line 4: 'tls = no' is not understood; write tls = false`.

    more: what the values of a key may mean.
    """
    # Here, not at the top: the daemon begins without it.
    from player.base.toml_slips import find_slips, no_more

    where = re.search(r"at line (\d+)", str(error))
    lines = text.rstrip().split("\n")
    number = int(where[1]) if where else len(lines)
    slips = find_slips(lines[number - 1], more or no_more) if number <= len(lines) else iter(())
    return next((f"line {number}: {what}; {remedy}" for what, remedy in slips), str(error))
