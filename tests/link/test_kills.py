"""Killed between obeying and answering: never obeyed twice, always answered."""

from __future__ import annotations

import contextlib
import os
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.kit.broker import Broker
from tests.kit.listener import Listener
from tests.kit.programs import end
from tests.kit.waiting import wait_for

KILLS = 100


@pytest.mark.live
@pytest.mark.slow
def test_a_hundred_kills_never_obey_twice_and_always_answer(tmp_path: Path, broker: Broker) -> None:
    """SIGKILL at any moment from 0 to 40 ms after a command was sent, 100 times; each command is sent again after it."""
    obeyed_file = tmp_path / "obeyed"
    chance = random.Random(7)
    words = [sys.executable, "-m", "tests.link.victim", str(broker.port), str(tmp_path / "state"), str(obeyed_file)]
    with Listener(broker.port) as office:
        victim = subprocess.Popen(words, stdout=subprocess.PIPE)
        assert victim.stdout
        child = 0
        try:
            child = int(victim.stdout.readline())
            wait_for(lambda: office.on("panels/serang-01/state"), 20)
            for number in range(KILLS):
                office.send("panels/serang-01/command", {"id": f"c{number}", "do": "next"})
                time.sleep(chance.random() * 0.04)  # the moment of the kill is the very thing that is drawn
                os.kill(child, 9)
                seen = len(office.on("panels/serang-01/state"))
                child = int(victim.stdout.readline())
                # Once more, as a sender does that had no answer yet.
                office.send("panels/serang-01/command", {"id": f"c{number}", "do": "next"})
                wait_for(lambda seen=seen: len(office.on("panels/serang-01/state")) > seen, 20)  # type: ignore[misc]
            ids = [f"c{number}" for number in range(KILLS)]
            wait_for(lambda: all({"done", "failed interrupted"} & set(office.stages(each)) for each in ids), 60)
        finally:
            os.kill(victim.pid, 9)
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, 9)
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
