"""Commands as the office types them: `show "Banjir" until=18:00` becomes the contract's JSON, checked before it is sent.

Knows: short forms (a bare argument, times like 18:00 or +30m), and which panels are meant.
Pure but for the chance in an id: the clock is passed in. Must not: connect or print.
"""

from __future__ import annotations

import json
import re
import secrets
from datetime import datetime, timedelta
from typing import Any

from player.base.spelling import did_you_mean, nearest
from player.contract.arguments import list_arguments
from player.contract.commands import COMMANDS, CommandRow, Show
from player.contract.encoding import stamp
from player.contract.envelope import CommandRefusal, read_command, read_envelope
from player.office.signing import OfficeError
from player.settings.models import PANEL_NAME

A_NAME = re.compile(PANEL_NAME)
"""Panels and groups; `all` is one of these, too."""
CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
A_DAY = re.compile(r"\d{4}-\d\d-\d\d")
OTHER_WORDS = {
    "warna": "colour", "jam": "until", "sampai": "until", "hingga": "until", "teks": "text", "pesan": "text",
    "detik": "seconds", "prioritas": "priority", "persen": "percent", "baris": "lines", "berkas": "media", "file": "media",
    "film": "media", "gambar": "media", "daftar": "playlist", "level": "percent", "time": "until", "end": "until",
}  # fmt: skip
"""What people call an argument."""
LENGTH = re.compile(r"\+(\d{1,6})(s|m|h|d)")
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def command_topic(root: str, target: str) -> str:
    """`serang-01`, `all` or `group:east` -> the topic. Raises OfficeError."""
    kind, _, group = target.partition(":")
    if kind == "group" and A_NAME.fullmatch(group):
        return f"{root}/group/{group}/command"
    if A_NAME.fullmatch(target):
        return f"{root}/{target}/command"
    raise OfficeError(f"{target!r} is no panel; write a panel's name, all, or group:NAME")


def read_moment(text: str, wall: datetime) -> str:
    """18:00 (the next one, here), +30m, or ISO 8601 (without a zone: here) -> ISO 8601 in UTC. Raises OfficeError.

    A day alone means its end: the last day counts, as it does in playlists and schedules.
    """
    if (clock := CLOCK.fullmatch(text)) is not None:
        local = wall.astimezone().replace(hour=int(clock[1]), minute=int(clock[2]), second=0, microsecond=0)
        return stamp(local if local > wall else local + timedelta(days=1))
    if (length := LENGTH.fullmatch(text)) is not None:
        return stamp(wall + timedelta(seconds=int(length[1]) * UNITS[length[2]]))
    try:
        if A_DAY.fullmatch(text):
            return stamp((datetime.fromisoformat(text) + timedelta(days=1)).astimezone())
        return stamp(datetime.fromisoformat(text).astimezone())
    except (ValueError, OverflowError) as error:
        hour = re.fullmatch(r"(\d{1,2})[.:]?(\d\d)", text)
        hint = f"did you mean {hour[1]}:{hour[2]}? " if hour and CLOCK.fullmatch(f"{hour[1]}:{hour[2]}") else ""
        words = "write 18:00, +30m, 2026-12-31 (that day included) or 2026-12-31T18:00"
        raise OfficeError(f"{text!r} is no time; {hint}{words}") from error


def read_arguments(do: str, words: list[str], wall: datetime) -> dict[str, Any]:
    """NAME=VALUE words, and at most one bare one. Raises OfficeError for what the panel would refuse."""
    if do not in COMMANDS:
        hint = did_you_mean(do, COMMANDS) or f"there are: {', '.join(COMMANDS)}"
        raise OfficeError(f"no command is called {do!r}; {hint}")
    row = COMMANDS[do]
    fields = {each.name: each for each in list_arguments(row.order)}
    args: dict[str, Any] = {}
    for word in words:
        name, is_named, value = word.partition("=")
        if not is_named or name not in fields:
            if is_named and re.fullmatch(r"[a-z]+", name):
                _refuse_name(do, name, tuple(fields), is_text=do == Show.do and row.bare not in args)
            if row.bare is None:
                raise OfficeError(f"{do} takes no {word!r}; it has: {', '.join(fields) or 'no arguments'}")
            name, value = row.bare, word
        if name in args:
            raise OfficeError(f"{name} is given twice; put text of several words between quotes")
        if name == "until":
            args[name] = read_moment(value, wall)
        elif name == "colour":
            args[name] = read_colour(value)
        else:
            args[name] = _value(value, fields[name].is_text)
    return args


