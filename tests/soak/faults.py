"""What is done to the player: each fault is a small function that says what it did; one is drawn at random."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from tests.kit.broker import Broker
from tests.kit.layers import layers_of
from tests.kit.listener import Listener
from tests.kit.supervised import Supervised
from tests.kit.xcount import Counter
from tests.soak.content import Content

PANEL = "soak-01"
EMPTY_S = 4.0
PAUSE_S = 1.0
BROKER_S = 3.0


@dataclass(frozen=True, slots=True)
class Thrown:
    """at_s: seconds since the soak began."""

    at_s: float
    kind: str
    detail: str


@dataclass
class Faults:
    """`throw(late)` does one of them; late: the daemon itself may be killed too. Used by one thread."""

    chance: random.Random
    daemon: Supervised
    content: Content
    counter: Counter
    broker: Broker
    office: Listener
    began_mono: float
    thrown: list[Thrown] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    _commands: int = 0

    WEIGHTS = {  # noqa: RUF012 - a dataclass takes it for no field, as it has no annotation
        "kill visible": 3, "kill hidden": 3, "segv visible": 2, "segv hidden": 2, "stop visible": 2, "stop hidden": 2,
        "bad file": 4, "remove bad": 3, "replace clip": 5, "edit playlist": 4, "empty folder": 1, "stop broker": 1,
        "freeze broker": 1, "command": 14,
    }  # fmt: skip
    LATE_WEIGHTS = {"kill daemon": 6, "freeze daemon": 1, "restart-player": 1}  # noqa: RUF012 - as above

    def throw(self, late: bool) -> Thrown | None:
        weights = self.WEIGHTS | (self.LATE_WEIGHTS if late else {})
        kind = self.chance.choices(list(weights), list(weights.values()))[0]
        at_s = time.monotonic() - self.began_mono
        try:
            detail = self._do(kind)
        except (OSError, ValueError, AssertionError) as error:
            self.troubles.append(f"{at_s:.1f} s: {kind}: {type(error).__name__}: {error}")
            return None
        if detail is None:
            return None
        self.thrown.append(Thrown(at_s, kind if kind != "command" else f"command {detail.split()[0]}", detail))
        return self.thrown[-1]

    def _do(self, kind: str) -> str | None:
        """None: it could not be done just now (no decoder, no daemon)."""
        match kind.split():
            case ["kill" | "segv" | "stop" as what, "visible" | "hidden" as which]:
                return self._hurt_layer(what, which)
            case ["kill", "daemon"]:
                return "SIGKILL" if self.daemon.hurt(signal.SIGKILL) else None
            case ["freeze", "daemon"]:
                return self._freeze_daemon()
            case ["restart-player"]:
                return self._send("restart-player", {})
            case ["bad", "file"]:
                return self.content.add_bad()
            case ["remove", "bad"]:
                return self.content.remove_bad()
            case ["replace", "clip"]:
                return self.content.replace_clip()
            case ["edit", "playlist"]:
                return self.content.edit_playlist()
            case ["empty", "folder"]:
                done = self.content.empty()
                time.sleep(EMPTY_S)
                return f"{done}, {self.content.refill()} after {EMPTY_S:.0f} s"
            case ["stop", "broker"]:
                self.broker.stop()
                time.sleep(BROKER_S)
                self.broker.start()
                return f"for {BROKER_S:.0f} s"
            case ["freeze", "broker"]:
                assert self.broker.process is not None
                self.broker.process.send_signal(signal.SIGSTOP)
                time.sleep(BROKER_S)
                self.broker.process.send_signal(signal.SIGCONT)
                return f"for {BROKER_S:.0f} s"
            case _:
                return self._command()

    def _hurt_layer(self, what: str, which: str) -> str | None:
        number = {"kill": signal.SIGKILL, "segv": signal.SIGSEGV, "stop": signal.SIGSTOP}[what]
        pid = self.daemon.pid
        layers = layers_of(pid) if pid is not None else {}
        top = self.counter.topmost(list(layers)) if layers else None
        hurt = [layer for window, layer in layers.items() if (window == top) == (which == "visible")]
        if not hurt or (which == "hidden" and len(layers) < 2):
            return None
        with contextlib.suppress(ProcessLookupError):
            os.kill(hurt[0], number)
        return f"{number.name} to {hurt[0]}"

    def _freeze_daemon(self) -> str | None:
        """As long as systemd's watchdog would let it: then it is killed."""
        if not self.daemon.hurt(signal.SIGSTOP):
            return None
        frozen = self.daemon.pid
        seconds = self.chance.uniform(1, 4)

        def thaw() -> None:
            if frozen is not None and self.daemon.pid == frozen:
                self.daemon.hurt(signal.SIGCONT)

        timer = threading.Timer(seconds, thaw)
        timer.daemon = True
        timer.start()
        return f"SIGSTOP for {seconds:.1f} s"

    def _command(self) -> str:
        orders: list[tuple[str, dict[str, Any]]] = [
            ("next", {}), ("previous", {}), ("goto", {"item": self.chance.randrange(1, 10)}), ("pause", {}),
            ("resume", {}), ("show", {"text": "Banjir di Jalan Ahmad Yani", "seconds": 1.5, "colour": "red"}),
            ("show", {"media": "media/h264.mp4", "seconds": 2.0}), ("clear", {}), ("play", {"playlist": "extra"}),
            ("screenshot", {"width": 320}), ("identify", {"seconds": 1.0}), ("test-pattern", {"seconds": 1.0}),
            ("rescan", {}), ("health", {}), ("ping", {}), ("logs", {"lines": 20}), ("volume", {"percent": 30}),
            ("brightness", {"percent": 90}),
        ]  # fmt: skip
        do, args = self.chance.choice(orders)
        if do == "play":
            threading.Timer(6.0, self._send, ("clear", {})).start()
        sent = self._send(do, args)
        if do == "pause":  # here, not by a timer: a broker that is stopped in between would lose it
            time.sleep(PAUSE_S)
            self._send("resume", {})
        return sent

    def _send(self, do: str, args: dict[str, Any]) -> str:
        self._commands += 1
        envelope = {"id": f"soak-{self._commands}-{time.monotonic_ns()}", "do": do, "args": args}
        self.office.send(f"panels/{PANEL}/command", envelope)
        return f"{do} {json.dumps(args)}"
