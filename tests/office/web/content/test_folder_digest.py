"""`content.digest`: the panel and the office work out the same number of the same folder, and of no other one."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from player.base.clocks import Now
from player.bundle.manifest import ListedFile, Manifest, parse_manifest, write_manifest
from player.bundle.source import Source
from player.contract.encoding import encode_health
from player.core.events import ReleaseAdopted
from player.core.office.health import build_report
from player.library.store.importer import import_bundle
from player.library.store.known_files import KnownFiles
from player.library.store.record import Record, decode_record, encode_record
from player.library.store.store import Store
from player.library.store.workshop import Workshop
from player.settings.models import ContentSection
from tests.kit.desk import DeskKit, content_desk, fill
from tests.kit.library_room import Room
from tests.kit.pictures import png
from tests.kit.world import World

pytestmark = pytest.mark.heavy

WALL = datetime(2026, 11, 26, 3, tzinfo=UTC)
ICS = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY:{summary}\r\n"
    "DTSTART:20261123T080000\r\nDTEND:20261123T100000\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


class PanelLibrary:
    """The panel's own importer and store; its settings are not the office's."""

    def __init__(self, root: Path, zone: str = "Asia/Jayapura", image_seconds: float = 25) -> None:
        store = Store(root / "library", 3)
        store.open()
        content = ContentSection(folder=root, image_seconds=image_seconds, stream_hosts=("tv.example",))
        self.workshop = Workshop(store, KnownFiles(root / "ledger.json", store.disk), content, ZoneInfo(zone))

    def take(self, folder: Path) -> Record:
        return import_bundle(folder, Source.FOLDER, self.workshop, wall=WALL, remember=True)[0]


EDITS: dict[str, Callable[[Path, random.Random], object]] = {
    "order": lambda f, r: (f / "playlist.m3u8").write_text("c.png\na.png\nb.png\n"),
    "seconds": lambda f, r: (f / "playlist.m3u8").write_text(f"#EXTINF:{r.randint(1, 99)},T\na.png\nb.png\n"),
    "dates": lambda f, r: (f / "playlist.m3u8").write_text(f"#EXT-X-PANEL:from=2026-12-{r.randint(10, 29)}\na.png\nb.png\n"),
    "volume": lambda f, r: (f / "playlist.m3u8").write_text(f"#EXT-X-PANEL:volume={r.randint(0, 99)}\na.png\n"),
    "fit": lambda f, r: (f / "playlist.m3u8").write_text("#EXT-X-PANEL:fit=cover\na.png\n"),
    "bytes": lambda f, r: (f / "b.png").write_bytes(png(r.randint(0, 255), 70 + r.randint(1, 50))),
    "a broken line": lambda f, r: (f / "playlist.m3u8").write_text("a.png\nnowhere.png\nbroken.png\n"),
    "a named playlist": lambda f, r: (f / "playlists" / "siang.m3u8").write_text("../c.png\n"),
    "no playlist": lambda f, r: (f / "playlist.m3u8").unlink(),
    "a text page": lambda f, r: (
        (f / "playlist.m3u8").write_text("a.png\npengumuman.txt\n"),
        (f / "pengumuman.txt").write_text(f"Kerja bakti\nMinggu {r.randint(1, 28)}\n"),
    ),
    "a schedule": lambda f, r: (f / "schedule.toml").write_text(
        f'timezone = "Asia/Jakarta"\n[[show]]\nplaylist = "morning"\nfrom = 0{r.randint(1, 9)}:00:00\n'
    ),
    "a bad schedule": lambda f, r: (f / "schedule.toml").write_text("[[show]]\nplaylist = \n"),
    "a calendar": lambda f, r: (f / "schedule.ics").write_text(ICS.format(summary=r.choice(["morning", "DARK"]))),
    "a bad calendar": lambda f, r: (f / "schedule.ics").write_text("<html>sign in</html>"),
    "a running text": lambda f, r: (f / "ticker.txt").write_text(f"Selamat datang {r.randint(1, 99)}\n"),
    "a running text by rule": lambda f, r: (f / "schedule.toml").write_text('[[ticker]]\ntext = "Halo"\nfrom = 08:00:00\n'),
    "a stream": lambda f, r: (f / "playlist.m3u8").write_text("a.png\n#EXTINF:30,TV\nhttp://tv.example/live\n"),
    "an empty playlist": lambda f, r: (f / "playlists" / "morning.m3u8").write_text("#EXTM3U\n"),
}  # fmt: skip


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[DeskKit]:
    with content_desk(tmp_path) as opened:
        (opened.folder / "broken.png").write_bytes(png(3)[:50])
        yield opened


@pytest.mark.slow
def test_panel_and_office_agree_on_every_folder(tmp_path: Path, kit: DeskKit) -> None:
    """Edit after edit, whatever it breaks: both say the same of the folder; the panel's own settings change nothing."""
    panel = PanelLibrary(tmp_path / "panel")
    random_edits = random.Random(
        0
    )  # every edit is in it; another order takes six seconds, and goes through the same code
    edits = list(EDITS)
    random_edits.shuffle(edits)
    for name in edits:
        EDITS[name](kit.folder, random_edits)
        assert panel.take(kit.folder).digest == kit.draft.folder.digest(), f"after: {name}"


