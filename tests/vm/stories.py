"""What happens to a panel in its life, on a whole machine (run by tests/vm/run.sh; opt-in).

Each story starts from a disk on which systemd/install.sh has run. PANEL_VM_CUTS: how many power cuts (30).
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.kit.broker import Broker, running_broker
from tests.vm.guest import BROKER_ADDRESS, CACHE, RELEASE, Guest, make_stick
from tests.vm.office import Office, make_bundle, make_key
from tests.vm.sights import FILMS, Watch, name_sight

pytestmark = [pytest.mark.live, pytest.mark.root]

PANEL = "vm-01"
HERE = Path(__file__).parents[2]
PROGRAM = ["player", "systemd", "pyproject.toml", "README.md", "LICENSE", "config.example.toml"]
CUTS = int(os.environ.get("PANEL_VM_CUTS", "30"))
BOOT_S = 600.0
"""How long a story waits for a start; it does not measure. Without KVM a guest is ten times slower than the host, and
beside eight other jobs on two cores a start was not over after 180 s (2026-11-25, Debian 13)."""
FOLDER_FILMS = ("red", "green", "blue")
Story = Callable[[str], Guest]


def make_film(path: Path, colour: str) -> Path:
    """Six seconds of one colour with a white box that moves."""
    red, green, blue = FILMS[colour]
    box = "drawbox=x='mod(t*90\\,600)':y=300:w=40:h=40:color=white:t=fill"
    subprocess.run(
        ["ffmpeg", "-y", "-loglevel", "error", "-f", "lavfi",
         "-i", f"color=c=0x{red:02x}{green:02x}{blue:02x}:s=640x360:r=15,{box}", "-t", "6",
         "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", str(path)],
        check=True,
    )  # fmt: skip
    return path


@pytest.fixture(scope="session")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("vm")


@pytest.fixture(scope="session")
def films(work: Path) -> dict[str, Path]:
    return {colour: make_film(work / f"{colour}.mp4", colour) for colour in FILMS}


@pytest.fixture(scope="session")
def key() -> tuple[str, Path]:
    """The office's key pair, kept with the images: its public half is in the installed settings."""
    folder = CACHE / "signing"
    if not (folder / "office.key").exists():
        make_key(folder)
    return (folder / "office.pub").read_text().splitlines()[1], folder / "office.key"


@pytest.fixture(scope="session")
def vm_broker() -> Iterator[Broker]:
    with running_broker() as broker:
        yield broker


@pytest.fixture
def office(vm_broker: Broker) -> Iterator[Office]:
    with Office(vm_broker.port, PANEL) as office:
        yield office


def settings(public_key: str) -> str:
    return f"""
[panel]
name = "not-named-yet"
[content]
settle_seconds = 1
[trust]
keys = ["{public_key}"]
[screen]
region = [0, 0, 640, 360]
[office]
host = "{BROKER_ADDRESS}"
port = 1883
tls = false
health_seconds = 5
[usb]
mode = "newest"
[journal]
send_minutes = 0.1
"""


def install(guest: Guest, words: str = "") -> str:
    """As a person would: the checkout and the wheels are copied over, and install.sh is run."""
    guest.run("rm -rf /root/src /root/wheels; mkdir /root/src")
    for name in PROGRAM:
        if (HERE / name).exists():
            guest.send(HERE / name, "/root/src/")
    guest.send(CACHE / f"{RELEASE}.wheels", "/root/wheels")
    return guest.run(f"sh /root/src/systemd/install.sh --wheels /root/wheels {words}", within_s=1500)


