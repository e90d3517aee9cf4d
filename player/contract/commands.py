"""The one table of the commands that the office may send, and each command's arguments as a frozen value.

Knows: name, arguments with their units, summary, Home Assistant's entity and the bare argument of every command. The parser
(contract/parsing.py), the AsyncAPI document, Home Assistant's entities, `panel-office send` and the manual read this table.
Touches nothing. Must not: parse (contract/parsing.py does), decide (core/office/obey.py does), or import pydantic.

A new command is a dataclass in `Order`, a row in the table, a case in core/office/obey.py, and what it does.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Annotated, ClassVar

from player.base.values import value
from player.contract.arguments import (
    Colour,
    ExactlyOne,
    ItemNumber,
    ItemPath,
    Keep,
    LineCount,
    MediaPath,
    Moment,
    NoneIsSent,
    Percent,
    Pixels,
    PlaylistName,
    Priority,
    Seconds,
    Words,
)
from player.contract.entities import Button, Entity, PercentSlider, PictureChoice, PlaylistChoice, TextMessage


@value(frozen=True, slots=True)
class Next:
    do: ClassVar[str] = "next"


@value(frozen=True, slots=True)
class Previous:
    do: ClassVar[str] = "previous"


@value(frozen=True, slots=True)
class Goto:
    """item: an item's path, or its number in the playlist counted from 1."""

    do: ClassVar[str] = "goto"
    item: ItemNumber | ItemPath


@value(frozen=True, slots=True)
class Pause:
    do: ClassVar[str] = "pause"


@value(frozen=True, slots=True)
class Resume:
    do: ClassVar[str] = "resume"


@value(frozen=True, slots=True)
class Blank:
    do: ClassVar[str] = "blank"
    until: Moment | None = None


@value(frozen=True, slots=True)
class Unblank:
    do: ClassVar[str] = "unblank"


@value(frozen=True, slots=True)
class Show:
    """Exactly one of media (a path in the library) and text; exactly one of until (aware) and seconds."""

    do: ClassVar[str] = "show"
    media: MediaPath | None = None
    text: Words | None = None
    colour: Colour = ""
    until: Moment | None = None
    seconds: Seconds | None = None
    priority: Priority = 0


@value(frozen=True, slots=True)
class Ticker:
    """text: a message a line."""

    do: ClassVar[str] = "ticker"
    text: Words
    until: Moment | None = None


@value(frozen=True, slots=True)
class ClearTicker:
    do: ClassVar[str] = "clear-ticker"


@value(frozen=True, slots=True)
class Clear:
    do: ClassVar[str] = "clear"


@value(frozen=True, slots=True)
class Drop:
    """item: an item's path, or its number in the playlist counted from 1."""

    do: ClassVar[str] = "drop"
    item: ItemNumber | ItemPath


@value(frozen=True, slots=True)
class PlayPlaylist:
    do: ClassVar[str] = "play"
    playlist: PlaylistName
    until: Moment | None = None


@value(frozen=True, slots=True)
class Volume:
    do: ClassVar[str] = "volume"
    percent: Percent
    keep: Keep = False


@value(frozen=True, slots=True)
class Brightness:
    """percent None ("auto"): back to what screen.brightness says."""

    do: ClassVar[str] = "brightness"
    percent: Annotated[Percent | None, NoneIsSent("auto", "back to what the panel's settings say")]
    keep: Keep = False


@value(frozen=True, slots=True)
class Screenshot:
    """width: pixels of the JPEG; None: as wide as the region."""

    do: ClassVar[str] = "screenshot"
    width: Pixels | None = None


@value(frozen=True, slots=True)
class Identify:
    do: ClassVar[str] = "identify"
    seconds: Seconds = 10.0


@value(frozen=True, slots=True)
class TestPattern:
    do: ClassVar[str] = "test-pattern"
    seconds: Seconds = 30.0


@value(frozen=True, slots=True)
class Rescan:
    do: ClassVar[str] = "rescan"


