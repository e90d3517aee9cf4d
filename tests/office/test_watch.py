"""`panel-office watch` with a thousand panels: it scrolls, leaves out what is not asked for, and keeps its footer."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import struct
import sys
import termios
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from rich.console import Console

from player.contract.encoding import encode_health
from player.contract.reports import AlertReport, NowReport, StateReport
from player.office.fleet import Fleet, Panel
from player.office.keyboard import read_keys
from player.office.watch_screen import draw_watch
from player.office.watch_view import WatchView
from tests.kit.broker import running_broker
from tests.kit.listener import Listener
from tests.kit.reports import REPORT
from tests.kit.waiting import wait_for

pytestmark = pytest.mark.heavy

WALL = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


def city_of(count: int) -> Fleet:
    """Panels p0000, p0001 ...: each tenth belongs to east, each hundredth is off, p0055 has an alert and shows a banner."""
    fleet = Fleet("panels")
    for number in range(count):
        name = f"p{number:04}"
        groups = ("east",) if number % 10 == 5 else ("west",)
        panel = Panel(name, StateReport(number % 100 != 0), replace(REPORT, groups=groups), seen=WALL)
        item = "media/banjir.mp4" if number == 55 else "media/a-rather-long-name-of-a-film.mp4"
        panel.now = NowReport(item, "pagi", "schedule: pagi until 09:30", WALL, None)
        if number == 55:
            panel.alerts["disk.low"] = AlertReport(WALL, "1 GB left")
        fleet.panels[name] = panel
    return fleet


def lines_of(fleet: Fleet, view: WatchView, *, width: int = 100, height: int = 24) -> tuple[list[str], WatchView, int]:
    console = Console(width=width, height=height, no_color=True, legacy_windows=False)
    drawn = draw_watch(fleet, view, WALL, console, "linked to broker")
    with console.capture() as capture:
        console.print(drawn.picture, end="")
    return capture.get().removesuffix("\n").split("\n"), drawn.view, drawn.shown


def names_in(lines: list[str]) -> list[str]:
    return re.findall(r"^[●◐○?] (p\d{4})", "\n".join(lines), re.MULTILINE)


@pytest.mark.parametrize(("width", "height"), [(80, 24), (100, 12), (160, 50), (60, 8)])
def test_the_footer_stays_and_tells_how_many_are_out_of_sight(width: int, height: int) -> None:
    """A thousand panels fill the terminal and no more; the last lines are the sum, what is below, and the keys."""
    lines, _, shown = lines_of(city_of(1000), WatchView(), width=width, height=height)
    assert len(lines) == height
    assert all(len(line) <= width for line in lines)
    assert len(names_in(lines)) == shown > 0
    assert "● 990 online" in lines[-3]
    assert f"+{1000 - shown} more" in lines[-2]
    assert lines[-1].startswith("↑ ↓ PgUp")


def test_every_panel_is_reached_and_the_last_screen_is_a_full_one() -> None:
    """Page after page shows each panel; End shows the last whole screen, and nothing is below it."""
    fleet, view, seen = city_of(1000), WatchView(), set()
    while True:
        lines, view, shown = lines_of(fleet, view)
        seen |= set(names_in(lines))
        if "more" not in lines[-2]:
            break
        view = view.press("page-down", shown=shown, groups=())
    assert seen == fleet.panels.keys()
    ended, view, shown_there = lines_of(fleet, WatchView().press("end", shown=shown, groups=()))
    assert names_in(ended)[-1] == "p0999"
    assert view.first == 1000 - shown_there
    assert f"{view.first} above" in ended[-2]
    assert shown_there >= shown


def test_trouble_group_and_word_leave_panels_out() -> None:
    """Each alone and all together; what is left out is told with its number."""
    fleet = city_of(1000)
    view = WatchView().press("t", shown=9, groups=())
    assert [panel.name for panel in view.pick(fleet.ordered(WALL), WALL)][-1] == "p0055"
    assert "trouble only: 11 of 1000 panels" in lines_of(fleet, view)[0][-2]
    view = WatchView().press("g", shown=9, groups=("west", "east"))
    assert view.group == "east"
    assert len(view.pick(fleet.panels.values(), WALL)) == 100
    view = view.press("t", shown=9, groups=())
    assert names_in(lines_of(fleet, view)[0]) == ["p0055"]
    for word in ("BANJIR", "disk.low", "p0055", "1 gb"):
        assert [panel.name for panel in WatchView(word=word).pick(fleet.panels.values(), WALL)] == ["p0055"]
    assert len(WatchView(word="west").pick(fleet.panels.values(), WALL)) == 900
    assert names_in(lines_of(fleet, WatchView(word="nothing like it"))[0]) == []


def test_a_word_is_typed_key_by_key() -> None:
    """Between / and Enter every key is a letter of the word, also q and t; Esc forgets it; the groups go round."""
    view = WatchView()
    for key in read_keys("/qat\x7f\r"):
        view = view.press(key, shown=9, groups=())
    assert (view.word, view.typing, view.ended, view.trouble_only) == ("qa", False, False, False)
    assert view.press("escape", shown=9, groups=()) == WatchView()
    assert view.press("q", shown=9, groups=()).ended
    ring = [view := view.press("g", shown=9, groups=("b", "a")) for _ in range(3)]
    assert [each.group for each in ring] == ["a", "b", ""]


def test_what_a_terminal_sends_becomes_keys() -> None:
    """Arrows in both forms, an unknown sequence (nothing), a lone Esc, letters beyond ASCII."""
    assert read_keys("\x1b[A\x1bOB\x1b[5~\x1b[6~") == ["up", "down", "page-up", "page-down"]
    assert read_keys("\x1b[1;5Cx") == ["x"]
    assert read_keys("\x1b") == ["escape"]
    assert read_keys("é/\n\x03") == ["é", "/", "enter"]


def test_a_panel_that_is_off_keeps_its_group() -> None:
    """The groups stand in the newest report, which the broker keeps when the last will has replaced the state."""
    fleet = city_of(6)
    fleet.panels["p0005"].state = StateReport(online=False)
    view = WatchView(group="east")
    assert [panel.name for panel in view.pick(fleet.panels.values(), WALL)] == ["p0005"]


def test_a_row_higher_than_the_terminal_is_cut() -> None:
    """A panel with forty alerts takes the lines that are there, and the footer stays."""
    fleet = city_of(3)
    alerts = {f"alert.{n}": AlertReport(WALL - timedelta(hours=1), "x") for n in range(40)}
    fleet.panels["p0001"].alerts = alerts
    lines, _, _ = lines_of(fleet, WatchView(trouble_only=True, word="p0001"), height=12)
    assert len(lines) == 12
    assert lines[-1].startswith("↑")


@contextlib.contextmanager
def in_a_terminal(words: list[str], rows: int, columns: int) -> Iterator[tuple[int, int, list[str]]]:
    """A program in a terminal of its own: its process, the terminal, and everything that it has written."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvpe(words[0], words, {**os.environ, "TERM": "xterm-256color", "HOME": "/nonexistent"})
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    said: list[str] = []

    def read() -> None:
        with contextlib.suppress(OSError):
            while block := os.read(terminal, 65536):
                said.append(re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", block.decode("utf-8", "replace")))

    threading.Thread(target=read, daemon=True).start()
    try:
        yield pid, terminal, said
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, 9)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, 0)


