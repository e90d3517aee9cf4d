"""The filter of a decoder's system calls: signals reach the decoder alone, and no call leads out of its confinement.

Knows: the numbers of the calls, and the kernel's little language for filters (seccomp(2), classic BPF). Touches: this process.
Must not: forbid what libvlc, Mesa or ALSA need, nor cost a process its start (it takes 0.1 ms).

A decoder has the daemon's user and its process group, so the kernel would let it send SIGKILL to the daemon. A PID namespace
would need a second process between the two; a filter needs none, and works where user namespaces are forbidden.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct

PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 22, 2
LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
NUMBER_AT, MACHINE_AT, ARGUMENTS_AT = 0, 4, 16
"""Where they stand in struct seccomp_data; an argument has 8 bytes, its low half first."""
ALLOW, REFUSE = 0x7FFF0000, 0x00050000
X32_CALLS = 0x40000000
"""From here on x86 calls have numbers of a second kind, which nothing uses but who wants past a filter."""
MACHINES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
"""uname's name -> the kernel's mark for its calls, and the column in the tables below."""
NEW_NAMESPACES = 0x7E020000
SET_OWNER, SET_SIGNAL, SET_OWNER_EX, SET_LEASE = 8, 10, 15, 1024
FIOSETOWN, SIOCSPGRP, TIOCSTI = 0x8901, 0x8902, 0x5412

OWN_PID_ONLY = {
    "kill": (62, 129), "tgkill": (234, 131), "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240),
}  # fmt: skip
OWN_OR_ZERO = {
    "prlimit64": (302, 261), "sched_setparam": (142, 118), "sched_setscheduler": (144, 119), "sched_setaffinity": (203, 122),
    "sched_setattr": (314, 274), "migrate_pages": (256, 238), "move_pages": (279, 239),
}  # fmt: skip
"""Calls about a process, where 0 means the caller."""
REFUSED = {
    "tkill": (200, 130), "pidfd_open": (434, 434), "pidfd_send_signal": (424, 424), "pidfd_getfd": (438, 438),
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "kcmp": (312, 272),
    "process_madvise": (440, 440), "setpriority": (141, 140), "ioprio_set": (251, 30),
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51), "open_tree": (428, 428),
    "move_mount": (429, 429), "fsopen": (430, 430), "fsconfig": (431, 431), "fsmount": (432, 432), "fspick": (433, 433),
    "mount_setattr": (442, 442), "unshare": (272, 97), "setns": (308, 268), "open_by_handle_at": (304, 265),
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282), "personality": (135, 92),
    "fchmod": (91, 52), "fchown": (93, 55), "fchmodat2": (452, 452), "utimensat": (280, 88), "fsetxattr": (190, 7),
    "fremovexattr": (199, 16),
    "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219),
}  # fmt: skip
UNKNOWN = {
    "clone3": (435, 435), "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
}  # fmt: skip
"""Calls whose users fall back to older ones when the kernel does not know them."""
CLONE, FCNTL, IOCTL = (56, 220), (72, 25), (16, 29)


def forbid_calls() -> None:
    """From now on this process, its threads and its children: for good. It has given up new privileges before.

    OSError: this kernel has no filters, or the processor's calls are not known here.
    """
    machine = os.uname().machine
    if machine not in MACHINES:
        raise OSError(errno.ENOSYS, f"calls of {machine}", f"calls of {machine}")
    program = filter_for(machine, os.getpid())
    steps = ctypes.create_string_buffer(program)

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_void_p))

    libc = ctypes.CDLL(None, use_errno=True)
    told = Program(len(program) // 8, ctypes.cast(steps, ctypes.c_void_p))
    if libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(told), 0, 0) == -1:
        raise OSError(ctypes.get_errno(), "filter of system calls", "filter of system calls")


def filter_for(machine: str, pid: int) -> bytes:
    """The program: each call has its own few steps, and what has none is allowed."""
    mark, column = MACHINES[machine]
    refuse, unknown = REFUSE | errno.EPERM, REFUSE | errno.ENOSYS
    steps = [
        _step(LOAD, MACHINE_AT), _step(EQUAL, mark, 1, 0), _step(RETURN, refuse),
        _step(LOAD, NUMBER_AT), _step(AT_LEAST, X32_CALLS, 0, 1), _step(RETURN, refuse),
    ]  # fmt: skip

    def add(call: tuple[int, int], *what: bytes) -> None:
        steps.extend((_step(EQUAL, call[column], 0, len(what)), *what))

    for call in REFUSED.values():
        add(call, _step(RETURN, refuse))
    for call in UNKNOWN.values():
        add(call, _step(RETURN, unknown))
    for call in OWN_PID_ONLY.values():
        add(call, *_only_if(0, (pid,)))
    for call in OWN_OR_ZERO.values():
        add(call, *_only_if(0, (pid, 0)))
    add(CLONE, _load(0), _step(ANY_BIT, NEW_NAMESPACES, 1, 0), _step(RETURN, ALLOW), _step(RETURN, refuse))
    # A file may be told whom to send which signal, which is a way past a filter that only looks at kill; and a lease would
    # keep the daemon from opening the film.
    add(FCNTL, *_unless(1, (SET_OWNER, SET_SIGNAL, SET_OWNER_EX, SET_LEASE)))
    add(IOCTL, *_unless(1, (FIOSETOWN, SIOCSPGRP, TIOCSTI)))
    return b"".join((*steps, _step(RETURN, ALLOW)))


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)


def _load(argument: int) -> bytes:
    return _step(LOAD, ARGUMENTS_AT + 8 * argument)


def _only_if(argument: int, values: tuple[int, ...]) -> list[bytes]:
    return _choose(argument, values, REFUSE | errno.EPERM, ALLOW)


def _unless(argument: int, values: tuple[int, ...]) -> list[bytes]:
    return _choose(argument, values, ALLOW, REFUSE | errno.EPERM)


def _choose(argument: int, values: tuple[int, ...], otherwise: int, if_listed: int) -> list[bytes]:
    count = len(values)
    tests = [_step(EQUAL, value, count - at, 0) for at, value in enumerate(values)]
    return [_load(argument), *tests, _step(RETURN, otherwise), _step(RETURN, if_listed)]
