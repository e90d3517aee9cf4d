"""The ways in which a message reaches people: e-mail, a webhook, a command.

Knows: SMTP, HTTP, a program's standard input. Touches: the network, one process. Must not: try again (service.py does), or
tell a secret: a webhook's address often is one.
"""

from __future__ import annotations

import json
import smtplib
import ssl
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from pathlib import Path
from urllib.parse import urlsplit

from player.base.mqtt.credentials import AccountError, read_password
from player.office.notify.message import Told
from player.office.notify.settings import MailSettings, NotifySettings, WebhookSettings

WITHIN_S = 30.0
SAID_MOST = 200
Way = Callable[[Told], None]
"""Tells a message, or raises NotTold."""


class NotTold(Exception):
    """The message did not get through. Says why, in one line."""


def ways_of(settings: NotifySettings) -> dict[str, Way]:
    """The ways that are set up, by the name under which the book keeps how far each has told."""
    ways: dict[str, Way] = {}
    if settings.mail.host:
        ways["mail"] = lambda told: send_mail(settings.mail, told)
    if settings.webhook.url:
        ways["webhook"] = lambda told: post(settings.webhook, told)
    if settings.command:
        ways["command"] = lambda told: run_command(settings.command, told)
    return ways


def as_json(told: Told) -> dict[str, object]:
    return {"subject": told.subject, "text": f"{told.subject}\n\n{told.text}", "notices": list(told.notices)}


def send_mail(mail: MailSettings, told: Told) -> None:
    """One mail to all. Raises NotTold."""
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = told.subject, mail.sender, ", ".join(mail.to)
    message["Date"], message["Message-ID"] = formatdate(localtime=True), make_msgid(domain="panel-office.invalid")
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday reply
    message.set_content(told.text)
    where = f"{mail.host} port {mail.port_or_default}"
    try:
        password = read_password(str(Path(mail.password_file).expanduser()) if mail.password_file else "")
        context = ssl.create_default_context(cafile=mail.ca_file or None)
        with _mail_server(mail, context) as server:
            if mail.tls == "starttls":
                server.starttls(context=context)
            if mail.username:
                server.login(mail.username, password or "")
            refused = server.send_message(message)
    except AccountError as error:
        raise NotTold(str(error)) from error
    except smtplib.SMTPResponseException as error:
        said = error.smtp_error.decode("utf-8", "replace") if isinstance(error.smtp_error, bytes) else error.smtp_error
        raise NotTold(f"{where}: {error.smtp_code} {said}") from error
    except (OSError, smtplib.SMTPException) as error:
        raise NotTold(f"{where}: {error}") from error
    if refused:
        raise NotTold(f"{where}: refused for {', '.join(refused)}")


def _mail_server(mail: MailSettings, context: ssl.SSLContext) -> smtplib.SMTP:
    if mail.tls == "tls":
        return smtplib.SMTP_SSL(mail.host, mail.port_or_default, timeout=WITHIN_S, context=context)
    return smtplib.SMTP(mail.host, mail.port_or_default, timeout=WITHIN_S)


def post(webhook: WebhookSettings, told: Told) -> None:
    """JSON: subject, text, notices, and the settings' own fields. Raises NotTold; any answer of 2xx is good."""
    where = urlsplit(webhook.url).hostname or "the webhook"
    headers = {"Content-Type": "application/json", "User-Agent": "panel-office"}
    try:
        token = read_password(str(Path(webhook.token_file).expanduser()) if webhook.token_file else "")
    except AccountError as error:
        raise NotTold(str(error)) from error
    if token:
        headers["Authorization"] = f"Bearer {token}"
    body = json.dumps({**as_json(told), **webhook.fields}, ensure_ascii=False).encode()
    request = urllib.request.Request(webhook.url, data=body, headers=headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=WITHIN_S):
            return
    except urllib.error.HTTPError as error:
        said = error.read(SAID_MOST).decode("utf-8", "replace")
        raise NotTold(f"{where}: {error.code} {error.reason} {said}") from error
    except (OSError, ValueError) as error:  # ValueError: an address that none can be made of
        reason = getattr(error, "reason", error)
        raise NotTold(f"{where}: {reason}") from error


def run_command(words: tuple[str, ...], told: Told) -> None:
    """The program gets the JSON on its standard input; exit status 0 is good. Raises NotTold."""
    try:
        done = subprocess.run(
            list(words), input=json.dumps(as_json(told), ensure_ascii=False).encode(), capture_output=True,
            timeout=WITHIN_S, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise NotTold(f"{words[0]} did not end within {WITHIN_S:.0f} s") from error
    except OSError as error:
        raise NotTold(f"{words[0]}: {error.strerror}") from error
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip()[-SAID_MOST:]
        raise NotTold(f"{words[0]} ended with {done.returncode}: {said}")
