"""The office's commands as a person types them: keygen, sign, verify, stick, receipt; with minisign and real mounts."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from player.bundle import minisign
from player.bundle.manifest import MANIFEST_NAME, SIGNATURE_NAME, parse_manifest
from player.bundle.receipt import Receipt, leave_receipt
from player.office import bundles, signing, signing_keys, sticks
from tests.kit.pictures import png
from tests.kit.programs import need
from tests.kit.sticks import Image, can_mount

pytestmark = pytest.mark.slow


def run(*words: str | Path, answer: str = "", status: int = 0) -> Result:
    result = CliRunner().invoke(bundles.app, [*map(str, words)], input=answer)
    assert result.exit_code == status, result.output + repr(result.exception)
    return result


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """A secret key file without password, with its .pub beside it."""
    run("keygen", "--key", tmp_path / "keys" / "office.key", "--no-password")
    return tmp_path / "keys" / "office.key"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "isi"
    (folder / "media").mkdir(parents=True)
    (folder / "playlist.m3u8").write_text("media/a b.png\nmedia/é.png\n")
    for number, name in enumerate(("a b.png", "é.png")):
        (folder / "media" / name).write_bytes(png(200 + number) + name.encode() * 1000)
    return folder


def sign(folder: Path, key: Path, *more: str, status: int = 0) -> Result:
    return run("sign", folder, "--panel", "serang-04", "--key", key, *more, status=status)


LITTLE_MEMORY_KB = 700_000
"""Of addresses: too little for the gigabyte that a password costs by default, and more than a quarter of it."""


def test_keygen_makes_minisigns_files(tmp_path: Path) -> None:
    """With the password of standard input minisign signs with our key file, and the public line is printed.

    Here on a computer with little memory, where the password costs a quarter; that the whole cost is minisign's own is proved in
    tests/bundle/test_minisign.py, with a key of minisign's.
    """
    need("minisign")
    limited = f'ulimit -v {LITTLE_MEMORY_KB} && exec "$@"'
    words = [sys.executable, "-m", "player.office", "keygen", "--key", str(tmp_path / "k.key")]
    made = subprocess.run(
        ["sh", "-c", limited, "sh", *words], input="rahasia\n", text=True, check=True, capture_output=True
    )
    public = minisign.parse_public_key((tmp_path / "k.pub").read_text())
    assert f'keys = ["{public}"]' in made.stdout
    assert (tmp_path / "k.key").stat().st_mode & 0o777 == 0o600
    raw = base64.b64decode((tmp_path / "k.key").read_text().splitlines()[1])
    assert (raw[2:4], int.from_bytes(raw[46:54], "little")) == (signing_keys.KDF_SCRYPT, 1 << 28)
    (tmp_path / "m").write_text("x")
    words = ["minisign", "-S", "-m", str(tmp_path / "m"), "-s", str(tmp_path / "k.key")]
    subprocess.run(words, input="rahasia\n", text=True, check=True, capture_output=True)
    run("keygen", "--key", tmp_path / "k.key", "--no-password", status=1)  # never over a key that is there


def test_minisign_verifies_what_sign_signs(folder: Path, key: Path) -> None:
    """The stock minisign checks the manifest that sign wrote; every file is in it with size and hash."""
    need("minisign")
    sign(folder, key)
    words = ["minisign", "-V", "-m", str(folder / MANIFEST_NAME), "-p", str(key.with_suffix(".pub"))]
    assert "serial:1" in subprocess.run(words, text=True, check=True, capture_output=True).stdout
    manifest = parse_manifest((folder / MANIFEST_NAME).read_bytes())
    assert [file.path for file in manifest.files] == ["media/a b.png", "media/é.png", "playlist.m3u8"]
    assert manifest.panels == ("serang-04",)


def test_the_serial_only_rises(folder: Path, key: Path, tmp_path: Path) -> None:
    """Each signing raises it; a fresh folder goes on from the key's memory; a higher one in the folder counts."""
    for serial in (1, 2):
        assert f"serial {serial} for serang-04" in sign(folder, key).output
    other = tmp_path / "other"
    shutil.copytree(folder, other, ignore=shutil.ignore_patterns("manifest*"))
    assert "serial 3 for" in sign(other, key).output
    assert "serial 100 for" in sign(folder, key, "--serial", "100").output
    key.with_name(key.name + ".serial").unlink()
    assert "serial 101 for" in sign(folder, key).output