@pytest.fixture(scope="session")
def installed(work: Path, films: dict[str, Path], key: tuple[str, Path], vm_broker: Broker) -> Path:
    """A disk on which the player was installed and has played once; made again when the program changed."""
    digest = hashlib.sha256(settings(key[0]).encode())
    digest.update((CACHE / f"{RELEASE}.wheels.made").read_bytes())  # what is installed is in there (build.sh)
    for path in sorted(
        [
            *HERE.glob("player/**/*.py"),
            *HERE.glob("systemd/panel-*"),
            *HERE.glob("systemd/*.sh"),
            HERE / "pyproject.toml",
        ]
    ):
        digest.update(path.read_bytes())
    ready = CACHE / f"{RELEASE}-installed-{digest.hexdigest()[:12]}.qcow2"
    if ready.exists():
        return ready
    for old in CACHE.glob(f"{RELEASE}-installed-*.qcow2"):
        old.unlink()
    guest = Guest(work / "install", CACHE / f"{RELEASE}.img", vm_broker.port)
    try:
        guest.start()
        guest.wait_for_shell(BOOT_S)
        (work / "config.toml").write_text(settings(key[0]))
        guest.send(work / "config.toml", "/root/config.toml")
        began = time.monotonic()
        said = install(guest, f"--config /root/config.toml --name {PANEL}")
        report(f"install.sh took {time.monotonic() - began:.0f} s:\n{said}")
        for colour in FOLDER_FILMS:
            guest.send(films[colour], f"/srv/panel/content/{colour}.mp4")
        guest.wait_until(lambda: name_sight(guest.look(), guest.size) in FILMS, BOOT_S, "it plays", 1)
        guest.run("sync")
        guest.shut_down()
    finally:
        guest.kill()
    shutil.copy(guest.disk, ready.with_suffix(".new"))
    ready.with_suffix(".new").rename(ready)
    return ready


@dataclass(frozen=True)
class Playing:
    """A machine that was suspended while it played."""

    disk: Path
    memory: Path


@pytest.fixture(scope="session")
def playing(work: Path, installed: Path, vm_broker: Broker) -> Playing:
    """The installed machine, started once: a story that is not about the start goes on from here. Kept beside it."""
    disk = installed.with_name(installed.name.replace("installed", "playing"))
    made = Playing(disk, disk.with_suffix(".memory"))
    if made.memory.exists():
        return made
    for old in CACHE.glob(f"{RELEASE}-playing-*"):
        old.unlink()
    guest = Guest(work / "playing", installed, vm_broker.port)
    try:
        boot(guest)
        guest.wait_for_shell(BOOT_S)
        guest.suspend(work / "memory")
    finally:
        guest.kill()
    shutil.move(guest.disk, made.disk)
    shutil.move(work / "memory", made.memory)
    return made


@pytest.fixture
def running(work: Path, playing: Playing, vm_broker: Broker) -> Iterator[Story]:
    """Gives machines on which films play, with an open shell."""
    guests: list[Guest] = []

    def make(name: str) -> Guest:
        guest = Guest(work / name, playing.disk, vm_broker.port)
        guests.append(guest)
        guest.start(memory=playing.memory)
        guest.wait_for_shell(BOOT_S)
        guest.run(f"date -s @{time.time():.0f}")  # its clock stood still
        guest.wait_until(lambda: name_sight(guest.look(), guest.size) in FILMS, BOOT_S, "it plays", 1)
        return guest

    yield make
    for guest in guests:
        guest.kill()


@pytest.fixture
def story(work: Path, installed: Path, vm_broker: Broker) -> Iterator[Story]:
    """Gives machines with the player on them, switched off."""
    guests: list[Guest] = []

    def make(name: str) -> Guest:
        guests.append(Guest(work / name, installed, vm_broker.port))
        return guests[-1]

    yield make
    for guest in guests:
        guest.kill()


def report(line: str) -> None:
    """Numbers for the README."""
    with open(os.environ.get("PANEL_VM_REPORT", str(CACHE / "report.txt")), "a") as out:
        out.write(line + "\n")
    print(line)  # noqa: T201 - seen with pytest -s


def nothing_strange(watch: Watch) -> None:
    """Black is allowed before the first picture only: between switching on and the first card or film."""
    sights = [sight for _, sight in watch.seen]
    assert "strange" not in sights, watch.runs()


