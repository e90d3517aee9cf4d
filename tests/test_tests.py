"""The rules of the tests that a machine can check: real parts, waiting for what is asserted, and nothing about speed."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

pytestmark = pytest.mark.heavy

HERE = Path(__file__).resolve().parents[1]
TESTS = HERE / "tests"
SOURCES = sorted(TESTS.rglob("*.py"))
MEASURING = ("bench", "soak", "vm")
"""Folders that measure this machine on purpose; they are no part of the suite."""
CLOCKS = {"monotonic", "perf_counter", "process_time", "monotonic_ns", "perf_counter_ns"}
PATCHING = ("setattr", "patch", "delattr")
EXPECTING = ("xfail", "importorskip")
TRUE_SLEEPS = {
    "tests/link/test_robust.py": "a message expires in the broker; there is nothing to wait for",
    "tests/library/test_alerts.py": "the writer that is slow, and the age of a folder",
    "tests/library/test_folders.py": "long past the settle time nothing is taken in; there is nothing to wait for",
    "tests/library/test_library.py": "the writer that is slow",
}
"""Files whose sleep is what they test, with what it is."""
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError)\b|not available yet")
CITED = re.compile(r"(?<![\w/.{-])(?:[a-z-]+/)*([a-z-]+\.md)\b")
WRITTEN = {"summary.md": "the soak writes it"}


def name_of(path: Path) -> str:
    return path.relative_to(HERE).as_posix()


def in_suite(path: Path) -> bool:
    return path.relative_to(TESTS).parts[0] not in MEASURING


TEST_FILES = [path for path in SOURCES if path.name.startswith("test_") and in_suite(path)]


@cache
def text_of(path: Path) -> str:
    return path.read_text()


@cache
def parse(path: Path) -> ast.Module:
    return ast.parse(text_of(path))


def naming(paths: Iterable[Path], words: str) -> list[Path]:
    """The files in which this pattern stands: to parse the others, and walk through them, would find nothing."""
    return [path for path in paths if re.search(words, text_of(path))]


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Each call below the node, with the last part of the called name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            match node.func:
                case ast.Name(name) | ast.Attribute(_, name):
                    yield name, node


def names_of_ours(tree: ast.Module) -> set[str]:
    """What this file calls the modules and names that it imports from the player."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "player":
            found |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {(a.asname or a.name).split(".")[0] for a in node.names if a.name.split(".")[0] == "player"}
    return found


