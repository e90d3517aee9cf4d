"""What checks a command: its sentences, and that it takes exactly what the document's models take."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from player.contract.commands import COMMANDS
from player.contract.envelope import CommandRefusal, Envelope, read_envelope
from player.contract.models import ARGS, ENVELOPE
from player.contract.parsing import ArgsError, read_moment, read_order
from tests.kit.payloads import PAYLOADS, spoilt_payloads

ZONE = "2026-11-22T18:00:00+07:00"
FIRST, LAST = datetime(2, 1, 1), datetime(9998, 12, 31)  # noqa: DTZ001  # hypothesis takes those without a zone
LATE_MODULES = """
import sys
from player.base.boot import read_boot_id
from player.contract.encoding import StatusExtras, encode_status
from player.daemon import Daemon
from player.journal.room import Journal
from player.library.bundle_import import StickImporter
from player.library.room import Library
from player.link.room import OfficeLink
from player.stick.room import Sticks
from player.contract.envelope import read_command, read_envelope
read_command(read_envelope(b'{"id": "c", "do": "show", "args": {"text": "x", "seconds": 5}}'))
from player.base.certificates import read_lifetime
from player.base.ed25519 import ed25519
from player.bundle.minisign import check_signature
ed25519().sign(bytes(32), b"x")
sys.exit(", ".join({"pydantic", "pydantic_core", "cryptography", "asyncio"} & sys.modules.keys()) or 0)
"""


@pytest.mark.parametrize(
    ("do", "args", "said"),
    [
        ("next", {"steps": 2}, "steps: Extra inputs are not permitted"),
        ("goto", {}, "item: Field required"),
        ("goto", {"item": 0}, "item is out of range; item: Input should be a valid string"),
        ("goto", {"item": ""}, "item: Input should be a valid integer; item: String should have at least 1 character"),
        ("goto", {"item": 1.0}, "item: Input should be a valid integer; item: Input should be a valid string"),
        ("goto", {"item": None}, "item: Input should be a valid integer; item: Input should be a valid string"),
        ("show", {}, "give either media or text"),
        ("show", {"text": "x"}, "give either until or seconds: an urgent message always has an end"),
        ("show", {"media": "a", "text": "x", "seconds": 1}, "give either media or text"),
        (
            "show",
            {"text": " ", "seconds": 0},
            "text: Value error, nothing but spaces; seconds is more than 0, and 86400 at most",
        ),
        ("show", {"text": "x" * 2001, "seconds": 1}, "text: String should have at most 2000 characters"),
        ("show", {"text": "x", "seconds": 10**400}, "seconds: Input should be a finite number"),
        ("show", {"text": "x", "seconds": True}, "seconds: Input should be a valid number"),
        ("show", {"text": "x", "seconds": 1, "priority": 1001}, "priority goes from -1000 to 1000"),
        ("show", {"text": 5, "seconds": 1}, "text: Input should be a valid string"),
        (
            "show",
            {"text": "x", "seconds": 1, "colour": "red\n"},
            "colour: String should match pattern '^(#[0-9a-fA-F]{6}|[a-zA-Z][a-zA-Z-]{2,19})?$'",
        ),
        ("brightness", {"percent": 101}, "percent goes from 0 to 100"),
        ("brightness", {"percent": None}, "percent: Input should be a valid integer; percent: Input should be 'auto'"),
        ("volume", {"percent": "50"}, "percent: Input should be a valid integer"),
        ("volume", {"percent": 5, "keep": 1}, "keep: Input should be a valid boolean"),
        ("blank", {"until": 7}, "until: Input should be a valid datetime"),
        ("blank", {"until": "2026-11-22T18:00:00"}, "until: Input should have timezone info"),
        ("blank", {"until": "9999-12-31T23:59:59-12:00"}, "until: Value error, that year is out of range"),
        (
            "blank",
            {"until": "tomorrow"},
            f"until: Input should be a valid datetime, ISO 8601 with a time zone, like {ZONE}",
        ),
    ],
)
def test_each_fault_is_one_sentence(do: str, args: dict[str, Any], said: str) -> None:
    """Which argument is wrong, and what it may be; several faults stand on one line, in the order of the arguments."""
    with pytest.raises(ArgsError) as refused:
        read_order(do, args)
    assert str(refused.value) == said


@pytest.mark.parametrize(
    ("payload", "said"),
    [
        (b"7", "Input should be an object"),
        (
            b'{"id": "", "do": ""}',
            "id: String should have at least 1 character; do: String should have at least 1 character",
        ),
        (b'{"id": "a\\nb", "do": "next"}', "id: Value error, no control characters or line breaks"),
        (
            b'{"id": "a", "do": "next", "args": 3, "zz": 1}',
            "args: Input should be an object; zz: Extra inputs are not permitted",
        ),
        (b'{"id": "a", "do": "next", "by": null}', "by: Input should be a valid string"),
        (b'{"id": "a", "do": "next", "expires": 7}', "expires: Input should be a valid datetime"),
        (b'{"id": "a", "do": NaN}', "not JSON: NaN is no number of JSON's"),
        ('{"id": "a", "do": "next"}'.encode("utf-16"), "not JSON: 'utf-8' codec can't decode byte 0xff in position 0"),
    ],
)
def test_a_wrong_envelope_is_one_sentence(payload: bytes, said: str) -> None:
    """So is what is wrong with the envelope; JSON is UTF-8 and nothing else."""
    refusal = read_envelope(payload)
    assert isinstance(refusal, CommandRefusal)
    assert refusal.detail.startswith(said)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        (ZONE, datetime(2026, 11, 22, 11, tzinfo=UTC)),
        ("2026-11-22T18:00Z", datetime(2026, 11, 22, 18, tzinfo=UTC)),
        ("2026-11-22 18:00:00z", datetime(2026, 11, 22, 18, tzinfo=UTC)),
        ("2026-11-22_18:00:00-0330", datetime(2026, 11, 22, 21, 30, tzinfo=UTC)),
        ("2026-11-22t18:00:00,5Z", datetime(2026, 11, 22, 18, 0, 0, 500_000, tzinfo=UTC)),
        ("2026-11-22T18:00:00.123456789Z", datetime(2026, 11, 22, 18, 0, 0, 123_456, tzinfo=UTC)),
    ],
)
def test_moments_are_read_in_every_way_that_the_document_allows(text: str, moment: datetime) -> None:
    """RFC 3339, and ISO 8601 without seconds or with a comma; a fraction is cut at the microsecond."""
    assert read_moment(text) == moment


def fields_at_fault(model: type[BaseModel], raw: str) -> set[str] | dict[str, Any]:
    """What the document's model says of the JSON: the values, or the names that are wrong ("": two of them together)."""
    try:
        read = model.model_validate_json(raw)
    except ValidationError as error:
        return {str(fault["loc"][0]) if fault["loc"] else "" for fault in error.errors()}
    return {name: getattr(read, name) for name in model.model_fields}


