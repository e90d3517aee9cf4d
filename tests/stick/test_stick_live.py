"""The whole daemon with a real stick: the picture goes on while it is read, then the stick's first item is on screen."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.stick_import import measure
from tests.kit.sticks import KINDS, can_mount

pytestmark = [pytest.mark.live, pytest.mark.root, pytest.mark.slow]


def test_a_stick_goes_in_while_the_panel_plays(tmp_path: Path) -> None:
    """No black frame from the mount to the stick's first item, which comes without anybody's help."""
    if not any(map(can_mount, KINDS)):
        pytest.skip("needs loop mounts")
    measured = measure(tmp_path, 20_000_000)
    assert measured.black == 0, measured
