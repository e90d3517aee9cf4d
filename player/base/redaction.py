"""Settings made fit to be given to a stranger: no password, key, token, nor an address in which one stands.

Knows: the names under which secrets are kept. Pure: touches nothing. Must not: leave out the name of a setting; only its value.
"""

from __future__ import annotations

import re
import tomllib
from typing import Any
from urllib.parse import urlsplit

from player.base.text import hide_keys

LEFT_OUT = "(left out)"
A_SECRET = re.compile(
    r"(^|[_-])(pass|password|passwd|passphrase|secret|token|psk|pin|key|credentials?|auth\w*)$", re.IGNORECASE
)
"""`key_file` and `password_file` name a file, which is no secret; `keys` are public ones."""
ALL_SECRET = frozenset({"fields", "headers"})
"""What is sent along with a message: whatever opens the other side may stand there."""
A_WEB_ADDRESS = re.compile(r"https?://", re.IGNORECASE)


def redact_settings(text: str) -> dict[str, Any]:
    """The settings of a TOML file without its secrets and its comments (people note passwords there).

    Raises ValueError when it is no TOML: then nothing of it can be told from a secret.
    """
    return {name: _redacted(name, value) for name, value in tomllib.loads(text).items()}


def _redacted(name: str, value: Any) -> Any:
    if name.lower() in ALL_SECRET or A_SECRET.search(name):
        return LEFT_OUT if value not in ("", None, [], {}) else value
    if isinstance(value, dict):
        return {key: _redacted(key, each) for key, each in value.items()}
    if name == "command" and isinstance(value, list):
        return [*value[:1], *[LEFT_OUT] * (len(value) > 1)]
    if isinstance(value, list):
        return [_redacted("", each) for each in value]
    if isinstance(value, str):
        return _without_path(value) if name == "url" and A_WEB_ADDRESS.match(value) else hide_keys(value)
    return value if isinstance(value, bool | int | float) else str(value)


def _without_path(address: str) -> str:
    """Of a webhook only the host: the key stands in its path."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.hostname or ''}/{LEFT_OUT}"
