"""What the ticker's process is told: one line of JSON for each text.

Knows: the fields of the line. Touches nothing. Must not: import anything that the daemon has not loaded.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class BandOrder:
    """A text for a window: along and tall are the band's pixels as the panel hangs; speed is in such lengths a minute.

    ink, ground: red, green, blue. rotation: degrees clockwise, 0, 90, 180 or 270.
    """

    window: int
    along: int
    tall: int
    rotation: int
    speed: float
    ink: tuple[int, int, int]
    ground: tuple[int, int, int]
    messages: tuple[str, ...]


def encode_order(order: BandOrder) -> bytes:
    return json.dumps(asdict(order)).encode() + b"\n"


def decode_order(line: bytes) -> BandOrder:
    """Of a line that `encode_order` made."""
    fields = json.loads(line)
    for name in ("ink", "ground", "messages"):
        fields[name] = tuple(fields[name])
    return BandOrder(**fields)
