"""`panel-office` as the operator runs it: a process of its own, a real broker, real links of several panels.

The process is a fork of one that has loaded the program; that of the screenshot starts as a terminal starts it.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from player.contract.reports import NowReport
from player.core import effects, events
from player.core.alerts import Alert
from tests.kit.broker import running_broker
from tests.kit.forked_programs import Programs
from tests.kit.link_room import Room, running_office
from tests.kit.listener import Listener
from tests.kit.reports import REPORT
from tests.kit.waiting import wait_for

pytestmark = pytest.mark.live
JPEG = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 400


@dataclass
class City:
    port: int
    rooms: dict[str, Room]
    programs: Programs

    def run(self, *words: str, columns: int = 80, **more: str) -> subprocess.CompletedProcess[str]:
        environ = {
            **os.environ,
            "COLUMNS": str(columns),
            "PANEL_OFFICE_HOST": "127.0.0.1",
            "HOME": "/nonexistent",
        } | more
        return self.programs.run("panel-office", "--port", str(self.port), "--no-tls", *words, environ=environ)


GROUPS = {"serang-01": ("east",), "serang-02": ("east",), "cilegon-01": (), "deaf-01": ("mute",)}
"""Panel -> its groups."""


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory, programs: Programs) -> Iterator[City]:
    """Three panels that obey (two of them in the group east), one that does not answer, one that is off."""
    folder = tmp_path_factory.mktemp("city")
    now = datetime.now(UTC)
    with contextlib.ExitStack() as stack:
        broker = stack.enter_context(running_broker())
        rooms = {
            name: stack.enter_context(
                running_office(broker.port, folder / name, name=name, groups=groups, obey=name != "deaf-01")
            )
            for name, groups in GROUPS.items()
        }
        office = stack.enter_context(Listener(broker.port))
        office.send("panels/mati-03/state", b'{"online":false}', retain=True)
        office.send("panels/lies-01/health", b'{"v": "nonsense"}', retain=True)
        for name, room in rooms.items():
            room.office.perform(effects.PublishHealth(replace(REPORT, groups=GROUPS[name])))
            room.office.perform(
                effects.PublishNow(
                    NowReport(f"media/{name}.mp4", "morning", "schedule: morning until 09:30", now, None)
                )
            )
        evil = "override \x1b[2J\x1b[31m[red]x[/red]\u202eevil until 18:00"
        rooms["serang-02"].office.perform(
            effects.PublishNow(NowReport("a.mp4", "p", evil, now, now + timedelta(hours=1)))
        )
        rooms["serang-02"].office.perform(
            effects.RaiseAlert(Alert.DISK_LOW, "1 GB left; remove films that nobody needs")
        )
        yield City(broker.port, rooms, programs)


@pytest.mark.parametrize("columns", [80, 150])
def test_watch_shows_every_panel_within_the_terminal(city: City, columns: int) -> None:
    """What is on screen, why, alerts and who is off; no line is wider than the terminal."""
    shown = city.run("watch", "--once", columns=columns)
    assert shown.returncode == 0, shown.stderr
    joined = " ".join(shown.stdout.split())
    for word in ("serang-01", "serang-02", "cilegon-01", "mati-03", "offline", "disk.low", "1 alert", "1 offline"):
        assert word in joined
    assert "unreadable report" in joined
    assert all(len(line) <= columns for line in shown.stdout.splitlines())


def test_what_a_panel_says_cannot_drive_the_terminal(city: City) -> None:
    """Escape sequences, markup and characters that turn the writing around are shown as harmless text."""
    for words in (("watch", "--once"), ("now",), ("alerts",)):
        shown = city.run(*words, columns=150, FORCE_COLOR="").stdout
        assert "\x1b" not in shown
        assert "\u202e" not in shown
    assert "[red]x[/red]" in city.run("now", columns=200).stdout


def test_send_waits_for_the_panel_and_shows_its_answer(city: City) -> None:
    """One panel: its end is printed and the status is 0; the command carries who, why and an expiry."""
    said = city.run("send", "serang-01", "volume", "30", "--by", "dina", "--reason", "too loud")
    assert said.returncode == 0, said.stderr
    assert said.stdout.split() == ["serang-01", "done", "did", "volume"]
    command = city.rooms["serang-01"].of(events.CommandArrived)[-1].command
    assert (command.order.percent, command.by, command.reason) == (30, "dina", "too loud")


def test_send_to_all_names_who_answered_and_who_did_not(city: City) -> None:
    """Each panel has a line; the deaf one is named, and the one that is off, which still gets it later; the status is 1."""
    said = city.run("send", "all", "next", "--wait", "6")
    lines = {line.split()[0]: line for line in said.stdout.splitlines()}
    assert set(lines) == {"serang-01", "serang-02", "cilegon-01", "deaf-01", "mati-03"}
    assert "done" in lines["serang-01"]
    assert "not reached: off, or without a network; it still gets this when it is back before 20" in lines["mati-03"]
    assert "no end yet" in lines["deaf-01"]
    assert said.returncode == 1


def test_send_to_a_group_reaches_its_members_only(city: City) -> None:
    """Two panels belong to east; both answer, nobody else does, and nobody else is waited for."""
    said = city.run("send", "group:east", "show", "Banjir di Ciujung", "until=+30m", "--wait", "3600")
    assert said.returncode == 0
    assert sorted(line.split()[0] for line in said.stdout.splitlines()) == ["serang-01", "serang-02"]
    order = city.rooms["serang-02"].of(events.CommandArrived)[-1].command.order
    assert order.text == "Banjir di Ciujung"
    assert timedelta(minutes=29) < order.until - datetime.now(UTC) < timedelta(minutes=31)


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("send", "serang-01", "show", "Banjir"), "always has an end"),
        (("send", "serang-01", "volume", "300"), "percent goes from 0 to 100"),
        (("send", "serang-01", "volume", "percnt=30"), "volume has no 'percnt'"),
        (("send", "serang-01", "dance"), "no command is called 'dance'"),
        (("send", "Serang 01", "next"), "is no panel"),
        (("send", "serang-01", "blank", "until=gestern"), "is no time"),
        (("screenshot", "all", "-o", "x.jpg"), "of one panel"),
        (("now", "nobody-01"), "no panel called 'nobody-01'"),
    ],
)
def test_what_cannot_be_right_is_said_before_anything_is_sent(
    city: City, words: tuple[str, ...], complaint: str
) -> None:
    """A wrong command never leaves this computer; one plain line says what is wrong."""
    before = sum(len(room.obeyed) for room in city.rooms.values())
    said = city.run(*words)
    assert said.returncode == 1
    assert complaint in " ".join(said.stderr.split())
    assert "Traceback" not in said.stderr
    assert sum(len(room.obeyed) for room in city.rooms.values()) == before


def test_a_panel_that_is_not_there_is_named(city: City) -> None:
    """No answer within the time: status 1 and the reason; the name that is nearest to it is offered."""
    said = city.run("send", "serang-77", "ping", "--wait", "1")
    assert said.returncode == 1
    assert "serang-77" in said.stdout
    assert "no answer" in said.stdout
    assert "no panel serang-77 has been heard of; did you mean serang-" in said.stdout


def test_a_group_that_is_none_is_told(city: City) -> None:
    """Nobody answers for it; the nearest group is offered, and the whole wait is not waited."""
    said = city.run("send", "group:esat", "ping", "--wait", "3600")
    assert said.returncode == 1
    assert said.stdout.strip() == "nobody answered; no panel is in a group esat; did you mean east?"


def test_screenshot_writes_the_picture_of_its_own_command(city: City, tmp_path: Path) -> None:
    """The JPEG whose user property is our command's id is written; a failure leaves no file."""
    target = tmp_path / "screen.jpg"
    room = city.rooms["deaf-01"]
    seen = len(room.of(events.CommandArrived))
    words = [sys.executable, "-m", "player.office", "--host", "127.0.0.1", "--port", str(city.port), "--no-tls"]
    asking = subprocess.Popen([*words, "screenshot", "deaf-01", "-o", str(target), "--width", "320"])
    wait_for(lambda: len(room.of(events.CommandArrived)) > seen, 20)
    command = room.of(events.CommandArrived)[-1].command
    assert command.order.width == 320
    room.office.perform(effects.PublishScreenshot("somebody-elses", b"\xff\xd8not this one"))
    room.office.perform(effects.PublishScreenshot(command.id, JPEG))
    assert asking.wait(30) == 0
    assert target.read_bytes() == JPEG
    failed = city.run("screenshot", "serang-01", "-o", str(tmp_path / "none.jpg"), "--wait", "1")
    assert failed.returncode == 1
    assert not (tmp_path / "none.jpg").exists()


