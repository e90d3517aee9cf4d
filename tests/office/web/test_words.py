"""The console's sentences: each has its words in both languages, none is left over, and no template writes anything unescaped."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from player.base.catalogue import Catalogue, catalogue_of
from player.office.limited_ffmpeg import TOO_MUCH
from player.office.web.page import TEMPLATES
from player.office.web.words import AREAS, INDONESIAN, t
from player.office.web.words.browsers import spell_browser
from player.office.web.words.converting import CONVERTING
from player.office.web.words.logged import LOGGED, logged_in
from player.office.web.words.moments import spell_ago, spell_bytes, spell_moment, spell_span

WEB = TEMPLATES.parent
BEGIN = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
MODULES = [
    path for path in WEB.rglob("*.py") if path.parent.name != "words" or path.name in ("moments.py", "browsers.py")
]
PAGES = sorted(TEMPLATES.rglob("*.html"))
SAYS = {"t": (1,), "plural": (2, 3), "PageFault": (0,), "ContentFault": (0,)}
"""What is called with sentences, and where in the call they stand; in a template without the language before them."""


def said_in_python(path: Path) -> Iterator[tuple[str, str]]:
    """(place, sentence) of each literal sentence that is said."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SAYS:
            for at in SAYS[node.func.id]:
                word = node.args[at] if at < len(node.args) else None
                if isinstance(word, ast.Constant) and isinstance(word.value, str):
                    yield f"{path.name} line {node.lineno}", word.value


def said_in_template(path: Path) -> Iterator[tuple[str, str]]:
    for call in Environment().parse(path.read_text()).find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in ("t", "plural"):
            places = (0,) if call.node.name == "t" else (1, 2)
            for at in places:
                word = call.args[at]
                assert isinstance(word, nodes.Const), f"{path.name} line {call.lineno}: write the sentence itself"
                yield f"{path.name} line {call.lineno}", str(word.value)


def every_text() -> set[str]:
    """Every literal of the console's code and templates, however it is said."""
    found = {
        node.value
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return found | {sentence for path in PAGES for _, sentence in said_in_template(path)}


def parts_of(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(WEB)))
def test_what_the_code_says_has_its_words(path: Path) -> None:
    """Each sentence stands in an area's table."""
    assert [(place, said) for place, said in said_in_python(path) if said not in INDONESIAN] == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_what_a_page_says_has_its_words(path: Path) -> None:
    """Each sentence stands in an area's table, and each is written as it is, so that this test finds it."""
    assert [(place, said) for place, said in said_in_template(path) if said not in INDONESIAN] == []


def test_no_words_are_left_over() -> None:
    """A sentence that nobody says any more goes."""
    texts = every_text()
    assert [english for english in INDONESIAN if english not in texts] == []


def test_a_sentence_has_one_translation() -> None:
    """Two translations of one sentence would be two words for one thing, whichever areas say it."""
    pairs = {pair for area in AREAS for pair in area.items()}
    found = [english for english, _ in pairs]
    assert sorted({each for each in found if found.count(each) > 1}) == []


def test_both_languages_have_the_same_parts() -> None:
    """No {name} is lost or misspelt; no translation is empty."""
    assert {e: o for e, o in INDONESIAN.items() if parts_of(e) != parts_of(o) or not o.strip()} == {}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_template_writes_nothing_unescaped(path: Path) -> None:
    """No `safe`, no script or style inside the page, no handler in an attribute: the content policy forbids them too."""
    text = path.read_text()
    tree = Environment().parse(text)
    assert [call.name for call in tree.find_all(nodes.Filter) if call.name == "safe"] == []
    assert not list(tree.find_all(nodes.ScopedEvalContextModifier))
    assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", text) == []


def test_markup_is_made_of_literals() -> None:
    """What is called safe in the code is written there, or one of our templates made it, which escapes what is put into it."""
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Markup":
                made = node.args[0]
                by_template = isinstance(made, ast.Call) and ast.unparse(made.func) == "part_text"
                assert by_template or isinstance(made, ast.Constant), f"{path.name} line {node.lineno}"


