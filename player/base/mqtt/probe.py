"""Why a broker took a connection and never answered: it speaks only MQTT 3.1.1, or TLS where none is used.

Knows: the first packets of MQTT 3.1.1 and 5, byte by byte. Touches: short connections of its own, which carry neither the
account's name nor its password. Must not: blame a broker that may only be slow or busy.
"""

from __future__ import annotations

import contextlib
import re
import socket
import ssl
import struct
from dataclasses import replace

from player.base.mqtt.credentials import AccountError, make_tls
from player.base.mqtt.messages import Account

MQTT_3_1_1, MQTT_5 = 4, 5
"""The protocol level in CONNECT (MQTT 3.1.1, 3.1.2.2; MQTT 5, 3.1.2.2)."""
CLEAN = 2
KEEP_ALIVE_S = 10
CLIENT_ID = b"panel-player-probe"
OLD_ANSWER = re.compile(rb"\x20\x02[\0\x01][\0-\x05]", re.DOTALL)
"""CONNACK of MQTT 3.1.1: any of its return codes shows what the broker speaks (3.1.1, 3.2.2.3)."""
NEW_ANSWER = re.compile(rb"\x20[\x03-\xff]", re.DOTALL)
"""CONNACK of MQTT 5 has a length of properties besides, and is at least 3 bytes long (MQTT 5, 3.2.2)."""
PATIENCE = 2
"""The version that is to be shown missing gets so many times longer to answer."""


def connect_packet(level: int) -> bytes:
    """CONNECT with a clean session, and nothing else."""
    properties = b"\0" if level == MQTT_5 else b""
    head = struct.pack("!H4sBBH", 4, b"MQTT", level, CLEAN, KEEP_ALIVE_S) + properties
    body = head + struct.pack("!H", len(CLIENT_ID)) + CLIENT_ID
    return bytes([0x10, len(body)]) + body


def only_old_words(account: Account) -> str:
    """What is said of a broker without MQTT 5."""
    where = f"{account.host} port {account.port}"
    return (
        f"{where}: the broker speaks only MQTT 3.1.1, and MQTT 5 is needed; use mosquitto 1.6 or later, EMQX or HiveMQ"
    )


def explain_silence(account: Account, within_s: float) -> str:
    """Why the broker did not answer MQTT 5, in one line with what to do; "" when that cannot be known.

    Takes at most three times `within_s`.
    """
    if not OLD_ANSWER.match(_ask(account, MQTT_3_1_1, within_s)):
        if account.tls or not _speaks_tls(account, within_s):
            return ""
        where = f"{account.host} port {account.port}"
        return f"{where}: the broker speaks TLS on this port; set tls = true, or use its port without TLS (mostly 1883)"
    if NEW_ANSWER.match(_ask(account, MQTT_5, within_s * PATIENCE)):
        return ""  # it speaks both: something else was wrong, or it was slow
    return only_old_words(account)


def speaks_plain(account: Account, within_s: float) -> bool:
    """Whether the port answers MQTT without TLS: some brokers say nothing at all to a TLS greeting (amqtt 0.12)."""
    plain = replace(account, tls=False)
    return OLD_ANSWER.match(_ask(plain, MQTT_3_1_1, within_s)) is not None


def _ask(account: Account, level: int, within_s: float) -> bytes:
    """The first four bytes of the broker's answer to CONNECT; fewer when it hangs up or says no more."""
    said = b""
    with contextlib.suppress(OSError, AccountError), contextlib.ExitStack() as stack:
        wire = stack.enter_context(socket.create_connection((account.host, account.port), within_s))
        if account.tls:
            wire = stack.enter_context(make_tls(account).wrap_socket(wire, server_hostname=account.host))
        wire.sendall(connect_packet(level))
        while len(said) < 4 and (block := wire.recv(4 - len(said))):
            said += block
    return said


def _speaks_tls(account: Account, within_s: float) -> bool:
    """Whether a TLS greeting is answered in kind; who answers does not matter here, so nothing is verified or sent."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        with (
            socket.create_connection((account.host, account.port), within_s) as wire,
            context.wrap_socket(wire, server_hostname=account.host),
        ):
            return True
    except ssl.SSLError as error:
        return "ALERT" in (error.reason or "")  # it speaks TLS, and wants another version or a certificate of ours
    except OSError:
        return False
