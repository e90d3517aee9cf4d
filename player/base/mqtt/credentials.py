"""The credentials of an account at the broker: password file, CA file, client certificate.

Knows: what makes a file usable and private. Touches: those files. Must not: connect, or know paho.
"""

from __future__ import annotations

import os
import ssl
import stat
from pathlib import Path

from player.base.mqtt.messages import Account


class AccountError(Exception):
    """The account's files cannot be used. Says which file, what is wrong and what to do."""


def check_secret(path: Path) -> None:
    """Raises AccountError unless `path` is a file that strangers on this machine can neither read nor write."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise AccountError(
            f"{path}: {os.strerror(error.errno or 0)}; create it, readable only by the player"
        ) from error
    if not stat.S_ISREG(mode):
        raise AccountError(f"{path}: not a file")
    if mode & (stat.S_IROTH | stat.S_IWOTH):
        raise AccountError(f"{path}: every user of this machine can read it; run: chmod 640 {path}")


def read_password(path: str) -> str | None:
    """The first line of the file; None without a path."""
    if not path:
        return None
    check_secret(Path(path))
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise AccountError(f"{path}: cannot be read: {error}") from error
    password = text.splitlines()[0].strip() if text.strip() else ""
    if not password:
        raise AccountError(f"{path}: is empty; write the password on its first line")
    return password


def make_tls(account: Account) -> ssl.SSLContext:
    """A context of TLS 1.2 or later that checks the broker's name; with a client certificate when there is one."""
    try:
        context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH, cafile=account.ca_file or None)
    except (OSError, ssl.SSLError) as error:
        raise AccountError(
            f"{account.ca_file}: not a usable CA file ({error}); copy the office's ca.crt there"
        ) from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    # Python 3.13 (Debian 13) by itself trusts no certificate without an authority's key identifier, which those lack that
    # make-certificates made on Debian 12 before 2026-11-26, and many other private authorities.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    if account.key_file:
        check_secret(Path(account.key_file))
    if account.cert_file:
        try:
            context.load_cert_chain(account.cert_file, account.key_file or None)
        except (OSError, ssl.SSLError) as error:
            raise AccountError(f"{account.cert_file}, {account.key_file}: not a usable pair ({error})") from error
    return context
