"""What a bad broker, a bad network or a fault of ours may do to the link: never an end, never a delay for the caller."""

from __future__ import annotations

import dataclasses
import itertools
import json
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from player.base.mqtt.connection import Connection
from player.base.mqtt.messages import Account, Arrived, ConnectionOptions, Filter, Message, Signal
from player.contract.reports import REFUSALS
from player.core import effects, events
from player.core.alerts import Alert
from player.link.backoff import SHORT_LIVES
from player.link.timing import Timing
from tests.kit.broker import Broker, running_broker
from tests.kit.link_room import QUICK, running_office
from tests.kit.listener import Listener
from tests.kit.network import Proxy
from tests.kit.payloads import PAYLOADS
from tests.kit.programs import frozen
from tests.kit.reports import REPORT
from tests.kit.waiting import wait_for
from tests.link import bad_brokers
from tests.link.bad_brokers import BadBroker

pytestmark = pytest.mark.live
COMMAND = "panels/serang-01/command"
SOON_SILENT = dataclasses.replace(QUICK, keep_alive_s=2)
"""For a test in which somebody falls silent."""
FAST = dataclasses.replace(QUICK, keep_alive_s=1, proof_s=0.3)


def obeys(office: Listener, command_id: str) -> bool:
    """Sends a command and waits until it is done."""
    office.send(COMMAND, {"id": command_id, "do": "next"})
    wait_for(lambda: "done" in office.stages(command_id), 20, f"{command_id} is done")
    return True


def test_a_broker_that_is_killed_and_comes_back_empty_is_told_everything_again(tmp_path: Path, broker: Broker) -> None:
    """Its store is lost: state, health and raised alerts are published anew, and the subscriptions made anew."""
    with running_office(broker.port, tmp_path) as room:
        room.office.perform(effects.PublishHealth(REPORT))
        room.office.perform(effects.RaiseAlert(Alert.DISK_LOW, "remove films"))
        with Listener(broker.port) as office:
            wait_for(lambda: office.on("panels/serang-01/alert/disk.low"))
        assert broker.process
        broker.process.kill()
        broker.process.wait()
        wait_for(lambda: not room.connected, 10)
        broker.process = None
        broker.start()
        wait_for(lambda: room.connected, 20)
        with Listener(broker.port) as office:
            for topic in ("state", "health", "alert/disk.low"):
                wait_for(lambda topic=topic: office.on(f"panels/serang-01/{topic}"), 5, topic)  # type: ignore[misc]
            assert json.loads(office.on("panels/serang-01/state")[-1].payload)["online"] is True
            assert obeys(office, "c1")


def test_a_frozen_broker_is_noticed(tmp_path: Path, broker: Broker) -> None:
    """SIGSTOP: the loss is noticed and said, and after it everything works."""
    with running_office(broker.port, tmp_path, timing=SOON_SILENT) as room:
        assert broker.process
        with frozen(broker.process.pid):
            wait_for(lambda: not room.connected, 30)
            assert "stopped answering" in room.of(events.OfficeDisconnected)[0].why
        wait_for(lambda: room.connected, 20)
        with Listener(broker.port) as office:
            assert obeys(office, "c1")


def test_a_frozen_broker_delays_nobody(tmp_path: Path, broker: Broker) -> None:
    """`perform` and the room's end return while the broker is frozen, and long before its silence is noticed."""
    with running_office(broker.port, tmp_path, timing=dataclasses.replace(QUICK, keep_alive_s=600)) as room:
        assert broker.process
        with frozen(broker.process.pid):
            for _ in range(200):
                room.office.perform(effects.PublishHealth(REPORT))
                room.office.perform(effects.RaiseAlert(Alert.DISK_LOW, "x"))
            room.office.__exit__()
            assert room.of(events.OfficeDisconnected) == []


