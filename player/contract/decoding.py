"""Reports in: the contract's values from their JSON, for the office and for `panel-player status`.

Knows: that pydantic reads the dataclasses of contract/reports.py. Pure: touches nothing.
Must not: be imported by the daemon, which writes reports and reads none; or let a wrong report through.
"""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from player.contract.encoding import StatusExtras
from player.contract.reports import AlertReport, HealthReport, NowReport, Reply, StateReport

T = TypeVar("T")


class ReportError(ValueError):
    """The bytes are no such report."""


def decode_extras(status: bytes) -> StatusExtras:
    """Raises ReportError."""
    return _decode(StatusExtras, status)


def decode_health(payload: bytes) -> HealthReport:
    """Raises ReportError."""
    return _decode(HealthReport, payload)


def decode_now(payload: bytes) -> NowReport:
    """Raises ReportError."""
    return _decode(NowReport, payload)


def decode_reply(payload: bytes) -> Reply:
    """Raises ReportError."""
    return _decode(Reply, payload)


def decode_state(payload: bytes) -> StateReport:
    """Raises ReportError."""
    return _decode(StateReport, payload)


def decode_alert(payload: bytes) -> AlertReport:
    """Raises ReportError."""
    return _decode(AlertReport, payload)


@cache
def _reader(kind: Any) -> TypeAdapter[Any]:
    """Made once for each kind of report: an office reads those of a thousand panels, and making one costs more than reading."""
    return TypeAdapter(kind)


def _decode(kind: type[T], payload: bytes) -> T:
    of: Any = kind  # mypy takes no type[T] for a key
    try:
        read: T = _reader(of).validate_json(payload)
    except ValidationError as error:
        raise ReportError(_explain(error)) from error
    return read


def _explain(error: ValidationError) -> str:
    """Every fault on one line."""
    faults = []
    for fault in error.errors(include_url=False, include_input=False, include_context=False):
        where = ".".join(str(part) for part in fault["loc"][:1])
        faults.append(f"{where}: {fault['msg']}" if where else fault["msg"].removeprefix("Value error, "))
    return "; ".join(dict.fromkeys(faults))[:500]
