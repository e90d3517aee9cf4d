"""What a process that was taken over can still do: a decoder, and a parser of foreign files."""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from player.screen.decoder.early import decoder_environment

HERE = Path(__file__).parents[2]


HOLDS = "read screen null itself"


@pytest.mark.parametrize(("network", "done"), [("alone", HOLDS), ("network", "read screen null connect itself")])
def test_a_decoder_reads_and_draws_and_no_more(tmp_path: Path, network: str, done: str) -> None:
    """It reads the film that it was handed and reaches the X server.

    It cannot find the film by its name, write, remount, connect, send signals to others or get its powers back.
    """
    (tmp_path / "film").write_bytes(b"film")
    with tempfile.TemporaryDirectory() as short, socket.socket(socket.AF_UNIX) as x, socket.socket() as listener:
        x.bind(f"{short}/X0")
        x.listen()
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        tried = subprocess.run(
            [sys.executable, "-m", "tests.base.confined", str(tmp_path), str(port), f"{short}/X0", network],
            cwd=HERE, capture_output=True, text=True, timeout=30, check=False,
        )  # fmt: skip
    if "Operation not permitted" in tried.stderr and "new namespaces" in tried.stderr:
        pytest.skip("this machine forbids user namespaces")
    assert (tried.stdout, tried.returncode) == (done, 0), tried.stderr
    assert (tmp_path / "film").read_bytes() == b"film"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["film"]


def test_a_decoder_gets_no_secret_of_the_daemons_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The office's password is not handed on; what drivers and VLC are told is."""
    for name in (
        "PANEL__OFFICE__PASSWORD",
        "INVOCATION_ID",
        "NOTIFY_SOCKET",
        "LIBVA_DRIVER_NAME",
        "XAUTHORITY",
        "LC_ALL",
    ):
        monkeypatch.setenv(name, "x")
    told = decoder_environment()
    assert {"LIBVA_DRIVER_NAME", "XAUTHORITY", "LC_ALL", "PATH"} <= told.keys()
    assert not {"PANEL__OFFICE__PASSWORD", "INVOCATION_ID", "NOTIFY_SOCKET"} & told.keys()


FORBIDDEN = """
import ctypes, os
from player.base import calls, confinement
ctypes.CDLL(None).prctl(38, 1, 0, 0, 0)
calls.forbid_calls()  # as a kernel that forbids user namespaces
print(confinement.confine(network=False))
try:
    os.kill(os.getppid(), 0)
except PermissionError:
    print("no signal")
"""


def test_where_namespaces_are_forbidden_the_rest_holds_and_is_told() -> None:
    """What is in reach is said; signals to others are refused all the same."""
    tried = subprocess.run(
        [sys.executable, "-c", FORBIDDEN], cwd=HERE, capture_output=True, text=True, timeout=30, check=False
    )
    told, signals = tried.stdout.splitlines()
    assert told == "files, network and neighbours are in reach: new namespaces: Operation not permitted"
    assert signals == "no signal"
