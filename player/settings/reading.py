"""The settings, read from one TOML file and PANEL__* variables; every fault becomes one clear line.

Knows: how a fault of pydantic's is said to a person. Touches: the file and the environment, when asked to.
Must not: act on a setting.
"""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from player.base.spelling import did_you_mean, nearest
from player.settings.file import SettingsError, read_file
from player.settings.models import Settings
from player.settings.toml_fault import spell_toml_fault
from player.settings.validation import MODEL, check

SHOWN_CHARACTERS = 80  # of a wrong value, in the line that tells of it


def read_settings(path: Path) -> Settings:
    """The settings in `path`, with PANEL__* from the environment above them.

    Raises SettingsError (a missing file, TOML that does not parse, an unknown key, a wrong value), one line per fault.
    """
    text = _read_text(path)
    strangers = _unknown_variables()
    try:
        tables = tomllib.loads(text)
        if strangers:
            raise SettingsError("\n".join(strangers))
        return check(tables)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: not valid TOML: {spell_toml_fault(error, text)}") from error
    except ValidationError as error:
        raise SettingsError("\n".join(f"{path}: {line}" for line in _spell_out(error, text))) from error
    except (ValueError, RecursionError) as error:  # the parser's own limits, which it does not call a fault of the file
        raise SettingsError(f"{path}: not valid TOML: a number is too long, or brackets are too deep") from error


def _read_text(path: Path) -> str:
    try:
        return read_file(path).decode("utf-8")
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: not UTF-8 text (byte {error.start}); save it as UTF-8") from error


def _shown(value: object) -> str:
    """The value as it was read, short: it may be a hexadecimal number of 50,000 digits, or a thousand lists in lists."""
    try:
        text = repr(value)
    except (ValueError, RecursionError):
        return "(too long to show)"
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}..."


def _spell_out(error: ValidationError, text: str) -> list[str]:
    lines = []
    for fault in error.errors():
        parts = list(fault["loc"])
        while len(parts) > 1 and str(parts[-1]).startswith(("function-", "tuple[", "int", "constrained-", "literal[")):
            parts.pop()
        if parts[:2] == ["screen", "brightness"]:
            del parts[2:3]  # which of its two forms pydantic took it for
        keys = [str(part)[:SHOWN_CHARACTERS] for part in parts]
        name = ".".join(key for key, part in zip(keys, parts, strict=True) if not isinstance(part, int))
        entry = next((part + 1 for part in parts if isinstance(part, int)), None)
        name += f" (entry {entry})" if entry is not None else ""
        from_outside = "__".join(["PANEL", *keys[:2]]).upper() in os.environ
        where = f"environment: {name}" if from_outside else f"{_line_of(keys, text)}{name}"
        match fault["type"]:
            case "extra_forbidden":
                known = ", ".join(_known_names(keys[:-1]))
                hint = did_you_mean(keys[-1], _known_names(keys[:-1])) or f"known here: {known}"
                lines.append(f"{where} is not a setting; {hint}")
            case "missing":
                hint = 'add [panel] with name = "..."' if keys[0] == "panel" else "add it"
                lines.append(f"{where} is required and missing; {hint}")
            case "model_type":
                lines.append(f"{where} = {_shown(fault['input'])}: write {{from = ..., percent = ...}}")
            case "string_pattern_mismatch" if keys[-1] == "name" or "groups" in keys:
                lines.append(f"{where} = {_shown(fault['input'])}: use 3 to 32 of a-z, 0-9 and -, like serang-01")
            case "string_pattern_mismatch":
                lines.append(f"{where} = {_shown(fault['input'])}: one level of a topic, without + # /")
            case "tuple_type":
                advice = f"write {keys[-1]} = [{_in_quotes(fault['input'])}]"
                lines.append(f"{where} = {_shown(fault['input'])}: {advice}")
            case "bool_type" | "bool_parsing":
                lines.append(f"{where} = {_shown(fault['input'])}: write true or false")
            case _:
                said = fault["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
                given = "" if isinstance(fault["input"], dict) else f" = {_shown(fault['input'])}"
                should = "should be " if "Input" in fault["msg"] else ""
                lines.append(f"{where}{given}: {should}{said}")
    return list(dict.fromkeys(lines))


def _in_quotes(value: object) -> str:
    """The words of a value that should have been a list, as the list would hold them."""
    words = re.split(r"[,;\s]+", value.strip()) if isinstance(value, str) else [str(value)[:SHOWN_CHARACTERS]]
    return ", ".join(f'"{word}"' for word in words if word)


def _unknown_variables() -> list[str]:
    """A line for each PANEL__... in the environment that names no setting: a typo there is an error, too."""
    lines = []
    for variable in sorted(name for name in os.environ if name.startswith("PANEL__")):
        section, _, key = variable.removeprefix("PANEL__").lower().partition("__")
        names = _known_names([]) if section not in MODEL.model_fields else _known_names([section])
        wrong = section if section not in MODEL.model_fields else key.split("__")[0]
        if wrong not in names and not (wrong == "" and section in MODEL.model_fields):
            near = nearest(wrong, names)
            hint = f"did you mean {near.upper()}?" if near else f"known here: {', '.join(names).upper()}"
            lines.append(f"environment: {variable} is not a setting; {hint}")
    return lines


def _known_names(table: list[str]) -> list[str]:
    if table[:2] == ["screen", "brightness"]:
        return ["from", "percent"]
    fields: Any = MODEL.model_fields
    for part in table:
        if part not in fields:
            return []
        annotation = fields[part].annotation
        if not (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
            return []
        fields = annotation.model_fields
    return list(fields)


def _line_of(keys: list[str], text: str) -> str:
    """`line N: ` where the key stands in the file, or nothing (set in the environment, or missing)."""
    table: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        bare = line.strip()
        if bare.startswith("["):
            table = [bare.strip("[] ").split("]")[0]]
            if table == keys:
                return f"line {number}: "
        elif "=" in bare and [*table, bare.split("=")[0].strip().strip("\"'")] == keys[: len(table) + 1]:
            return f"line {number}: "
    return ""
