"""What `check` and `schedule` say in Bahasa Indonesia: every sentence, and whose word decides on the language."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

import pytest

import player
from player.base.catalogue import Catalogue, catalogue_of
from player.bundle.refusals import BundleRefused, Why
from player.cli.language import Speech, speech_of
from player.core.alerts import ALERTS, Alert
from player.core.model import Problem
from player.settings.models import PanelSection, Settings
from tests.kit.forked_programs import Programs
from tests.kit.sentences import Sentences

PACKAGE = Path(player.__file__).parent
INSIDE = frozenset({"at line (\\d+)", "Cannot overwrite"})
NO_WORDS = re.compile(r"[\W\d_]*|X1|(?:X1)?[\W\d_]*(?:X1)?[\W\d_]*(?:X1)?|[a-z]+\.[a-z]+")
"""Signs and samples; the name of a file or a setting."""


NEW_MODULE = """
from player.library.words import AT_ONCE

class PaperFault(ValueError):
    pass

def remedy_of(film):
    return "mend it" if film else AT_ONCE

def judge(film, torn, pieces):
    if pieces:
        raise PaperFault(f"a film of {pieces} pieces; {AT_ONCE}")
    return Problem(film.name, f"{film} is " + ("torn" if torn else "broken"), remedy_of(film)) or {"why": f"paper {film}"}
"""


def untranslated(catalogue: Catalogue, sentence: str) -> list[str]:
    """The pieces of a sentence that stay English."""
    if catalogue.find(sentence) is not None or NO_WORDS.fullmatch(sentence):
        return []
    for mark in ("; ", ": "):
        head, between, tail = sentence.partition(mark)
        if between:
            return untranslated(catalogue, head) + untranslated(catalogue, tail)
    return [sentence]


def missing_in(catalogue: Catalogue, sentences: Iterable[str]) -> list[str]:
    """What of these stays English."""
    said = {re.sub(r"(?<=\w)X1$|(?<=\])X1$", "", sentence.replace("X1X1", "X1").strip("; ")) for sentence in sentences}
    return sorted({piece for sentence in said for piece in untranslated(catalogue, sentence)} - INSIDE)


@pytest.fixture(scope="module")
def told() -> Sentences:
    """What the whole program says."""
    return Sentences(PACKAGE)


def test_every_sentence_is_in_the_table(told: Sentences) -> None:
    """No module says something to the operator that the Indonesian table does not hold."""
    english = {speaker: missing_in(catalogue_of("id"), told.said_by(speaker)) for speaker in told.speakers()}
    assert {speaker: missing for speaker, missing in english.items() if missing} == {}


def test_who_speaks_is_found_by_the_source(told: Sentences, tmp_path: Path) -> None:
    """A new module is among them by itself, and each way in which it puts a sentence together is followed."""
    known = {
        "library/content/m3u.py", "library/vetting/trial.py", "library/vetting/remarks.py", "library/renditions/child.py",
        "library/store/copying.py", "library/folder/conditions.py", "screen/drawing/whole.py", "core/playing/meetings.py",
    }  # fmt: skip
    assert known <= set(told.speakers())
    (tmp_path / "library").mkdir()
    (tmp_path / "library" / "words.py").write_text('AT_ONCE = "do it now"\n')
    (tmp_path / "library" / "new.py").write_text(NEW_MODULE)
    new = Sentences(tmp_path)
    assert new.speakers() == ["library/new.py"]
    assert missing_in(catalogue_of("id"), new.said_by("library/new.py")) == [
        "X1 is broken", "X1 is torn", "a film of X1 pieces", "do it now", "mend it", "paper X1"
    ]  # fmt: skip


FAILURES = (
    ("screen/decoder/cueing.py", "_fail"), ("core/decoders/care.py", "blame"), ("core/playing/changes.py", "_overdue"),
    ("screen/decoders.py", "ItemFailed"), ("screen/fetch/fetch.py", "FetchError"),
)  # fmt: skip


@pytest.mark.parametrize(("path", "name"), FAILURES)
def test_every_failure_is_in_the_table(told: Sentences, path: str, name: str) -> None:
    """Why an item failed stands on the card of a panel that has nothing else: in the panel's language."""
    module = told.modules[path]
    given = [argument for called, call in module.calls() if called == name for argument in call.args]
    given += module.returned.get(name, [])
    said = [text for node in given for text in told.texts_of(node, module)]
    assert said
    assert missing_in(catalogue_of("id"), said) == []


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
    assert say("it is empty; " * 5000) == "it is empty; " * 5000, "no sentence of ours, and no work for a stranger's"
    assert say("it is empty; " * 100 + "remove it") == "kosong; " * 100 + "hapus"


