"""Sticks for tests: an image with a real file system, loop-mounted where this machine can; else a folder."""

from __future__ import annotations

import contextlib
import os
import struct
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

KINDS = ("vfat", "exfat", "ext4")
PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
MAKE = {"vfat": ["mkfs.vfat", "-n", "DISKOMINFO"], "exfat": ["mkfs.exfat", "-L", "DISKOMINFO"],
        "ext4": ["mkfs.ext4", "-q", "-F", "-L", "DISKOMINFO", "-m", "0"]}  # fmt: skip
SCRIPT = Path(__file__).parents[2] / "systemd/panel-usb"
OPTIONS = "nosuid,nodev,noexec,nosymfollow"


def command(*words: str | Path) -> str:
    """What the program prints. Raises subprocess.CalledProcessError."""
    env = {**os.environ, "PATH": PATH}
    return subprocess.run([*map(str, words)], check=True, capture_output=True, text=True, env=env).stdout


@cache
def can_mount(kind: str) -> bool:
    """Whether this machine has the program, the driver and the right to mount such an image."""
    with TemporaryDirectory() as folder:
        try:
            image = Image.make(Path(folder), kind, 16)
            image.mount()
            image.unmount()
        except (OSError, subprocess.CalledProcessError):
            return False
    return True


@dataclass
class Image:
    """root: where it is (or will be) mounted. kind: its file system; "" for a plain folder."""

    file: Path
    root: Path
    kind: str
    mounted: bool = False
    device: str = ""

    @classmethod
    def make(cls, folder: Path, kind: str, size_mib: int, root: Path | None = None) -> Image:
        """A fresh file system in a file. Raises where the program for it is missing."""
        file = folder / f"stick.{kind}.img"
        with open(file, "wb") as out:
            out.truncate(size_mib << 20)
        command(*MAKE[kind], file)
        root = root or folder / f"mnt.{kind}"
        return cls(file, root, kind)

    def mount(self, *, read_only: bool = False) -> Image:
        self.root.mkdir(parents=True, exist_ok=True)
        if self.kind:
            # A loop device of its own, that could be written: `mount -o loop,ro` would make the device read-only too.
            self.device = command("losetup", "--find", "--show", self.file).strip()
            try:
                mode = "ro" if read_only else "rw"
                command("mount", "-t", self.kind, "-o", f"{OPTIONS},{mode}", self.device, self.root)
            except subprocess.CalledProcessError:
                command("losetup", "--detach", self.device)
                raise
            self.mounted = True
        return self

    def unmount(self) -> None:
        if self.mounted:
            self.mounted = False
            # Another process's mount namespace may keep the file system alive: what was written must not wait for it.
            with contextlib.suppress(subprocess.CalledProcessError):  # a stick with read errors
                command("sync", "--file-system", self.root)
            command("umount", "--lazy", self.root)
            command("losetup", "--detach", self.device)

    @classmethod
    @contextlib.contextmanager
    def fresh(
        cls, folder: Path, *, size_mib: int, kinds: Sequence[str] = KINDS, read_only: bool = False
    ) -> Iterator[Image]:
        """A mounted image of the first kind that this machine can mount; a plain folder when it can mount none."""
        kind = next(filter(can_mount, kinds), "")
        image = cls.make(folder, kind, size_mib) if kind else cls(folder, folder / "plain-stick", "")
        try:
            yield image.mount(read_only=read_only)
        finally:
            image.unmount()


@contextlib.contextmanager
def two_partitions(folder: Path, places: Path, contents: Sequence[Path]) -> Iterator[tuple[list[str], Path]]:
    """(names of the device's partitions, a copy of systemd/panel-usb that mounts below `places`); root only.

    contents: what lies on each of the two. The device's table is as macOS writes it, an EFI partition first.
    """
    image, script = folder / "stick.img", folder / "panel-usb"
    write_table(image)
    places.mkdir(exist_ok=True)
    script.write_text(SCRIPT.read_text().replace("root=/run/panel-usb", f"root={places}"))
    try:
        loop = command("losetup", "--find", "--show", image).strip()
    except subprocess.CalledProcessError as error:
        pytest.skip(f"no loop device here: {error.stderr.strip()}")
    names = [f"{Path(loop).name}p{n}" for n in (1, 2)]
    try:
        subprocess.run(["partx", "-a", loop], capture_output=True, check=False)  # the kernel may have seen them itself
        if not all(Path("/dev", name).exists() for name in names):
            pytest.skip("this machine makes no device nodes for partitions of a loop device")
        for name, content in zip(names, contents, strict=True):
            command("mkfs.ext4", "-q", "-d", content, f"/dev/{name}")
        yield names, script
    finally:
        for name in names:
            subprocess.run(["sh", script, "unmount", name], capture_output=True, check=False)
        subprocess.run(["partx", "-d", loop], capture_output=True, check=False)
        command("losetup", "--detach", loop)


def write_table(image: Path) -> None:
    """An MBR with an EFI partition of 8 MiB before one of 38 MiB."""
    rows = b"".join(
        struct.pack("<B3sB3sII", 0, b"\xfe\xff\xff", kind, b"\xfe\xff\xff", start, count)
        for kind, start, count in ((0xEF, 2048, 16384), (0x07, 20480, 77824))
    )
    with open(image, "wb") as file:
        file.truncate(48 << 20)
        file.seek(446)
        file.write(rows + bytes(32) + b"\x55\xaa")


@contextlib.contextmanager
def loop_stick(folder: Path) -> Iterator[tuple[str, Path, Path]]:
    """(device, mount root, stick), a real file system on a loop device, mounted read-only as panel-usb does."""
    image, root = folder / "stick.img", folder / "panel-usb"
    subprocess.run(["truncate", "-s", "16M", image], check=True)
    subprocess.run(["mkfs.ext4", "-q", image], check=True)
    stick = root / "sdb1"
    stick.mkdir(parents=True)
    made = subprocess.run(["losetup", "-f", "--show", image], capture_output=True, text=True, check=False)
    if made.returncode:
        pytest.skip(f"no loop device here: {made.stderr.strip()}")
    device = made.stdout.strip()
    try:
        subprocess.run(["mount", device, stick], check=True)
        (stick / "panel/receipts").mkdir(parents=True)
        subprocess.run(["mount", "-o", "remount,ro,nosuid,nodev,noexec,nosymfollow", stick], check=True)
        yield device, root, stick
    finally:
        subprocess.run(["umount", stick], check=False)
        subprocess.run(["losetup", "-d", device], check=False)
