"""The catalogue of sticks (promise 7): for each one what plays afterwards, which alert, which number, which receipt.

The panel holds serial 40 of its last good stick before each of them. The sticks are images with a real file system where
this machine can mount one (vfat, exfat, ext4, in this order; what needs links or devices on ext4), else plain folders.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from player.base.clocks import ClockTrust
from player.base.disk import Disk
from player.bundle.manifest import MANIFEST_NAME, SIGNATURE_NAME, ListedFile, write_manifest
from player.bundle.serials import SerialBook
from player.bundle.source import Source
from player.core.model import StickStage
from tests.kit.bundles import a_manifest, list_files, office_key, sign_bytes, sign_folder
from tests.kit.pictures import png
from tests.kit.sticks import KINDS, Image, can_mount
from tests.kit.waiting import wait_for
from tests.stick.simulated_panel import SimulatedPanel, check_whole, fill, items, receipt_of

OLD, NEW = 40, 42
NOW = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)
HLS = b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nhttp://127.0.0.1:9/x.ts\n"
Build = Callable[[Path, dict[str, Path]], None]
"""Fills the root of a stick; gets the clips of conftest.py."""


@dataclass(frozen=True)
class Case:
    """number None: taken, and serial `plays` plays afterwards; else refused with it, and the old release plays."""

    build: Build
    number: int | None = None
    plays: int = OLD
    clock: ClockTrust = ClockTrust.SYNCED
    mode: str = "newest"
    alert: bool = True
    receipt: bool = True
    needs_links: bool = False
    item_paths: tuple[str, ...] | None = None
    size_mib: int = 16
    kinds: tuple[str, ...] = KINDS
    disk: Disk = field(default_factory=Disk)


CASES: dict[str, Case] = {}


def stick(number: int | None = None, *, plays: int | None = None, **more: object) -> Callable[[Build], Build]:
    """Enters a stick into the catalogue under its function's name."""

    def enter(build: Build) -> Build:
        serial = plays if plays is not None else (NEW if number is None else OLD)
        CASES[build.__name__] = Case(build, number, serial, **more)  # type: ignore[arg-type]
        return build

    return enter


def content(root: Path, clips: dict[str, Path]) -> Path:
    """Two films and a picture with a playlist; not signed yet."""
    films: dict[str, bytes | Path] = {"media/merah.mp4": clips["red"], "media/biru.mp4": clips["blue"]}
    return fill(
        root, {**films, "media/a.png": png(7), "playlist.m3u8": b"media/merah.mp4\nmedia/a.png\nmedia/biru.mp4\n"}
    )


def signed(root: Path, clips: dict[str, Path], **changes: object) -> Path:
    bundle = content(root, clips)
    sign_folder(bundle, **{"serial": NEW, **changes})  # type: ignore[arg-type]
    return bundle


def sign_raw(bundle: Path, raw: bytes, key: str = "office") -> None:
    (bundle / MANIFEST_NAME).write_bytes(raw)
    (bundle / SIGNATURE_NAME).write_bytes(sign_bytes(raw, key))


