"""The power goes while something is imported: the old or the new release, never a mix, nothing needed is lost."""

from __future__ import annotations

import hashlib
import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from player.bundle.source import Source
from player.library.store.record import Record
from player.library.store.store import Store
from tests.library.crasher import Crasher, crasher_of

LARGE_BYTES = 900_000
"""Of one file: it is copied in four blocks, so a kill may come in the middle of it."""


def fill(folder: Path, seed: int) -> None:
    """Six files and a playlist; b.bin and c.bin are the same in every generation."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name in "abcdef":
        content = random.Random(f"{name}{0 if name in 'bc' else seed}").randbytes(3000 if name != "f" else LARGE_BYTES)
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
def crasher() -> Iterator[Crasher]:
    with crasher_of("tests.library.crasher", "import_folder") as running:
        yield running


@dataclass(frozen=True)
class Generations:
    """An old folder, a new one, what they hold, a library with the old release, and how many calls the new import makes."""

    old: Path
    new: Path
    state: Path
    calls: int
    held: dict[Path, dict[str, str]]


@pytest.fixture(scope="module")
def generations(crasher: Crasher, in_memory: Path) -> Generations:
    root = in_memory / "generations"
    root.mkdir()
    old, new, state = root / "old", root / "new", root / "state"
    for folder, seed in ((old, 1), (new, 2)):
        fill(folder, seed)
    assert crasher.run(state=state, folder=old)
    trial = root / "trial"
    shutil.copytree(state, trial)
    calls = crasher.run(state=trial, folder=new)
    assert calls
    return Generations(old, new, state, calls, {old: meaning(old), new: meaning(new)})


@pytest.mark.parametrize("torn", [False, True])
@pytest.mark.slow
def test_killed_at_any_call_on_the_disk(
    crasher: Crasher, generations: Generations, in_memory: Path, torn: bool
) -> None:
    """SIGKILL before and after every write, fsync, rename and removal: reopened, whole, and going on makes it new."""
    old, new, held = generations.old, generations.new, generations.held
    assert generations.calls > 60
    for dies_at in range(1, generations.calls + 1):
        trial = in_memory / f"trial-{dies_at}"
        shutil.copytree(generations.state, trial)
        assert crasher.run(dies_at, torn=torn, state=trial, folder=new) is None
        record = reopen(trial)
        assert record is not None
        found = {row["path"]: row["sha256"] for row in record.playlists["default"]}
        assert found in (held[old], held[new]), f"a mix after call {dies_at}"
        then = new if dies_at % 2 else old  # the sync goes on, or the operator takes it back
        assert crasher.run(state=trial, folder=then)
        record = reopen(trial)
        assert record is not None
        assert {row["path"]: row["sha256"] for row in record.playlists["default"]} == held[then]
        assert not list((trial / "incoming").iterdir()), f"litter after call {dies_at}"
        assert not list((trial / "releases").glob("*.part"))
        needed = {*held[old].values(), *held[new].values()}
        assert {path.name for path in trial.glob("blobs/*/*")} <= needed
        shutil.rmtree(trial)


@pytest.mark.slow
def test_an_interrupted_copy_goes_on_where_it_was(crasher: Crasher, generations: Generations, in_memory: Path) -> None:
    """After a kill in the middle of the large file, the next run writes less than that file's size."""
    new = generations.new
    for dies_at in range(1, generations.calls):
        trial = in_memory / "trial"
        shutil.copytree(generations.state, trial)
        crasher.run(dies_at, state=trial, folder=new)
        halves = [
            path for path in (trial / "incoming").iterdir() if LARGE_BYTES // 3 <= path.stat().st_size < LARGE_BYTES
        ]
        if halves:
            break
        shutil.rmtree(trial)
    assert halves, "no kill hit the large file"
    half = halves[0]
    inode = half.stat().st_ino
    assert crasher.run(state=trial, folder=new)
    digest = generations.held[new]["f.bin"]
    assert (trial / "blobs" / digest[:2] / digest).stat().st_ino == inode
