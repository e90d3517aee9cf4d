"""Tries the office's settings the way the link will use them, for `panel-player check`.

Knows: what can be wrong with files, TLS, the account, the broker and office.allow. Touches: those files and one short connection.
Must not: disturb the running link (it connects under another client id) or change anything at the broker.
"""

from __future__ import annotations

import dataclasses
import os
import queue
from pathlib import Path

from player.base.mqtt.credentials import AccountError, make_tls, read_password
from player.base.mqtt.messages import Account, Closed, ConnectionOptions, Granted, Opened, Signal
from player.base.mqtt.network_errors import WHERE_TO_LOOK
from player.base.spelling import did_you_mean
from player.contract.commands import COMMANDS, unknown_commands
from player.link.timing import account_of
from player.settings.models import OfficeSection

ANSWER_WITHIN_S = 20.0
GREETING_S = 2.0
"""Somebody waits: a broker that is silent for so long is asked what else it speaks."""


def check_office(office: OfficeSection, panel: str) -> list[str]:
    """What is wrong, one line each, with what to do; empty: the broker lets this panel in, or there is no office at all."""
    faults = [_unknown(name) for name in unknown_commands(office.allow)]
    if not office.host:
        return faults
    account = account_of(office, panel)
    faults += [_unreadable(name, path) for name, path in _files(account) if path and _unreadable(name, path)]
    if not account.tls and account.password_file and account.host not in ("127.0.0.1", "::1", "localhost"):
        faults.append("office.tls = false: the password would cross the network in clear text; set tls = true")
    if account.cert_file and not account.key_file:
        faults.append("office.cert_file without office.key_file: name the key that belongs to it")
    try:
        read_password(account.password_file)
        if account.tls:
            make_tls(account)
    except AccountError as error:
        faults.append(str(error))
    return list(dict.fromkeys(faults)) or _ask_broker(account)


def _unknown(name: str) -> str:
    hint = did_you_mean(name, COMMANDS) or f"there are: {', '.join(COMMANDS)}"
    return f"office.allow: no command is called {name!r}; {hint}"


def _files(account: Account) -> list[tuple[str, str]]:
    return [
        ("office.ca_file", account.ca_file),
        ("office.cert_file", account.cert_file),
        ("office.key_file", account.key_file),
        ("office.password_file", account.password_file),
    ]


def _unreadable(name: str, path: str) -> str:
    if not Path(path).exists():
        return f"{name}: {path} does not exist; copy it there or correct the setting"
    if not os.access(path, os.R_OK):
        return f"{name}: {path} cannot be read by this user; give it to the player's user or group"
    return ""


def _ask_broker(account: Account) -> list[str]:
    from player.base.mqtt.connection import Connection  # here: loads paho

    heard: queue.SimpleQueue[Signal] = queue.SimpleQueue()
    connection = Connection(
        dataclasses.replace(account, client_id=f"{account.client_id}-check"),
        ConnectionOptions(greeting_s=GREETING_S),
        heard.put,
    )
    connection.open()
    try:
        match heard.get(timeout=ANSWER_WITHIN_S):
            case Closed(why):
                return [why]
            case Opened() | Granted():
                return []
            case other:
                return [f"the broker answered with something unexpected: {other}"]
    except queue.Empty:
        return [f"{account.host} port {account.port}: no answer within {ANSWER_WITHIN_S:.0f} s; {WHERE_TO_LOOK}"]
    finally:
        connection.close()
        connection.join(1.0)
        connection.abandon()