def boot(guest: Guest, **how: object) -> Watch:
    """Power on, until a film is seen; the watch is over."""
    guest.start(**how)  # type: ignore[arg-type]
    with Watch(guest) as watch:
        watch.wait_for(FOLDER_FILMS, BOOT_S)
    return watch


def test_the_bare_machine(work: Path, vm_broker: Broker) -> None:
    """For comparison: how long the same image without the player takes to multi-user.target."""
    guest = Guest(work / "bare", CACHE / f"{RELEASE}.img", vm_broker.port)
    try:
        guest.start()
        guest.wait_for_shell(BOOT_S)
        report(f"bare image: multi-user.target {multi_user_s(guest):.1f} s after power on")
    finally:
        guest.kill()


def multi_user_s(guest: Guest) -> float:
    """Seconds from power on to multi-user.target: the kernel's clock, and how old the machine was when it began."""
    guest.wait_until(
        lambda: guest.run("systemctl is-active multi-user.target", check=False).strip() == "active", 120, "up"
    )
    up_s = float(guest.run("cut -d' ' -f1 /proc/uptime"))
    kernel_began_s = guest.age_s - up_s
    active_us = int(guest.run("systemctl show -p ActiveEnterTimestampMonotonic --value multi-user.target"))
    return kernel_began_s + active_us / 1e6


@pytest.mark.parametrize("network", [True, False], ids=["network", "no-network"])
def test_power_on_picture_on(story: Story, office: Office, network: bool) -> None:
    """From power on to the first film, with and without a network; nothing but firmware, black, card or film is seen."""
    guest = story(f"boot-{network}")
    office.forget()
    watch = boot(guest, network=network)
    first_s = watch.first()
    nothing_strange(watch)
    online = ""
    if network:
        office.wait("state", lambda state: state and state["online"])
        online = f", online {guest.age_s:.1f} s"
    guest.wait_for_shell()
    assert guest.run("ss -Hltn | grep -v ':22 ' || true").strip() == "", "nothing listens but ssh"
    report(f"power on (network: {network}): first film {first_s} s{online}, multi-user.target {multi_user_s(guest):.1f} s; "
           f"seen: {watch.runs()}")  # fmt: skip


def test_power_cuts(story: Story, films: dict[str, Path]) -> None:
    """The power is cut at random moments, also in the middle of an import: after each start a film is seen."""
    guest, chance = story("cuts"), random.Random(7)
    times = []
    for cut in range(CUTS):
        watch = boot(guest)
        nothing_strange(watch)
        times.append(watch.first() or 0.0)
        report(f"power cut {cut}: first film after {times[-1]} s")
        if cut % 2:  # something new arrives, and the cut comes while it is taken in
            guest.wait_for_shell()
            colour = chance.choice(FOLDER_FILMS)
            guest.send(films[colour], f"/srv/panel/content/.new-{cut}")
            guest.run(f"mv /srv/panel/content/.new-{cut} /srv/panel/content/again-{cut % 6}.mp4")
        time.sleep(chance.uniform(0, 8))
        guest.kill()
    boot(guest)
    guest.wait_for_shell()
    assert "unreadable" not in guest.run("find /var/lib/panel-player -name '*.unreadable'")
    report(f"{CUTS} power cuts, back each time; first film after {min(times)}-{max(times)} s")