def _refuse_name(do: str, name: str, fields: tuple[str, ...], *, is_text: bool) -> None:
    """Raises OfficeError. is_text: the word may be the message itself ("1+1=2"), unless an argument was meant."""
    meant = next((each for each in (OTHER_WORDS.get(name), nearest(name, fields)) if each in fields), None)
    if meant:
        raise OfficeError(f"{do} has no {name!r}; did you mean {meant}?")
    if not is_text:
        raise OfficeError(f"{do} has no {name!r}; it has: {', '.join(fields) or 'no arguments'}")


def read_colour(text: str) -> str:
    """A colour's name in Indonesian or English, in any case, or #rrggbb. Raises OfficeError for one that is none."""
    # Here: the other commands do without a library of pictures.
    from player.screen.drawing.colours import NAMED, colour_of

    name = text.strip().lower()
    colour = colour_of(name) if name else None
    if name and colour is None:
        hint = did_you_mean(name, NAMED) or f"there are: {', '.join(NAMED)}, and #rrggbb"
        raise OfficeError(f"no colour is called {text}; {hint}")
    if colour is None or re.fullmatch(r"[a-z]{3,20}|#[0-9a-f]{6}", name):
        return name
    return "#" + "".join(f"{part:02x}" for part in colour)  # as every panel takes it, also one of an earlier version


def _value(text: str, is_text: bool) -> Any:
    """A number or a truth value where the word is one; an argument that is always text stays as it was typed."""
    if is_text:
        return text
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return value if isinstance(value, int | float | bool) else text


def list_commands() -> str:
    """One line for each command, for the help: `blank [UNTIL]  Black on purpose; survives a restart.`"""
    heads = {name: f"{name} {_bare(row)}".rstrip() for name, row in COMMANDS.items()}
    wide = max(len(head) for head in heads.values())
    return "\n".join(f"{head:<{wide}}  {COMMANDS[name].summary}" for name, head in heads.items())


def _bare(row: CommandRow) -> str:
    """What a bare word means, in brackets when the command does without."""
    if row.bare is None:
        return ""
    required = any(each.required for each in list_arguments(row.order) if each.name == row.bare) or row.exactly_one
    return row.bare.upper() if required else f"[{row.bare.upper()}]"


def make_id(do: str, args: dict[str, Any]) -> str:
    """New each time, and readable: an urgent message is known by its id on every panel and in every log."""
    said = str(args.get("text") or args.get("media") or "") if do == Show.do else ""
    words = re.sub(r"[^a-z0-9]+", "-", said.lower()).strip("-")[:24].strip("-")
    return f"{words or do}-{secrets.token_hex(5)}"


def make_command(
    do: str, args: dict[str, Any], *, command_id: str, wall: datetime, expires_s: float, by: str, reason: str
) -> bytes:
    """The payload, after the panel's own check has been made here. Raises OfficeError."""
    value: dict[str, Any] = {"id": command_id, "do": do}
    if args:
        value["args"] = args
    value["expires"] = stamp(wall + timedelta(seconds=expires_s))
    value |= {name: text for name, text in (("by", by), ("reason", reason)) if text}
    payload = json.dumps(value, ensure_ascii=False).encode()
    envelope = read_envelope(payload)
    checked = envelope if isinstance(envelope, CommandRefusal) else read_command(envelope)
    if isinstance(checked, CommandRefusal):
        raise OfficeError(f"{do}: {checked.detail}")
    return payload


def expiry_s(args: dict[str, Any], wall: datetime, asked_s: float | None) -> float:
    """How long the command may still be obeyed: as asked; an urgent message as long as it lasts; else one minute."""
    if asked_s is not None:
        return asked_s
    if "until" in args:
        return max(1.0, (datetime.fromisoformat(args["until"]) - wall).total_seconds())
    return max(60.0, float(args.get("seconds", 0)))
