"""The confinement of a decoder: without the network, and without any place to write to.

Knows: Linux namespaces. Touches: this process only, once, before it has a second thread (namespaces(7)).
Must not: be called in the daemon.

A hostile file that takes a decoder over can still draw on the panel until the decoder is replaced, but it can leave
nothing on the disk and tell nobody. Not bubblewrap: it stays between the daemon and the decoder as a second process, which
would get the signals that are meant for the decoder, and it wants a fresh /proc, which is refused inside a sandboxed unit.
Namespaces cost no process and 1 ms.
"""

from __future__ import annotations

import ctypes
import os
import struct

CLONE_NEWNS, CLONE_NEWUSER, CLONE_NEWNET = 0x00020000, 0x10000000, 0x40000000
MS_REC, MS_SLAVE = 0x4000, 1 << 19
AT_FDCWD, AT_RECURSIVE = -100, 0x8000
MOUNT_ATTR_RDONLY = 1
SYS_MOUNT_SETATTR = 442
"""The same number on every architecture; Linux 5.12 (Debian 12 has 6.1)."""
SYS_CAPSET = {"x86_64": 126, "aarch64": 91}
CAPABILITY_VERSION_3 = 0x20080522
PR_SET_NO_NEW_PRIVS = 38
FIRST_TO_GO = "500"
"""When memory runs out the kernel kills a decoder, which is replaced, and neither the daemon nor the X server."""


def confine(*, network: bool) -> str:
    """No network (unless `network`), all file systems read-only, no privileges; "" or why it could not be done.

    What is open stays open, devices (the GPU, the sound card) and the X server's socket file stay usable.
    A kernel that forbids user namespaces leaves the process as it was.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    user, group = os.getuid(), os.getgid()
    try:
        if os.uname().machine not in SYS_CAPSET:
            return f"not known for a {os.uname().machine} processor"
        apart = CLONE_NEWUSER | CLONE_NEWNS | (0 if network else CLONE_NEWNET)
        _tell("/proc/self/oom_score_adj", FIRST_TO_GO)
        _check("new namespaces", libc.unshare(apart))
        _tell("/proc/self/setgroups", "deny")
        _tell("/proc/self/uid_map", f"{user} {user} 1")
        _tell("/proc/self/gid_map", f"{group} {group} 1")
        # A stick that is mounted or unmounted later is so here too; nothing travels the other way.
        _check("mounts apart", libc.mount(None, b"/", None, MS_REC | MS_SLAVE, None))
        attributes = struct.pack("QQQQ", MOUNT_ATTR_RDONLY, 0, 0, 0)
        read_only = libc.syscall(SYS_MOUNT_SETATTR, AT_FDCWD, b"/", AT_RECURSIVE, attributes, len(attributes))
        _check("read-only mounts", read_only)
        _check("no new privileges", libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
        header, none = struct.pack("Ii", CAPABILITY_VERSION_3, 0), bytes(24)
        _check("no capabilities", libc.syscall(SYS_CAPSET[os.uname().machine], header, none))
    except OSError as error:
        return f"{error.filename or error.strerror}: {os.strerror(error.errno or 0)}"
    return ""


def _check(step: str, result: int) -> None:
    if result == -1:
        raise OSError(ctypes.get_errno(), step, step)


def _tell(path: str, text: str) -> None:
    with open(path, "w") as out:
        out.write(text)
