"""A whole machine in QEMU: power, screen, sticks, shell.

Knows: QMP, ssh through a forwarded port. Touches: the QEMU it started, files below its own folder.
Must not: judge (stories.py does).
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import shlex
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.kit.network import free_port

CACHE = Path(os.environ.get("PANEL_VM_CACHE", "/var/cache/panel-vm"))
RELEASE = os.environ.get("PANEL_VM_RELEASE", "bookworm")
WORDS = (
    "root=/dev/vda rw quiet loglevel=1 systemd.show_status=false rd.udev.log_level=3 vt.global_cursor_default=0 "
    "vt.color=0x00 consoleblank=0"
)
"""Those of systemd/panel-grub.cfg, as the boot loader would give them."""
EMULATED = ["-accel", "tcg,thread=multi", "-cpu", "max,la57=off"]
"""Without the fifth level of page tables, which costs an emulated processor time at each look into them."""
WITH_KVM = ["-accel", "kvm", "-cpu", "host"]
PROBE_S = 20.0
LEAST_S = 600.0
"""The shortest wait that fails a story: on a host that other jobs fill an emulated machine took 30 s for a shell (2026-11-26)."""
BROKER_ADDRESS = "10.0.2.100"
Pixels = NDArray[np.uint8]


@functools.cache
def accelerator() -> list[str]:
    """KVM where this machine has it and the release's kernel starts under it, else an emulated processor, ten times slower.

    A kernel without a disk panics and restarts, upon which QEMU ends. In a virtual machine of the kind PVM the device is there
    and Debian's kernels do not come to their first line (2026-11-26): only trying tells.
    """
    if not os.access("/dev/kvm", os.R_OK | os.W_OK):
        return EMULATED
    kernel = ["-kernel", str(CACHE / f"{RELEASE}.kernel"), "-append", "panic=-1"]
    words = [
        "qemu-system-x86_64",
        "-machine",
        "q35",
        *WITH_KVM,
        "-m",
        "512",
        "-nodefaults",
        "-display",
        "none",
        "-no-reboot",
    ]
    try:
        done = subprocess.run(
            [*words, *kernel], stdin=subprocess.DEVNULL, capture_output=True, timeout=PROBE_S, check=False
        )
    except subprocess.TimeoutExpired:
        return EMULATED
    return WITH_KVM if done.returncode == 0 else EMULATED


class Guest:
    """One virtual machine. `start` is power on, `kill` a power cut."""

    def __init__(self, folder: Path, base: Path, broker_port: int, size: tuple[int, int] = (640, 360)) -> None:
        self.folder = folder
        self.size = size
        self.disk = folder / "disk.qcow2"
        self.ssh_port = free_port()
        self.started_mono = 0.0
        self._broker_port = broker_port
        self._qemu: subprocess.Popen[bytes] | None = None
        self._qmp: Qmp | None = None
        folder.mkdir(parents=True, exist_ok=True)
        kind = "qcow2" if base.suffix == ".qcow2" else "raw"
        subprocess.run(
            ["qemu-img", "create", "-q", "-f", "qcow2", "-b", str(base), "-F", kind, str(self.disk)], check=True
        )

    def start(
        self, *, network: bool = True, clock: str = "", stick: Path | None = None, memory: Path | None = None
    ) -> None:
        """clock: what the battery clock says, "2000-01-01T00:00:00" (UTC). memory: what `suspend` kept; it goes on there."""
        qmp_path = self.folder / "qmp"
        qmp_path.unlink(missing_ok=True)
        net = f"user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:{self.ssh_port}-:22"
        if network:
            net += f",guestfwd=tcp:{BROKER_ADDRESS}:1883-cmd:socat - TCP:127.0.0.1:{self._broker_port}"
        words = [
            "qemu-system-x86_64", "-machine", "q35", *accelerator(), "-smp", "2",
            "-m", "1536", "-nodefaults", "-display", "none", "-serial", f"file:{self.folder}/serial.log",
            "-kernel", str(CACHE / f"{RELEASE}.kernel"), "-initrd", str(CACHE / f"{RELEASE}.initrd"), "-append", WORDS,
            # What the guest did not flush is lost with QEMU, as with a disk's own cache.
            "-drive", f"file={self.disk},if=virtio,format=qcow2,cache=writeback",
            "-device", f"VGA,edid=on,xres={self.size[0]},yres={self.size[1]}",
            "-device", "qemu-xhci,id=xhci", "-netdev", net, "-device", "virtio-net-pci,netdev=net,romfile=",
            "-device", "virtio-rng-pci", "-qmp", f"unix:{qmp_path},server=on,wait=off",
            "-rtc", f"base={clock or 'utc'}", "-action", "watchdog=reset", "-action", "panic=none",
        ]  # fmt: skip
        if stick is not None:
            words += ["-drive", f"file={stick},if=none,id=boot-stick,format=raw",
                      "-device", "usb-storage,bus=xhci.0,drive=boot-stick,id=stick-at-boot,removable=on"]  # fmt: skip
        if memory is not None:
            words += ["-incoming", f"exec:cat {shlex.quote(str(memory))}"]
        self.started_mono = time.monotonic()
        self._qemu = subprocess.Popen(words, stdin=subprocess.DEVNULL)
        self._qmp = Qmp(qmp_path)
        if memory is not None:
            self.wait_until(lambda: self.ask("query-status")["status"] != "inmigrate", 120, "its memory is back")
            self.ask("cont")

    def suspend(self, memory: Path) -> None:
        """Ends the machine as it runs; another one on a copy of its disk goes on from `memory`."""
        self.ask("stop")
        self.ask("migrate", uri=f"exec:cat >{shlex.quote(str(memory))}")
        self.wait_until(
            lambda: self.ask("query-migrate").get("status") in ("completed", "failed"), 600, "it is written"
        )
        assert self.ask("query-migrate")["status"] == "completed"
        self.ask("quit")
        assert self._qemu is not None
        self._qemu.wait(60)
        self.kill()

    def kill(self) -> None:
        """A power cut."""
        if self._qemu is not None:
            self._qemu.kill()
            self._qemu.wait()
            self._qemu = None
        if self._qmp is not None:
            self._qmp.close()
            self._qmp = None

    def shut_down(self, within_s: float = 240) -> None:
        with contextlib.suppress(subprocess.SubprocessError):
            self.run("systemctl poweroff", within_s=20, check=False)
        assert self._qemu is not None
        self._qemu.wait(within_s)
        self.kill()

    @property
    def age_s(self) -> float:
        """Since power on."""
        return time.monotonic() - self.started_mono

    # ---- the screen

    def look(self) -> Pixels:
        """What is on the monitor: height x width x (red, green, blue)."""
        shot = self.folder / "screen.ppm"
        self.ask("screendump", filename=str(shot))
        return read_ppm(shot)

    # ---- the shell

    def fetch(self, source: str, target: Path) -> None:
        """A file or a folder of the guest."""
        words = [*self._ssh("scp", "-P"), "-q", "-r", f"root@127.0.0.1:{source}", str(target)]
        subprocess.run(words, check=True, timeout=1500)

    def run(self, command: str, *, within_s: float = LEAST_S, check: bool = True) -> str:
        words = [*self._ssh("ssh", "-p"), "root@127.0.0.1", command]
        done = subprocess.run(
            words, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=within_s, check=False
        )
        if check and done.returncode != 0:
            raise AssertionError(f"{command}: exit status {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def wait_for_shell(self, within_s: float = 180) -> None:
        self.wait_until(lambda: "up" in self._try("echo up"), within_s, "ssh answers")

    def _try(self, command: str) -> str:
        with contextlib.suppress(subprocess.SubprocessError):
            return self.run(command, within_s=60, check=False)
        return ""

    def send(self, source: Path, target: str) -> None:
        subprocess.run(
            [*self._ssh("scp", "-P"), "-q", "-r", str(source), f"root@127.0.0.1:{target}"], check=True, timeout=1500
        )

    def _ssh(self, program: str, port_word: str) -> list[str]:
        options = ["StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR", "ConnectTimeout=300"]
        words = [program, "-i", str(CACHE / "key"), port_word, str(self.ssh_port)]
        return words + [word for option in options for word in ("-o", option)]

    # ---- devices

    def ask(self, command: str, **arguments: Any) -> Any:
        assert self._qmp is not None
        return self._qmp.ask(command, **arguments)

    def plug(self, name: str, image: Path, *, read_only: bool = False) -> None:
        node = {"driver": "raw", "node-name": name, "read-only": read_only,
                "file": {"driver": "file", "filename": str(image), "read-only": read_only}}  # fmt: skip
        self.ask("blockdev-add", **node)
        self.ask("device_add", driver="usb-storage", bus="xhci.0", drive=name, id=f"usb-{name}", removable=True)

    def yank(self, name: str) -> None:
        """Without a word to the guest, as a hand does it."""
        self.ask("device_del", id=f"usb-{name}")
        self.wait_until(lambda: self._removed(name), 30, f"{name} is out")

    def _removed(self, name: str) -> bool:
        try:
            self.ask("blockdev-del", **{"node-name": name})
        except QmpError:
            return False
        return True

    def wait_until(self, what: Callable[[], object], within_s: float, why: str, every_s: float = 0.3) -> float:
        """Seconds that it took; within LEAST_S where that is more."""
        within_s = max(within_s, LEAST_S)
        began = time.monotonic()
        while not what():
            if time.monotonic() - began > within_s:
                raise AssertionError(f"not within {within_s} s: {why}")
            time.sleep(every_s)
        return time.monotonic() - began


class QmpError(Exception):
    pass


class Qmp:
    """QEMU's control socket: one question, one answer; events are passed over."""

    def __init__(self, path: Path) -> None:
        deadline = time.monotonic() + 20
        self._socket = socket.socket(socket.AF_UNIX)
        while True:
            try:
                self._socket.connect(str(path))
                break
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
        self._socket.settimeout(30)
        self._lines = self._socket.makefile("rwb")
        json.loads(self._lines.readline())
        self.ask("qmp_capabilities")

    def ask(self, command: str, **arguments: Any) -> Any:
        self._lines.write(json.dumps({"execute": command, "arguments": arguments}).encode() + b"\n")
        self._lines.flush()
        while True:
            answer = json.loads(self._lines.readline())
            if "error" in answer:
                raise QmpError(f"{command}: {answer['error']['desc']}")
            if "return" in answer:
                return answer["return"]

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._lines.close()
        self._socket.close()


def read_ppm(path: Path) -> Pixels:
    data = path.read_bytes()
    kind, width, height, _top = data.split(maxsplit=4)[:4]
    assert kind == b"P6"
    return np.frombuffer(data, np.uint8)[-int(width) * int(height) * 3 :].reshape(int(height), int(width), 3)


def make_stick(image: Path, folder: Path, kind: str = "vfat", size_mb: int = 64) -> Path:
    """A USB stick's content: one file system without partitions, holding what is in `folder`; nothing is mounted here."""
    image.unlink(missing_ok=True)
    with image.open("wb") as out:
        out.truncate(size_mb << 20)
    if kind == "ext4":
        subprocess.run(["mke2fs", "-q", "-t", "ext4", "-d", str(folder), str(image)], check=True)
        return image
    assert kind == "vfat", "there is no program that fills an exfat image without mounting it"
    subprocess.run(["mkfs.vfat", "-n", "PANEL", str(image)], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["mcopy", "-s", "-i", str(image), *map(str, sorted(folder.iterdir())), "::"], check=True)
    return image
