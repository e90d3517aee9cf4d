"""Settings that are given away hold no secret, and the archive for whoever helps is made on a machine in trouble, too."""

from __future__ import annotations

import json
import stat
import sys
import tarfile
from pathlib import Path

import pytest

from player.base.redaction import LEFT_OUT, redact_settings
from player.base.support_archive import PART_BYTES, SupportArchive

WITH_SECRETS = """
# the router: admin / geheim-0
[panel]
name = "serang-01"
password = "geheim-1"
[office]
host = "mqtt.serang.go.id"
password_file = "/etc/panel-player/password"
key_file = "/etc/panel-player/panel.key"
api_token = "geheim-2"
[trust]
keys = ["RWQpublic"]
[records]
url = "postgresql://dina:geheim-3@db.serang.go.id/records"
[notify]
command = ["/usr/local/bin/send-wa", "geheim-4"]
[notify.webhook]
url = "https://api.telegram.org/botgeheim-5/sendMessage"
fields = { chat_id = "geheim-6" }
[notify.mail]
username = "panel"
secret = 4711
[[stream]]
address = "rtsp://admin:geheim-7@10.0.0.9/live?token=geheim-8"
"""


def test_no_secret_is_left_and_everything_else_is() -> None:
    """Passwords, tokens, what stands in addresses, in comments and in a program's arguments; files and public keys stay."""
    found = redact_settings(WITH_SECRETS)
    text = json.dumps(found)
    assert "geheim" not in text
    assert "4711" not in text
    for harmless in ("serang-01", "/etc/panel-player/password", "/etc/panel-player/panel.key", "RWQpublic", "send-wa"):
        assert harmless in text
    assert found["records"]["url"] == "postgresql://db.serang.go.id/records"
    assert found["notify"]["webhook"]["url"] == f"https://api.telegram.org/{LEFT_OUT}"
    assert found["panel"]["password"] == LEFT_OUT
    with pytest.raises(ValueError, match="Expected"):
        redact_settings("password geheim")


def test_the_archive_holds_what_could_be_had_and_why_the_rest_could_not(tmp_path: Path) -> None:
    """A missing file, a program that is not there and one that fails are parts with their reason; a long log keeps its end."""
    archive = SupportArchive("panel serang-01")
    archive.add("gone.txt", "a file that is not there", (tmp_path / "gone").read_bytes)
    archive.add("long.txt", "a long log", lambda: b"a" * PART_BYTES + b"the end")
    archive.add_program("none.txt", "no such program", ["/nonexistent/program"])
    archive.add_program("failed.txt", "one that fails", [sys.executable, "-c", "import sys; sys.exit('it broke')"])
    file = tmp_path / "support.tar.gz"
    archive.write(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with tarfile.open(file) as opened:
        parts = {each.name: opened.extractfile(each).read() for each in opened.getmembers()}  # type: ignore[union-attr]
    assert b"not to be had: [Errno 2] No such file" in parts["support/gone.txt"]
    assert len(parts["support/long.txt"]) == PART_BYTES
    assert parts["support/long.txt"].endswith(b"the end")
    assert parts["support/none.txt"].startswith(b"not to be had")
    assert b"it broke" in parts["support/failed.txt"]
    assert b"(exit status 1)" in parts["support/failed.txt"]
    page = parts["support/READ-ME.txt"].decode()
    assert page.startswith("panel serang-01\n")
    assert all(name.removeprefix("support/") in page for name in parts if "READ-ME" not in name)
    with pytest.raises(FileExistsError):
        archive.write(file)
