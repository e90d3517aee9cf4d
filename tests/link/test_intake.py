"""The intake and its command_log: at most once, never late, always answered, also across restarts and on a bad disk."""

from __future__ import annotations

import dataclasses
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from player.base.clocks import Now
from player.base.mqtt.messages import Arrived
from player.link.command_log import COMPACT_LINES, CommandLog, Entry
from player.link.intake import ANSWER_WITHIN_S, Answer, Intake
from tests.kit.programs import need

START = Now(datetime(2026, 11, 22, 3, 0, tzinfo=UTC), 1000.0)


def after(seconds: float) -> Now:
    return Now(START.wall + timedelta(seconds=seconds), START.mono + seconds)


def message(value: dict[str, Any], **more: Any) -> Arrived:
    return dataclasses.replace(Arrived("panels/serang-01/command", json.dumps(value).encode(), 1, False), **more)


def open_intake(folder: Path, boot: str = "boot-1", per_minute: int = 60) -> Intake:
    command_log = CommandLog(folder / "commands.jsonl")
    command_log.open()
    return Intake(command_log, ("*",), per_minute, boot)


def said(answer: Answer | None) -> str:
    assert answer is not None
    return f"{answer.reply.stage} {answer.reply.code}".strip()


def test_after_a_restart_a_repeated_id_is_not_obeyed(tmp_path: Path) -> None:
    """The id and its last reply are on disk: the next run answers with it."""
    intake = open_intake(tmp_path)
    assert intake.receive(message({"id": "a", "do": "next"}), START).command is not None
    assert said(intake.answer("a", "done", "", "b.mp4", after(1))) == "done"
    again = open_intake(tmp_path).receive(message({"id": "a", "do": "next"}, correlation=b"new"), after(2))
    assert again.command is None
    assert (said(again), again.reply.detail, again.correlation) == ("done", "b.mp4", b"new")


@pytest.mark.parametrize(
    ("do", "next_boot", "verdict"),
    [
        ("next", "boot-1", "failed interrupted"),
        ("restart-player", "boot-1", "done"),
        ("reboot", "boot-2", "done"),
        ("reboot", "boot-1", "failed interrupted"),
    ],
)
def test_a_command_without_an_end_gets_one_after_the_restart(
    tmp_path: Path, do: str, next_boot: str, verdict: str
) -> None:
    """Interrupted work has failed; a restart is done when the player is back, a reboot only when the machine is."""
    intake = open_intake(tmp_path)
    intake.receive(message({"id": "a", "do": do}, correlation=b"me"), START)
    intake.confirm("a", "accepted")
    [end] = open_intake(tmp_path, next_boot).recover(after(60))
    assert (said(end), end.correlation) == (verdict, b"me")


def test_accepted_comes_before_the_end_after_a_kill_too(tmp_path: Path) -> None:
    """Killed when the command had its end, but the broker had no reply yet: the next run says both, in their order."""
    intake = open_intake(tmp_path)
    intake.receive(message({"id": "a", "do": "next"}, correlation=b"me"), START)
    intake.answer("a", "done", "", "b.mp4", after(1))
    answers = open_intake(tmp_path).recover(after(2))
    assert [(said(answer), answer.correlation) for answer in answers] == [("accepted", b"me"), ("done", b"me")]


def test_a_reply_that_the_broker_did_not_confirm_is_sent_again(tmp_path: Path) -> None:
    """Killed before the broker confirmed: each run says both replies, until the broker has the last one."""
    intake = open_intake(tmp_path)
    intake.receive(message({"id": "a", "do": "next"}), START)
    second = open_intake(tmp_path)
    assert [said(answer) for answer in second.recover(after(1))] == ["accepted", "failed interrupted"]
    third = open_intake(tmp_path)
    assert [said(answer) for answer in third.recover(after(2))] == ["accepted", "failed interrupted"]
    third.confirm("a", "failed")
    assert open_intake(tmp_path).recover(after(3)) == []


def test_expires_is_judged_when_the_command_is_read(tmp_path: Path) -> None:
    """One second early it is obeyed, at the moment itself it is too late; a repeated one still gets its old reply."""
    intake = open_intake(tmp_path)
    expires = after(10).wall.isoformat()
    assert intake.receive(message({"id": "a", "do": "next", "expires": expires}), after(9)).command is not None
    assert said(intake.receive(message({"id": "b", "do": "next", "expires": expires}), after(10))) == "rejected expired"
    assert said(intake.receive(message({"id": "a", "do": "next", "expires": expires}), after(11))) == "accepted"


def test_with_a_bad_clock_only_the_brokers_own_expiry_counts(tmp_path: Path) -> None:
    """A clock of 2099 must not make every command late, nor a clock of 1970 none: MQTT's message expiry is the broker's."""
    intake = open_intake(tmp_path)
    command = {"id": "a", "do": "next", "expires": after(-99).wall.isoformat()}
    assert said(intake.receive(message(command), START, clock_good=False)) == "rejected expired"
    assert intake.receive(message(command, expires_s=30), START, clock_good=False).command is not None


def test_what_was_refused_may_be_sent_again(tmp_path: Path) -> None:
    """A refusal is not remembered under its id: after a minute the same command is obeyed."""
    intake = open_intake(tmp_path, per_minute=1)
    assert intake.receive(message({"id": "a", "do": "next"}), START).command is not None
    assert said(intake.receive(message({"id": "b", "do": "next"}), after(59))) == "rejected too-many"
    assert intake.receive(message({"id": "b", "do": "next"}), after(60)).command is not None


