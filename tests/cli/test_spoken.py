"""What the panel says of itself and of the office: every sentence of these places has its line in the Indonesian table.

What becomes a `Problem`, and each alert, is compared in tests/cli/test_language.py.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field

import pytest

from player.base.catalogue import catalogue_of
from player.base.indonesian_status import STATUS_WORDS
from player.bundle.refusals import BundleRefused, Why, spoken_refusals
from player.cli.language import Speech
from player.contract.reports import ON_PURPOSE, PlayerState
from tests.cli.test_language import PACKAGE, missing_in
from tests.kit.sentences import Module, Sentences

HEAD = re.compile(
    r"[a-z]+\.[a-z_]+( X1)?|X1x|VLC|office|key X1|X1 port X1|X1, X1|configuration X1|the database|X1 by X1|panel X1|display X1"
    r'|message "?X1…?"?X1'
)
"""What a sentence is about: a setting, a file, an address; names, which are no words."""


@dataclass(frozen=True)
class Place:
    """Where sentences stand. calls: in the arguments of these; returned: by these functions; assigned: to these names."""

    path: str
    calls: frozenset[str] = field(default=frozenset())
    returned: tuple[str, ...] = ()
    assigned: tuple[str, ...] = ()
    skipped: int = 0

    def sentences(self, told: Sentences) -> list[str]:
        """skipped: so many of a call's first arguments are no sentences (a key, a code)."""
        module = told.modules.get(self.path) or Module(self.path, ast.parse((PACKAGE / self.path).read_text()))
        nodes: list[ast.expr] = []
        for name, call in module.calls():
            if name in self.calls:
                nodes += [*call.args[self.skipped :], *(keyword.value for keyword in call.keywords)]
        nodes += [value for name in self.returned for value in module.returned[name]]
        nodes += [value for name in self.assigned for value in module.assigned[name]]
        return [text for node in nodes for text in told.texts_of(node, module)]


PLACES = (
    Place("cli/check.py", frozenset({"Finding"}), ("_remedy",)),
    Place("link/broker_check.py", frozenset({"append"}), ("_unknown", "_unreadable", "_ask_broker")),
    Place("base/mqtt/connection.py", returned=("_silence",), assigned=("why", "_why")),
    Place("base/mqtt/network_errors.py", returned=("explain_error", "no_tls_words", "_advice")),
    Place("base/mqtt/probe.py", returned=("only_old_words", "explain_silence")),
    Place("base/mqtt/credentials.py", frozenset({"AccountError"})),
    Place("screen/x11/connection.py", frozenset({"XServerError"})),
    Place("screen/pixel_monitor.py", frozenset({"XServerError"})),
    Place("screen/dimmer/gamma.py", returned=("why_not", "dim")),
    Place("settings/reading.py", frozenset({"SettingsError"}), assigned=("hint", "advice")),
    Place("settings/models.py", frozenset({"ValueError"}), ("fault",)),
    Place("core/playing/scene.py", frozenset({"_waiting"}), ("message_words",), ("reason", "why")),
    Place("core/playing/schedule.py", frozenset({"Choice"}), skipped=1),
    Place("core/playing/sources.py", assigned=("words",)),
    Place("core/playing/ticker.py", frozenset({"RunningText"}), skipped=1),
    Place("core/brightness/control.py", assigned=("reason", "detail")),
    Place("core/brightness/plan.py", frozenset({"Light"}), skipped=1),
    Place("core/office/obey.py", frozenset({"fail"}), skipped=3),
    Place("core/office/obey.py", frozenset({"done"}), skipped=2),
    Place("core/office/take_down.py", frozenset({"fail"}), assigned=("detail",), skipped=3),
    Place("core/office/pending.py", assigned=("words", "missing")),
    Place("link/intake.py", assigned=("words",)),
    Place("library/opening.py", frozenset({"condition"})),
    Place("library/folder/conditions.py", frozenset({"condition"})),
    Place("library/room.py", assigned=("FAULT",)),
    Place("stick/room.py", assigned=("FAULT",)),
    Place("journal/room.py", frozenset({"_tell_failing"})),
    Place("start.py", assigned=("why",)),
    Place("contract/parsing.py", frozenset({"ValueError"}), ("_range_words",)),
    Place("office/session.py", frozenset({"OfficeError", "Lost"})),
    Place("office/web/records/desk.py", frozenset({"OfficeError"}), assigned=("ENDED",)),
    Place("office/web/sticks/signed.py", frozenset({"OfficeError"})),
    Place("office/records/days.py", frozenset({"OfficeError"})),
    Place("office/records/database.py", frozenset({"OfficeError"})),
    Place("office/records/reports/airtime.py", frozenset({"OfficeError"})),
    Place("office/records/queries.py", frozenset({"OfficeError"})),
)  # fmt: skip


