"""A forked process that is not the caller's child but its sibling: a child of the process that started the caller.

Knows: clone(2) with CLONE_PARENT, and what Python and glibc do around a fork. Touches: the calling process, which has one thread.
Must not: be called by a process with threads: a lock that another thread holds would stay shut in the new process.

So a decoder that the zygote makes (screen/decoder/zygote.py) is the daemon's own child, as one that the daemon started itself:
the daemon waits for it and gets its exit status, it dies with the daemon, and it outlives the zygote.
"""

from __future__ import annotations

import ctypes
import errno
import os
import signal

CLONE_PARENT, CLONE_CHILD_CLEARTID, CLONE_CHILD_SETTID = 0x00008000, 0x00200000, 0x01000000
PR_GET_TID_ADDRESS = 40
SYS_CLONE = {"x86_64": (56, 3), "aarch64": (220, 4)}
"""uname's name -> the call's number, and where among its arguments the address of the thread's number stands."""


def fork_sibling() -> int:
    """As os.fork: 0 in the new process, its process id in the calling one. OSError: this kernel has no such thing."""
    machine = os.uname().machine
    if machine not in SYS_CLONE:
        raise OSError(errno.ENOSYS, f"clone on a {machine} processor is not known")
    libc = ctypes.PyDLL(None, use_errno=True)  # keeps Python's lock, as a fork must
    libc.syscall.restype = ctypes.c_long
    number, place = SYS_CLONE[machine]
    # glibc keeps the thread's own number in memory; its fork lets the kernel write the new one there, and so does this.
    flags = CLONE_PARENT | CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | signal.SIGCHLD
    arguments = [ctypes.c_ulong(value) for value in (flags, 0, 0, 0, 0)]
    arguments[place] = ctypes.c_ulong(_thread_number_at(libc))
    python = ctypes.pythonapi
    python.PyOS_BeforeFork()
    pid = int(libc.syscall(number, *arguments))
    if pid == 0:
        python.PyOS_AfterFork_Child()
        return 0
    failed = ctypes.get_errno()
    python.PyOS_AfterFork_Parent()
    if pid == -1:
        raise OSError(failed, os.strerror(failed))
    return pid


def _thread_number_at(libc: ctypes.PyDLL) -> int:
    """Where glibc keeps the number of this thread."""
    address = ctypes.c_void_p()
    if libc.prctl(PR_GET_TID_ADDRESS, ctypes.byref(address), 0, 0, 0) == -1 or not address.value:
        raise OSError(ctypes.get_errno(), "the kernel does not tell where the thread's number is")
    if ctypes.c_int.from_address(address.value).value != os.getpid():
        raise OSError(errno.ENOSYS, "this is not the only thread, or its number is kept elsewhere")
    return address.value
