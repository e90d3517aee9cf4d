"""Which sticks are plugged in: the folders below usb.mount_root, mounted or not, and the devices behind them.

Knows: what a mount tells, udev's notes on a device (label, serial number), and that a stick that was pulled out stays mounted.
Touches: /proc, /sys and /run/udev, read only. Must not: read what is on a stick beyond its `panel` folder's existence.
"""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path

from player.base.mounts import MOUNTINFO, Mount, read_mounts
from player.base.text import ascii_name
from player.bundle.manifest import BUNDLE_NAME, MANIFEST_NAME, SIGNATURE_NAME
from player.bundle.refusals import BundleRefused, Why

UNREADABLE_MARK = ".unreadable"
"""What systemd/panel-usb leaves in the place of a stick that it cannot mount."""
NAME_LIMIT = 40  # characters of a label or serial number that reach a log line; more is no name


@dataclass(frozen=True, slots=True)
class KernelFiles:
    """Where the kernel and udev tell of mounts, block devices and their names; tests have files of their own."""

    mountinfo: Path = MOUNTINFO
    block_devices: Path = Path("/sys/dev/block")
    udev: Path = Path("/run/udev/data")
    by_label: Path = Path("/dev/disk/by-label")
    by_name: Path = Path("/sys/class/block")


KERNEL_FILES = KernelFiles()


@dataclass(frozen=True, slots=True)
class Stick:
    """One folder below mount_root. Two values are equal when it is the same stick in the same place, plugged in once.

    device: "/dev/sdb1", None where nothing is mounted. number: its "major:minor". label, serial: printable and short.
    disk: where /sys has the disk that this is a partition of, or the whole of; None without a block device.
    identity: changes with every plugging in, or with the folder itself where nothing is mounted.
    """

    root: Path
    identity: tuple[int, ...]
    mounted: bool
    device: str | None = None
    number: str | None = None
    label: str | None = None
    serial: str | None = None
    disk: str | None = None

    def __str__(self) -> str:
        # The word "serial" belongs to the bundle: a stick that seems to have two numbers is told of wrongly on the phone.
        names = [f'"{self.label}"' if self.label else "", f"(device {self.serial})" if self.serial else ""]
        said = " ".join(name for name in names if name)
        return f"USB stick {said or self.root.name}"


def find_sticks(mount_root: Path, kernel: KernelFiles = KERNEL_FILES) -> list[Stick]:
    """Everything that is plugged in now, in order of name; a mount whose device is gone is not.

    An empty folder without a mount is a mount point that waits for its stick, not a stick.
    """
    try:
        entries = sorted(os.scandir(mount_root), key=lambda entry: entry.name)
    except OSError:
        return []  # no such folder: no stick was ever mounted
    mounts = {mount.point: mount for mount in read_mounts(kernel.mountinfo)}  # the last at a point is on top
    found = []
    for entry in entries:
        try:
            if entry.is_symlink() or not entry.is_dir(follow_symlinks=False):
                continue
            stick = _identify(Path(entry.path), mounts, kernel)
        except OSError:
            continue  # pulled between the two looks
        if stick is not None:
            found.append(stick)
    return found


def is_there(stick: Stick, kernel: KernelFiles = KERNEL_FILES) -> bool:
    """Whether exactly this stick is still plugged in: the device is asked, an empty folder would not tell."""
    present = find_sticks(stick.root.parent, kernel)
    return any(other.root == stick.root and other.identity == stick.identity for other in present)


