"""The one program that ever writes to a stick: it remounts it, leaves the receipts of the out-tray, and locks it again.

Knows: which device may be written: one that is mounted below usb.mount_root. Touches: those sticks' `panel/receipts`.
Must not: be part of the daemon, which has no right to mount; believe more of the out-tray than a device and a receipt.

`python -m player.stick.receipt_writer STATE_FOLDER MOUNT_ROOT`, as root, started by systemd when the tray fills. The
exit status is 1 while something stays in the tray: systemd/panel-receipt.service then waits before the next start.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from player.base.text import ascii_name
from player.bundle.manifest import BUNDLE_NAME, read_regular
from player.bundle.receipt import (
    OUT_TRAY,
    RECEIPT_LIMIT_BYTES,
    TRAY_RECORDS,
    leave_receipt,
    leave_records,
    parse_text,
    wants_receipt,
)
from player.bundle.refusals import BundleRefused
from player.bundle.stick_records import RECORD_FILES_KEPT, STICK_BYTES, StickBatch, split_batches
from player.stick.plugged import NAME_LIMIT, Stick, find_sticks

log = logging.getLogger(__name__)

POSTED = re.compile(r"\d+\.json")
STARTS_US = ".json"  # systemd/panel-receipt.path starts the writer for as long as such a name is in the tray
MOUNT_S = 20.0  # a remount of a sound stick takes milliseconds


def empty_tray(state_folder: Path, mount_root: Path) -> int:
    """Writes every posted receipt whose stick is still there; each is tried once. Returns how many were written.

    Whatever else starts this program leaves the tray as well: another name, a link, a folder.
    """
    try:
        handle = os.open(state_folder / OUT_TRAY, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return 0  # nothing was ever posted
    written = 0

    @cache
    def sticks() -> dict[str, Stick]:  # looked for once, and only for a receipt that is one
        return {stick.device: stick for stick in find_sticks(mount_root) if stick.device is not None}

    # The tray belongs to the daemon's user, and this is root: held by its handle, it cannot become another folder.
    tray = Path(f"/proc/self/fd/{handle}")
    try:
        for name in sorted(name for name in os.listdir(handle) if name.endswith(STARTS_US)):
            try:
                written += _deliver(tray, name, sticks)
            finally:
                _take_away(name.removesuffix(STARTS_US) + TRAY_RECORDS, handle)
                _take_away(name, handle)
    finally:
        os.close(handle)
    return written


def _deliver(tray: Path, name: str, sticks: Callable[[], dict[str, Stick]]) -> bool:
    """Writes the receipt `name` on its stick; says why not in the log, and raises nothing."""
    try:
        if not POSTED.fullmatch(name):
            raise ValueError("no name that the daemon gives")
        table = json.loads(read_regular(tray, name, 2 * RECEIPT_LIMIT_BYTES) or b"")
        receipt = parse_text(str(table["receipt"]).encode())
        stick = sticks().get(table["device"])
        if stick is None or not wants_receipt(stick.root / BUNDLE_NAME):
            return False
        batches = _posted_records(tray, name)
        with _writable(stick):
            left = leave_receipt(stick.root / BUNDLE_NAME, receipt) is not None
            if left and batches:
                leave_records(stick.root / BUNDLE_NAME, receipt.panel, batches)
            return left
    except (OSError, subprocess.SubprocessError) as error:
        log.warning("%s: this receipt could not be written: %s", ascii_name(name, NAME_LIMIT), error)
    except (ValueError, KeyError, TypeError, RecursionError, BundleRefused):
        log.warning("%s: not a receipt for a stick; who wrote that into the out-tray?", ascii_name(name, NAME_LIMIT))
    return False


def _posted_records(tray: Path, name: str) -> list[StickBatch]:
    """The batches that were posted with the receipt. Raises ValueError, OSError, BundleRefused."""
    most = STICK_BYTES + RECORD_FILES_KEPT * 32
    raw = read_regular(tray, name.removesuffix(STARTS_US) + TRAY_RECORDS, most)
    if raw is None:
        return []
    if len(raw) > most:
        raise ValueError("more records than a stick takes")
    return list(split_batches(raw))


def _take_away(name: str, tray: int) -> None:
    """Out of the tray with it; a folder that is not empty gets a name for which nothing is started."""
    with contextlib.suppress(OSError):
        os.unlink(name, dir_fd=tray)
        return
    with contextlib.suppress(OSError):
        os.rmdir(name, dir_fd=tray)
        return
    with contextlib.suppress(OSError):
        os.rename(name, f"strange-{time.time_ns()}", src_dir_fd=tray, dst_dir_fd=tray)


@contextlib.contextmanager
def _writable(stick: Stick) -> Iterator[None]:
    """The stick's own mount, writable for a moment; every other restriction of the mount stays.

    A second, writable mount beside the read-only one is refused by the kernel (EBUSY: one superblock, one mode).
    """
    _remount(stick, "rw")
    try:
        yield
    finally:
        _remount(stick, "ro")


def _remount(stick: Stick, mode: str) -> None:
    options = f"remount,{mode},nosuid,nodev,noexec,nosymfollow"
    words = ["mount", "-o", options, str(stick.root)]
    ran = subprocess.run(words, capture_output=True, text=True, timeout=MOUNT_S, check=False)
    if ran.returncode:
        raise OSError(f"{' '.join(words)}: {ran.stderr.strip()}")


if __name__ == "__main__":
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(levelname)s %(message)s")
    empty_tray(Path(sys.argv[1]), Path(sys.argv[2]))
    sys.exit(any(Path(sys.argv[1], OUT_TRAY).glob(f"*{STARTS_US}")))