def has_seconds_in_quotes(payload: bytes) -> bool:
    """Whether a time is a number in quotes: pydantic takes it for seconds since 1970, which is no ISO 8601."""
    return re.search(rb'"(expires|until)"\s*:\s*"[-+]?[0-9][0-9.]*"', payload) is not None


def check_against_models(payload: bytes) -> str:
    """Reads the payload in both ways; "envelope", "arguments" or "taken": how far both came."""
    read = read_envelope(payload)
    if has_seconds_in_quotes(payload):
        return "envelope"
    if isinstance(read, CommandRefusal):
        if not read.detail.startswith(("not JSON", "Input should be an object")) and read.code == "malformed":
            faults = fields_at_fault(ENVELOPE, payload.decode())
            assert isinstance(faults, set), read
            assert all(name in read.detail for name in faults) or len(read.detail) == 500
        return "envelope"
    assert fields_at_fault(ENVELOPE, payload.decode()) == {
        name: getattr(read, name) for name in Envelope.__dataclass_fields__
    }
    if read.do not in COMMANDS:
        return "envelope"
    expected = fields_at_fault(ARGS[read.do], json.dumps(read.args or {}))
    if isinstance(expected, set):
        with pytest.raises(ArgsError) as refused:
            read_order(read.do, read.args or {})
        said = str(refused.value)
        assert all(name in said for name in expected) or len(said) == 500
        return "arguments"
    order = read_order(read.do, read.args or {})
    assert expected == {name: getattr(order, name) for name in ARGS[read.do].model_fields}
    return "taken"


def test_commands_are_taken_as_the_documents_models_take_them() -> None:
    """Of 3,000 spoilt commands each is read to the same values, or refused for the same names, as by pydantic's models."""
    met = Counter(check_against_models(payload) for payload in spoilt_payloads(3_000, seed=11))
    assert set(met) == {"envelope", "arguments", "taken"}


@settings(max_examples=500, deadline=None)
@given(PAYLOADS)
@pytest.mark.slow
def test_any_payload_is_taken_as_the_documents_models_take_it(payload: bytes) -> None:
    """The same of whatever can be drawn."""
    check_against_models(payload)


@settings(max_examples=300, deadline=None)
@given(st.datetimes(FIRST, LAST), st.integers(-1439, 1439))
def test_every_moment_that_python_writes_is_read(moment: datetime, minutes: int) -> None:
    """What `isoformat` writes is read back to the same moment."""
    written = moment.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    assert read_moment(written.isoformat()) == written


def test_the_daemon_with_all_its_rooms_loads_neither_pydantic_nor_cryptography() -> None:
    """Nor does a command that it reads, or a head that it signs: they take 10 and 7 MB of a panel's memory."""
    ran = subprocess.run([sys.executable, "-c", LATE_MODULES], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
