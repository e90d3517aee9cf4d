"""What the tests of the library share."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from player.library.vetting.verdicts import Vetting

MAX_PIXELS = 7680 * 4320


@pytest.fixture(scope="module")
def vetting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vetting]:
    """One child for a file of tests: each test's folder lies below what it may see. Its start costs more than a verdict."""
    with Vetting(MAX_PIXELS, folder=tmp_path_factory.getbasetemp()) as child:
        yield child


@pytest.fixture(scope="module")
def in_memory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder where no call waits for a disk: a process that is killed leaves behind there what it leaves on a disk."""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK):
        yield tmp_path_factory.mktemp("memory")
        return
    with tempfile.TemporaryDirectory(dir=memory, prefix="panel-tests-") as folder:
        yield Path(folder)
