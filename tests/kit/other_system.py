"""A Python that finds what Windows or macOS has: the package's own code misses Linux's calls, and nobody has its modules.

Knows: what is missing where, and where Windows says no: folders are not opened, only sockets are waited for, a file is synced
only when it is open for writing. Touches: this process, once, before the package is loaded (`pretending` makes a child do it).
Must not: change what Python's own library and the other packages see: they have their own code for those systems.
"""

from __future__ import annotations

import ctypes
import importlib
import os
import select
import selectors
import signal
import socket
import stat
import sys
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

from tests.kit import forked_programs
from tests.kit.forked import ROOT

MODULES = ("fcntl", "resource", "pwd", "grp", "termios", "tty")
PANEL_PACKAGES = ("vlc", "xcffib", "watchdog")
"""What a wheel does not bring there (pyproject.toml)."""
HAS_DRIVES = "PANEL_TEST_HAS_DRIVES"
"""Of the environment: the drives can be told (`run_program`); what reads strangers' files is started without it, and faster."""
O_BINARY = 0x8000
"""Windows' number, which Linux takes for O_LARGEFILE."""

NO_LINUX = {
    "os": (
        "posix_fadvise", "POSIX_FADV_SEQUENTIAL", "POSIX_FADV_DONTNEED", "POSIX_FADV_WILLNEED", "sched_getaffinity", "fdatasync",
        "eventfd", "eventfd_read", "eventfd_write", "EFD_NONBLOCK", "EFD_CLOEXEC", "O_PATH", "pipe2",
    ),
    "select": ("epoll",),
    "socket": ("TCP_USER_TIMEOUT",),
}  # fmt: skip
NO_UNIX = {
    "os": (
        *NO_LINUX["os"], "statvfs", "fstatvfs", "pread", "pwrite", "geteuid", "getuid", "getgid", "getegid", "fork", "sync",
        "O_CLOEXEC", "O_NOFOLLOW", "O_DIRECTORY", "O_NONBLOCK", "set_blocking", "uname", "getloadavg", "sysconf", "setpriority",
        "killpg", "setsid", "mkfifo", "chown", "fchown", "fchmod",
    ),
    "select": ("epoll", "poll"),
    "socket": ("TCP_USER_TIMEOUT", "AF_UNIX"),
    "signal": (
        "SIGKILL", "SIGSTOP", "SIGCONT", "SIGTRAP", "SIGSYS", "SIGXCPU", "SIGBUS", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGCHLD",
    ),
}  # fmt: skip


def pretending(system: str, folder: Path) -> dict[str, str]:
    """What to add to the environment of a Python, which then finds `system` ("win32", "darwin"), and its children as well."""
    folder.mkdir(exist_ok=True)
    (folder / "sitecustomize.py").write_text(
        f"from tests.kit.other_system import pretend\n\npretend({system!r})\n", encoding="utf-8"
    )
    return {"PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)])}


def run_program(question: Mapping[str, Any]) -> None:
    """One of the package's programs, as its command does it; ends this process. Its output goes into a file."""
    _plug_in(question["drives"].splitlines())
    said, home = question["said"], question["cwd"]
    Path(said).unlink(missing_ok=True)
    forked_programs.run_program({**question, "environ": {**os.environ, "HOME": home}, "out": said, "err": said})


def pretend(system: str) -> None:
    """From now on, for good."""
    if HAS_DRIVES in os.environ:
        importlib.import_module("psutil")  # while it finds what Linux has
    sys.modules.update(dict.fromkeys((*MODULES, *PANEL_PACKAGES)))  # type: ignore[arg-type]  # None: an import fails
    windows = system == "win32"
    gone = NO_UNIX if windows else NO_LINUX
    _narrow(sys, (), {"platform": system})
    _narrow(ctypes, (), {"CDLL": _no_library})
    for module in (os, select, socket, signal, selectors):
        _narrow(module, gone.get(module.__name__, ()), _refusing(module) if windows else {})


def _narrow(module: ModuleType, gone: Collection[str], instead: Mapping[str, Any]) -> None:
    class Narrowed(ModuleType):
        def __getattribute__(self, name: str) -> Any:
            if (name in gone or name in instead) and _is_ours(sys._getframe(1).f_globals):
                if name in gone:
                    raise AttributeError(f"{module.__name__} of this system has no {name}")
                return instead[name]
            return super().__getattribute__(name)

    module.__class__ = Narrowed


def _is_ours(names: Mapping[str, Any]) -> bool:
    return str(names.get("__package__") or "").partition(".")[0] == "player"


def _refusing(module: ModuleType) -> dict[str, Callable[..., Any] | int | set[Any]]:
    if module is os:
        return {"open": _open, "fsync": _fsync, "supports_dir_fd": set(), "O_BINARY": O_BINARY}
    if module is select:
        return {"select": _select}
    return {"DefaultSelector": _SocketsOnly} if module is selectors else {}


def _no_library(name: object) -> None:
    raise OSError(f"no library {name} here")


def _open(path: Any, flags: int, mode: int = 0o777, **more: Any) -> int:
    if more:
        raise NotImplementedError(f"{', '.join(more)} unavailable on this platform")
    assert flags & O_BINARY, f"{path}: a text file on Windows"
    if os.path.isdir(path):
        raise PermissionError(13, "Permission denied", str(path))
    return os.open(path, flags, mode)


def _fsync(number: int) -> None:
    with open(f"/proc/self/fdinfo/{number}") as told:
        flags = int(next(line for line in told if line.startswith("flags:")).split()[1], 8)
    if flags & 3 == os.O_RDONLY:
        raise OSError(9, "Bad file descriptor")
    os.fsync(number)


def _expect_socket(file: Any) -> None:
    number = file if isinstance(file, int) else file.fileno()
    if not stat.S_ISSOCK(os.fstat(number).st_mode):
        raise OSError(10038, "An operation was attempted on something that is not a socket")


def _select(readers: Any, writers: Any, failing: Any, within_s: float | None = None) -> Any:
    for file in (*readers, *writers, *failing):
        _expect_socket(file)
    return select.select(readers, writers, failing, within_s)


class _SocketsOnly(selectors.SelectSelector):
    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        _expect_socket(fileobj)
        return super().register(fileobj, events, data)


def _plug_in(drives: list[str]) -> None:
    """A drive is told as E:\\ FAT32 rw,removable."""
    psutil = sys.modules["psutil"]
    told = (drive.split(" ") for drive in drives)
    found = [SimpleNamespace(mountpoint=point, fstype=kind, opts=options) for point, kind, options in told]
    vars(psutil)["disk_partitions"] = lambda all=False: found
