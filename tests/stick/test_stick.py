"""The stick's room with a small library of its own: what it says and does when sticks come, go and lie."""

from __future__ import annotations

import json
import logging
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
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
from player.stick.notice_board import NoticeBoard
from player.stick.plugged import Stick
from player.stick.room import Sticks
from player.stick.times import StickTimes
from tests.kit.bundles import PANEL, office_key, sign_folder
from tests.kit.sticks import Image, can_mount, command, two_partitions
from tests.kit.waiting import wait_for
from tests.stick.fake_importer import FakeImporter

pytestmark = pytest.mark.slow


class SimulatedPanel:
    """A panel's stick room with a small library of its own: where sticks are put, what it said, what it imported."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "usb"
        self.root.mkdir()
        self.state = folder / "state"
        self.source = folder / "sources"
        self.importer = FakeImporter()
        self.events: list[Event] = []
        self.clock = ClockTrust.SYNCED
        self.times = StickTimes(look_s=0.05)

    def room(
        self, *, mode: str = "fallback", trust: str = "signed", language: str = "id", strip_minutes: float = 10
    ) -> Sticks:
        return Sticks(
            UsbSection(mode=mode, mount_root=self.root, strip_minutes=strip_minutes),  # type: ignore[arg-type]
            TrustSection(keys=(str(office_key().public),), stick=trust),  # type: ignore[arg-type]
            PanelSection(name=PANEL, state_folder=self.state, language=language, timezone="Asia/Jakarta"),  # type: ignore[arg-type]
            lambda: (datetime.now(UTC), self.clock),
            self.importer,
            self.events.append,
            times=self.times,
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
        wait_for(self.shows(stage), 60, f"the panel shows {stage}; it showed {self.notices}")
        return self.notices[-1] if self.notices else None


@pytest.fixture
def panel(tmp_path: Path) -> SimulatedPanel:
    return SimulatedPanel(tmp_path)


def receipts(root: Path) -> list[tuple[str, int | None]]:
    return [(receipt.result, receipt.number) for receipt in read_receipts(root / "panel")[0]]


def test_a_good_stick_is_taken(panel: SimulatedPanel) -> None:
    """Reading, done, and nothing when it is pulled; the release, the serial and a receipt stay."""
    (panel.state).mkdir()
    (panel.state / "status.json").write_text('{"v": 1, "alerts": []}')
    with panel.room():
        plugged = panel.plug(panel.bundle())
        done = panel.wait_for(StickStage.DONE)
        assert done is not None
        assert done.words == "SELESAI - CABUT USB"
        panel.pull(plugged)
        panel.wait_for(None)
    stages = [notice.stage if notice else None for notice in panel.notices]
    assert stages == [StickStage.READING, StickStage.DONE, None]
    assert len(panel.importer.taken) == 1
    assert SerialBook(panel.state).last(Source.STICK, office_key().public.name) == 42
    [receipt], _ = read_receipts(panel.source / "A" / "panel")
    assert (receipt.panel, receipt.result, receipt.serial, receipt.release) == (PANEL, "adopted", 42, 1)
    assert receipt.health == {"v": 1, "alerts": []}
    assert (receipt.at.utcoffset(), receipt.timezone, receipt.language) == (timedelta(hours=7), "Asia/Jakarta", "id")
    assert panel.alerts == []


def test_a_refused_stick_says_number_and_words(panel: SimulatedPanel) -> None:
    """One flipped bit in the manifest: DITOLAK 12, the alert with the remedy, a receipt without the health report."""
    root = panel.bundle()
    raw = bytearray((root / "panel" / MANIFEST_NAME).read_bytes())
    raw[40] ^= 1
    (root / "panel" / MANIFEST_NAME).write_bytes(bytes(raw))
    (panel.state).mkdir()
    (panel.state / "status.json").write_text('{"v": 1}')
    with panel.room():
        plugged = panel.plug(root)
        notice = panel.wait_for(StickStage.REFUSED)
    assert notice is not None
    assert (notice.number, notice.words, notice.label) == (12, "TANDA TANGAN SALAH", "")
    assert panel.importer.taken == []
    assert len(panel.alerts) == 1
    assert "refused (12)" in (panel.alerts[0] or "")
    [receipt], _ = read_receipts(plugged / "panel")
    assert (receipt.result, receipt.number, receipt.health, receipt.serial) == ("refused", 12, None, None)
    assert receipt.reason == "manifes berubah setelah ditandatangani; tandatangani lagi di kantor, lalu salin lagi"


def test_the_vetting_is_warm_when_the_import_begins(panel: SimulatedPanel) -> None:
    """It is started for a bundle that was signed for this panel, and ended when that is taken; not for a stranger's."""
    with panel.room():
        plugged = panel.plug(panel.bundle("thief", key="thief"))
        panel.wait_for(StickStage.REFUSED)
        assert panel.importer.starts == 0
        panel.pull(plugged)
        panel.wait_for(None)
        plugged = panel.plug(panel.bundle())
        panel.wait_for(StickStage.DONE)
        assert panel.importer.was_ready == [True]
        wait_for(lambda: not panel.importer.ready, 5, "ended after the import")


