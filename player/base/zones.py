"""Time zones by name, and the machine's own.

Knows: where Debian keeps the machine's zone. Touches: /etc/localtime. Must not: fail when a zone is not there.
"""

from __future__ import annotations

import re
from datetime import UTC, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

LOCALTIME = Path("/etc/localtime")
ZONE_NAME = re.compile(r"[A-Za-z0-9_+-]{1,32}(/[A-Za-z0-9_+-]{1,32}){0,3}")
"""The longest of tzdata have three parts (America/Argentina/ComodRivadavia); posix/ and right/ go before them."""


def zone_named(name: object) -> ZoneInfo:
    """Raises ValueError, and nothing else, for what is no zone's name here.

    ZoneInfo by itself looks for an unknown name in a Python package: one with thousands of slashes ends in RecursionError.
    """
    if not (isinstance(name, str) and ZONE_NAME.fullmatch(name)):
        raise ValueError("this is no time zone's name")
    try:
        return ZoneInfo(name)
    except (KeyError, OSError) as error:
        raise ValueError("no time zone is called so") from error


def zone_called(name: str, otherwise: tzinfo) -> tzinfo:
    """The zone `name`; `otherwise` when it is empty or (an older tzdata than the office's) not known here."""
    if name:
        try:
            return zone_named(name)
        except ValueError:
            return otherwise
    return otherwise


def panel_zone(name: str, localtime: Path = LOCALTIME) -> tzinfo:
    """`panel.timezone`, or else the machine's own zone, or else UTC."""
    if name:
        return zone_called(name, UTC)
    try:
        target = str(localtime.resolve())
        if "/zoneinfo/" in target:
            return zone_named(target.partition("/zoneinfo/")[2])
        with localtime.open("rb") as file:
            return ZoneInfo.from_file(file, "localtime")
    except (ValueError, OSError):
        return UTC
