"""Every parser of foreign bytes against a bounded number of hostile inputs; `python -m tests.fuzz` goes on from there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.fuzz.mutation import Mutator
from tests.fuzz.parsers import Parser, all_parsers, plain
from tests.fuzz.runner import keep, run_parser

PARSERS = {parser.name: parser for parser in all_parsers()}
pytestmark = pytest.mark.slow
INPUTS = 12_000
SLOW = {"calendar": 2_000, "status-file": 3_000, "office-reports": 3_000, "config": 6_000, "schedule-toml": 6_000}
"""Fewer, so that all of it together takes less than half a minute of processor time (26 s, 2026-11-26)."""


@pytest.mark.parametrize("name", PARSERS)
def test_hostile_inputs_find_nothing(name: str, tmp_path: Path) -> None:
    """No exception that is not documented, no crash, no hang, steps and memory within the budget."""
    outcome = run_parser(PARSERS[name], inputs=SLOW.get(name, INPUTS))
    kept = {finding.kind: keep(finding, tmp_path) for finding in outcome.findings}
    assert kept == {}
    assert outcome.inputs == SLOW.get(name, INPUTS)


def _breaks(raw: bytes) -> None:
    """A parser with every fault that is looked for, each behind a letter."""
    first = raw[:1]
    if first == b"e":
        raise KeyError("undocumented")
    if first == b"d":
        raise ValueError("documented")
    if first == b"s":
        for _ in range(10_000_000):
            pass
    if first == b"m":
        bytearray(4 << 30)
    if first == b"k":
        import faulthandler
        import os
        import signal

        faulthandler.disable()  # this crash is wanted: its stacks would only frighten whoever reads the log
        os.kill(os.getpid(), signal.SIGSEGV)


def test_the_fuzzer_finds_each_kind_of_fault() -> None:
    """An undocumented exception, too many steps, too much memory and a crash are found, made small, and told apart."""
    seeds = [b"quiet", b"exception", b"documented", b"steps", b"memory", b"killed", b"quiet again"]
    parser = Parser("broken", plain(_breaks), seeds, (ValueError,), Mutator())
    outcome = run_parser(parser, inputs=len(seeds))
    found = {finding.kind.partition(":")[0].partition(" ")[0]: finding.input for finding in outcome.findings}
    assert found.keys() == {"KeyError", "steps", "memory", "crash"}
    assert found["KeyError"] == b"e"
    assert outcome.inputs == len(seeds)


def test_the_same_seed_makes_the_same_inputs(tmp_path: Path) -> None:
    """A finding can be had again by everybody: the run is decided by its seed alone."""
    inputs: list[list[bytes]] = [[], []]
    for taken in inputs:
        import random

        chance = random.Random("7/m3u/3")
        taken.extend(PARSERS["m3u"].mutator.mutate(chance, PARSERS["m3u"].seeds) for _ in range(50))
    assert inputs[0] == inputs[1]
    assert json.dumps([len(text) for text in inputs[0]])
