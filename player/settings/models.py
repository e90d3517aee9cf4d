"""The settings: frozen values. Every setting, its type, its range and its default stands here, and nowhere else.

Knows: names, types, ranges and defaults of every setting (`config.example.toml` shows them all).
Touches nothing. Must not: read a file (settings/reading.py does), act on a setting, or import pydantic.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Annotated, Literal

from player.base.zones import zone_named
from player.settings.marks import Checked, Named, NumberOrList, Pattern, Range, Read

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


def _read_begin(value: object) -> object:
    """A number would mean seconds to pydantic, and a time of some other zone means nothing here."""
    if isinstance(value, str) and value not in ("sunrise", "sunset"):
        with contextlib.suppress(ValueError):
            value = time.fromisoformat(value)
    if value in ("sunrise", "sunset") or (isinstance(value, time) and value.tzinfo is None):
        return value
    raise ValueError('write a time of the day like 18:00:00, "sunrise" or "sunset"')


def _one_of_each(steps: tuple[BrightnessEntry, ...]) -> tuple[BrightnessEntry, ...]:
    if not steps:
        raise ValueError("write a number from 0 to 100, or a list with at least one {from = ..., percent = ...}")
    for n, step in enumerate(steps):
        if step.begins in [earlier.begins for earlier in steps[:n]]:
            raise ValueError(f"two steps begin at {step.begins}; leave one out")
    return steps


def _numbers(count: int, words: str) -> Callable[[object], object]:
    """A list of so many numbers; pydantic would complain about each of them, and about tuples."""

    def read(value: object) -> object:
        numbers = [v for v in value if isinstance(v, int | float)] if isinstance(value, list | tuple) else []
        if value is not None and (len(numbers) != count or numbers != list(value)):  # type: ignore[call-overload]
            raise ValueError(f"write {words}")
        return value

    return read


def _has_pixels(region: tuple[int, int, int, int] | None) -> tuple[int, int, int, int] | None:
    if region is not None and (region[0] < 0 or region[1] < 0 or region[2] < 16 or region[3] < 16):
        raise ValueError(f"write {REGION_WORDS}")
    return region


Folder = Annotated[Path, Checked(_absolute)]
PanelName = Annotated[str, Pattern(PANEL_NAME)]
Percent = Annotated[int, Range(at_least=0, at_most=100)]
Colour = Annotated[str, Pattern(COLOUR)]


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelSection:
    name: PanelName
    groups: tuple[PanelName, ...] = ()
    timezone: Annotated[str, Checked(_known_zone)] = ""
    language: Literal["id", "en"] = "id"
    state_folder: Folder = Path("/var/lib/panel-player")


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentSection:
    folder: Folder = Path("/srv/panel/content")
    image_seconds: Annotated[float, Range(above=0, at_most=86400)] = 10
    settle_seconds: Annotated[float, Range(at_least=0, at_most=30)] = 2
    keep_releases: Annotated[int, Range(at_least=1, at_most=100)] = 3
    boundary: Literal["finish", "cut"] = "finish"
    stale_days: Annotated[float, Range(at_least=0, at_most=3650)] = 0
    max_pixels: Annotated[int, Range(at_least=1024)] = 33177600
    stream_hosts: Annotated[tuple[str, ...], Checked(_only_host_names)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustSection:
    keys: tuple[str, ...] = ()
    folder: Literal["any", "signed"] = "any"
    stick: Literal["signed", "any"] = "signed"


@dataclass(frozen=True, slots=True, kw_only=True)
class BrightnessEntry:
    """From this time of the day on (or from sunrise or sunset), this brightness."""

    begins: Annotated[time | Literal["sunrise", "sunset"], Read(_read_begin), Named("from")]
    percent: Percent


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenSection:
    display: str = ":0"
    region: Annotated[tuple[int, int, int, int] | None, Read(_numbers(4, REGION_WORDS)), Checked(_has_pixels)] = None
    fit: Literal["contain", "cover", "stretch"] = "contain"
    rotation: Literal[0, 90, 180, 270] = 0
    output: Literal["auto", "x11", "gl"] = "auto"
    hardware_decoding: bool = False
    volume: Percent = 80
    sound: bool = False
    background: Annotated[str, Checked(_colour)] = "#000000"
    brightness: Annotated[
        Percent | Annotated[tuple[BrightnessEntry, ...], Checked(_one_of_each)],
        NumberOrList(),
    ] = 100
    place: Annotated[tuple[float, float] | None, Read(_numbers(2, PLACE_WORDS))] = None
    look_seconds: Annotated[float, Range(at_least=0.5, at_most=60)] = 2

    def fault(self) -> str | None:
        """What no setting by itself can know: the sun needs a place."""
        steps = self.brightness if isinstance(self.brightness, tuple) else ()
        if any(isinstance(step.begins, str) for step in steps) and self.place is None:
            return f'brightness: "sunrise" and "sunset" need {PLACE_WORDS}'
        if self.place is not None and not (-90 <= self.place[0] <= 90 and -180 <= self.place[1] <= 180):
            return f"write {PLACE_WORDS}"
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeSection:
    host: str = ""
    port: Annotated[int, Range(at_least=1, at_most=65535)] = 8883
    tls: bool = True
    ca_file: str = ""
    cert_file: str = ""
    key_file: str = ""
    username: str = ""
    password_file: str = ""
    root: Annotated[str, Pattern(TOPIC_LEVEL)] = "panels"
    health_seconds: Annotated[float, Range(at_least=1, at_most=86400)] = 60
    will_delay_seconds: Annotated[int, Range(at_least=0, at_most=86400)] = 30
    allow: tuple[str, ...] = ("*",)
    commands_per_minute: Annotated[int, Range(at_least=1)] = 60
    pause_limit_minutes: Annotated[float, Range(above=0, at_most=1440)] = 30
    home_assistant: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class UsbSection:
    mode: Literal["off", "fallback", "newest"] = "fallback"
    mount_root: Folder = Path("/run/panel-usb")
    after_hours: Annotated[float, Range(above=0)] = 24
    strip_minutes: Annotated[float, Range(at_least=0, at_most=1440)] = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalSection:
    enabled: bool = True
    keep_days: Annotated[int, Range(at_least=1, at_most=3650)] = 400
    send_minutes: Annotated[float, Range(above=0, at_most=1440)] = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class TickerSection:
    edge: Literal["bottom", "top"] = "bottom"
    height_percent: Annotated[float, Range(at_least=4, at_most=50)] = 12
    speed: Annotated[float, Range(above=0, at_most=60)] = 6
    colour: Colour = "#ffffff"
    background: Colour = "#000000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All the settings. Read them with `read_settings`, which turns every fault into one clear line."""

    panel: PanelSection
    content: ContentSection = ContentSection()
    trust: TrustSection = TrustSection()
    screen: ScreenSection = ScreenSection()
    office: OfficeSection = OfficeSection()
    usb: UsbSection = UsbSection()
    journal: JournalSection = JournalSection()
    ticker: TickerSection = TickerSection()
