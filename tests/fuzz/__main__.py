"""`python -m tests.fuzz [PARSER...]`: hostile inputs for every parser of foreign bytes; the findings are kept as files.

python -m tests.fuzz                          20,000 inputs for each parser
python -m tests.fuzz --seconds 30 xspf m3u    for half a minute each
python -m tests.fuzz --repeat FILE PARSER     one kept input once more, with its traceback
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import traceback
from pathlib import Path

from tests.fuzz.parsers import all_parsers
from tests.fuzz.runner import keep, repeat, run_parser

DEFAULT_INPUTS = 20_000
FINDINGS = Path(tempfile.gettempdir()) / "panel-fuzz-findings"


def main(words: list[str]) -> int:
    """Returns 1 when anything was found."""
    ask = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Hostile inputs for the parsers.")
    ask.add_argument("parsers", nargs="*", metavar="PARSER", help="default: all")
    ask.add_argument("--inputs", type=int, help=f"for each parser (default {DEFAULT_INPUTS})")
    ask.add_argument("--seconds", type=float, default=0.0, help="for each parser, in place of a number of inputs")
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--out", type=Path, default=FINDINGS, help=f"where findings are kept (default {FINDINGS})")
    ask.add_argument("--repeat", type=Path, metavar="FILE")
    given = ask.parse_args(words)
    table = {parser.name: parser for parser in all_parsers()}
    if unknown := [name for name in given.parsers if name not in table]:
        ask.error(f"no parser is called {unknown[0]}; known: {', '.join(table)}")
    if given.repeat:
        if len(given.parsers) != 1:
            ask.error("--repeat needs the parser's name")
        try:
            table[given.parsers[0]].make(Path("/dev/shm"))(given.repeat.read_bytes())
        except Exception:  # noqa: BLE001  # to be looked at
            traceback.print_exc()
        said = repeat(table[given.parsers[0]], given.repeat.read_bytes())
        sys.stdout.write(f"{said or 'nothing goes wrong'}\n")
        return int(bool(said))
    inputs = given.inputs or (10**12 if given.seconds else DEFAULT_INPUTS)
    total = found = 0
    for name in given.parsers or table:
        outcome = run_parser(table[name], inputs=inputs, seconds=given.seconds, seed=given.seed)
        total, found = total + outcome.inputs, found + len(outcome.findings)
        rate = outcome.inputs / max(outcome.seconds, 1e-9)
        sys.stdout.write(f"{name:<16} {outcome.inputs:>9} inputs  {rate:>8.0f}/s  corpus {outcome.corpus:>4}\n")
        for finding in outcome.findings:
            path = keep(finding, given.out)
            sys.stdout.write(f"    {finding.kind}\n        {finding.input[:100]!r} ({len(finding.input)} bytes)\n")
            sys.stdout.write(f"        python -m tests.fuzz --repeat {path} {finding.parser}\n")
        sys.stdout.flush()
    sys.stdout.write(f"{total} inputs, {found} findings\n")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