def test_dates_are_inclusive_days(folder: Path, key: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """--from and --until take days of this computer's zone; the last day belongs to it."""
    assert signing.parse_moment("2026-12-31T18:00:00+07:00", end=True) == datetime(2026, 12, 31, 11, tzinfo=UTC)
    first = signing.parse_moment("2098-12-31", end=False)
    assert signing.parse_moment("2098-12-31", end=True) - first == timedelta(days=1)
    told = sign(folder, key, "--until", "2098-12-31", "--from", "2098-12-01").output
    assert "until 2098-12-31 (the whole day)" in " ".join(told.split())
    manifest = parse_manifest((folder / MANIFEST_NAME).read_bytes())
    assert manifest.not_after == first + timedelta(days=1)
    for wrong in ("2020-01-01", "tomorrow", "2026-13-01"):
        sign(folder, key, "--until", wrong, status=1)
    sign(folder, key, "--until", "2097-01-01", "--from", "2098-01-01", status=1)


def test_what_sync_tools_leave_is_not_signed(folder: Path, key: Path) -> None:
    """Temporary and system files are left out; receipts too; a second signing does not list the first one's files."""
    for name in (".syncthing.a.mp4.tmp", "x.partial", ".DS_Store", "Thumbs.db", "._a.mp4"):
        (folder / name).write_text("x")
    for name in (".stfolder", "System Volume Information", ".stversions", "receipts"):
        (folder / name).mkdir()
        (folder / name / "x").write_text("x")
    sign(folder, key)
    sign(folder, key)
    manifest = parse_manifest((folder / MANIFEST_NAME).read_bytes())
    assert [file.path for file in manifest.files] == ["media/a b.png", "media/é.png", "playlist.m3u8"]


def test_what_cannot_be_played_is_said_before_signing(folder: Path, key: Path) -> None:
    """A missing film and a broken picture: each with its line, nothing is signed; --force signs all the same."""
    (folder / "playlist.m3u8").write_text("media/a b.png\nmedia/none.mp4\nmedia/é.png\n")
    (folder / "media" / "é.png").write_bytes(b"not a picture")
    told = sign(folder, key, status=1).output
    assert "playlist.m3u8 line 2" in told
    assert "é.png" in told
    assert not (folder / MANIFEST_NAME).exists()
    assert "signed: serial 1" in sign(folder, key, "--force").output
    assert sign(folder, key, status=1).output.count("manifest.json") == 0  # the old one is no fault


def test_every_bad_name_is_told_at_once(folder: Path, key: Path) -> None:
    """Links, twins in case and impossible names are all listed, each with what to do, and nothing is signed."""
    (folder / "link.mp4").symlink_to("/etc/passwd")
    (folder / "MEDIA").mkdir()
    (folder / "MEDIA" / "A B.PNG").write_text("x")
    (folder / "new\nline.mp4").write_text("x")
    (folder / "back\\slash.mp4").write_text("x")
    told = sign(folder, key, status=1).output
    for word in ("link.mp4", "A B.PNG", "line.mp4", "slash.mp4"):
        assert word in told
    assert told.count("\n") == 4
    assert not (folder / MANIFEST_NAME).exists()


def test_a_wrong_call_says_what_to_do(folder: Path, key: Path, tmp_path: Path) -> None:
    """No key, no folder, an empty folder, a name that is no panel's: exit status 1 and one line, no traceback."""
    (tmp_path / "empty").mkdir()
    assert "keygen" in run("sign", folder, "-p", "serang-04", "-k", tmp_path / "none.key", status=1).output
    assert "not a panel's name" in run("sign", folder, "-p", "Serang 4", "-k", key, status=1).output
    assert "is not there" in run("sign", tmp_path / "none", "-p", "serang-04", "-k", key, status=1).output
    assert "no file" in run("sign", tmp_path / "empty", "-p", "serang-04", "-k", key, status=1).output
    assert "secret key is damaged" in run("sign", folder, "-p", "a-b", "-k", folder / "playlist.m3u8", status=1).output
    assert "not signed" in run("verify", folder, "-k", key.with_suffix(".pub"), status=1).output
    none = tmp_path / "none"
    for words in (("verify", none), ("receipt", none), ("stick", none, tmp_path), ("verify", folder, "-k", none)):
        assert "is not there" in run(*words, status=1).output
    assert "is a file" in run("receipt", folder / "playlist.m3u8", status=1).output


def test_the_offices_own_key_is_found(folder: Path, key: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where PANEL_OFFICE_KEY names the secret key, `verify` takes the public one beside it."""
    sign(folder, key)
    monkeypatch.setenv("PANEL_OFFICE_KEY", str(key))
    assert "good: serial 1" in run("verify", folder).output


@pytest.mark.parametrize("command", ["verify", "stick"])
def test_every_command_takes_the_key_that_sign_was_given(
    command: str, folder: Path, key: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The secret key's file means the public one beside it, as --key and in PANEL_OFFICE_KEY; where none is, that is told."""
    sign(folder, key)
    (tmp_path / "usb").mkdir()
    words: list[str | Path] = [command, folder]
    if command == "stick":
        words += [tmp_path / "usb", "--plain-folder"]
    assert "serial 1" in run(*words, "--key", key).output
    monkeypatch.setenv("PANEL_OFFICE_KEY", str(key))
    assert "serial 1" in run(*words).output
    monkeypatch.setenv("PANEL_OFFICE_KEY", str(tmp_path / "other.key"))
    assert f"{tmp_path / 'other.pub'} is not there; give --key" in run(*words, status=1).output.replace("\n", "")


def test_a_wrong_password_signs_nothing(folder: Path, tmp_path: Path) -> None:
    """The key's password is asked for, from standard input when there is no terminal."""
    secret = signing_keys.generate_key()
    (tmp_path / "k.key").write_text(
        signing_keys.write_secret_key(secret, "ya", operations=1 << 19, memory_bytes=1 << 24)
    )
    words = ("sign", folder, "-p", "serang-04", "-k", tmp_path / "k.key")
    assert "wrong password" in run(*words, answer="tidak\n", status=1).output
    assert not (folder / MANIFEST_NAME).exists()
    run(*words, answer="ya\n")


def test_verify_names_every_difference(folder: Path, key: Path) -> None:
    """Changed, missing, replaced by a link: each with its number; the signature and the panel are asked too."""
    sign(folder, key)
    public = key.with_suffix(".pub")
    assert "good: serial 1" in run("verify", folder, "-k", public).output
    assert (
        "good: serial 1"
        in run("verify", folder, "-k", public.read_text().splitlines()[1], "--panel", "serang-04").output
    )
    assert "(31)" in run("verify", folder, "-k", public, "--panel", "serang-05", status=1).output
    assert "(13)" in run("verify", folder, "-k", str(signing_keys.generate_key().public), status=1).output
    flipped = (folder / "media" / "a b.png").read_bytes()[:-1] + b"!"
    (folder / "media" / "a b.png").write_bytes(flipped)
    (folder / "media" / "é.png").unlink()
    (folder / "playlist.m3u8").rename(folder / "p")
    (folder / "playlist.m3u8").symlink_to("p")
    told = run("verify", folder, "-k", public, status=1).output
    for number, path in ((42, "media/a b.png"), (41, "media/é.png"), (43, "playlist.m3u8")):
        assert f"{number} {path}" in told
    (folder / MANIFEST_NAME).write_bytes((folder / MANIFEST_NAME).read_bytes().replace(b"serang-04", b"serang-05"))
    assert "(12)" in run("verify", folder, "-k", public, status=1).output


@pytest.fixture
def image(tmp_path: Path) -> Iterator[Image]:
    """A mounted stick of 16 MiB, with the best file system that this machine can mount; a plain folder elsewhere."""
    with Image.fresh(tmp_path, size_mib=16) as fresh:
        yield fresh


def stick(folder: Path, image: Image, key: Path, *more: str, status: int = 0) -> Result:
    plain = [] if image.mounted else ["--plain-folder"]
    return run("stick", folder, image.root, "-k", key.with_suffix(".pub"), *plain, *more, status=status)


@pytest.mark.live
def test_stick_copies_and_reads_back(folder: Path, key: Path, image: Image) -> None:
    """The bundle lies in panel/ with a receipts folder, verify accepts it, and it says that the stick may be pulled."""
    sign(folder, key)
    told = stick(folder, image, key).output
    if image.mounted:
        assert "Eject" in told
    assert (image.root / "panel" / "receipts").is_dir()
    assert "good: serial 1" in run("verify", image.root, "-k", key.with_suffix(".pub")).output


@pytest.mark.live
def test_stick_makes_the_panel_folder_a_mirror(folder: Path, key: Path, image: Image) -> None:
    """What does not belong goes (after asking), receipts stay, what is there already is only compared."""
    sign(folder, key)
    stick(folder, image, key)
    inside = image.root / "panel"
    (inside / "receipts" / "r.json").write_text("{}")
    (inside / "old").mkdir()
    (inside / "old" / "film.mp4").write_text("x")
    (inside / "media" / "a b.png").write_bytes(b"z" * (folder / "media" / "a b.png").stat().st_size)
    (folder / "media" / "new.png").write_text("new")
    sign(folder, key)
    assert stick(folder, image, key, status=1).output.count("old/film.mp4") == 1  # asked, and nobody said yes
    assert (inside / "old" / "film.mp4").exists()
    stick(folder, image, key, "--yes")
    assert not (inside / "old").exists()
    assert (inside / "receipts" / "r.json").exists()
    assert "good: serial 2" in run("verify", image.root, "-k", key.with_suffix(".pub")).output


@pytest.mark.live
def test_a_stick_that_broke_off_holds_no_bundle(folder: Path, key: Path, image: Image) -> None:
    """The old manifest goes before the first file and the new one comes after the last."""
    sign(folder, key)
    stick(folder, image, key)
    for path in (folder / "media").iterdir():
        path.write_bytes(path.read_bytes() * 2)
    sign(folder, key)

    def pulled(count: int) -> None:
        raise OSError(5, "pulled")

    place = sticks.look_at(image.root)
    manifest = parse_manifest((folder / MANIFEST_NAME).read_bytes())
    with pytest.raises(signing.OfficeError, match="cannot be read"):
        sticks.write_stick(folder, manifest, place, sticks.plan_copy(place, manifest), pulled)
    assert not (image.root / "panel" / MANIFEST_NAME).exists()
    assert not (image.root / "panel" / SIGNATURE_NAME).exists()


@pytest.mark.live
def test_a_folder_changed_after_signing_is_noticed(folder: Path, key: Path, image: Image) -> None:
    """What was read back is compared with what was signed: a changed source never makes a bundle."""
    sign(folder, key)
    (folder / "media" / "a b.png").write_bytes(b"y" * (folder / "media" / "a b.png").stat().st_size)
    assert "sign the folder again" in stick(folder, image, key, status=1).output
    assert not (image.root / "panel" / MANIFEST_NAME).exists()


@pytest.mark.live
def test_too_little_room_is_said_before_copying(folder: Path, key: Path, image: Image) -> None:
    """A bundle that does not fit is refused with both numbers and the stick is left as it was."""
    if not image.mounted:
        pytest.skip("needs a mounted stick")
    (folder / "media" / "large.mp4").write_bytes(os.urandom(20 << 20))
    sign(folder, key)
    assert "use a larger stick" in stick(folder, image, key, status=1).output
    assert not (image.root / "panel").exists()


def test_only_a_mounted_stick_is_written(folder: Path, key: Path, tmp_path: Path) -> None:
    """An ordinary folder, the folder itself, or a read-only mount is refused unless asked for."""
    sign(folder, key)
    public = key.with_suffix(".pub")
    (tmp_path / "plain").mkdir()
    assert "nothing is mounted" in run("stick", folder, tmp_path / "plain", "-k", public, status=1).output
    run("stick", folder, tmp_path / "plain", "-k", public, "--plain-folder")
    assert (
        "are the same" in run("stick", tmp_path / "plain" / "panel", tmp_path / "plain", "-k", public, status=1).output
    )
    assert "not there" in run("stick", folder, tmp_path / "none", "-k", public, status=1).output


@pytest.mark.live
def test_a_read_only_stick_says_so(folder: Path, key: Path, tmp_path: Path) -> None:
    """A locked stick is told apart from a full one."""
    if not can_mount("ext4"):
        pytest.skip("needs loop mounts")
    sign(folder, key)
    with Image.fresh(tmp_path, size_mib=16, kinds=("ext4",), read_only=True) as image:
        assert "read-only" in stick(folder, image, key, status=1).output


@pytest.mark.parametrize(
    ("kind", "name", "bytes_"), [("vfat", "a.mp4", 4 << 30), ("exfat", "film:b.mp4", 1), ("vfat", "x. ", 1)]
)
def test_names_and_sizes_that_a_stick_cannot_hold(kind: str, name: str, bytes_: int, tmp_path: Path) -> None:
    """4 GiB on vfat, and names that FAT cannot hold, are refused before anything is copied."""
    target = sticks.Target(tmp_path, kind, False, 1 << 40)
    manifest = parse_manifest(
        b'{"format":1,"serial":1,"panels":["*"],"created":"2026-01-01T00:00:00Z","files":'
        b'[{"path":"%s","bytes":%d,"sha256":"%s"}]}' % (name.encode(), bytes_, b"0" * 64)
    )
    with pytest.raises(signing.OfficeError, match=r"vfat|rename"):
        sticks.check_target(target, manifest)
    sticks.check_target(sticks.Target(tmp_path, "ext4", False, 1 << 40), manifest)
    with pytest.raises(signing.OfficeError, match="exfat"):
        sticks.check_target(sticks.Target(tmp_path, "ntfs", False, 1 << 40), manifest)


def test_receipts_are_shown_without_their_tricks(tmp_path: Path) -> None:
    """Receipts are listed oldest first; what is none is named; control characters reach no terminal."""
    inside = tmp_path / "panel"
    (inside / "receipts").mkdir(parents=True)
    assert "no receipts" in run("receipt", tmp_path).output
    at = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
    leave_receipt(inside, Receipt("serang-05", at, "plausible", "refused", 12, "\x1b[31mred", "sign again"))
    leave_receipt(
        inside, Receipt("serang-04", at - timedelta(days=1), "synced", "adopted", serial=7, release=3, files=2)
    )
    (inside / "receipts" / "x\x1b[2J.json").write_text("{}")
    told = run("receipt", tmp_path).output
    assert told.index("serang-04") < told.index("serang-05")
    assert "refused (12)" in told
    assert "clock: plausible" in told
    assert "is not a receipt" in told
    assert "\x1b" not in told
