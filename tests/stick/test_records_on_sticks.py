"""Records on sticks: batches go home beside the receipt, acknowledgements come with the next signed bundle."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image

from player.bundle.receipt import (
    OUT_TRAY,
    RECEIPTS_KEPT,
    TRAY_RECORDS,
    Receipt,
    leave_receipt,
    leave_records,
    post_receipt,
    read_receipts,
)
from player.bundle.stick_records import (
    ACKNOWLEDGEMENTS_NAME,
    BATCH_BYTES,
    StickBatch,
    join_batches,
    list_batches,
    read_batch,
    split_batches,
)
from player.contract.record_batches import encode_acks, make_ack
from player.core.events import RecordsAcknowledged
from player.stick.acknowledged import read_ack
from player.stick.receipt_writer import empty_tray
from tests.kit.bundles import PANEL, a_manifest, list_files, sign_folder
from tests.kit.records import TestKey, packed_batch, some_records
from tests.kit.sticks import loop_stick
from tests.stick.simulated_panel import SimulatedPanel, fill

pytestmark = pytest.mark.slow

AT = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
OFFICE = TestKey(5)
ACK = make_ack(PANEL, 120, "ab" * 32, OFFICE.sign, OFFICE.public)


def batches(count: int = 3) -> list[StickBatch]:
    return [
        StickBatch(1 + 10 * n, 10 + 10 * n, packed_batch(some_records(10, first=1 + 10 * n))[0]) for n in range(count)
    ]


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    made = tmp_path / "stick" / "panel"
    (made / "receipts").mkdir(parents=True)
    return made


# ---- home


def test_batches_lie_beside_the_receipts(bundle: Path) -> None:
    """In order, whole, under the panel's name; the receipts are read as before, and a second visit writes nothing twice."""
    assert leave_receipt(bundle, Receipt(PANEL, AT, "synced", "adopted")) is not None
    assert leave_records(bundle, PANEL, batches()) == 3
    assert leave_records(bundle, PANEL, batches(4)) == 1
    found = list_batches(bundle)
    assert [panel for panel, _ in found] == [PANEL] * 4
    assert [read_batch(bundle, name) for _, name in found] == [batch.packed for batch in batches(4)]
    receipts, strange = read_receipts(bundle)
    assert len(receipts) == 1
    assert strange == []


def test_batches_do_not_fill_the_folder_of_receipts(bundle: Path) -> None:
    """However many batches lie there, receipts have their own limit."""
    leave_records(bundle, PANEL, [StickBatch(n, n, b"x") for n in range(1, RECEIPTS_KEPT + 10)])
    assert leave_receipt(bundle, Receipt(PANEL, AT, "synced", "adopted")) is not None


@pytest.mark.parametrize("which", ["panel", "panel/receipts"])
def test_no_link_leads_a_batch_out_of_the_stick(tmp_path: Path, bundle: Path, which: str) -> None:
    """A folder that is a link takes none; a panel without a panel's name leaves none."""
    victim = tmp_path / "victim"
    (victim / "receipts").mkdir(parents=True)
    place = tmp_path / "stick" / which
    shutil.rmtree(place)
    place.symlink_to(victim if which == "panel" else victim / "receipts")
    assert leave_records(bundle, PANEL, batches()) == 0
    assert [path for path in victim.rglob("*") if path.is_file()] == []


def test_a_name_that_is_no_panels_leaves_no_batch(bundle: Path) -> None:
    """Root writes what the tray calls a panel: only a panel's name becomes part of a file name."""
    assert leave_records(bundle, "../../x", batches()) == 0


@pytest.mark.parametrize(
    "raw",
    [
        b"x", b"\0" * 20, join_batches(batches())[:-1], join_batches([StickBatch(5, 4, b"x")]),
        join_batches([StickBatch(1, 10**12, b"x")]), join_batches([StickBatch(1, 2, b"x" * (BATCH_BYTES + 1))]),
    ],
    ids=lambda raw: f"{len(raw)} bytes",
)  # fmt: skip
def test_what_is_no_row_of_batches_is_refused(raw: bytes) -> None:
    """The tray's file may hold anything: cut short, no numbers, far too large."""
    with pytest.raises(ValueError, match=r"cut short|not a batch"):
        list(split_batches(raw))