def test_english_panels_speak_english(panel: SimulatedPanel) -> None:
    """panel.language = "en" gives the English three words."""
    with panel.room(language="en"):
        panel.plug(panel.bundle(panels=("other-01",)))
        notice = panel.wait_for(StickStage.REFUSED)
        assert notice is not None
        assert (notice.number, notice.words) == (31, "FOR ANOTHER PANEL")


def test_a_good_stick_clears_the_alert(panel: SimulatedPanel) -> None:
    """The alert is raised once and cleared once, by the next stick that is taken."""
    with panel.room():
        panel.pull(panel.plug(panel.bundle("bad", key="thief")))
        plugged = panel.plug(panel.source / "bad")
        panel.wait_for(StickStage.REFUSED)
        panel.pull(plugged)
        panel.wait_for(None)
        panel.plug(panel.bundle("good"))
        panel.wait_for(StickStage.DONE)
    assert [alert is not None for alert in panel.alerts] == [True, False]


def test_a_stick_that_is_not_ours_is_left_alone(panel: SimulatedPanel) -> None:
    """A phone's stick: a notice for a while, no alert, no receipt, nothing imported; gone when it is pulled."""
    phone = panel.source / "phone"
    (phone / "DCIM").mkdir(parents=True)
    (phone / "DCIM" / "film.mp4").write_bytes(b"x" * 99)
    with panel.room():
        plugged = panel.plug(phone)
        notice = panel.wait_for(StickStage.NOT_OURS)
        assert notice is not None
        assert (notice.number, notice.words) == (54, "TANPA FOLDER PANEL")
        panel.pull(plugged)
        panel.wait_for(None)
    assert panel.alerts == []
    assert panel.importer.taken == []
    assert sorted(str(p.relative_to(phone)) for p in phone.rglob("*")) == ["DCIM", "DCIM/film.mp4"]


def test_an_empty_mount_point_is_no_stick(panel: SimulatedPanel) -> None:
    """A directory that waits for its mount, a file, and a link are nothing that anybody is told about."""
    (panel.root / "sdb1").mkdir()
    (panel.root / "file").write_text("x")
    (panel.root / "link").symlink_to(panel.bundle())
    with panel.room():
        panel.plug(panel.bundle("B"))
        panel.wait_for(StickStage.DONE)
    assert len(panel.importer.taken) == 1


def test_pulled_in_the_middle_it_goes_on_later(panel: SimulatedPanel) -> None:
    """Pulled while it is read: the notice goes, nothing is refused; plugged in again it is taken."""
    panel.importer.gate.clear()
    with panel.room():
        plugged = panel.plug(panel.bundle())
        wait_for(panel.importer.at_gate.is_set)
        panel.wait_for(StickStage.READING)
        panel.pull(plugged)
        panel.wait_for(None)
        wait_for(lambda: panel.importer.stopped != [])
        panel.importer.gate.set()
        panel.plug(panel.source / "A")
        panel.wait_for(StickStage.DONE)
    assert panel.alerts == []
    assert [r for r, _ in receipts(panel.root / "A")] == ["adopted"]


