"""Attacks that need a whole machine: real systemd, udev, polkit and the kernel's memory killer (opt-in: tests/vm/run.sh).

PANEL_VM_CUTS: how many power cuts in the middle of an import (10).
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.vm.guest import Guest
from tests.vm.office import Office
from tests.vm.sights import Watch
from tests.vm.stories import (  # noqa: F401  # pytest finds the fixtures by their names here
    BOOT_S,
    PANEL,
    Story,
    boot,
    films,
    installed,
    key,
    nothing_strange,
    office,
    playing,
    report,
    running,
    vm_broker,
    work,
)

pytestmark = [pytest.mark.live, pytest.mark.root]

CUTS = int(os.environ.get("PANEL_VM_CUTS", "10"))
DAEMON = "$(systemctl show -p MainPID --value panel-player)"
DECODER = f"$(pgrep -P {DAEMON} -f player.screen.decoder.vlc | head -n 1)"
IMPORT_MB = 2048
HOG = """
import os
group = "/sys/fs/cgroup/system.slice/panel-player.service"
open("/proc/self/oom_score_adj", "w").write("-1000")
open(group + "/cgroup.procs", "w").write(str(os.getpid()))
held = []
while "oom_kill 0" in open(group + "/memory.events").read():
    held.append(b"x" * (4 << 20))
"""
"""Takes the unit's memory, as one of its own processes, until the kernel has killed another. A limit alone does not: the kernel
takes the pages of programs away, which are read again and again (seen on Debian 13)."""
TRAY = "/var/lib/panel-player/receipts-out"
BOOT_ID = "cat /proc/sys/kernel/random/boot_id"


def inside_decoder(guest: Guest, command: str) -> str:
    """What `command` says in the decoder's own name spaces and as its user, without capabilities and new privileges.

    Root's group stays, which reads no less than the decoder's: a user name space of one user lets nobody change groups.
    """
    enter = f"nsenter -t {DECODER} --all --preserve-credentials --setuid $(id -u panel) setpriv --no-new-privs --inh-caps=-all"
    return guest.run(f"{enter} sh -c '{command}' 2>&1; true")


def test_a_decoder_under_systemd_reaches_nothing_but_its_film(running: Story) -> None:  # noqa: F811
    """From a decoder's name spaces: no other process is seen, no key and no bus is there, the machine is not restarted."""
    guest = running("confined")
    assert inside_decoder(guest, "echo inside") == "inside\n", "else the rest would prove nothing"
    guest.run("install -o panel -m 600 /dev/null /etc/panel-player/secret; echo sesame >/etc/panel-player/secret")
    assert "sesame" not in inside_decoder(guest, "cat /etc/panel-player/secret")
    assert inside_decoder(guest, "ls -d /proc/[0-9]*").count("/proc/") <= 3
    for bus in ("/run/dbus/system_bus_socket", "/run/systemd/private"):
        assert inside_decoder(guest, f"test -S {bus} && echo there").strip() == "", bus
    before = guest.run(BOOT_ID)
    inside_decoder(
        guest,
        "busctl call org.freedesktop.login1 /org/freedesktop/login1 org.freedesktop.login1.Manager Reboot b false",
    )
    assert guest.run(BOOT_ID) == before
    status = guest.run(f"grep -E '^(Seccomp|NoNewPrivs|CapEff):' /proc/{DECODER}/status")
    assert "Seccomp:\t2" in status, status
    assert "NoNewPrivs:\t1" in status, status
    report(f"decoder: {' '.join(status.split())}")


def test_polkit_lets_only_the_daemon_reboot(running: Story, office: Office) -> None:  # noqa: F811
    """Another process of the user `panel` asks for a restart of the machine: refused; the office's `reboot` is obeyed."""
    guest = running("polkit")
    before = guest.run(BOOT_ID)
    guest.run("systemd-run --wait --pipe --uid=panel systemctl reboot; true")
    assert guest.run(BOOT_ID) == before
    office.forget()
    office.wait("health")  # the link to the broker broke while the machine was suspended
    office.send("reboot")
    office.wait("reply", lambda reply: reply and reply["stage"] == "done", BOOT_S)
    guest.wait_for_shell(BOOT_S)
    assert guest.run(BOOT_ID) != before


