"""What `check` and `schedule` say in Bahasa Indonesia: every sentence, and whose word decides on the language."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from player.base.catalogue import Catalogue, catalogue_of
from player.cli.language import speech_of
from player.core.model import Problem
from player.settings.models import PanelSection, Settings

PACKAGE = Path(__file__).parent.parent.parent / "player"
CONTENT = (
    "calendar", "calendar_text", "disguises", "draft", "lookup", "m3u", "directives", "misnamed", "playlist_entry",
    "schedule_file", "schedule_text", "schedule_words", "ticker_file", "xspf", "dates",
)  # fmt: skip
SPEAKERS = (
    *(f"library/content/{name}.py" for name in CONTENT), "library/vetting/folder_check.py", "library/vetting/occurrences.py",
    "core/playing/meetings.py", "cli/check_folder.py", "library/content/text_page.py", "screen/drawing/text_page.py",
    "library/renditions/documents.py", "library/renditions/recipes.py", "library/renditions/asking.py",
    "screen/drawing/frames.py",
)  # fmt: skip
REFUSING = frozenset({"NoText", "DocumentFault", "NotMade", "TextTooLong", "MovesTooLong"})
SAYING = REFUSING | frozenset({"Problem", "NotFound", "Wrong", "BadEvent", "Slip", "_not_toml", "Missing"})
SENTENCES = frozenset({"what", "remedy", "fault", "held"})
INSIDE = frozenset({"at line (\\d+)", "Cannot overwrite"})
SAMPLE = "X1"
NO_WORDS = re.compile(r"[\W\d_]*|X1|(?:X1)?[\W\d_]*(?:X1)?[\W\d_]*(?:X1)?")


def sentence_of(node: ast.AST | None) -> str | None:
    """A string or an f-string, with a sample for each of its parts."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else SAMPLE for part in node.values)
    return None


def sentences_in(path: Path) -> Iterator[str]:
    """What this module gives to a problem, or keeps under the name of a sentence."""
    for node in ast.walk(ast.parse(path.read_text())):
        given: list[ast.AST | None] = []
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            skip = 0 if name in REFUSING | {"BadEvent", "NotFound", "Slip"} else 1  # first: the file, or the key
            if name in SAYING:
                given += [*node.args[skip:], *(keyword.value for keyword in node.keywords)]
        elif isinstance(node, ast.Assign):
            names = {target.id for target in node.targets if isinstance(target, ast.Name)}
            if names & SENTENCES:
                given.append(node.value)
        for one in given:
            yield from filter(None, map(sentence_of, [one, *_arms(one)]))


def _arms(node: ast.AST | None) -> Iterator[ast.AST]:
    """Both sides of a choice, one of which is said."""
    if isinstance(node, ast.IfExp):
        for arm in (node.body, node.orelse):
            yield arm
            yield from _arms(arm)


def untranslated(catalogue: Catalogue, sentence: str) -> list[str]:
    """The pieces of a sentence that stay English."""
    if catalogue.find(sentence) is not None or NO_WORDS.fullmatch(sentence):
        return []
    for mark in ("; ", ": "):
        head, between, tail = sentence.partition(mark)
        if between:
            return untranslated(catalogue, head) + untranslated(catalogue, tail)
    return [sentence]


@pytest.mark.parametrize("speaker", SPEAKERS)
def test_every_sentence_is_in_the_table(speaker: str) -> None:
    """No module says something to the operator that the Indonesian table does not hold."""
    catalogue = catalogue_of("id")
    said = [
        re.sub(r"(?<=\w)X1$|(?<=\])X1$", "", sentence.replace("X1X1", "X1").strip("; "))
        for sentence in sentences_in(PACKAGE / speaker)
    ]
    if speaker.endswith("calendar_text.py"):  # its sentences go on from the event's name
        said = [sentence if untranslated(catalogue, sentence) == [] else f"X1 {sentence}" for sentence in said]
    missing = [piece for sentence in said for piece in untranslated(catalogue, sentence)]
    assert sorted(set(missing) - INSIDE) == []


FAILURES = (
    ("screen/decoder/cueing.py", "_fail"), ("core/decoders/care.py", "blame"), ("core/playing/changes.py", "_overdue"),
    ("screen/decoders.py", "ItemFailed"), ("screen/fetch/fetch.py", "FetchError"), ("screen/drawing/whole.py", "PictureFault"),
    ("screen/drawing/stills.py", "StillError"),
)  # fmt: skip


