"""One file into the store: what it leaves in the machine's memory, and what a disk that fails leaves behind."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from player.base.disk import Disk
from player.base.priority import LOW_NICE
from player.library.folder.scan import fingerprint_of
from player.library.store.copying import WRITE_OUT_BYTES, CopiedFile, Copier, StoreBroken
from player.library.store.known_files import KnownFiles
from player.library.store.store import Store
from tests.kit.programs import need
from tests.library.crasher import LightVetting

pytestmark = pytest.mark.slow

STEPS = 5


class FailingDisk(Disk):
    """Keeps what it was asked to write out; from the `bad`th time on the disk has not taken it."""

    def __init__(self, bad: int = 0) -> None:
        self.bad = bad
        self.asked: list[tuple[int, int, bool]] = []

    def write_out(self, number: int, begin: int, size: int, *, wait: bool) -> None:
        self.asked.append((begin, size, wait))
        if self.bad and len(self.asked) >= self.bad:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        super().write_out(number, begin, size, wait=wait)


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film.bin"
    path.write_bytes(os.urandom(STEPS * WRITE_OUT_BYTES + 1000))
    return path


def copier(tmp_path: Path, disk: Disk) -> tuple[Copier, Store]:
    store = Store(tmp_path / "library", 3, disk)
    store.open()
    return Copier(store, KnownFiles(tmp_path / "ledger.json", disk), LightVetting(1 << 30)), store


def take(one: Copier, film: Path) -> CopiedFile:
    with film.open("rb") as file:
        return one.take(film.parent, film.name, fingerprint_of(file.fileno()))


def cached_bytes(path: Path) -> int:
    told = subprocess.run(
        ["fincore", "--bytes", "--noheadings", "--output", "RES", path], capture_output=True, check=True
    )
    return int(told.stdout)


def test_a_copy_is_written_out_as_it_grows(tmp_path: Path, film: Path) -> None:
    """Every step is begun as soon as it is full, and waited for one step later: the last fsync finds little to do."""
    disk = FailingDisk()
    one, _ = copier(tmp_path, disk)
    take(one, film)
    step = WRITE_OUT_BYTES
    assert [begin for begin, _, wait in disk.asked if not wait] == [n * step for n in range(STEPS)]
    assert [(begin, size) for begin, size, wait in disk.asked if wait] == [(n * step, step) for n in range(STEPS - 1)]


def test_a_copy_does_not_fill_the_memory(tmp_path: Path, film: Path) -> None:
    """Of the film and of its copy no more than the last steps stay in the page cache."""
    need("fincore")
    one, store = copier(tmp_path, Disk())
    subprocess.run(["sync", film], check=True)
    taken = take(one, film)
    blob = store.blob_path(taken.digest)
    assert blob.stat().st_size == film.stat().st_size
    assert cached_bytes(blob) <= 3 * WRITE_OUT_BYTES
    assert cached_bytes(film) <= 3 * WRITE_OUT_BYTES


def test_what_the_disk_did_not_take_is_not_gone_on_from(tmp_path: Path, film: Path) -> None:
    """An I/O error is told only once: the half copy is thrown away, and the next attempt makes a whole one."""
    disk = FailingDisk(bad=3)
    one, store = copier(tmp_path, disk)
    with pytest.raises(StoreBroken, match="cannot be written"):
        take(one, film)
    assert not list((store.root / "incoming").iterdir())
    disk.bad = 0
    assert take(one, film).size_bytes == film.stat().st_size


def test_what_a_power_cut_left_of_a_copy_goes_before_the_next_begins(tmp_path: Path, film: Path) -> None:
    """Ten cuts in a film of 2 GB left up to 20 GB; what this boot left is gone on from, and stays."""
    one, store = copier(tmp_path, Disk())
    assert take(one, film).size_bytes
    (blob,) = store.blobs.glob("*/*")
    blob.unlink()
    for boot in ("00000000", "ffffffff"):
        (store.incoming / f"{boot}-{'ab' * 16}.part").write_bytes(bytes(1000))
    assert take(copier(tmp_path, Disk())[0], film).size_bytes
    assert not list(store.incoming.iterdir())


def test_half_copies_count_as_room_that_can_be_made(tmp_path: Path) -> None:
    """Else a disk that is full of them would refuse the film of which they are."""
    _, store = copier(tmp_path, Disk())
    (store.incoming / f"00000000-{'ab' * 16}.part").write_bytes(bytes(1000))
    (store.root / "releases" / "7.json.part").write_bytes(bytes(10))
    assert store.would_free() == 1010
    with store.copying():
        assert store.would_free() == 0
    assert store.collect() == 1010
    assert not list(store.incoming.iterdir())


def test_the_importing_thread_comes_after_the_picture() -> None:
    """Its own priority is lower, and nobody else's in the process: neither processor nor disk."""
    told = subprocess.run(
        [
            sys.executable, "-c",
            "import os, threading\nfrom player.base.priority import lower_priority\n"
            "seen = []\n"
            "def work():\n lower_priority()\n seen.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))\n"
            "one = threading.Thread(target=work)\none.start()\none.join()\n"
            "print(seen[0], os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))",
        ],
        capture_output=True, check=True, text=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert told.stdout.split() == [str(LOW_NICE), str(os.getpriority(os.PRIO_PROCESS, 0))]
