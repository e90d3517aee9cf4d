"""A decoder that a hostile film has taken over: it may draw, and nothing else."""

from __future__ import annotations

import os
import queue
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from player.base.clocks import Now
from player.base.loop_inbox import LoopInbox
from player.core.director import decide, wake_at
from player.core.events import DecoderBeat, DecoderExited, DecoderReady, Event, ReleaseAdopted, StageOpened
from player.core.state import Rules, RunState, State
from player.screen.decoder.child import DecoderProcess
from tests.kit.programs import end
from tests.kit.world import START, clip, release

HERE = Path(__file__).parents[2]
NOBODY = 65534
FLOOD = 50_000
HEARD = 1_000
"""Heartbeats that may reach the loop of FLOOD ones that come without a pause; an honest decoder sends one a second."""


def test_a_flood_of_heartbeats_ends_that_decoder_and_not_the_loop() -> None:
    """50,000 heartbeats without a pause: a few reach the loop, and the decoder is killed for it."""
    news: queue.SimpleQueue[Event] = queue.SimpleQueue()
    words = [sys.executable, "-m", "tests.attacks.decoder_taken_over", "flood", str(FLOOD)]
    environment = os.environ.copy()
    environment["PYTHONPATH"] = str(HERE)
    child = subprocess.Popen(
        words,
        cwd=HERE,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
    )
    process = DecoderProcess(0, 1, words, news.put, lambda _layer, _play: None, lambda _words: child)
    process.start()
    beats, exited = 0, None
    while beats <= HEARD and exited is None:
        event = news.get(timeout=30)
        beats += isinstance(event, DecoderBeat)
        exited = event if isinstance(event, DecoderExited) else None
    process.close(1)
    assert beats <= HEARD, f"more than {HEARD} heartbeats reached the loop"
    assert exited is not None
    assert "SIGKILL" in exited.how


@pytest.mark.parametrize(
    "line",
    [
        b'{"did":"cued","play":1,"length_s":9e15}', b'{"did":"cued","play":1,"length_s":300000000000}',
        b'{"did":"cued","play":1,"length_s":NaN}', b'{"did":"cued","play":Infinity,"length_s":1}',
        b'{"did":"heartbeat","play":1,"position_s":9e15,"frames":9007199254740992,"memory_bytes":1}',
    ],
    ids=["length", "year-10000", "nan", "endless-id", "position"],
)  # fmt: skip
def test_no_number_of_a_decoders_ends_the_loop_or_its_own_reader(line: bytes) -> None:
    """A length of millions of years, NaN, an endless play id: neither the reader nor a turn of the loop raises."""
    news: list[Event] = [
        ReleaseAdopted(release(clip("a"))),
        StageOpened(640, 360, (0, 0, 640, 360)),
        DecoderReady(0, 1),
    ]
    DecoderProcess(0, 1, [], news.append, lambda _layer, _play: None).hear(line + b"\n")
    state, now = State(Rules(), RunState(1000.0)), Now(START, 1000.0)
    for event in news:
        state, _ = decide(state, event, now)
        assert wake_at(state, now) >= now.mono


def test_the_watchdog_is_fed_by_lag() -> None:
    """A loop that is ten seconds behind its inbox is not fed, however fast it turns."""
    now = [0.0]
    inbox: LoopInbox[Event] = LoopInbox(lambda: now[0])
    inbox.put(StageOpened(1, 1, (0, 0, 1, 1)))
    now[0] = 9.0
    assert inbox.keeps_up
    now[0] = 11.0
    assert not inbox.keeps_up


@pytest.mark.skipif(os.getuid() != 0, reason="needs root, to become somebody else")
@pytest.mark.root
def test_a_decoder_taken_over_can_draw_and_nothing_else() -> None:
    """As the panel's plain user, inside the confinement: the film opens; no key, signal, trace, bus or neighbour."""
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as bus:
        place = Path(folder)
        bus.bind(f"{folder}/system_bus_socket")
        bus.listen()
        for name in ("office.key", "film"):
            (place / name).write_text("secret")
        # The checkout may lie where only root may look (/root), so a copy of the code is tried.
        code = shutil.copytree(
            HERE / "player", place / "code" / "player", ignore=shutil.ignore_patterns("docs", "__pycache__")
        )
        attacker = shutil.copy(Path(__file__).with_name("decoder_taken_over.py"), code.parent)
        for path in (place, *place.rglob("*")):
            os.chown(path, NOBODY, NOBODY)
        daemon = subprocess.Popen(["sleep", "60"], user=NOBODY, group=NOBODY, extra_groups=[])
        other = subprocess.Popen(["sleep", "60"], user=NOBODY, group=NOBODY, extra_groups=[])
        words = [
            str(daemon.pid),
            str(other.pid),
            f"{folder}/office.key",
            f"{folder}/system_bus_socket",
            f"{folder}/film",
        ]
        try:
            tried = subprocess.run(
                [os.path.realpath(sys.executable), attacker, "tries", *words], cwd=code.parent, user=NOBODY,
                group=NOBODY, extra_groups=[], capture_output=True, text=True, timeout=60, check=False,
            )  # fmt: skip
        finally:
            end(daemon)
            end(other)
    assert tried.returncode == 0, tried.stderr
    assert tried.stdout == "film"
