"""Which boot of the machine this is.

Knows: where the kernel tells it. Touches: one file of /proc. Must not: fail where there is none.
"""

from __future__ import annotations

from pathlib import Path

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def read_boot_id() -> str:
    """The kernel's random id of this boot; "" where there is none."""
    try:
        return BOOT_ID.read_text().strip()
    except OSError:
        return ""
