"""What a command gives Home Assistant: a button, a number, a choice. Each row of the table of commands names one or none.

Knows: the kinds of entity and what distinguishes two of one kind. Touches nothing.
Must not: know Home Assistant's JSON (contract/home_assistant.py does).
"""

from __future__ import annotations

from player.base.values import value


@value(frozen=True, slots=True)
class Button:
    """Sends the command without arguments. configuration: it stands apart from the everyday buttons."""

    name: str
    icon: str = ""
    device_class: str = ""
    configuration: bool = False


@value(frozen=True, slots=True)
class PercentSlider:
    """Sends the command with `percent`, for good. reported: where the health report says what it really is; "": nowhere."""

    name: str
    icon: str
    reported: str = ""


@value(frozen=True, slots=True)
class PictureChoice:
    """Sends the command, or `opposite` to take it back; the choice follows the health report's player.state."""

    key: str
    name: str
    icon: str
    opposite: str


@value(frozen=True, slots=True)
class PlaylistChoice:
    """Sends the command with the chosen `playlist`, or `opposite` for the schedule's own."""

    key: str
    name: str
    icon: str
    opposite: str


@value(frozen=True, slots=True)
class TextMessage:
    """Sends the command with `text` and `seconds`."""

    key: str
    name: str
    icon: str


Entity = Button | PercentSlider | PictureChoice | PlaylistChoice | TextMessage