def flip(path: Path, at: int = -1) -> None:
    raw = bytearray(path.read_bytes())
    raw[at if at >= 0 else len(raw) // 2] ^= 1
    path.write_bytes(bytes(raw))


# ---- taken


@stick(item_paths=("media/merah.mp4", "media/a.png", "media/biru.mp4"))
def good(root: Path, clips: dict[str, Path]) -> None:
    signed(root, clips)


@stick()
def good_with_the_second_key(root: Path, clips: dict[str, Path]) -> None:
    signed(root, clips, key="second", serial=NEW)


@stick()
def good_for_all_panels(root: Path, clips: dict[str, Path]) -> None:
    signed(root, clips, panels=("*",))


@stick(plays=OLD)
def equal_serial(root: Path, clips: dict[str, Path]) -> None:
    signed(root, clips, serial=OLD)


@stick(plays=(1 << 53) - 1)
def serial_far_ahead(root: Path, clips: dict[str, Path]) -> None:
    signed(root, clips, serial=(1 << 53) - 1)


@stick()
def valid_today(root: Path, clips: dict[str, Path]) -> None:
    signed(root, clips, not_before=NOW - DAY, not_after=NOW + DAY)


@stick(clock=ClockTrust.BAD)
def not_yet_valid_with_a_bad_clock(root: Path, clips: dict[str, Path]) -> None:
    signed(root, clips, not_before=NOW + DAY)


@stick(clock=ClockTrust.BAD)
def no_longer_valid_with_a_bad_clock(root: Path, clips: dict[str, Path]) -> None:
    signed(root, clips, not_after=NOW - DAY)


@stick(item_paths=("media/a.png", "media/biru.mp4", "media/merah.mp4"))
def without_a_playlist(root: Path, clips: dict[str, Path]) -> None:
    bundle = content(root, clips)
    (bundle / "playlist.m3u8").unlink()
    sign_folder(bundle, serial=NEW)


@stick(item_paths=("media/a.png", "media/biru.mp4", "media/merah.mp4"))
def an_extra_film_that_nobody_signed(root: Path, clips: dict[str, Path]) -> None:
    bundle = content(root, clips)
    (bundle / "playlist.m3u8").unlink()
    sign_folder(bundle, serial=NEW)
    shutil.copyfile(clips["green"], bundle / "media" / "0-cabul.mp4")
    (bundle / "playlist.m3u8").write_text("media/0-cabul.mp4\n")
    (bundle / "schedule.toml").write_text("[[dark]]\nfrom = 00:00:00\nuntil = 23:59:59\n")


@stick()
def with_schedule_and_named_playlists(root: Path, clips: dict[str, Path]) -> None:
    bundle = content(root, clips)
    (bundle / "playlists").mkdir()
    (bundle / "playlists" / "pagi.m3u8").write_text("../media/biru.mp4\n")
    (bundle / "schedule.toml").write_text('[[show]]\nplaylist = "pagi"\nfrom = 06:00:00\nuntil = 09:00:00\n')
    sign_folder(bundle, serial=NEW)


@stick(item_paths=("media/merah.mp4",))
def one_hls_text_among_good_films(root: Path, clips: dict[str, Path]) -> None:
    bundle = fill(root, {"media/merah.mp4": clips["red"], "media/live.mp4": HLS,
                         "playlist.m3u8": b"media/live.mp4\nmedia/merah.mp4\n"})  # fmt: skip
    sign_folder(bundle, serial=NEW)


@stick(receipt=False)
def without_a_receipts_folder(root: Path, clips: dict[str, Path]) -> None:
    (signed(root, clips) / "receipts").rmdir()


@stick(needs_links=True, size_mib=64)
def a_hundred_thousand_other_files(root: Path, clips: dict[str, Path]) -> None:
    bundle = signed(root, clips)
    for number in range(100):
        (bundle / "junk" / str(number)).mkdir(parents=True)
        (bundle / "junk" / str(number) / "0.mp4").write_bytes(b"x")
        folder = os.open(bundle / "junk" / str(number), os.O_RDONLY)
        for other in range(1, 1000):  # names count here; inodes are few on a small stick
            os.link("0.mp4", f"{other}.mp4", src_dir_fd=folder, dst_dir_fd=folder)
        os.close(folder)


# ---- refused: who signed it


@stick(11)
def unsigned(root: Path, clips: dict[str, Path]) -> None:
    (signed(root, clips) / SIGNATURE_NAME).unlink()


@stick(13)
def signed_by_somebody_else(root: Path, clips: dict[str, Path]) -> None:
    signed(root, clips, key="thief", serial=NEW)


@stick(12)
def signature_of_another_manifest(root: Path, clips: dict[str, Path]) -> None:
    bundle = signed(root, clips)
    (bundle / SIGNATURE_NAME).write_bytes(sign_bytes(b"{}"))


@stick(12)
def one_bit_flipped_in_the_manifest(root: Path, clips: dict[str, Path]) -> None:
    flip(signed(root, clips) / MANIFEST_NAME)


@stick(12)
def one_bit_flipped_in_the_signature(root: Path, clips: dict[str, Path]) -> None:
    path = signed(root, clips) / SIGNATURE_NAME
    lines = path.read_bytes().split(b"\n")
    lines[1] = lines[1][:50] + (b"A" if lines[1][50:51] != b"A" else b"B") + lines[1][51:]
    path.write_bytes(b"\n".join(lines))


@stick(12)
def trusted_comment_changed(root: Path, clips: dict[str, Path]) -> None:
    path = signed(root, clips) / SIGNATURE_NAME
    path.write_bytes(path.read_bytes().replace(b"timestamp:1\t", b"timestamp:2\t"))


@stick(14)
def signature_file_empty(root: Path, clips: dict[str, Path]) -> None:
    (signed(root, clips) / SIGNATURE_NAME).write_bytes(b"")


@stick(15)
def converted_to_crlf(root: Path, clips: dict[str, Path]) -> None:
    bundle = signed(root, clips)
    for path in (bundle / MANIFEST_NAME, bundle / SIGNATURE_NAME):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))


