"""`panel-office serve` and `panel-office account` as they are run: settings, refusals, the process, its files."""

from __future__ import annotations

import os
import signal
import socket
import ssl
import stat
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from typer.testing import CliRunner

from player.office.__main__ import app
from player.office.settings import OfficeSettings, read_office_settings
from player.office.signing import OfficeError
from player.office.web.page import STATIC, hash_of
from player.office.web.people.database import FILE_NAME, PeopleDatabase
from player.office.web.serve_command import check_reach, options_of
from tests.kit.console import PASSWORD, running_console
from tests.kit.forked_programs import Programs
from tests.kit.network import free_port

pytestmark = pytest.mark.heavy

HTMX = "71ea67185bfa"
"""The first twelve digits of htmx 2.0.10's SHA-256, as its authors' repository has it."""
AXE = "29348999450c"
"""Of axe-core 4.14.1, with which the tests judge the pages."""


@pytest.fixture
def run(programs: Programs) -> Callable[..., str]:
    """What a command says in a process of its own."""

    def run(folder: Path, *words: str, status: int = 0) -> str:
        environ = {**os.environ, "COLUMNS": "200"}
        done = programs.run("panel-office", "--config", folder / "config.toml", *words, environ=environ)
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout + done.stderr

    return run


def say(folder: Path, *words: str, typed: str = "", status: int = 0) -> str:
    """What a command said, in this process: the same, without a program's start."""
    done = CliRunner().invoke(
        app, ["--config", str(folder / "config.toml"), *words], input=typed, env={"COLUMNS": "200"}
    )
    assert done.exit_code == status, done.output
    return done.output


def write_config(folder: Path, text: str = "") -> None:
    (folder / "config.toml").write_text(f'[web]\ndata_folder = "{folder}/data"\n{text}')


def read(folder: Path, text: str) -> OfficeSettings:
    write_config(folder, text)
    return read_office_settings(folder / "config.toml", {}, broker=False)


def test_the_settings_are_those_of_the_manual(tmp_path: Path) -> None:
    """What is not written is closed to the network, Indonesian, and one person's."""
    made = read(tmp_path, '[[folder]]\nname = "kota"\npath = "/srv/kota"\npanels = ["group:north"]\n')
    web = made.web
    assert (web.listen, web.language, web.two_persons, web.is_local) == ("127.0.0.1:8080", "id", False, True)
    assert [(each.name, each.place, each.panels) for each in made.folder] == [
        ("kota", Path("/srv/kota"), ("group:north",))
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('listen = "8080"', "no address to listen on"),
        ('listen = "127.0.0.1:99999"', "no address to listen on"),
        ('certificate_file = "/etc/c.pem"', "TLS needs both"),
        ('behind_proxy = "nginx"', "is no address"),
        ('listn = "x"', "did you mean listen"),
        ('[[folder]]\nname = "Kota Serang"\npath = "/x"', "stands in addresses"),
        ('[[folder]]\nname = "kota"\npath = "/x"\n[[folder]]\nname = "kota"\npath = "/y"', "two folders are called"),
        ('[[folder]]\nname = "kota"', "folder.0.path"),
    ],
)
def test_wrong_settings_are_said_in_a_line(text: str, said: str, tmp_path: Path) -> None:
    """With the setting's name and what to write."""
    with pytest.raises(OfficeError) as told:
        read(tmp_path, text)
    assert said in str(told.value)


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ('listen = "127.0.0.1:8080"', True), ('listen = "[::1]:8080"', True), ('listen = "localhost:8080"', True),
        ('listen = "0.0.0.0:8080"', False), ('listen = "[::]:8080"', False), ('listen = "192.168.1.9:80"', False),
        ('listen = "office.example:80"', False), ('listen = "0.0.0.0:8080"\nbehind_proxy = "192.168.1.2"', True),
        ('listen = "0.0.0.0:443"\ncertificate_file = "/c"\nkey_file = "/k"', True),
    ],
)  # fmt: skip
def test_it_is_not_open_to_the_network_in_clear_text(text: str, good: bool, tmp_path: Path) -> None:
    """With TLS, behind a proxy that does it, or on this computer alone."""
    settings = read(tmp_path, text)
    if good:
        check_reach(settings)
    else:
        with pytest.raises(OfficeError, match="passwords would be readable"):
            check_reach(settings)


