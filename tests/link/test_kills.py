"""Killed between obeying and answering: never obeyed twice, always answered."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.kit.broker import Broker
from tests.kit.listener import Listener
from tests.kit.programs import end
from tests.kit.waiting import wait_for

KILLS = 100
COMMAND = "panels/serang-01/command"
STATE = "panels/serang-01/state"


@pytest.mark.live
@pytest.mark.slow
def test_a_hundred_kills_never_obey_twice_and_always_answer(tmp_path: Path, broker: Broker) -> None:
    """SIGKILL at any call from a command's arrival to its confirmed end, 100 times; each command is sent again after it."""
    obeyed_file = tmp_path / "obeyed"
    words = [sys.executable, "-m", "tests.link.victim", str(broker.port), str(tmp_path / "state"), str(obeyed_file)]
    with Listener(broker.port) as office:
        victim = subprocess.Popen([*words, str(KILLS)], stdout=subprocess.PIPE)
        assert victim.stdout
        child = int(victim.stdout.readline())
        try:
            wait_for(lambda: office.on(STATE), 20)
            for number in range(KILLS):
                seen = len(office.on(STATE))
                office.send(COMMAND, {"id": f"c{number}", "do": "next"})
                child = int(victim.stdout.readline())  # the one before has been killed
                # Once more, as a sender does that had no answer yet.
                office.send(COMMAND, {"id": f"c{number}", "do": "next"})
                wait_for(lambda seen=seen: len(office.on(STATE)) > seen, 20)  # type: ignore[misc]
            ids = [f"c{number}" for number in range(KILLS)]
            wait_for(lambda: all({"done", "failed interrupted"} & set(office.stages(each)) for each in ids), 60)
        finally:
            victim.kill()
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
            end(victim)
        obeyed = Counter(obeyed_file.read_text().split())
        assert max(obeyed.values()) == 1, "obeyed twice"
        ends: Counter[str] = Counter()
        for each in ids:
            stages = office.stages(each)
            assert stages[0] == "accepted"
            last = [stage for stage in stages if stage != "accepted"]
            assert len(set(last)) == 1, f"{each} ended in two ways: {stages}"
            ends[last[0]] += 1
            assert last[0] != "done" or obeyed[each] == 1, f"{each} is said to be done and was not obeyed"
        assert len(ends) == 2, f"the kills were not spread over the moments that matter: {ends}"
