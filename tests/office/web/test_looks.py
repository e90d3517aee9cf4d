"""The two looks of the console's pages, light and dark: what the dark one may change."""

from __future__ import annotations

import re
from pathlib import Path

from player.office import web

SHEET = (Path(web.__file__).parent / "static" / "console.css").read_text(encoding="utf-8")
DARK = re.compile(r"@media \(prefers-color-scheme: dark\) \{\s*:root \{([^{}]*)\}\s*\}")
LIGHT = re.compile(r"^:root \{([^{}]*)\}", re.MULTILINE)
COLOUR = re.compile(r"#[0-9a-f]{3}(?:[0-9a-f]{3})?|none")


def variables(block: str) -> dict[str, str]:
    """Each declaration of the block."""
    pairs = (each.split(":", 1) for each in block.split(";") if each.strip())
    return {name.strip(): value.strip() for name, value in pairs}


def test_the_dark_look_is_other_colours_and_nothing_else() -> None:
    """So axe judges everything in the light look, and in the dark one the colours alone (tests/kit/browser.py)."""
    [dark], [light] = DARK.findall(SHEET), LIGHT.findall(SHEET)
    changed = variables(dark)
    assert {name for name, value in changed.items() if not (name.startswith("--") and COLOUR.fullmatch(value))} == set()
    assert set(changed) <= set(variables(light))


def test_nothing_else_asks_which_look_it_is() -> None:
    """Neither another rule of the style sheet nor a script nor a page."""
    files = [each for each in Path(web.__file__).parent.rglob("*") if each.suffix in (".css", ".js", ".html")]
    asking = {each.name: each.read_text(encoding="utf-8").count("prefers-color-scheme") for each in files}
    assert {name: count for name, count in asking.items() if count} == {"console.css": 1}