def test_now_and_alerts_for_programs(city: City) -> None:
    """--json is the contract's JSON; `alerts` ends with 1 while there are any."""
    shown = city.run("now", "serang-01", "--json")
    assert json.loads(shown.stdout)["serang-01"]["item"] == "media/serang-01.mp4"
    raised = city.run("alerts", "--json")
    assert raised.returncode == 1
    troubles = json.loads(raised.stdout)
    assert set(troubles) == {"serang-02", "mati-03"}
    assert list(troubles["serang-02"]) == ["disk.low"]
    assert city.run("alerts", "cilegon-01").returncode == 0


def test_a_panel_that_is_off_is_a_row_of_its_own(city: City) -> None:
    """`alerts` knows the dead: one that is off is named, with what to do, and the status is 1."""
    said = city.run("alerts", "mati-03", columns=150)
    assert said.returncode == 1
    assert "offline" in said.stdout
    assert "look at its power" in said.stdout
    assert json.loads(city.run("alerts", "mati-03", "--json").stdout)["mati-03"]["offline"]["raised"] is None


def test_support_is_one_file_with_all_panels_and_one_panels_answers(city: City, tmp_path: Path) -> None:
    """What each panel reports, and of the one that is named its answers; no secret of the settings."""
    config, file = tmp_path / "config.toml", tmp_path / "help.tar.gz"
    config.write_text('[notify.webhook]\nurl = "https://example.org/geheim"\n')
    said = city.run("--config", str(config), "support", "serang-01", "-o", str(file))
    assert said.returncode == 0, said.stderr
    with tarfile.open(file) as opened:
        parts = {each.name.split("/")[1]: opened.extractfile(each).read() for each in opened.getmembers()}  # type: ignore[union-attr]
    panels = json.loads(parts["panels.json"])
    assert panels["serang-02"]["alerts"]["disk.low"]["detail"].startswith("1 GB left")
    assert panels["mati-03"]["presence"] == "offline"
    assert parts["serang-01-logs.txt"].startswith(b"done")
    assert not [name for name, content in parts.items() if b"geheim" in content]


