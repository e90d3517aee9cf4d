"""The stick's room with a small library of its own: what it says and does when sticks come, go and lie."""

from __future__ import annotations

import json
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from player.base.clocks import ClockTrust
from player.bundle.manifest import MANIFEST_NAME
from player.bundle.receipt import read_receipts
from player.bundle.refusals import BundleRefused, Why
from player.bundle.serials import SerialBook
from player.bundle.source import Source
from player.core.events import ConditionReported, Event, StickNoticed
from player.core.model import StickNotice, StickStage
from player.settings.models import PanelSection, TrustSection, UsbSection
from player.stick.room import Sticks
from tests.kit.bundles import PANEL, office_key, sign_folder
from tests.kit.sticks import Image, can_mount
from tests.kit.waiting import wait_for
from tests.stick.fake_importer import FakeImporter


class Desk:
    """One panel's stick room on a desk: where sticks are put, what it said, what it imported."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "usb"
        self.root.mkdir()
        self.state = folder / "state"
        self.source = folder / "sources"
        self.importer = FakeImporter()
        self.events: list[Event] = []
        self.clock = ClockTrust.SYNCED

    def room(self, *, mode: str = "fallback", trust: str = "signed", language: str = "id") -> Sticks:
        return Sticks(
            UsbSection(mode=mode, mount_root=self.root),  # type: ignore[arg-type]
            TrustSection(keys=(str(office_key().public),), stick=trust),  # type: ignore[arg-type]
            PanelSection(name=PANEL, state_folder=self.state, language=language),  # type: ignore[arg-type]
            lambda: (datetime.now(UTC), self.clock),
            self.importer,
            self.events.append,
        )

    def bundle(self, name: str = "A", **changes: Any) -> Path:
        """A signed stick that is not plugged in yet; `changes` to its manifest. Returns its root."""
        root = self.source / name
        (root / "panel" / "receipts").mkdir(parents=True)
        (root / "panel" / "media").mkdir()
        (root / "panel" / "media" / "a.mp4").write_bytes(name.encode() * 5000)
        (root / "panel" / "playlist.m3u8").write_text("media/a.mp4\n")
        key = changes.pop("key", "office")
        sign_folder(root / "panel", key, **changes)
        return root

    def plug(self, root: Path) -> Path:
        """Puts the stick in, in one step, as a mount does."""
        return root.rename(self.root / root.name)

    def pull(self, plugged: Path) -> Path:
        return plugged.rename(self.source / plugged.name)

    @property
    def notices(self) -> list[StickNotice | None]:
        return [event.notice for event in self.events if isinstance(event, StickNoticed)]

    @property
    def alerts(self) -> list[str | None]:
        return [event.detail for event in self.events if isinstance(event, ConditionReported)]

    def shows(self, stage: StickStage | None) -> Callable[[], bool]:
        def last() -> bool:
            notice = self.notices[-1] if self.notices else None
            return (notice.stage if notice else None) is stage

        return last

    def wait_for(self, stage: StickStage | None) -> StickNotice | None:
        wait_for(self.shows(stage), 20, f"the panel shows {stage}; it showed {self.notices}")
        return self.notices[-1] if self.notices else None


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr("player.stick.room.LOOK_S", 0.05)
    return Desk(tmp_path)


def receipts(root: Path) -> list[tuple[str, int | None]]:
    return [(receipt.result, receipt.number) for receipt in read_receipts(root / "panel")[0]]


def test_a_good_stick_is_taken(desk: Desk) -> None:
    """Reading, done, and nothing when it is pulled; the release, the serial and a receipt stay."""
    (desk.state).mkdir()
    (desk.state / "status.json").write_text('{"v": 1, "alerts": []}')
    with desk.room():
        plugged = desk.plug(desk.bundle())
        done = desk.wait_for(StickStage.DONE)
        assert done is not None
        assert done.words == "SELESAI - CABUT USB"
        desk.pull(plugged)
        desk.wait_for(None)
    stages = [notice.stage if notice else None for notice in desk.notices]
    assert stages == [StickStage.READING, StickStage.DONE, None]
    assert len(desk.importer.taken) == 1
    assert SerialBook(desk.state).last(Source.STICK, office_key().public.name) == 42
    [receipt], _ = read_receipts(desk.source / "A" / "panel")
    assert (receipt.panel, receipt.result, receipt.serial, receipt.release) == (PANEL, "adopted", 42, 1)
    assert receipt.health == {"v": 1, "alerts": []}
    assert desk.alerts == []


def test_a_refused_stick_says_number_and_words(desk: Desk) -> None:
    """One flipped bit in the manifest: DITOLAK 12, the alert with the remedy, a receipt without the health report."""
    root = desk.bundle()
    raw = bytearray((root / "panel" / MANIFEST_NAME).read_bytes())
    raw[40] ^= 1
    (root / "panel" / MANIFEST_NAME).write_bytes(bytes(raw))
    (desk.state).mkdir()
    (desk.state / "status.json").write_text('{"v": 1}')
    with desk.room():
        plugged = desk.plug(root)
        notice = desk.wait_for(StickStage.REFUSED)
    assert notice is not None
    assert (notice.number, notice.words, notice.label) == (12, "TANDA TANGAN SALAH", "")
    assert desk.importer.taken == []
    assert len(desk.alerts) == 1
    assert "refused (12)" in (desk.alerts[0] or "")
    [receipt], _ = read_receipts(plugged / "panel")
    assert (receipt.result, receipt.number, receipt.health, receipt.serial) == ("refused", 12, None, None)
    assert "sign the folder again" in receipt.reason


def test_the_vetting_is_warm_when_the_import_begins(desk: Desk) -> None:
    """It is started when a bundle is there, and ended whatever comes of it: taken, known already, or refused."""
    with desk.room():
        plugged = desk.plug(desk.bundle("thief", key="thief"))
        desk.wait_for(StickStage.REFUSED)
        wait_for(lambda: not desk.importer.ready, 5, "ended after the refusal")
        desk.pull(plugged)
        desk.wait_for(None)
        plugged = desk.plug(desk.bundle())
        desk.wait_for(StickStage.DONE)
        assert desk.importer.was_ready == [True]
        wait_for(lambda: not desk.importer.ready, 5, "ended after the import")


def test_english_panels_speak_english(desk: Desk) -> None:
    """panel.language = "en" gives the English three words."""
    with desk.room(language="en"):
        desk.plug(desk.bundle(panels=("other-01",)))
        notice = desk.wait_for(StickStage.REFUSED)
        assert notice is not None
        assert (notice.number, notice.words) == (31, "FOR ANOTHER PANEL")


def test_a_good_stick_clears_the_alert(desk: Desk) -> None:
    """The alert is raised once and cleared once, by the next stick that is taken."""
    with desk.room():
        desk.pull(desk.plug(desk.bundle("bad", key="thief")))
        plugged = desk.plug(desk.source / "bad")
        desk.wait_for(StickStage.REFUSED)
        desk.pull(plugged)
        desk.wait_for(None)
        desk.plug(desk.bundle("good"))
        desk.wait_for(StickStage.DONE)
    assert [alert is not None for alert in desk.alerts] == [True, False]


def test_a_stick_that_is_not_ours_is_left_alone(desk: Desk) -> None:
    """A phone's stick: a notice for a while, no alert, no receipt, nothing imported; gone when it is pulled."""
    phone = desk.source / "phone"
    (phone / "DCIM").mkdir(parents=True)
    (phone / "DCIM" / "film.mp4").write_bytes(b"x" * 99)
    with desk.room():
        plugged = desk.plug(phone)
        notice = desk.wait_for(StickStage.NOT_OURS)
        assert notice is not None
        assert (notice.number, notice.words) == (54, "TANPA FOLDER PANEL")
        desk.pull(plugged)
        desk.wait_for(None)
    assert desk.alerts == []
    assert desk.importer.taken == []
    assert sorted(str(p.relative_to(phone)) for p in phone.rglob("*")) == ["DCIM", "DCIM/film.mp4"]


