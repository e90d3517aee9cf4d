"""Two real Syncthings on this machine: the office's (send only) and the panel's (receive only), as the manual sets them up."""

from __future__ import annotations

import contextlib
import subprocess
import xml.etree.ElementTree as Xml
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.kit.network import free_ports
from tests.kit.programs import end, need

FOLDER = "panel-content"
OFF = {
    "globalAnnounceEnabled": "false", "localAnnounceEnabled": "false", "relaysEnabled": "false", "natEnabled": "false",
    "startBrowser": "false", "crashReportingEnabled": "false", "urAccepted": "-1", "autoUpgradeIntervalH": "0",
    "reconnectionIntervalS": "1", "limitBandwidthInLan": "true",
}  # fmt: skip


@dataclass
class Syncthing:
    """One of the two. send_limit: KiB a second, 0: none; counts from the next start."""

    home: Path
    folder: Path
    kind: str
    port: int
    device: str = ""
    send_limit: int = 0
    process: subprocess.Popen[bytes] | None = None

    def make(self) -> None:
        words = ["syncthing", "generate", f"--home={self.home}", "--no-default-folder"]
        subprocess.run(words, check=True, capture_output=True, timeout=60)
        own = Xml.parse(self.home / "config.xml").getroot().find("device")
        assert own is not None
        self.device = own.attrib["id"]

    def start(self, other: Syncthing) -> None:
        self._set_up(other)
        words = ["syncthing", "serve", f"--home={self.home}", "--no-browser", "--no-restart", "--logfile=-"]
        with (self.home / "log").open("ab") as log:
            self.process = subprocess.Popen(words, stdout=log, stderr=log, stdin=subprocess.DEVNULL)

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            end(self.process)

    def _set_up(self, other: Syncthing) -> None:
        path = self.home / "config.xml"
        tree = Xml.parse(path)
        root = tree.getroot()
        for stale in [*root.findall("folder"), *root.findall("device")]:
            root.remove(stale)
        options = root.find("options")
        assert options is not None
        listen = {"listenAddress": f"tcp://127.0.0.1:{self.port}", "maxSendKbps": str(self.send_limit)}
        for name, value in {**OFF, **listen}.items():
            for found in options.findall(name):
                options.remove(found)
            Xml.SubElement(options, name).text = value
        gui = root.find("gui")
        assert gui is not None
        gui.set("enabled", "false")  # nobody looks, and its port could be the other's
        for each in (self, other):
            device = Xml.SubElement(root, "device", id=each.device, name=each.kind)
            Xml.SubElement(device, "address").text = f"tcp://127.0.0.1:{each.port}"
        words = {"id": FOLDER, "label": FOLDER, "path": str(self.folder), "type": self.kind, "fsWatcherEnabled": "true",
                 "fsWatcherDelayS": "1", "rescanIntervalS": "3600", "ignorePerms": "true"}  # fmt: skip
        folder = Xml.SubElement(root, "folder", words)
        for each in (self, other):
            Xml.SubElement(folder, "device", id=each.device)
        tree.write(path)


@contextlib.contextmanager
def syncthing_pair(root: Path, office_folder: Path, panel_folder: Path) -> Iterator[tuple[Syncthing, Syncthing]]:
    """(office, panel), both started and made known to each other; ended with the block."""
    need("syncthing")
    one, other = free_ports(2)
    office = Syncthing(root / "office-home", office_folder, "sendonly", one)
    panel = Syncthing(root / "panel-home", panel_folder, "receiveonly", other)
    for each in (office, panel):
        each.make()
    try:
        panel.start(office)
        office.start(panel)
        yield office, panel
    finally:
        office.stop()
        panel.stop()
