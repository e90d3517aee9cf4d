"""Restarts, through a busctl that only writes down what it was asked; and the limit that forbids a loop."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from player.machine.power import Power, PowerError

FAKE_BUS = str(Path(__file__).parent / "fake_bus.py")


def power(folder: Path, mode: str = "obey") -> Power:
    return Power(folder, (sys.executable, FAKE_BUS, mode, str(folder / "asked")), lambda: True)


def asked(folder: Path) -> list[str]:
    return (folder / "asked").read_text().splitlines() if (folder / "asked").exists() else []


def test_logind_and_systemd_are_asked(tmp_path: Path) -> None:
    """Without sudo and without a question to a person."""
    power(tmp_path).reboot("the office asks", automatic=False, uptime_s=5)
    power(tmp_path).restart_display("X is gone")
    assert asked(tmp_path) == [
        "org.freedesktop.login1 /org/freedesktop/login1 org.freedesktop.login1.Manager Reboot b false",
        "org.freedesktop.systemd1 /org/freedesktop/systemd1 org.freedesktop.systemd1.Manager RestartUnit ss "
        "panel-display.service replace",
    ]


def test_restarts_cannot_become_a_loop(tmp_path: Path) -> None:
    """Each restart in a row needs a longer time up before it, over restarts of the daemon too; a day up resets the count."""
    done = []
    for uptime_s in (60, 700, 700, 1900, 1900, 7300, 7300, 22000, 22000, 90000, 700, 1900):
        try:
            power(tmp_path).reboot("nothing helps", automatic=True, uptime_s=uptime_s)
            done.append(True)
        except PowerError:
            done.append(False)
    assert done == [False, True, False, True, False, True, False, True, True, True, False, True]
    assert len(asked(tmp_path)) == 7


def test_a_player_started_by_hand_restarts_no_machine(tmp_path: Path) -> None:
    """A developer whose X server is gone keeps the computer running."""
    bus = (sys.executable, FAKE_BUS, "obey", str(tmp_path / "asked"))
    with pytest.raises(PowerError, match="started by hand"):
        Power(tmp_path, bus).reboot("nothing helps", automatic=True, uptime_s=90000)
    assert asked(tmp_path) == []


def test_a_person_is_obeyed_at_any_time(tmp_path: Path) -> None:
    """The limit is for the player's own ideas only."""
    for _ in range(3):
        power(tmp_path).reboot("the office asks", automatic=False, uptime_s=1)
    assert len(asked(tmp_path)) == 3


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"in_a_row": "x"}', b'{"in_a_row": null}'])
def test_a_damaged_count_makes_restarts_rare(tmp_path: Path, damage: bytes) -> None:
    """Not to know how many there were must not mean to start from none."""
    (tmp_path / "reboots.json").write_bytes(damage)
    with pytest.raises(PowerError, match="21600 s"):
        power(tmp_path).reboot("why", automatic=True, uptime_s=20000)


def test_a_restart_that_cannot_be_counted_is_not_made(tmp_path: Path) -> None:
    """With a dead disk the machine would restart for ever."""
    (tmp_path / "file").touch()
    with pytest.raises(PowerError, match="cannot write"):
        Power(tmp_path / "file" / "state", ("true",), lambda: True).reboot("why", automatic=True, uptime_s=90000)


def test_a_refusal_names_the_remedy(tmp_path: Path) -> None:
    """Without the polkit rule systemd says no: the message says so and what is missing."""
    with pytest.raises(PowerError, match=r"Interactive authentication required.*polkit rule"):
        power(tmp_path, "refuse").reboot("why", automatic=False)


def test_a_missing_program_is_said(tmp_path: Path) -> None:
    """On a machine without systemd."""
    with pytest.raises(PowerError, match="not installed"):
        Power(tmp_path, (str(tmp_path / "nothing"),)).restart_display("why")


@pytest.mark.skipif(os.geteuid() != 0 and not Path("/usr/bin/busctl").exists(), reason="no busctl")
def test_the_real_busctl_without_a_bus_gives_a_clear_error(tmp_path: Path) -> None:
    """The real program accepts the arguments; asked on an address where nothing listens, it says so."""
    bus = ("busctl", f"--address=unix:path={tmp_path}/no-bus", "call")
    with pytest.raises(PowerError, match=r"RestartUnit: .*(No such file|connect)"):
        Power(tmp_path, bus).restart_display("why")