def post(guest: Guest, work: Path, receipts: dict[str, str]) -> None:  # noqa: F811
    """Puts receipts into the out-tray, one after the other, as the daemon would: under another name first.

    receipts: the panel's name that each one says, by the file's name.
    """
    posted = work / "posted"
    shutil.rmtree(posted, ignore_errors=True)
    posted.mkdir()
    for name, panel in receipts.items():
        receipt = {"panel": panel, "at": "2026-11-22T03:00:00Z", "clock": "synced", "result": "adopted", "v": 1}
        (posted / name).write_text(json.dumps({"device": "/dev/sda2", "receipt": json.dumps(receipt)}))
    guest.run("rm -rf /root/posted")
    guest.send(posted, "/root/posted")
    guest.run(
        f"for name in {' '.join(receipts)}; do cp /root/posted/$name {TRAY}/.part; mv {TRAY}/.part {TRAY}/$name; done"
    )


def test_the_receipt_service_writes_on_sticks_only(running: Story, work: Path) -> None:  # noqa: F811
    """Forged receipts in the out-tray: nothing is written outside the stick, the service goes on, an honest one is written."""
    guest = running("receipts")
    guest.plug("receipts", make_two_partitions(work / "two.img", "vfat"))
    guest.wait_until(partial(is_mounted, guest, "sda2"), 60, "the stick is mounted")
    guest.run(f"install -d -o panel -g panel {TRAY}")
    # More starts than systemd's usual limit of five in ten seconds.
    post(guest, work, {f"{n + 1}.json": "../../../../../etc/cron.d/x" for n in range(20)})
    guest.run(f"mkdir -p {TRAY}/98.json {TRAY}/99.json/full; touch {TRAY}/strange.json; chown -R panel {TRAY}; true")
    post(guest, work, {"100.json": PANEL})
    guest.wait_until(lambda: "json" not in guest.run(f"ls {TRAY}"), 180, "the tray is empty")
    assert guest.run("find / /run -xdev -name 'x-2026*'").strip() == ""
    assert f"{PANEL}-20261122T030000Z.json" in guest.run("ls /run/panel-usb/sda2/panel/receipts")
    assert " ro," in guest.run("grep /run/panel-usb/sda2 /proc/mounts")
    assert "failed" not in guest.run("systemctl is-failed panel-receipt.path panel-receipt.service; true").split()


def is_mounted(guest: Guest, name: str) -> bool:
    return f"/run/panel-usb/{name} " in guest.run("cat /proc/mounts")


def is_at(copied_bytes: Callable[[], int], enough: int) -> bool:
    """Far enough, or over already."""
    return not 0 < copied_bytes() < enough


def make_two_partitions(image: Path, kind: str) -> Path:
    """A stick with an EFI partition and then one of `kind`, as macOS and Ventoy make them; vfat's holds panel/receipts.

    There is no program that makes a folder in an exfat image without mounting it.
    """
    image.unlink(missing_ok=True)
    with open(image, "wb") as file:
        file.truncate(96 << 20)
    table = "label: gpt\nsize=16MiB, type=uefi\ntype=EBD0A0A2-B9E5-4433-87C0-68B6B72699C7\n"
    subprocess.run(["sfdisk", "-q", str(image)], input=table.encode(), check=True)
    for at_mb, size_mb, make in ((1, 16, "mkfs.vfat"), (17, 78, f"mkfs.{kind}")):
        plain = image.with_suffix(".part")
        with open(plain, "wb") as file:
            file.truncate(size_mb << 20)
        subprocess.run([make, str(plain)], check=True, capture_output=True)
        if at_mb == 17 and kind == "vfat":
            for folder in ("panel", "panel/receipts"):
                subprocess.run(["mmd", "-i", str(plain), f"::{folder}"], check=True)
        words = ["dd", f"if={plain}", f"of={image}", "bs=1M", f"seek={at_mb}", "conv=notrunc"]
        subprocess.run(words, check=True, capture_output=True)
    return image


