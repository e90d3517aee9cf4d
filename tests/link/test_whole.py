"""The whole player under a supervisor, with a real X server, VLC and mosquitto: what the office asks really happens."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from player.contract.commands import COMMANDS
from tests.kit.broker import Broker, running_broker
from tests.kit.captor import Captor
from tests.kit.listener import Listener
from tests.kit.numbered import make_numbered
from tests.kit.programs import frozen, need
from tests.kit.rough import Rough, rough_network
from tests.kit.supervised import Supervised
from tests.kit.waiting import wait_for
from tests.kit.xvfb import running_xvfb

pytestmark = [pytest.mark.live, pytest.mark.slow]
COMMAND = "panels/serang-01/command"
LOOK_S = 0.05
"""Between two looks through all that was seen or heard so far."""


@dataclass
class Panel:
    office: Listener
    broker: Broker
    display: str
    player: Supervised
    rough: Rough | None

    def ask(self, do: str, args: dict[str, Any] | None = None, within_s: float = 40.0) -> str:
        """Sends a command and waits for its end: "done", "failed library", ..."""
        number = sum(message.topic == COMMAND for message in self.office.heard)
        name = f"{do}-{number}"
        self.office.send(COMMAND, {"id": name, "do": do, "args": args or {}})
        wait_for(lambda: self.office.stages(name)[-1:] not in ([], ["accepted"]), within_s, f"an end of {do}", LOOK_S)
        return self.office.stages(name)[-1]

    def health(self) -> dict[str, Any]:
        said = self.office.on("panels/serang-01/health")
        return json.loads(said[-1].payload) if said else {"player": {"state": ""}}

    def wait_for_state(self, state: str) -> None:
        wait_for(lambda: self.health()["player"]["state"] == state, 40, f"player.state {state}", LOOK_S)


@pytest.fixture(scope="module")
def panel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Panel]:
    """One panel that plays three numbered clips; it is started again whenever it ends."""
    with running_panel(tmp_path_factory.mktemp("panel"), lambda port: nullcontext()) as made:
        yield made


@contextmanager
def running_panel(folder: Path, network: Callable[[int], AbstractContextManager[Rough | None]]) -> Iterator[Panel]:
    """network: what lies between the panel and the broker at a port; None: nothing."""
    need("Xvfb", "ffmpeg", "mosquitto")
    content = folder / "content"
    content.mkdir()
    for clip in range(3):
        make_numbered(content / f"clip-{clip}.mp4", clip, frames=90, size=(320, 180))
    with (
        running_broker() as broker,
        running_xvfb("320x180") as display,
        Listener(broker.port) as office,
        network(broker.port) as rough,
    ):
        config = folder / "config.toml"
        config.write_text(
            f'[panel]\nname = "serang-01"\nstate_folder = "{folder}/state"\n[content]\nfolder = "{content}"\n'
            f'[screen]\ndisplay = "{display}"\n[usb]\nmode = "off"\n'
            f'[office]\nhost = "127.0.0.1"\nport = {rough.port if rough else broker.port}\ntls = false\n'
            "commands_per_minute = 1000\n"
        )
        (folder / "state").mkdir()
        words = [sys.executable, "-m", "player", "run", "--config", str(config)]
        with Supervised(rough.wrap(words) if rough else words, folder / "player.log", restart_s=0.2) as player:
            made = Panel(office, broker, display, player, rough)
            made.wait_for_state("playing")
            yield made


@pytest.mark.timeout(400)
def test_a_terrible_network_disturbs_no_picture_and_no_command(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """600 ms there and back, 20 % loss, cuts and a black hole: nothing black, and each command is obeyed once."""
    with running_panel(tmp_path, lambda port: rough_network(tmp_path, port)) as panel, Captor(panel.display) as captor:
        assert panel.rough is not None
        record_property("network", panel.rough.kind)
        shown = len(captor.changes())
        for attempt in range(3):
            for do in ("ping", "next", "health"):
                assert panel.ask(do, within_s=90) == "done"
            if attempt == 0:
                panel.rough.cut()
            elif attempt == 1:
                before = len(captor.changes())
                with panel.rough.hole(panel.player):
                    wait_for(lambda: len(captor.changes()) >= before + 3, 60, "the playlist goes on", LOOK_S)  # noqa: B023
                panel.rough.cut()
        names = [name for name in ids(panel) if name.startswith("next")]
        assert [panel.office.stages(name).count("done") for name in names] == [1, 1, 1]
        assert len(captor.changes()) > shown
    assert captor.black_runs() == 0


@pytest.mark.timeout(300)
def test_every_command_of_the_contract_is_answered_truly(panel: Panel) -> None:
    """Each one is done, or failed for a reason that this machine really has (one release only, a virtual screen)."""
    args: dict[str, dict[str, Any]] = {
        "goto": {"item": "clip-2.mp4"},
        "show": {"text": "Banjir di Ciujung 洪水", "seconds": 30},
        "drop": {"item": "clip-2.mp4"},
        "ticker": {"text": "Pasar murah"},
        "play": {"playlist": "default"},
        "volume": {"percent": 30},
        "brightness": {"percent": 80},
        "screenshot": {"width": 320},
        "identify": {"seconds": 1},
        "test-pattern": {"seconds": 1},
        "logs": {"lines": 20},
    }
    ends = {do: panel.ask(do, args.get(do)) for do in COMMANDS if do not in ("restart-player", "reboot")}
    good = {do for do, end in ends.items() if end == "done"}
    assert set(ends) - good == {"rollback", "brightness"}, ends
    picture = panel.office.on("panels/serang-01/screenshot")[-1]
    assert picture.payload.startswith(b"\xff\xd8")
    logs = next(
        r for r in panel.office.replies(next(n for n in ids(panel) if n.startswith("logs"))) if r["stage"] == "done"
    )
    assert logs["detail"].strip()
    assert panel.ask("clear") == "done"  # `play` is an override too


def ids(panel: Panel) -> list[str]:
    return [json.loads(message.payload)["id"] for message in panel.office.on(COMMAND)]


@pytest.mark.timeout(300)
def test_restart_player_is_done_when_the_player_is_back(panel: Panel) -> None:
    """Accepted by the one life, done by the next; the urgent message and the volume are what they were."""
    panel.wait_for_state("playing")
    assert panel.ask("show", {"text": "Banjir", "seconds": 600}) == "done"
    panel.wait_for_state("override")
    starts = panel.player.starts
    boot = json.loads(panel.office.on("panels/serang-01/state")[-1].payload)["boot"]
    assert panel.ask("restart-player") == "done"
    assert panel.player.starts == starts + 1

    def is_back() -> bool:
        return json.loads(panel.office.on("panels/serang-01/state")[-1].payload).get("boot") not in (None, boot)

    wait_for(is_back, 20, "online under a new boot id")
    panel.wait_for_state("override")
    assert panel.ask("clear") == "done"
    panel.wait_for_state("playing")


@pytest.mark.timeout(300)
def test_no_trouble_with_the_broker_disturbs_the_picture(panel: Panel) -> None:
    """Frozen, killed, away, back without its store: nothing black, the playlist goes on, and then a command works."""
    panel.wait_for_state("playing")
    with Captor(panel.display) as captor:

        def watch_on(changes: int) -> None:
            """Until so many more clips have begun: the picture goes on meanwhile."""
            before = len(captor.changes())
            wait_for(lambda: len(captor.changes()) >= before + changes, 60, "the playlist goes on", LOOK_S)

        assert panel.broker.process
        with frozen(panel.broker.process.pid):
            watch_on(3)
        panel.broker.process.kill()
        panel.broker.process.wait()
        panel.broker.process = None
        watch_on(3)
        panel.broker.start()
        seen = len(panel.office.on("panels/serang-01/state"))
        wait_for(lambda: len(panel.office.on("panels/serang-01/state")) > seen, 60, "the panel is back")
        assert panel.ask("next") == "done"
        watch_on(1)
    assert captor.black_runs() == 0
