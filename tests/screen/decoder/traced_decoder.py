"""The real decoder, which notes beside it through which states each item goes: `traced_decoder.py FILE OPTIONS`.

FILE gets a line for each item: the names of its states, from its cueing on (player/screen/decoder/cueing.py).
"""

from __future__ import annotations

import os
import sys
from typing import Any

from player.screen.decoder import vlc
from player.screen.decoder.cueing import CUES, Action, CueEvent, Cueing


class TracedCueing(Cueing):
    """Says each new state as soon as it is entered, into an open file: the confined decoder could open none."""

    notes: int

    def hear(self, event: CueEvent, now_mono: float, why: str = "") -> tuple[Action, ...]:
        before = self.state
        actions = super().hear(event, now_mono, why)
        if event in CUES:
            os.write(self.notes, f"\n{self.state.name}".encode())
        elif self.state is not before:
            os.write(self.notes, f" {self.state.name}".encode())
        return actions


if __name__ == "__main__":
    TracedCueing.notes = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    module: Any = vlc
    module.Cueing = TracedCueing
    vlc.main(sys.argv[2])
