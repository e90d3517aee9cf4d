"""The settings: frozen models read from one TOML file, every value overridable from the environment.

Knows: names, types, ranges and defaults of every setting (`config.example.toml` shows them all).
Touches: the file and PANEL__* variables, when asked to. Must not: act on a setting.
"""

from __future__ import annotations

import contextlib
import difflib
import os
import tomllib
from datetime import time
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

DEFAULT_CONFIG = Path("/etc/panel-player/config.toml")
PANEL_NAME = r"^[a-z0-9-]{3,32}$"
PLACE_WORDS = "place = [latitude, longitude] in degrees, south and west negative, like [-6.12, 106.15]"
REGION_WORDS = "region = [x, y, width, height] in pixels, at least 16 x 16"
TOPIC_LEVEL = r"^[^+#/\x00]{1,64}$"


class SettingsError(Exception):
    """The configuration cannot be used. One line per fault: which key or line, what is wrong, what to do."""


def _known_zone(name: str) -> str:
    if name:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"no time zone is called {name!r}; write one like Asia/Jakarta") from error
    return name


def _relative_url_free(hosts: tuple[str, ...]) -> tuple[str, ...]:
    for host in hosts:
        if "/" in host or ":" in host or not host:
            raise ValueError(f"{host!r} is not a host name; write only the host, like stream.serang.go.id")
    return hosts


def _absolute(folder: Path) -> Path:
    if not folder.is_absolute():
        raise ValueError("write the whole path, from / on (the daemon does not run in your folder)")
    return folder


Folder = Annotated[Path, AfterValidator(_absolute)]


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PanelSection(Section):
    name: str = Field(pattern=PANEL_NAME)
    groups: tuple[Annotated[str, Field(pattern=PANEL_NAME)], ...] = ()
    timezone: Annotated[str, AfterValidator(_known_zone)] = ""
    language: Literal["id", "en"] = "id"
    state_folder: Folder = Path("/var/lib/panel-player")


class ContentSection(Section):
    folder: Folder = Path("/srv/panel/content")
    image_seconds: float = Field(default=10, gt=0, le=86400)
    settle_seconds: float = Field(default=2, ge=0, le=30)
    keep_releases: int = Field(default=3, ge=1, le=100)
    boundary: Literal["finish", "cut"] = "finish"
    max_pixels: int = Field(default=33177600, ge=1024)
    stream_hosts: Annotated[tuple[str, ...], AfterValidator(_relative_url_free)] = ()


class TrustSection(Section):
    keys: tuple[str, ...] = ()
    folder: Literal["any", "signed"] = "any"
    stick: Literal["signed", "any"] = "signed"


def _read_begin(value: object) -> object:
    """A number would mean seconds to pydantic, and a time of some other zone means nothing here."""
    if isinstance(value, str) and value not in ("sunrise", "sunset"):
        with contextlib.suppress(ValueError):
            value = time.fromisoformat(value)
    if value in ("sunrise", "sunset") or (isinstance(value, time) and value.tzinfo is None):
        return value
    raise ValueError('write a time of the day like 18:00:00, "sunrise" or "sunset"')


def _number_or_list(value: object) -> str:
    return "list" if isinstance(value, list | tuple) else "number"


def _one_of_each(steps: tuple[BrightnessStep, ...]) -> tuple[BrightnessStep, ...]:
    if not steps:
        raise ValueError("write a number from 0 to 100, or a list with at least one {from = ..., percent = ...}")
    for n, step in enumerate(steps):
        if step.begins in [earlier.begins for earlier in steps[:n]]:
            raise ValueError(f"two steps begin at {step.begins}; leave one out")
    return steps


def _shaped(count: int, words: str) -> BeforeValidator:
    """A list of so many numbers; pydantic would complain about each of them, and about tuples."""

    def check(value: object) -> object:
        numbers = [v for v in value if isinstance(v, int | float)] if isinstance(value, list | tuple) else []
        if value is not None and (len(numbers) != count or numbers != list(value)):  # type: ignore[call-overload]
            raise ValueError(f"write {words}")
        return value

    return BeforeValidator(check)