@pytest.mark.parametrize(
    ("behave", "words"),
    [
        (bad_brokers.drop, "the broker took the connection and never answered"),
        (bad_brokers.stay_mute, "the broker took the connection and never answered"),
        (bad_brokers.refuse_the_version, "the broker speaks only MQTT 3.1.1"),
        (bad_brokers.hang_up_on_mqtt_5, "the broker speaks only MQTT 3.1.1"),
        (bad_brokers.ignore_mqtt_5, "the broker speaks only MQTT 3.1.1"),
        (bad_brokers.talk_nonsense, ""),
        (bad_brokers.refuse, "refused serang-01: Not authorized"),
        (bad_brokers.send_off, "another client uses the name serang-01"),
        (bad_brokers.lie_about_the_session, "does not deliver; let serang-01 read"),
        (bad_brokers.answer_pings_only, "nothing came back in"),
        (bad_brokers.flood, ""),
        (bad_brokers.send_hostile_packets, ""),
        (bad_brokers.send_a_giant, "268435455 bytes"),
    ],
)
def test_a_bad_broker_is_left_and_tried_again(
    tmp_path: Path, behave: Callable[[object, int], None], words: str
) -> None:
    """Whatever it does, the link says why in plain words, comes back again and again, and stops when it is told to."""
    with BadBroker(behave) as bad, running_office(bad.port, tmp_path, timing=FAST, wait=False) as room:
        wait_for(lambda: bad.accepted >= 3, 40, "three attempts")
        if behave is bad_brokers.send_hostile_packets:
            wait_for(lambda: bad.accepted > len(bad_brokers.HOSTILE), 60, "the whole catalogue")
        # A busy machine may be slower than a proof: another reason may come first.
        wait_for(lambda: any(words in lost.why for lost in room.of(events.OfficeDisconnected)), 40, words)
        assert room.of(events.OfficeConnected) == []
        room.office.perform(effects.PublishHealth(REPORT))


def test_a_line_of_seconds_is_a_link_all_the_same(tmp_path: Path) -> None:
    """Each state comes back only when a newer one was published: the earlier one is proof enough, and no right is blamed."""
    timing = dataclasses.replace(QUICK, proof_s=1.5)  # FAST takes a broker for dead that a busy machine lets wait
    with (
        BadBroker(bad_brokers.deliver_late) as late,
        running_office(late.port, tmp_path, timing=timing, wait=False) as room,
    ):
        wait_for(lambda: room.connected, 20, "linked")
        assert late.accepted == 1
        assert room.of(events.OfficeDisconnected) == []


def test_losses_are_reported_once_while_the_reason_is_the_same(tmp_path: Path) -> None:
    """Many attempts that fail alike are one event: changes are reported, not states."""
    with BadBroker(bad_brokers.refuse) as bad, running_office(bad.port, tmp_path, timing=FAST, wait=False) as room:
        wait_for(lambda: bad.accepted >= 8, 20)
        assert len(room.of(events.OfficeDisconnected)) == 1


def test_a_second_client_with_our_name_is_named_as_the_reason(tmp_path: Path, broker: Broker) -> None:
    """Two panels with one name throw each other out, and the reason names that, in the end.

    mosquitto 2.0.21 (Debian 13) says why each time; mosquitto 2.0.11 (Debian 12) never does, so the link has to guess.
    """
    with running_office(broker.port, tmp_path) as room:
        account = Account("127.0.0.1", broker.port, False, "serang-01", "serang-01")
        for number in range(1, SHORT_LIVES + 1):
            wait_for(lambda number=number: len(room.of(events.OfficeConnected)) == number, 20)  # type: ignore[misc]
            twin = Connection(account, ConnectionOptions(session_s=60), lambda _: None)
            twin.open()
            wait_for(lambda number=number: len(room.of(events.OfficeDisconnected)) == number, 20)  # type: ignore[misc]
            twin.join(5)
        said = room.of(events.OfficeDisconnected)[-1].why
        assert re.search("another client uses? the name serang-01", said), said
        wait_for(lambda: room.connected, 20)


