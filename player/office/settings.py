"""How the office's program reaches the broker: a small TOML file, or options; never a password on the command line.

Knows: the settings' names, and where the file may lie. Touches: that file, the password prompt.
Must not: connect (office/session.py does).
"""

from __future__ import annotations

import getpass
import os
import re
import sys
import tomllib
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from player.base.mqtt.messages import Account
from player.base.spelling import did_you_mean
from player.office.notify.settings import NotifySettings
from player.office.signing import OfficeError
from player.settings.models import TOPIC_LEVEL
from player.settings.toml_fault import spell_toml_fault

CONFIG_HOMES = (Path("~/.config/panel-office/config.toml"), Path("/etc/panel-office/config.toml"))
LOCAL = ("127.0.0.1", "::1", "localhost")


FOLDER_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
LISTEN = re.compile(r"(?:\[([0-9a-fA-F:]+)\]|([^\s:/\[\]]+)):(\d{1,5})")


class WebSettings(BaseModel):
    """Where the office's data lie, which language its pages and reports begin with, and where the console listens.

    second_factor: roles that do nothing before they have set one up.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    listen: str = "127.0.0.1:8080"
    certificate_file: str = ""
    key_file: str = ""
    behind_proxy: str = ""
    data_folder: str = "/var/lib/panel-office"
    language: Literal["id", "en"] = "id"
    two_persons: bool = False
    second_factor: tuple[Literal["viewer", "editor", "operator", "admin"], ...] = ()

    @field_validator("listen")
    @classmethod
    def _address(cls, listen: str) -> str:
        found = LISTEN.fullmatch(listen)
        if found is None or int(found[3]) > 65535:
            raise ValueError(f'{listen!r} is no address to listen on; write one like "127.0.0.1:8080" or "[::1]:8080"')
        return listen

    @field_validator("behind_proxy")
    @classmethod
    def _proxy(cls, proxy: str) -> str:
        try:
            return str(ip_address(proxy)) if proxy else ""
        except ValueError:
            raise ValueError(
                f'{proxy!r} is no address; write the one from which the proxy comes, like "127.0.0.1"'
            ) from None

    @model_validator(mode="after")
    def _both_files(self) -> WebSettings:
        if bool(self.certificate_file) != bool(self.key_file):
            raise ValueError("TLS needs both: write certificate_file and key_file")
        return self

    @property
    def host_and_port(self) -> tuple[str, int]:
        found = LISTEN.fullmatch(self.listen)
        assert found is not None
        return found[1] or found[2], int(found[3])

    @property
    def is_local(self) -> bool:
        """Whether only programs of this computer reach it."""
        host = self.host_and_port[0]
        try:
            return ip_address(host).is_loopback
        except ValueError:
            return host == "localhost"


class FolderSettings(BaseModel):
    """[[folder]]: a synced folder that the console may edit. panels: who gets it: names, "group:north", "*"."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    path: str
    panels: tuple[str, ...] = ("*",)

    @field_validator("name")
    @classmethod
    def _short(cls, name: str) -> str:
        if FOLDER_NAME.fullmatch(name) is None:
            raise ValueError(f"{name!r} stands in addresses; write small letters a to z, digits and hyphens")
        return name

    @property
    def place(self) -> Path:
        return Path(_home(self.path))