def test_only_the_proxy_may_say_who_asks(tmp_path: Path) -> None:
    """Without one, nobody's word is believed."""
    assert options_of(read(tmp_path, ""))["proxy_headers"] is False
    behind = options_of(read(tmp_path, 'behind_proxy = "192.168.1.2"'))
    assert (behind["proxy_headers"], behind["forwarded_allow_ips"]) == (True, "192.168.1.2")


def test_htmx_is_the_file_that_its_authors_made() -> None:
    """Nobody changed it; its licence stands beside it."""
    assert hash_of(STATIC / "htmx.min.js") == HTMX
    assert "Zero-Clause BSD" in (STATIC / "htmx.LICENSE").read_text()
    assert hash_of(Path(__file__).parents[2] / "kit" / "axe.min.js") == AXE


def test_the_other_commands_start_without_the_consoles_libraries() -> None:
    """None of them is imported before `serve` or `account` runs; for the help each module of commands is loaded."""
    script = (
        "import sys, player.office.__main__ as program;"
        "program.app(['--help'], standalone_mode=False);"
        "print([n for n in ('starlette', 'uvicorn', 'jinja2', 'argon2', 'anyio', 'tomlkit') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=180)
    assert "account" in done.stdout
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_server_starts_without_the_database() -> None:
    """SQLAlchemy and what stands on it are a third of the memory: they come with the first question about records."""
    script = (
        "import sys, player.office.web.serve_command, player.office.web.app;"
        "print([n for n in ('sqlalchemy', 'alembic', 'mako', 'pygments', 'fpdf', 'xlsxwriter') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=180)
    assert done.stdout.strip() == "[]"


KEPT = """
import resource, sys
from player.office.web.allocator import keep_little_memory

def resident_mb():
    return int(open("/proc/self/statm").read().split()[1]) * resource.getpagesize() / 1e6

if sys.argv[1] == "little":
    keep_little_memory()
for _ in range(3):
    bytearray(8 << 20)  # glibc learns that large blocks come and go
before = resident_mb()
pages = [bytearray(300_000) for _ in range(200)]
del pages[:-1]
print(round(resident_mb() - before))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's allocator")
def test_the_memory_of_pages_goes_back_to_the_system() -> None:
    """Of 60 MB of pages next to nothing stays, although the last one is still needed."""
    left = [
        int(subprocess.run([sys.executable, "-c", KEPT, how], capture_output=True, text=True, check=True).stdout)
        for how in ("little", "as it is")
    ]
    assert left[0] < 10 < 40 < left[1]


def test_the_first_account_is_made_at_the_computer(tmp_path: Path, run: Callable[..., str]) -> None:
    """With a password from a file or standard input; never one on the command line, and never by the first visitor."""
    write_config(tmp_path)
    (tmp_path / "password").write_text(f"{PASSWORD}\n")
    file = str(tmp_path / "password")
    assert "ada: admin" in run(tmp_path, "account", "add", "ada", "--role", "admin", "--password-file", file)
    assert "already" in say(tmp_path, "account", "add", "ada", "--role", "admin", "--password-file", file, status=1)
    said = say(
        tmp_path, "account", "add", "vera", "--role", "viewer", "--password-file", "-", typed="short\n", status=1
    )
    assert "at least 12 characters" in said
    assert "no terminal" in say(tmp_path, "account", "add", "vera", "--role", "viewer", status=1)
    say(
        tmp_path,
        "account",
        "add",
        "vera",
        "--role",
        "viewer",
        "--name",
        "Vera",
        "--password-file",
        "-",
        typed=f"{PASSWORD}\n",
    )
    listed = say(tmp_path, "account", "list")
    assert "ada" in listed
    assert "viewer" in listed
    assert "closed, 0 sessions" in say(tmp_path, "account", "disable", "vera")
    assert "last admin" in say(tmp_path, "account", "disable", "ada", status=1)
    assert "vera (closed)" in say(tmp_path, "account", "list")
    said = say(tmp_path, "account", "password", "ada", "--password-file", "-", typed="sembilan panel di jalan\n")
    assert "new password" in said
    assert "No account is called" in say(tmp_path, "account", "password", "nobody", "--password-file", file, status=1)
    assert stat.S_IMODE((tmp_path / "data" / FILE_NAME).stat().st_mode) == 0o600


@pytest.mark.slow
def test_it_serves_without_a_broker_and_ends_when_it_is_told(tmp_path: Path) -> None:
    """Its pages come; SIGTERM ends it at once with a stream open; nobody else may look into what it wrote."""
    with running_console(tmp_path) as console, httpx.Client(base_url=console.address) as client:
        page = client.get("/sign-in")
        assert page.status_code == 200
        assert "uvicorn" not in str(page.headers).lower()
        given = sign_in(client).headers["Set-Cookie"]
        assert given.startswith(f"panel-office-session-{console.port}=")
        assert "Secure" not in given
        with client.stream("GET", "/news") as stream:
            assert stream.status_code == 200
            assert next(stream.iter_lines()) == "event: news"
            assert console.process is not None
            console.process.send_signal(signal.SIGTERM)
            console.process.wait(180)
        assert "Traceback" not in console.said
        assert "log: 0 lines" in console.said
        console.start()
        assert client.get("/me").status_code == 200
    data = tmp_path / "data"  # nobody else may enter it; the passwords' file is closed by itself too
    assert [path for path in (data, *data.glob("console.db*")) if stat.S_IMODE(path.stat().st_mode) & 0o007] == []


@pytest.mark.slow
def test_a_port_that_is_taken_is_said(tmp_path: Path, run: Callable[..., str]) -> None:
    """In a sentence, with exit status 1."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        write_config(tmp_path, f'listen = "127.0.0.1:{taken.getsockname()[1]}"\n')
        assert "does another program do so" in run(tmp_path, "serve", status=1)
    write_config(tmp_path, f'listen = "0.0.0.0:{free_port()}"\n')
    assert "passwords would be readable" in run(tmp_path, "serve", status=1)


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate of its own authority for 127.0.0.1, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    files = folder / "console.crt", folder / "console.key"
    files[0].write_bytes(made.public_bytes(Encoding.PEM))
    files[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return files


def sign_in(client: httpx.Client, account: str = "vera", **headers: str) -> httpx.Response:
    """The cookie goes by hand: what is Secure httpx keeps back on the way to a proxy."""
    page = client.get("/sign-in", headers=headers)
    csrf = page.text.partition('"X-CSRF": "')[2][:64]
    given = page.headers.get("Set-Cookie", "").partition(";")[0]
    sent = {**headers, "Cookie": given} if given else headers
    return client.post("/sign-in", data={"csrf": csrf, "account": account, "password": PASSWORD}, headers=sent)


@pytest.mark.slow
def test_with_a_certificate_it_speaks_tls(tmp_path: Path, run: Callable[..., str]) -> None:
    """The cookie is `__Host-` and Secure; a key that does not fit is said in a sentence."""
    certificate, key = make_certificate(tmp_path)
    web = f'certificate_file = "{certificate}"\nkey_file = "{key}"\n'
    with running_console(tmp_path, web=web) as console:
        trusted = ssl.create_default_context(cafile=str(certificate))
        with httpx.Client(base_url=console.address, verify=trusted) as client:
            given = sign_in(client).headers["Set-Cookie"]
            assert given.startswith("__Host-panel-office-session=")
            assert "Secure" in given
            assert client.get("/me").headers["Strict-Transport-Security"]
        console.stop()
        (tmp_path / "other").mkdir()
        key.write_bytes(make_certificate(tmp_path / "other")[1].read_bytes())
        assert "web.certificate_file" in run(tmp_path, "serve", status=1)


@pytest.mark.slow
def test_behind_a_proxy_the_proxys_word_counts(tmp_path: Path) -> None:
    """Who asks and how is what the proxy says; only the last address that it added itself is believed."""
    with running_console(tmp_path, web='behind_proxy = "127.0.0.1"\n') as console:
        told = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.66, 198.51.100.7", "Host": "panel.example"}
        with httpx.Client(base_url=console.address) as client:
            assert client.get("/sign-in").status_code == 421
            assert client.get("/sign-in", headers=told).status_code == 200
            assert sign_in(client, "nobody", **told).status_code == 403
    with PeopleDatabase(tmp_path / "data" / FILE_NAME) as database:
        assert database.rows("SELECT account, address FROM sign_ins") == [("nobody", "198.51.100.7")]
