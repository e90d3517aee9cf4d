"""The hub with a real broker and panels that answer: commands, pictures, a broker that goes and comes back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from player.base.mqtt.messages import Account
from player.contract import commands as c
from player.contract.commands import Command
from player.office.fleet import Presence
from player.office.signing import OfficeError
from player.office.web.live.broker_watch import WatchTiming
from player.office.web.live.changes import ChangeKind
from player.office.web.live.hub import SILENT, Hub, HubTiming
from tests.kit.broker import Broker
from tests.kit.loops import come_true
from tests.kit.network import free_port
from tests.kit.programs import frozen
from tests.kit.simulated_panels import SimulatedPanels

pytestmark = pytest.mark.live
NAMES = ("serang-01", "serang-02", "serang-03")
QUICK = HubTiming(retry_s=0.1, look_s=0.1, settle_s=0.3)


def account(port: int) -> Account:
    return Account("127.0.0.1", port, False, "office-console-test", "")


def with_hub(
    broker: Broker, story: Callable[[Hub, SimulatedPanels], Awaitable[None]], timing: HubTiming = QUICK
) -> None:
    """Plays the story with three panels, all of which the hub has heard."""

    async def play() -> None:
        async with AsyncExitStack() as stack:
            panels = await asyncio.to_thread(SimulatedPanels(broker.port, NAMES).__enter__)
            stack.callback(panels.__exit__)
            hub = await stack.enter_async_context(Hub(account(broker.port), timing=timing))
            await come_true(lambda: heard_all(hub), "all panels have reported")
            await story(hub, panels)

    asyncio.run(play())


def heard_all(hub: Hub) -> bool:
    panels = hub.panels()
    return len(panels) == len(NAMES) and all(panel.state and panel.now and panel.health for panel in panels)


def showing(hub: Hub, name: str) -> str:
    panel = hub.panel(name)
    return panel.showing if panel else ""


def test_a_command_reaches_its_panels_and_their_answers_come_back(broker: Broker) -> None:
    """With the person's name, to the panels that were meant and to no other."""

    async def story(hub: Hub, panels: SimulatedPanels) -> None:
        sent = await hub.send(["serang-01", "serang-03"], c.Next(), "Dina Sari")
        answers = await hub.answers(sent, 180.0)
        assert {name: reply.stage for name, reply in answers.last.items()} == {"serang-01": "done", "serang-03": "done"}
        assert answers.good
        assert panels.commands("serang-02") == []
        assert {each.by for each in panels.obeyed} == {"Dina Sari"}
        assert all(each.expires is not None for each in panels.obeyed)
        assert hub.answers_so_far(sent.id) is answers

    with_hub(broker, story)


def test_what_comes_waits_for_more_only_while_nobody_looks(broker: Broker) -> None:
    """An office with no page open wakes seldom; with one open, news are told when they come."""

    async def play() -> None:
        async with AsyncExitStack() as stack:
            panels = await asyncio.to_thread(SimulatedPanels(broker.port, NAMES).__enter__)
            stack.callback(panels.__exit__)
            hub = Hub(account(broker.port), timing=replace(QUICK, gather_s=3600.0))
            with hub.link.watching():
                await stack.enter_async_context(hub)
                await come_true(lambda: heard_all(hub), "all panels have reported")

    asyncio.run(play())


def test_a_command_may_bring_its_own_id(broker: Broker) -> None:
    """As an urgent message does, which every log calls by it."""

    async def story(hub: Hub, panels: SimulatedPanels) -> None:
        sent = await hub.send(["serang-01"], Command("banjir-1", c.Show(text="Banjir", seconds=600)), "Dina")
        assert sent.id == "banjir-1"
        assert (await hub.answers(sent, 180.0)).good
        await come_true(lambda: showing(hub, "serang-01") == '"Banjir"')

    with_hub(broker, story)


def test_a_panel_that_answers_nothing_is_named(broker: Broker) -> None:
    """Silence is no success."""

    async def story(hub: Hub, panels: SimulatedPanels) -> None:
        panels.mute.add("serang-02")
        sent = await hub.send(["serang-01", "serang-02"], c.Ping(), "Dina")
        await come_true(lambda: "serang-01" in answered(hub, sent.id))
        answers = await hub.answers(sent, 0.0)
        assert answers.silent == ["serang-02"]
        assert not answers.good

    with_hub(broker, story)


def answered(hub: Hub, command_id: str) -> set[str]:
    answers = hub.answers_so_far(command_id)
    assert answers is not None
    return set(answers.last)


def test_a_picture_comes_from_the_panel_and_is_asked_for_once(broker: Broker) -> None:
    """Twenty people look at the same moment: the panel draws one picture; all of them see it."""

    async def story(hub: Hub, panels: SimulatedPanels) -> None:
        found = await asyncio.gather(*(hub.picture("serang-01") for _ in range(20)))
        assert len({picture for picture in found if picture is not None}) == 1
        assert found[0] is not None
        assert found[0].startswith(b"\xff\xd8")
        assert [each.do for each in panels.obeyed] == ["screenshot"]
        assert await hub.picture("no-such-panel") is None

    with_hub(broker, story)


