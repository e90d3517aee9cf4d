"""The contract's JSON, both ways, as mqtt.md shows it; and that no payload whatever makes the parser raise."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings

from player.contract import commands
from player.contract.commands import Command
from player.contract.decoding import ReportError, decode_health
from player.contract.encoding import encode, encode_health, stamp
from player.contract.envelope import COMMAND_BYTES, CommandRefusal, Request, read_command, read_envelope
from player.contract.reports import REFUSALS, HealthReport, Reply
from player.contract.topics import Topics
from tests.kit.payloads import PAYLOADS, spoilt_payloads
from tests.kit.reports import AT, REPORT, UNKNOWN


def read(payload: bytes | str | dict[str, object]) -> Request | CommandRefusal:
    raw = json.dumps(payload) if isinstance(payload, dict) else payload
    envelope = read_envelope(raw.encode() if isinstance(raw, str) else raw)
    return envelope if isinstance(envelope, CommandRefusal) else read_command(envelope)


@pytest.mark.parametrize(
    ("do", "args", "order"),
    [
        ("next", {}, commands.Next()),
        ("next", None, commands.Next()),
        ("goto", {"item": 3}, commands.Goto(3)),
        ("goto", {"item": "media/a.mp4"}, commands.Goto("media/a.mp4")),
        ("drop", {"item": "media/a.mp4"}, commands.Drop("media/a.mp4")),
        ("ticker", {"text": "satu\ndua"}, commands.Ticker("satu\ndua")),
        ("blank", {}, commands.Blank()),
        ("show", {"text": "Banjir!\n洪水 🌊", "seconds": 60}, commands.Show(text="Banjir!\n洪水 🌊", seconds=60.0)),
        ("play", {"playlist": "festival"}, commands.PlayPlaylist("festival")),
        ("volume", {"percent": 0, "keep": True}, commands.Volume(0, keep=True)),
        ("brightness", {"percent": 100}, commands.Brightness(100)),
        ("screenshot", {}, commands.Screenshot()),
        ("identify", {"seconds": 5}, commands.Identify(5.0)),
        ("test-pattern", {}, commands.TestPattern()),
        ("logs", {"lines": 200}, commands.Logs(200)),
        ("reboot", {}, commands.Reboot()),
    ],
)
def test_a_good_command_becomes_its_order(do: str, args: dict[str, object] | None, order: commands.Order) -> None:
    """Each command of the table parses into core's frozen value with its defaults."""
    request = read({"id": "c", "do": do, "args": args, "by": "dina", "reason": "test"})
    assert request == Request(Command("c", order, "dina", "test"), None)


def test_times_are_understood_in_any_zone() -> None:
    """until and expires need a zone, and arrive in UTC."""
    request = read(
        {"id": "c", "do": "blank", "args": {"until": "2026-11-22T18:00:00+07:00"}, "expires": "2026-11-22T03:05:00Z"}
    )
    assert isinstance(request, Request)
    assert request.command.order == commands.Blank(datetime(2026, 11, 22, 11, 0, tzinfo=UTC))
    assert request.expires == datetime(2026, 11, 22, 3, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("do", "args"),
    [
        ("next", {"steps": 2}),
        ("goto", {}),
        ("drop", {}),
        ("ticker", {}),
        ("ticker", {"text": " \n"}),
        ("goto", {"item": 0}),
        ("goto", {"item": True}),
        ("goto", {"item": ""}),
        ("blank", {"until": "2026-11-22T18:00:00"}),
        ("blank", {"until": "tomorrow"}),
        ("blank", {"until": "9999-12-31T23:59:59-12:00"}),
        ("show", {"text": "x"}),
        ("show", {"seconds": 5}),
        ("show", {"text": "x", "media": "a.mp4", "seconds": 5}),
        ("show", {"text": "x", "seconds": 5, "until": "2026-11-22T18:00:00Z"}),
        ("show", {"text": "x", "seconds": 0}),
        ("show", {"text": "x", "seconds": -1}),
        ("show", {"text": "x", "seconds": 1e300}),
        ("show", {"text": "x" * 2001, "seconds": 5}),
        ("show", {"text": "x", "seconds": 5, "colour": "javascript:"}),
        ("volume", {}),
        ("volume", {"percent": 101}),
        ("volume", {"percent": "50"}),
        ("volume", {"percent": 50.5}),
        ("screenshot", {"width": 100000}),
        ("logs", {"lines": 201}),
        ("logs", {"lines": 0}),
    ],
)
def test_bad_arguments_are_refused_with_a_reason(do: str, args: dict[str, object]) -> None:
    """A missing, misspelt, mistyped or out-of-range argument is `bad-args`, and the detail says which."""
    refusal = read({"id": "c", "do": do, "args": args})
    assert isinstance(refusal, CommandRefusal)
    assert (refusal.id, refusal.code) == ("c", "bad-args")
    assert refusal.detail


