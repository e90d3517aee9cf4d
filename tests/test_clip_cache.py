"""The cache of clips: each is made once, by whoever asks first, and nobody's writing spoils another test's clip."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.kit.clip_cache import cache_folder, take_clip

pytestmark = pytest.mark.live


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


class Maker:
    """Counts how often it made a clip; `begun` is set as soon as the first is being made, which waits for `go_on`."""

    def __init__(self) -> None:
        self.made: list[Path] = []
        self.begun = threading.Event()
        self.go_on = threading.Event()

    def __call__(self, path: Path) -> None:
        self.made.append(path)
        self.begun.set()
        assert self.go_on.wait(30)
        path.write_bytes(b"a clip")


def test_a_clip_that_several_ask_for_at_once_is_made_once(tmp_path: Path) -> None:
    """The others wait for the one who makes it, and each gets a copy of its own."""
    make = Maker()
    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(take_clip, tmp_path / "0.mp4", ["red"], make)
        assert make.begun.wait(30)
        others = [pool.submit(take_clip, tmp_path / f"{n}.mp4", ["red"], make) for n in (1, 2, 3)]
        make.go_on.set()
        paths = [each.result(30) for each in (first, *others)]
    assert len(make.made) == 1
    assert {path.read_bytes() for path in paths} == {b"a clip"}
    assert len({path.stat().st_ino for path in paths}) == 4


def test_another_recipe_is_another_clip(tmp_path: Path) -> None:
    """A changed number in the recipe makes a clip anew."""
    make = Maker()
    make.go_on.set()
    for recipe in (["red", 30], ["red", 25], ["red", 30]):
        take_clip(tmp_path / "a.mp4", recipe, make)
    assert len(make.made) == 2


def test_what_a_test_does_to_its_clip_stays_its_own(tmp_path: Path) -> None:
    """A clip that was written over is whole again for the next who asks."""
    make = Maker()
    make.go_on.set()
    take_clip(tmp_path / "a.mp4", ["red"], make).write_bytes(b"spoilt")
    assert take_clip(tmp_path / "b.mp4", ["red"], make).read_bytes() == b"a clip"


def test_a_clip_that_was_not_finished_is_made_again(tmp_path: Path) -> None:
    """An encoder that failed half-way leaves nothing that a later test could take for the clip."""

    def fail(path: Path) -> None:
        path.write_bytes(b"half")
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        take_clip(tmp_path / "a.mp4", ["red"], fail)
    make = Maker()
    make.go_on.set()
    assert take_clip(tmp_path / "a.mp4", ["red"], make).read_bytes() == b"a clip"
    assert [each for each in cache_folder().iterdir() if each.name.startswith("fresh-")] == []


def test_what_is_gone_when_it_is_looked_at_is_no_fault(tmp_path: Path) -> None:
    """Another worker finishes its clip meanwhile, which so gets another name; here: a name that leads nowhere."""
    make = Maker()
    make.go_on.set()
    take_clip(tmp_path / "a.mp4", ["red"], make)
    (cache_folder() / "fresh-gone.mp4").symlink_to(tmp_path / "gone")
    assert take_clip(tmp_path / "b.mp4", ["blue"], make).read_bytes() == b"a clip"
