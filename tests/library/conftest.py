"""What the tests of the library share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from player.library.vetting.verdicts import Vetting

MAX_PIXELS = 7680 * 4320


@pytest.fixture(scope="module")
def vetting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vetting]:
    """One child for a file of tests: each test's folder lies below what it may see. Its start costs more than a verdict."""
    with Vetting(MAX_PIXELS, folder=tmp_path_factory.getbasetemp()) as child:
        yield child
