"""Attacks that need a whole machine: real systemd, udev, polkit and the kernel's memory killer (run by tests/vm/run.sh; opt-in).

PANEL_VM_CUTS: how many power cuts in the middle of an import (10).
"""

from __future__ import annotations

import json
import os
import random
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.vm.guest import Guest
from tests.vm.office import Office
from tests.vm.sights import Watch
from tests.vm.stories import (  # noqa: F401  # pytest finds the fixtures by their names here
    Story,
    boot,
    films,
    installed,
    key,
    nothing_strange,
    office,
    report,
    story,
    vm_broker,
    work,
)

CUTS = int(os.environ.get("PANEL_VM_CUTS", "10"))
DAEMON = "$(systemctl show -p MainPID --value panel-player)"
DECODER = f"$(pgrep -P {DAEMON} -f player.screen.decoder.vlc | head -n 1)"
IMPORT_MB = 2048


def inside_decoder(guest: Guest, command: str) -> str:
    """What `command` says in the decoder's own name spaces and as its user; root's powers are dropped as the decoder's are."""
    words = (
        f"nsenter -t {DECODER} --all --setuid $(id -u panel) --setgid $(id -g panel) -- sh -c '{command}' 2>&1; true"
    )
    return guest.run(words)


def test_a_decoder_under_systemd_reaches_nothing_but_its_film(story: Story) -> None:  # noqa: F811
    """From a decoder's name spaces: no other process is seen, no key and no bus is there, the machine is not rebooted."""
    guest = story("confined")
    boot(guest)
    guest.wait_for_shell()
    guest.run("install -o panel -m 600 /dev/null /etc/panel-player/secret; echo sesame >/etc/panel-player/secret")
    assert "sesame" not in inside_decoder(guest, "cat /etc/panel-player/secret")
    assert inside_decoder(guest, "ls -d /proc/[0-9]*").count("/proc/") <= 3
    for bus in ("/run/dbus/system_bus_socket", "/run/systemd/private"):
        assert inside_decoder(guest, f"test -S {bus} && echo there").strip() == "", bus
    before = guest.run("cat /proc/sys/kernel/random/boot_id")
    inside_decoder(
        guest,
        "busctl call org.freedesktop.login1 /org/freedesktop/login1 org.freedesktop.login1.Manager Reboot b false",
    )
    assert guest.run("cat /proc/sys/kernel/random/boot_id") == before
    status = guest.run(f"grep -E '^(Seccomp|NoNewPrivs|CapEff):' /proc/{DECODER}/status")
    assert "Seccomp:\t2" in status, status
    assert "NoNewPrivs:\t1" in status, status
    report(f"decoder: {' '.join(status.split())}")


def test_polkit_lets_only_the_daemon_reboot(story: Story) -> None:  # noqa: F811
    """Another process of the user `panel` asks logind for a reboot: refused; the office's command `reboot` is obeyed."""
    guest = story("polkit")
    boot(guest)
    guest.wait_for_shell()
    before = guest.run("cat /proc/sys/kernel/random/boot_id")
    guest.run("systemd-run --wait --pipe --uid=panel systemctl reboot; true")
    assert guest.run("cat /proc/sys/kernel/random/boot_id") == before


def test_the_receipt_service_writes_on_sticks_only(story: Story, work: Path) -> None:  # noqa: F811
    """Forged receipts in the out-tray: nothing is written outside the stick, and the path unit never reaches its start limit."""
    guest = story("receipts")
    boot(guest)
    guest.wait_for_shell()
    guest.plug("receipts", make_two_partitions(work / "two.img", "vfat"))
    guest.wait_until(lambda: "/run/panel-usb/" in guest.run("cat /proc/mounts"), 60, "the stick is mounted")
    device = guest.run("grep -o '^/dev/sd[a-z]*[0-9]*' /proc/mounts | tail -n 1").strip()
    name = "../../../../../etc/cron.d/x"
    receipt = {"panel": name, "at": "2026-11-22T03:00:00Z", "clock": "synced", "result": "adopted", "v": 1}
    posted = json.dumps({"device": device, "receipt": json.dumps(receipt)})
    (work / "1.json").write_text(posted)
    tray = "/var/lib/panel-player/receipts-out"
    guest.run(f"install -d -o panel -g panel {tray}")
    for n in range(30):
        guest.send(work / "1.json", f"{tray}/{n + 1}.json")
    guest.run(f"mkdir -p {tray}/99.json")
    guest.wait_until(lambda: not guest.run(f"ls {tray}").strip(), 120, "the tray is empty")
    assert guest.run("find /etc/cron.d /run /root /opt -name 'x-2026*'").strip() == ""
    assert guest.run("systemctl is-failed panel-receipt.path panel-receipt.service; true").split().count("failed") == 0


