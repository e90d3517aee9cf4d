"""Why the broker is not reached is said in the reader's language: what the connection, its session and the hub say."""

from __future__ import annotations

import os
import re
import socket
from errno import ECONNREFUSED, ECONNRESET, EHOSTUNREACH, ENETUNREACH
from pathlib import Path

import pytest

from player.base.indonesian_broker import BROKER
from player.base.mqtt.messages import Account
from player.base.mqtt.network_errors import explain_error, no_tls_words
from player.base.mqtt.probe import only_old_words
from player.office.web.live.broker_thread import FELL_BEHIND, GONE
from player.office.web.live.hub import CONNECTING, NO_BROKER, SILENT
from player.office.web.words.told import catalogue

ACCOUNT = Account("mqtt.serang.go.id", 8883, True, "office", "")
WHERE = re.compile(r"mqtt\.serang\.go\.id (port|porta) 8883(: )?")
ERRORS: tuple[OSError, ...] = (
    *(OSError(number, os.strerror(number)) for number in (ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, ECONNRESET)),
    TimeoutError(),
    socket.gaierror(-2, "Name or service not known"),
)
SAID = (
    *(explain_error(ACCOUNT, error, greeted=True) for error in ERRORS),
    f"{ACCOUNT.host} port {ACCOUNT.port}: TLS failed (UNSUPPORTED); check tls, port and certificates",
    no_tls_words(ACCOUNT), only_old_words(ACCOUNT), FELL_BEHIND, GONE, CONNECTING, NO_BROKER, SILENT,
    "the connection was lost", "the broker stopped answering",
    "the broker took the connection and never answered: it said nothing",
    "the broker refused office: Not authorized", "this account may not read panels/+/state; ask for the role of a viewer",
    f"{ACCOUNT.host} port {ACCOUNT.port}: no answer within 20 s", "the broker refused it: Quota exceeded",
    "this account may not send commands; ask for the role of an operator",
)  # fmt: skip


@pytest.mark.parametrize("english", SAID)
def test_each_reason_is_said_in_indonesian(english: str) -> None:
    """Not one piece of it stays English, but for names and what the operating system says in brackets."""
    said = catalogue("id").say(english)
    left = {piece for piece in re.split(r"[;:] ", WHERE.sub("", english)) if piece in WHERE.sub("", said)}
    assert said != english
    assert left <= {"it said nothing", "Not authorized", "Quota exceeded", ""} - {"it said nothing"}
    assert catalogue("en").say(english) == english


def test_no_sentence_of_the_connection_is_forgotten() -> None:
    """Each literal that the connection's files give as a reason is in the table."""
    base = Path(explain_error.__code__.co_filename).parent
    text = "".join((base / name).read_text() for name in ("connection.py", "network_errors.py", "probe.py"))
    whys = re.findall(r'(?:self\._why = (?:self\._why or )?|why = |return f?)"([a-z][^"{]{8,})"', text)
    assert len(whys) >= 3
    assert [why for why in whys if why not in BROKER] == []