@value(frozen=True, slots=True)
class Rollback:
    do: ClassVar[str] = "rollback"


@value(frozen=True, slots=True)
class Health:
    do: ClassVar[str] = "health"


@value(frozen=True, slots=True)
class Ping:
    do: ClassVar[str] = "ping"


@value(frozen=True, slots=True)
class Logs:
    do: ClassVar[str] = "logs"
    lines: LineCount = 50


@value(frozen=True, slots=True)
class RestartPlayer:
    do: ClassVar[str] = "restart-player"


@value(frozen=True, slots=True)
class Reboot:
    do: ClassVar[str] = "reboot"


Order = (
    Next | Previous | Goto | Pause | Resume | Blank | Unblank | Show | Clear | Drop | Ticker | ClearTicker | PlayPlaylist
    | Volume | Brightness | Screenshot | Identify | TestPattern | Rescan | Rollback | Health | Ping | Logs | RestartPlayer
    | Reboot
)  # fmt: skip


@value(frozen=True, slots=True)
class CommandRow:
    """One command.

    order: its arguments; the `do` of this dataclass is the command's name. summary: what it does, for the AsyncAPI document and
    the help. manual: the same for the table in the manual, in Markdown. entity: what Home Assistant gets. bare: the argument that
    a word without a name means in `panel-office send`. exactly_one: pairs of which one argument must be given.
    schema: the name of its arguments in the document, where that is not the command's name and "Args".
    """

    order: type[Order]
    summary: str
    manual: str
    entity: Entity | None = None
    bare: str | None = None
    exactly_one: tuple[ExactlyOne, ...] = ()
    schema: str = ""

    @property
    def name(self) -> str:
        return self.order.do

    @property
    def schema_name(self) -> str:
        if not fields(self.order):
            return "NoArgs"
        return self.schema or "".join(word.capitalize() for word in self.name.split("-")) + "Args"


