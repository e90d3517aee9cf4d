"""Time zones by name, and the machine's own.

Knows: where Debian keeps the machine's zone. Touches: /etc/localtime. Must not: fail when a zone is not there.
"""

from __future__ import annotations

import re
import sys
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

LOCALTIME = Path("/etc/localtime")
LOCAL = "localtime"
"""How the machine's zone is called when it has no name of its own."""
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


def zone_told(name: str) -> tzinfo:
    """The zone that another process of this machine calls so."""
    return panel_zone("") if name == LOCAL else zone_called(name, UTC)


def panel_zone(name: str, localtime: Path = LOCALTIME) -> tzinfo:
    """`panel.timezone`, or else the machine's own zone, or else UTC."""
    if name:
        return zone_called(name, UTC)
    if sys.platform == "win32":
        # Windows knows its zones by other names; the present offset is right all the year where no summer time is.
        return timezone(datetime.now().astimezone().utcoffset() or timedelta(), LOCAL)
    try:
        target = str(localtime.resolve())
        if "/zoneinfo/" in target:
            return zone_named(target.partition("/zoneinfo/")[2])
        with localtime.open("rb") as file:
            return ZoneInfo.from_file(file, LOCAL)
    except (ValueError, OSError):
        return UTC
