"""Parts of office.sh run by a real sh in a folder of their own: names, certificates, the broker's files, a panel's one file."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from player.base.certificates import read_lifetime
from player.contract.enrolment import read_enrolment
from player.office.settings import read_office_settings
from tests.kit.programs import need

pytestmark = pytest.mark.heavy

SYSTEMD = Path(__file__).parents[2] / "systemd"
PASSWORDS = ("operator", "collector", "administrator")


class Machine:
    """A folder that is the office's computer. Users, services and packages are stood in for; openssl and the program are real."""

    def __init__(self, folder: Path) -> None:
        need("openssl")
        self.folder = folder
        for name in (
            "etc/panel-office/passwords",
            "etc/mosquitto/certs",
            "etc/mosquitto/conf.d",
            "opt/current/bin",
            "srv",
        ):
            (folder / name).mkdir(parents=True)
        python = folder / "opt" / "current" / "bin" / "python"
        python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
        python.chmod(0o755)
        (folder / "opt" / "bin").symlink_to("current/bin")
        self.home, self.broker = folder / "etc" / "panel-office", folder / "etc" / "mosquitto"
        self.config = self.home / "config.toml"
        self.config.write_text('host = "localhost"\n')

    def run(self, words: str, *, check: bool = True) -> subprocess.CompletedProcess[str]:
        """office.sh without its command line, then `words`."""
        script = (SYSTEMD / "office.sh").read_text().partition("# ---- the command line")[0]
        script = script.replace('here=$(cd "$(dirname "$0")/.." && pwd) || exit 1', f"here={SYSTEMD.parent}")
        stand_ins = f"""
base={self.folder}/opt home={self.home} config={self.config} authority={self.home}/ca state={self.folder}/var
content={self.folder}/srv broker={self.broker} work={self.folder} names="" wheels="" panel="" to="" purge="" changed=""
chown() {{ :; }}
install() {{ # without owners, which nobody but root can give
    kept=""
    while [ $# -gt 0 ]; do
        case $1 in -o | -g) shift 2 ;; *) kept="$kept $1"; shift ;; esac
    done
    command install $kept
}}
systemctl() {{ echo "systemctl $*" >>{self.folder}/asked; }}
systemd_runs() {{ true; }}
cd {self.folder}
"""
        file = self.folder / "part.sh"
        file.write_text(script + stand_ins + words)
        done = subprocess.run(["sh", str(file)], capture_output=True, text=True, check=False)
        assert done.returncode == 0 or not check, done.stdout + done.stderr
        return done

    def make(self, names: str = "mqtt.serang.go.id,10.0.0.5") -> str:
        """The office's certificates and broker; what changed on the way."""
        steps = "read_names; keep_names; make_certificates; put_certificates; make_broker_accounts; put_broker_files"
        return self.run(f'names={names}; {steps}; restart_changed; echo "changed:$changed"').stdout

    def asked(self) -> list[str]:
        """What systemctl was asked since the last look."""
        file = self.folder / "asked"
        lines = file.read_text().splitlines() if file.exists() else []
        file.unlink(missing_ok=True)
        return lines

    def shown(self, certificate: str) -> str:
        words = ["openssl", "x509", "-in", str(self.home / certificate), "-noout", "-text"]
        return subprocess.run(words, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    need("mosquitto_passwd")
    return Machine(tmp_path)


@pytest.mark.parametrize("names", ["", "mqtt serang", "-x", "$(reboot)", "a,b/c", "x;y", ".."])
def test_a_name_that_is_none_is_refused(tmp_path: Path, names: str) -> None:
    """Before anything is made; the first time there must be one."""
    machine = Machine(tmp_path)
    done = machine.run(f"names='{names}'; read_names; make_certificates", check=False)
    assert done.returncode == 1
    assert "computer" in done.stderr
    assert not (machine.home / "ca").exists()


def test_an_office_has_its_certificates_and_accounts(machine: Machine) -> None:
    """For every name, and this computer itself; nobody but root has the authority's key; each program its own password."""
    machine.make()
    for certificate in ("broker.crt", "web.crt"):
        shown = machine.shown(certificate)
        for name in ("DNS:mqtt.serang.go.id", "IP Address:10.0.0.5", "DNS:localhost", "IP Address:127.0.0.1"):
            assert name in shown
    key = (machine.home / "ca" / "ca.key").read_bytes()
    copies = [path for path in machine.folder.rglob("*") if path.is_file() and path.read_bytes() == key]
    assert copies == [machine.home / "ca" / "ca.key"]
    assert (machine.home / "web.key").stat().st_mode & 0o777 == 0o640
    assert all(
        (machine.broker / "certs" / name).stat().st_mode & 0o777 == 0o600
        for name in ("ca.crt", "broker.crt", "broker.key")
    )
    lines = (machine.broker / "office.passwd").read_text().splitlines()
    secrets = {(machine.home / "passwords" / name).read_text().strip() for name in PASSWORDS}
    assert [line.split(":")[0] for line in lines] == list(PASSWORDS)
    assert len(secrets) == len(PASSWORDS)
    assert not any(secret in line for line in lines for secret in secrets), "the broker knows it only as a hash"
    assert machine.asked() == ["systemctl restart mosquitto.service", "systemctl try-restart panel-office-web.service"]


def test_the_second_time_nothing_is_made_anew(machine: Machine) -> None:
    """No certificate, no account, no restart: an upgrade of the program is not felt by the panels."""
    machine.make()
    machine.asked()
    before = {
        path: path.read_bytes() for path in machine.folder.rglob("*") if path.is_file() and path.name != "part.sh"
    }
    assert machine.make("").strip() == "changed:"
    assert machine.asked() == []
    after = {path: path.read_bytes() for path in machine.folder.rglob("*") if path.is_file() and path.name != "part.sh"}
    assert after == before


def test_another_name_makes_the_certificates_of_broker_and_console_anew(machine: Machine) -> None:
    """The authority and the panels' certificates stay; it is said."""
    machine.make()
    authority = (machine.home / "ca.crt").read_bytes()
    said = machine.make("panel.serang.go.id,mqtt.serang.go.id")
    assert "the names of this office were mqtt.serang.go.id,10.0.0.5" in said
    assert "DNS:panel.serang.go.id, DNS:mqtt.serang.go.id" in machine.shown("broker.crt")
    assert (machine.home / "ca.crt").read_bytes() == authority


def test_a_panels_file_is_one_that_the_panel_takes(machine: Machine) -> None:
    """Named after it, only its owner can read it; asked for again it is the same panel with the same key."""
    machine.make()
    said = machine.run("names=''; panel=serang-01; enrol_panel").stdout
    file = machine.folder / "serang-01.panel"
    assert "bring it to serang-01" in said
    assert file.stat().st_mode & 0o777 == 0o600
    found = read_enrolment(file.read_bytes(), datetime.now(UTC))
    assert (found.panel, found.host, found.port) == ("serang-01", "mqtt.serang.go.id", 8883)
    assert found.authority == (machine.home / "ca.crt").read_text()
    machine.run("panel=serang-01; to=again.panel; enrol_panel")
    assert read_enrolment((machine.folder / "again.panel").read_bytes(), datetime.now(UTC)) == found


@pytest.mark.parametrize("panel", ["Serang", "all", "../up", "x"])
def test_a_panel_with_a_bad_name_gets_no_file(machine: Machine, panel: str) -> None:
    """It is said which names there can be."""
    machine.make()
    done = machine.run(f"panel='{panel}'; enrol_panel", check=False)
    assert done.returncode == 1
    assert panel in done.stderr
    assert list(machine.folder.glob("*.panel")) == []


def test_without_an_office_a_panel_cannot_be_enrolled(tmp_path: Path) -> None:
    """It is said what comes first."""
    done = Machine(tmp_path).run("panel=serang-01; enrol_panel", check=False)
    assert (done.returncode, done.stderr.strip()) == (
        1, "there is no office on this computer yet: sh systemd/office.sh --name HOST"
    )  # fmt: skip


def test_what_ends_soon_is_made_anew_with_the_same_keys(machine: Machine) -> None:
    """Broker and console are given theirs and restarted; the panel's new file waits; what the panels hold still fits."""
    machine.make()
    machine.run("panel=serang-01; enrol_panel")
    authority = machine.home / "ca"
    old = {path: path.read_bytes() for path in authority.rglob("*") if path.is_file()}
    (machine.folder / "old-panel.crt").write_bytes(old[authority / "panels" / "serang-01" / "panel.crt"])
    (machine.folder / "old-ca.crt").write_bytes(old[authority / "ca.crt"])
    machine.asked()
    assert machine.run("renew").stdout == "nothing ends within 60 days\n"
    assert machine.asked() == []
    said = machine.run("renew_days=4000; renew").stdout  # more than ten years: everything ends soon
    assert f"bring {machine.home}/panels/serang-01.panel there" in said
    assert machine.asked() == ["systemctl restart mosquitto.service", "systemctl try-restart panel-office-web.service"]
    new = {path: path.read_bytes() for path in authority.rglob("*") if path.is_file()}
    assert {path.name for path in old if old[path] == new[path]} == {"ca.key", "broker.key", "web.key", "panel.key"}
    for certificate, by in (("old-panel.crt", authority / "ca.crt"), (authority / "broker.crt", "old-ca.crt")):
        words = ["openssl", "verify", "-CAfile", str(by), str(certificate)]
        assert subprocess.run(words, cwd=machine.folder, capture_output=True, check=False).returncode == 0
    found = read_enrolment((machine.home / "panels" / "serang-01.panel").read_bytes(), datetime.now(UTC))
    assert found.authority.encode() == new[authority / "ca.crt"]
    assert (machine.home / "panels" / "serang-01.panel").stat().st_mode & 0o777 == 0o600


def test_telephones_take_the_consoles_certificate(machine: Machine) -> None:
    """Apple's systems refuse what is valid for more than 825 days; the broker's is for ten years."""
    machine.make()
    web, broker = (read_lifetime(machine.home / name) for name in ("web.crt", "broker.crt"))
    assert (web.ends - web.begins).days <= 825
    assert (broker.ends - broker.begins).days > 3600


def test_what_was_added_to_the_brokers_files_stays(machine: Machine) -> None:
    """A panel that was locked out stays locked out over an upgrade; a file that nobody touched gets the new version."""
    machine.make()
    locked = machine.broker / "panels.acl"
    locked.write_text(locked.read_text() + "user serang-03\ntopic deny #\n")
    (machine.folder / "opt/current/systemd/broker").mkdir(parents=True)
    for name in ("panels.acl", "office.acl", "panels.conf"):
        text = (SYSTEMD / "broker" / name).read_text()
        (machine.folder / "opt/current/systemd/broker" / name).write_text("# older\n" + text)
    (machine.broker / "office.acl").write_text("# older\n" + (SYSTEMD / "broker" / "office.acl").read_text())
    said = machine.make("")
    assert f"{locked} was changed by hand and stays" in said
    assert "serang-03" in locked.read_text()
    assert (machine.broker / "office.acl").read_bytes() == (SYSTEMD / "broker" / "office.acl").read_bytes()


def test_a_broker_of_somebody_else_is_not_taken_over(machine: Machine) -> None:
    """Its account operator has a password that others use: it is said what to do."""
    (machine.broker / "office.passwd").write_text("operator:$7$101$x\n")
    done = machine.run("names=mqtt.serang.go.id; read_names; make_broker_accounts", check=False)
    assert done.returncode == 1
    assert f"write its password into {machine.home}/passwords/operator" in done.stderr


def test_the_first_settings_can_be_used_and_the_next_version_keeps_them(machine: Machine) -> None:
    """The broker by TLS on this computer, the console for the office's network, one folder; what a person wrote stays."""
    machine.config.unlink()
    release = f"release={machine.folder}/opt/current"
    machine.run(f"names=mqtt.serang.go.id; read_names; {release}; write_settings")
    settings = read_office_settings(machine.config, {})
    assert (settings.host, settings.port, settings.username) == ("localhost", 8884, "operator")
    assert settings.web.language == "id"
    [folder] = tomllib.loads(machine.config.read_text())["folder"]
    assert folder == {"name": "kota", "path": f"{machine.folder}/srv/kota", "panels": ["*"]}
    assert machine.config.stat().st_mode & 0o777 == 0o640
    mine = machine.config.read_text().replace('language = "id"', 'language = "en" # ours')
    machine.config.write_text(mine)
    machine.run(f"names=mqtt.serang.go.id; read_names; {release}; write_settings")
    assert machine.config.read_text() == mine
    machine.config.write_text(mine + "\n[nonsense]\n")
    done = machine.run(f"names=mqtt.serang.go.id; read_names; {release}; write_settings", check=False)
    assert done.returncode == 1
    assert f"{machine.config}: nonsense is not a setting" in done.stderr
    assert "nothing was changed" in done.stderr
