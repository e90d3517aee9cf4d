"""An office on a whole machine: office.sh, a panel enrolled with its one file, sandboxed services (opt-in: tests/vm/run.sh)."""

from __future__ import annotations

import json
import time

import pytest

from tests.vm.guest import CACHE, RELEASE, Guest
from tests.vm.stories import (  # noqa: F401  # pytest finds the fixtures by their names here
    BOOT_S,
    FOLDER_FILMS,
    PANEL,
    Story,
    boot,
    films,
    installed,
    key,
    report,
    story,
    vm_broker,
    work,
)

pytestmark = [pytest.mark.live, pytest.mark.root]

OFFICE_UNITS = (
    "mosquitto.service",
    "panel-office-web.service",
    "panel-office-collect.service",
    "panel-office-renew.timer",
)
INSTALL_S = 1500.0
ASK = (
    "import ssl, urllib.request; trusted = ssl.create_default_context(cafile='/etc/panel-office/ca.crt'); "
    "print(urllib.request.urlopen('https://localhost:8443/healthz', context=trusted, timeout=20).status)"
)


def console_answers(guest: Guest) -> bool:
    return guest.run(f'/opt/panel-office/current/bin/python -I -c "{ASK}"', check=False).strip() == "200"


def is_online(guest: Guest) -> bool:
    """Whether the office has heard from the panel, and of an item on its screen."""
    said = guest.run("panel-office --config /etc/panel-office/config.toml now --json", check=False)
    if not said.startswith("{"):
        return False
    row = json.loads(said).get(PANEL, {})
    return row.get("presence") == "online" and bool(row.get("item"))


def all_run(guest: Guest) -> bool:
    """Each unit is active, and none of them was started twice."""
    for unit in OFFICE_UNITS:
        if guest.run(f"systemctl is-active {unit}", check=False).strip() != "active":
            return False
    restarts = "systemctl show -p NRestarts --value panel-office-web panel-office-collect"
    return set(guest.run(restarts).split()) == {"0"}


def convert_as_the_console_does(guest: Guest) -> str:
    """A film made by `panel-office prepare` in the console's own sandbox, as its unit says it; returns what was said."""
    unit, place = "/run/systemd/system/try-convert.service", "/var/lib/panel-office/try"
    makes = f"/opt/panel-office/bin/panel-office prepare {place}/film.mkv -o {place}/made"
    guest.run(
        f"install -d -o panel-office -g panel-office {place} {place}/made && "
        f"ffmpeg -nostdin -y -loglevel error -f lavfi -i testsrc2=s=320x180:r=10 -t 2 -c:v mpeg4 {place}/film.mkv && "
        f"chown panel-office {place}/film.mkv && "
        f"sed -e 's|^ExecStart=.*|ExecStart={makes}|' -e 's|^Restart=.*|Type=oneshot|' "
        f"/etc/systemd/system/panel-office-web.service >{unit} && systemctl daemon-reload && "
        "systemctl start try-convert.service",
        within_s=INSTALL_S,
    )
    made = guest.run(f"ls {place}/made").split()
    assert made == ["film.mp4"], made
    return guest.run("journalctl -u try-convert.service --no-pager -o cat")


def test_an_office_and_a_panel_on_one_machine(story: Story) -> None:  # noqa: F811
    """Ten minutes of an IT person: office.sh, one file, enrolled, online; all of it back after the power came back."""
    guest = story("office")
    boot(guest)
    guest.wait_for_shell(BOOT_S)
    if "wheels" not in guest.run("ls /root"):
        guest.send(CACHE / f"{RELEASE}.wheels", "/root/wheels")
    began = time.monotonic()
    said = guest.run("sh /root/src/systemd/office.sh --name localhost --wheels /root/wheels", within_s=INSTALL_S)
    assert "account admin, password" in said
    report(f"office.sh took {time.monotonic() - began:.0f} s")
    guest.wait_until(lambda: all_run(guest) and console_answers(guest), BOOT_S, "the office's services run")

    said = convert_as_the_console_does(guest)
    assert "not confined" not in said, said

    guest.run(f"cd /root && sh /root/src/systemd/office.sh --panel {PANEL}")
    assert guest.run(f"stat -c %a /root/{PANEL}.panel").strip() == "600"
    enrol = f"sh /root/src/systemd/install.sh --wheels /root/wheels --enrol /root/{PANEL}.panel"
    guest.run(enrol, within_s=INSTALL_S)
    guest.wait_until(lambda: is_online(guest), BOOT_S, "the panel is online")
    report(f"an office, and a panel that is online: {time.monotonic() - began:.0f} s")

    before = guest.run("sha256sum /etc/panel-office/web.crt /etc/panel-office/broker.crt")
    guest.run("rm /etc/panel-office/ca/web.crt && systemctl start panel-office-renew.service", within_s=INSTALL_S)
    after = guest.run("sha256sum /etc/panel-office/web.crt /etc/panel-office/broker.crt")
    assert [old == new for old, new in zip(before.splitlines(), after.splitlines(), strict=True)] == [False, True]
    guest.wait_until(lambda: console_answers(guest), BOOT_S, "the console has its new certificate")

    guest.run("sync")
    guest.kill()
    watch = boot(guest)
    assert watch.first() is not None
    assert {sight for _, sight in watch.seen} & set(FOLDER_FILMS)
    guest.wait_for_shell(BOOT_S)
    guest.wait_until(lambda: all_run(guest) and console_answers(guest) and is_online(guest), BOOT_S, "all is back")