def test_the_same_stick_again_is_done_at_once(panel: SimulatedPanel) -> None:
    """What the panel has already is not imported again, but the technician gets the same answer, and a receipt."""
    with panel.room():
        plugged = panel.plug(panel.bundle())
        panel.wait_for(StickStage.DONE)
        panel.pull(plugged)
        panel.wait_for(None)
        panel.plug(panel.source / "A")
        panel.wait_for(StickStage.DONE)
    assert len(panel.importer.taken) == 1
    first, again = read_receipts(panel.root / "A" / "panel")[0]
    assert (first.result, again.result) == ("adopted", "unchanged")
    assert (first.files, first.size_bytes) == (again.files, again.size_bytes), "one bundle has one number of files"


def test_a_stick_left_in_is_quiet_after_a_restart(panel: SimulatedPanel) -> None:
    """A stick that stays in for months: the panel starts without a card, a receipt or an import for it."""
    with panel.room():
        panel.plug(panel.bundle())
        panel.wait_for(StickStage.DONE)
    before = len(panel.events)
    with panel.room():
        panel.plug(panel.bundle("B", serial=41, key="thief"))  # a sign that the first look is over
        panel.wait_for(StickStage.REFUSED)
    assert [n.stage for n in panel.notices[before:] if n] == [StickStage.REFUSED]
    assert [r for r, _ in receipts(panel.root / "A")] == ["adopted"]


def test_a_stick_left_in_does_not_bring_back_what_was_given_up(panel: SimulatedPanel) -> None:
    """After a rollback of the stick's release a restart leaves it so; plugged in again it is 35, until it is signed anew."""
    with panel.room():
        panel.plug(panel.bundle())
        panel.wait_for(StickStage.DONE)
    panel.importer.taken.append(None)  # the release before
    panel.importer.rolled_back = True
    with panel.room():
        panel.plug(panel.bundle("B", serial=41, key="thief"))
        panel.wait_for(StickStage.REFUSED)
        assert len(panel.importer.taken) == 2
        panel.pull(panel.root / "A")
        panel.pull(panel.root / "B")
        panel.wait_for(None)
        again = panel.plug(panel.source / "A")
        notice = panel.wait_for(StickStage.REFUSED)
        assert notice is not None
        assert notice.number == 35
        panel.pull(again)
        panel.wait_for(None)
        panel.plug(panel.bundle("anew", serial=43))
        panel.wait_for(StickStage.DONE)


def test_an_older_serial_is_refused_for_ever(panel: SimulatedPanel) -> None:
    """After serial 42 a stick with 41 is 32, also after a restart; 42 and 43 are taken."""
    with panel.room():
        panel.pull(panel.plug(panel.bundle("first")))
        first = panel.plug(panel.source / "first")
        panel.wait_for(StickStage.DONE)
        panel.pull(first)
        panel.wait_for(None)
    with panel.room():
        older = panel.plug(panel.bundle("older", serial=41))
        notice = panel.wait_for(StickStage.REFUSED)
        assert notice is not None
        assert notice.number == 32
        panel.pull(older)
        panel.wait_for(None)
        panel.plug(panel.bundle("newer", serial=43))
        panel.wait_for(StickStage.DONE)
    assert [m.serial for m in panel.importer.taken if m] == [42, 43]