def test_a_stick_is_played_and_pulled(
    running: Story, office: Office, films: dict[str, Path], key: tuple[str, Path], tmp_path: Path
) -> None:
    """A signed stick is mounted read-only, taken in and played; pulled, its film goes on; it brings a receipt home."""
    image = make_stick(tmp_path / "s.img", make_bundle(tmp_path / "s", films["stick"], PANEL, 42, key[1]))
    guest = running("stick")
    office.forget()
    with Watch(guest) as watch:
        plugged_s = guest.age_s
        guest.plug("good", image)
        shown_s = watch.wait_for(("stick",), 120)
        options = guest.run("findmnt -no OPTIONS /run/panel-usb/sda")
        assert {"ro", "nosuid", "nodev", "noexec"} <= set(options.strip().split(",")), options
        office.wait("health", lambda health: health and health["content"]["serial"] == 42)
        guest.wait_until(lambda: "vm-01" in guest.run("ls /run/panel-usb/sda/panel/receipts"), 60, "a receipt is left")
        guest.yank("good")
        guest.wait_until(lambda: "sda" not in guest.run("ls /run/panel-usb; cat /proc/mounts"), 30, "the mount is gone")
        watch.wait_for(("stick",), 30)
    nothing_strange(watch)
    report(f"stick in to its film on screen: {shown_s - plugged_s:.1f} s")


def test_a_stick_at_boot(story: Story, films: dict[str, Path], key: tuple[str, Path], tmp_path: Path) -> None:
    """A stick that is in when the power comes is found as well."""
    image = make_stick(tmp_path / "s.img", make_bundle(tmp_path / "s", films["stick"], PANEL, 50, key[1]))
    guest = story("stick-boot")
    guest.start(stick=image)
    with Watch(guest) as watch:
        watch.wait_for(("stick",), BOOT_S)
    nothing_strange(watch)


def test_a_stick_that_is_refused(running: Story, office: Office, films: dict[str, Path], tmp_path: Path) -> None:
    """An unsigned stick puts nothing on screen but the technician's strip, and the office is told."""
    image = make_stick(tmp_path / "s.img", make_bundle(tmp_path / "s", films["stick"], PANEL, 60, None))
    guest = running("refused")
    office.forget()
    with Watch(guest) as watch:
        guest.plug("bad", image)
        office.wait("alert/stick.rejected")
        time.sleep(8)
    assert "stick" not in [sight for _, sight in watch.seen]
    nothing_strange(watch)


def test_a_stick_yanked_while_it_is_read(
    running: Story, films: dict[str, Path], key: tuple[str, Path], tmp_path: Path
) -> None:
    """Pulled in the middle, plugged in again: the picture never leaves, and in the end the stick's film plays."""
    bundle = make_bundle(tmp_path / "s", films["stick"], PANEL, 70, key[1])
    image = make_stick(tmp_path / "s.img", bundle, "ext4")
    guest, chance = running("yank"), random.Random(3)
    with Watch(guest) as watch:
        for turn in range(5):
            guest.plug(f"turn{turn}", image)
            time.sleep(chance.uniform(0.5, 3))
            guest.yank(f"turn{turn}")
        guest.wait_until(lambda: "/dev/sd" not in guest.run("cat /proc/mounts"), 60, "no mount is left")
        guest.plug("last", image)
        watch.wait_for(("stick",), 120)
    nothing_strange(watch)
    assert "black" not in [sight for _, sight in watch.seen], watch.runs()


def test_frozen_and_killed(running: Story, office: Office) -> None:
    """The daemon frozen, the daemon killed, the X server killed: each comes back by itself."""
    guest = running("frozen")
    pid = "$(systemctl show -p MainPID --value panel-player)"
    with Watch(guest, 0.25) as watch:
        for name, command in (("killed", f"kill -9 {pid}"), ("frozen", f"kill -STOP {pid}")):
            before = guest.run(f"echo {pid}")
            guest.run(command)

            def is_new(before: str = before) -> bool:
                return guest.run(f"echo {pid}") not in (before, "0\n")

            took_s = guest.wait_until(is_new, 120, f"{name}: a new one")
            office.forget()
            office.wait("now", within_s=120)
            report(f"daemon {name}: a new one after {took_s:.0f} s")
    nothing_strange(watch)
    assert "black" not in [sight for _, sight in watch.seen], watch.runs()
    with Watch(guest) as watch:
        guest.run("kill -9 $(systemctl show -p MainPID --value panel-display)")
        time.sleep(3)
        back_s = watch.wait_for(FOLDER_FILMS, 120)
    nothing_strange(watch)
    report(f"X server killed at {watch.seen[0][0]} s, a film again by {back_s} s: {watch.runs()}")


