"""A small busctl: writes its arguments to the file named by FAKE_BUS_LOG, and refuses or hangs when told to."""

from __future__ import annotations

import sys
import time
from pathlib import Path

mode, record, *call = sys.argv[1:]
with Path(record).open("a") as out:
    out.write(" ".join(call) + "\n")
if mode == "refuse":
    sys.exit("Call failed: Interactive authentication required.")
if mode == "hang":
    time.sleep(600)