def is_at(copied_bytes: Callable[[], int], enough: int) -> bool:
    """Far enough, or over already."""
    return not 0 < copied_bytes() < enough


def make_two_partitions(image: Path, kind: str) -> Path:
    """A stick with an EFI partition and then one of `kind` that holds panel/receipts, as macOS and Ventoy make them."""
    image.unlink(missing_ok=True)
    with open(image, "wb") as file:
        file.truncate(96 << 20)
    table = "label: gpt\nsize=16MiB, type=uefi\ntype=EBD0A0A2-B9E5-4433-87C0-68B6B72699C7\n"
    subprocess.run(["sfdisk", "-q", str(image)], input=table.encode(), check=True)
    second = 17 << 20
    plain = image.with_suffix(".part")
    with open(plain, "wb") as file:
        file.truncate((96 << 20) - second - (1 << 20))
    subprocess.run(["mkfs.vfat" if kind == "vfat" else "mkfs.exfat", str(plain)], check=True, capture_output=True)
    if kind == "vfat":
        for folder in ("panel", "panel/receipts"):
            subprocess.run(["mmd", "-i", str(plain), f"::{folder}"], check=True)
    subprocess.run(
        ["dd", f"if={plain}", f"of={image}", "bs=1M", "seek=17", "conv=notrunc"], check=True, capture_output=True
    )
    return image


@pytest.mark.parametrize("kind", ["vfat", "exfat"])
def test_a_stick_of_two_partitions_under_udev(story: Story, work: Path, kind: str) -> None:  # noqa: F811
    """Both partitions of a real USB device are mounted by udev's units; neither is left alone as "in use"."""
    guest = story(f"two-{kind}")
    boot(guest)
    guest.wait_for_shell()
    guest.plug("two", make_two_partitions(work / f"two-{kind}.img", kind))
    guest.wait_until(
        lambda: "/run/panel-usb/sda2 " in guest.run("cat /proc/mounts"), 60, "the second partition is mounted"
    )
    assert "in use" not in guest.run("journalctl -b -u 'panel-usb@*' --no-pager")


def test_the_kernel_kills_for_memory(story: Story, office: Office) -> None:  # noqa: F811
    """The unit's memory is made short while a new film is vetted: nothing black, and the film is taken once there is memory."""
    guest = story("memory")
    boot(guest)
    guest.wait_for_shell()
    unit, new = "systemctl set-property --runtime panel-player", "/srv/panel/content/new.mp4"
    with Watch(guest) as watch:
        now = int(guest.run("systemctl show -p MemoryCurrent --value panel-player"))
        guest.run(f"{unit} MemoryMax={now + 4_000_000}")
        guest.run(f"(cat /srv/panel/content/red.mp4; head -c 16 /dev/urandom) >/tmp/new.mp4; mv /tmp/new.mp4 {new}")
        guest.wait_until(
            lambda: "oom" in guest.run("journalctl -b -k --no-pager | grep -i oom; true").lower(),
            120,
            "the kernel kills",
        )
        guest.run("systemctl set-property --runtime panel-player MemoryMax=infinity")
        office.forget()
        office.send("rescan")
        office.wait("now", lambda now: now and now["item"] == "new.mp4", 180)
    nothing_strange(watch)
    assert "black" not in [sight for _, sight in watch.seen], watch.runs()


def test_power_cuts_in_the_middle_of_a_large_import(story: Story) -> None:  # noqa: F811
    """Two gigabytes are on their way into the library and the power goes, again and again: each start ends in a film."""
    guest = story("cuts")
    boot(guest)
    guest.wait_for_shell()
    chance = random.Random(12)
    content, part = "/srv/panel/content", "/var/lib/panel-player/library/incoming/*.part"
    guest.run(f"head -c {IMPORT_MB}M /dev/urandom >/srv/panel/tail", within_s=900)
    guest.run(f"cat {content}/red.mp4 /srv/panel/tail >{content}/large.mp4; rm /srv/panel/tail; sync", within_s=900)

    def copied_bytes() -> int:
        return int((guest.run(f"stat -c %s {part}; true").split() or ["0"])[0]) if guest.run(f"ls {part}; true") else 0

    for _ in range(CUTS):
        guest.wait_until(copied_bytes, 120, "a copy is under way")
        enough = copied_bytes() + chance.randrange(1, 200) * 1_000_000
        guest.wait_until(partial(is_at, copied_bytes, enough), 300, "some more of it")
        guest.kill()
        nothing_strange(boot(guest))
        guest.wait_for_shell()