def test_a_command_that_the_player_forgets_is_answered(tmp_path: Path) -> None:
    """After a quarter of an hour without an end the link says failed; a late end of the player is then not sent."""
    intake = open_intake(tmp_path)
    intake.receive(message({"id": "a", "do": "rescan"}), START)
    assert intake.give_up(after(ANSWER_WITHIN_S)) == []
    assert [said(answer) for answer in intake.give_up(after(ANSWER_WITHIN_S + 1))] == ["failed no-answer"]
    assert intake.answer("a", "done", "", "", after(1000)) is None


def test_a_correlation_of_more_than_64_bytes_is_not_echoed(tmp_path: Path) -> None:
    """64 bytes come back, 65 do not, and the command is obeyed all the same."""
    intake = open_intake(tmp_path)
    assert intake.receive(message({"id": "a", "do": "next"}, correlation=b"x" * 64), START).correlation == b"x" * 64
    answer = intake.receive(message({"id": "b", "do": "next"}, correlation=b"x" * 65), START)
    assert answer.correlation is None
    assert answer.command is not None


@pytest.mark.slow
def test_the_command_log_keeps_the_last_thousand_ids_and_stays_small(tmp_path: Path) -> None:
    """After many commands the oldest ids are forgotten, and the file has been written anew."""
    path = tmp_path / "commands.jsonl"
    command_log = CommandLog(path, keep=50)
    command_log.open()
    for number in range(COMPACT_LINES + 100):
        command_log.put(Entry(str(number), "next", "b", "done", "", "x" * 50, START.wall))
    assert len(path.read_bytes().splitlines()) <= COMPACT_LINES
    again = CommandLog(path, keep=50)
    again.open()
    assert again.get(str(COMPACT_LINES + 99)) is not None
    assert again.get(str(COMPACT_LINES + 50)) is not None
    assert again.get(str(COMPACT_LINES + 49)) is None
    assert len(path.read_bytes().splitlines()) == 50


def test_a_command_log_cut_at_any_byte_opens_and_forgets_at_most_the_last_line(tmp_path: Path) -> None:
    """A power cut in the middle of a line loses that line only."""
    path = tmp_path / "commands.jsonl"
    command_log = CommandLog(path)
    command_log.open()
    for name in "abc":
        command_log.put(Entry(name, "next", "b", "accepted", "", "", START.wall))
    whole = path.read_bytes()
    second_line = whole.index(b"\n", whole.index(b"\n") + 1) + 1
    for cut in range(second_line, len(whole)):
        path.write_bytes(whole[:cut])
        again = CommandLog(path)
        again.open()
        assert again.get("a") is not None
        assert again.get("b") is not None
        again.put(Entry("d", "next", "b", "accepted", "", "", START.wall))
        third = CommandLog(path)
        third.open()
        assert third.get("d") is not None


@pytest.mark.parametrize("garbage", [b"\x00" * 4096, b"[1]\nnull\n7\n", b'{"id": 5}\n', b"[" * 9999, os.urandom(999)])
def test_a_command_log_full_of_garbage_opens_empty(tmp_path: Path, garbage: bytes) -> None:
    """Whatever a disk made of the file, the link starts, and can keep ids again."""
    path = tmp_path / "commands.jsonl"
    path.write_bytes(garbage)
    command_log = CommandLog(path)
    command_log.open()
    assert command_log.put(Entry("a", "next", "b", "accepted", "", "", START.wall))


def test_on_a_disk_that_takes_nothing_only_what_may_be_obeyed_twice_is_obeyed(tmp_path: Path) -> None:
    """An urgent message must not fail for want of disk; a change that cannot be remembered would be made again."""
    command_log = CommandLog(tmp_path / "commands.jsonl")
    command_log.open()
    command_log.close()
    (tmp_path / "commands.jsonl").unlink()
    (tmp_path / "commands.jsonl").symlink_to("/dev/full")
    intake = Intake(command_log, ("*",), 60, "b")
    urgent = message({"id": "a", "do": "show", "args": {"text": "AWAS BANJIR", "seconds": 60}})
    assert intake.receive(urgent, START).command is not None
    assert said(intake.receive(urgent, START)) == "accepted"
    for number, do in enumerate(("next", "blank", "unblank", "rescan", "reboot")):
        answer = intake.receive(message({"id": f"r{number}", "do": do}), START)
        assert (said(answer), answer.command) == ("failed not-kept", None)
        assert "No space left" in answer.reply.detail


@pytest.mark.root
@pytest.mark.live
def test_on_a_read_only_disk_the_link_starts(tmp_path: Path) -> None:
    """A folder that cannot be written costs the memory over a restart, nothing else."""
    need("mount", "umount")
    if os.geteuid() != 0:
        pytest.skip("mounting needs root")
    import subprocess

    place = tmp_path / "state"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "none", str(place)], check=True)
    try:
        command_log = CommandLog(place / "office" / "commands.jsonl")
        command_log.open()
        assert not command_log.put(Entry("a", "next", "b", "accepted", "", "", START.wall))
        assert "Read-only" in command_log.broken or "No such file" in command_log.broken
        assert command_log.get("a") is not None
    finally:
        subprocess.run(["umount", str(place)], check=True)