def test_what_counts_changes_it(kit: DeskKit) -> None:
    """Each of these edits alone makes another content than the folder had, and than every other edit."""
    folder = kit.draft.folder
    seen = {folder.digest()}
    for name, edit in EDITS.items():
        shutil.rmtree(kit.folder)
        fill(kit.folder)
        edit(kit.folder, random.Random(1))
        digest = folder.digest()
        assert digest not in seen, name
        seen.add(digest)


def test_what_does_not_count_leaves_it(kit: DeskKit) -> None:
    """Comments, blank lines, line ends, the times of files, files that nothing names, 10 and 10.0 seconds."""
    folder = kit.draft.folder
    playlist = kit.folder / "playlist.m3u8"
    before = folder.digest()
    playlist.write_bytes(
        playlist.read_bytes().replace(b"#EXTINF:8,", b"# another note\n\n#EXTINF:8.0,").replace(b"\n", b"\r\n")
    )
    schedule = kit.folder / "schedule.toml"
    schedule.write_text("# noted\n" + schedule.read_text().replace("06:00:00", "06:00:00 "))
    (kit.folder / "unused.png").write_bytes(png(1))
    os.utime(kit.folder / "a.png", (1, 1))
    assert folder.digest() == before


def test_a_release_of_an_earlier_version_gets_its_digest_with_the_next_look(tmp_path: Path, kit: DeskKit) -> None:
    """Its record had none; the folder still means the same, so the release keeps its number."""
    panel = PanelLibrary(tmp_path / "panel")
    first = panel.take(kit.folder)
    old = encode_record(first).replace(f',"digest":"{first.digest}"'.encode(), b"")
    assert decode_record(old).digest == ""
    panel.workshop.store.rewrite(decode_record(old))
    again = panel.take(kit.folder)
    assert (again.number, again.digest) == (first.number, kit.draft.folder.digest())
    assert panel.workshop.store.current(Source.FOLDER) == again


def test_other_words_for_the_same_are_another_digest_of_the_same_release(tmp_path: Path, kit: DeskKit) -> None:
    """Seconds that the panel would take by itself: nothing is adopted anew, and the office sees that the panel has it."""
    panel = PanelLibrary(tmp_path / "panel", image_seconds=10.0)
    first = panel.take(kit.folder)
    (kit.folder / "playlists" / "morning.m3u8").write_text("#EXTINF:10\n../b.png\n#EXTINF:10\n../a.png\n")
    second = panel.take(kit.folder)
    (kit.folder / "playlists" / "morning.m3u8").write_text("../b.png\n../a.png\n")
    third = panel.take(kit.folder)
    assert first.number < second.number == third.number
    assert second.digest != third.digest
    assert third.digest == kit.draft.folder.digest()


def test_the_release_that_plays_tells_it(tmp_path: Path, kit: DeskKit) -> None:
    """From the room on: the release of the synced folder has the office's number, and health reports it."""
    office = kit.draft.folder
    (tmp_path / "panel").mkdir()
    with Room(tmp_path / "panel", folder=kit.folder, image_seconds=10.0) as room:
        room.wait(lambda: room.release is not None and room.release.digest == office.digest())
        first = office.digest()
        (kit.folder / "playlist.m3u8").write_text("c.png\n")
        room.wait(lambda: room.release is not None and room.release.digest == office.digest())
        assert office.digest() != first
        assert room.release is not None
        number = room.release.number
        (kit.folder / "playlist.m3u8").write_text("#EXTINF:10\nc.png\n")  # as the panel shows it already
        room.wait(lambda: room.release is not None and room.release.digest == office.digest())
        assert room.release.number == number
        world = World()
        world.tell(ReleaseAdopted(room.release))
        report = build_report(world.state, Now(WALL, world.mono))
        assert report.content.digest == office.digest()
        assert json.loads(encode_health(report))["content"]["digest"] == office.digest()


def test_of_a_signed_folder_only_what_is_listed_counts(tmp_path: Path, kit: DeskKit) -> None:
    """What lies there besides and was not signed is no content for a panel, and none for the office."""
    (kit.folder / "playlist.m3u8").unlink()
    listed = []
    for path in ("a.png", "b.png", "playlists/morning.m3u8", "schedule.toml"):
        content = (kit.folder / path).read_bytes()
        listed.append(ListedFile(path, len(content), hashlib.sha256(content).hexdigest()))
    raw = write_manifest(Manifest(1, ("*",), WALL, None, None, tuple(listed), "", ""))
    (kit.folder / "manifest.json").write_bytes(raw)
    panel = PanelLibrary(tmp_path / "panel")
    record = import_bundle(kit.folder, Source.FOLDER, panel.workshop, wall=WALL, manifest=parse_manifest(raw))[0]
    assert [row["path"] for row in record.playlists["default"]] == ["a.png"]
    assert record.digest == kit.draft.folder.digest()


def test_a_schedule_that_cannot_be_read_costs_nobody_the_same_number(tmp_path: Path, kit: DeskKit) -> None:
    """The panel goes on with the zone and the rules of before, of which the office knows nothing."""
    panel = PanelLibrary(tmp_path / "panel")
    (kit.folder / "schedule.toml").write_text('timezone = "Asia/Makassar"\n[[show]]\nplaylist = "morning"\n')
    panel.take(kit.folder)
    (kit.folder / "schedule.toml").write_text("[[show]]\nplaylist = \n")
    (kit.folder / "playlist.m3u8").write_text("#EXT-X-PANEL:from=2026-12-01T18:00\na.png\n")
    record = panel.take(kit.folder)
    assert record.timezone == "Asia/Makassar"
    assert record.digest == kit.draft.folder.digest()