@pytest.mark.parametrize(
    ("payload", "command_id"),
    [
        (b"", None),
        (b"\xff\xfe", None),
        (b"null", None),
        (b"[" * 10_000, None),
        (b'{"id": "c", "do": "next"', "c"),
        (b'{"id": "c", "do": "next"} trailing', "c"),
        (b'{"id": "c"}', "c"),
        (b'{"id": "c", "do": 7}', "c"),
        (b'{"id": "c", "do": "next", "args": []}', "c"),
        (b'{"id": "c", "do": "next", "expires": "soon"}', "c"),
        (b'{"id": "c", "do": "next", "expires": 1795314462}', "c"),
        (b'{"id": "c", "do": "show", "args": {"text": "x", "seconds": NaN}}', "c"),
        (b'{"id": "", "do": "next"}', None),
        (b'{"id": 5, "do": "next"}', None),
        (b'{"id": "\\ud800", "do": "next"}', None),
        (b'{"id": "' + b"x" * 65 + b'", "do": "next"}', None),
        (b'{"do": "next"}', None),
    ],
)
def test_what_is_no_command_is_malformed(payload: bytes, command_id: str | None) -> None:
    """Anything but an envelope is `malformed`, with the sender's id wherever one can be read."""
    refusal = read(payload)
    assert isinstance(refusal, CommandRefusal)
    assert (refusal.code, refusal.id) == ("malformed", command_id)


def test_a_command_over_16_kib_is_refused_unread_with_its_id() -> None:
    """The limit is 16 KiB; what is larger is not parsed, yet its sender is answered."""
    fits = json.dumps({"id": "c", "do": "next"}).encode().ljust(COMMAND_BYTES)
    assert isinstance(read(fits), Request)
    refusal = read(fits + b" ")
    assert isinstance(refusal, CommandRefusal)
    assert (refusal.code, refusal.id) == ("too-large", "c")


@settings(max_examples=500, deadline=None)
@given(PAYLOADS)
@pytest.mark.slow
def test_no_payload_makes_the_parser_raise(payload: bytes) -> None:
    """From noise to nearly right: each payload is a request, or a refusal that can be sent."""
    check_answer(payload)


@pytest.mark.slow
def test_no_spoilt_command_makes_the_parser_raise() -> None:
    """20,000 good commands with something wrong in them: each is a request, or a refusal that can be sent; both occur."""
    answers = Counter(check_answer(payload) for payload in spoilt_payloads(20_000, seed=7))
    assert set(answers) == {"obeyed", "malformed", "unknown", "bad-args"}


def check_answer(payload: bytes) -> str:
    """What becomes of the payload: "obeyed", or the code of its refusal."""
    answer = read(payload)
    match answer:
        case CommandRefusal(command_id, code, detail):
            assert code in REFUSALS
            assert json.loads(encode(Reply(command_id, "rejected", code, detail, AT)))
            return code
        case Request(command, _):
            assert isinstance(command.order, commands.Order)
            assert json.loads(encode(Reply(command.id, "accepted", "", "", AT)))
            return "obeyed"


