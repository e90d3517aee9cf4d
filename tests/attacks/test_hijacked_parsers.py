"""A parser that a hostile film, picture, playlist or calendar has taken over: it may read its file and answer, no more."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from player.base.children import ParserChild
from tests.kit.programs import end

HERE = Path(__file__).parents[2]
NOBODY = 65534
RUN = "import runpy, sys; sys.path.insert(0, sys.argv[1]); runpy.run_module('tests.attacks.parser_taken_over', {}, '__main__')"
WAIT_S = 60.0
TEXT = {"what": "schedule", "name": "schedule.toml", "known": []}
CALENDAR = {"text": "", "zone": "UTC", "begins": "2026-11-26T00:00:00+00:00", "ends": "2026-11-27T00:00:00+00:00"}


@contextmanager
def panel() -> Iterator[dict[str, Any]]:
    """What a panel's user has beside a new film: a key, a daemon, another process, a bus, something that listens."""
    owner = NOBODY if os.getuid() == 0 else os.getuid()
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as bus, socket.socket() as listener:
        place = Path(folder)
        bus.bind(f"{folder}/system_bus_socket")
        bus.listen()
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        (place / "incoming").mkdir()
        for path in (place / "office.key", place / "incoming/film"):
            path.write_text("secret")
        for path in (place, *place.rglob("*")):
            os.chown(path, owner, -1)
        daemon, other = (subprocess.Popen(["sleep", "600"], user=owner) for _ in range(2))
        try:
            yield {
                "film": f"{folder}/incoming/film", "key": f"{folder}/office.key", "bus": f"{folder}/system_bus_socket",
                "port": listener.getsockname()[1], "daemon": daemon.pid, "other": other.pid, "owner": owner,
            }  # fmt: skip
        finally:
            end(daemon)
            end(other)


@pytest.fixture(scope="module")
def taken_over() -> Iterator[tuple[str, ...]]:
    """A parser's program, from a copy of the code: the checkout may lie where only root may look (/root)."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        for part in ("player", "tests/attacks"):
            shutil.copytree(HERE / part, Path(folder, part), ignore=shutil.ignore_patterns("docs", "__pycache__"))
        Path(folder, "tests/__init__.py").touch()
        yield os.path.realpath(sys.executable), "-c", RUN, folder


def test_a_parser_taken_over_reads_its_file_and_no_more(taken_over: tuple[str, ...]) -> None:
    """From inside: the new film is read; no key, network, signal, trace, bus, neighbour, /run, and nothing is written."""
    with panel() as there, ParserChild(taken_over, WAIT_S) as child:
        child.see(Path(there["film"]).parent)
        answer = child.ask(there)
        assert Path(there["film"]).read_text() == "secret"
    if child.not_confined:
        pytest.skip(f"this machine forbids user namespaces: {child.not_confined}")
    assert answer == {"done": ["film", "scratch"], "user": there["owner"]}


def test_a_parser_that_sees_no_folder_reads_no_file_at_all(taken_over: tuple[str, ...]) -> None:
    """Playlists, schedules and calendars reach their parsers as text: these do not even see the new film."""
    with panel() as there, ParserChild(taken_over, WAIT_S) as child:
        answer = child.ask(there)
    if child.not_confined:
        pytest.skip(f"this machine forbids user namespaces: {child.not_confined}")
    assert answer["done"] == ["scratch"]


@pytest.mark.parametrize(
    ("module", "question"), [("child", "/nowhere/film"), ("text_child", TEXT), ("calendar_child", CALENDAR)]
)
def test_each_parser_of_the_librarys_is_such_a_process(module: str, question: Any) -> None:
    """The vetting, the text and the calendar child: each has a network, mounts and users of its own, not the machine's."""
    with ParserChild.of(f"player.library.vetting.{module}", WAIT_S) as child:
        assert child.ask(question, b"" if module == "text_child" else None)
        if child.not_confined:
            pytest.skip(f"this machine forbids user namespaces: {child.not_confined}")
        for space in ("net", "mnt", "user"):
            assert os.readlink(f"/proc/{child.pid}/ns/{space}") != os.readlink(f"/proc/self/ns/{space}")


FORBIDDEN = """
import os
from player.base import calls
import ctypes
ctypes.CDLL(None).prctl(38, 1, 0, 0, 0)
calls.forbid_calls()  # as a kernel that forbids user namespaces
from player.base.children import answer_questions
answer_questions(lambda asked: {"read": open(asked).read()})
"""


def test_where_namespaces_are_forbidden_parsers_answer_and_say_so(tmp_path: Path) -> None:
    """The file is looked into as before, and what is in reach is said beside the answer."""
    film = tmp_path / "film"
    film.write_text("film")
    with ParserChild((sys.executable, "-c", FORBIDDEN), WAIT_S) as child:
        child.see(tmp_path)
        assert child.ask(str(film)) == {"read": "film"}
    assert child.not_confined == "files, network and neighbours are in reach: new namespaces: Operation not permitted"


@pytest.mark.skipif(os.getuid() != 0, reason="needs root, whose folder it is")
@pytest.mark.root
def test_an_installation_that_only_root_may_run_looks_into_other_peoples_files(tmp_path: Path) -> None:
    """Below /root no owner of a content folder may run the program: root's child looks instead, confined as well."""
    private = tmp_path / "root"
    private.mkdir(mode=0o700)
    (private / "python").symlink_to(sys.executable)
    folder = tmp_path / "content"
    folder.mkdir()
    (folder / "film").write_text("film")
    for path in (folder, folder / "film"):
        os.chown(path, NOBODY, NOBODY)
    program = f"import sys; sys.path.insert(0, {str(HERE)!r})\nfrom player.base.children import answer_questions\n"
    program += "answer_questions(lambda asked: {'read': open(asked).read()})"
    with ParserChild((str(private / "python"), "-c", program), WAIT_S) as child:
        child.see(folder)
        assert child.ask(str(folder / "film"))["read"] == "film"