def test_a_second_client_is_guessed_only_when_the_link_is_lost_again_and_again(tmp_path: Path, broker: Broker) -> None:
    """A link that is lost without a reason soon after each connect may mean a name used twice; the first time it does not."""
    with Proxy(broker.port) as network, running_office(network.port, tmp_path) as room:
        for number in range(1, SHORT_LIVES + 1):
            wait_for(lambda number=number: len(room.of(events.OfficeConnected)) == number, 20)  # type: ignore[misc]
            network.cut()
            wait_for(lambda number=number: len(room.of(events.OfficeDisconnected)) == number, 20)  # type: ignore[misc]
        said = [event.why for event in room.of(events.OfficeDisconnected)]
        assert ["another client" in why for why in said] == [False] * (SHORT_LIVES - 1) + [True]
        assert said[-1].endswith("does another client use the name serang-01?")


class HungConnection:
    """A network thread that says it lives and does nothing; or one that is dead."""

    def __init__(self, alive: bool) -> None:
        self.beat_mono = time.monotonic()
        self.alive = alive
        self.abandoned = False

    def open(self) -> None: ...
    def publish(self, message: Message) -> int:
        return 1

    def subscribe(self, filters: tuple[Filter, ...]) -> int:
        return 1

    def unsubscribe(self, topic: str) -> None: ...
    def acknowledge(self, arrived: Arrived) -> None: ...
    def close(self) -> None: ...
    def join(self, within_s: float) -> None: ...
    def abandon(self) -> None:
        self.abandoned = True


@pytest.mark.parametrize("alive", [True, False])
def test_a_hung_or_dead_network_thread_is_replaced(tmp_path: Path, broker: Broker, alive: bool) -> None:
    """Silent for three keep-alives, or gone without a signal: the connection is abandoned, and a new one works."""
    made: list[object] = []

    def make(
        account: Account, options: ConnectionOptions, sink: Callable[[Signal], None]
    ) -> HungConnection | Connection:
        made.append(HungConnection(alive) if not made else Connection(account, options, sink))
        return made[-1]  # type: ignore[return-value]

    # A dead thread is seen at the next look (the alerts' at the latest), not after the three minutes of a silent one.
    timing = dataclasses.replace(FAST, make_connection=make, keep_alive_s=1 if alive else 60)
    with running_office(broker.port, tmp_path, timing=timing) as room, Listener(broker.port) as office:
        assert isinstance(made[0], HungConnection)
        assert made[0].abandoned
        assert "dead or silent" in room.of(events.OfficeDisconnected)[0].why
        assert obeys(office, "c1")


def test_a_fault_of_our_own_does_not_end_the_link(tmp_path: Path, broker: Broker) -> None:
    """The session's thread raises: it is logged, a new session starts, and the raised alerts are still known."""
    attempts = itertools.count()

    def make(account: Account, options: ConnectionOptions, sink: Callable[[Signal], None]) -> Connection:
        if next(attempts) == 1:
            raise RuntimeError("a fault made on purpose")
        return Connection(account, options, sink)

    timing = dataclasses.replace(QUICK, make_connection=make, wait_s=lambda failures: 0.5)
    with running_office(broker.port, tmp_path, timing=timing) as room:
        room.office.perform(effects.RaiseAlert(Alert.DISK_LOW, "x"))
        with Listener(broker.port) as office:
            wait_for(lambda: office.on("panels/serang-01/alert/disk.low"))
        broker.stop()
        broker.start()  # without its store
        with Listener(broker.port) as office:
            wait_for(lambda: any(m.payload for m in office.on("panels/serang-01/alert/disk.low")), 20)
            assert next(attempts) > 2
            assert obeys(office, "c1")


def test_a_terrible_network_delivers_all_the_same(tmp_path: Path, broker: Broker) -> None:
    """300 ms each way, every fifth chunk stalled, the connection cut in between: each command is obeyed exactly once."""
    with Proxy(broker.port) as network, Listener(broker.port) as office:
        network.delay_s, network.stall_chance = 0.3, 0.2
        with running_office(network.port, tmp_path, timing=dataclasses.replace(QUICK, keep_alive_s=5)) as room:
            for number in range(12):
                office.send(COMMAND, {"id": f"c{number}", "do": "next"})
                if number % 4 == 3:
                    wait_for(lambda: room.obeyed, 20)
                    network.cut()
            wait_for(lambda: all("done" in office.stages(f"c{n}") for n in range(12)), 60)
            assert sorted(room.obeyed) == sorted(f"c{n}" for n in range(12))


