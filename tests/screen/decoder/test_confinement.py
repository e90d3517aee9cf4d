"""What a decoder that was taken over can still do."""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

HERE = Path(__file__).parents[3]


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
            [sys.executable, "-m", "tests.screen.decoder.confined", str(tmp_path), str(port), f"{short}/X0", network],
            cwd=HERE, capture_output=True, text=True, timeout=30, check=False,
        )  # fmt: skip
    if "Operation not permitted" in tried.stderr and "new namespaces" in tried.stderr:
        pytest.skip("this machine forbids user namespaces")
    assert (tried.stdout, tried.returncode) == (done, 0), tried.stderr
    assert (tmp_path / "film").read_bytes() == b"film"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["film"]
