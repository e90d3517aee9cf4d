"""What an error of the network or of TLS says about the broker and the settings.

Knows: Python's errors, and which of them a plain port gives to TLS. Touches nothing. Must not: know paho.
"""

from __future__ import annotations

import socket
import ssl

from player.base.mqtt.messages import Account


def explain_error(account: Account, error: OSError, *, greeted: bool) -> str:
    """One line with what to do. greeted: the connection stood already, TLS and all."""
    where = f"{account.host} port {account.port}"
    if account.tls and not greeted and _speaks_no_tls(error):
        return no_tls_words(account)
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"{where}: the broker's certificate is not trusted ({error.verify_message}); check office.ca_file"
    if isinstance(error, ssl.SSLError):
        return f"{where}: TLS failed ({error.reason or error}); check office.tls, port and certificates"
    if isinstance(error, socket.gaierror):
        return f"{where}: no such host, or no network ({error.strerror})"
    if isinstance(error, TimeoutError):
        return f"{where}: no answer"
    return f"{where}: {error.strerror or error}"


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