@stick(12)
def manifest_empty(root: Path, clips: dict[str, Path]) -> None:
    (signed(root, clips) / MANIFEST_NAME).write_bytes(b"")


@stick(43, needs_links=True)
def signature_is_a_link(root: Path, clips: dict[str, Path]) -> None:
    bundle = signed(root, clips)
    (bundle / SIGNATURE_NAME).rename(bundle / "real")
    (bundle / SIGNATURE_NAME).symlink_to("real")


# ---- refused: the manifest


@stick(21)
def no_manifest(root: Path, clips: dict[str, Path]) -> None:
    content(root, clips)


@stick(22)
def manifest_of_two_mebibytes(root: Path, clips: dict[str, Path]) -> None:
    bundle = signed(root, clips)
    sign_raw(bundle, (bundle / MANIFEST_NAME).read_bytes() + b" " * (2 << 20))


@stick(23)
def manifest_ten_thousand_deep(root: Path, clips: dict[str, Path]) -> None:
    sign_raw(signed(root, clips), b'{"a":' * 10_000 + b"1" + b"}" * 10_000)


@stick(23)
def manifest_with_the_serial_twice(root: Path, clips: dict[str, Path]) -> None:
    bundle = signed(root, clips)
    sign_raw(bundle, (bundle / MANIFEST_NAME).read_bytes().replace(b'"panels"', b'"serial": 99, "panels"'))


@stick(23)
def manifest_with_trailing_bytes(root: Path, clips: dict[str, Path]) -> None:
    bundle = signed(root, clips)
    sign_raw(bundle, (bundle / MANIFEST_NAME).read_bytes() + b"{}")


@stick(23)
def manifest_is_no_json(root: Path, clips: dict[str, Path]) -> None:
    sign_raw(signed(root, clips), b"serial = 42\n")


@stick(24)
def manifest_of_a_later_format(root: Path, clips: dict[str, Path]) -> None:
    bundle = signed(root, clips)
    sign_raw(bundle, (bundle / MANIFEST_NAME).read_bytes().replace(b'"format": 1', b'"format": 2'))


@stick(25)
def a_path_that_climbs_out(root: Path, clips: dict[str, Path]) -> None:
    bundle = content(root, clips)
    (root / "cabul.mp4").write_bytes(clips["green"].read_bytes())
    [listed] = [f for f in list_files(bundle) if f.path == "media/merah.mp4"]
    sign_folder(bundle, serial=NEW, files=(ListedFile("../cabul.mp4", listed.size_bytes, listed.sha256),))


@stick(25)
def an_absolute_path(root: Path, clips: dict[str, Path]) -> None:
    sign_folder(content(root, clips), serial=NEW, files=(ListedFile("/etc/passwd", 1, "0" * 64),))


@stick(26)
def two_names_that_differ_in_case_only(root: Path, clips: dict[str, Path]) -> None:
    bundle = content(root, clips)
    files = list_files(bundle)
    more = tuple(ListedFile(f.path.upper(), f.size_bytes, f.sha256) for f in files)
    sign_folder(bundle, serial=NEW, files=(*files, *more))


@stick(43, needs_links=True)
def manifest_is_a_folder(root: Path, clips: dict[str, Path]) -> None:
    bundle = signed(root, clips)
    (bundle / MANIFEST_NAME).unlink()
    (bundle / MANIFEST_NAME).mkdir()


# ---- refused: this panel, this day


@stick(31)
def for_another_panel(root: Path, clips: dict[str, Path]) -> None:
    signed(root, clips, panels=("serang-05", "other"))