ROWS: tuple[CommandRow, ...] = (
    CommandRow(
        Next,
        "The next item of the playlist.",
        "goes to the next item; `done` when the item is on screen",
        Button("Next item", "mdi:skip-next"),
    ),
    CommandRow(
        Previous,
        "The item before.",
        "goes to the item before; `done` when the item is on screen",
        Button("Previous item", "mdi:skip-previous"),
    ),
    CommandRow(
        Goto,
        "This item of the playlist, by its path or its number.",
        "goes to this item of the playlist (its path, or its number); `done` when the item is on screen",
        bare="item",
    ),
    CommandRow(
        Pause,
        "Holds the picture; resumes by itself after office.pause_limit_minutes.",
        "holds the picture, for `office.pause_limit_minutes` at most",
        Button("Pause", "mdi:pause"),
    ),
    CommandRow(Resume, "Ends `pause`.", "ends `pause`", Button("Resume", "mdi:play")),
    CommandRow(
        Blank,
        "Black on purpose; survives a restart.",
        "makes the screen black on purpose; survives a restart",
        PictureChoice("picture", "Picture", "mdi:television", opposite="unblank"),
        bare="until",
    ),
    CommandRow(
        Unblank,
        "Ends `blank`.",
        "ends `blank`",
    ),
    CommandRow(
        Show,
        "The urgent message: at once, full picture, until its end; survives a restart.",
        "the urgent message, a text or a file of the library; ends by itself; survives a restart",
        TextMessage("message", "Urgent message", "mdi:message-alert"),
        bare="text",
        exactly_one=(
            ExactlyOne("media", "text"),
            ExactlyOne("until", "seconds", ": an urgent message always has an end"),
        ),
    ),
    CommandRow(Clear, "Ends `show` and `play`.", "ends `show` and `play`", Button("Clear message", "mdi:message-off")),
    CommandRow(
        Drop,
        "Ends this item now if it is on screen, and skips it until the next release.",
        "takes this item down (its path, or its number): it leaves the screen at once, and is skipped until the next release; "
        "survives a restart",
        bare="item",
    ),
    CommandRow(
        Ticker,
        "A running text along the edge, over films and pictures; survives a restart.",
        "a running text along the edge, over films and pictures, until `clear-ticker` or its end; survives a restart",
        bare="text",
    ),
    CommandRow(ClearTicker, "Ends `ticker`.", "ends `ticker`; the content's own running text goes on"),
    CommandRow(
        PlayPlaylist,
        "Another playlist than the schedule's.",
        "plays another playlist than the schedule's",
        PlaylistChoice("play", "Play", "mdi:playlist-play", opposite="clear"),
        bare="playlist",
    ),
    CommandRow(
        Volume,
        "Now and until the next start, or kept.",
        "sets the volume until the next start, or for good with `keep`",
        PercentSlider("Volume", "mdi:volume-high"),
        bare="percent",
        schema="LevelArgs",
    ),
    CommandRow(
        Brightness,
        "Now and until the next start, or kept.",
        "dims the screen until the next start, or for good with `keep`; `auto` goes back to "
        "`screen.brightness`; `done` only when the screen has it, else `cannot-dim` or `no-screen`",
        PercentSlider("Brightness", "mdi:brightness-6", "screen.brightness"),
        bare="percent",
    ),
    CommandRow(
        Screenshot,
        "Publishes what is really on the screen.",
        "sends a JPEG of what is really on screen",
        Button("Take screenshot", "mdi:monitor-screenshot"),
        bare="width",
    ),
    CommandRow(
        Identify,
        "Shows the panel's name on the panel.",
        "shows the panel's name",
        Button("Identify", device_class="identify", configuration=True),
        bare="seconds",
    ),
    CommandRow(
        TestPattern,
        "Shows colour bars and a grid on the panel.",
        "shows bars, a grid, and a dot that moves once a second",
        Button("Test pattern", "mdi:television-guide", configuration=True),
        bare="seconds",
    ),
    CommandRow(
        Rescan,
        "Looks for new content now.",
        "looks at the folder again, and lifts every quarantine",
        Button("Look for new content", "mdi:folder-refresh", configuration=True),
    ),
    CommandRow(
        Rollback,
        "Back to the content before.",
        "goes back to the release before; that stays until the folder means something new",
        Button("Previous content", "mdi:history", configuration=True),
    ),
    CommandRow(
        Health,
        "Publishes the health report now.",
        "sends the health report now",
    ),
    CommandRow(
        Ping,
        "Answers.",
        "answers `done`",
    ),
    CommandRow(Logs, "Answers with the last log lines.", "answers with the last lines of the log", bare="lines"),
    CommandRow(
        RestartPlayer,
        "Restarts the daemon; done when it is back.",
        "restarts the daemon; the last picture stays on screen meanwhile",
        Button("Restart player", device_class="restart", configuration=True),
    ),
    CommandRow(
        Reboot,
        "Restarts the machine; done when the panel is back.",
        "restarts the machine",
        Button("Reboot", device_class="restart", configuration=True),
    ),
)
COMMANDS: dict[str, CommandRow] = {row.name: row for row in ROWS}
"""The name of every command -> its row, in the order of the manual."""


@value(frozen=True, slots=True)
class Command:
    """One accepted command. The link has already refused what is malformed, late, repeated or not allowed."""

    id: str
    order: Order
    by: str = ""
    reason: str = ""


EVERY_COMMAND = "*"


def allowed_commands(allow: tuple[str, ...]) -> frozenset[str]:
    """The names that office.allow lets the office use; "*" is all of them."""
    return frozenset(COMMANDS) if EVERY_COMMAND in allow else frozenset(allow) & COMMANDS.keys()


def unknown_commands(allow: tuple[str, ...]) -> list[str]:
    """What office.allow names and no command is called: a typing error there."""
    return sorted(set(allow) - COMMANDS.keys() - {EVERY_COMMAND})
