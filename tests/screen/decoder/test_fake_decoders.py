"""Decoders that misbehave, one way each: every one is survived, replaced when it must be, and nothing spins."""

from __future__ import annotations

import itertools
import json
import logging
import queue
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest

from player.core.effects import CueItem, KillDecoder, StartDecoder
from player.core.events import DecoderExited, Event, ItemEnded
from player.core.model import MediaItem, MediaKind
from player.screen.decoder.child import LOG_LINES, DecoderProcess
from player.screen.decoder.options import NO_WINDOW, DecoderOptions
from player.screen.decoder.protocol import VolumeOrder
from tests.kit.rig import Rig
from tests.kit.tree import tree_of
from tests.kit.waiting import wait_for

pytestmark = [pytest.mark.live, pytest.mark.slow, pytest.mark.waits]
ITEMS = [MediaItem(f"{name}.mp4", __file__, f"hash-{name}", MediaKind.VIDEO) for name in "abcd"]
WORKTREE = Path(__file__).parents[3]

OPTIONS = DecoderOptions(NO_WINDOW, 0, 0, "x11", 0, False, False, ":0")


def command(fault: str) -> Callable[[DecoderOptions], list[str]]:
    """What starts a fake decoder; by its path, since a decoder runs in another folder."""
    return lambda options: [
        sys.executable,
        str(WORKTREE / "tests/screen/decoder/fake_decoder.py"),
        fault,
        json.dumps(asdict(options)),
    ]


def starts(rig: Rig, layer: int) -> list[float]:
    return [at for at, effect in list(rig.log) if isinstance(effect, StartDecoder) and effect.layer == layer]


def test_a_good_one_plays_on_and_on(display: str) -> None:
    """The measure for the others: item after item, both processes still the first ones."""
    with Rig(display, ITEMS, command=command("good")) as rig:
        wait_for(lambda: rig.state.playing.changes >= 6, 60)
        assert not rig.asked(KillDecoder)


def test_one_that_dies_before_it_is_ready_is_started_more_and_more_rarely(display: str) -> None:
    """The back-off grows: 0, 0.2, 1, 2, 5 s."""
    with Rig(display, ITEMS, command=command("early")) as rig:
        wait_for(lambda: len(starts(rig, 0)) >= 5, 60)
        at = starts(rig, 0)
        wait_for(lambda: rig.state.decoders[0].failing, 60)
    gaps = [later - earlier for earlier, later in itertools.pairwise(at)]
    assert gaps[2] >= 0.9
    assert gaps[3] >= 1.9


def test_one_that_is_never_ready_is_given_up(display: str) -> None:
    """After its time it is killed, and a new one is started."""
    with Rig(display, ITEMS, command=command("mute")) as rig:
        wait_for(lambda: len(starts(rig, 0)) >= 2, 60)
        assert any("not ready" in effect.why for effect in rig.asked(KillDecoder))


def test_one_that_crashes_at_every_second_item_is_replaced_and_the_rest_plays(display: str) -> None:
    """Playing goes on with the other, and with new ones."""
    with Rig(display, ITEMS, command=command("crash:2")) as rig:
        wait_for(lambda: rig.state.playing.changes >= 5, 60)
        assert sum(life.restarts for life in rig.state.decoders) >= 1


def test_one_that_hangs_is_killed_with_its_stacks_and_replaced(display: str) -> None:
    """SIGABRT first, which leaves its stacks in the log; the next item follows."""
    with Rig(display, ITEMS, command=command("hang")) as rig:
        wait_for(lambda: rig.asked(KillDecoder), 60)
        assert rig.asked(KillDecoder)[0].abort
        wait_for(lambda: rig.state.playing.changes >= 2, 60, "the next item")


def test_one_whose_picture_stands_still_is_replaced(display: str) -> None:
    """It beats, and says that nothing moves; the item's end never comes."""
    with Rig(display, ITEMS, command=command("freeze")) as rig:
        wait_for(lambda: rig.asked(KillDecoder), 60)
        wait_for(lambda: rig.state.playing.changes >= 2, 60, "the next item")


def test_items_that_kill_the_hardware_decoder_play_in_software(display: str) -> None:
    """Each one dies once, is not blamed for it, and plays from then on; no item is quarantined."""
    with Rig(display, ITEMS[:2], screen={"hardware_decoding": True}, command=command("hardware")) as rig:
        wait_for(lambda: sum(isinstance(event, ItemEnded) for event in list(rig.events)) >= 4, 60, "two whole rounds")
        assert {failure.count for failure in rig.state.playing.failures.values()} == {0}
        deaths = [event for event in rig.events if isinstance(event, DecoderExited) and "SIGSEGV" in event.how]
        assert len(deaths) == 2
        cues = [(effect.item.path, effect.software) for effect in rig.asked(CueItem)]
        assert ("a.mp4", False) in cues
        assert cues[-1][1], "and still in software"


def test_one_that_never_cues_costs_the_item_not_the_panel(display: str) -> None:
    """After the deadline it is replaced and the item is blamed."""
    with Rig(display, ITEMS, command=command("nocue")) as rig:
        wait_for(lambda: rig.state.playing.failures, 60)
        wait_for(lambda: len(starts(rig, 0)) >= 2, 60)


def test_one_that_floods_its_log_is_cut_short(display: str, caplog: pytest.LogCaptureFixture) -> None:
    """Some lines of it reach the journal, the rest does not; playing is not disturbed."""
    caplog.set_level(logging.INFO)
    with Rig(display, ITEMS, command=command("flood")) as rig:
        wait_for(lambda: rig.state.playing.changes >= 2, 60)
        lives = 2 + sum(life.restarts for life in rig.state.decoders)
    lines = [record for record in caplog.records if "says" in record.getMessage()]
    assert 0 < len(lines) <= lives * LOG_LINES * 3


def test_garbage_is_passed_over(display: str) -> None:
    """Broken JSON, wrong types, unknown words, lines without an end: none of it ends a reader."""
    with Rig(display, ITEMS, command=command("garbage")) as rig:
        wait_for(lambda: rig.state.playing.changes >= 4, 60)


def test_one_that_does_not_listen_is_replaced(display: str) -> None:
    """It beats happily; what it is told does not happen."""
    with Rig(display, ITEMS, command=command("deaf")) as rig:
        wait_for(lambda: rig.asked(KillDecoder), 60)


def test_one_that_will_not_go_is_gone_at_the_end(display: str) -> None:
    """It ignores the end of its orders and SIGTERM; SIGKILL ends it, and the rig waits for that."""
    with Rig(display, ITEMS, command=command("stay")) as rig:
        wait_for(lambda: rig.state.playing.changes >= 2, 60)
        pids = [rig.layer_pid(layer) for layer in (0, 1)]
    assert not [pid for pid in pids if tree_of(pid)]


def test_one_that_has_ended_is_told_nothing() -> None:
    """The volume is told to all: a dead decoder must not keep it from the other, nor be killed once more."""
    heard = queue.SimpleQueue[Event]()
    layer = DecoderProcess(0, 1, command("early")(OPTIONS), heard.put, lambda _layer, _play: None)
    layer.start()
    assert isinstance(heard.get(timeout=20), DecoderExited)
    assert layer.tell(VolumeOrder(5))
    layer.suspend()
    layer.resume()