def test_the_kernel_crashes(story: Story) -> None:
    """A panic restarts the machine, and the picture is back."""
    guest = story("panic")
    boot(guest)
    guest.wait_for_shell()
    guest.run("cat /proc/sys/kernel/panic")
    with Watch(guest) as watch:
        guest.run("(sleep 1; echo c >/proc/sysrq-trigger) >/dev/null 2>&1 &")
        watch.wait_for(("firmware",), 60)
        watch.wait_for(FOLDER_FILMS, BOOT_S)
    nothing_strange(watch)


@pytest.mark.parametrize(("year", "trust"), [("2000", "plausible"), ("2099", "plausible"), ("2033", "bad")])
def test_a_wrong_clock(story: Story, office: Office, year: str, trust: str) -> None:
    """The battery clock is years wrong: the picture is there, and the office is told how far the clock is believed.

    Of a clock in the past, or more than 15 years ahead, systemd and timesyncd make the last saved time, which is
    plausible; one in the near future stays wrong.
    """
    guest = story(f"clock-{year}")
    office.forget()
    watch = boot(guest, clock=f"{year}-01-01T00:00:00")
    nothing_strange(watch)
    office.wait("health", lambda health: health and health["clock"] == trust)
    if trust == "bad":
        office.wait("alert/clock.untrusted")
    report(f"clock of {year}: {trust}, first film {watch.first()} s")


def test_a_full_disk(running: Story, office: Office) -> None:
    """Not a byte is free: the picture goes on, the office is told, and a restart of the daemon plays too."""
    guest = running("full")
    with Watch(guest) as watch:
        office.forget()
        guest.run("cat /dev/zero >/var/fill; sync; df / >&2; true", within_s=600)
        office.wait("alert/disk.low")
        office.forget()
        guest.run("systemctl restart panel-player", within_s=180)
        office.wait("now", lambda now: now and now["item"])
        watch.wait_for(FOLDER_FILMS, 60)
        guest.run("rm /var/fill; sync")
        office.wait("alert/disk.low", lambda alert: alert is None)
    nothing_strange(watch)
    assert "black" not in [sight for _, sight in watch.seen], watch.runs()


def test_a_read_only_disk(running: Story, office: Office) -> None:
    """The kernel takes no writes any more, as after a disk error: daemon and X server start again all the same."""
    guest = running("read-only")
    with Watch(guest) as watch:
        office.forget()
        guest.run("sync; echo u >/proc/sysrq-trigger; sleep 2; ! touch /var/tmp/writable")
        office.wait("alert/disk.read-only")
        office.forget()
        guest.run("systemctl restart panel-player", within_s=180)
        office.wait("now", lambda now: now and now["item"])
        guest.run("systemctl restart panel-display", within_s=180)
        time.sleep(3)
        watch.wait_for(FOLDER_FILMS, 120)
    nothing_strange(watch)


def test_upgrade_and_rollback_while_playing(running: Story, office: Office) -> None:
    """The program is replaced and put back; the picture stays through both."""
    guest = running("upgrade")
    first = guest.run("readlink -f /opt/panel-player/current")
    with Watch(guest, 0.25) as watch:
        install(guest)
        second = guest.run("readlink -f /opt/panel-player/current")
        office.forget()
        office.wait("now", lambda now: now and now["item"], 120)
        guest.run("sh /root/src/systemd/install.sh --rollback", within_s=180)
        office.forget()
        office.wait("now", lambda now: now and now["item"], 120)
    assert first != second
    assert guest.run("readlink -f /opt/panel-player/current") == first
    nothing_strange(watch)
    assert "black" not in [sight for _, sight in watch.seen], watch.runs()
    guest.run("sh /root/src/systemd/install.sh --uninstall", within_s=180)
    assert guest.run("ls /opt; ls /etc/systemd/system | grep panel || true").strip() == ""