def test_the_tray_keeps_the_newest_records_only(tmp_path: Path) -> None:
    """Without the receipt writer nobody empties it: the receipts of eight visits stay, and the records of one."""
    for _ in range(3):
        post_receipt(tmp_path, "/dev/sdb1", Receipt(PANEL, AT, "synced", "adopted"), batches())
    names = sorted(path.suffix for path in (tmp_path / OUT_TRAY).iterdir())
    assert names == [TRAY_RECORDS, ".json", ".json", ".json"]


@pytest.mark.skipif(os.getuid() != 0, reason="needs root, loop devices")
@pytest.mark.root
@pytest.mark.live
def test_the_writer_takes_them_from_the_tray_to_the_stick(tmp_path: Path) -> None:
    """In the one moment in which the stick is writable; the tray is empty afterwards."""
    state = tmp_path / "state"
    with loop_stick(tmp_path) as (device, root, stick):
        post_receipt(state, device, Receipt(PANEL, AT, "synced", "adopted"), batches())
        assert empty_tray(state, root) == 1
        assert [read_batch(stick / "panel", name) for _, name in list_batches(stick / "panel")] == [
            batch.packed for batch in batches()
        ]
        assert os.statvfs(stick).f_flag & os.ST_RDONLY
    assert list((state / OUT_TRAY).iterdir()) == []


# ---- back


@pytest.fixture
def panel(tmp_path: Path) -> SimulatedPanel:
    Image.new("RGB", (64, 36), "red").save(tmp_path / "a.png")
    return SimulatedPanel(tmp_path / "sticks", tmp_path / "state")


def plug(panel: SimulatedPanel, tmp_path: Path, acks: bytes, spoil: bytes | None = None, key: str = "office") -> None:
    """A stick whose bundle brings acknowledgements. spoil: what lies there in their place after the signing."""
    root = panel.root / "A"
    made = fill(root, {"a.png": tmp_path / "a.png", ACKNOWLEDGEMENTS_NAME: acks})
    sign_folder(made, key)
    if spoil is not None:
        (made / ACKNOWLEDGEMENTS_NAME).write_bytes(spoil)
    with panel.room():
        panel.wait_for_end()


def acknowledged(panel: SimulatedPanel) -> list[object]:
    return [event.acknowledgement for event in panel.events if isinstance(event, RecordsAcknowledged)]


def test_a_signed_bundle_brings_the_acknowledgement(panel: SimulatedPanel, tmp_path: Path) -> None:
    """The panel's own, of those of the whole fleet; the content is taken in as ever."""
    plug(panel, tmp_path, encode_acks({PANEL: ACK, "serang-05": make_ack("serang-05", 7, "cd" * 32, OFFICE.sign, "")}))
    assert acknowledged(panel) == [ACK]
    assert len(panel.adopted) == 1
    assert [detail for detail in panel.alerts if detail] == []


def test_a_bundle_that_no_key_signed_brings_none(bundle: Path) -> None:
    """With trust.stick = "any" its films play, but its word on records does not count."""
    (bundle / ACKNOWLEDGEMENTS_NAME).write_bytes(encode_acks({PANEL: ACK}))
    listed = list_files(bundle)
    assert read_ack(bundle, a_manifest(files=listed, key="ABCD"), PANEL) == ACK
    assert read_ack(bundle, a_manifest(files=listed, key=""), PANEL) is None
    assert read_ack(bundle, None, PANEL) is None


@pytest.mark.parametrize("acks", [b"", b"not JSON", b'{"v":1,"panels":{"serang-04":{}}}', b"[" * 5000])
def test_a_fault_in_it_does_not_refuse_the_stick(panel: SimulatedPanel, tmp_path: Path, acks: bytes) -> None:
    """The content of the stick is taken in, nothing is acknowledged."""
    plug(panel, tmp_path, acks)
    assert acknowledged(panel) == []
    assert len(panel.adopted) == 1


@pytest.mark.parametrize(("key", "spoilt"), [("thief", False), ("office", True)])
def test_only_what_the_office_signed_counts(panel: SimulatedPanel, tmp_path: Path, key: str, spoilt: bool) -> None:
    """Another key, or a file of the same size that is not the one that was listed: nothing is acknowledged."""
    good = encode_acks({PANEL: ACK})
    other = encode_acks({PANEL: make_ack(PANEL, 999, "ab" * 32, OFFICE.sign, OFFICE.public)})
    assert len(other) == len(good)
    plug(panel, tmp_path, good, other if spoilt else None, key)
    assert acknowledged(panel) == []
