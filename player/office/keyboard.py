"""The keys that are pressed at this terminal, one by one and without Enter.

Knows: what a terminal sends for each key, on Linux, macOS and Windows. Touches: the terminal's mode, inside `with`.
Must not: wait, or know what a key does.
"""

from __future__ import annotations

import os
import sys
from typing import Any

SEQUENCES = {
    "\x1b[A": "up", "\x1bOA": "up", "\x1b[B": "down", "\x1bOB": "down", "\x1b[5~": "page-up", "\x1b[6~": "page-down",
    "\x1b[H": "home", "\x1bOH": "home", "\x1b[1~": "home", "\x1b[F": "end", "\x1bOF": "end", "\x1b[4~": "end",
    "\x1b": "escape", "\r": "enter", "\n": "enter", "\x7f": "backspace", "\b": "backspace",
}  # fmt: skip
"""What terminals send (xterm's and the VT220's, which all others follow)."""
WINDOWS = {"H": "up", "P": "down", "I": "page-up", "Q": "page-down", "G": "home", "O": "end"}
"""The second half of what getwch() gives for these keys; the first is NUL or 0xE0."""
AT_ONCE = 4096


def read_keys(said: str) -> list[str]:
    """The keys in what a terminal sent: names for those above, else the character; a sequence that is not known is none."""
    keys = []
    while said:
        known = next((s for s in sorted(SEQUENCES, key=len, reverse=True) if said.startswith(s)), "")
        if known == "\x1b" and said[1:2] in ("[", "O"):
            end = next((at for at, char in enumerate(said[2:], 2) if "@" <= char <= "~"), len(said) - 1)
            said = said[end + 1 :]
            continue
        key = SEQUENCES.get(known, said[0])
        if len(key) > 1 or key.isprintable():
            keys.append(key)
        said = said[max(1, len(known)) :]
    return keys


class Keyboard:
    """Inside `with`, the keys come one by one and are not shown. `here` is False where the input is no terminal."""

    def __init__(self) -> None:
        self.here = False
        self._before: list[Any] | None = None

    def __enter__(self) -> Keyboard:
        self.here = sys.stdin.isatty()
        if self.here and sys.platform != "win32":
            import termios
            import tty

            self._before = termios.tcgetattr(sys.stdin)
            tty.setcbreak(sys.stdin)
        return self

    def __exit__(self, *_: object) -> None:
        if self._before is not None and sys.platform != "win32":
            import termios

            termios.tcsetattr(sys.stdin, termios.TCSADRAIN, self._before)

    def pressed(self) -> list[str]:
        """The keys since the last call; returns at once."""
        if not self.here:
            return []
        if sys.platform == "win32":
            return self._pressed_on_windows()
        import select

        number = sys.stdin.fileno()
        if not select.select([number], [], [], 0)[0]:
            return []
        return read_keys(os.read(number, AT_ONCE).decode("utf-8", "replace"))

    def _pressed_on_windows(self) -> list[str]:
        keys: list[str] = []
        if sys.platform == "win32":
            import msvcrt

            while msvcrt.kbhit():
                char = msvcrt.getwch()
                if char in "\0\xe0":
                    key = WINDOWS.get(msvcrt.getwch(), "")
                    keys += [key] if key else []
                else:
                    keys += read_keys(char)
        return keys
