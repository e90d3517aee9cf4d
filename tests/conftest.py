"""Fixtures for all tests; how to repeat a failed one; and that under PANEL_TESTS_STRICT=1 a skipped test is a failed one."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kit.broker import Broker, running_broker
from tests.kit.clips import make_clip
from tests.kit.xvfb import running_xvfb


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]  # pluggy's result, untyped in a hookwrapper
    if report.skipped and os.environ.get("PANEL_TESTS_STRICT") == "1":
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI does not allow: {call.excinfo and call.excinfo.value}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Each failed test's own command line, to be copied."""
    reports = [report for kind in ("failed", "error") for report in terminalreporter.stats.get(kind, [])]
    if names := dict.fromkeys(report.nodeid for report in reports):
        terminalreporter.section("to repeat a failed test alone")
        for name in names:
            terminalreporter.write_line(f"sh tests/run.sh {shlex.quote(name)}")


@pytest.fixture
def broker() -> Iterator[Broker]:
    """A fresh mosquitto, its own for this test."""
    with running_broker() as fresh:
        yield fresh


@pytest.fixture(scope="session")
def display() -> Iterator[str]:
    """One 1280x720 Xvfb for the whole run."""
    with running_xvfb() as name:
        yield name


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Small real clips, made once: red, green and blue (1 s, 640x360), moving (2 s, 1280x720)."""
    folder = tmp_path_factory.mktemp("clips")
    made = {c: make_clip(folder / f"{c}.mp4", seconds=1, size="640x360", colour=c) for c in ("red", "green", "blue")}
    made["moving"] = make_clip(folder / "moving.mp4")
    return made
