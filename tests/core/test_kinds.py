"""The table of kinds: every kind has its row, the rows agree with each other, and the core asks the table alone."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import player.core
from player.core.kinds import traits_of
from player.core.model import MediaKind

CORE = Path(player.core.__file__).parent


@pytest.mark.parametrize("kind", MediaKind)
def test_the_traits_of_a_kind_agree(kind: MediaKind) -> None:
    """Only what moves can stall; a cue gets longer than a decoder's heartbeat takes to be missed."""
    traits = traits_of(kind)
    assert traits.moves == (traits.stall_limit_s is not None)
    assert traits.cue_limit_s > 3.5


def test_nothing_else_in_the_core_asks_for_a_kind_by_its_name() -> None:
    """A new kind is a row in the table, not a search for comparisons."""
    asked = [
        f"{path.name}:{node.lineno}"
        for path in CORE.rglob("*.py")
        if path != CORE / "kinds.py"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "MediaKind"
    ]
    assert asked == []