@pytest.mark.parametrize("name", ["state", "dari", "clock", "free", "files", "from", "panel", "bad", "May"])
def test_a_name_that_is_a_word_of_ours_keeps_its_letters(name: str) -> None:
    """A playlist, a file, a typed value: whatever it is called, the sentence around it alone is translated."""
    speech = Speech("id")
    assert speech.say(f"schedule: {name} until 09:30") == f"jadwal: {name} sampai 09:30"
    assert speech.say(f"from = {name} is not understood") == f"from = {name} tidak dipahami"
    assert speech.spell(Problem(name, "it is cut short", "remove it", 2)) == f"{name} baris 2: terpotong; hapus"
    assert speech.spell_told(f"{name} line 2: it is cut short") == f"{name} baris 2: terpotong"


@pytest.mark.parametrize("why", Why)
def test_a_refused_bundle_is_told_as_on_the_strip(why: Why) -> None:
    """In the words of the table of refusals, whatever the reason names."""
    speech = Speech("id")
    for refused in (BundleRefused(why), BundleRefused(why, "media/a b.mp4")):
        assert speech.say(str(refused)) == refused.spell_out("id")


def test_a_sentence_inside_a_sentence_is_told_too() -> None:
    """What stands in brackets, or before the rest: where it is about the file, never where it is its name."""
    say = catalogue_of("id").say
    assert say("looking into it ends the vetting process (it was ended by SIGSEGV); it is damaged or hostile") == (
        "pemeriksaannya menghentikan proses pemeriksa (dihentikan oleh SIGSEGV); rusak atau berbahaya"
    )
    assert say("its codec (xyz9) is not known here") == "kodeknya (xyz9) tidak dikenal di sini"
    assert say("start = 2026-02-30 is not understood (February has 28 days)") == (
        "start = 2026-02-30 tidak dipahami (Februari hanya 28 hari)"
    )
    assert say("write me is missing") == "write me tidak ada"
    assert say("a: b.psd: Photoshop pictures are not shown") == "a: b.psd: gambar Photoshop tidak ditampilkan"
    assert say("b.mp4: its codec (xyz9) is not known here") == "b.mp4: kodeknya (xyz9) tidak dikenal di sini"
    assert say("write brackets: [[show]]") == "tulis kurung siku: [[show]]"


@pytest.mark.parametrize(
    ("asked", "written", "terminal", "spoken"),
    [
        ("en", "id", "id_ID.UTF-8", "en"), ("id", "en", "C", "id"), (None, "en", "id_ID.UTF-8", "en"), (None, "id", "C", "id"),
        (None, None, "id_ID.UTF-8", "id"), (None, None, "en_GB.UTF-8", "en"), (None, None, "", "en"),
    ],
)  # fmt: skip
def test_whose_word_decides(
    tmp_path: Path, asked: str | None, written: Literal["id", "en"] | None, terminal: str, spoken: str
) -> None:
    """The option; else the panel's settings; at the office, where there are none, the terminal's language."""
    config = tmp_path / "config.toml"
    if written is not None:
        config.touch()
    panel = PanelSection(name="serang-01", language=written or "id")
    speech = speech_of(asked, config, Settings(panel=panel), {"LANG": terminal})
    assert speech.language == spoken
    line = {"id": "p.m3u8 baris 7: kosong; hapus", "en": "p.m3u8 line 7: it is empty; remove it"}
    assert speech.spell(Problem("p.m3u8", "it is empty", "remove it", 7)) == line[spoken]


@pytest.mark.slow
def test_check_and_schedule_speak_indonesian(tmp_path: Path, programs: Programs) -> None:
    """The terminal's words, the table's heads, days and reasons; the JSON for programs stays English."""
    (tmp_path / "playlist.m3u8").write_text("gone.mp4\n")
    (tmp_path / "schedule.toml").write_text("[[dark]]\nfrom = 22:00:00\nuntil = 4.30\n[[dark]]\nfrom = 23:00:00\n")

    def told(*words: str) -> str:
        run = programs.run("panel-player", *words, environ=os.environ)
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


@pytest.mark.parametrize("alert", Alert)
def test_every_alert_is_in_the_table(alert: Alert) -> None:
    """Its meaning and its remedy, whole, as the manuals have them."""
    row = ALERTS[alert]
    assert [text for text in (row.meaning, row.remedy) if catalogue_of("id").find(text) is None] == []


def test_every_detail_of_an_alert_is_in_the_table(told: Sentences) -> None:
    """What the core says of an alert, and the machine's room and the link: the office's messages are in its language."""
    health, machine = told.modules["core/office/health.py"], told.modules["machine/conditions.py"]
    given = [
        (node.value, health)
        for node in ast.walk(health.tree)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript)
    ]
    given += [(value, health) for value in health.returned["_black_words"]]
    given += [(word.value, machine) for _, call in machine.calls() for word in call.keywords if word.arg == "detail"]
    given += [
        (value, told.modules["machine/clock.py"]) for value in told.modules["machine/clock.py"].returned["complaint"]
    ]
    link = told.modules["link/certificates.py"]
    given += [(value, link) for value in (*link.returned["_words"], *link.assigned["REMEDY"])]
    said = [text for node, module in given for text in told.texts_of(node, module)]
    assert len(said) > 20
    assert missing_in(catalogue_of("id"), said) == []
