"""A film of 100 MB on its way to the real server, cut in each way there is: it goes on where it was, and nothing half is seen."""

from __future__ import annotations

import hashlib
import json
import random
import socket
import struct
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest

from tests.kit.clips import make_clip
from tests.kit.console import CSRF, PASSWORD, RunningConsole, running_console
from tests.kit.desk import fill
from tests.kit.waiting import wait_for

pytestmark = [pytest.mark.live, pytest.mark.slow]

SIZE = 100 << 20
"""Twenty-five pieces: five and a half before each of three cuts, the rest after them."""
PIECE = 4 << 20
"""As upload.js sends them."""
HOME = "/content/kota"


def large_film(place: Path) -> Path:
    """A film that panels play, with a box of random bytes that players pass over."""
    film = make_clip(place, seconds=1, size="320x180")
    with film.open("ab") as file:
        rest = SIZE - file.tell()
        file.write(struct.pack(">I4s", rest, b"free"))
        block = random.Random(7).randbytes(1 << 20)
        for number in range((rest - 8) // (1 << 20)):
            file.write(struct.pack(">I", number) + block[4:])
        file.write(block[: SIZE - file.tell()])
    return film


class Sender:
    """As the browser's script: asks where it was, and sends pieces; signed in once."""

    def __init__(self, console: RunningConsole, film: Path) -> None:
        self.console, self.film = console, film
        self.client = httpx.Client(base_url=console.address, timeout=60)
        self.csrf = ""
        self._look("/sign-in")
        self.client.post("/sign-in", data={"csrf": self.csrf, "account": "edi", "password": PASSWORD})
        self._look(HOME)

    def _look(self, path: str) -> str:
        text = self.client.get(path).text
        found = CSRF.search(text)
        assert found is not None
        self.csrf = found[1]
        return text

    def begin(self) -> tuple[str, int]:
        """Number and offset; the same file again goes on with what is there."""
        told = self.client.post(
            f"{HOME}/uploads", headers={"X-CSRF": self.csrf, "Content-Type": "application/json"},
            content=json.dumps({"name": "Festival.mp4", "size": SIZE, "modified": 1_700_000_000_000}),
        ).json()  # fmt: skip
        return told["id"], told["offset"]

    def send(self, number: str, offset: int, pieces: int) -> int:
        """The offset afterwards."""
        with self.film.open("rb") as file:
            file.seek(offset)
            for _ in range(pieces):
                if not (piece := file.read(PIECE)):
                    break
                answer = self.client.patch(
                    f"{HOME}/uploads/{number}", content=piece,
                    headers={"X-CSRF": self.csrf, "Upload-Offset": str(offset)},
                )  # fmt: skip
                assert answer.status_code == 200, answer.text
                offset = answer.json()["offset"]
        return offset

    @contextmanager
    def half_a_piece(self, number: str, offset: int) -> Iterator[socket.socket]:
        """A connection on which a piece stops in its middle."""
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.client.cookies.jar)
        head = (
            f"PATCH {HOME}/uploads/{number} HTTP/1.1\r\nHost: 127.0.0.1:{self.console.port}\r\nX-CSRF: {self.csrf}\r\n"
            f"Cookie: {cookies}\r\nUpload-Offset: {offset}\r\nContent-Length: {PIECE}\r\n\r\n"
        )
        with closing(socket.create_connection(("127.0.0.1", self.console.port))) as line, self.film.open("rb") as file:
            file.seek(offset)
            line.sendall(head.encode() + file.read(PIECE // 2))
            yield line


def test_100_mb_cut_three_times_go_on_where_they_were(tmp_path: Path) -> None:
    """The browser closed, the server killed, the network gone without a word: each time the same offset or a later one."""
    folder = tmp_path / "kota"
    fill(folder)
    film = large_film(tmp_path / "film.mp4")
    before = sorted(path.name for path in folder.rglob("*"))

    def nothing_half() -> None:
        assert sorted(path.name for path in folder.rglob("*")) == before
        assert not list((tmp_path / "data").rglob("Festival*"))

    with running_console(tmp_path, folders=[("kota", folder)]) as console:
        sender = Sender(console, film)
        number, offset = sender.begin()
        assert offset == 0
        at = sender.send(number, 0, 5)
        with sender.half_a_piece(number, at):
            pass  # the browser is closed
        nothing_half()
        assert sender.begin() == (number, at)
        at = sender.send(number, at, 5)
        with sender.half_a_piece(number, at):
            console.kill()
            nothing_half()
            console.start()
        assert sender.begin() == (number, at)
        at = sender.send(number, at, 5)
        with sender.half_a_piece(number, at):  # no end of it comes: the server still waits for the rest
            assert sender.begin() == (number, at)
            assert sender.send(number, at, SIZE) == SIZE
            nothing_half()
            told = sender.client.post(f"{HOME}/uploads/{number}/finish", headers={"X-CSRF": sender.csrf}).json()
        assert told["sentence"] == "is here, in your draft"
        assert sorted(path.name for path in folder.rglob("*")) == before
        sender.client.post(f"{HOME}/publish", data={"csrf": sender.csrf, "grave": "yes"})
        wait_for(lambda: (folder / "Festival.mp4").exists(), why="published")
        with film.open("rb") as sent, (folder / "Festival.mp4").open("rb") as came:
            assert hashlib.file_digest(came, "sha256").digest() == hashlib.file_digest(sent, "sha256").digest()