@pytest.mark.parametrize("kind", ["vfat", "exfat"])
def test_a_stick_of_two_partitions_under_udev(running: Story, work: Path, office: Office, kind: str) -> None:  # noqa: F811
    """Both partitions of a real USB device are mounted by udev's units; the one with `panel` is read, and only that one."""
    guest = running(f"two-{kind}")
    office.forget()
    guest.plug("two", make_two_partitions(work / f"two-{kind}.img", kind))
    for name in ("sda1", "sda2"):
        guest.wait_until(partial(is_mounted, guest, name), 60, f"{name} is mounted")
    assert "in use" not in guest.run("journalctl -b -u 'panel-usb@*' --no-pager")
    left_alone = "journalctl -b -u panel-player --no-pager | grep 'left alone'; true"
    if kind == "vfat":  # its panel/ has no manifest, which is told as such; of the EFI partition not a word
        office.wait("alert/stick.rejected")
        assert guest.run(left_alone) == ""
    else:  # neither has panel/: told once
        guest.wait_until(lambda: guest.run(left_alone), 60, "one partition speaks")
        assert guest.run(left_alone).count("left alone") == 1


def test_the_kernel_kills_for_memory(running: Story, office: Office) -> None:  # noqa: F811
    """The unit's memory is made short while a new film is vetted: nothing black, and the film is taken once there is memory."""
    guest = running("memory")
    unit, new = "systemctl set-property --runtime panel-player", "/srv/panel/content/new.mp4"
    with Watch(guest) as watch:
        now = int(guest.run("systemctl show -p MemoryCurrent --value panel-player"))
        guest.run(f"{unit} MemoryMax={now + 64_000_000}")
        guest.run(
            f"(cat /srv/panel/content/red.mp4; printf '\\000\\000\\000\\020freeanother.') >/root/new; mv /root/new {new}"
        )
        guest.run(f"cat >/root/hog.py <<'END'\n{HOG}END\npython3 /root/hog.py")
        assert "oom" in guest.run("journalctl -b -k --no-pager | grep -i oom; true").lower(), "the kernel kills"
        guest.run("systemctl set-property --runtime panel-player MemoryMax=infinity")
        office.forget()
        office.send("rescan")
        office.wait("now", lambda now: now and now["item"] == "new.mp4", 180)
    nothing_strange(watch)
    assert "black" not in [sight for _, sight in watch.seen], watch.runs()


def test_power_cuts_in_the_middle_of_a_large_import(running: Story) -> None:  # noqa: F811
    """Two gigabytes are on their way into the library and the power goes, again and again: each start ends in a film."""
    guest = running("cuts")
    chance = random.Random(12)
    content, part = "/srv/panel/content", "/var/lib/panel-player/library/incoming/*.part"
    # A film, and an MP4 box of two gigabytes that players skip: as honest as any.
    box = f"printf '\\200\\000\\000\\010free'; for n in $(seq {IMPORT_MB // 16}); do cat /root/noise; done"
    guest.run(f"head -c 16M /dev/urandom >/root/noise; (cat {content}/red.mp4; {box}) >/srv/panel/large", within_s=1800)
    guest.run(f"mv /srv/panel/large {content}/large.mp4; sync", within_s=1800)

    def copied_bytes() -> int:
        newest = guest.run(f"ls -t {part}; true").split()  # what the cut before left lies beside it until a copy begins
        return int((guest.run(f"stat -c %s {newest[0]}; true").split() or ["0"])[0]) if newest else 0

    for _ in range(CUTS):
        guest.wait_until(copied_bytes, 120, "a copy is under way")
        enough = copied_bytes() + chance.randrange(1, 100) * 1_000_000
        guest.wait_until(partial(is_at, copied_bytes, enough), 300, "some more of it")
        guest.kill()
        nothing_strange(boot(guest))
        guest.wait_for_shell()
