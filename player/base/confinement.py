"""The confinement of a process that reads strangers' bytes: a decoder can draw, a parser can answer, and nothing else.

Knows: Linux namespaces, and what libvlc, Mesa and ALSA need of a file system. Touches: this process only, once, before it has
a second thread (namespaces(7)). Must not: be called in the daemon.

A hostile film that takes a decoder over can still draw on the panel until the decoder is replaced. It sees no file but
programs, fonts, devices and its own item, which the daemon hands over open; it has no network, no bus, no neighbour,
no key, and nobody to send a signal to (calls.py). A parser (children.py) sees the folder with its files, too, and has some
memory to write to; a program that makes a film of another (limited_program.py) may write the one file that it makes.

Not bubblewrap: it stays between the daemon and the decoder as a second process, which would get the signals that are meant for
the decoder, and it wants a fresh /proc, which is refused inside a sandboxed unit. Namespaces cost no process and 4 ms
(2026-11-25).

The SysV memory is shared with the rest of the machine: through it VLC hands its pictures to the X server.
"""

from __future__ import annotations

import _socket
import contextlib
import ctypes
import fcntl
import os
import struct
import sys
from collections.abc import Iterable, Sequence

from player.base.calls import forbid_calls

CLONE_NEWNS, CLONE_NEWUSER, CLONE_NEWNET = 0x00020000, 0x10000000, 0x40000000
MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_BIND, MS_REC, MS_SLAVE, MNT_DETACH = 2, 4, 8, 4096, 0x4000, 1 << 19, 2
AT_FDCWD, AT_RECURSIVE = -100, 0x8000
MOUNT_ATTR_RDONLY = 1
SYS_MOUNT_SETATTR = 442
"""The same number on every architecture; Linux 5.12 (Debian 12 has 6.1)."""
SYS_CAPSET = {"x86_64": 126, "aarch64": 91}
SYS_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
CAPABILITY_VERSION_3 = 0x20080522
PR_SET_NO_NEW_PRIVS = 38
SIOCSIFFLAGS, IFF_UP = 0x8914, 1
FIRST_TO_GO = "500"
"""When memory runs out the kernel kills such a process, which is replaced, and neither the daemon nor the X server."""
NEW_ROOT = "/mnt"
"""Covered by the new root until that is the root; Debian's base-files brings the folder."""
PROGRAMS = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
SETTINGS = (
    "/etc/ld.so.cache", "/etc/alternatives", "/etc/fonts", "/etc/localtime", "/etc/passwd", "/etc/nsswitch.conf",
    "/etc/ssl/certs", "/etc/alsa", "/etc/asound.conf", "/etc/drirc", "/etc/glvnd", "/etc/egl", "/etc/vulkan",
    "/etc/vdpau_wrapper.cfg",
)  # fmt: skip
"""Nothing of /etc that only some users may read."""
NAMES_OF_HOSTS = ("/etc/hosts", "/etc/resolv.conf", "/etc/host.conf", "/etc/gai.conf")
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/dri", "/dev/snd")
MACHINE = ("/sys", "/proc/cpuinfo", "/proc/meminfo")
ABOUT_ITSELF = ("maps", "stat", "statm", "status", "cmdline", "auxv")
"""Of /proc/self. Not fd: through it a film that is open for reading could be opened again for writing."""
SCRATCH = "/scratch"
"""Where a process that asked for it may write, until it ends; told to tempfile as TMPDIR."""


