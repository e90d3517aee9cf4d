"""`panel-player`. Exit status: 0 all is well, 1 something is wrong and was said, 2 the words are wrong.

Knows: that `run` must stay small. Touches: sys.argv. Must not: hold logic.
"""

from __future__ import annotations

import gc
import os
import sys


def main() -> None:
    """`run` goes straight to the daemon; only the other commands load the command line's libraries."""
    words = sys.argv[1:]
    if sys.platform == "linux" and words[:1] == ["run"] and not {"--help", "-h"} & set(words):
        # Nothing that is loaded goes again: looking for it would take a tenth of the time to the first picture
        # (45 of 465 ms of processor time, 2026-11-26). start.py switches it on again.
        gc.disable()
        # Where Debian's Python looks for time zones: else zoneinfo asks how Python was built, a table of half a megabyte,
        # in the daemon and in each of its children.
        os.environ.setdefault(
            "PYTHONTZPATH", "/usr/share/zoneinfo:/usr/lib/zoneinfo:/usr/share/lib/zoneinfo:/etc/zoneinfo"
        )
        from player.start import main as run

        sys.exit(run(words[1:]))
    from player.cli.app import app

    app()


if __name__ == "__main__":
    main()