def test_an_empty_mount_point_is_no_stick(desk: Desk) -> None:
    """A directory that waits for its mount, a file, and a link are nothing that anybody is told about."""
    (desk.root / "sdb1").mkdir()
    (desk.root / "file").write_text("x")
    (desk.root / "link").symlink_to(desk.bundle())
    with desk.room():
        desk.plug(desk.bundle("B"))
        desk.wait_for(StickStage.DONE)
    assert len(desk.importer.taken) == 1


def test_pulled_in_the_middle_it_goes_on_later(desk: Desk) -> None:
    """Pulled while it is read: the notice goes, nothing is refused; plugged in again it is taken."""
    desk.importer.gate.clear()
    with desk.room():
        plugged = desk.plug(desk.bundle())
        wait_for(desk.importer.at_gate.is_set)
        desk.wait_for(StickStage.READING)
        desk.pull(plugged)
        desk.wait_for(None)
        wait_for(lambda: desk.importer.stopped != [])
        desk.importer.gate.set()
        desk.plug(desk.source / "A")
        desk.wait_for(StickStage.DONE)
    assert desk.alerts == []
    assert [r for r, _ in receipts(desk.root / "A")] == ["adopted"]


def test_the_same_stick_again_is_done_at_once(desk: Desk) -> None:
    """What the panel has already is not imported again, but the technician gets the same answer, and a receipt."""
    with desk.room():
        plugged = desk.plug(desk.bundle())
        desk.wait_for(StickStage.DONE)
        desk.pull(plugged)
        desk.wait_for(None)
        desk.plug(desk.source / "A")
        desk.wait_for(StickStage.DONE)
    assert len(desk.importer.taken) == 1
    assert [r for r, _ in receipts(desk.root / "A")] == ["adopted", "unchanged"]


