"""A folder as a stick would carry it: signed, changed since, over, foreign; and the command that signs it."""

from __future__ import annotations

import io
import os
import shlex
import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from player.bundle.manifest import MANIFEST_NAME, SIGNATURE_NAME
from player.office.signing import OfficeError
from player.office.web.sticks.signed import (
    KEY_NAME,
    StickStanding,
    file_name,
    look_at,
    read_public_keys,
    sign_command,
    stick_zip,
)
from tests.kit.bundles import office_key, sign_folder

WALL = datetime(2026, 11, 26, 7, 2, tzinfo=UTC)
KEYS = (office_key().public,)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "kota"
    (place / "media").mkdir(parents=True)
    (place / "playlist.m3u8").write_text("media/a.mp4\n")
    (place / "media/a.mp4").write_bytes(b"film " * 1000)
    return place


def test_a_folder_without_a_signature_waits_for_one(folder: Path) -> None:
    """Also one that has a list and no signature."""
    assert look_at(folder, KEYS, WALL).standing is StickStanding.UNSIGNED
    sign_folder(folder)
    (folder / SIGNATURE_NAME).unlink()
    assert look_at(folder, KEYS, WALL).standing is StickStanding.UNSIGNED


def test_a_signed_folder_is_ready(folder: Path) -> None:
    """With the office's public key at hand its signature is checked, without it the panels check it."""
    manifest = sign_folder(folder)
    found = look_at(folder, KEYS, WALL)
    assert (found.standing, found.checked) == (StickStanding.READY, True)
    assert found.manifest is not None
    assert found.manifest.files == manifest.files
    unchecked = look_at(folder, (), WALL)
    assert (unchecked.standing, unchecked.checked) == (StickStanding.READY, False)


def test_a_folder_that_changed_since_says_by_what(folder: Path) -> None:
    """A file that is new, gone, longer, or as long and different."""
    (folder / "media/b.mp4").write_bytes(b"b")
    (folder / "media/c.mp4").write_bytes(b"c")
    sign_folder(folder)
    (folder / "media/b.mp4").unlink()
    (folder / "media/new.mp4").write_bytes(b"n")
    (folder / "media/c.mp4").write_bytes(b"x")
    os.utime(folder / "media/c.mp4", ns=(later := (folder / MANIFEST_NAME).stat().st_mtime_ns + 10**9, later))
    found = look_at(folder, KEYS, WALL)
    assert found.standing is StickStanding.CHANGED
    assert found.differs == ("media/b.mp4", "media/c.mp4", "media/new.mp4")


def test_a_file_that_was_only_touched_is_not_changed(folder: Path) -> None:
    """A sync tool may give a file a new time; its content counts."""
    sign_folder(folder)
    os.utime(folder / "media/a.mp4", ns=(later := (folder / MANIFEST_NAME).stat().st_mtime_ns + 10**9, later))
    assert look_at(folder, KEYS, WALL).standing is StickStanding.READY


def test_a_signature_of_somebody_else_is_none(folder: Path) -> None:
    """Another key, a changed list."""
    sign_folder(folder, key="stranger")
    assert look_at(folder, KEYS, WALL).standing is StickStanding.FOREIGN
    sign_folder(folder)
    manifest = folder / MANIFEST_NAME
    manifest.write_bytes(manifest.read_bytes().replace(b'"serial": 42', b'"serial": 43'))
    assert look_at(folder, KEYS, WALL).standing is StickStanding.FOREIGN


def test_what_was_signed_for_a_time_is_over_after_it(folder: Path) -> None:
    """And one for next week is carried today."""
    sign_folder(folder, not_after=WALL - timedelta(seconds=1))
    assert look_at(folder, KEYS, WALL).standing is StickStanding.OVER
    sign_folder(folder, not_before=WALL + timedelta(days=7), not_after=WALL + timedelta(days=8))
    assert look_at(folder, KEYS, WALL).standing is StickStanding.READY


def test_what_no_stick_can_carry_is_named(folder: Path, tmp_path: Path) -> None:
    """A link, two names that are one on a stick, a folder that is not there."""
    (folder / "media/link.mp4").symlink_to("/etc/hostname")
    (folder / "media/A.mp4").write_bytes(b"x")
    found = look_at(folder, KEYS, WALL)
    assert found.standing is StickStanding.WRONG
    assert "link" in found.why
    assert "case" in found.why
    assert look_at(tmp_path / "nothing", KEYS, WALL).standing is StickStanding.WRONG


def test_the_content_of_a_stick_is_the_signed_folder(folder: Path) -> None:
    """Below `panel`, with the list last, and the folder in which panels leave their receipts."""
    manifest = sign_folder(folder)
    with zipfile.ZipFile(io.BytesIO(b"".join(stick_zip(folder, manifest).blocks()))) as opened:
        assert opened.namelist() == [
            "panel/receipts/", "panel/media/a.mp4", "panel/playlist.m3u8", f"panel/{SIGNATURE_NAME}", f"panel/{MANIFEST_NAME}",
        ]  # fmt: skip
        for name in (MANIFEST_NAME, SIGNATURE_NAME, "media/a.mp4"):
            assert opened.read(f"panel/{name}") == (folder / name).read_bytes()
    assert file_name("kota/../x", manifest) == "stick-kota-x-42.zip"


@pytest.mark.parametrize(
    ("panels", "words"),
    [
        (("a-1", "b-2", "a-1"), ["--panel", "a-1", "--panel", "b-2"]),
        (("a-1", "*"), ["--panel", "*"]),
        ((), ["--panel", "PANEL"]),
    ],
)
def test_the_command_that_signs_can_be_typed_as_it_stands(panels: tuple[str, ...], words: list[str]) -> None:
    """A shell reads it as it is meant, also a folder with a space in its name."""
    said = sign_command(Path("/srv/office/kota baru"), panels, date(2026, 11, 26))
    assert shlex.split(said) == [
        "panel-office", "sign", "/srv/office/kota baru", *words, "--until", "2027-01-25",
    ]  # fmt: skip


def test_the_offices_public_key_is_read_from_the_data_folder(tmp_path: Path) -> None:
    """As keygen writes it; what is no key is said."""
    assert read_public_keys(tmp_path) == ()
    (tmp_path / KEY_NAME).write_text(f"untrusted comment: minisign public key\n{office_key().public}\n")
    assert read_public_keys(tmp_path) == KEYS
    (tmp_path / KEY_NAME).write_text("secret")
    with pytest.raises(OfficeError):
        read_public_keys(tmp_path)
