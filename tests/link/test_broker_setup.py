"""systemd/broker as it is shipped, with real mosquitto and certificates: who can read and write what."""

from __future__ import annotations

import contextlib
import queue
import shutil
import socket
import ssl
import struct
import subprocess
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from player.base.mqtt.connection import Connection
from player.base.mqtt.credentials import make_tls
from player.base.mqtt.messages import (
    Account,
    Arrived,
    Closed,
    ConnectionOptions,
    Delivered,
    Filter,
    Granted,
    Message,
    Opened,
    Signal,
)
from player.base.mqtt.probe import explain_silence
from player.core import effects
from player.core.alerts import Alert
from player.link.broker_check import check_office
from player.settings.models import OfficeSection
from tests.kit.broker import Broker
from tests.kit.link_room import running_office
from tests.kit.network import free_port
from tests.kit.programs import need
from tests.kit.waiting import wait_for
from tests.link import bad_brokers
from tests.link.bad_brokers import BadBroker

pytestmark = pytest.mark.live
SETUP = Path(__file__).parents[2] / "systemd" / "broker"


@dataclass
class Site:
    """A broker as shipped: `panels` and `people` are its ports, `folder` holds ca.crt, panels/NAME/..., NAME.password."""

    folder: Path
    panels: int
    people: int

    def panel(self, name: str) -> Account:
        home = self.folder / "panels" / name
        return Account(
            "127.0.0.1", self.panels, tls=True, client_id=name, username=name, ca_file=str(home / "ca.crt"),
            cert_file=str(home / "panel.crt"), key_file=str(home / "panel.key"),
        )  # fmt: skip

    def person(self, name: str, client_id: str = "") -> Account:
        return Account(
            "127.0.0.1", self.people, tls=True, client_id=client_id or f"office-{name}", username=name,
            ca_file=str(self.folder / "ca.crt"), password_file=str(self.folder / f"{name}.password"),
        )  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """make-certificates, the two ACLs and panels.conf, with only paths and ports changed."""
    need("mosquitto", "mosquitto_passwd", "openssl")
    folder = tmp_path_factory.mktemp("site")
    made = Site(folder, free_port(), free_port())
    make_certificates(folder, "localhost,127.0.0.1", "serang-01", "serang-02")
    for person in ("viewer", "operator", "collector", "homeassistant", "administrator"):
        secret = folder / f"{person}.password"
        secret.write_text(f"secret of {person}\n")
        secret.chmod(0o600)
        create = ["-c"] if person == "viewer" else []
        subprocess.run(
            ["mosquitto_passwd", *create, "-b", str(folder / "office.passwd"), person, f"secret of {person}"],
            check=True,
        )
    config = (SETUP / "panels.conf").read_text()
    for old, new in {
        "/etc/mosquitto/certs/": f"{folder}/",
        "/etc/mosquitto/office.passwd": f"{folder}/office.passwd",
        "/etc/mosquitto/": f"{SETUP}/",
        "listener 8883": f"listener {made.panels} 127.0.0.1",
        "listener 8884": f"listener {made.people} 127.0.0.1",
    }.items():
        assert old in config
        config = config.replace(old, new)
    (folder / "mosquitto.conf").write_text(f"user root\nlog_dest file {folder}/broker.log\n{config}")
    broker = Broker.__new__(Broker)  # the shipped configuration in place of the one that Broker writes
    broker.folder, broker.config, broker.port, broker.process = folder, folder / "mosquitto.conf", made.people, None
    broker.start()
    try:
        yield made
    finally:
        broker.stop()