def test_a_network_that_swallows_everything_is_noticed(tmp_path: Path, broker: Broker) -> None:
    """No reset, no answer: as when the mobile network forgets the connection."""
    with (
        Proxy(broker.port) as network,
        Listener(broker.port) as office,
        running_office(network.port, tmp_path, timing=SOON_SILENT) as room,
    ):
        network.swallow = True
        wait_for(lambda: not room.connected, 20)
        network.swallow = False
        network.cut()
        wait_for(lambda: room.connected, 20)
        assert obeys(office, "c1")


def test_a_late_will_is_corrected(tmp_path: Path, broker: Broker) -> None:
    """Somebody (an old connection's will) says that we are offline while we are not: we say the truth again."""
    with running_office(broker.port, tmp_path), Listener(broker.port) as office:
        office.send("panels/serang-01/state", b'{"online":false}', retain=True)
        wait_for(lambda: b'{"online":false}' in [m.payload for m in office.on("panels/serang-01/state")])
        wait_for(lambda: json.loads(office.on("panels/serang-01/state")[-1].payload)["online"] is True)


@pytest.mark.parametrize("restate_s", [0.2, 600.0])
def test_a_flood_of_false_states_does_not_stand(tmp_path: Path, broker: Broker, restate_s: float) -> None:
    """However often somebody says that the panel is offline: it is corrected at once, then at most every restate_s."""
    timing = dataclasses.replace(QUICK, restate_s=restate_s)
    with running_office(broker.port, tmp_path, timing=timing), Listener(broker.port) as office:

        def states() -> list[bytes]:
            return [bytes(message.payload) for message in office.on("panels/serang-01/state")]

        def online() -> int:
            return sum(json.loads(each)["online"] for each in states())

        wait_for(states)
        for _ in range(50):
            office.send("panels/serang-01/state", b'{"online":false}', retain=True)
        wait_for(lambda: states().count(b'{"online":false}') == 50)
        wait_for(lambda: online() >= 2, why="the correction")
        assert obeys(office, "c1")
        if restate_s > 1:
            assert online() == 2, "what was there, and one correction"
        else:
            wait_for(lambda: json.loads(states()[-1])["online"] is True, why="the panel comes last")


def test_the_will_says_offline_when_the_panel_vanishes(tmp_path: Path, broker: Broker) -> None:
    """No goodbye, only a lost connection: after will_delay_seconds the broker says offline, retained."""
    with (
        Proxy(broker.port) as network,
        Listener(broker.port) as office,
        running_office(network.port, tmp_path, will_delay_seconds=1),
    ):
        wait_for(lambda: office.on("panels/serang-01/state"))
        network.down = True
        network.cut()
        wait_for(lambda: office.on("panels/serang-01/state")[-1].payload == b'{"online":false}', 10)
        assert office.on("panels/serang-01/state")[-1].retain


def test_a_panel_that_was_off_gets_what_was_sent_meanwhile(tmp_path: Path, broker: Broker) -> None:
    """The broker keeps commands for it: the urgent message is shown, the one that expired is refused."""
    with running_office(broker.port, tmp_path):
        pass
    with Listener(broker.port) as office:
        office.send(COMMAND, {"id": "flood", "do": "show", "args": {"text": "Banjir", "seconds": 60}})
        office.send(COMMAND, {"id": "late", "do": "next", "expires": "2026-01-01T00:00:00Z"})
        office.send(COMMAND, {"id": "short", "do": "next"}, MessageExpiryInterval=1)
        time.sleep(2.1)  # the message's own life has to pass; there is nothing to wait for
        with running_office(broker.port, tmp_path) as room:
            wait_for(lambda: "done" in office.stages("flood") and office.stages("late"))
            assert room.obeyed == ["flood"]
            assert office.stages("late") == ["rejected expired"]
            assert office.stages("short") == []


