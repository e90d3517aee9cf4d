"""The names of the files in the state folder: an upgrade finds what the version before left there."""

from __future__ import annotations

import ast
from pathlib import Path

PACKAGE = Path(__file__).parent.parent / "player"
NAMES = (
    "commands.jsonl", "config.good.toml", "current.json", "kept.json", "good-time", "ledger.json", "lock", "reboots.json",
    "receipts-out", "running", "serials.json", "serials.twin.json", "status.json",
)  # fmt: skip
"""As version 0.1.0 wrote them."""


def strings_of(text: str) -> set[str]:
    """Each text constant of a module."""
    nodes = ast.walk(ast.parse(text))
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def test_the_state_folder_keeps_the_names_of_its_files() -> None:
    """Each file that version 0.1.0 kept is still called so in the code: a new name would forget what it holds."""
    missing = set(NAMES)
    for path in PACKAGE.rglob("*.py"):
        text = path.read_text()
        if any(name in text for name in missing):  # to parse all files for it took six seconds
            missing -= strings_of(text)
    assert missing == set()