@stick(32)
def serial_lower(root: Path, clips: dict[str, Path]) -> None:
    signed(root, clips, serial=OLD - 1)


@stick(33)
def not_yet_valid(root: Path, clips: dict[str, Path]) -> None:
    signed(root, clips, not_before=NOW + DAY)


@stick(34)
def no_longer_valid(root: Path, clips: dict[str, Path]) -> None:
    signed(root, clips, not_after=NOW - DAY)


@stick(34, clock=ClockTrust.PLAUSIBLE)
def no_longer_valid_by_a_plausible_clock(root: Path, clips: dict[str, Path]) -> None:
    signed(root, clips, not_after=NOW - DAY)


# ---- refused: the files


@stick(41)
def a_film_is_missing(root: Path, clips: dict[str, Path]) -> None:
    (signed(root, clips) / "media" / "biru.mp4").unlink()


@stick(41)
def the_playlist_is_missing(root: Path, clips: dict[str, Path]) -> None:
    (signed(root, clips) / "playlist.m3u8").unlink()


@stick(41, needs_links=True)
def a_name_in_other_case(root: Path, clips: dict[str, Path]) -> None:
    media = signed(root, clips) / "media"
    (media / "biru.mp4").rename(media / "BIRU.MP4")


@stick(42)
def one_bit_flipped_in_a_film(root: Path, clips: dict[str, Path]) -> None:
    flip(signed(root, clips) / "media" / "biru.mp4")


@stick(42)
def one_bit_flipped_in_the_playlist(root: Path, clips: dict[str, Path]) -> None:
    flip(signed(root, clips) / "playlist.m3u8", 3)


