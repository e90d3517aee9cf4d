"""The house rules that a machine can check: who may import whom, and which foreign library lives where."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "player"
MODULES = sorted(PACKAGE.rglob("*.py"))

PURE_FORBIDS = {"time", "os", "threading", "socket", "subprocess", "logging", "random", "pathlib", "io", "queue", "sys"}
ROOMS = {"library", "screen", "office", "machine"}
VALUES = {f"player.core.{name}" for name in ("events", "effects", "model", "commands", "report")}
ONE_FILE = {
    "vlc": {"screen/decoder/vlc.py"},
    "xcffib": {"screen/x11/server.py"},
    "PIL": {"screen/drawing/picture.py"},
    "paho": {"base/mqtt/connection.py"},
    "watchdog": {"library/folder/watch.py"},
    "psutil": {"machine/vitals.py"},
    "pymediainfo": {"library/vetting/child.py"},
    "cryptography": {"bundle/minisign.py"},
    "defusedxml": {"library/content/xspf.py"},
    "icalendar": {"library/content/calendar.py"},
    "recurring_ical_events": {"library/content/calendar.py"},
}
"""Foreign library -> the only file of the package that may import it."""


def imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            module = node.module or ""
            for name in node.names:
                inner = PACKAGE.parent / Path(*module.split("."), f"{name.name}.py")
                yield f"{module}.{name.name}" if inner.exists() else module


def room_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE).parts
    return parts[0] if len(parts) > 1 else ""


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_go_down_only(path: Path) -> None:
    """core imports only core and nothing impure; a room imports only itself, core's values and the settings."""
    room = room_of(path)
    for name in imports_of(path):
        if room == "core":
            assert name.split(".")[0] not in PURE_FORBIDS, f"core is pure, yet imports {name}"
            assert not name.startswith("player.") or name.startswith("player.core"), f"core imports {name}"
        elif room in ROOMS and name.startswith("player."):
            own = name == f"player.{room}" or name.startswith(f"player.{room}.")
            assert own or name in VALUES or name == "player.settings.models", f"{room} imports {name}"


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_each_foreign_library_lives_in_one_file(path: Path) -> None:
    """A foreign library is imported in exactly one file, so that it can be replaced there."""
    here = str(path.relative_to(PACKAGE))
    for name in imports_of(path):
        allowed = ONE_FILE.get(name.split(".")[0])
        assert allowed is None or here in allowed, f"{here} imports {name}; only {allowed} may"


def test_the_daemon_never_imports_vlc() -> None:
    """Whatever the daemon imports, directly or not, libvlc is not in its process."""
    seen: set[str] = set()
    todo = ["player.daemon"]
    while todo:
        module = todo.pop()
        path = PACKAGE.parent / Path(*module.split(".")).with_suffix(".py")
        if module in seen or not path.exists():
            continue
        seen.add(module)
        todo += [name for name in imports_of(path) if name.startswith("player")]
    assert "player.screen.decoder.vlc" not in seen
