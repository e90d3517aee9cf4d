"""The power goes while something is imported: the old or the new release, never a mix, nothing needed is lost."""

from __future__ import annotations

import hashlib
import random
import shutil
from pathlib import Path

import pytest

from player.bundle.source import Source
from player.library.store.record import Record
from player.library.store.store import Store
from tests.library.crasher import run_importer


def fill(folder: Path, seed: int) -> None:
    """Six files and a playlist; b.bin and c.bin are the same in every generation."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name in "abcdef":
        content = random.Random(f"{name}{0 if name in 'bc' else seed}").randbytes(3000 if name != "f" else 2_500_000)
        (folder / f"{name}.bin").write_bytes(content)
    names = list("abcdef")
    random.Random(seed).shuffle(names)
    (folder / "playlist.m3u8").write_text("".join(f"{name}.bin\n" for name in names))


def meaning(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir() if path.suffix == ".bin"
    }


def reopen(state: Path) -> Record | None:
    store = Store(state, 2)
    store.open()
    record = store.current(Source.FOLDER)
    if record is not None:
        for digest, row in record.media.items():
            blob = store.blob_path(digest).read_bytes()
            assert hashlib.sha256(blob).hexdigest() == digest, "a blob is not what it is called"
            assert len(blob) == row[1]
    return record


@pytest.fixture(scope="module")
def generations(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path, int]:
    """An old folder, a new one, a library that holds the old release, and how many calls the new import makes."""
    root = tmp_path_factory.mktemp("crash")
    old, new, state = root / "old", root / "new", root / "state"
    for folder, seed in ((old, 1), (new, 2)):
        fill(folder, seed)
    assert run_importer(state, old)
    trial = root / "trial"
    shutil.copytree(state, trial)
    calls = run_importer(trial, new)
    assert calls
    return old, new, state, calls


@pytest.mark.parametrize("torn", [False, True])
@pytest.mark.slow
def test_killed_at_any_call_on_the_disk(generations: tuple[Path, Path, Path, int], tmp_path: Path, torn: bool) -> None:
    """SIGKILL before and after every write, fsync, rename and removal: reopened, whole, and going on makes it new."""
    old, new, state, calls = generations
    assert calls > 60
    for dies_at in range(1, calls + 1):
        trial = tmp_path / f"trial-{dies_at}"
        shutil.copytree(state, trial)
        assert run_importer(trial, new, dies_at, torn=torn) is None
        record = reopen(trial)
        assert record is not None
        found = {row["path"]: row["sha256"] for row in record.playlists["default"]}
        assert found in (meaning(old), meaning(new)), f"a mix after call {dies_at}"
        then = new if dies_at % 2 else old  # the sync goes on, or the operator takes it back
        assert run_importer(trial, then)
        record = reopen(trial)
        assert record is not None
        assert {row["path"]: row["sha256"] for row in record.playlists["default"]} == meaning(then)
        assert not list((trial / "incoming").iterdir()), f"litter after call {dies_at}"
        assert not list((trial / "releases").glob("*.part"))
        needed = set(meaning(old).values()) | set(meaning(new).values())
        assert {path.name for path in trial.glob("blobs/*/*")} <= needed
        shutil.rmtree(trial)


@pytest.mark.slow
def test_an_interrupted_copy_goes_on_where_it_was(generations: tuple[Path, Path, Path, int], tmp_path: Path) -> None:
    """After a kill in the middle of the large file, the next run writes less than that file's size."""
    _, new, state, calls = generations
    for dies_at in range(1, calls):
        trial = tmp_path / "trial"
        shutil.copytree(state, trial)
        run_importer(trial, new, dies_at)
        halves = [path for path in (trial / "incoming").iterdir() if 1_000_000 <= path.stat().st_size < 2_500_000]
        if halves:
            break
        shutil.rmtree(trial)
    assert halves, "no kill hit the large file"
    half = halves[0]
    inode = half.stat().st_ino
    assert run_importer(trial, new)
    digest = meaning(new)["f.bin"]
    assert (trial / "blobs" / digest[:2] / digest).stat().st_ino == inode
