"""Which of a stick's partitions is read: the one that holds `panel`, wherever it is.

Knows: that udev mounts the partitions one after another, and that many sticks have one that nobody sees (an EFI
partition of macOS or Ventoy, a camera's or a TV's).
Touches: the existence of `panel`, and /sys, read only. Must not: read what lies in `panel`.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from player.bundle.manifest import BUNDLE_NAME
from player.stick.plugged import KERNEL_FILES, KernelFiles, Stick, partitions_of


class Partitions:
    """Remembers since when each disk is there. sisters_s: how long a partition that is not ours waits for its sisters."""

    def __init__(self, sisters_s: float, kernel: KernelFiles = KERNEL_FILES) -> None:
        self._sisters_s = sisters_s
        self._kernel = kernel
        self._since: dict[str, float] = {}

    def to_read(self, present: Sequence[Stick], mono: float) -> list[Stick]:
        """The sticks of `present` that are read or told about now, in their order.

        A partition without `panel` is passed over when a sister has it. When none of them has it, one speaks for the
        disk, once all are mounted or the wait is over: one that cannot be read (`panel` may be there), else the first.
        """
        disks: dict[str, list[Stick]] = {}
        for stick in present:
            disks.setdefault(stick.disk or str(stick.root), []).append(stick)
        self._since = {disk: self._since.get(disk, mono) for disk in disks}
        chosen = {stick for disk, sisters in disks.items() for stick in self._choose(sisters, mono - self._since[disk])}
        return [stick for stick in present if stick in chosen]

    def _choose(self, sisters: list[Stick], waited_s: float) -> list[Stick]:
        ours = [stick for stick in sisters if os.path.lexists(stick.root / BUNDLE_NAME)]
        if ours:
            return ours
        awaited = partitions_of(sisters[0], self._kernel) - {stick.number for stick in sisters}
        if awaited and waited_s < self._sisters_s:
            return []
        return [next((stick for stick in sisters if not stick.mounted), sisters[0])]
