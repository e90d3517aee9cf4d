"""The sentences that the source tree says to people, found by its syntax: every text that becomes a problem or a refusal.

Knows: how a sentence is put together in the source (constants, f-strings, choices, what a name or a function stands for), and
which classes carry one: `Problem`, a few values, and every exception of the parts that judge content.
Touches: the package's source files, reading only. Must not: import them.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

SAMPLE = "X1"
"""Stands in a sentence for each part that is known only when it is said."""
VALUES = {
    "Problem": 0, "NotFound": 0, "Slip": 0, "HeadFault": 0, "LeftOut": 0, "_row": 1, "NotMade": 0, "_not_toml": 1, "_refused": 0,
    "Wrong": 1, "Verdict": 1, "Remark": 0, "say": 0,
}  # fmt: skip
"""What carries a sentence and is no exception -> how many of its first arguments are none (a pattern, a key)."""
FAULTS_IN = ("library", "screen/drawing", "bundle/minisign.py", "base/children.py")
"""Whose exceptions reach the operator as text."""
NEVER_SAID = frozenset({"Interrupted", "BlobsLost", "NoEarlierRelease", "BundleRefused", "ImportStopped"})
"""Exceptions that reach only the program or the log; of BundleRefused the table bundle/refusals.py has both languages."""
NAMES = frozenset({"what", "remedy", "fault", "held"})
"""What is assigned to these is a sentence, wherever something is said."""
KEYS = frozenset({"why", "undone"})
"""What a child process answers under these."""
ANSWERING = frozenset({"_remark_on"})
"""Functions whose answer is a sentence."""
BEGUN = {"BadEvent": f"{SAMPLE} "}
"""Whose first argument goes on from a name that is put before it where it is said."""
MOST = 400
"""Ways to put one sentence together that are followed."""


@dataclass
class Module:
    """One source file. path: relative to the package, with slashes."""

    path: str
    tree: ast.Module

    @cached_property
    def assigned(self) -> Mapping[str, list[ast.expr]]:
        """Every value that a name or an attribute gets anywhere in the file."""
        found: dict[str, list[ast.expr]] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    if isinstance(target, ast.Name | ast.Attribute):
                        name = target.id if isinstance(target, ast.Name) else target.attr
                        found.setdefault(name, []).append(node.value)
        return found

    @cached_property
    def returned(self) -> Mapping[str, list[ast.expr]]:
        """What each function of the file returns."""
        return {
            function.name: [
                node.value for node in ast.walk(function) if isinstance(node, ast.Return) and node.value is not None
            ]
            for function in ast.walk(self.tree)
            if isinstance(function, ast.FunctionDef)
        }

    @cached_property
    def imported(self) -> Mapping[str, str]:
        """Name -> path of the module of the package that it comes from."""
        return {
            alias.asname or alias.name: node.module.removeprefix("player.").replace(".", "/") + ".py"
            for node in ast.walk(self.tree)
            if isinstance(node, ast.ImportFrom) and node.module is not None and node.module.startswith("player.")
            for alias in node.names
        }

    def answers(self) -> Iterator[ast.expr]:
        """What stands under one of KEYS in a table."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Dict):
                for key, value in zip(node.keys, node.values, strict=True):
                    if isinstance(key, ast.Constant) and key.value in KEYS:
                        yield value

    def calls(self) -> Iterator[tuple[str, ast.Call]]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                yield name, node


class Sentences:
    """Of a package: the root of its source."""

    def __init__(self, package: Path) -> None:
        self.modules = {
            path: Module(path, ast.parse(file.read_text()))
            for file in sorted(package.rglob("*.py"))
            if not (path := str(file.relative_to(package))).startswith("office/")
        }

    @cached_property
    def carriers(self) -> Mapping[str, int]:
        """VALUES, and every exception that can be said."""
        bases: dict[str, set[str]] = {}
        for path, module in self.modules.items():
            if path.startswith(FAULTS_IN):
                for node in ast.walk(module.tree):
                    if isinstance(node, ast.ClassDef):
                        bases[node.name] = {base.id for base in node.bases if isinstance(base, ast.Name)}
        exceptions = {"Exception", "ValueError", "OSError"}
        while more := {name for name, above in bases.items() if above & exceptions} - exceptions:
            exceptions |= more
        own = exceptions & bases.keys() - NEVER_SAID - VALUES.keys()
        return {**VALUES, **dict.fromkeys(own, 0)}

    def speakers(self) -> list[str]:
        """The modules that say something."""
        return [path for path in self.modules if any(True for _ in self.said_by(path))]

    def said_by(self, path: str) -> Iterator[str]:
        module, says = self.modules[path], False
        for name, call in module.calls():
            if name not in self.carriers:
                continue
            says = True
            given = [*call.args[self.carriers[name] :], *(keyword.value for keyword in call.keywords)]
            for number, one in enumerate(given):
                begun = "" if number else BEGUN.get(name, "")
                yield from (begun + text for text in self.texts_of(one, module))
        kept = [value for name, values in module.assigned.items() if says and name in NAMES for value in values]
        answered = [value for name, values in module.returned.items() if name in ANSWERING for value in values]
        answered += module.answers() if path.startswith(FAULTS_IN) else []
        for value in [*kept, *answered]:
            yield from self.texts_of(value, module)

    def texts_of(self, node: ast.expr, module: Module, seen: frozenset[str] = frozenset()) -> list[str]:
        """Every text that the expression may be; none where only the running program knows it."""
        match node:
            case ast.Constant(value=str(text)):
                return [text]
            case ast.JoinedStr(values=parts):
                return _combined([self._part(part, module, seen) for part in parts])
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                sides = [self.texts_of(side, module, seen) or [SAMPLE] for side in (left, right)]
                return [] if sides == [[SAMPLE], [SAMPLE]] else _combined(sides)
            case ast.IfExp(body=body, orelse=otherwise):
                return [*self.texts_of(body, module, seen), *self.texts_of(otherwise, module, seen)]
            case ast.BoolOp(values=values) | ast.Tuple(elts=values) | ast.List(elts=values):
                return [text for value in values for text in self.texts_of(value, module, seen)]
            case ast.Starred(value=value) | ast.NamedExpr(value=value):
                return self.texts_of(value, module, seen)
            case ast.Subscript(value=ast.Name(id=name)):
                tables = [table for table in module.assigned.get(name, []) if isinstance(table, ast.Dict)]
                return [
                    text for table in tables for value in table.values for text in self.texts_of(value, module, seen)
                ]
            case ast.Name(id=name):
                return self._of_name(name, module, seen, calls=False)
            case ast.Call(func=ast.Name(id=name)) if name not in self.carriers:
                return self._of_name(name, module, seen, calls=True)
        return []

    def _of_name(self, name: str, module: Module, seen: frozenset[str], *, calls: bool) -> list[str]:
        """What a name was given, or a function returns, in this module or in the one that it is imported from."""
        if name in seen:
            return []
        home = self.modules.get(module.imported.get(name, ""), module)
        table = home.returned if calls else home.assigned
        return [text for value in table.get(name, []) for text in self.texts_of(value, home, seen | {name})]

    def _part(self, part: ast.expr, module: Module, seen: frozenset[str]) -> list[str]:
        if isinstance(part, ast.FormattedValue):
            return [text or SAMPLE for text in self.texts_of(part.value, module, seen)] or [SAMPLE]
        return self.texts_of(part, module, seen)


def _combined(parts: Iterable[list[str]]) -> list[str]:
    return ["".join(words) for words in itertools.islice(itertools.product(*parts), MOST)]
