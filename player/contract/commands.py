"""The commands that the office may send, as frozen values (office.md, "Commands").

Knows: each command's arguments, with their units. Touches nothing.
Must not: parse (the office's contract does) or decide (the director does).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Next:
    do: ClassVar[str] = "next"


@dataclass(frozen=True, slots=True)
class Previous:
    do: ClassVar[str] = "previous"


@dataclass(frozen=True, slots=True)
class Goto:
    """item: an item's path, or its number in the playlist counted from 1."""

    do: ClassVar[str] = "goto"
    item: str | int


@dataclass(frozen=True, slots=True)
class Pause:
    do: ClassVar[str] = "pause"


@dataclass(frozen=True, slots=True)
class Resume:
    do: ClassVar[str] = "resume"


@dataclass(frozen=True, slots=True)
class Blank:
    do: ClassVar[str] = "blank"
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Unblank:
    do: ClassVar[str] = "unblank"


@dataclass(frozen=True, slots=True)
class Show:
    """Exactly one of media (a path in the library) and text; exactly one of until (aware) and seconds."""

    do: ClassVar[str] = "show"
    media: str | None = None
    text: str | None = None
    colour: str = ""
    until: datetime | None = None
    seconds: float | None = None
    priority: int = 0


@dataclass(frozen=True, slots=True)
class Clear:
    do: ClassVar[str] = "clear"


@dataclass(frozen=True, slots=True)
class PlayPlaylist:
    do: ClassVar[str] = "play"
    playlist: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Volume:
    do: ClassVar[str] = "volume"
    percent: int
    keep: bool = False


@dataclass(frozen=True, slots=True)
class Brightness:
    """percent None ("auto"): back to what screen.brightness says."""

    do: ClassVar[str] = "brightness"
    percent: int | None
    keep: bool = False


@dataclass(frozen=True, slots=True)
class Screenshot:
    """width: pixels of the JPEG; None: as wide as the region."""

    do: ClassVar[str] = "screenshot"
    width: int | None = None


@dataclass(frozen=True, slots=True)
class Identify:
    do: ClassVar[str] = "identify"
    seconds: float = 10.0


@dataclass(frozen=True, slots=True)
class TestPattern:
    do: ClassVar[str] = "test-pattern"
    seconds: float = 30.0


@dataclass(frozen=True, slots=True)
class Rescan:
    do: ClassVar[str] = "rescan"


@dataclass(frozen=True, slots=True)
class Rollback:
    do: ClassVar[str] = "rollback"


@dataclass(frozen=True, slots=True)
class Health:
    do: ClassVar[str] = "health"


@dataclass(frozen=True, slots=True)
class Ping:
    do: ClassVar[str] = "ping"


@dataclass(frozen=True, slots=True)
class Logs:
    do: ClassVar[str] = "logs"
    lines: int = 50


@dataclass(frozen=True, slots=True)
class RestartPlayer:
    do: ClassVar[str] = "restart-player"


@dataclass(frozen=True, slots=True)
class Reboot:
    do: ClassVar[str] = "reboot"


Order = (
    Next | Previous | Goto | Pause | Resume | Blank | Unblank | Show | Clear | PlayPlaylist | Volume | Brightness | Screenshot
    | Identify | TestPattern | Rescan | Rollback | Health | Ping | Logs | RestartPlayer | Reboot
)  # fmt: skip

ORDERS: tuple[type[Order], ...] = (
    Next, Previous, Goto, Pause, Resume, Blank, Unblank, Show, Clear, PlayPlaylist, Volume, Brightness, Screenshot,
    Identify, TestPattern, Rescan, Rollback, Health, Ping, Logs, RestartPlayer, Reboot,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Command:
    """One accepted command. The link has already refused what is malformed, late, repeated or not allowed."""

    id: str
    order: Order
    by: str = ""
    reason: str = ""