def test_a_stick_left_in_is_quiet_after_a_restart(desk: Desk) -> None:
    """A stick that stays in for months: the panel starts without a card, a receipt or an import for it."""
    with desk.room():
        desk.plug(desk.bundle())
        desk.wait_for(StickStage.DONE)
    before = len(desk.events)
    with desk.room():
        desk.plug(desk.bundle("B", serial=41, key="thief"))  # a sign that the first look is over
        desk.wait_for(StickStage.REFUSED)
    assert [n.stage for n in desk.notices[before:] if n] == [StickStage.REFUSED]
    assert [r for r, _ in receipts(desk.root / "A")] == ["adopted"]


def test_a_stick_left_in_does_not_bring_back_what_was_given_up(desk: Desk) -> None:
    """After a rollback of the stick's release a restart leaves it so; plugged in again it is 35, until it is signed anew."""
    with desk.room():
        desk.plug(desk.bundle())
        desk.wait_for(StickStage.DONE)
    desk.importer.taken.append(None)  # the release before
    desk.importer.rolled_back = True
    with desk.room():
        desk.plug(desk.bundle("B", serial=41, key="thief"))
        desk.wait_for(StickStage.REFUSED)
        assert len(desk.importer.taken) == 2
        desk.pull(desk.root / "A")
        desk.pull(desk.root / "B")
        desk.wait_for(None)
        again = desk.plug(desk.source / "A")
        notice = desk.wait_for(StickStage.REFUSED)
        assert notice is not None
        assert notice.number == 35
        desk.pull(again)
        desk.wait_for(None)
        desk.plug(desk.bundle("anew", serial=43))
        desk.wait_for(StickStage.DONE)


def test_an_older_serial_is_refused_for_ever(desk: Desk) -> None:
    """After serial 42 a stick with 41 is 32, also after a restart; 42 and 43 are taken."""
    with desk.room():
        desk.pull(desk.plug(desk.bundle("first")))
        first = desk.plug(desk.source / "first")
        desk.wait_for(StickStage.DONE)
        desk.pull(first)
        desk.wait_for(None)
    with desk.room():
        older = desk.plug(desk.bundle("older", serial=41))
        notice = desk.wait_for(StickStage.REFUSED)
        assert notice is not None
        assert notice.number == 32
        desk.pull(older)
        desk.wait_for(None)
        desk.plug(desk.bundle("newer", serial=43))
        desk.wait_for(StickStage.DONE)
    assert [m.serial for m in desk.importer.taken if m] == [42, 43]


def test_two_sticks_are_read_one_after_the_other(desk: Desk) -> None:
    """Two at once: both are dealt with, and each result stands until its stick is pulled."""
    with desk.room():
        first, second = desk.bundle("A", serial=50), desk.bundle("B", serial=49)
        one, other = desk.plug(first), desk.plug(second)
        wait_for(lambda: len(desk.importer.taken) == 1)
        notice = desk.wait_for(StickStage.REFUSED)
        assert notice is not None
        assert notice.number == 32
        desk.pull(other)
        desk.wait_for(StickStage.DONE)
        desk.pull(one)
        desk.wait_for(None)