class RecordsSettings(BaseModel):
    """The records of what was shown. What is empty lies in the data folder."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str = ""
    bookings: str = ""
    key: str = ""
    timezone: str = ""


class OfficeSettings(BaseModel):
    """The broker and our account there, and where the records lie. Only `host` is needed, and only to reach the broker."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = ""
    port: int | None = Field(default=None, ge=1, le=65535)
    tls: bool = True
    ca_file: str = ""
    cert_file: str = ""
    key_file: str = ""
    username: str = ""
    password_file: str = ""
    root: str = Field(default="panels", pattern=TOPIC_LEVEL)
    web: WebSettings = WebSettings()
    records: RecordsSettings = RecordsSettings()
    notify: NotifySettings = NotifySettings()
    folder: tuple[FolderSettings, ...] = ()

    @field_validator("folder")
    @classmethod
    def _each_once(cls, folders: tuple[FolderSettings, ...]) -> tuple[FolderSettings, ...]:
        names = [each.name for each in folders]
        if twice := next((name for name in names if names.count(name) > 1), ""):
            raise ValueError(f"two folders are called {twice!r}")
        return folders

    @property
    def data_folder(self) -> Path:
        return Path(_home(self.web.data_folder))

    @property
    def notify_file(self) -> Path:
        """What the notifier has told, over a restart."""
        return Path(self._in_data_folder("notify.json"))

    @property
    def records_url(self) -> str:
        return self.records.url or f"sqlite:///{self._in_data_folder('records.db')}"

    @property
    def records_key(self) -> Path:
        return Path(_home(self.records.key) or self._in_data_folder("records.key"))

    @property
    def bookings_file(self) -> Path:
        return Path(_home(self.records.bookings) or self._in_data_folder("bookings.toml"))

    def _in_data_folder(self, name: str) -> str:
        return str(self.data_folder / name)

    def account(self, ask: bool = True) -> Account:
        """What the connection needs; asks for the password at the terminal when there is a user name and no other proof."""
        password = None
        if ask and self.username and not self.password_file and not self.cert_file and sys.stdin.isatty():
            password = getpass.getpass(f"Password of {self.username} at {self.host}: ")
        return Account(
            host=self.host,
            port=self.port or (8883 if self.tls else 1883),
            tls=self.tls,
            client_id=f"office-{self.username or 'console'}-{os.urandom(4).hex()}",
            username=self.username,
            ca_file=_home(self.ca_file),
            cert_file=_home(self.cert_file),
            key_file=_home(self.key_file),
            password_file=_home(self.password_file),
            password=password,
        )


def find_settings_file(given: Path | None) -> Path | None:
    """The file that is named, or the first of those that are there; None: there is none."""
    return given or next((p.expanduser() for p in CONFIG_HOMES if p.expanduser().exists()), None)


def read_office_settings(file: Path | None, given: dict[str, Any], *, broker: bool = True) -> OfficeSettings:
    """The file's settings with `given` (only what is not None) above them. broker False: it is not needed.

    Raises OfficeError.
    """
    values: dict[str, Any] = {}
    path = find_settings_file(file)
    if path is not None:
        try:
            text = path.expanduser().read_text(encoding="utf-8")
            values = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise OfficeError(f"{path}: not valid TOML: {spell_toml_fault(error, text)}") from error
        except (ValueError, RecursionError) as error:  # also a number of 5,000 digits, and 3,000 brackets
            raise OfficeError(f"{path}: not valid TOML: {error}") from error
        except OSError as error:
            raise OfficeError(f"{path}: {error.strerror}; give --host, or write host = ... there") from error
    values |= {name: value for name, value in given.items() if value is not None}
    if broker and not values.get("host"):
        raise OfficeError(f"which broker? give --host, or write host = ... into {CONFIG_HOMES[0]}")
    try:
        made = OfficeSettings(**values)
    except ValidationError as error:
        raise OfficeError("\n".join(f"{path or 'the options'}: {line}" for line in _spell_faults(error))) from error
    if not made.tls and made.password_file and made.host not in LOCAL:
        raise OfficeError("without TLS the password would cross the network in clear text; leave tls out")
    return made


def _spell_faults(error: ValidationError) -> list[str]:
    """One line for each fault, with the whole name of the setting, and the nearest one that there is."""
    lines = []
    for fault in error.errors(include_url=False, include_input=False, include_context=False):
        keys = [str(part) for part in fault["loc"]]
        name = ".".join(keys)
        if fault["type"] == "extra_forbidden":
            known = _known_names(keys[:-1])
            hint = did_you_mean(keys[-1], known) or f"known here: {', '.join(known)}"
            lines.append(f"{name} is not a setting; {hint}")
        else:
            lines.append(f"{name}: {fault['msg'].removeprefix('Value error, ')}")
    return lines


def _known_names(table: list[str]) -> list[str]:
    """The settings of a section, as they are written in the file."""
    model: type[BaseModel] = OfficeSettings
    for part in table:
        inner = model.model_fields[part].annotation if part in model.model_fields else None
        if not (isinstance(inner, type) and issubclass(inner, BaseModel)):
            return []
        model = inner
    return [field.alias or name for name, field in model.model_fields.items()]


def user_name() -> str:
    """Who sits at this computer; "" where nobody has a name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # a container without a user name; Windows has no `pwd`
        return ""


def _home(path: str) -> str:
    return str(Path(path).expanduser()) if path else ""