def confine(*, network: bool, visible: Iterable[str] = (), scratch_bytes: int = 0, writable: Sequence[str] = ()) -> str:
    """No network (unless `network`), no files but programs and `visible`, no signals to others, no privileges.

    What is open stays open. scratch_bytes: so much may be written to SCRATCH. writable: files that are there, and may be written.
    Returns "" or what could not be done: the rest holds.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    failed = []
    try:
        _tell("/proc/self/oom_score_adj", FIRST_TO_GO)
        _leave_the_machine(libc, network=network, visible=visible, scratch_bytes=scratch_bytes, writable=writable)
    except OSError as error:
        failed.append(f"files, network and neighbours are in reach: {_reason(error)}")
    try:
        _check("no new privileges", libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
        forbid_calls()
    except OSError as error:
        failed.append(f"signals are: {_reason(error)}")
    return "; ".join(failed)


def _leave_the_machine(
    libc: ctypes.CDLL, *, network: bool, visible: Iterable[str], scratch_bytes: int, writable: Sequence[str]
) -> None:
    machine = os.uname().machine
    if machine not in SYS_CAPSET:
        raise OSError(0, f"a {machine} processor is not known")
    user, group = os.getuid(), os.getgid()
    apart = CLONE_NEWUSER | CLONE_NEWNS | (0 if network else CLONE_NEWNET)
    _check("new namespaces", libc.unshare(apart))
    _tell("/proc/self/setgroups", "deny")
    _tell("/proc/self/uid_map", f"{user} {user} 1")
    _tell("/proc/self/gid_map", f"{group} {group} 1")
    if not network:
        _light_loopback()
    apart_at_last = False
    try:
        _check("mounts apart", libc.mount(None, b"/", None, MS_REC | MS_SLAVE, None))
        _make_root(libc, [*_places(), *(NAMES_OF_HOSTS if network else ()), *visible], writable)
        _check("another root", libc.syscall(SYS_PIVOT_ROOT[machine], b".", b"."))
        _check("the old root", libc.umount2(b".", MNT_DETACH))
        os.chdir("/")
        apart_at_last = True
    finally:  # also of the machine's own root, when there can be no other
        read_only = 0
        if apart_at_last or not writable:  # else what must be written could not be
            read_only = _set_attributes(libc, b"/", AT_RECURSIVE, MOUNT_ATTR_RDONLY, 0)
        for path in writable if apart_at_last else ():
            read_only = min(read_only, _set_attributes(libc, path.encode(), 0, 0, MOUNT_ATTR_RDONLY))
        if scratch_bytes:
            _open_scratch(libc, scratch_bytes)
        header, none = struct.pack("Ii", CAPABILITY_VERSION_3, 0), bytes(24)
        no_powers = libc.syscall(SYS_CAPSET[machine], header, none)
    _check("read-only mounts", read_only)
    _check("no capabilities", no_powers)


def _set_attributes(libc: ctypes.CDLL, place: bytes, how: int, wanted: int, unwanted: int) -> int:
    """mount_setattr(2): 0, or -1 with the reason in errno."""
    attributes = struct.pack("QQQQ", wanted, unwanted, 0, 0)
    return int(libc.syscall(SYS_MOUNT_SETATTR, AT_FDCWD, place, how, attributes, len(attributes)))


def _open_scratch(libc: ctypes.CDLL, size_bytes: int) -> None:
    """A little memory as a folder. Where it cannot be had, temporary files cannot be made, and whoever makes them knows."""
    options = f"size={size_bytes},mode=700".encode()
    if libc.mount(b"panel", SCRATCH.encode(), b"tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, options) == 0:
        os.environ["TMPDIR"] = SCRATCH


def _light_loopback() -> None:
    """In the process's own network, which has nothing else: there VLC asks for web streams (fetch/gate.py)."""
    with contextlib.suppress(OSError):
        fcntl.ioctl(
            _socket.socket(_socket.AF_INET, _socket.SOCK_DGRAM), SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP)
        )


def _places() -> list[str]:
    """What such a process needs of this machine's files; its own code is among them wherever that lies."""
    package = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
    plugins = [os.environ[name] for name in ("VLC_PLUGIN_PATH",) if name in os.environ]
    nvidia = [f"/dev/{name}" for name in os.listdir("/dev") if name.startswith("nvidia")]
    code = {way for prefix in (sys.prefix, sys.base_prefix) for way in (prefix, os.path.realpath(prefix))}
    about = [f"/proc/{os.getpid()}/{name}" for name in ABOUT_ITSELF]
    return [*PROGRAMS, *SETTINGS, *DEVICES, *nvidia, *MACHINE, *about, *code, package, *plugins]


def _make_root(libc: ctypes.CDLL, places: list[str], writable: Sequence[str]) -> None:
    """An empty file system with nothing but these in it, under the names that they have; the working folder is then there.

    writable: has a mount of its own, so that it can be told apart from the folder above it.
    """
    links = {path: os.readlink(path) for path in PROGRAMS if os.path.islink(path)}
    opened: dict[str, int] = {}
    for path in sorted({*places, *writable} - links.keys(), key=len):
        if path in writable or not any(
            path.startswith(f"{above}/") for above in opened
        ):  # else it is there with the folder above it
            try:
                opened[path] = os.open(path, os.O_PATH | os.O_CLOEXEC)
            except OSError:
                continue  # this machine has none, or this user may not see it
    handles = {path: f"/proc/{os.getpid()}/fd/{number}" for path, number in opened.items()}
    root = NEW_ROOT.encode()
    _check("a file system in memory", libc.mount(b"panel", root, b"tmpfs", MS_NOSUID | MS_NODEV, b"size=1m,mode=755"))
    for path, target in links.items():
        os.symlink(target, NEW_ROOT + path)
    for path, number in opened.items():
        place = NEW_ROOT + path
        if os.path.isdir(handles[path]):
            os.makedirs(place, exist_ok=True)
        elif not os.path.exists(place):
            os.makedirs(os.path.dirname(place), exist_ok=True)
            os.close(os.open(place, os.O_CREAT | os.O_CLOEXEC | os.O_WRONLY, 0o600))
        _check(f"{path} in it", libc.mount(handles[path].encode(), place.encode(), None, MS_BIND | MS_REC, None))
        os.close(number)
    os.symlink(str(os.getpid()), f"{NEW_ROOT}/proc/self")
    os.mkdir(NEW_ROOT + SCRATCH)
    os.chdir(NEW_ROOT)


def _reason(error: OSError) -> str:
    return f"{error.filename or error.strerror}: {os.strerror(error.errno or 0)}"


def _check(step: str, result: int) -> None:
    if result == -1:
        raise OSError(ctypes.get_errno(), step, step)


def _tell(path: str, text: str) -> None:
    with open(path, "w") as out:
        out.write(text)