def find_bundle(stick: Stick) -> Path:
    """The stick's `panel` folder. Raises BundleRefused when there is none, OSError when the stick cannot be read."""
    bundle = stick.root / BUNDLE_NAME
    if not stick.mounted and (stick.root / UNREADABLE_MARK).exists():
        raise BundleRefused(Why.FORMAT_UNREAD)
    try:
        handle = os.open(bundle, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError as error:
        raise BundleRefused(Why.NOT_OURS) from error
    except NotADirectoryError as error:  # a file, or a link (O_DIRECTORY comes before O_NOFOLLOW)
        raise BundleRefused(Why.NOT_A_FILE, BUNDLE_NAME) from error
    os.close(handle)
    return bundle


def fingerprint_of(stick: Stick) -> tuple[tuple[int, int, int] | None, ...]:
    """What tells, without reading it, that another bundle lies there now."""
    prints: list[tuple[int, int, int] | None] = []
    for name in ("", MANIFEST_NAME, SIGNATURE_NAME):
        try:
            status = os.lstat(stick.root / BUNDLE_NAME / name)
            prints.append((status.st_ino, 0 if not name else status.st_mtime_ns, 0 if not name else status.st_size))
        except OSError:
            prints.append(None)
    return tuple(prints)


def _identify(root: Path, mounts: dict[str, Mount], kernel: KernelFiles) -> Stick | None:
    mount = mounts.get(os.path.realpath(root))
    if mount is None:
        status = root.stat()
        if status.st_dev != root.parent.stat().st_dev:
            return None  # mounted this very moment: the next look knows by what
        with os.scandir(root) as inside:
            if next(inside, None) is None:
                return None
        number = _number_called(root.name, kernel) if (root / UNREADABLE_MARK).exists() else None
        disk = None if number is None else _disk_of(number, kernel)
        return Stick(root, (0, status.st_dev, status.st_ino), mounted=False, number=number, disk=disk)
    block_device = kernel.block_devices / mount.device_number
    if not mount.device_number.startswith("0:") and not block_device.exists():
        return None  # pulled out, and still mounted
    device = mount.source if mount.source.startswith("/dev/") else None
    label, serial = _names(mount.device_number, device, kernel)
    identity = (mount.mount_id, _disk_sequence(block_device))
    disk = _disk_of(mount.device_number, kernel)
    return Stick(root, identity, True, device, mount.device_number, label, serial, disk)


def partitions_of(stick: Stick, kernel: KernelFiles = KERNEL_FILES) -> set[str]:
    """The numbers ("major:minor") of all partitions of the disk that the stick is on, itself included."""
    if stick.disk is None:
        return set()
    try:
        names = [entry.name for entry in os.scandir(stick.disk) if Path(entry.path, "partition").exists()]
    except OSError:
        return set()  # pulled
    return {number for name in names if (number := _number_called(name, kernel)) is not None}


def _number_called(name: str, kernel: KernelFiles) -> str | None:
    try:
        return (kernel.by_name / name / "dev").read_text().strip()
    except OSError:
        return None


def _disk_of(number: str, kernel: KernelFiles) -> str | None:
    place = Path(os.path.realpath(kernel.block_devices / number))
    if not place.exists():
        return None
    return str(place.parent if (place / "partition").exists() else place)


def _disk_sequence(block_device: Path) -> int:
    """The kernel's count of disks that ever appeared (since Linux 5.15): mount ids and device names are used again."""
    for place in (block_device, block_device / ".."):  # a partition's is its disk's
        try:
            return int((place / "diskseq").read_text())
        except (OSError, ValueError):
            continue
    return 0


def _names(number: str, device: str | None, kernel: KernelFiles) -> tuple[str | None, str | None]:
    """(label, serial number) as udev noted them, else as the links in /dev and the USB device in /sys say."""
    noted: dict[str, str] = {}
    try:
        for line in (kernel.udev / f"b{number}").read_text(errors="replace").splitlines():
            name, _, value = line.removeprefix("E:").partition("=")
            noted[name] = value
    except OSError:
        pass  # no udev here
    label = noted.get("ID_FS_LABEL") or (_label_by_link(device, kernel.by_label) if device else None)
    serial = noted.get("ID_SERIAL_SHORT") or noted.get("ID_SERIAL") or _serial_of_usb(kernel.block_devices / number)
    return _short(label), _short(serial)


def _label_by_link(device: str, by_label: Path) -> str | None:
    try:
        for entry in os.scandir(by_label):
            if os.path.realpath(entry.path) == os.path.realpath(device):
                return re.sub(r"\\x([0-9a-f]{2})", lambda code: chr(int(code[1], 16)), entry.name)
    except OSError:
        pass
    return None


def _serial_of_usb(block_device: Path) -> str | None:
    """The serial number of the USB device that the block device is a part of."""
    for above in Path(os.path.realpath(block_device)).parents:
        if above == Path("/sys/devices"):
            break
        serial = above / "serial"
        try:
            if (above / "idVendor").exists() and stat.S_ISREG(serial.stat().st_mode):
                return serial.read_text(errors="replace")
        except OSError:
            continue
    return None


def _short(text: str | None) -> str | None:
    """A name made by whoever formatted the stick, fit for a log line and for the office."""
    return ascii_name(text or "", NAME_LIMIT) or None
