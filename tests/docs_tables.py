"""The tables of the manuals, made from the tables of the program: commands, alerts, refusals, settings.

Knows: which marker in player/docs holds which table, and where each table comes from.
Touches: the manuals, only with --write. Must not: hold a fact that the program knows by itself.

    python -m tests.docs_tables            says which manual is out of date; exit status 1 when one is
    python -m tests.docs_tables --write    brings them up to date

A table stands between `<!-- table: NAME -->` and `<!-- /table -->`.
"""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from PIL import Image

from player.bundle.refusals import REFUSALS
from player.contract.commands import COMMANDS
from player.contract.encoding import encode_health
from player.contract.models import ARGS
from player.core.alerts import ALERTS
from player.settings.validation import MODEL
from tests.kit.reports import REPORT

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "player" / "docs"
EXAMPLE = ROOT / "config.example.toml"
MARKED = re.compile(r"(<!-- table: ([a-z-]+) -->\n).*?(<!-- /table -->)", re.DOTALL)


def commands_table() -> str:
    """Every command: what it does, and what it takes; an argument in square brackets may be left out."""
    rows = (
        (f"`{name}`", "<br>".join(arguments(ARGS[name].model_json_schema())), row.manual)
        for name, row in COMMANDS.items()
    )
    return table(("command", "arguments", "what it does"), rows)


def alerts_table() -> str:
    """Every alert: what it means and what to do."""
    rows = ((f"`{alert}`", row.meaning, row.remedy) for alert, row in ALERTS.items())
    return table(("alert", "what it means", "what to do"), rows)


def refusals_table(language: str) -> str:
    """Every number on the technician's strip, in one language."""
    heads = {"id": ("nomor", "tulisan di panel", "sebabnya", "yang harus dilakukan")}
    rows = (
        (str(row.number), row.words(language), row.reason_id, row.remedy_id)
        if language == "id"
        else (str(row.number), row.words(language), row.reason, row.remedy)
        for row in REFUSALS.values()
    )
    return table(heads.get(language, ("number", "on the panel", "why", "what to do")), rows)


def settings_tables() -> str:
    """One table for each section of the settings file, under its own heading."""
    schema = MODEL.model_json_schema(by_alias=True)
    said = example_words()
    parts = []
    for section, reference in schema["properties"].items():
        fields = _resolved(reference, schema)
        needed = fields.get("required", ())
        rows = (
            (
                f"`{name}`",
                "required" if name in needed else default(field["default"]),
                "; ".join(dict.fromkeys(allowed(field, schema))),
                said.get(f"{section}.{name}", ""),
            )
            for name, field in fields["properties"].items()
        )
        parts.append(f"### [{section}]\n\n{table(('setting', 'default', 'allowed', 'what it is'), rows)}")
    return "\n".join(parts)


def health_example() -> str:
    """A health report as a panel sends it."""
    report = json.loads(encode_health(REPORT))
    parts = []
    for key, value in report.items():
        if isinstance(value, dict):  # one line for each field
            fields = ",\n".join(f"    {json.dumps(name)}: {json.dumps(field)}" for name, field in value.items())
            parts.append(f"  {json.dumps(key)}: {{\n{fields}\n  }}")
        else:
            parts.append(f"  {json.dumps(key)}: {json.dumps(value)}")
    return "```json\n{\n" + ",\n".join(parts) + "\n}\n```\n"


def schedule_example() -> str:
    """What `panel-player schedule` says of the schedule that terminal.md shows."""
    shown = re.search(r"```toml\n(.*?)```", (DOCS / "terminal.md").read_text(), re.DOTALL)
    assert shown is not None, "terminal.md shows no schedule"
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        (folder / "schedule.toml").write_text(shown[1])
        Image.new("RGB", (64, 36)).save(folder / "poster.png")
        for name in ("playlist.m3u8", "playlists/morning.m3u8", "playlists/festival.m3u8"):
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text("../poster.png\n" if "/" in name else "poster.png\n")
        words = (
            sys.executable,
            "-m",
            "player",
            "schedule",
            "--folder",
            made,
            "--at",
            "2026-11-30T05:00",
            "--days",
            "2",
        )
        said = subprocess.run(
            words, cwd=ROOT, capture_output=True, text=True, check=True, env={**os.environ, "COLUMNS": "100"}
        )
        lines = [line.rstrip() for line in said.stdout.replace(str(folder.resolve()), "FOLDER").splitlines()]
    begun = "$ panel-player schedule --folder FOLDER --at 2026-11-30T05:00 --days 2"
    return "\n".join(["```", begun, *(line for line in lines if line), "```", ""])


def attacks_list() -> str:
    """Everything that was tried on a panel, from the docstrings of the attackers' suite."""
    parts = []
    for path in [*sorted((ROOT / "tests" / "attacks").glob("test_*.py")), ROOT / "tests" / "vm" / "attack_stories.py"]:
        module = ast.parse(path.read_text())
        head = (ast.get_docstring(module) or "").splitlines()[0]
        lines = [f"{head} [{path.stem}](../../{path.relative_to(ROOT)})", ""]
        for node in module.body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                lines.append(f"- {' '.join((ast.get_docstring(node) or '').split())}")
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