def make_certificates(folder: Path, *words: str, options: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    program = str(SETUP / "make-certificates")
    return subprocess.run([program, *options, str(folder), *words], check=False, capture_output=True, text=True)


class Person:
    """One connection of somebody, in whose name topics are read and written."""

    def __init__(self, account: Account, options: ConnectionOptions | None = None) -> None:
        self.news: queue.SimpleQueue[Signal] = queue.SimpleQueue()
        self.got: list[Arrived] = []
        self.connection = Connection(account, options or ConnectionOptions(), self.news.put)
        self.connection.open()

    def wait(self, *kinds: type[Signal]) -> Signal:
        deadline = time.monotonic() + 10
        while True:
            signal = self.news.get(timeout=max(0.01, deadline - time.monotonic()))
            if isinstance(signal, Arrived):
                self.got.append(signal)
                self.connection.acknowledge(signal)
            if isinstance(signal, kinds):
                return signal

    def listen(self, *topics: str) -> Signal:
        self.connection.subscribe(tuple(Filter(topic) for topic in topics))
        return self.wait(Granted)

    def write(self, topic: str, payload: bytes = b"x") -> str:
        """The broker's refusal, or nothing."""
        self.connection.publish(Message(topic, payload, qos=1))
        said = self.wait(Delivered)
        assert isinstance(said, Delivered)
        return said.refused


@contextlib.contextmanager
def connected(account: Account) -> Iterator[Person]:
    person = Person(account)
    try:
        assert isinstance(person.wait(Opened, Closed), Opened)
        yield person
    finally:
        person.connection.close()
        person.connection.join(2)


def test_a_panel_can_write_only_its_own_topics(site: Site) -> None:
    """With its certificate a panel writes what the contract gives it; everything else is refused by the broker."""
    with connected(site.panel("serang-01")) as panel:
        own = ["state", "health", "now", "alert/disk.low", "reply", "screenshot", "played"]
        for topic in (*(f"panels/serang-01/{each}" for each in own), "homeassistant/device/serang-01/config"):
            assert panel.write(topic) == "", topic
        for topic in (
            *(f"panels/serang-02/{each}" for each in own),
            "homeassistant/device/serang-02/config",
            "panels/serang-01/command",
            "panels/serang-01/played/ack",
            "panels/serang-02/command",
            "panels/all/command",
            "panels/group/east/command",
            "panels/all/state",
            "elsewhere",
        ):
            assert panel.write(topic) == "Not authorized", topic


def test_a_panel_cannot_hear_another_one(site: Site) -> None:
    """Whatever a panel subscribes to, only its own commands (and those for all and for groups) reach it."""
    with connected(site.panel("serang-01")) as spy, connected(site.panel("serang-02")) as other:
        spy.listen("#", "panels/#", "panels/serang-02/#", "panels/serang-02/command", "$share/x/panels/#")
        with connected(site.person("operator")) as operator:
            assert other.write("panels/serang-02/state") == ""
            assert other.write("panels/serang-02/reply") == ""
            assert operator.write("panels/serang-02/command") == ""
            assert operator.write("panels/serang-01/command", b"mine") == ""
            while not [each for each in spy.got if each.payload == b"mine"]:
                spy.wait(Arrived)
        assert {each.topic for each in spy.got} == {"panels/serang-01/command"}


def test_a_panel_cannot_pass_for_another_one(site: Site) -> None:
    """The certificate's name is the client id and the user name, whatever the client says of itself."""
    liar = site.panel("serang-01")
    with connected(site.panel("serang-02")) as victim:
        with connected(Account(**{**{f: getattr(liar, f) for f in liar.__slots__}, "client_id": "serang-02"})) as spy:
            assert spy.write("panels/serang-02/state") == "Not authorized"
            assert spy.write("panels/serang-01/state") == ""
        assert victim.write("panels/serang-02/state") == "", "the victim was thrown out"


@pytest.mark.parametrize("name", ["viewer", "operator", "homeassistant"])
def test_the_offices_roles(site: Site, name: str) -> None:
    """A viewer sees all and sends nothing; an operator and Home Assistant send commands; nobody speaks for a panel."""
    with connected(site.panel("serang-01")) as panel, connected(site.person(name)) as person:
        person.listen("panels/+/now")
        assert panel.write("panels/serang-01/now", b"hello") == ""
        while not person.got:
            person.wait(Arrived)
        assert person.got[0].payload == b"hello"
        may = "" if name != "viewer" else "Not authorized"
        assert person.write("panels/serang-01/command") == may
        assert person.write("panels/serang-01/state") == "Not authorized"
        assert person.write("panels/serang-01/reply") == "Not authorized"


def test_only_an_administrator_clears_what_the_broker_keeps_of_a_panel(site: Site) -> None:
    """All that a panel has left there; not what the panel is told, and not its records. An operator clears nothing."""
    kept = ["state", "health", "now", "alert/disk.low"]
    with connected(site.person("administrator")) as person, connected(site.person("operator")) as operator:
        for topic in (*(f"panels/serang-02/{each}" for each in kept), "homeassistant/device/serang-02/config"):
            assert operator.write(topic, b"") == "Not authorized", topic
            assert person.write(topic, b"") == "", topic
        for topic in ("reply", "screenshot", "played", "played/ack"):
            assert person.write(f"panels/serang-02/{topic}", b"") == "Not authorized", topic
        assert person.write("panels/serang-02/command") == ""


def test_a_collector_stores_and_acknowledges_and_nothing_else(site: Site) -> None:
    """It hears every panel's records, shared; only the panel itself hears the answer; a collector commands nobody."""
    with (
        connected(site.person("collector")) as collector,
        connected(site.panel("serang-01")) as panel,
        connected(site.panel("serang-02")) as other,
    ):
        collector.listen("$share/records/panels/+/played", "panels/+/state", "panels/+/reply")
        for each in (panel, other):
            each.listen("panels/+/played/ack", "panels/serang-01/played/ack", "panels/serang-02/command")
        assert panel.write("panels/serang-01/reply") == ""
        assert panel.write("panels/serang-01/played", b"records") == ""
        while not collector.got:
            collector.wait(Arrived)
        assert [each.payload for each in collector.got] == [b"records"]
        assert collector.write("panels/serang-01/played/ack", b"stored") == ""
        while not panel.got:
            panel.wait(Arrived)
        assert collector.write("panels/serang-01/command") == "Not authorized"
        assert collector.write("panels/serang-01/played") == "Not authorized"
        with connected(site.person("operator")) as operator:
            assert operator.write("panels/serang-02/command", b"last") == ""
            while not other.got:
                other.wait(Arrived)
        assert [each.payload for each in other.got] == [b"last"]


def test_collectors_can_share_a_subscription(site: Site) -> None:
    """Two viewers with one $share subscription get each message once between them."""
    with (
        connected(site.person("viewer", "office-a")) as one,
        connected(site.person("viewer", "office-b")) as two,
        connected(site.panel("serang-01")) as panel,
    ):
        one.listen("$share/collectors/panels/+/reply")
        two.listen("$share/collectors/panels/+/reply")
        for number in range(20):
            panel.write("panels/serang-01/reply", str(number).encode())

        def all_got() -> bool:
            for person in (one, two):
                while not person.news.empty():
                    signal = person.news.get()
                    if isinstance(signal, Arrived):
                        person.got.append(signal)
                        person.connection.acknowledge(signal)
            return len(one.got) + len(two.got) >= 20

        wait_for(all_got)
        assert sorted(int(each.payload) for each in one.got + two.got) == list(range(20))
        assert one.got
        assert two.got


def test_who_has_no_certificate_or_password_stays_outside(site: Site) -> None:
    """No certificate, another CA's certificate, a wrong password: each ends with a reason in words."""
    ca_file = str(site.folder / "ca.crt")
    bare = Account("127.0.0.1", site.panels, tls=True, client_id="x", username="serang-01", ca_file=ca_file)
    said = Person(bare).wait(Opened, Closed)
    assert isinstance(said, Closed)
    wrong = site.folder / "wrong.password"
    wrong.write_text("wrong\n")
    wrong.chmod(0o600)
    guess = Account("127.0.0.1", site.people, True, "office-x", "operator", ca_file, password_file=str(wrong))
    said = Person(guess).wait(Opened, Closed)
    assert isinstance(said, Closed)
    assert "refused operator" in said.why
    no_trust = Account("127.0.0.1", site.people, True, "office-x", "operator", password_file=str(wrong))
    said = Person(no_trust).wait(Opened, Closed)
    assert isinstance(said, Closed)
    assert "not trusted" in said.why
    assert "check ca_file" in said.why


def test_old_tls_is_refused(site: Site) -> None:
    """The broker does not speak TLS 1.1, and neither do we."""
    assert make_tls(site.panel("serang-01")).minimum_version is ssl.TLSVersion.TLSv1_2
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():  # Python, too, advises against it
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    with (
        socket.create_connection(("127.0.0.1", site.people), 5) as bare,
        pytest.raises((ssl.SSLError, ConnectionError)),
        context.wrap_socket(bare),
    ):
        pass


def test_the_link_works_under_these_rules(site: Site, tmp_path: Path) -> None:
    """A panel with its certificate connects, proves it, and answers the operator; `check_office` finds nothing wrong."""
    panel = site.panel("serang-01")
    settings: dict[str, Any] = {
        "host": "127.0.0.1", "port": site.panels, "tls": True, "ca_file": panel.ca_file,
        "cert_file": panel.cert_file, "key_file": panel.key_file,
    }  # fmt: skip
    with connected(site.person("operator")) as operator, running_office(0, tmp_path, **settings) as room:
        operator.listen("panels/serang-01/reply")
        assert operator.write("panels/group/east/command", b'{"id": "c1", "do": "next"}') == ""
        while len(operator.got) < 2:
            operator.wait(Arrived)
        assert room.obeyed == ["c1"]
        room.office.perform(effects.RaiseAlert(Alert.DISK_LOW, "x"))
    assert check_office(OfficeSection(**settings), "serang-01") == []


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n"], ids=["hangs up", "something else"])
def test_a_port_without_tls_is_told(answer: bytes) -> None:
    """A plain port hangs up on TLS or answers with something else: the line names the port with TLS, not a reset."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            plain, _ = server.accept()
            with plain:
                plain.recv(16)
                plain.sendall(answer)
                if not answer:  # with unread bytes left a close is a reset
                    plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

        thread = threading.Thread(target=serve)
        thread.start()
        section = OfficeSection(host="127.0.0.1", port=server.getsockname()[1], tls=True)
        [fault] = check_office(section, "serang-01")
        thread.join()
    assert "the broker speaks no TLS on this port; its port with TLS is mostly 8883" in fault


@pytest.mark.parametrize(
    "behave", [bad_brokers.refuse_the_version, bad_brokers.hang_up_on_mqtt_5, bad_brokers.ignore_mqtt_5]
)
def test_check_names_a_broker_of_mqtt_3(behave: Callable[[socket.socket, int], None]) -> None:
    """Refused in its own form, hung up on, or never answered: it is said what the broker speaks, and what to use."""
    with BadBroker(behave) as old:
        [fault] = check_office(OfficeSection(host="127.0.0.1", port=old.port, tls=False), "serang-01")
    assert fault.startswith(f"127.0.0.1 port {old.port}: the broker speaks only MQTT 3.1.1, and MQTT 5 is needed; use")


def test_a_plain_port_that_is_silent_to_tls_is_named() -> None:
    """Some brokers wait for ever for the rest of what they take for a packet: they are asked without TLS what they are."""
    heard: queue.SimpleQueue[Signal] = queue.SimpleQueue()
    with BadBroker(bad_brokers.ignore_tls) as plain:
        account = Account("127.0.0.1", plain.port, True, "x", "x")
        connection = Connection(account, ConnectionOptions(connect_timeout_s=1.0), heard.put)
        connection.open()
        closed = heard.get(timeout=60)
        connection.join(10)
    assert isinstance(closed, Closed)
    assert "the broker speaks no TLS on this port" in closed.why


def test_a_broker_of_both_versions_is_never_said_to_be_old() -> None:
    """One that answers both when it is asked was only slow or busy: nothing is said of its version."""
    with BadBroker(bad_brokers.refuse_both) as both:
        assert explain_silence(Account("127.0.0.1", both.port, False, "x", "x"), 10.0) == ""


def test_check_names_a_port_that_speaks_tls(site: Site) -> None:
    """tls = false to a port with TLS: the line says so, not that the connection was lost."""
    [fault] = check_office(OfficeSection(host="127.0.0.1", port=site.people, tls=False), "serang-01")
    assert "the broker speaks TLS on this port; set tls = true" in fault


def test_check_says_what_is_wrong_with_files_and_broker(site: Site, tmp_path: Path) -> None:
    """Missing files, a readable password, a key of another pair, a wrong port, a wrong password: each in one line."""
    secret = tmp_path / "password"
    secret.write_text("x\n")
    secret.chmod(0o644)

    def check(**section: Any) -> str:
        return "\n".join(check_office(OfficeSection(**({"host": "127.0.0.1"} | section)), "serang-01"))

    ca_file = str(site.folder / "ca.crt")
    assert f"chmod 640 {secret}" in check(password_file=str(secret), port=site.people, ca_file=ca_file)
    assert "office.ca_file" in check(ca_file=str(tmp_path / "none"))
    assert "does not exist" in check(password_file=str(tmp_path / "none"), ca_file=ca_file)
    one, two = site.panel("serang-01"), site.panel("serang-02")
    assert "not a usable pair" in check(ca_file=ca_file, cert_file=one.cert_file, key_file=two.key_file)
    assert "nobody listens there; is the broker running" in check(port=free_port(), tls=False)
    secret.chmod(0o640)
    assert "office.allow: no command is called 'netx'; did you mean next?" in check(
        allow=("show", "netx"), ca_file=ca_file
    )
    assert "refused serang-01" in check(password_file=str(secret), port=site.people, ca_file=ca_file)
    secret.write_text("\n")
    assert "is empty" in check(password_file=str(secret), port=site.people, ca_file=ca_file)


def test_make_certificates_keeps_what_is_there_and_refuses_bad_names(tmp_path: Path) -> None:
    """Run again it adds panels and changes nothing else; private keys are readable by their owner only."""
    need("openssl")
    assert make_certificates(tmp_path, "mqtt.example.go.id,10.0.0.5", "serang-01").returncode == 0
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert make_certificates(tmp_path, "mqtt.example.go.id", "serang-01", "serang-02").returncode == 0
    assert all(path.read_bytes() == content for path, content in before.items())
    assert (tmp_path / "panels/serang-02/panel.crt").exists()
    assert all(path.stat().st_mode & 0o077 == 0 for path in tmp_path.rglob("*.key"))
    shown = subprocess.run(
        ["openssl", "x509", "-in", str(tmp_path / "broker.crt"), "-noout", "-text"], capture_output=True, text=True,
        check=True,
    ).stdout  # fmt: skip
    assert "DNS:mqtt.example.go.id, IP Address:10.0.0.5" in shown
    for bad in ("Serang 01", "x", "all", "group", "../up", "a" * 33):
        refused = make_certificates(tmp_path, "mqtt.example.go.id", bad)
        assert refused.returncode != 0
        assert bad in refused.stderr


def test_a_panel_that_is_locked_out_can_do_nothing(site: Site, tmp_path: Path) -> None:
    """The two lines that panels.acl names take every right from a stolen panel."""
    acl = (SETUP / "panels.acl").read_text()
    assert "topic deny #" in acl
    shutil.copy(SETUP / "panels.acl", tmp_path / "panels.acl")
    (tmp_path / "panels.acl").write_text(acl + "\nuser serang-02\ntopic deny #\n")
    config = (site.folder / "mosquitto.conf").read_text()
    port = free_port()
    config = config.replace(str(SETUP / "panels.acl"), str(tmp_path / "panels.acl"))
    config = config.replace(f"listener {site.panels} ", f"listener {port} ")
    config = config.replace(f"listener {site.people} ", f"listener {free_port()} ")
    (tmp_path / "mosquitto.conf").write_text(config)
    broker = Broker.__new__(Broker)
    broker.folder, broker.config, broker.port, broker.process = tmp_path, tmp_path / "mosquitto.conf", port, None
    broker.start()
    try:
        there = Site(site.folder, port, 0)
        with connected(there.panel("serang-02")) as stolen, connected(there.panel("serang-01")) as honest:
            assert stolen.write("panels/serang-02/state") == "Not authorized"
            assert honest.write("panels/serang-01/state") == ""
    finally:
        broker.stop()


def test_the_strictest_reading_of_the_certificates_finds_nothing(tmp_path: Path) -> None:
    """`openssl verify -x509_strict`, as Python 3.13 asks for by itself: every certificate names its authority's key."""
    need("openssl")
    assert make_certificates(tmp_path, "mqtt.example.go.id", "serang-01", options=("--web",)).returncode == 0
    for name in ("ca.crt", "broker.crt", "web.crt", "panels/serang-01/panel.crt"):
        words = ["openssl", "verify", "-x509_strict", "-CAfile", str(tmp_path / "ca.crt"), str(tmp_path / name)]
        said = subprocess.run(words, capture_output=True, text=True, check=False)
        assert said.returncode == 0, said.stdout + said.stderr


def test_certificates_without_key_identifiers_are_trusted_all_the_same(site: Site) -> None:
    """Older ones have none; the link asks for what Debian 12's Python asks for, on Debian 13 too."""
    assert not make_tls(site.panel("serang-01")).verify_flags & ssl.VERIFY_X509_STRICT


def test_make_certificates_renews_what_ends_with_the_same_keys(tmp_path: Path) -> None:
    """Within a day nothing ends; within eleven years all of it does: new certificates, old keys, for panels unnamed too."""
    need("openssl")
    make_certificates(tmp_path, "mqtt.example.go.id", "serang-01", options=("--web",))
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert make_certificates(tmp_path, "mqtt.example.go.id", options=("--web", "--renew", "1")).stdout == ""
    assert all(path.read_bytes() == content for path, content in before.items())
    said = make_certificates(tmp_path, "mqtt.example.go.id", options=("--web", "--renew", "4000")).stdout
    assert len(said.splitlines()) == 4
    changed = {path.name for path, content in before.items() if path.read_bytes() != content}
    assert changed == {"ca.crt", "broker.crt", "web.crt", "panel.crt"}
    assert {path for path in tmp_path.rglob("*") if path.is_file()} == before.keys(), "nothing is left over"
    assert (tmp_path / "panels/serang-01/ca.crt").read_bytes() == (tmp_path / "ca.crt").read_bytes()
    refused = make_certificates(tmp_path, "mqtt.example.go.id", options=("--renew", "soon"))
    assert "--renew wants a number of days" in refused.stderr
