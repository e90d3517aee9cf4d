"""The house rules that a machine can check: who may import whom, which foreign library lives where, and how long a thing is."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parent.parent / "player"
MODULES = sorted(PACKAGE.rglob("*.py"))

PURE_FORBIDS = {"time", "os", "threading", "socket", "subprocess", "logging", "random", "pathlib", "io", "queue", "sys"}
PURE_FOLDERS = ("core/", "library/content/")
"""Values and bytes in, values out: their modules run without the world."""
LEAVES = ("base", "contract", "bundle")
VALUES = tuple(f"core.{name}" for name in ("events", "effects", "model", "alerts", "kinds", "geometry", "running_text"))
"""What a room knows of the core: the values that cross the door, never a decision."""
ROOMS = ("screen", "library", "stick", "link", "machine", "journal")
MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "base": ("base",),
    "contract": ("contract", "base"),
    "bundle": ("bundle", "base"),
    "core": ("core", *LEAVES),
    "settings": ("settings", "base"),
    **{room: (room, *VALUES, *LEAVES, "settings") for room in ROOMS},
    "office": (
        "office",
        *LEAVES,
        "core",
        "settings",
        "library.content",
        "library.vetting",
        "library.renditions",
        "screen.drawing",
    ),
    "cli": ("cli", "core", *LEAVES, "settings", *ROOMS, "daemon", "start"),
    "deferred": VALUES,
    "settings_fault": (*VALUES, "base", "machine", "screen", "settings"),
    "daemon": ("core", *LEAVES, *ROOMS, "settings", "deferred"),
    "start": (
        "settings",
        "base.heap",
        "daemon",
        "settings_fault",
        "core.events",
        "core.alerts",
        "screen.decoder.early",
        "screen.x11.declarations",
    ),
    "__main__": ("start", "cli"),
    "__init__": (),
}
"""Folder, or module of the top level -> what it may import of the package. Imports go down only."""
LIBRARY = ("library", *VALUES, *LEAVES, "settings", "screen.drawing")
INNER_ROOMS = {
    "library/content": ("library.content", "base", "contract.content_digest", *VALUES),
    "library/vetting": LIBRARY,
    "library/renditions": LIBRARY,
}
"""Folders inside a room that may import less than the room; or more: the children that look into pictures and make them draw
as the panel does, with what the office draws with, too."""
ONE_FOLDER = {
    "vlc": "screen/decoder/vlc.py",
    "xcffib": "screen/x11/",
    "PIL": "screen/drawing/",
    "paho": "base/mqtt/",
    "watchdog": "library/folder/",
    "psutil": "",
    "pypdfium2": "library/renditions/",
    "pillow_heif": "library/renditions/",
    "segno": "",
    "starlette": "office/web/",
    "uvicorn": "office/web/serve_command.py",
    "jinja2": "office/web/page.py",
    "markupsafe": "office/web/",
    "argon2": "office/web/people/",
    "tomlkit": "office/web/",
    "cryptography": "",
    "defusedxml": "library/content/",
    "icalendar": "library/content/",
    "recurring_ical_events": "library/content/",
    "typer": "",
    "rich": "",
    "pydantic": "",
    "pydantic_settings": "settings/",
    "sqlalchemy": "office/records/",
    "alembic": "office/records/",
    "xlsxwriter": "office/records/reports/",
    "fpdf": "office/records/reports/",
}
"""Foreign library -> the only folder (vlc: the only file) that may import it; "": said in MAY_HAVE."""
MAY_HAVE = {
    "segno": ("screen/drawing/", "office/web/people/qr.py"),
    "psutil": ("machine/", "office/drives.py"),
    "cryptography": (
        "base/ed25519.py",
        "base/certificates.py",
        "contract/enrolment.py",
        "office/",
    ),
    "typer": ("cli/", "office/"),
    "rich": ("cli/", "office/"),
    "pydantic": ("settings/", "contract/", "bundle/", "office/"),
}
MOST_LINES = 400
MOST_FUNCTION_LINES = 60


@cache
def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


@cache
def imports_of(path: Path) -> tuple[str, ...]:
    return tuple(_imports_of(path))


def _imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            module = node.module or ""
            for name in node.names:
                inner = PACKAGE.parent / Path(*module.split("."), name.name)
                exists = inner.with_suffix(".py").exists() or inner.is_dir()
                yield f"{module}.{name.name}" if exists else module


def place_of(path: Path) -> str:
    """The folder below the package in which a module lives; the module's own name at the top level."""
    parts = path.relative_to(PACKAGE).parts
    return parts[0] if len(parts) > 1 else path.stem


