"""What sticks bring back: receipts are kept, batches of records are laid out, and a hostile file costs nothing."""

from __future__ import annotations

import asyncio
import json
import os
import stat
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from player.office.web.sticks.returned import KEPT, KeptReceipt, Returned, ReturnedFault, ReturnedSticks
from tests.kit.returned import BATCH, BATCH_NAME, REFUSED, TAKEN, text, zipped

pytestmark = pytest.mark.heavy


def take(folder: Path, *files: tuple[str, bytes]) -> tuple[Returned, dict[str, bytes]]:
    """What came of it, and the batches that were laid out for the database."""

    async def run(sticks: ReturnedSticks) -> tuple[Returned, dict[str, bytes]]:
        with sticks.place() as place:
            laid = []
            for number, (name, content) in enumerate(files):
                path = place / f"sent-{number}"
                path.write_bytes(content)
                laid.append((name, path))
            done = await sticks.take(place, laid)
            receipts = Path(done.folder) / "receipts" if done.folder else place / "nothing"
            return done, {path.name: path.read_bytes() for path in sorted(receipts.glob("*"))}

    with ReturnedSticks(folder) as sticks:
        return asyncio.run(run(sticks))


def kept(folder: Path, language: str = "en") -> list[KeptReceipt]:
    with ReturnedSticks(folder) as sticks:
        return asyncio.run(sticks.receipts(language))


def test_a_receipts_folder_as_a_zip_is_taken_in(tmp_path: Path) -> None:
    """Receipts are kept, and told in the reader's language; batches are laid out as on a stick; the rest is passed over."""
    done, batches = take(tmp_path, ("stick.zip", zipped({
        "panel/receipts/a.json": text(TAKEN), "panel/receipts/b.json": text(REFUSED), f"panel/receipts/{BATCH_NAME}": BATCH,
        "panel/manifest.json": b"{}", "panel/media/a.json": b"{}", "__MACOSX/panel/receipts/._a.json": b"x",
    })))  # fmt: skip
    assert (done.receipts, done.batches, done.strange) == (2, 1, [])
    assert batches == {BATCH_NAME: BATCH}
    found = kept(tmp_path)
    assert {(each.panel, each.result, each.serial, each.number) for each in found} == {
        ("serang-04", "adopted", 42, None), ("serang-05", "refused", None, 32),
    }  # fmt: skip
    assert ("result", "adopted") in next(each.lines for each in found if each.panel == "serang-04")
    assert ("hasil", "diambil") in next(each.lines for each in kept(tmp_path, "id") if each.panel == "serang-04")


def test_single_files_are_taken_in_too(tmp_path: Path) -> None:
    """As a browser sends a folder: each file with its name."""
    done, batches = take(tmp_path, ("receipts/a.json", text(TAKEN)), (f"receipts/{BATCH_NAME}", BATCH))
    assert (done.receipts, done.batches) == (1, 1)
    assert batches == {BATCH_NAME: BATCH}


def test_the_same_stick_again_changes_nothing(tmp_path: Path) -> None:
    """Its receipts are known; nothing stands twice."""
    for expected in ((1, 0), (0, 1)):
        done, _ = take(tmp_path, ("a.json", text(TAKEN)))
        assert (done.receipts, done.again) == expected
    assert len(kept(tmp_path)) == 1


def test_what_is_no_receipt_is_named(tmp_path: Path) -> None:
    """And the others are taken all the same; its name cannot drive anything."""
    done, _ = take(
        tmp_path, ("b.zip", zipped({"a.json": text(TAKEN), "x\u202e\x07.json": b"[", "y.json": b"[" * 100_000}))
    )
    assert done.receipts == 1
    assert done.strange == ["x\u00b7\u00b7.json", "y.json"]


def symlinked(info: zipfile.ZipInfo) -> None:
    info.external_attr = (stat.S_IFLNK | 0o777) << 16


def bomb() -> bytes:
    return zipped({f"{n}.json": bytes(1 << 20) for n in range(20)})


def encrypted() -> bytes:
    """The flag of a password, in the table and before the content."""
    raw = bytearray(zipped({"a.json": text(TAKEN)}))
    for mark, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        raw[raw.index(mark) + at] |= 1
    return bytes(raw)


@pytest.mark.parametrize(
    ("name", "make", "code"),
    [
        ("a.zip", lambda: b"PK\3\4" + os.urandom(5000), "damaged"),
        ("a.zip", lambda: zipped({"a.json": text(TAKEN)})[:-30], "damaged"),
        ("a.zip", lambda: zipped({"a.json": text(TAKEN)}, symlinked), "damaged"),
        ("a.zip", encrypted, "encrypted"),
        ("a.zip", bomb, "too-large"),
        ("a.json", lambda: b" " * (300 << 10), "too-large"),
        (BATCH_NAME, lambda: bytes((1 << 20) + 1), "too-large"),
        ("a.zip", lambda: zipped({f"{n}.txt": b"" for n in range(6000)}), "too-many"),
        ("a.zip", lambda: zipped({f"{n}.json": text(replace(TAKEN, files=n)) for n in range(500)}), "too-many"),
    ],
    ids=["noise", "cut", "link", "password", "bomb", "large", "large-batch", "many", "many-receipts"],
)
def test_a_hostile_file_is_refused_as_a_whole(tmp_path: Path, name: str, make: Callable[[], bytes], code: str) -> None:
    """With its reason; nothing of it is kept, also of what was sent beside it, and nothing is left behind."""
    with pytest.raises(ReturnedFault) as caught:
        take(tmp_path, ("good.json", text(TAKEN)), (name, make()))
    assert caught.value.code == code
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    "name", ["../../../evil.json", "/etc/evil.json", "..\\..\\evil.json", "C:\\evil.json", "a/../../b.json"]
)
def test_a_name_never_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    """A receipt is kept under its panel's name, whatever it was called."""
    data = tmp_path / "data"
    data.mkdir()
    take(data, ("a.zip", zipped({f"receipts/{name}": text(TAKEN)})), (name, text(REFUSED)))
    outside = [path for path in tmp_path.rglob("*.json") if not path.is_relative_to(data / KEPT)]
    assert outside == []
    assert {path.name[:9] for path in (data / KEPT).rglob("*.json")} <= {"serang-04", "serang-05"}


def test_a_hostile_receipt_does_not_spoil_the_page(tmp_path: Path) -> None:
    """Numbers that are none, a text of 200,000 letters, script: each is kept as far as it can be told."""
    odd = json.loads(text(TAKEN))
    odd |= {"result": "<script>" * 20_000, "serial": -(10**30), "number": -7, "stick_label": "\u202e<b>"}
    take(tmp_path, ("odd.json", json.dumps(odd).encode()), ("good.json", text(TAKEN)))
    found = kept(tmp_path)
    assert any(each.panel == "serang-04" and each.result == "adopted" for each in found)
    assert all(len(value) <= 300 for each in found for _, value in each.lines)


def test_what_a_server_left_behind_goes(tmp_path: Path) -> None:
    """It ended in the middle of a question: what had been sent is not kept."""
    left = tmp_path / "sticks-in/abc/sent-0"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"x")
    kept(tmp_path)
    assert not left.exists()
