"""xcb's declarations are parsed once: a later start takes them over, as long as they are whole and of the same versions."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from player.screen.x11.declarations import KEPT_DECLARATIONS

pytestmark = pytest.mark.heavy

KEEP = """
import sys
from pathlib import Path
from player.screen.x11 import declarations
import player.screen.x11.server
declarations.keep(Path(sys.argv[1]))
"""
USE = """
import json, sys
from pathlib import Path
from player.screen.x11 import declarations
used = declarations.use_kept(Path(sys.argv[1]))
OPAQUE = "xcb_connection_t"  # has no fields, and cffi 2.1.1 aborts when it is asked for them
from player.screen.x11.connection import XServerError
from player.screen.x11.server import XServer
import xcffib
kinds = {}
for name in xcffib.ffi.list_types()[0]:
    kind = xcffib.ffi.typeof(name)
    fields = kind.fields if kind.kind == "struct" and name != OPAQUE else None
    kinds[name] = [kind.kind, [[of, part.type.cname, part.offset] for of, part in fields or ()]]
for name in xcffib.ffi.list_types()[1]:
    kind = xcffib.ffi.typeof(f"struct {name}")
    kinds[f"struct {name}"] = [xcffib.ffi.sizeof(kind), [[of, part.type.cname, part.offset] for of, part in kind.fields or ()]]
calls = {name: xcffib.ffi.typeof(getattr(xcffib.lib, name)).cname for name in dir(xcffib.lib) if name.startswith("xcb_")}
numbers = {name: getattr(xcffib.lib, name) for name in dir(xcffib.lib) if name.startswith("XCB_")}
size = None
left = Path(sys.argv[1], declarations.KEPT_DECLARATIONS).exists()
if "keep" in sys.argv:
    declarations.keep(Path(sys.argv[1]))
elif len(sys.argv) > 2:
    with XServer(sys.argv[2]) as server:
        window = server.open_window(server.root, (0, 0, 8, 8), black=True, shown=True)
        size = [server.width, server.height, len(server.grab(window, (0, 0, 8, 8)))]
        server.watch_paint(window)
        server.fill_black(window)
        server.read_size()  # its answer comes after the news
        size.append(sorted({type(news).__name__ for news in server.news()}))
        try:
            server.grab(7, (0, 0, 8, 8))
        except XServerError as error:
            size.append(str(error))
print(json.dumps({"used": used, "cffi": "cffi" in sys.modules, "kinds": kinds, "calls": calls,
                  "numbers": numbers, "size": size, "left": left}))
"""


def run(code: str, *words: object) -> str:
    """In a process of its own: xcffib is imported once in each."""
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, words)], capture_output=True, text=True, check=True
    ).stdout


def use(folder: Path, *words: object) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(run(USE, folder, *words).replace("struct ", ""))  # cffi names them in two ways
    return told


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("state")
    assert run(KEEP, folder) == ""
    return (folder / KEPT_DECLARATIONS).read_text()


def test_what_is_kept_is_what_was_parsed(kept: str, tmp_path: Path) -> None:
    """Each type, its fields and where they lie, each call and each number is the same, and no parser is loaded."""
    parsed = use(tmp_path)
    (tmp_path / KEPT_DECLARATIONS).write_text(kept)
    taken = use(tmp_path)
    assert (parsed.pop("left"), taken.pop("left")) == (False, False)
    assert (parsed.pop("used"), parsed.pop("cffi")) == (False, True)
    assert (taken.pop("used"), taken.pop("cffi")) == (True, False)
    assert taken == parsed
    assert len(taken["calls"]) > 15


def spoilt(text: str) -> str:
    """A bit of a declaration turned over: JSON as before, and cffi would take it."""
    kept = json.loads(text)
    assert "xcb_flush" in kept["words"]
    return json.dumps(kept | {"words": kept["words"].replace("xcb_flush", "xcb_flusi")})


DAMAGES: tuple[Callable[[str], str], ...] = (
    spoilt,
    lambda text: text[: len(text) // 2],
    lambda _text: "",
    lambda _text: "[]",
    lambda text: json.dumps(json.loads(text) | {"made_of": "0" * 64}),
)


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_is_damaged_or_of_another_version_is_parsed_anew(
    kept: str, tmp_path: Path, damage: Callable[[str], str]
) -> None:
    """It is not taken over, and the next process that parses keeps a good one in its place."""
    (tmp_path / KEPT_DECLARATIONS).write_text(damage(kept))
    assert not use(tmp_path)["used"]
    run(KEEP, tmp_path)
    assert use(tmp_path)["used"]


def test_a_start_that_ends_before_its_first_picture_is_followed_by_one_that_parses(kept: str, tmp_path: Path) -> None:
    """What is taken over is not there any more until it is kept again, so that nothing in it can end each start."""
    (tmp_path / KEPT_DECLARATIONS).write_text(kept)
    first = use(tmp_path, "keep")
    assert (first["used"], first["left"]) == (True, False)
    assert (tmp_path / KEPT_DECLARATIONS).read_text() == kept
    assert use(tmp_path)["used"]
    assert not use(tmp_path)["used"]


@pytest.mark.live
def test_the_x_server_is_spoken_to_with_what_is_kept(kept: str, tmp_path: Path, display: str) -> None:
    """A window is opened and its pixels are read; its news and a refusal are understood."""
    before = use(tmp_path, display)
    (tmp_path / KEPT_DECLARATIONS).write_text(kept)
    after = use(tmp_path, display)
    assert (before["used"], after["used"]) == (False, True)
    assert after["size"] == before["size"]


def test_a_folder_that_cannot_be_written_is_no_fault(tmp_path: Path) -> None:
    """On a disk that is full or read-only the next start parses again."""
    (tmp_path / "state").write_text("not a folder")
    run(KEEP, tmp_path / "state")
    assert not use(tmp_path / "state")["used"]
