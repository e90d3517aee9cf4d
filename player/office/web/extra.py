"""Whether the console's part is installed: the extra `office` of pyproject.toml, which no panel has.

Knows: which libraries it brings. Touches: the path on which Python finds them. Must not: import one.
"""

from __future__ import annotations

from importlib.util import find_spec

from player.office.signing import OfficeError

EXTRA = ("starlette", "uvicorn", "jinja2", "python_multipart", "argon2", "tomlkit")
WITHOUT_WEB_PART = "install the office's part, systemd/office.lock: manual office.md, How this computer gets it"


def check_web_part() -> None:
    """Raises OfficeError: something is not installed."""
    if missing := [name for name in EXTRA if find_spec(name) is None]:
        raise OfficeError(f"this needs {', '.join(missing)}; {WITHOUT_WEB_PART}")
