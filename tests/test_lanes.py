"""Which file a worker takes next, so that pictures do not starve each other and no long file begins at the end."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kit.lanes import next_file


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    sources = {
        "pure": "assert True\n",
        "broker": "from tests.kit.broker import Broker\n",
        "slow": "from tests.kit.broker import Broker\n@pytest.mark.slow\n",
        "picture": "from tests.kit.captor import Captor\n",
        "waits": "from tests.kit.captor import Captor\npytestmark = [pytest.mark.slow, pytest.mark.waits]\n",
    }
    for name, source in sources.items():
        (tmp_path / name).write_text(source)
    return {name: str(tmp_path / name) for name in sources}


def test_pictures_come_first_and_what_is_quick_comes_last(files: dict[str, str]) -> None:
    """One after the other, as a worker takes them that may show pictures."""
    waiting = dict(files)
    taken = []
    while (file := next_file(waiting.values(), may_show=True)) is not None:
        taken.append(Path(file).name)
        del waiting[Path(file).name]
    assert taken == ["picture", "slow", "waits", "broker", "pure"]


def test_a_worker_leaves_pictures_to_those_who_show_some(files: dict[str, str]) -> None:
    """Where each core shows pictures already, the next worker takes something else, or nothing any more."""
    assert next_file(files.values(), may_show=False) == files["slow"]
    assert next_file([files["picture"]], may_show=False) is None