@pytest.mark.parametrize(("module", "name"), FAILURES)
def test_every_failure_is_in_the_table(module: str, name: str) -> None:
    """Why an item failed stands on the card of a panel that has nothing else: in the panel's language."""
    catalogue, said = catalogue_of("id"), []
    for node in ast.walk(ast.parse((PACKAGE / module).read_text())):
        if isinstance(node, ast.FunctionDef) and node.name == name:  # what it returns is said
            returned = [each.value for each in ast.walk(node) if isinstance(each, ast.Return)]
            said += [sentence_of(part) for value in returned for part in (value, *_arms(value))]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
            said += map(sentence_of, node.args)
    told = [sentence.replace("X1X1", "X1") for sentence in said if sentence]
    assert told
    assert [piece for sentence in told for piece in untranslated(catalogue, sentence)] == []


def test_a_sentence_keeps_its_parts() -> None:
    """Names, numbers and typed values stay; what is not in the table stays English, piece by piece."""
    say = catalogue_of("id").say
    assert say("until = 4.30 is not understood; the rule is left out, the rest goes on") == (
        "until = 4.30 tidak dipahami; aturan ini ditinggalkan, yang lain tetap berlaku"
    )
    assert say("a {b}.mp4 is a link, not a file") == "a {b}.mp4 adalah tautan, bukan berkas"
    assert say("b.mp4: it is cut short") == "b.mp4: terpotong"
    assert say("b.mp4: something new; copy it there, or remove the line") == (
        "b.mp4: something new; salin ke sana, atau hapus baris ini"
    )
    assert catalogue_of("en").say("it is cut short") == "it is cut short"


@pytest.mark.parametrize(
    ("asked", "written", "terminal", "spoken"),
    [
        ("en", "id", "id_ID.UTF-8", "en"), ("id", "en", "C", "id"), (None, "en", "id_ID.UTF-8", "en"), (None, "id", "C", "id"),
        (None, None, "id_ID.UTF-8", "id"), (None, None, "en_GB.UTF-8", "en"), (None, None, "", "en"),
    ],
)  # fmt: skip
def test_whose_word_decides(tmp_path: Path, asked: str | None, written: str | None, terminal: str, spoken: str) -> None:
    """The option; else the panel's settings; at the office, where there are none, the terminal's language."""
    config = tmp_path / "config.toml"
    if written is not None:
        config.touch()
    panel = PanelSection.model_validate({"name": "serang-01", "language": written or "id"})
    speech = speech_of(asked, config, Settings(panel=panel), {"LANG": terminal})
    assert speech.language == spoken
    line = {"id": "p.m3u8 baris 7: kosong; hapus", "en": "p.m3u8 line 7: it is empty; remove it"}
    assert speech.spell(Problem("p.m3u8", "it is empty", "remove it", 7)) == line[spoken]


def test_check_and_schedule_speak_indonesian(tmp_path: Path) -> None:
    """The terminal's words, the table's heads, days and reasons; the JSON for programs stays English."""
    (tmp_path / "playlist.m3u8").write_text("gone.mp4\n")
    (tmp_path / "schedule.toml").write_text("[[dark]]\nfrom = 22:00:00\nuntil = 4.30\n[[dark]]\nfrom = 23:00:00\n")

    def told(*words: str) -> str:
        run = subprocess.run([sys.executable, "-m", "player", *words], capture_output=True, text=True, check=False)
        assert run.returncode == 1, run.stderr
        return run.stdout

    checked = told("check", str(tmp_path), "--language", "id")
    assert "schedule.toml baris 3: until = 4.30 tidak dipahami; aturan ini ditinggalkan" in checked
    assert "playlist.m3u8 baris 1: gone.mp4 tidak ada; salin ke sana, atau hapus baris ini" in checked
    assert "masalah" in checked
    table = told("schedule", "--folder", str(tmp_path), "--at", "2026-11-26T00:00", "--language", "id")
    assert "Kam 2026-11-26 23:00" in table
    assert "(gelap)" in table
    assert "jadwal: gelap sampai" in table
    assert "tidak dipahami" not in told("check", str(tmp_path), "--json", "--language", "id")