def test_every_sentence_of_these_places_is_in_the_table() -> None:
    """A sentence that is new there, or worded anew, has its Indonesian in base/indonesian_machine.py, or beside it."""
    told, catalogue = Sentences(PACKAGE), catalogue_of("id")
    said = {(place.path, *sorted(place.calls)): place.sentences(told) for place in PLACES}
    assert [place for place, sentences in said.items() if not sentences] == []
    english = {
        place: [each for each in missing_in(catalogue, told) if not HEAD.fullmatch(each)]
        for place, told in said.items()
    }
    assert {place: missing for place, missing in english.items() if missing} == {}


@pytest.mark.parametrize("state", PlayerState)
def test_every_word_of_the_status_is_in_its_table(state: PlayerState) -> None:
    """The state of the player, and what an unlit screen is called in it."""
    assert state.value in STATUS_WORDS
    assert ON_PURPOSE.get(state, "lit") in STATUS_WORDS


SAID = (
    (
        "media/a.mp4 (23 of 100 pictures lost): make it light with panel-office prepare",
        "media/a.mp4 (23 dari 100 gambar hilang): ringankan dengan panel-office prepare",
    ),
    (
        "a.mp4 (4 of 100 pictures lost), b.mp4 (9 of 100 pictures lost) and 2 more: make it light with panel-office prepare",
        "a.mp4 (4 dari 100 gambar hilang), b.mp4 (9 dari 100 gambar hilang) dan 2 lainnya: ringankan dengan panel-office prepare",
    ),
    (
        "a.mp4 (its picture stood still at 3 s): export the file again (H.264, MP4) and replace it, or send rescan",
        "a.mp4 (gambarnya berhenti pada 3 s): ekspor lagi berkasnya (H.264, MP4) dan ganti, atau kirim rescan",
    ),
    (
        "a.mp4 (no picture within 10 s): it is tried again by itself within hours, or send rescan",
        "a.mp4 (tidak ada gambar dalam 10 s): dicoba lagi dengan sendirinya dalam beberapa jam, atau kirim rescan",
    ),
    ("default playlist", "daftar putar utama"),
    (
        "content.folder: /srv/panel/content is not there; make it, or mount the share it lies on",
        "content.folder: /srv/panel/content tidak ada; buat, atau pasang share tempatnya",
    ),
    (
        "127.0.0.1 port 18883: the broker speaks no TLS on this port; its port with TLS is mostly 8883 (or set tls = false)",
        "127.0.0.1 port 18883: broker tidak memakai TLS di port ini; port TLS biasanya 8883 (atau tulis tls = false)",
    ),
    (
        "display :999: cannot be opened (no socket); is the X server running (systemctl status panel-display)?",
        "display :999: tidak dapat dibuka (no socket); apakah server X berjalan (systemctl status panel-display)?",
    ),
    ("configuration /etc/x.toml: panel serang-01", "pengaturan /etc/x.toml: panel serang-01"),
    (
        "/var/lib/panel-player/library: No space left on device; nothing new can be taken in",
        "/var/lib/panel-player/library: ruang di disk habis; isi baru tidak dapat diambil",
    ),
    ("fallback: USB release 41; schedule: dark until 04:30", "cadangan: rilis USB 41; jadwal: gelap sampai 04:30"),
    ('message "Banjir: awas" by dina until 18:00', 'pesan "Banjir: awas" dari dina sampai 18:00'),
    (
        "config.toml: line 4: 'tls = no' is not understood; write tls = false",
        "config.toml: baris 4: 'tls = no' tidak dipahami; tulis tls = false",
    ),
)


@pytest.mark.parametrize(("english", "other"), SAID, ids=range(len(SAID)))
def test_a_whole_sentence_is_told_in_indonesian(english: str, other: str) -> None:
    """As it is put together at run time, with names, numbers and lists in it."""
    assert Speech("id").say(english) == other


def test_a_problem_of_a_status_names_its_line_in_indonesian() -> None:
    """A file with its line inside a longer sentence."""
    told = Speech("id").spell_told("config.toml line 4: 'tls = no' is not understood; write tls = false")
    assert told == "config.toml baris 4: 'tls = no' tidak dipahami; tulis tls = false"


def test_one_state_of_the_clock_has_one_name() -> None:
    """In `status`, in `check`, in a receipt."""
    say = catalogue_of("id").say
    for state in ("synced", "plausible", "bad"):
        assert say(state) == STATUS_WORDS[state]
        assert say(f"clock: 2026-11-26 10:00 WIB ({state})") == f"jam: 2026-11-26 10:00 WIB ({STATUS_WORDS[state]})"


def test_a_refused_bundle_is_told_in_messages_too() -> None:
    """The table of refusals has both languages, for the office's messages and the console as for the strip."""
    say = catalogue_of("id", spoken_refusals()).say
    spelt = BundleRefused(Why.NOT_OURS).spell_out("id")
    assert say(str(BundleRefused(Why.NOT_OURS))) == spelt
    assert say(f'USB stick "KOTA" (device 12) {BundleRefused(Why.NOT_OURS)}') == f'USB "KOTA" (device 12) {spelt}'
