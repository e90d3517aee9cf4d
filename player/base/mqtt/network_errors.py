"""What an error of the network or of TLS says about the broker and the settings.

Knows: Python's errors, and which of them a plain port gives to TLS. Touches nothing. Must not: know paho.
"""

from __future__ import annotations

import socket
import ssl

from player.base.mqtt.messages import Account

CHECK_CA = "check ca_file, the authority that signed it"
WHERE_TO_LOOK = "is the address right, and does a firewall stand between?"
"""Of a broker that says nothing at all."""


def explain_error(account: Account, error: OSError, *, greeted: bool) -> str:
    """One line with what to do. greeted: the connection stood already, TLS and all."""
    where = f"{account.host} port {account.port}"
    if account.tls and not greeted and _speaks_no_tls(error):
        return no_tls_words(account)
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"{where}: the broker's certificate is not trusted ({error.verify_message}); {CHECK_CA}"
    if isinstance(error, ssl.SSLError):
        return f"{where}: TLS failed ({error.reason or error}); check tls, port and certificates"
    return f"{where}: {_advice(error)}"


def _advice(error: OSError) -> str:
    """What is wrong, as far as the network tells it, and where to look."""
    if isinstance(error, socket.gaierror):
        words = "look at how it is written, and whether this computer is on the network"
        return f"no such host, or no network ({error.strerror}); {words}"
    if isinstance(error, TimeoutError):
        return f"no answer; {WHERE_TO_LOOK}"
    if isinstance(error, ConnectionRefusedError):
        words = "is the broker running, and is this its port (with TLS mostly 8883, without 1883)?"
        return f"nobody listens there; {words}"
    return f"the way there is closed ({error.strerror or error}); look at the cable, the router and the firewall"


def no_tls_words(account: Account) -> str:
    """What is said of a port that speaks no TLS."""
    where = f"{account.host} port {account.port}"
    return f"{where}: the broker speaks no TLS on this port; its port with TLS is mostly 8883 (or set tls = false)"


def _speaks_no_tls(error: OSError) -> bool:
    """What a plain port answers to TLS: nothing, as it hangs up, or bytes that are none."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return False
    answered_otherwise = isinstance(error, ssl.SSLError) and error.reason in (
        "WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "UNEXPECTED_EOF_WHILE_READING", "PACKET_LENGTH_TOO_LONG",
    )  # fmt: skip
    return answered_otherwise or isinstance(error, ConnectionResetError | ConnectionAbortedError | ssl.SSLEOFError)