def root_name(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def patches_of_ours(path: Path) -> Iterator[str]:
    tree = parse(path)
    ours = names_of_ours(tree)
    for name, call in calls(tree):
        if name not in PATCHING or not call.args:
            continue
        target = call.args[0]
        patched = target.value if isinstance(target, ast.Constant) else root_name(target)
        if str(patched).split(".")[0] == "player" or patched in ours:
            yield f"{name_of(path)} line {call.lineno} patches {ast.unparse(target)}"


def test_no_part_of_ours_is_patched() -> None:
    """A waiting time is a value that a test gives; a module of the player is used as it is."""
    assert [patch for path in naming(SOURCES, "|".join(PATCHING)) for patch in patches_of_ours(path)] == []


def measures_time(node: ast.AST) -> bool:
    """Whether there is a difference in it with what a clock says now."""
    return any(
        name in CLOCKS or ast.unparse(call.func) == "time.time"
        for each in ast.walk(node)
        if isinstance(each, ast.BinOp) and isinstance(each.op, ast.Sub)
        for name, call in calls(each)
    )


def lesser_sides(condition: ast.expr) -> Iterator[ast.expr]:
    """What a condition wants to be small: the left of < and <=, the right of > and >=."""
    for node in ast.walk(condition):
        if isinstance(node, ast.Compare):
            for left, sign, right in zip([node.left, *node.comparators], node.ops, node.comparators, strict=False):
                if isinstance(sign, ast.Lt | ast.LtE):
                    yield left
                elif isinstance(sign, ast.Gt | ast.GtE):
                    yield right


def claims_about_time(path: Path) -> Iterator[str]:
    for function in ast.walk(parse(path)):
        if not isinstance(function, ast.FunctionDef):
            continue
        spans = {
            target.id
            for node in ast.walk(function)
            if isinstance(node, ast.Assign) and measures_time(node.value)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for claim in (node for node in ast.walk(function) if isinstance(node, ast.Assert)):
            for side in lesser_sides(claim.test):
                used = {each.id for each in ast.walk(side) if isinstance(each, ast.Name)}
                if measures_time(side) or used & spans:
                    yield f"{name_of(path)} line {claim.lineno}: {ast.unparse(claim)}"


def test_no_test_asserts_how_long_something_took() -> None:
    """A busy machine may take any time; a limit in seconds belongs into tests/bench."""
    assert [
        claim for path in naming(TEST_FILES, "|".join([*CLOCKS, r"time\.time"])) for claim in claims_about_time(path)
    ] == []


def test_no_test_sleeps_where_it_can_wait() -> None:
    """A test waits for what it asserts (tests/kit/waiting.py), or for an event."""
    slept = [
        f"{name_of(path)} line {call.lineno}"
        for path in naming(TEST_FILES, "sleep")
        if name_of(path) not in TRUE_SLEEPS
        for name, call in calls(parse(path))
        if name == "sleep"
    ]
    assert slept == []


def test_no_failure_is_expected() -> None:
    """A skip fails under CI (tests/conftest.py); an expected failure, or a module that may be missing, would not."""
    expected = [
        f"{name_of(path)} line {node.lineno}"
        for path in naming(TEST_FILES, "|".join(EXPECTING))
        for node in ast.walk(parse(path))
        if isinstance(node, ast.Attribute) and node.attr in EXPECTING
    ]
    assert expected == []


def imports_of(tree: ast.Module) -> Iterator[str]:
    """The name of each imported module; of `from tests import x` the name of x."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield from (
                (f"tests.{alias.name}" for alias in node.names) if node.module == "tests" else (node.module or "",)
            )
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def is_borrowed(module: str, folder: str) -> bool:
    """Whether a file in this folder of the tests imports a module of another one."""
    parts = module.split(".")
    return (
        parts[0] == "tests" and len(parts) > 1 and (TESTS / parts[1]).is_dir() and parts[1] not in ("kit", folder)
    )  # fmt: skip


def test_a_room_tests_with_its_own_parts_and_the_kit() -> None:
    """What several folders' tests share lives in tests/kit."""
    borrowed = [
        f"{name_of(path)} imports {module}"
        for path in naming(SOURCES, r"\btests\b(?!\.kit\b)")
        for module in imports_of(parse(path))
        if is_borrowed(module, path.relative_to(TESTS).parts[0])
    ]
    assert borrowed == []


def texts() -> Iterator[tuple[str, int, str]]:
    """Each line of the program, its units and its tests: (file, number, line)."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "player/*.py", "tests", "systemd"],
        cwd=HERE, capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    for name in listed:
        path = HERE / name
        if path.exists() and path.suffix in (
            "",
            ".py",
            ".sh",
            ".service",
            ".path",
            ".timer",
            ".conf",
            ".rules",
            ".toml",
        ):
            for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
                yield name, number, line


def test_every_document_that_is_cited_is_in_the_repository() -> None:
    """A reader of a comment can open what it points to."""
    there = {path.name for path in (*HERE.glob("*.md"), *(HERE / "player" / "docs").glob("*.md"))}
    missing = [
        f"{name} line {number}: {cited}"
        for name, number, line in texts()
        for cited in CITED.findall(line)
        if cited not in there and cited not in WRITTEN
    ]
    assert missing == []


def test_nothing_says_that_it_is_unfinished() -> None:
    """What is not done is not in the program."""
    found = [
        f"{name} line {number}: {line.strip()}"
        for name, number, line in texts()
        if name.startswith(("player/", "systemd/")) and UNFINISHED.search(line)
    ]
    assert found == []


RULES = """
import subprocess
import sys
import pytest

def test_skips():
    pytest.skip("no such machine")

def test_starts_a_broker():
    subprocess.run([sys.executable, "-c", "", "mosquitto"], check=True)

@pytest.mark.live
def test_starts_a_broker_and_says_so():
    subprocess.run([sys.executable, "-c", "", "mosquitto"], check=True)

def test_computes():
    assert sum(range(1000)) == 499500
"""


def outcomes_of(folder: Path, *words: str, strict: bool) -> set[str]:
    """What pytest says of the tests in RULES, under this folder's conftest."""
    (folder / "test_rules.py").write_text(RULES)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:cacheprovider", "-n", "0", "-rA", "--color=no",
         "--rootdir", str(folder), "-c", str(HERE / "pyproject.toml"), *words, str(folder / "test_rules.py")],
        cwd=HERE, capture_output=True, text=True, check=False, env={**os.environ, "PANEL_TESTS_STRICT": str(int(strict))},
    )  # fmt: skip
    return {
        f"{outcome} {name}" for outcome, name in re.findall(r"^(PASSED|FAILED|SKIPPED) .*?::(\w+)", done.stdout, re.M)
    }


def test_a_skip_fails_under_ci_and_a_program_asks_for_its_mark(tmp_path: Path) -> None:
    """Both rules of conftest.py, on four small tests."""
    assert outcomes_of(tmp_path, strict=True) == {
        "FAILED test_skips", "FAILED test_starts_a_broker", "PASSED test_starts_a_broker_and_says_so", "PASSED test_computes",
    }  # fmt: skip


def test_quick_leaves_out_what_is_live(tmp_path: Path) -> None:
    """What starts a program and says so is not run at all."""
    assert outcomes_of(tmp_path, "--quick", strict=True) == {
        "FAILED test_skips", "FAILED test_starts_a_broker", "PASSED test_computes",
    }  # fmt: skip
