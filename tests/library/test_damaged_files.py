"""The library's own files on a disk that lied: a damaged one is passed over, and the daemon starts with what is left."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from player.base.disk import Disk
from player.bundle.source import Source
from player.library.store.known_files import KnownFiles
from player.library.store.record import Record, decode_record, encode_record, item_row, release_of
from player.library.store.store import Store
from player.library.vetting.verdicts import Verdict
from tests.kit.library_room import Room

DIGEST = "ab" * 32
WALL = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
RULE = {
    "playlist": None,
    "days": [0, 6],
    "from": "22:00:00",
    "until": "05:00:00",
    "start": None,
    "end": None,
    "priority": 1,
}
WINDOW = {
    "playlist": "default", "from": "2026-11-22T03:00:00+00:00", "until": "2026-11-22T04:00:00+00:00", "priority": 0,
}  # fmt: skip
DEEP = "[" * 100_000


def a_record(title: str) -> Record:
    row = item_row("a.mp4", DIGEST, stream=False, show_s=4, title=title, volume=40, fit="cover", **{"from": WALL})
    return Record(
        Source.FOLDER, adopted_at=WALL, serial=3, created=WALL, media={DIGEST: ["video", 5, 640, 360, 4.0]},
        playlists={"default": [row]}, rules=[dict(RULE)], windows=[dict(WINDOW)], skipped=["b\udcff.mp4"],
    )  # fmt: skip


def a_library(state: Path) -> Path:
    """Two releases, the second one current; returns the folder of the releases."""
    store = Store(state / "library", 3)
    store.open()
    blob = store.blob_path(DIGEST)
    blob.parent.mkdir(parents=True)
    blob.write_bytes(b"12345")
    store.adopt(a_record("first"))
    store.adopt(a_record("second"))
    return state / "library/releases"


def test_a_record_is_read_as_it_was_written() -> None:
    """Every field of a release comes back, a name that is no UTF-8 too."""
    record = a_record("first")
    assert decode_record(encode_record(record)) == record


def test_what_is_not_as_usual_with_a_film_is_in_its_item() -> None:
    """Turned by a phone, with pixels that are not square; another turn is another release, a record of before has none."""
    record = a_record("first")
    plain = record.signature
    record.facts = {DIGEST: {"turn": 90, "mirrored": True, "sample_aspect": [16, 15], "speed": 3.5}}
    (item,) = release_of(decode_record(encode_record(record)), Path, UTC).playlists[0].items
    assert (item.turn, item.mirrored, item.sample_aspect, item.speed) == (90, True, Fraction(16, 15), 3.5)
    assert record.signature != plain
    record.facts = {DIGEST: {"speed": 3.5}}
    assert record.signature == plain
    table = json.loads(encode_record(record))
    del table["facts"]
    assert decode_record(json.dumps(table).encode()).facts == {}


@pytest.mark.parametrize(
    "change",
    [
        {"playlists": {"default": ["a.mp4"]}},
        {"playlists": {"default": [{"path": "a.mp4", "sha256": "cd" * 32}]}},
        {"playlists": {"default": [{"path": "a.mp4", "sha256": []}]}},
        {"media": {DIGEST: ["video", 5, 640, 360]}},
        {"media": {DIGEST: [["video"], 5, 640, 360, 4.0]}},
        {"media": {"../../etc/passwd": ["video", 5, 640, 360, 4.0]}},
        {"rules": [{**RULE, "days": [[]]}]},
        {"rules": [7]},
        {"windows": [{**WINDOW, "from": "2026-11-22T03:00:00"}]},
        {"number": float("inf")},
        {"adopted_at": 1},
        {"created": "2026-11-22"},
        {"slot": []},
        {"skipped": 3},
        {"facts": {DIGEST: []}},
        {"facts": {DIGEST: {"turn": 45}}},
        {"facts": {DIGEST: {"sample_aspect": [1, 0]}}},
    ],
    ids=repr,
)
def test_a_damaged_release_is_passed_over_for_the_one_before(tmp_path: Path, change: dict[str, Any]) -> None:
    """One field of the current release is not what it was: the panel starts, and plays the release before."""
    with Room(tmp_path) as room:
        pass
    path = a_library(room.state) / "2.json"
    path.write_text(json.dumps({**json.loads(path.read_bytes()), **change}))
    with Room(tmp_path) as room:
        assert room.release is not None
        assert room.release.number == 1


@pytest.mark.parametrize("text", ["", "null", DEEP, '{"v": 1, "a": ' + DEEP])
def test_a_release_that_is_no_json_is_passed_over(tmp_path: Path, text: str) -> None:
    """The file of the current release is empty, or nested without end."""
    releases = a_library(tmp_path / "state")
    (releases / "2.json").write_text(text)
    store = Store(tmp_path / "state/library", 3)
    store.open()
    assert (record := store.current(Source.FOLDER)) is not None
    assert record.number == 1


@pytest.mark.parametrize(
    "text", ["", DEEP, '{"last": 1e999, "slots": {}}', '{"last": 2, "slots": {"folder": {"number": []}}}']
)
def test_without_its_table_the_newest_release_plays(tmp_path: Path, text: str) -> None:
    """`current.json` is damaged: the newest release that can be read is current."""
    releases = a_library(tmp_path / "state")
    (releases.parent / "current.json").write_text(text)
    store = Store(tmp_path / "state/library", 3)
    store.open()
    assert (record := store.current(Source.FOLDER)) is not None
    assert record.number == 2


def test_a_verdict_that_may_have_been_the_machines_fault_is_not_kept(tmp_path: Path) -> None:
    """Earlier versions refused a film for good when the vetting process was killed twice: an update asks again."""
    old = Verdict(None, why="looking into it kills or hangs the vetting process; it is damaged or hostile")
    sound = Verdict(None, why="it is empty", cut=True)
    known = KnownFiles(tmp_path / "ledger.json", Disk())
    known.learn_verdict("ab" * 32, old)
    known.learn_verdict("cd" * 32, sound)
    known.save()
    again = KnownFiles(tmp_path / "ledger.json", Disk())
    again.load()
    assert again.verdict_on("ab" * 32) is None
    assert again.verdict_on("cd" * 32) == sound