def test_drop_takes_an_item_down(city: City) -> None:
    """`panel-office drop PANEL ITEM` is the command drop, with who asked."""
    said = city.run("drop", "serang-01", "media/a b.mp4", "--by", "dina")
    assert said.returncode == 0, said.stderr
    command = city.rooms["serang-01"].of(events.CommandArrived)[-1].command
    assert (command.order.do, command.order.item, command.by) == ("drop", "media/a b.mp4", "dina")


def test_the_settings_file_is_enough(city: City, tmp_path: Path) -> None:
    """~/.config/panel-office/config.toml is read; a misspelt key is named; without any host it says what to do."""
    home = tmp_path / ".config" / "panel-office"
    home.mkdir(parents=True)
    file = home / "config.toml"
    file.write_text(f'host = "127.0.0.1"\nport = {city.port}\ntls = false\n')
    environ = {**os.environ, "HOME": str(tmp_path)}
    environ.pop("PANEL_OFFICE_HOST", None)

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return city.programs.run("panel-office", *words, environ=environ)

    assert run("send", "serang-01", "ping").returncode == 0
    file.write_text('hots = "127.0.0.1"\n')
    assert "which broker?" in run("now").stderr
    file.write_text('host = "127.0.0.1"\nprot = 1\n')
    assert "prot is not a setting; did you mean port?" in run("now").stderr
    file.write_text('host = "127.0.0.1"\n[notify.mail]\nfrm = "a@x.id"\n[notify]\nquite = 1\n')
    said = run("now").stderr
    assert "notify.mail.frm is not a setting; did you mean from?" in said
    assert "notify.quite is not a setting; did you mean quiet?" in said
    file.write_text("host = \n")
    assert "not valid TOML" in run("now").stderr


def test_a_broker_that_is_not_there_is_one_plain_line(city: City) -> None:
    """No traceback, status 1."""
    said = city.run("--port", "1", "watch", "--once")
    assert said.returncode == 1
    assert said.stderr.strip() == (
        "127.0.0.1 port 1: nobody listens there; "
        "is the broker running, and is this its port (with TLS mostly 8883, without 1883)?"
    )


def test_no_option_takes_a_password(programs: Programs) -> None:
    """A password on a command line can be read by every user of the machine: there is no such option anywhere."""
    for words in (["--help"], ["send", "--help"], ["watch", "--help"]):
        shown = programs.run("panel-office", *words, environ=os.environ).stdout
        assert "--password " not in shown
        assert "--password-file" in shown or words != ["--help"]
