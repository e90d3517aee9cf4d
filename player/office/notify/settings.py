"""Who is told of alerts, how, and when not: the section [notify] of the office's settings.

Knows: the settings' names, and which of them belong together. Touches nothing. Must not: send.
"""

from __future__ import annotations

import re
from datetime import time
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

QUIET = re.compile(r"([01]\d|2[0-3]):([0-5]\d)\s*[-–]\s*([01]\d|2[0-3]):([0-5]\d)")
PORTS = {"starttls": 587, "tls": 465, "none": 25}


class MailSettings(BaseModel):
    """[notify.mail]: the SMTP server, our account there, who gets the mail."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = ""
    port: int | None = Field(default=None, ge=1, le=65535)
    tls: Literal["starttls", "tls", "none"] = "starttls"
    ca_file: str = ""
    username: str = ""
    password_file: str = ""
    sender: Annotated[str, Field(alias="from")] = ""
    to: tuple[str, ...] = ()

    @property
    def port_or_default(self) -> int:
        return self.port or PORTS[self.tls]

    @model_validator(mode="after")
    def _complete(self) -> MailSettings:
        if self.host and not (self.sender and self.to):
            raise ValueError('write from = "panels@..." and to = ["..."] too')
        if self.to and not self.host:
            raise ValueError("write host = the SMTP server too")
        if self.tls == "none" and self.password_file:
            raise ValueError('with tls = "none" the password would cross the network in clear text')
        return self


class WebhookSettings(BaseModel):
    """[notify.webhook]: JSON is posted there. fields: go into the JSON as they are, such as Telegram's chat_id."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str = ""
    token_file: str = ""
    fields: dict[str, str | int] = {}

    @field_validator("url")
    @classmethod
    def _web(cls, url: str) -> str:
        if url and not url.startswith(("https://", "http://")):
            raise ValueError("an address begins with https:// or http://")
        return url


class NotifySettings(BaseModel):
    """[notify]: lost_minutes, when a silent panel is told; gather_seconds: what comes within them is one message."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    lost_minutes: float = Field(default=10, ge=1, le=10_000)
    gather_seconds: float = Field(default=60, ge=1, le=3600)
    quiet: tuple[str, ...] = ()
    language: Literal["", "id", "en"] = ""
    command: tuple[str, ...] = ()
    mail: MailSettings = MailSettings()
    webhook: WebhookSettings = WebhookSettings()

    @field_validator("quiet")
    @classmethod
    def _spans(cls, spans: tuple[str, ...]) -> tuple[str, ...]:
        for span in spans:
            if QUIET.fullmatch(span.strip()) is None:
                raise ValueError(f'{span!r} is no span of hours; write "22:00-06:00"')
        return spans

    @property
    def quiet_hours(self) -> tuple[tuple[time, time], ...]:
        """From, until; a span may reach over midnight."""
        found = (QUIET.fullmatch(span.strip()) for span in self.quiet)
        return tuple((time(int(m[1]), int(m[2])), time(int(m[3]), int(m[4]))) for m in found if m is not None)
