"""The settings: frozen models read from one TOML file, every value overridable from the environment.

Knows: names, types, ranges and defaults of every setting (`config.example.toml` shows them all).
Touches nothing. Must not: read a file (settings/reading.py does), or act on a setting.
"""

from __future__ import annotations

import contextlib
import re
from datetime import time
from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from player.base.zones import zone_named

PANEL_NAME = r"^[a-z0-9-]{3,32}$"
PLACE_WORDS = "place = [latitude, longitude] in degrees, south and west negative, like [-6.12, 106.15]"
REGION_WORDS = "region = [x, y, width, height] in pixels, at least 16 x 16"
COLOUR = "^#[0-9a-fA-F]{6}$"
TOPIC_LEVEL = r"^[^+#/\x00]{1,64}$"


def _known_zone(name: str) -> str:
    if name:
        try:
            zone_named(name)
        except ValueError as error:
            raise ValueError(f"no time zone is called {name!r}; write one like Asia/Jakarta") from error
    return name


def _only_host_names(hosts: tuple[str, ...]) -> tuple[str, ...]:
    for host in hosts:
        if "/" in host or ":" in host or not host:
            raise ValueError(f"{host!r} is not a host name; write only the host, like stream.serang.go.id")
    return hosts


def _colour(text: str) -> str:
    if re.fullmatch("#[0-9a-fA-F]{6}", text) is None:
        raise ValueError(f"{text!r} is not a colour; write one like #000000")
    return text.lower()


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
    stale_days: float = Field(default=0, ge=0, le=3650)
    max_pixels: int = Field(default=33177600, ge=1024)
    stream_hosts: Annotated[tuple[str, ...], AfterValidator(_only_host_names)] = ()


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


def _one_of_each(steps: tuple[BrightnessEntry, ...]) -> tuple[BrightnessEntry, ...]:
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


class BrightnessEntry(Section):
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
    background: Annotated[str, AfterValidator(_colour)] = "#000000"
    brightness: Annotated[
        Annotated[int, Field(ge=0, le=100), Tag("number")]
        | Annotated[tuple[BrightnessEntry, ...], AfterValidator(_one_of_each), Tag("list")],
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
    strip_minutes: float = Field(default=10, ge=0, le=1440)


class JournalSection(Section):
    enabled: bool = True
    keep_days: int = Field(default=400, ge=1, le=3650)
    send_minutes: float = Field(default=15, gt=0, le=1440)


class TickerSection(Section):
    edge: Literal["bottom", "top"] = "bottom"
    height_percent: float = Field(default=12, ge=4, le=50)
    speed: float = Field(default=6, gt=0, le=60)
    colour: str = Field(default="#ffffff", pattern=COLOUR)
    background: str = Field(default="#000000", pattern=COLOUR)


class Settings(BaseSettings):
    """All the settings, frozen. Read it with `read_settings`, which turns every fault into one clear line."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", env_prefix="PANEL__", env_nested_delimiter="__")

    panel: PanelSection
    content: ContentSection = ContentSection()
    trust: TrustSection = TrustSection()
    screen: ScreenSection = ScreenSection()
    office: OfficeSection = OfficeSection()
    usb: UsbSection = UsbSection()
    journal: JournalSection = JournalSection()
    ticker: TickerSection = TickerSection()

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
