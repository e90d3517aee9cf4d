"""The commands that a panel's page offers: their names on the buttons, which are asked twice, what a form's fields mean.

Knows: one row for each button. Pure: touches nothing. Must not: send, or offer what has a page of its own (urgent messages).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from player.contract.commands import Order
from player.contract.parsing import ArgsError, read_order
from player.office.web.faults import PageFault
from player.office.web.words import t

TEXT_MOST = 1024


@dataclass(frozen=True, slots=True)
class Control:
    """group: the buttons of one group stand together. asked_twice: what it does is seen in the street, or cannot be undone."""

    do: str
    group: str
    asked_twice: bool = False


CONTROLS: tuple[Control, ...] = (
    Control("previous", "item"),
    Control("next", "item"),
    Control("pause", "item"),
    Control("resume", "item"),
    Control("drop", "item", asked_twice=True),
    Control("clear", "item"),
    Control("blank", "screen", asked_twice=True),
    Control("unblank", "screen"),
    Control("identify", "screen"),
    Control("test-pattern", "screen", asked_twice=True),
    Control("volume", "levels"),
    Control("brightness", "levels"),
    Control("rescan", "content"),
    Control("rollback", "content", asked_twice=True),
    Control("ping", "machine"),
    Control("health", "machine"),
    Control("logs", "machine"),
    Control("restart-player", "machine", asked_twice=True),
    Control("reboot", "machine", asked_twice=True),
)
BY_NAME: Mapping[str, Control] = {control.do: control for control in CONTROLS}


def label_of(language: str, do: str) -> str:
    """What stands on the button. A command that is no button here keeps its name."""
    words = {
        "previous": t(language, "Previous item"),
        "next": t(language, "Next item"),
        "pause": t(language, "Pause"),
        "resume": t(language, "Resume"),
        "drop": t(language, "Take this item down"),
        "clear": t(language, "End message"),
        "blank": t(language, "Make black"),
        "unblank": t(language, "End black"),
        "identify": t(language, "Show its name"),
        "test-pattern": t(language, "Test pattern"),
        "volume": t(language, "Volume"),
        "brightness": t(language, "Brightness"),
        "rescan": t(language, "Scan the folder again"),
        "rollback": t(language, "Back to the content before"),
        "ping": t(language, "Ask for an answer"),
        "health": t(language, "Ask for a report"),
        "logs": t(language, "Read its log"),
        "restart-player": t(language, "Restart the player"),
        "reboot": t(language, "Restart the computer"),
    }
    return words.get(do, do)


def question_of(language: str, do: str, panel: str) -> str:
    """What is asked before a command that is asked twice."""
    match do:
        case "drop":
            return t(
                language, "Take this item off {panel} at once? It is skipped until new content comes.", panel=panel
            )
        case "blank":
            return t(
                language,
                "Make {panel} black? It stays black until somebody ends that, also after a restart.",
                panel=panel,
            )
        case "test-pattern":
            return t(
                language,
                "Show the test pattern on {panel}? Everybody in the street sees it for 30 seconds.",
                panel=panel,
            )
        case "rollback":
            return t(
                language, "Go back to the content before on {panel}? That stays until the folder changes.", panel=panel
            )
        case "restart-player":
            return t(
                language, "Restart the player of {panel}? The last picture stays on screen meanwhile.", panel=panel
            )
        case _:
            return t(language, "Restart the computer of {panel}? Its screen is dark for a minute or two.", panel=panel)


def read_control(do: str, given: Mapping[str, str]) -> Order:
    """The command with the form's fields as its arguments. Raises PageFault, beside the field."""
    args: dict[str, Any] = {}
    match do:
        case "volume" | "brightness":
            args = {"percent": _percent(given.get("percent", ""), auto=do == "brightness")}
            if given.get("keep"):
                args["keep"] = True
        case "drop":
            args = {"item": given.get("item", "")[:TEXT_MOST]}
        case "logs":
            args = {"lines": 200}
    try:
        return read_order(do, args)
    except ArgsError as error:
        raise PageFault("The panel would refuse this: {why}", "item", why=str(error)) from error


def _percent(text: str, *, auto: bool) -> int | str:
    word = text.strip().removesuffix("%").strip()
    if auto and word.casefold() in ("auto", "otomatis"):
        return "auto"
    if not (word.isascii() and word.isdecimal() and len(word) <= 3 and int(word) <= 100):
        raise PageFault("Write a whole number from 0 to 100.", "percent")
    return int(word)