TABLES: dict[str, Callable[[], str]] = {
    "commands": commands_table,
    "alerts": alerts_table,
    "refusals-id": lambda: refusals_table("id"),
    "refusals-en": lambda: refusals_table("en"),
    "settings": settings_tables,
    "health": health_example,
    "schedule": schedule_example,
    "attacks": attacks_list,
}


# ---- words for what a schema says


def arguments(schema: dict[str, Any]) -> Iterator[str]:
    """`percent` 0 to 100 percent; `auto`. An argument that may be left out stands in square brackets."""
    for name, field in schema.get("properties", {}).items():
        word = f"`{name}`" if name in schema.get("required", ()) else f"[`{name}`]"
        limits = "; ".join(dict.fromkeys(allowed(field, schema)))
        fallback = field.get("default")
        usual = (
            f", default {fallback:g}" if isinstance(fallback, int | float) and not isinstance(fallback, bool) else ""
        )
        yield f"{word} {limits}{usual}".rstrip()
    for one_of in schema.get("allOf", ()):
        names = [f"`{name}`" for each in one_of.get("oneOf", ()) for name in each["required"]]
        yield f"exactly one of {', '.join(names)}"


def allowed(field: dict[str, Any], schema: dict[str, Any]) -> Iterator[str]:
    """What a value may be, in words: `0 to 100`, `true or false`."""
    field = _resolved(field, schema)
    for several in (field.get("anyOf"), field.get("oneOf")):
        if several:
            for one in several:
                yield from allowed(one, schema)
            return
    words, said = {"boolean": "true or false", "array": "a list", "object": "a table"}, field.get("description", "")
    if "enum" in field:
        yield ", ".join(f"`{each}`" for each in field["enum"])
    elif "const" in field:
        yield f"`{field['const']}`"
    elif field.get("type") in ("integer", "number"):
        unit = said.split(",")[0]
        yield f"{_range(field)}{',' if ' ' in unit else ''} {unit}".rstrip()
    elif field.get("type") == "array" and "prefixItems" in field:
        yield f"{len(field['prefixItems'])} numbers"
    elif field.get("type") == "array" and field.get("items", {}).get("$ref"):
        item = _resolved(field["items"], schema)
        yield "a list of {" + ", ".join(f"{key} = ..." for key in item["properties"]) + "}"
    elif field.get("type") == "string":
        yield {"path": "a whole path", "date-time": "a time"}.get(field.get("format", ""), said or "text")
    elif field.get("type") in words:
        yield words[field["type"]] + (f" ({said})" if said else "")


def _range(field: dict[str, Any]) -> str:
    least, most, above = field.get("minimum"), field.get("maximum"), field.get("exclusiveMinimum")
    if least is not None and most is not None:
        return f"{least:g} to {most}"
    low = f"at least {least:g}" if least is not None else f"more than {above:g}" if above is not None else ""
    return ", ".join(part for part in (low, f"at most {most}" if most is not None else "") if part) or "a number"


def _resolved(field: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    name = field.get("$ref", "").removeprefix("#/$defs/")
    return schema["$defs"][name] if name else field


def default(value: object) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, str):
        return f'`"{value}"`'
    return "`[" + ", ".join(f'"{each}"' for each in value) + "]`" if isinstance(value, list) else f"`{value}`"


def example_words() -> dict[str, str]:
    """What config.example.toml says beside each setting: `screen.fit` -> `how a picture fills the region: ...`."""
    tomllib.loads(EXAMPLE.read_text())  # a broken example is said as such, not as a strange table
    said: dict[str, str] = {}
    section = latest = ""
    for line in EXAMPLE.read_text().splitlines():
        if found := re.match(r"\[(\w+)\]", line):
            section, latest = found[1], ""
        elif found := re.match(r"(?:# )?(\w+) = ", line):
            latest = f"{section}.{found[1]}"
            said[latest] = _comment_of(line.removeprefix("# "))
        elif latest and line.lstrip().startswith("#"):
            said[latest] += " " + line.lstrip("# ")
        else:
            latest = ""
    return said


def _comment_of(line: str) -> str:
    """What stands behind the first # that is in no string."""
    found = re.match(r"""(?:[^"'#]|"[^"]*"|'[^']*')*#\s*(.*)""", line)
    return found[1] if found else ""


# ---- Markdown


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table; a | in a cell is escaped."""
    lines = [tuple(head), *(tuple(cell.replace("|", r"\|") for cell in row) for row in rows)]
    lines.insert(1, ("---",) * len(lines[0]))
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def fill(text: str) -> str:
    """The manual with each of its tables as the program makes it now. Raises KeyError for an unknown table."""
    return MARKED.sub(lambda found: found[1] + TABLES[found[2]]() + found[3], text)


def main(words: list[str]) -> int:
    stale = [path for path in sorted(DOCS.glob("*.md")) if fill(path.read_text()) != path.read_text()]
    for path in stale:
        if "--write" in words:
            path.write_text(fill(path.read_text()))
        sys.stdout.write(f"{path.relative_to(ROOT)}: {'written' if '--write' in words else 'out of date'}\n")
    return 1 if stale and "--write" not in words else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
