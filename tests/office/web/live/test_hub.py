"""The hub without a network: what it makes of the panels' messages, whoever wrote them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from player.base.mqtt.messages import Arrived
from player.contract import commands as c
from player.contract.encoding import encode, encode_health
from player.contract.reports import Reply
from player.office.fleet import SILENT_AFTER, Presence
from player.office.signing import OfficeError
from player.office.web.live.broker_thread import BrokerFound, BrokerLost
from player.office.web.live.changes import Change, ChangeKind
from player.office.web.live.history import Reading
from player.office.web.live.hub import Hub
from player.office.web.live.known_panels import ALERTS_MOST, PANELS_MOST, REPORT_BYTES
from player.office.web.live.tile import Rank
from tests.kit.heard import message, said_alert, said_now, said_state
from tests.kit.reports import REPORT

START = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.wall = START

    def __call__(self) -> datetime:
        return self.wall


def a_hub(*heard: Arrived, clock: Callable[[], datetime] = Clock()) -> Hub:  # noqa: B008  # it stands still
    hub = Hub(None, wall=clock)
    hub.take(BrokerFound())
    for each in heard:
        hub.take(each)
    return hub


def test_the_hub_says_what_each_panel_is() -> None:
    """From the panels' own reports; those in trouble first."""
    hub = a_hub(
        said_state("a-01", START),
        said_now("a-01", START),
        said_state("b-02", START, online=False),
        said_state("c-03", START),
        said_alert("c-03", START),
    )
    assert [panel.name for panel in hub.panels()] == ["b-02", "c-03", "a-01"]
    assert hub.known.count_ranks() == {Rank.BAD: 1, Rank.WARN: 1, Rank.GOOD: 1}
    assert sorted(["a-01", "b-02", "c-03"], key=hub.known.order) == ["b-02", "c-03", "a-01"]
    panel = hub.panel("a-01")
    assert panel is not None
    assert panel.showing == "media/a.mp4"


def test_each_message_is_told_to_who_follows() -> None:
    """Its panel and its kind; what is nobody's topic is not told."""

    async def follow() -> list[Change]:
        hub = a_hub(said_state("a-01", START))
        with hub.following() as follower:
            for heard in (
                said_now("a-01", START),
                said_alert("a-01", START),
                message("a-01/unheard-of", b"{}"),
                message("A/b/now", b"{}"),
            ):
                hub.take(heard)
            return await follower.take(1.0)

    assert asyncio.run(follow()) == [Change("a-01", ChangeKind.NOW), Change("a-01", ChangeKind.ALERT)]


def test_a_page_can_ask_what_changed_since_it_was_drawn() -> None:
    """By the version that it was drawn at."""
    hub = a_hub(said_state("a-01", START), said_state("b-02", START), said_state("c-03", START))
    drawn_at = hub.known.version
    hub.take(said_now("b-02", START))
    hub.take(BrokerLost("gone"))
    assert hub.known.changed_after(drawn_at) == ["b-02"]
    assert set(hub.known.changed_after(0)) == {"a-01", "b-02", "c-03"}
    assert Hub(None).known.epoch != Hub(None).known.epoch


def test_a_panel_that_says_nothing_falls_silent_by_the_clock() -> None:
    """And everybody who follows hears of it, though no message came."""
    clock = Clock()

    async def follow() -> tuple[list[Change], Rank]:
        hub = a_hub(said_state("a-01", START), said_now("a-01", START), clock=clock)
        with hub.following() as follower:
            clock.wall += SILENT_AFTER + timedelta(seconds=1)
            hub.look()
            return await follower.take(1.0), next(iter(hub.known.count_ranks()))

    assert asyncio.run(follow()) == ([Change("a-01", ChangeKind.STATE)], Rank.BAD)


def test_while_the_broker_is_gone_nobody_falls_silent() -> None:
    """What is known ends with the loss: the page says that the broker is gone, and not that a thousand panels are."""
    clock = Clock()
    hub = a_hub(said_state("a-01", START), said_now("a-01", START), clock=clock)
    clock.wall += timedelta(seconds=10)
    hub.take(BrokerLost("the connection was lost"))
    clock.wall += timedelta(hours=5)
    hub.look()
    panel = hub.panel("a-01")
    assert panel is not None
    assert hub.known.presence(panel) is Presence.ONLINE
    assert (hub.connected, hub.lost_since) == (False, START + timedelta(seconds=10))
    assert hub.why == "the connection was lost"


def test_since_when_the_broker_is_gone_is_told_once() -> None:
    """Each try in vain may have another reason; the time of the loss stays."""
    clock = Clock()
    hub = a_hub(clock=clock)
    hub.take(BrokerLost("the connection was lost"))
    clock.wall += timedelta(minutes=3)
    hub.take(BrokerLost("connection refused"))
    assert (hub.lost_since, hub.why) == (START, "connection refused")
    hub.take(BrokerFound())
    assert (hub.connected, hub.lost_since, hub.why) == (True, None, "")


