"""Text files that a parser was never meant for: told as not valid, and the rest goes on."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from player.core.effects import RescanLibrary
from player.core.events import ConditionReported, LibraryAnswered
from player.library.content.draft import read_bundle
from player.library.content.playlist_entry import ITEMS_LIMIT
from player.library.content.schedule_file import parse_schedule
from player.library.content.snapshot import Fingerprint, Snapshot
from player.office.settings import read_office_settings
from player.office.signing import OfficeError
from player.settings.file import CONFIG_LIMIT_BYTES
from player.start import read_or_fall_back
from tests.kit.clips import make_clip
from tests.kit.library_room import Room
from tests.kit.steps import count_steps

pytestmark = pytest.mark.slow

HUGE_NUMBER = "9" * 5000
SCHEDULE = '[[show]]\nplaylist = "default"\n'
ZONE = ZoneInfo("Asia/Jakarta")
FOREIGN_PARSERS = (
    "tomllib",
    "xml/etree",
    "library/content/m3u",
    "library/content/xspf",
    "library/content/schedule_file",
)
STEPS_PER_LINE = 2_000


@contextmanager
def parsers_used() -> Iterator[set[str]]:
    """Which parsers of foreign text run in threads that begin inside the block, in this process."""
    used: set[str] = set()

    def profile(frame: FrameType, event: str, _value: Any) -> None:
        if event == "call":
            used.update(name for name in FOREIGN_PARSERS if name in frame.f_code.co_filename)

    threading.setprofile(profile)
    try:
        yield used
    finally:
        threading.setprofile(None)


@pytest.mark.live
def test_no_foreign_text_is_parsed_in_the_daemons_process(tmp_path: Path) -> None:
    """M3U, XSPF and TOML from strangers: adopted, and not one line of them is parsed in the process that shows the picture."""
    with parsers_used() as used, Room(tmp_path) as room:
        make_clip(room.folder / "a.mp4", seconds=0.4, size="64x64")
        (room.folder / "playlists").mkdir()
        (room.folder / "playlists/x.xspf").write_text(
            "<playlist><trackList><track><location>a.mp4</location></track></trackList></playlist>"
        )
        (room.folder / "schedule.toml").write_text(SCHEDULE)
        (room.folder / "playlist.m3u8").write_text("a.mp4\n")
        room.wait_for("a.mp4")
    assert used == set()


@pytest.mark.live
@pytest.mark.timeout(300)
def test_a_key_of_390000_parts_is_not_valid_and_the_rest_goes_on(tmp_path: Path) -> None:
    """`[a.a.a...]` of 780 KB beside a good film: the film plays, the file is named, and a new film is taken afterwards."""
    with Room(tmp_path) as room:
        (room.folder / "schedule.toml").write_text("[" + ".".join("a" * 390_000) + "]\n")
        make_clip(room.folder / "a.mp4", seconds=0.4, size="64x64")
        room.wait_for("a.mp4", within_s=200)
        assert any(problem.where == "schedule.toml" for problem in room.problems)


def test_a_number_of_5000_digits_in_a_schedule_is_not_valid() -> None:
    """`priority = 999...` is told as a fault of the file, with its line, and raises nothing."""
    parsed = parse_schedule(f"{SCHEDULE}priority = {HUGE_NUMBER}\n".encode(), "schedule.toml", ("default",))
    assert not parsed.readable
    assert parsed.refused


@pytest.mark.live
@pytest.mark.timeout(90)
def test_a_worker_that_dies_is_an_alert_and_every_command_is_answered(tmp_path: Path) -> None:
    """A fault of our own ends the library's thread again and again: `library.failing`, and `rescan` is answered as failed."""
    with Room(tmp_path) as room:
        make_clip(room.folder / "a.mp4", seconds=0.4, size="64x64")
        room.wait_for("a.mp4")

        def broken() -> Any:
            raise ZeroDivisionError

        room.library._folder_sync._clock = broken
        room.library._clock = broken
        room.library.perform(RescanLibrary("c1"))
        room.wait(lambda: any(a.command_id == "c1" and not a.ok for a in room.all(LibraryAnswered)), within_s=30)
        room.wait(
            lambda: any(c.alert == "library.failing" and c.detail for c in room.all(ConditionReported)), within_s=30
        )


def test_a_half_synced_playlist_of_many_lines_costs_a_step_or_two_for_each(tmp_path: Path) -> None:
    """Half of the named files are not there yet: "did you mean" is looked up for the few that are told, not for each line."""
    lines = [f"media/kampanye-2026-video-{n:05}.mp4" for n in range(200)]
    there = {"playlist.m3u8": Fingerprint(1, 1, 1), **{line: Fingerprint(1, 1, 1) for line in lines[::2]}}
    raw = "\n".join(lines).encode()
    limit = STEPS_PER_LINE * len(lines)
    steps = count_steps(lambda: read_bundle("/c", Snapshot(there), lambda _p, _n: raw, ZONE, ()), limit)
    assert steps <= limit, f"more than {limit} steps for {len(lines)} lines"


def test_playlists_are_bounded_in_their_sum() -> None:
    """Four playlists, each as long as one may just be: what is kept of all of them together is what one may hold."""
    raw = ("a.mp4\n" * (ITEMS_LIMIT // 2)).encode()
    names = [f"playlists/p{n}.m3u8" for n in range(4)]
    files = {name: Fingerprint(len(raw), 1, 1) for name in (*names, "playlists/a.mp4")}
    draft = read_bundle("/c", Snapshot(files), lambda _p, _n: raw, ZONE, ())
    kept = sum(len(playlist.lines) for playlist in draft.playlists)
    assert kept <= ITEMS_LIMIT + 1, f"{kept} lines are kept"


@pytest.mark.parametrize(
    "text",
    [
        f"priority = {HUGE_NUMBER}\n",
        f"a = {'[' * 3000}{']' * 3000}\n",
        f"[content]\nstale_days = 0x{HUGE_NUMBER}\n",
        f"[{'.'.join('a' * 20_000)}]\n",
        f"# {'x' * CONFIG_LIMIT_BYTES}\n",
        "\n" * CONFIG_LIMIT_BYTES,
    ],
    ids=["number", "brackets", "hexadecimal", "key", "megabytes", "empty-lines"],
)
def test_a_configuration_that_chokes_the_parser_falls_back(
    tmp_path: Path, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A huge number, 3,000 brackets, a key without end, too much of anything: the last good copy runs, `config.bad` says so."""
    monkeypatch.setenv("PANEL__PANEL__STATE_FOLDER", str(tmp_path))
    (tmp_path / "config.good.toml").write_text('[panel]\nname = "serang-01"\n')
    bad = tmp_path / "config.toml"
    bad.write_text(f'[panel]\nname = "serang-01"\n{text}')
    settings, warnings = read_or_fall_back(bad)
    assert settings.panel.name == "serang-01"
    assert [warning.alert for warning in warnings] == ["config.bad"]


@pytest.mark.parametrize(
    "text", [f"port = {HUGE_NUMBER}\n", f"a = {'[' * 3000}{']' * 3000}\n"], ids=["number", "brackets"]
)
def test_the_offices_settings_may_choke_the_parser_too(tmp_path: Path, text: str) -> None:
    """The same in the office's own settings file: one sentence that names the file, and no traceback."""
    (tmp_path / "office.toml").write_text(text)
    with pytest.raises(OfficeError, match=r"office\.toml: not valid TOML"):
        read_office_settings(tmp_path / "office.toml", {})
