"""What a panel's page says of its content and its machine, in the reader's language.

Knows: the health report's fields and their words. Pure: touches nothing. Must not: guess what the machine cannot tell.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from player.base.text import printable
from player.contract.reports import HealthReport, PendingReport
from player.office.fleet import Panel
from player.office.web.words import t
from player.office.web.words.moments import spell_bytes, spell_span
from player.office.web.words.told import catalogue

PROBLEMS_MOST = 60
PROBLEM_LETTERS = 400


@dataclass(frozen=True, slots=True)
class Progress:
    """What is being copied just now. share: 0 to 1."""

    sentence: str
    waiting_for: str
    share: float


@dataclass(frozen=True, slots=True)
class ContentFacts:
    """release None: the panel has told of none. refused: what is left out or taken down, and why. skipped: what failed twice."""

    source: str
    release: int | None
    serial: int | None
    adopted: datetime | None
    files: int
    size: str
    progress: Progress | None
    refused: tuple[str, ...]
    skipped: tuple[str, ...]


def content_of(language: str, panel: Panel) -> ContentFacts | None:
    """None: no report has come."""
    if panel.health is None:
        return None
    content = panel.health.content
    match content.slot:
        case "folder":
            source = t(language, "the content folder")
        case "stick":
            source = t(language, "a USB stick")
        case None:
            source = t(language, "none yet")
        case other:
            source = printable(other[:40])
    return ContentFacts(
        source=source,
        release=content.release,
        serial=content.serial,
        adopted=content.adopted_at,
        files=content.files,
        size=spell_bytes(language, content.bytes),
        progress=_progress(language, content.pending) if content.pending else None,
        refused=_lines(language, content.problems),
        skipped=_lines(language, panel.health.player.quarantined),
    )


def _progress(language: str, pending: PendingReport) -> Progress:
    sentence = t(
        language, "{done} of {total} files, {bytes} of {all_bytes}",
        done=pending.files_done, total=pending.files_total,
        bytes=spell_bytes(language, pending.bytes_done), all_bytes=spell_bytes(language, pending.bytes_total),
    )  # fmt: skip
    if pending.seconds_left is not None:
        sentence += f" · {t(language, '{span} left', span=spell_span(language, pending.seconds_left))}"
    share = pending.bytes_done / pending.bytes_total if pending.bytes_total > 0 else 0.0
    return Progress(sentence, printable(pending.waiting_for[:PROBLEM_LETTERS]), min(1.0, max(0.0, share)))


def _lines(language: str, lines: tuple[str, ...]) -> tuple[str, ...]:
    said = catalogue(language).say
    return tuple(said(printable(line[:PROBLEM_LETTERS])) for line in lines[:PROBLEMS_MOST])


def facts_of(language: str, panel: Panel) -> tuple[tuple[str, str], ...]:
    """Name and value of what the newest report says of the screen and the machine; what it cannot tell is left out."""
    health = panel.health
    if health is None:
        return ()
    rows = [*_screen_facts(language, health), *_machine_facts(language, health)]
    if panel.now is not None and panel.now.ticker:
        rows.append((t(language, "Running text"), printable(panel.now.ticker[:PROBLEM_LETTERS])))
    if panel.groups:
        rows.append((t(language, "Groups"), printable(", ".join(panel.groups[:20]))))
    return tuple(rows)


def _screen_facts(language: str, health: HealthReport) -> list[tuple[str, str]]:
    screen, rows = health.screen, []
    if screen.region is not None:
        wide, high = screen.region[2:]
        if screen.rotation in (90, 270):
            size = t(language, "{size}, turned by {degrees}°", size=f"{high} × {wide}", degrees=screen.rotation)
        elif screen.rotation == 180:
            size = t(language, "{size}, turned by {degrees}°", size=f"{wide} × {high}", degrees=180)
        else:
            size = f"{wide} × {high}"
        rows.append((t(language, "Size"), size))
    match (screen.lit, screen.moving):
        case (None, _):
            pass
        case (False, _):
            rows.append((t(language, "Pixels"), t(language, "black")))
        case (True, True):
            rows.append((t(language, "Pixels"), t(language, "lit, and they move")))
        case (True, _):
            rows.append((t(language, "Pixels"), t(language, "lit, and they stand still")))
    if screen.brightness is not None:
        rows.append((t(language, "Brightness"), f"{screen.brightness} %"))
    return rows


def _machine_facts(language: str, health: HealthReport) -> list[tuple[str, str]]:
    match health.clock:
        case "synced":
            clock = t(language, "right, by a time server")
        case "plausible":
            clock = t(language, "plausible, without a time server")
        case _:
            clock = t(language, "wrong: timed rules are not obeyed")
    restarts = sum(layer.restarts for layer in health.player.layers)
    return [
        (t(language, "Clock"), clock),
        (t(language, "Running for"), spell_span(language, health.uptime_s)),
        (t(language, "Items shown"), f"{health.player.changes}"),
        (t(language, "Failures"), f"{health.player.failures}"),
        (t(language, "Restarts of decoders"), f"{restarts}"),
        (t(language, "Version"), printable(health.version[:40])),
    ]
