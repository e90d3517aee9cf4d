"""A foreign parser in a child: it answers, dies, hangs, lies or floods, and the parent goes on."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from player.base.children import ChildDied, ParserChild
from tests.kit.waiting import wait_for

pytestmark = pytest.mark.slow

PACKAGE = Path(__file__).parents[2]
CHILD = """
import os, signal, sys, time
from player.base.children import answer_questions

def answer(question):
    match question:
        case "hang": time.sleep(600)
        case "crash": os.kill(os.getpid(), signal.SIGSEGV)
        case "print": print('{"number": 13}', flush=True)
        case "spin":
            while True: pass
        case "killed": os.kill(os.getpid(), signal.SIGKILL)
        case "missing": os._exit(1)
        case {"raw_bytes": raw}: return {"said": raw.decode()}
        case "hog": return {"size": len(bytearray(200 << 20))}
        case "limit":
            import resource
            return {"memory": resource.getrlimit(resource.RLIMIT_AS)[0], "core": resource.getrlimit(resource.RLIMIT_CORE)[0]}
    return {"pid": os.getpid(), "length": len(question)}

answer_questions(answer, 100 << 20, cpu_s=1)
"""
DEADLINE_S = 30.0
"""Far beyond what a child needs on a busy machine."""


@pytest.fixture
def program(tmp_path: Path) -> tuple[str, ...]:
    script = tmp_path / "child.py"
    script.write_text(CHILD)
    return sys.executable, str(script)


def test_one_child_answers_many_questions(program: tuple[str, ...]) -> None:
    """The child is kept until it is ended; then another one answers."""
    with ParserChild(program, DEADLINE_S) as child:
        pids = [child.ask("a")["pid"] for _ in range(3)]
        assert len(set(pids)) == 1
        child.end()
        assert child.ask("a")["pid"] != pids[0]


def test_a_question_larger_than_a_pipe_is_asked(program: tuple[str, ...]) -> None:
    """A calendar of megabytes goes through, although a pipe holds 64 KiB."""
    with ParserChild(program, DEADLINE_S) as child:
        assert child.ask("x" * 3_000_000)["length"] == 3_000_000


def test_bytes_go_with_a_question(program: tuple[str, ...]) -> None:
    """What is no text goes as it is, and the next question is read from where the bytes end."""
    with ParserChild(program, DEADLINE_S) as child:
        assert child.ask({"of": 1}, b"ab\ncd" * 50_000)["said"] == "ab\ncd" * 50_000
        assert child.ask({"of": 1}, b"")["said"] == ""
        assert child.ask("a")["length"] == 1


@pytest.mark.parametrize(
    ("question", "by_question"),
    [("crash", True), ("hog", True), ("spin", True), ("killed", False), ("missing", False)],
)
def test_a_child_that_dies_gives_no_answer(program: tuple[str, ...], question: str, by_question: bool) -> None:
    """A crash, memory or processor time beyond the limits is the question's doing; SIGKILL and a broken Python are not."""
    with ParserChild(program, DEADLINE_S) as child:
        with pytest.raises(ChildDied) as died:
            child.ask(question)
        assert died.value.by_question is by_question
        assert child.pid is None
        assert child.ask("a")


def test_a_child_that_hangs_is_given_up(program: tuple[str, ...]) -> None:
    """At the deadline, and it is killed; it used no processor time, so that the machine may be to blame."""
    with ParserChild(program, DEADLINE_S) as sound:
        assert sound.ask("a")
    with ParserChild(program, 0.3) as child:
        with pytest.raises(ChildDied) as died:
            child.ask("hang")
        assert not died.value.by_question
        assert child.pid is None


def test_who_waits_for_a_child_can_be_called_away(program: tuple[str, ...]) -> None:
    """The parent breathes while the child works, and what it raises then ends the child."""

    def breathe() -> None:
        raise KeyboardInterrupt

    with ParserChild(program, DEADLINE_S) as child:
        with pytest.raises(KeyboardInterrupt):
            child.ask("hang", breathe=breathe)
        assert child.pid is None


def test_a_child_that_does_not_even_listen_is_given_up(tmp_path: Path) -> None:
    """A question that does not fit into the pipe holds nobody beyond the deadline."""
    with (
        ParserChild((sys.executable, "-c", "import time; time.sleep(600)"), 0.3) as child,
        pytest.raises(ChildDied),
    ):
        child.ask("x" * 3_000_000)


@pytest.mark.parametrize("words", ["print('no json')", "print('[1]')", "pass", "print('{' * 99999)"])
def test_nonsense_is_no_answer(words: str) -> None:
    """A child that says something else than an object, or nothing."""
    with ParserChild((sys.executable, "-c", words), DEADLINE_S) as child, pytest.raises(ChildDied):
        child.ask("a")


def test_what_a_library_prints_is_no_answer(program: tuple[str, ...]) -> None:
    """A library that prints on standard output cannot answer in the child's name."""
    with ParserChild(program, DEADLINE_S) as child:
        assert child.ask("print")["length"] == len("print")


def test_the_child_has_limits_and_no_secrets(
    program: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Memory and core dumps are limited; the panel's environment stays behind."""
    monkeypatch.setenv("PANEL__OFFICE__PASSWORD", "secret")
    with ParserChild(program, DEADLINE_S) as child:
        assert child.ask("limit") == {"memory": 100 << 20, "core": 0}
        assert b"secret" not in Path(f"/proc/{child.pid}/environ").read_bytes()


def test_the_child_ends_with_its_parent(program: tuple[str, ...]) -> None:
    """A daemon that is killed leaves no parser behind, not even one that is busy."""
    script = (
        "from player.base.children import ParserChild\n"
        f"child = ParserChild({program!r}, 30)\n"
        "child.ask('a')\n"
        "print(child.pid, flush=True)\n"
        "child.ask('hang')  # a child that waits for a question would notice the closed pipe\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, cwd=PACKAGE)
    assert parent.stdout is not None
    handle = os.pidfd_open(int(parent.stdout.readline()))
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    wait_for(lambda: select.select([handle], [], [], 0)[0], 60, "the child ends with its parent")
    os.close(handle)
