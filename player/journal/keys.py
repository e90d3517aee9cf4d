"""The panel's key: it signs the heads of the records' chain.

Knows: Ed25519. Touches: the key's file in the journal's folder, which nobody else may read. Must not: sign anything but
what record_batches.py makes, or let the private half out.
"""

from __future__ import annotations

import base64
import binascii
import logging
import os
from pathlib import Path

from player.base.disk import Disk, set_aside
from player.base.ed25519 import ed25519
from player.contract.record_batches import Head, head_message

log = logging.getLogger(__name__)

KEY_MODE = 0o600


class JournalKey:
    """public: base64, as the retained `state` tells it."""

    def __init__(self, private: bytes) -> None:
        """private: 32 bytes. Raises ValueError for what is no key."""
        self._private = private
        self.public = base64.b64encode(ed25519().public_of(private)).decode()

    def sign_head(self, head: Head) -> str:
        return base64.b64encode(ed25519().sign(self._private, head_message(head))).decode()


def load_key(path: Path, disk: Disk) -> JournalKey:
    """The key in the file; the first time, and in place of one that is damaged, a new one. Raises OSError."""
    try:
        raw = base64.b64decode(path.read_bytes().strip(), validate=True)
        return JournalKey(raw)
    except FileNotFoundError:
        pass
    except (ValueError, binascii.Error):
        aside = set_aside(path)
        log.error("%s is damaged (kept as %s); a new key signs from now on: panel-office accept-key", path, aside)
    raw = os.urandom(32)
    disk.replace_file(path, base64.b64encode(raw) + b"\n", mode=KEY_MODE)
    return JournalKey(raw)


def read_public(path: Path) -> str | None:
    """The public half of the key in the file, base64; None: there is none yet, or this user may not read it."""
    try:
        raw = base64.b64decode(path.read_bytes().strip(), validate=True)
        return JournalKey(raw).public
    except (OSError, ValueError, binascii.Error):
        return None
