"""The ways to people, against a real SMTP server, a real web server and a real program, each on loopback."""

from __future__ import annotations

import contextlib
import http.server
import json
import socket
import sys
import threading
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from pydantic import ValidationError

from player.office.notify.message import Told
from player.office.notify.settings import MailSettings, NotifySettings, WebhookSettings
from player.office.notify.ways import NotTold, post, run_command, send_mail, ways_of
from tests.kit.network import free_port

TOLD = Told("Panel: 1 baru (serang-01)", "Baru:\nserang-01: disk.low sejak 09:12 WIB: é\n", ({"panel": "serang-01"},))


@contextlib.contextmanager
def smtp_server(refuse: str = "") -> Iterator[tuple[int, list[bytes]]]:
    """SMTP as RFC 5321 has it, as far as a mail needs; refuse: an address that it does not take."""
    mails: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                wire, _ = listener.accept()
                with wire, wire.makefile("rwb", buffering=0) as lines:
                    _speak_smtp(lines, mails, refuse.encode())

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield listener.getsockname()[1], mails
    finally:
        listener.close()


def _speak_smtp(lines: object, mails: list[bytes], refuse: bytes) -> None:
    write, readline = lines.write, lines.readline  # type: ignore[attr-defined]
    write(b"220 here\r\n")
    while line := readline():
        word = line[:4].upper()
        if word == b"DATA":
            write(b"354 go on\r\n")
            text = b""
            while (line := readline()) not in (b".\r\n", b""):
                text += line
            mails.append(text)
        if word == b"QUIT":
            write(b"221 bye\r\n")
            return
        write(b"550 nobody here\r\n" if refuse and refuse in line and word == b"RCPT" else b"250 good\r\n")


@contextlib.contextmanager
def web_server(status: int = 200) -> Iterator[tuple[str, list[tuple[dict[str, str], dict[str, object]]]]]:
    """Takes JSON and answers with `status`."""
    posted: list[tuple[dict[str, str], dict[str, object]]] = []

    class Taker(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            posted.append((dict(self.headers), body))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(b"so it is")

        def log_message(self, *_: object) -> None: ...

    server = http.server.HTTPServer(("127.0.0.1", 0), Taker)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hook/secret", posted
    finally:
        server.shutdown()
        server.server_close()


def mail_to(port: int, *people: str) -> MailSettings:
    return MailSettings.model_validate(
        {"host": "127.0.0.1", "port": port, "tls": "none", "from": "panel@serang.go.id", "to": people or ("a@x.id",)}
    )


def test_a_mail_reaches_everybody_in_one_go() -> None:
    """Subject, text beyond ASCII, all who get it, and the mark that keeps holiday replies away."""
    with smtp_server() as (port, mails):
        send_mail(mail_to(port, "dina@x.id", "budi@x.id"), TOLD)
    mail = message_from_bytes(mails[0], policy=policy.default)
    assert (mail["Subject"], mail["To"], len(mails)) == (TOLD.subject, "dina@x.id, budi@x.id", 1)
    assert mail.get_content().replace("\r\n", "\n") == TOLD.text
    assert mail["Auto-Submitted"] == "auto-generated"


def test_a_mail_that_is_not_taken_says_why() -> None:
    """An unknown address, and no server at all, are one line each."""
    with smtp_server("nobody@x.id") as (port, _), pytest.raises(NotTold, match=r"550.*nobody here|nobody@x\.id"):
        send_mail(mail_to(port, "nobody@x.id"), TOLD)
    with pytest.raises(NotTold, match="Connection refused"):
        send_mail(mail_to(free_port()), TOLD)


def test_a_webhook_gets_json_with_the_settings_own_fields(tmp_path: Path) -> None:
    """text and notices, Telegram's chat_id beside them, the token as a header; the secret address is in no complaint."""
    token = tmp_path / "token"
    token.write_text("s3cret\n")
    token.chmod(0o600)
    with web_server() as (url, posted):
        post(WebhookSettings(url=url, token_file=str(token), fields={"chat_id": "-100"}), TOLD)
    headers, body = posted[0]
    assert headers["Authorization"] == "Bearer s3cret"
    assert body["chat_id"] == "-100"
    assert body["notices"] == [{"panel": "serang-01"}]
    assert "serang-01: disk.low sejak 09:12 WIB: é" in str(body["text"])
    with web_server(500) as (url, _), pytest.raises(NotTold, match=r"127\.0\.0\.1: 500 .*so it is") as why:
        post(WebhookSettings(url=url), TOLD)
    assert "secret" not in str(why.value)


def test_a_command_gets_the_json_and_its_status_counts(tmp_path: Path) -> None:
    """On its standard input; a status other than 0, or a program that is not there, is a failure with its words."""
    file = tmp_path / "got.json"
    run_command((sys.executable, "-c", f"import sys; open({str(file)!r}, 'w').write(sys.stdin.read())"), TOLD)
    assert json.loads(file.read_text())["subject"] == TOLD.subject
    with pytest.raises(NotTold, match="ended with 3: no credit"):
        run_command((sys.executable, "-c", "import sys; sys.stderr.write('no credit'); sys.exit(3)"), TOLD)
    with pytest.raises(NotTold, match="No such file"):
        run_command(("/nonexistent/send",), TOLD)


def test_only_what_is_set_up_is_a_way() -> None:
    """No way without its address; half a setting is refused with what is missing."""
    assert ways_of(NotifySettings()) == {}
    assert set(ways_of(NotifySettings(mail=mail_to(25), command=("x",)))) == {"mail", "command"}
    with pytest.raises(ValidationError, match="write from"):
        MailSettings(host="mail.x.id")
    with pytest.raises(ValidationError, match="clear text"):
        MailSettings.model_validate({"host": "h", "from": "a@x", "to": ["b@x"], "tls": "none", "password_file": "p"})
    with pytest.raises(ValidationError, match="begins with https://"):
        WebhookSettings(url="file:///etc/passwd")
