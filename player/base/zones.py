"""Time zones by name, and the machine's own.

Knows: where Debian keeps the machine's zone. Touches: /etc/localtime. Must not: fail when a zone is not there.
"""

from __future__ import annotations

from datetime import UTC, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

LOCALTIME = Path("/etc/localtime")


def zone_called(name: str, otherwise: tzinfo) -> tzinfo:
    """The zone `name`; `otherwise` when it is empty or (an older tzdata than the office's) not known here."""
    if name:
        try:
            return ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            return otherwise
    return otherwise


def panel_zone(name: str, localtime: Path = LOCALTIME) -> tzinfo:
    """`panel.timezone`, or else the machine's own zone, or else UTC."""
    if name:
        return zone_called(name, UTC)
    try:
        target = str(localtime.resolve())
        if "/zoneinfo/" in target:
            return ZoneInfo(target.partition("/zoneinfo/")[2])
        with localtime.open("rb") as file:
            return ZoneInfo.from_file(file, "localtime")
    except (KeyError, ValueError, OSError):
        return UTC