@stick(42)
def a_film_cut_short(root: Path, clips: dict[str, Path]) -> None:
    path = signed(root, clips) / "media" / "biru.mp4"
    os.truncate(path, path.stat().st_size // 2)


@stick(42)
def a_film_with_a_tail_of_zeros(root: Path, clips: dict[str, Path]) -> None:
    path = signed(root, clips) / "media" / "biru.mp4"
    size = path.stat().st_size
    os.truncate(path, size // 2)
    os.truncate(path, size)


@stick(42)
def a_listed_file_that_no_playlist_names_was_changed(root: Path, clips: dict[str, Path]) -> None:
    bundle = content(root, clips)
    (bundle / "note.txt").write_text("pagi")
    sign_folder(bundle, serial=NEW)
    (bundle / "note.txt").write_text("sore")


@stick(43, needs_links=True)
def a_film_is_a_link(root: Path, clips: dict[str, Path]) -> None:
    path = signed(root, clips) / "media" / "biru.mp4"
    path.rename(root / "biru.mp4")
    path.symlink_to("../../biru.mp4")


@stick(43, needs_links=True)
def the_media_folder_is_a_link(root: Path, clips: dict[str, Path]) -> None:
    bundle = signed(root, clips)
    (bundle / "media").rename(root / "elsewhere")
    (bundle / "media").symlink_to("../elsewhere")


@stick(43, needs_links=True)
def a_film_is_a_pipe(root: Path, clips: dict[str, Path]) -> None:
    path = signed(root, clips) / "media" / "biru.mp4"
    path.unlink()
    os.mkfifo(path)


@stick(43, needs_links=True)
def a_film_is_a_device(root: Path, clips: dict[str, Path]) -> None:
    path = signed(root, clips) / "media" / "biru.mp4"
    path.unlink()
    try:
        os.mknod(path, 0o600 | 0o060000, os.makedev(7, 200))
    except PermissionError:
        path.mkdir()  # only root makes devices; a folder in the place of a file is refused the same way


@stick(44)
def only_hls_text_called_mp4(root: Path, clips: dict[str, Path]) -> None:
    sign_folder(fill(root, {"media/live.mp4": HLS, "playlist.m3u8": b"media/live.mp4\n"}), serial=NEW)


@stick(44)
def only_films_cut_short_before_signing(root: Path, clips: dict[str, Path]) -> None:
    raw = clips["red"].read_bytes()
    sign_folder(fill(root, {"media/a.mp4": raw[: len(raw) // 2], "playlist.m3u8": b"media/a.mp4\n"}), serial=NEW)


@stick(44)
def only_an_empty_manifest(root: Path, clips: dict[str, Path]) -> None:
    sign_folder(fill(root, {}), serial=NEW)


class FullDisk(Disk):
    def free_bytes(self, path: Path) -> int:
        return 1000


@stick(51, disk=FullDisk())
def the_panel_is_full(root: Path, clips: dict[str, Path]) -> None:
    signed(root, clips)


# ---- other people's sticks


@stick(54, alert=False, receipt=False)
def the_stick_of_a_phone(root: Path, clips: dict[str, Path]) -> None:
    (root / "DCIM").mkdir()
    shutil.copyfile(clips["green"], root / "DCIM" / "VID_0001.mp4")


@stick(54, alert=False, receipt=False)
def content_without_the_panel_folder(root: Path, clips: dict[str, Path]) -> None:
    bundle = signed(root, clips)
    for path in list(bundle.iterdir()):
        path.rename(root / path.name)
    bundle.rmdir()


@stick(56, alert=False, receipt=False, kinds=())
def a_stick_that_could_not_be_mounted(root: Path, clips: dict[str, Path]) -> None:
    (root / ".unreadable").write_bytes(b"")


@stick(43, receipt=False)
def panel_is_a_file(root: Path, clips: dict[str, Path]) -> None:
    (root / "panel").write_bytes(b"x")


@stick(43, receipt=False, needs_links=True)
def panel_is_a_link(root: Path, clips: dict[str, Path]) -> None:
    signed(root, clips).rename(root / "elsewhere")
    (root / "panel").symlink_to("elsewhere")


@stick(21)
def an_empty_panel_folder(root: Path, clips: dict[str, Path]) -> None:
    (root / "panel" / "receipts").mkdir(parents=True)


@stick(55, mode="off", alert=False, receipt=False)
def a_good_one_where_sticks_are_switched_off(root: Path, clips: dict[str, Path]) -> None:
    signed(root, clips)


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory, clips: dict[str, Path]) -> Path:
    """The state folder of a panel that has taken serial 40 from its last stick."""
    folder = tmp_path_factory.mktemp("before")
    panel = SimulatedPanel(folder / "usb", folder / "state")
    with panel.room():
        fill(folder / "filled", {"media/hijau.mp4": clips["green"], "playlist.m3u8": b"media/hijau.mp4\n"})
        sign_folder(folder / "filled" / "panel", serial=OLD)
        (folder / "filled").rename(panel.root / "first")
        notice = panel.wait_for_end()
    assert notice.stage is StickStage.DONE, notice
    SerialBook(panel.state).accept(Source.STICK, office_key("second").public.name, OLD)
    return panel.state


@contextlib.contextmanager
def plugged(case: Case, panel: SimulatedPanel, folder: Path, clips: dict[str, Path]) -> Iterator[Path]:
    """The case's stick, filled elsewhere, then put in; yields its root below the mount root."""
    wanted = [kind for kind in case.kinds if kind == "ext4" or not case.needs_links]
    kind = next(filter(can_mount, wanted), "")
    place = panel.root / "sdb1"
    if not kind:
        (folder / "filling").mkdir()
        case.build(folder / "filling", clips)
        (folder / "filling").rename(place)
        yield place
        return
    image = Image.make(folder, kind, case.size_mib).mount()
    try:
        case.build(image.root, clips)
        image.unmount()
        image.root = place
        image.mount()
        yield place
    finally:
        image.unmount()


@pytest.mark.parametrize("name", CASES)
def test_the_catalogue(name: str, tmp_path: Path, before: Path, clips: dict[str, Path]) -> None:
    """Each stick of the catalogue leads to exactly what is promised for it."""
    case = CASES[name]
    panel = SimulatedPanel(tmp_path / "usb", tmp_path / "state", case.clock, case.mode, case.disk)  # type: ignore[arg-type]
    shutil.copytree(before, panel.state)
    with panel.room(), plugged(case, panel, tmp_path, clips) as root:
        notice = panel.wait_for_end()
        assert (notice.number, notice.stage is StickStage.DONE) == (case.number, case.number is None), notice
        wait_for(lambda: (receipt_of(root) is not None) is case.receipt, 60, "the receipt")
        receipt = receipt_of(root)
    playing = panel.would_play()
    if case.mode == "off":
        assert playing is None
    else:
        assert playing is not None
        assert playing.serial == case.plays
        check_whole(playing)
        if case.number is not None:
            assert items(playing) == ["media/hijau.mp4"]
        elif case.item_paths is not None:
            assert tuple(items(playing)) == case.item_paths
        else:
            assert "media/merah.mp4" in items(playing)
    raised = [alert for alert in panel.alerts if alert is not None]
    assert len(raised) == (1 if case.number is not None and case.alert else 0)
    if raised:
        assert f"({case.number})" in raised[0]
    if receipt is not None:
        assert (receipt.result, receipt.number) == ("refused" if case.number else "adopted", case.number)
    assert SerialBook(panel.state).last(Source.STICK, office_key().public.name) == max(
        OLD, case.plays if case.build is not good_with_the_second_key else OLD
    )


def test_the_catalogue_is_long_enough() -> None:
    """At least forty different sticks, as the issue asks."""
    assert len(CASES) >= 40


def test_a_problem_of_an_item_is_on_the_receipt(tmp_path: Path, before: Path, clips: dict[str, Path]) -> None:
    """The office reads on the receipt which item was skipped, and why."""
    panel = SimulatedPanel(tmp_path / "usb", tmp_path / "state")
    shutil.copytree(before, panel.state)
    case = CASES["one_hls_text_among_good_films"]
    with panel.room(), plugged(case, panel, tmp_path, clips) as root:
        panel.wait_for_end()
        wait_for(lambda: receipt_of(root) is not None)
        receipt = receipt_of(root)
    assert receipt is not None
    assert any("live.mp4" in problem for problem in receipt.problems)


def test_two_sticks_at_once(tmp_path: Path, before: Path, clips: dict[str, Path]) -> None:
    """The one with the higher serial plays in the end, whichever is read first."""
    panel = SimulatedPanel(tmp_path / "usb", tmp_path / "state")
    shutil.copytree(before, panel.state)
    for name, serial in (("a", 50), ("b", 60)):
        signed(tmp_path / name, clips, serial=serial)
    with panel.room():
        for name in ("a", "b"):
            (tmp_path / name).rename(panel.root / name)
        wait_for(lambda: len(panel.adopted) == 2 or len(panel.alerts) == 1, 60)
        wait_for(lambda: receipt_of(panel.root / "a") and receipt_of(panel.root / "b"), 60)
    playing = panel.would_play()
    assert playing is not None
    assert playing.serial == 60


def test_the_same_serial_and_date_are_not_the_same_bundle(tmp_path: Path, before: Path, clips: dict[str, Path]) -> None:
    """Two bundles signed in one second on two computers: the second is taken, not called "on the panel already"."""
    panel = SimulatedPanel(tmp_path / "usb", tmp_path / "state")
    shutil.copytree(before, panel.state)
    first = signed(tmp_path / "a", clips)
    second = fill(tmp_path / "b", {"media/lain.mp4": clips["blue"], "playlist.m3u8": b"media/lain.mp4\n"})
    sign_folder(second, serial=NEW)
    with panel.room():
        for root in (first.parent, second.parent):
            root.rename(panel.root / root.name)
            wait_for(lambda name=root.name: receipt_of(panel.root / name), 60)  # type: ignore[misc]
    results = [receipt.result for name in "ab" if (receipt := receipt_of(panel.root / name))]
    assert results == ["adopted", "adopted"]
    playing = panel.would_play()
    assert items(playing) == ["media/lain.mp4"]


def first_block(path: Path) -> int:
    """Where on the image the file's first byte lies."""
    told = subprocess.run(["filefrag", "-b1", "-v", str(path)], capture_output=True, text=True, check=True).stdout
    row = next(line for line in told.splitlines() if line.strip().startswith("0:"))
    return int(row.split(":")[2].split("..")[0])


@pytest.mark.root
def test_read_errors_keep_the_old_release(tmp_path: Path, before: Path, clips: dict[str, Path]) -> None:
    """A stick whose blocks cannot be read: 52 STICK NOT READABLE, and the old release plays.

    The image is cut off behind the mount: reading past its end gives EIO, as a dying stick does (no device-mapper here).
    """
    if not can_mount("ext4"):
        pytest.skip("needs loop mounts")
    panel = SimulatedPanel(tmp_path / "usb", tmp_path / "state")
    shutil.copytree(before, panel.state)
    image = Image.make(tmp_path, "ext4", 64).mount()
    try:
        bundle = fill(
            image.root, {"a.mp4": clips["red"], "z.mp4": os.urandom(8 << 20), "playlist.m3u8": b"a.mp4\nz.mp4\n"}
        )
        sign_folder(bundle, serial=NEW)
        os.sync()
        cut = first_block(bundle / "z.mp4") + (4 << 20)
        image.unmount()
        image.root = panel.root / "sdb1"
        with panel.room():
            image.mount(read_only=True)
            os.truncate(image.file, cut)
            notice = panel.wait_for_end()
            assert notice.number in (52, 42), notice
    finally:
        image.unmount()
    playing = panel.would_play()
    assert playing is not None
    assert playing.serial == OLD
    check_whole(playing)


@pytest.mark.root
def test_every_file_system_that_panels_read(tmp_path: Path, before: Path, clips: dict[str, Path]) -> None:
    """A good stick and a changed one on each of vfat, exfat and ext4 that this kernel can mount, not only on the first."""
    kinds = [kind for kind in KINDS if can_mount(kind)]
    if not kinds:
        pytest.skip("needs loop mounts")
    for kind in kinds:
        for name, number in (("good", None), ("one_bit_flipped_in_a_film", 42)):
            folder = tmp_path / f"{kind}-{name}"
            folder.mkdir()
            case = replace(CASES[name], kinds=(kind,))
            panel = SimulatedPanel(folder / "usb", folder / "state")
            shutil.copytree(before, panel.state)
            with panel.room(), plugged(case, panel, folder, clips) as root:
                assert panel.wait_for_end().number == number, kind
                wait_for(lambda root=root: receipt_of(root) is not None, 60, f"the receipt on {kind}")  # type: ignore[misc]
            playing = panel.would_play()
            assert playing is not None
            assert playing.serial == (OLD if number else NEW), kind
            check_whole(playing)


@pytest.mark.root
@pytest.mark.parametrize("seed", range(4))
def test_a_damaged_file_system_harms_nothing(tmp_path: Path, before: Path, clips: dict[str, Path], seed: int) -> None:
    """Garbage over the file system's own blocks: unmountable, refused or taken whole; never half, never an exception."""
    import random

    kinds = [kind for kind in KINDS if can_mount(kind)]
    if not kinds:
        pytest.skip("needs loop mounts")
    panel = SimulatedPanel(tmp_path / "usb", tmp_path / "state")
    shutil.copytree(before, panel.state)
    image = Image.make(tmp_path, kinds[seed % len(kinds)], 16).mount()
    random_ = random.Random(seed)
    signed(image.root, clips)
    image.unmount()
    with open(image.file, "r+b") as raw:
        for _ in range(60):
            raw.seek(random_.randrange(4096, 1 << 20))
            raw.write(random_.randbytes(random_.choice([1, 64, 1024])))
    image.root = panel.root / "sdb1"
    with panel.room():
        try:
            image.mount(read_only=True)
        except subprocess.CalledProcessError:
            image.root.rmdir()
        else:
            panel.wait_for_end()
            image.unmount()
    playing = panel.would_play()
    assert playing is not None
    assert playing.serial in (OLD, NEW)
    check_whole(playing)


def test_the_manifest_of_a_hundred_thousand_files_is_too_large(tmp_path: Path) -> None:
    """A manifest that lists 100,000 files does not fit into 1 MiB: 22."""
    files = tuple(ListedFile(f"m/{n}.mp4", 1, "0" * 64) for n in range(100_000))
    bundle = tmp_path / "usb" / "a" / "panel"
    bundle.mkdir(parents=True)
    sign_raw(bundle, write_manifest(a_manifest(files=files)))
    panel = SimulatedPanel(tmp_path / "usb", tmp_path / "state")
    with panel.room():
        assert panel.wait_for_end().number == 22
    assert ["(22)" in str(alert) for alert in panel.alerts] == [True]