def wrong_imports_of(path: Path) -> Iterator[str]:
    place, here = place_of(path), path.relative_to(PACKAGE).as_posix()
    allowed_here = INNER_ROOMS.get(path.parent.relative_to(PACKAGE).as_posix(), MAY_IMPORT[place])
    for name in imports_of(path):
        if here.startswith(PURE_FOLDERS) and name.split(".")[0] in PURE_FORBIDS:
            yield f"{here} is pure, yet imports {name}"
        if not name.startswith("player"):
            continue
        inner = name.removeprefix("player").removeprefix(".")
        allowed = any(inner == may or inner.startswith(f"{may}.") for may in allowed_here)
        if inner and not allowed:
            yield f"{here} imports {name}"


def test_imports_go_down_only() -> None:
    """Each folder imports only what lies below it; the leaves import leaves; what is pure imports nothing impure."""
    assert [wrong for path in MODULES for wrong in wrong_imports_of(path)] == []


def test_the_rules_name_every_folder() -> None:
    """A new folder of the package needs a rule, and a rule without a folder is an old one."""
    assert {place_of(path) for path in MODULES} == MAY_IMPORT.keys()


def strayed_libraries_of(path: Path) -> Iterator[str]:
    here = path.relative_to(PACKAGE).as_posix()
    for name in imports_of(path):
        library = name.split(".")[0]
        if library in ONE_FOLDER:
            allowed = (ONE_FOLDER[library],) if ONE_FOLDER[library] else MAY_HAVE[library]
            if not here.startswith(allowed):
                yield f"{here} imports {name}; only {allowed} may"


def test_each_foreign_library_lives_in_one_folder() -> None:
    """A foreign library is imported in one folder (vlc: in one file), so that it can be replaced there."""
    assert [strayed for path in MODULES for strayed in strayed_libraries_of(path)] == []


def test_the_daemon_never_imports_vlc() -> None:
    """Whatever the daemon imports, directly or not, libvlc is not in its process; nor is anything of the office."""
    seen: set[str] = set()
    todo = ["player.start"]
    while todo:
        module = todo.pop()
        path = PACKAGE.parent / Path(*module.split(".")).with_suffix(".py")
        if module in seen or not path.exists():
            continue
        seen.add(module)
        todo += [name for name in imports_of(path) if name.startswith("player")]
    assert "player.daemon" in seen
    assert "player.screen.decoder.vlc" not in seen
    assert not any(name.startswith("player.office") for name in seen)


def lengths_of(path: Path) -> Iterator[str]:
    """What of a file is too long, with its number of lines."""
    here, tree = path.relative_to(PACKAGE).as_posix(), parse(path)
    lines = path.read_text().count("\n")
    if lines > MOST_LINES and "length" not in (ast.get_docstring(tree) or ""):
        yield f"{here}: {lines} lines"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            long = (node.end_lineno or node.lineno) - node.lineno + 1
            if long > MOST_FUNCTION_LINES:
                yield f"{here}: {node.name} has {long} lines"


def test_nothing_is_longer_than_can_be_read() -> None:
    """No file over 400 lines without its reason in its docstring, no function over 60."""
    assert [long for path in MODULES for long in lengths_of(path)] == []


def test_no_class_name_means_two_things() -> None:
    """A name means one thing in the whole package."""
    places: dict[str, list[str]] = {}
    for path in MODULES:
        for node in ast.walk(parse(path)):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places.setdefault(node.name, []).append(str(path.relative_to(PACKAGE)))
    assert {name: where for name, where in places.items() if len(where) > 1} == {}