def test_an_alert_that_ended_while_the_broker_was_away_is_gone() -> None:
    """What the broker does not send again after a while has been cleared; what it sends stays."""
    hub = a_hub(
        said_state("a-01", START), said_alert("a-01", START, "disk.low"), said_alert("a-01", START, "memory.high")
    )
    hub.take(BrokerLost("gone"))
    hub.take(BrokerFound())
    hub.take(said_alert("a-01", START, "memory.high", retained=True))
    hub.known.drop_doubted()
    panel = hub.panel("a-01")
    assert panel is not None
    assert list(panel.alerts) == ["memory.high"]


def test_a_panel_that_is_taken_out_of_service_leaves_the_wall() -> None:
    """An empty state tells the broker to forget it; whoever follows hears that it changed, and finds it gone."""
    hub = a_hub(said_state("a-01", START), said_now("a-01", START))
    version = hub.known.version
    hub.take(message("a-01/state", b""))
    assert hub.panel("a-01") is None
    assert hub.known.changed_after(version) == ["a-01"]
    assert hub.known.count_ranks().total() == 0


@pytest.mark.parametrize(
    "payload",
    [b"", b"nonsense", b"[]", b'{"online": 1}', b"\xff\xfe", b"{" * 100_000, b'"' + b"x" * REPORT_BYTES + b'"'],
)
@pytest.mark.parametrize("kind", ["state", "health", "now", "alert/x", "reply", "screenshot", "alert/", "played"])
def test_no_payload_ends_the_hub(kind: str, payload: bytes) -> None:
    """Whatever a panel sends, the panel before it is as it was, and the next message counts."""
    hub = a_hub(
        said_state("a-01", START), said_now("a-01", START), message(f"a-01/{kind}", payload), said_now("b-02", START)
    )
    assert hub.panel("b-02") is not None
    if payload or kind != "state":
        panel = hub.panel("a-01")
        assert panel is not None
        assert panel.showing == "media/a.mp4"


def test_a_hostile_account_fills_no_memory() -> None:
    """Only so many panels are kept, and so many alerts of each; known panels go on."""
    hub = a_hub(said_state("a-01", START))
    for n in range(3 * ALERTS_MOST):
        hub.take(said_alert("a-01", START, f"alert-{n}"))
    for n in range(PANELS_MOST + 50):
        hub.take(said_state(f"made-up-{n}", START))
    hub.take(said_now("a-01", START, "media/still-heard.mp4"))
    panel = hub.panel("a-01")
    assert panel is not None
    assert len(panel.alerts) == ALERTS_MOST
    assert len(hub.panels()) == PANELS_MOST
    assert panel.showing == "media/still-heard.mp4"


def test_a_report_that_the_broker_kept_stands_in_the_chart_at_its_own_time() -> None:
    """An hour old, it draws its point an hour ago; one of days ago draws none; one heard live draws one now."""
    hub = a_hub(said_state("a-01", START))
    for hours, drawn in ((200, None), (1, 9.5)):
        kept = encode_health(replace(REPORT, at=START - timedelta(hours=hours)))
        hub.take(message("a-01/health", kept, retained=True))
        assert hub.history("a-01").series(Reading.CPU, START)[-13] == drawn
    hub.take(message("a-01/health", encode_health(REPORT)))
    assert hub.history("a-01").series(Reading.CPU, START)[-1] == 9.5


def test_a_command_without_a_broker_is_refused_at_once() -> None:
    """In words; nothing waits to be obeyed later."""

    async def send() -> None:
        await Hub(None).send(["a-01"], c.Next(), "Dina")

    with pytest.raises(OfficeError, match="no connection to the broker"):
        asyncio.run(send())


def test_a_reply_that_nobody_here_waits_for_is_told_to_nobody() -> None:
    """Other programs send commands, too."""

    async def follow() -> list[Change]:
        hub = a_hub(said_state("a-01", START))
        with hub.following() as follower:
            hub.take(message("a-01/reply", encode(Reply("c1", "done", "", "", START))))
            return await follower.take(0.0)

    assert asyncio.run(follow()) == []


def test_a_report_that_cannot_be_read_is_a_worry_until_the_panel_says_it_readably() -> None:
    """A report of another kind does not make it good."""
    hub = a_hub(said_state("a-01", START), said_now("a-01", START), message("a-01/health", b"nonsense"))
    assert hub.known.count_ranks() == {Rank.WARN: 1}
    hub.take(said_now("a-01", START))
    assert hub.known.count_ranks() == {Rank.WARN: 1}
    hub.take(message("a-01/health", encode_health(replace(REPORT, alerts=()))))
    assert hub.known.count_ranks() == {Rank.GOOD: 1}