@pytest.mark.parametrize(
    ("fault", "number"),
    [
        (BundleRefused(Why.NOTHING_PLAYABLE), 44),
        (BundleRefused(Why.PANEL_FULL), 51),
        (OSError(28, "No space left on device"), 51),
        (OSError(5, "Input/output error"), 52),
        (OSError(30, "Read-only file system"), 59),
    ],
)
def test_what_the_library_refuses_has_its_number(desk: Desk, fault: Exception, number: int) -> None:
    """Faults of content, panel and stick are told apart; the serial is not remembered for a bundle that was not taken."""
    desk.importer.fault = fault
    with desk.room():
        desk.plug(desk.bundle())
        notice = desk.wait_for(StickStage.REFUSED)
    assert notice is not None
    assert notice.number == number
    assert SerialBook(desk.state).last(Source.STICK, office_key().public.name) is None
    assert receipts(desk.root / "A") == [("refused", number)]


def test_a_fault_of_ours_does_not_end_the_room(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unexpected exception in the import is 59 on the panel, and the next stick is still read."""
    monkeypatch.setattr(threading, "excepthook", lambda args: None)
    desk.importer.fault = RuntimeError("a fault of ours")
    with desk.room():
        plugged = desk.plug(desk.bundle())
        notice = desk.wait_for(StickStage.REFUSED)
        assert notice is not None
        assert notice.number == 59
        desk.importer.fault = None
        desk.pull(plugged)
        desk.wait_for(None)
        desk.plug(desk.source / "A")
        desk.wait_for(StickStage.DONE)


def test_a_slow_stick_is_said_to_be_slow(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """More than ten minutes to go: the technician is told so, with percent and seconds, while the reading goes on."""
    monkeypatch.setattr("player.stick.notice_board.SLOW_AFTER_S", -1.0)
    monkeypatch.setattr("player.stick.room.NOTICE_S", 0.0)
    desk.importer.seconds_left = 700.0
    desk.importer.gate.clear()
    with desk.room():
        desk.plug(desk.bundle())
        notice = desk.wait_for(StickStage.SLOW)
        assert notice is not None
        assert (notice.number, notice.words, notice.seconds_left) == (53, "USB TERLALU LAMBAT", 700.0)
        assert notice.percent is not None
        desk.importer.gate.set()
        desk.wait_for(StickStage.DONE)


def test_notices_go_away_by_themselves(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stick that is left in does not cover the picture for ever."""
    monkeypatch.setattr("player.stick.notice_board.DONE_S", 0.2)
    with desk.room():
        desk.plug(desk.bundle())
        desk.wait_for(StickStage.DONE)
        desk.wait_for(None)
    assert len(desk.importer.taken) == 1


def test_switched_off_nothing_is_read(desk: Desk) -> None:
    """usb.mode = "off": the technician is told so, and nothing is imported, alerted or written."""
    with desk.room(mode="off"):
        desk.plug(desk.bundle())
        notice = desk.wait_for(StickStage.REFUSED)
        assert notice is not None
        assert (notice.number, notice.words) == (55, "USB TIDAK DIPAKAI")
    assert desk.importer.taken == []
    assert desk.alerts == []
    assert receipts(desk.root / "A") == []


def test_without_trust_any_folder_is_taken(desk: Desk) -> None:
    """trust.stick = "any": no manifest is asked for."""
    root = desk.source / "A"
    (root / "panel").mkdir(parents=True)
    (root / "panel" / "a.mp4").write_text("x")
    with desk.room(trust="any"):
        desk.plug(root)
        desk.wait_for(StickStage.DONE)
    assert desk.importer.taken == [None]


def test_dates_are_not_obeyed_with_a_bad_clock(desk: Desk) -> None:
    """Not yet valid by the panel's clock: refused while the clock is believed, taken when it is not."""
    later = datetime.now(UTC).replace(microsecond=0) + timedelta(days=30)
    with desk.room():
        plugged = desk.plug(desk.bundle(not_before=later))
        notice = desk.wait_for(StickStage.REFUSED)
        assert notice is not None
        assert notice.number == 33
        desk.pull(plugged)
        desk.wait_for(None)
        desk.clock = ClockTrust.BAD
        desk.plug(desk.source / "A")
        desk.wait_for(StickStage.DONE)


def test_a_folder_that_is_still_being_copied_is_looked_at_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing is mounted: refused while a file is missing, taken when it has come, with one alert and no more."""
    monkeypatch.setattr("player.stick.room.RETRY_S", 0.3)
    root = desk.bundle()
    (root / "panel" / "media" / "a.mp4").rename(desk.source / "a.mp4")
    with desk.room():
        plugged = desk.plug(root)
        desk.wait_for(StickStage.REFUSED)
        shutil.move(desk.source / "a.mp4", plugged / "panel" / "media" / "a.mp4")
        desk.wait_for(StickStage.DONE)
    assert [alert is not None for alert in desk.alerts] == [True, False]


def test_the_panel_folder_may_not_be_a_link(desk: Desk) -> None:
    """A link called panel leads nowhere: 43."""
    root = desk.bundle()
    (root / "panel").rename(desk.source / "elsewhere")
    (root / "panel").symlink_to(desk.source / "elsewhere")
    with desk.room():
        desk.plug(root)
        notice = desk.wait_for(StickStage.REFUSED)
        assert notice is not None
        assert notice.number == 43


def test_the_room_ends_while_a_stick_is_read(desk: Desk) -> None:
    """Leaving the room stops the import and does not hang."""
    desk.importer.gate.clear()
    with desk.room():
        desk.plug(desk.bundle())
        wait_for(desk.importer.at_gate.is_set)
    wait_for(lambda: desk.importer.stopped != [])
    assert receipts(desk.root / "A") == []


def test_a_key_that_is_none_is_said_and_skipped(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """A typo in trust.keys is an error in the log; without any key left sticks are 16."""
    room = Sticks(
        UsbSection(mount_root=desk.root),
        TrustSection(keys=("RWtypo",)),
        PanelSection(name=PANEL, state_folder=desk.state),
        lambda: (datetime.now(UTC), desk.clock),
        desk.importer,
        desk.events.append,
    )
    with room:
        desk.plug(desk.bundle())
        notice = desk.wait_for(StickStage.REFUSED)
        assert notice is not None
        assert notice.number == 16
    assert "RWtypo" in caplog.text


@contextmanager
def mounted_stick(desk: Desk, kind: str, *, read_only: bool = True) -> Iterator[Image]:
    if not can_mount(kind):
        pytest.skip(f"this machine cannot mount {kind}")
    content = desk.bundle("content")
    image = Image.make(desk.source, kind, 16).mount()  # filled elsewhere: the room must not see it half done
    shutil.copytree(content, image.root, dirs_exist_ok=True)
    image.unmount()
    image.root = desk.root / "sdb1"
    try:
        yield image.mount(read_only=read_only)
    finally:
        image.unmount()


@pytest.mark.root
def test_a_mounted_stick_is_taken_and_may_be_unmounted(desk: Desk) -> None:
    """A real file system, mounted read-only: taken, nothing keeps it busy, and the notice goes with the mount."""
    with desk.room(), mounted_stick(desk, "ext4") as image:
        desk.wait_for(StickStage.DONE)
        os.sync()
        image.unmount()
        desk.wait_for(None)
    assert len(desk.importer.taken) == 1


@pytest.mark.root
def test_the_receipt_of_a_read_only_stick_is_written_by_the_writer(desk: Desk) -> None:
    """The daemon only posts it; the writer's short remount leaves it on the stick, which is read-only again."""
    from player.stick.receipt_writer import empty_tray

    with desk.room(), mounted_stick(desk, "ext4") as image:
        desk.wait_for(StickStage.DONE)
        assert read_receipts(image.root / "panel") == ([], [])
        tray = desk.state / "receipts-out"
        wait_for(lambda: list(tray.glob("*.json")))
        (tray / "0.json").write_text(json.dumps({"device": "/dev/vda", "receipt": "{}"}))
        (tray / "1.json").write_text("[" * 99999)
        shown = len(desk.notices)
        assert empty_tray(desk.state, desk.root) == 1
        assert list(tray.iterdir()) == []
        (desk.root.parent / "elsewhere").mkdir()
        (desk.root.parent / "elsewhere" / "5.json").write_text("{}")
        tray.rmdir()
        tray.symlink_to(desk.root.parent / "elsewhere")  # whoever holds the daemon's user must not lead root astray
        assert empty_tray(desk.state, desk.root) == 0
        assert (desk.root.parent / "elsewhere" / "5.json").exists()
        [receipt], _ = read_receipts(image.root / "panel")
        assert (receipt.panel, receipt.result) == (PANEL, "adopted")
        assert os.statvfs(image.root).f_flag & os.ST_RDONLY
        assert len(desk.notices) == shown
