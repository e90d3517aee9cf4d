"""Fixtures for all tests, and the rules that hold for each of them.

- Under PANEL_TESTS_STRICT=1 a skipped test is a failed one. At the end each failed one's own command line is printed.
- A test that starts a program of this machine (an X server, VLC, a broker, ffmpeg, mount) is marked `live`, or it fails.
- `--quick` leaves out live, slow, heavy and root; there a test that computes for long fails: it is to be marked.
- hypothesis draws as many examples as it should, however long one takes on this machine.
- Several workers share the files as tests/kit/lanes.py says.
"""

from __future__ import annotations

import gc
import os
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.kit.broker import Broker, running_broker
from tests.kit.clips import make_clip
from tests.kit.forked_programs import Programs, running_programs
from tests.kit.lanes import Lanes
from tests.kit.programs import LiveWatch
from tests.kit.xvfb import running_xvfb

LIVE_FIXTURES = {"broker", "display", "clips"}
NOT_QUICK = ("live", "slow", "heavy", "root")
GARBAGE_AFTER = 50_000
"""Objects, after which garbage is looked for; Python's own 700 cost tests that hold many of them (syntax trees, databases' rows)
most of their time: to parse the package takes 0.4 s of processor time instead of 1.9 (2026-11-26)."""
QUICK_CPU_S = 10.0
"""Processor time, not the clock's: no quick test needs half of it (2026-11), and a busy machine changes it little."""
STARTED = pytest.StashKey[LiveWatch]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--quick", action="store_true", help="only what needs neither a program, nor root, nor long")


def pytest_configure(config: pytest.Config) -> None:
    settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("any machine")
    config.stash[STARTED] = LiveWatch()


@pytest.hookimpl(hookwrapper=True)
def pytest_collection(session: pytest.Session) -> Iterator[None]:
    """Nothing that is loaded here is ever garbage: looking through it again and again was a third of the time (2026-11)."""
    gc.disable()
    yield
    gc.freeze()
    gc.set_threshold(GARBAGE_AFTER)
    gc.enable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if LIVE_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker("live")
    if config.getoption("quick"):
        left = [item for item in items if not any(item.get_closest_marker(name) for name in NOT_QUICK)]
        config.hook.pytest_deselected(items=[item for item in items if item not in set(left)])
        items[:] = left


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Lanes:
    return Lanes(config, log)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    item.config.stash[STARTED].programs.clear()
    yield


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    before = os.times()
    outcome = yield
    after = os.times()
    if outcome.excinfo is not None:  # type: ignore[attr-defined]  # pluggy's result, untyped in a hookwrapper
        return
    programs = item.config.stash[STARTED].programs
    if programs and item.get_closest_marker("live") is None:
        outcome.force_exception(  # type: ignore[attr-defined]
            pytest.fail.Exception(f"it starts {', '.join(sorted(programs))}: mark it live", pytrace=False)
        )
    cpu_s = sum(after[:4]) - sum(before[:4])
    if item.config.getoption("quick") and cpu_s > QUICK_CPU_S:
        outcome.force_exception(  # type: ignore[attr-defined]
            pytest.fail.Exception(f"it computes for {cpu_s:.1f} s: make it quicker, or mark it slow", pytrace=False)
        )


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]  # as above
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
def programs() -> Iterator[Programs]:
    """`panel-player` and `panel-office`, loaded once for the whole run."""
    with running_programs() as made:
        yield made


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Small real clips: red, green and blue (1 s, 640x360), moving (2 s, 1280x720)."""
    folder = tmp_path_factory.mktemp("clips")
    made = {c: make_clip(folder / f"{c}.mp4", seconds=1, size="640x360", colour=c) for c in ("red", "green", "blue")}
    made["moving"] = make_clip(folder / "moving.mp4")
    return made