def test_two_sticks_are_read_one_after_the_other(panel: SimulatedPanel) -> None:
    """Two at once: both are dealt with, and each result stands until its stick is pulled."""
    with panel.room():
        first, second = panel.bundle("A", serial=50), panel.bundle("B", serial=49)
        one, other = panel.plug(first), panel.plug(second)
        wait_for(lambda: len(panel.importer.taken) == 1)
        notice = panel.wait_for(StickStage.REFUSED)
        assert notice is not None
        assert notice.number == 32
        panel.pull(other)
        panel.wait_for(StickStage.DONE)
        panel.pull(one)
        panel.wait_for(None)


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
def test_what_the_library_refuses_has_its_number(panel: SimulatedPanel, fault: Exception, number: int) -> None:
    """Faults of content, panel and stick are told apart; the serial is not remembered for a bundle that was not taken."""
    panel.importer.fault = fault
    with panel.room():
        stranger = panel.plug(panel.bundle("thief", key="thief"))  # so that the next one is no stick of the start
        panel.wait_for(StickStage.REFUSED)
        panel.pull(stranger)
        panel.wait_for(None)
        panel.plug(panel.bundle())
        notice = panel.wait_for(StickStage.REFUSED)
    assert notice is not None
    assert (panel.importer.starts, panel.importer.ready) == (1, False), "what was got ready stands down"
    assert notice.number == number
    assert SerialBook(panel.state).last(Source.STICK, office_key().public.name) is None
    assert receipts(panel.root / "A") == [("refused", number)]