@pytest.mark.live
def test_watch_is_driven_by_keys() -> None:
    """In a real terminal of ten lines: sixty panels, most out of sight; keys scroll, filter and end it with status 0."""
    fleet = city_of(60)
    with running_broker() as broker, Listener(broker.port) as office:
        for name, panel in fleet.panels.items():
            assert panel.health is not None
            office.send(f"panels/{name}/state", b'{"online":true}', retain=True)
            office.send(f"panels/{name}/health", encode_health(panel.health), retain=True)
        words = [sys.executable, "-m", "player.office", "--host", "127.0.0.1", "--port", str(broker.port), "--no-tls"]
        with in_a_terminal([*words, "watch"], 10, 100) as (pid, terminal, said):

            def waits_for(pattern: str) -> None:
                wait_for(lambda: re.search(pattern, "".join(said)), 20, f"{pattern} in {''.join(said)[-800:]}")

            waits_for(r"of 60: \+\d+ more")
            os.write(terminal, b"\x1b[F")
            waits_for(r"-60 of 60: \d+ above")
            os.write(terminal, b"g")
            waits_for(r"group east: 6 of 60 panels")
            os.write(terminal, b"/p0025\r")
            waits_for(r"word 'p0025', group east: 1 of 60 panels")
            os.write(terminal, b"q")
            assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