def test_a_picture_that_is_html_is_not_handed_out(broker: Broker) -> None:
    """A panel that was taken over sends a page instead; whoever waited gets nothing."""

    async def story(hub: Hub, panels: SimulatedPanels) -> None:
        panels["serang-01"].picture = b"<!doctype html><script>alert(1)</script>"
        assert await hub.picture("serang-01") is None
        assert hub.newest_picture("serang-01") is None

    with_hub(broker, story)


def test_what_happens_while_the_broker_is_away_is_known_when_it_is_back(broker: Broker) -> None:
    """The loss is told with its time; after it items, alerts that came and alerts that went are right by themselves."""

    async def story(hub: Hub, panels: SimulatedPanels) -> None:
        await asyncio.to_thread(panels.raise_alert, "serang-01", "disk.low", "1 GB left")
        await come_true(lambda: "disk.low" in alerts(hub, "serang-01"))
        with hub.following() as follower:
            assert broker.process
            broker.process.kill()
            await come_true(lambda: not hub.connected, "the hub knows of the loss")
            changes = await follower.take(180.0)
            assert any(each.what is ChangeKind.LINK and each.panel == "" for each in changes)
        assert hub.lost_since is not None
        assert hub.why
        with pytest.raises(OfficeError):
            await hub.send(["serang-01"], c.Next(), "Dina")
        broker.process.wait()
        broker.process = None
        del panels["serang-01"].alerts["disk.low"]
        panels["serang-02"].items = ("media/new.mp4",)
        await asyncio.to_thread(broker.start)
        await come_true(lambda: hub.connected and showing(hub, "serang-02") == "media/new.mp4", "it has caught up")
        await come_true(lambda: alerts(hub, "serang-01") == set(), "the alert has ended")
        assert (await hub.answers(await hub.send(["serang-02"], c.Next(), "Dina"), 180.0)).good

    with_hub(broker, story)


def test_a_frozen_broker_is_lost_until_it_goes_on(broker: Broker) -> None:
    """It closed nothing, and the session would live for hours; what was said meanwhile comes when it goes on."""

    async def story(hub: Hub, panels: SimulatedPanels) -> None:
        assert broker.process
        with hub.link.watching():
            with frozen(broker.process.pid):
                await come_true(lambda: not hub.connected, "the silence is noticed")
                assert (hub.why, hub.lost_since is None) == (SILENT, False)
                with pytest.raises(OfficeError):
                    await hub.send(["serang-01"], c.Next(), "Dina")
                await asyncio.to_thread(panels.show, "serang-02", "media/meanwhile.mp4")
            await come_true(lambda: hub.connected and hub.lost_since is None, "it answers again")
            await come_true(lambda: showing(hub, "serang-02") == "media/meanwhile.mp4", "it has caught up")
            assert (await hub.answers(await hub.send(["serang-02"], c.Next(), "Dina"), 180.0)).good

    with_hub(broker, story, replace(QUICK, keep_alive_s=3600))


def test_a_broker_that_is_quiet_is_not_lost(broker: Broker) -> None:
    """It answers each question, and no page says that the news is old."""

    async def story(hub: Hub, panels: SimulatedPanels) -> None:
        with hub.link.watching(), hub.following() as follower:
            asked = [hub.heard_mono()]
            while len(asked) < 4:
                await come_true(lambda: hub.heard_mono() != asked[-1], "another answer")
                asked.append(hub.heard_mono())
            assert hub.connected
            assert not [each for each in await follower.take(0.0) if each.what is ChangeKind.LINK]

    with_hub(broker, story, replace(QUICK, keep_alive_s=3600, watch=WatchTiming(ask_after_s=0.2, answer_s=600.0)))


def alerts(hub: Hub, name: str) -> set[str]:
    panel = hub.panel(name)
    return set(panel.alerts) if panel else set()


def test_a_panel_that_goes_off_is_off_on_the_wall(broker: Broker) -> None:
    """And back when it is back."""

    async def story(hub: Hub, panels: SimulatedPanels) -> None:
        def presence() -> Presence:
            panel = hub.panel("serang-01")
            assert panel is not None
            return hub.known.presence(panel)

        panels.go_off("serang-01")
        await come_true(lambda: presence() is Presence.OFFLINE)
        panels.come_back("serang-01")
        await come_true(lambda: presence() is Presence.ONLINE)

    with_hub(broker, story)


def test_a_hub_that_finds_no_broker_says_so_and_ends_in_time(tmp_path: Path) -> None:
    """The page is there without a broker; the reason is in words; the end waits for nobody."""

    async def play() -> None:
        async with Hub(account(free_port()), timing=QUICK) as hub:
            await come_true(lambda: "nobody listens there" in hub.why, "the reason is told")
            assert not hub.connected
            assert hub.lost_since is not None

    asyncio.run(play())


def test_an_account_that_may_not_command_is_told_so_and_goes_on_hearing(tmp_path: Path) -> None:
    """The broker refuses the command, not the session."""
    (tmp_path / "readers.acl").write_text("topic read panels/#\n")
    broker = Broker(tmp_path, f"acl_file {tmp_path}/readers.acl\nuser root\n").start()

    async def play() -> None:
        async with Hub(account(broker.port), timing=QUICK) as hub:
            await come_true(lambda: hub.connected)
            for _ in range(2):
                with pytest.raises(OfficeError, match="may not send commands"):
                    await hub.send(["serang-01"], c.Next(), "Dina")
            assert hub.connected

    try:
        asyncio.run(play())
    finally:
        broker.stop()