def test_a_fault_of_ours_does_not_end_the_room(panel: SimulatedPanel, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unexpected exception in the import is 59 on the panel, and the next stick is still read."""
    monkeypatch.setattr(threading, "excepthook", lambda args: None)
    panel.importer.fault = RuntimeError("a fault of ours")
    with panel.room():
        plugged = panel.plug(panel.bundle())
        notice = panel.wait_for(StickStage.REFUSED)
        assert notice is not None
        assert notice.number == 59
        panel.importer.fault = None
        panel.pull(plugged)
        panel.wait_for(None)
        panel.plug(panel.source / "A")
        panel.wait_for(StickStage.DONE)


def test_a_slow_stick_is_said_to_be_slow(panel: SimulatedPanel) -> None:
    """More than ten minutes to go: the technician is told so, with percent and seconds, while the reading goes on."""
    panel.times = replace(panel.times, slow_after_s=-1.0, progress_s=0.0)
    panel.importer.seconds_left = 700.0
    panel.importer.gate.clear()
    with panel.room():
        panel.plug(panel.bundle())
        notice = panel.wait_for(StickStage.SLOW)
        assert notice is not None
        assert (notice.number, notice.words, notice.seconds_left) == (53, "USB TERLALU LAMBAT", 700.0)
        assert notice.percent is not None
        panel.importer.gate.set()
        panel.wait_for(StickStage.DONE)


@pytest.mark.parametrize(("key", "stage"), [("office", StickStage.DONE), ("thief", StickStage.REFUSED)])
def test_what_became_of_a_stick_stays_until_it_is_pulled(panel: SimulatedPanel, key: str, stage: StickStage) -> None:
    """In full for usb.strip_minutes, then as a small mark, which goes with the stick."""
    with panel.room(strip_minutes=0.002):
        plugged = panel.plug(panel.bundle(key=key))
        wait_for(lambda: panel.notices and panel.notices[-1] and panel.notices[-1].small, 60, "the mark")
        panel.pull(plugged)
        panel.wait_for(None)
    told = [notice for notice in panel.notices if notice is not None and notice.stage is stage]
    assert [notice.small for notice in told] == [False, True]
    assert panel.notices[-1] is None


def test_the_latest_result_of_several_sticks_is_told() -> None:
    """Each has its own time in full; a stick that is not ours is told of only on its own."""
    sticks = [Stick(Path(name), (n,), mounted=False) for n, name in enumerate("abc")]
    refused, done, foreign = (
        StickNotice(stage) for stage in (StickStage.REFUSED, StickStage.DONE, StickStage.NOT_OURS)
    )
    board = NoticeBoard().with_result(sticks[0], refused, 10.0).with_result(sticks[1], foreign, 12.0)
    assert board.notice(9.0) == refused
    assert board.notice(11.0) == replace(refused, small=True)
    board = board.with_result(sticks[2], done, 20.0)
    assert board.notice(11.0) == done
    assert board.wake_at(11.0) == 12.0
    assert board.wake_at(30.0) is None
    assert board.only(sticks[1:2]).notice(11.0) == foreign
    assert board.only(()).notice(11.0) is None


def test_switched_off_nothing_is_read(panel: SimulatedPanel) -> None:
    """usb.mode = "off": the technician is told so, and nothing is imported, alerted or written."""
    with panel.room(mode="off"):
        panel.plug(panel.bundle())
        notice = panel.wait_for(StickStage.REFUSED)
        assert notice is not None
        assert (notice.number, notice.words) == (55, "USB TIDAK DIPAKAI")
    assert panel.importer.taken == []
    assert panel.alerts == []
    assert receipts(panel.root / "A") == []


def test_without_trust_any_folder_is_taken(panel: SimulatedPanel) -> None:
    """trust.stick = "any": no manifest is asked for."""
    root = panel.source / "A"
    (root / "panel").mkdir(parents=True)
    (root / "panel" / "a.mp4").write_text("x")
    with panel.room(trust="any"):
        panel.plug(root)
        panel.wait_for(StickStage.DONE)
    assert panel.importer.taken == [None]


def test_dates_are_not_obeyed_with_a_bad_clock(panel: SimulatedPanel) -> None:
    """Not yet valid by the panel's clock: refused while the clock is believed, taken when it is not."""
    later = datetime.now(UTC).replace(microsecond=0) + timedelta(days=30)
    with panel.room():
        plugged = panel.plug(panel.bundle(not_before=later))
        notice = panel.wait_for(StickStage.REFUSED)
        assert notice is not None
        assert notice.number == 33
        panel.pull(plugged)
        panel.wait_for(None)
        panel.clock = ClockTrust.BAD
        panel.plug(panel.source / "A")
        panel.wait_for(StickStage.DONE)


def test_a_folder_that_is_still_being_copied_is_looked_at_again(panel: SimulatedPanel) -> None:
    """Where nothing is mounted: refused while a file is missing, taken when it has come, with one alert and no more."""
    panel.times = replace(panel.times, retry_s=0.3)
    root = panel.bundle()
    (root / "panel" / "media" / "a.mp4").rename(panel.source / "a.mp4")
    with panel.room():
        plugged = panel.plug(root)
        panel.wait_for(StickStage.REFUSED)
        shutil.move(panel.source / "a.mp4", plugged / "panel" / "media" / "a.mp4")
        panel.wait_for(StickStage.DONE)
    assert [alert is not None for alert in panel.alerts] == [True, False]


def test_the_panel_folder_may_not_be_a_link(panel: SimulatedPanel) -> None:
    """A link called panel leads nowhere: 43."""
    root = panel.bundle()
    (root / "panel").rename(panel.source / "elsewhere")
    (root / "panel").symlink_to(panel.source / "elsewhere")
    with panel.room():
        panel.plug(root)
        notice = panel.wait_for(StickStage.REFUSED)
        assert notice is not None
        assert notice.number == 43


def test_the_room_ends_while_a_stick_is_read(panel: SimulatedPanel) -> None:
    """Leaving the room stops the import and does not hang."""
    panel.importer.gate.clear()
    with panel.room():
        panel.plug(panel.bundle())
        wait_for(panel.importer.at_gate.is_set)
    wait_for(lambda: panel.importer.stopped != [])
    assert receipts(panel.root / "A") == []


def test_a_key_that_is_none_is_said_and_skipped(panel: SimulatedPanel, caplog: pytest.LogCaptureFixture) -> None:
    """A typo in trust.keys is an error in the log; without any key left sticks are 16."""
    room = Sticks(
        UsbSection(mount_root=panel.root),
        TrustSection(keys=("RWtypo",)),
        PanelSection(name=PANEL, state_folder=panel.state),
        lambda: (datetime.now(UTC), panel.clock),
        panel.importer,
        panel.events.append,
    )
    with room:
        panel.plug(panel.bundle())
        notice = panel.wait_for(StickStage.REFUSED)
        assert notice is not None
        assert notice.number == 16
    assert "RWtypo" in caplog.text


@contextmanager
def mounted_stick(panel: SimulatedPanel, kind: str, *, read_only: bool = True) -> Iterator[Image]:
    if not can_mount(kind):
        pytest.skip(f"this machine cannot mount {kind}")
    content = panel.bundle("content")
    image = Image.make(panel.source, kind, 16).mount()  # filled elsewhere: the room must not see it half done
    shutil.copytree(content, image.root, dirs_exist_ok=True)
    image.unmount()
    image.root = panel.root / "sdb1"
    try:
        yield image.mount(read_only=read_only)
    finally:
        image.unmount()


@pytest.mark.live
@pytest.mark.root
def test_a_mounted_stick_is_taken_and_may_be_unmounted(panel: SimulatedPanel) -> None:
    """A real file system, mounted read-only: taken, nothing keeps it busy, and the notice goes with the mount."""
    with panel.room(), mounted_stick(panel, "ext4") as image:
        panel.wait_for(StickStage.DONE)
        os.sync()
        image.unmount()
        panel.wait_for(None)
    assert len(panel.importer.taken) == 1


@pytest.mark.live
@pytest.mark.root
def test_the_receipt_of_a_read_only_stick_is_written_by_the_writer(panel: SimulatedPanel) -> None:
    """The daemon only posts it; the writer's short remount leaves it on the stick, which is read-only again."""
    from player.stick.receipt_writer import empty_tray

    with panel.room(), mounted_stick(panel, "ext4") as image:
        panel.wait_for(StickStage.DONE)
        assert read_receipts(image.root / "panel") == ([], [])
        tray = panel.state / "receipts-out"
        wait_for(lambda: list(tray.glob("*.json")))
        (tray / "0.json").write_text(json.dumps({"device": "/dev/vda", "receipt": "{}"}))
        (tray / "1.json").write_text("[" * 99999)
        shown = len(panel.notices)
        assert empty_tray(panel.state, panel.root) == 1
        assert list(tray.iterdir()) == []
        (panel.root.parent / "elsewhere").mkdir()
        (panel.root.parent / "elsewhere" / "5.json").write_text("{}")
        tray.rmdir()
        tray.symlink_to(panel.root.parent / "elsewhere")  # whoever holds the daemon's user must not lead root astray
        assert empty_tray(panel.state, panel.root) == 0
        assert (panel.root.parent / "elsewhere" / "5.json").exists()
        [receipt], _ = read_receipts(image.root / "panel")
        assert (receipt.panel, receipt.result) == (PANEL, "adopted")
        assert os.statvfs(image.root).f_flag & os.ST_RDONLY
        assert len(panel.notices) == shown


@pytest.mark.live
@pytest.mark.root
@pytest.mark.skipif(os.getuid() != 0, reason="needs root, loop devices")
@pytest.mark.parametrize("ours", [True, False])
def test_a_stick_of_two_partitions_has_one_notice(
    panel: SimulatedPanel, tmp_path: Path, caplog: pytest.LogCaptureFixture, ours: bool
) -> None:
    """The EFI partition is mounted first, then ours: taken, and not a word of the other; neither ours: one 54 for both."""
    caplog.set_level(logging.INFO)
    (tmp_path / "efi" / "EFI").mkdir(parents=True)
    content = panel.bundle("content") if ours else tmp_path / "efi"
    with panel.room(), two_partitions(tmp_path, panel.root, [tmp_path / "efi", content]) as (names, script):
        for name in names:
            command("sh", script, "mount", name)
        panel.wait_for(StickStage.DONE if ours else StickStage.NOT_OURS)
        if not ours:
            panel.plug(panel.bundle("z-after"))  # sticks are read in order of name
            panel.wait_for(StickStage.DONE)
        assert caplog.text.count("left alone") == (0 if ours else 1)
        for name in names:
            command("sh", script, "unmount", name)