def test_browsers_as_people_call_them() -> None:
    """By what tells them apart; what is none of them says it itself, in a few letters."""
    chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"
    edge = chrome.replace("X11; Linux x86_64", "Windows NT 10.0; Win64; x64") + " Edg/156.0"
    iphone = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605 Version/19 Mobile Safari/604.1"
    assert [spell_browser(each) for each in (chrome, edge, iphone, "", "x" * 300)] == [
        "Chrome, Linux", "Edge, Windows", "Safari, iPhone", "", "x" * 40,
    ]  # fmt: skip


def test_moments_as_people_read_them() -> None:
    """The clock today, the day before it otherwise; commas and dots as each language has them."""
    assert spell_moment("id", BEGIN, BEGIN) == "03.00"
    assert spell_moment("en", BEGIN.replace(day=2), BEGIN) == "2 Nov 03:00"
    assert spell_moment("id", BEGIN.replace(year=2025, month=8), BEGIN) == "26 Agu 2025 03.00"
    assert [spell_span("id", s) for s in (-3, 45, 119, 120, 3599, 3600, 7500, 200_000)] == [
        "0 dtk", "45 dtk", "119 dtk", "2 mnt", "59 mnt", "1 jam", "2 jam 5 mnt", "2 hari",
    ]  # fmt: skip
    assert spell_ago("en", 7500) == "2 h 5 min ago"
    assert [spell_bytes("id", n) for n in (0, 999, 1500, 12_400_000, 5_000_000_000)] == [
        "0 B", "999 B", "1,5 kB", "12,4 MB", "5,0 GB",
    ]  # fmt: skip
    assert t("fr", "{n} s", n=3) == "3 s"


def template_of(node: ast.expr) -> str | None:
    """A literal with {} for each of its parts; None: it is made elsewhere."""
    match node:
        case ast.Constant(str(text)):
            return text
        case ast.JoinedStr(pieces):
            return "".join(str(each.value) if isinstance(each, ast.Constant) else "{}" for each in pieces)
        case _:
            return None


def test_what_is_written_into_the_log_has_its_words() -> None:
    """What was done, and with what result: each literal that a page notes."""
    missing = []
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("audit.note"):
                said = [template_of(node.args[at]) for at in (1, 3) if at < len(node.args)]
                missing += [f"{path.name} line {node.lineno}: {each}" for each in said if each and each not in LOGGED]
    assert missing == []


def untranslated(say: Catalogue, sentence: str) -> list[str]:
    """The pieces of a sentence that stay English."""
    return (
        [] if say.find(sentence) else [piece for piece in sentence.split("; ") if piece != "{}" and not say.find(piece)]
    )


def test_why_no_film_could_be_made_has_its_words() -> None:
    """Each refusal of a conversion, behind the film's name."""
    said: set[str] = set()
    for name in ("prepare", "limited_ffmpeg", "probed_film"):
        for node in ast.walk(ast.parse((WEB.parent / f"{name}.py").read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "PrepareError":
                said.add(template_of(node.args[0]) or "")
            if isinstance(node, ast.FunctionDef) and node.name.startswith("why_"):
                said |= {
                    template_of(each.value) or ""
                    for each in ast.walk(node)
                    if isinstance(each, ast.Return) and each.value
                }
    assert len(said) > 15
    say = catalogue_of("id", CONVERTING)
    assert [piece for each in said if each for piece in untranslated(say, each.removeprefix("{}: "))] == []
    assert untranslated(say, TOO_MUCH) == []


def test_the_log_is_read_in_the_persons_language() -> None:
    """Kept in English; parts stay, words of the table are said too, and what is not known stays."""
    say = logged_in("id").say
    told = ["as viewer", "2 sessions ended", "send volume", "publish: changed", "done", "something of old"]
    assert [say(each) for each in told] == [
        "sebagai pemantau", "2 sesi diakhiri", "mengirim volume", "menerbitkan: diubah", "selesai", "something of old",
    ]  # fmt: skip
    assert [logged_in("en").say(each) for each in told] == told