def test_a_group_that_was_left_is_left_at_the_broker_too(tmp_path: Path, broker: Broker) -> None:
    """The broker's old session still follows the group: what comes is ignored, and not followed any more."""
    with running_office(broker.port, tmp_path, groups=("west",)):
        pass
    with Listener(broker.port) as office, running_office(broker.port, tmp_path, groups=()) as room:
        office.send("panels/group/west/command", {"id": "w1", "do": "next"})
        assert obeys(office, "c1")
        assert room.obeyed == ["c1"]
        assert office.stages("w1") == []


def test_a_thousand_commands_at_once_are_all_answered(tmp_path: Path) -> None:
    """60 of them are obeyed, the rest are refused with `too-many`; each gets its answer."""
    with (
        running_broker("max_queued_messages 0\n") as broker,  # else it drops what the listener is too slow to hear
        Listener(broker.port) as office,
        running_office(broker.port, tmp_path, timing=dataclasses.replace(QUICK, minute_s=3600)) as room,
    ):
        for number in range(1000):
            office.send(COMMAND, {"id": f"c{number}", "do": "next"})
        wait_for(lambda: len(office.on("panels/serang-01/reply")) >= 1060, 90)
        replies = [json.loads(message.payload) for message in office.on("panels/serang-01/reply")]
        assert Counter((reply["stage"], reply["code"]) for reply in replies) == {
            ("accepted", ""): 60, ("done", ""): 60, ("rejected", "too-many"): 940,
        }  # fmt: skip
        ends = {reply["id"]: reply["stage"] for reply in replies}  # the last one of each
        assert Counter(ends.values()) == {"done": 60, "rejected": 940}
        assert len(room.obeyed) == 60


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[bytes, int], None]]:
    """Sends a payload to a running link (through a real broker), and waits for its answer."""
    with (
        running_broker() as broker,
        Listener(broker.port) as office,
        running_office(broker.port, tmp_path_factory.mktemp("state"), commands_per_minute=100_000) as room,
    ):

        def send(payload: bytes, qos: int) -> None:
            before = len(office.on("panels/serang-01/reply"))
            office.send(COMMAND, payload, qos)
            if payload:
                wait_for(lambda: len(office.on("panels/serang-01/reply")) > before, 10, f"an answer to {payload!r}")
            reply = json.loads(office.on("panels/serang-01/reply")[-1].payload) if payload else {"stage": "done"}
            assert reply["stage"] in ("accepted", "done", "rejected")
            assert reply["stage"] != "rejected" or reply["code"] in REFUSALS
            office.heard.clear()
            assert threading.active_count() < 30
            assert room.connected

        yield send


@pytest.mark.slow
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(payload=PAYLOADS)
def test_every_payload_is_answered_through_a_real_broker(fuzzed: Callable[[bytes, int], None], payload: bytes) -> None:
    """Hundreds of payloads, from noise to nearly right: always a reply, never an end of the link."""
    fuzzed(payload, 1)


@pytest.mark.parametrize("size", [16_385, 300_000, 1_000_000])
def test_large_payloads_are_refused_with_their_id(tmp_path: Path, broker: Broker, size: int) -> None:
    """Over 16 KiB: `too-large`, answered with the id that stands at its beginning."""
    with Listener(broker.port) as office, running_office(broker.port, tmp_path):
        office.send(COMMAND, json.dumps({"id": "big", "do": "next", "reason": "x" * size}))
        wait_for(lambda: office.stages("big") == ["rejected too-large"])
        assert obeys(office, "c1")


def test_defaults_are_those_of_the_contract() -> None:
    """The times the tests shorten are, without a test, those of the contract."""
    timing = Timing()
    assert 2 <= timing.wait_s(0) <= 10
    assert 60 <= timing.wait_s(9) <= 180
    assert timing.keep_alive_s == 60
