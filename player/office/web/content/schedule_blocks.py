"""`schedule.toml` as lines: where each rule begins and ends, and what stands between the rules.

Knows: heads, comments, blank lines. Touches nothing. Must not: know what a rule says (schedule_rules.py).
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace
from typing import Literal, cast

Kind = Literal["show", "dark", "ticker"]
_ROWS = re.compile(r"([^\n]*)(\n|\Z)")
_HEAD = re.compile(r"""\s*\[{1,2}\s*["']?(\w+)["']?\s*\]{0,2}\s*(?:#.*)?\r?""")
_END_OF_DAY = re.compile(r"(\s*until\s*=\s*)(24:00(?::00)?)(\s*(?:#.*)?)\r?")


@dataclass(frozen=True, slots=True)
class RuleBlock:
    """One rule's lines (the comments right above its head go along with it), and the lines before that stay where they are."""

    gap: str
    lead: str
    body: str


def split_blocks(text: str) -> tuple[str, tuple[RuleBlock, ...], str]:
    """What stands above the first rule, the rules, and what stands below the last one."""
    rows = [found[0] for found in _ROWS.finditer(text) if found[0]]
    heads = [n for n, row in enumerate(rows) if _HEAD.fullmatch(row.rstrip("\n"))]
    if not heads:
        return text, (), ""
    begins = []
    for head in heads:
        begin = head
        while begin and rows[begin - 1].lstrip().startswith("#") and begin - 1 not in heads:
            begin -= 1
        begins.append(begin)
    blocks: list[RuleBlock] = []
    gap = ""
    for number, (head, begin) in enumerate(zip(heads, begins, strict=True)):
        end = begins[number + 1] if number + 1 < len(heads) else len(rows)
        last = end
        while last > head + 1 and _says_nothing(rows[last - 1]):
            last -= 1
        blocks.append(RuleBlock(gap, "".join(rows[begin:head]), "".join(rows[head:last])))
        gap = "".join(rows[last:end])
    first = begins[0]
    while first and not rows[first - 1].strip():
        first -= 1
    blocks[0] = replace(blocks[0], gap="".join(rows[first : begins[0]]))
    return "".join(rows[:first]), tuple(blocks), gap


def _says_nothing(row: str) -> bool:
    return not row.strip() or row.lstrip().startswith("#")


def kind_of(block: RuleBlock) -> Kind | None:
    found = _HEAD.fullmatch(block.body.partition("\n")[0])
    kind = found[1] if found else ""
    return cast(Kind, kind) if kind in ("show", "dark", "ticker") else None


def splits_as_toml(text: str, blocks: tuple[RuleBlock, ...]) -> bool:
    """Whether the rules that were found by their heads are those that the whole file has: a text may hold a head inside.

    A file that is no TOML as a whole is read rule by rule by the panel, too.
    """
    try:
        whole = tomllib.loads(quoted(text))
    except (ValueError, RecursionError):
        return True
    heads = [found[1] for block in blocks if (found := _HEAD.fullmatch(block.body.partition("\n")[0]))]
    return all(
        heads.count(key) == (len(value) if isinstance(value, list) else 1)
        for key, value in whole.items()
        if isinstance(value, dict) or (isinstance(value, list) and key in heads)
    ) and all(head in whole for head in heads)


def quoted(text: str) -> str:
    """`until = 24:00` is no TOML, and what everybody writes."""
    return "\n".join(_END_OF_DAY.sub(r'\1"\2"\3', line) for line in text.replace("\r\n", "\n").split("\n"))


def as_lines(text: str) -> str:
    return text.replace("\r\n", "\n")


def closed(body: str, end: str) -> str:
    return body if body.endswith("\n") else body + end


def merged_gaps(before: str, after: str, end: str) -> str:
    """The gaps of a rule that went and of the next one: one blank line is enough where both are nothing else."""
    if not before.strip() and not after.strip():
        return max(before, after, key=len)
    return before + after if before.endswith("\n") or not before else before + end + after