class BrightnessStep(Section):
    """From this time of the day on (or from sunrise or sunset), this brightness."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)
    begins: Annotated[time | Literal["sunrise", "sunset"], BeforeValidator(_read_begin)] = Field(alias="from")
    percent: int = Field(ge=0, le=100)


class ScreenSection(Section):
    display: str = ":0"
    region: Annotated[tuple[int, int, int, int] | None, _shaped(4, REGION_WORDS)] = None
    fit: Literal["contain", "cover", "stretch"] = "contain"
    rotation: Literal[0, 90, 180, 270] = 0
    output: Literal["auto", "x11", "gl"] = "auto"
    hardware_decoding: bool = False
    volume: int = Field(default=80, ge=0, le=100)
    sound: bool = False
    brightness: Annotated[
        Annotated[int, Field(ge=0, le=100), Tag("number")]
        | Annotated[tuple[BrightnessStep, ...], AfterValidator(_one_of_each), Tag("list")],
        Discriminator(_number_or_list),
    ] = 100
    place: Annotated[tuple[float, float] | None, _shaped(2, PLACE_WORDS)] = None
    look_seconds: float = Field(default=2, ge=0.5, le=60)

    @field_validator("region")
    @classmethod
    def _region_has_pixels(cls, region: tuple[int, int, int, int] | None) -> tuple[int, int, int, int] | None:
        if region is not None and (region[0] < 0 or region[1] < 0 or region[2] < 16 or region[3] < 16):
            raise ValueError(f"write {REGION_WORDS}")
        return region

    @model_validator(mode="after")
    def _sun_has_a_place(self) -> ScreenSection:
        steps = self.brightness if isinstance(self.brightness, tuple) else ()
        if any(isinstance(step.begins, str) for step in steps) and self.place is None:
            raise ValueError(f'brightness: "sunrise" and "sunset" need {PLACE_WORDS}')
        if self.place is not None and not (-90 <= self.place[0] <= 90 and -180 <= self.place[1] <= 180):
            raise ValueError(f"write {PLACE_WORDS}")
        return self


class OfficeSection(Section):
    host: str = ""
    port: int = Field(default=8883, ge=1, le=65535)
    tls: bool = True
    ca_file: str = ""
    cert_file: str = ""
    key_file: str = ""
    username: str = ""
    password_file: str = ""
    root: str = Field(default="panels", pattern=TOPIC_LEVEL)
    health_seconds: float = Field(default=60, ge=1, le=86400)
    will_delay_seconds: int = Field(default=30, ge=0, le=86400)
    allow: tuple[str, ...] = ("*",)
    commands_per_minute: int = Field(default=60, ge=1)
    pause_limit_minutes: float = Field(default=30, gt=0, le=1440)
    home_assistant: bool = False


class UsbSection(Section):
    mode: Literal["off", "fallback", "newest"] = "fallback"
    mount_root: Folder = Path("/run/panel-usb")
    after_hours: float = Field(default=24, gt=0)


class Settings(BaseSettings):
    """The whole configuration, frozen. Read it with `read_settings`, which turns every fault into one clear line."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", env_prefix="PANEL__", env_nested_delimiter="__")

    panel: PanelSection
    content: ContentSection = ContentSection()
    trust: TrustSection = TrustSection()
    screen: ScreenSection = ScreenSection()
    office: OfficeSection = OfficeSection()
    usb: UsbSection = UsbSection()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return EnvSettingsSource(settings_cls), init_settings


def read_settings(path: Path) -> Settings:
    """The settings in `path`, with PANEL__* from the environment above them.

    Raises SettingsError (a missing file, TOML that does not parse, an unknown key, a wrong value), one line per fault.
    """
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: not UTF-8 text (byte {error.start}); save it as UTF-8") from error
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else str(error)
        raise SettingsError(f"{path}: {why}; copy config.example.toml there and edit it") from error
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: not valid TOML: {error}") from error
    strangers = _unknown_variables()
    if strangers:
        raise SettingsError("\n".join(strangers))
    try:
        return Settings(**tables)
    except ValidationError as error:
        raise SettingsError("\n".join(f"{path}: {line}" for line in _spell_out(error, text))) from error


def _spell_out(error: ValidationError, text: str) -> list[str]:
    lines = []
    for fault in error.errors():
        keys = [str(part) for part in fault["loc"]]
        while len(keys) > 1 and keys[-1].startswith(("function-", "tuple[", "int", "constrained-", "literal[")):
            keys.pop()
        if keys[:2] == ["screen", "brightness"]:
            del keys[2:3]  # which of its two forms pydantic took it for
        name = ".".join(key for key in keys if not key.isdecimal())
        entry = next((int(key) + 1 for key in keys if key.isdecimal()), None)
        name += f" (entry {entry})" if entry is not None else ""
        from_outside = "__".join(["PANEL", *keys[:2]]).upper() in os.environ
        where = f"environment: {name}" if from_outside else f"{_line_of(keys, text)}{name}"
        match fault["type"]:
            case "extra_forbidden":
                near = difflib.get_close_matches(keys[-1], _known_names(keys[:-1]), n=1, cutoff=0.5)
                known = ", ".join(_known_names(keys[:-1]))
                hint = f"did you mean {near[0]}?" if near else f"known here: {known}"
                lines.append(f"{where} is not a setting; {hint}")
            case "missing":
                hint = 'add [panel] with name = "..."' if keys[0] == "panel" else "add it"
                lines.append(f"{where} is required and missing; {hint}")
            case "model_type":
                lines.append(f"{where} = {fault['input']!r}: write {{from = ..., percent = ...}}")
            case "string_pattern_mismatch" if keys[-1] == "name" or "groups" in keys:
                lines.append(f"{where} = {fault['input']!r}: use 3 to 32 of a-z, 0-9 and -, like serang-01")
            case "string_pattern_mismatch":
                lines.append(f"{where} = {fault['input']!r}: one level of a topic, without + # /")
            case _:
                said = fault["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
                given = "" if isinstance(fault["input"], dict) else f" = {fault['input']!r}"
                should = "should be " if "Input" in fault["msg"] else ""
                lines.append(f"{where}{given}: {should}{said}")
    return list(dict.fromkeys(lines))


def _unknown_variables() -> list[str]:
    """A line for each PANEL__... in the environment that names no setting: a typo there is an error, too."""
    lines = []
    for variable in sorted(name for name in os.environ if name.startswith("PANEL__")):
        section, _, key = variable.removeprefix("PANEL__").lower().partition("__")
        names = _known_names([]) if section not in Settings.model_fields else _known_names([section])
        wrong = section if section not in Settings.model_fields else key.split("__")[0]
        if wrong not in names and not (wrong == "" and section in Settings.model_fields):
            near = difflib.get_close_matches(wrong, names, n=1, cutoff=0.5)
            hint = f"did you mean {near[0].upper()}?" if near else f"known here: {', '.join(names).upper()}"
            lines.append(f"environment: {variable} is not a setting; {hint}")
    return lines


def _known_names(table: list[str]) -> list[str]:
    if table[:2] == ["screen", "brightness"]:
        return ["from", "percent"]
    fields: Any = Settings.model_fields
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