def test_the_health_report_is_exactly_the_contracts() -> None:
    """Every key of mqtt.md's example, in its order; nothing else."""
    value = json.loads(encode_health(REPORT))
    assert list(value) == [
        "v", "at", "clock", "version", "uptime_s", "player", "screen", "content", "machine", "alerts", "groups",
    ]  # fmt: skip
    assert list(value["player"]) == [
        "state", "reason", "playlist", "item", "position_s", "since", "changes", "failures", "quarantined", "layers",
        "ticker",
    ]  # fmt: skip
    assert list(value["player"]["layers"][0]) == ["state", "restarts", "memory_bytes", "confined"]
    assert list(value["screen"]) == [
        "width",
        "height",
        "region",
        "connected",
        "lit",
        "moving",
        "brightness",
        "rotation",
    ]
    assert list(value["content"]) == [
        "slot", "release", "serial", "adopted_at", "files", "bytes", "pending", "problems", "confined", "digest",
    ]  # fmt: skip
    assert list(value["machine"]) == [
        "cpu_percent", "memory_percent", "disk_free_bytes", "temperature_c", "load_1m", "received_bytes", "sent_bytes",
    ]  # fmt: skip
    assert value["at"] == "2026-11-22T03:00:00Z"
    assert value["player"]["position_s"] == 3.25


def test_what_a_machine_cannot_tell_is_null() -> None:
    """None is null, never a zero or a missing key; NaN from a sensor is null too."""
    value = json.loads(encode_health(UNKNOWN))
    assert set(value["machine"].values()) == {None}
    assert set(value["screen"].values()) == {None}
    broken = dataclasses.replace(UNKNOWN, machine=dataclasses.replace(UNKNOWN.machine, temperature_c=float("nan")))
    assert json.loads(encode_health(broken))["machine"]["temperature_c"] is None


@pytest.mark.parametrize("report", [REPORT, UNKNOWN])
def test_a_report_survives_the_way_to_the_office(report: HealthReport) -> None:
    """What decode_health reads is what was encoded, but for the rounding of times and floats."""
    once = encode_health(report)
    assert encode_health(decode_health(once)) == once
    assert decode_health(once).alerts == report.alerts


@pytest.mark.parametrize("payload", [b"", b"{}", b"[]", b'{"v": "x"}', b"\xff"])
def test_a_broken_report_is_an_error_not_a_crash(payload: bytes) -> None:
    """decode_health raises ReportError, and only that."""
    with pytest.raises(ReportError):
        decode_health(payload)


def test_times_are_utc_with_z() -> None:
    """Any zone becomes UTC; milliseconds stay only where there are some."""
    jakarta = timezone(timedelta(hours=7))
    assert stamp(datetime(2026, 11, 22, 10, 0, tzinfo=jakarta)) == "2026-11-22T03:00:00Z"
    assert stamp(datetime(2026, 11, 22, 10, 0, 0, 5000, tzinfo=jakarta)) == "2026-11-22T03:00:00.005Z"


def test_topics_are_those_of_the_contract() -> None:
    """Every topic of mqtt.md's table, under the configured root."""
    topics = Topics("panels", "serang-01", ("east",))
    assert topics.commands == ("panels/serang-01/command", "panels/all/command", "panels/group/east/command")
    assert [topics.state, topics.health, topics.now, topics.reply, topics.screenshot, topics.alert("disk.low")] == [
        "panels/serang-01/state",
        "panels/serang-01/health",
        "panels/serang-01/now",
        "panels/serang-01/reply",
        "panels/serang-01/screenshot",
        "panels/serang-01/alert/disk.low",
    ]
    assert topics.discovery == "homeassistant/device/serang-01/config"
    assert (topics.played, topics.played_ack) == ("panels/serang-01/played", "panels/serang-01/played/ack")
