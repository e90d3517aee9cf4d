"""Every parser of foreign bytes: how it is called, which exceptions it documents, what its valid inputs look like.

A parser here takes the raw bytes and returns nothing; whatever it raises beyond `documented` is a finding.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from player.base.clocks import ClockTrust, Now
from player.base.mqtt.messages import Arrived
from player.base.text import for_terminal, printable
from player.bundle.manifest import Trust, parse_manifest, verify_manifest
from player.bundle.minisign import MinisignError, parse_public_key, parse_signature
from player.bundle.receipt import OUT_TRAY, Receipt, parse_text, write_text
from player.bundle.refusals import BundleRefused
from player.bundle.serials import SerialBook
from player.bundle.source import Source
from player.contract.decoding import ReportError, decode_extras
from player.contract.encoding import encode_reply
from player.contract.envelope import CommandRefusal, read_command, read_envelope
from player.contract.reports import Reply
from player.core.director import decide, wake_at
from player.core.events import DecoderReady, Event, ReleaseAdopted, StageOpened
from player.core.state import Rules, RunState, State
from player.library.content.calendar import expand
from player.library.content.eligible import original_of, why_left_out
from player.library.content.lookup import Lookup
from player.library.content.m3u import parse_m3u
from player.library.content.names import final_name, is_temporary, natural_key
from player.library.content.playlist_entry import parse_options
from player.library.content.schedule_file import parse_schedule
from player.library.content.snapshot import Fingerprint, Snapshot
from player.library.content.xspf import parse_xspf
from player.library.store.known_files import KnownFiles
from player.library.store.record import decode_record, release_of
from player.library.vetting.containers import CONTAINERS, is_shorter_than_said
from player.link.command_log import CommandLog
from player.machine.saved_state import load_saved_state
from player.office.fleet import Fleet
from player.office.signing_keys import generate_key, parse_secret_key, sign_message, write_public_key, write_secret_key
from player.screen.decoder.child import DecoderProcess
from player.settings.file import SettingsError, guess
from player.settings.reading import read_settings
from player.stick import plugged
from player.stick.receipt_writer import empty_tray
from tests.fuzz import seeds
from tests.fuzz.mutation import Mutator
from tests.kit.bundles import a_manifest, office_key, sign_bytes
from tests.kit.world import clip, image
from tests.kit.world import release as a_release

ZONE = ZoneInfo("Asia/Jakarta")
WALL = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
SPLIT = b"\n~~~~\n"
"""Between the two files of a parser that reads two."""
Call = Callable[[bytes], object]


@dataclass(frozen=True)
class Parser:
    """make: called once in the worker, with an empty folder in memory; gives the function that takes the input.

    documented: the exceptions that it may raise. steps_per_byte: what it may cost (lines of Python run), beside STEPS_AT_LEAST.
    """

    name: str
    make: Callable[[Path], Call]
    seeds: Sequence[bytes]
    documented: tuple[type[BaseException], ...] = ()
    mutator: Mutator = field(default_factory=Mutator)
    steps_per_byte: int = 300


def plain(call: Call) -> Callable[[Path], Call]:
    return lambda _folder: call


# ---- what an operator wrote


def _m3u(raw: bytes) -> None:
    parse_m3u(raw, "list.m3u8" if len(raw) % 2 else "list.m3u", ZONE)


def _options(raw: bytes) -> None:
    parse_options(raw.decode("utf-8", "replace"), ZONE)


def _schedule(raw: bytes) -> None:
    parse_schedule(raw, "schedule.toml", ("default", "morning", "festival"))


def _calendar(raw: bytes) -> None:
    expand(raw.decode("utf-8", "replace"), ZONE, WALL - timedelta(days=2), WALL + timedelta(days=62))


def _lookup() -> Call:
    files = ("media/a.mp4", "media/Café.png", "b.png", "playlists/x.m3u8", "c d.mp4")
    lookup = Lookup(Snapshot({path: Fingerprint(1, 1, 1) for path in files}), "/srv/panel/content", ("camera.example",))

    def find(raw: bytes) -> None:
        written = raw.decode("utf-8", "surrogateescape")
        lookup.find(written, "")
        lookup.find(written, "playlists")

    return find


def _names(raw: bytes) -> None:
    name = raw[:255].replace(b"\0", b"").decode("utf-8", "surrogateescape")
    is_temporary(name)
    final_name(name)
    why_left_out(name)
    original_of(name)
    natural_key(name)
    printable(name).encode()


def _containers(raw: bytes) -> None:
    with tempfile.TemporaryFile() as file:
        file.write(raw)
        file.flush()
        for container in CONTAINERS.values():
            is_shorter_than_said(file.fileno(), len(raw), container)


# ---- the bundle


def _verify(raw: bytes) -> None:
    manifest, _, signature = raw.partition(SPLIT)
    trust = Trust("serang-04", True, (office_key().public,))
    verify_manifest(manifest, signature, trust, WALL, ClockTrust.SYNCED)


def _minisign(raw: bytes) -> None:
    parse_signature(raw)


def _keys(raw: bytes) -> None:
    text = raw.decode("utf-8", "replace")
    for read in (parse_public_key, partial(parse_secret_key, ask_password=_no_password)):
        try:
            read(text)
        except MinisignError:
            continue


def _no_password() -> str:
    raise MinisignError("nobody is here to be asked")


def _tray(folder: Path) -> Call:
    """The file as root's receipt writer finds it in the daemon's out-tray."""
    tray = folder / OUT_TRAY
    tray.mkdir()
    sticks = folder / "sticks"
    sticks.mkdir()

    def empty(raw: bytes) -> None:
        (tray / "1.json").write_bytes(raw)
        empty_tray(folder, sticks)

    return empty


# ---- the office


def _command(raw: bytes) -> None:
    envelope = read_envelope(raw)
    if isinstance(envelope, CommandRefusal):
        encode_reply(Reply(envelope.id, "rejected", envelope.code, envelope.detail, WALL))
        return
    request = read_command(envelope)
    if isinstance(request, CommandRefusal):
        encode_reply(Reply(request.id, "rejected", request.code, request.detail, WALL))
        return
    decide(_showing(), seeds.arrived(request.command), Now(WALL, 1000.0))


def _fleet() -> Call:
    def take(raw: bytes) -> None:
        topic, _, payload = raw.partition(b"\n")
        fleet = Fleet("panels")
        panel = fleet.take(Arrived(topic.decode("utf-8", "replace"), payload, 1, True), WALL)
        if panel is not None:
            fleet.ordered(WALL)
            for_terminal(f"{panel.showing} {panel.reason} {panel.presence(WALL)}")

    return take


# ---- the decoder


def _showing() -> State:
    """A director with an item that is being cued on layer 0 (play 1, generation 1)."""
    now = Now(WALL, 1000.0)
    state = State(Rules(), RunState(1000.0))
    news: tuple[Event, ...] = (
        ReleaseAdopted(a_release(clip("a"), image("b"))), StageOpened(640, 360, (0, 0, 640, 360)), DecoderReady(0, 1),
    )  # fmt: skip
    for event in news:
        state, _ = decide(state, event, now)
    return state


def _decoder_lines() -> Call:
    """Each line as the reader's thread hears it, and what becomes of it in the loop."""
    before = _showing()

    def hear(raw: bytes) -> None:
        news: list[Event] = []
        DecoderProcess(0, 1, [], news.append, lambda _layer, _play: None).hear(raw + b"\n")
        state, mono = before, 1000.0
        for event in news[:20]:
            mono += 1
            now = Now(WALL + timedelta(seconds=mono - 1000), mono)
            state, _ = decide(state, event, now)
            wake_at(state, now)

    return hear


# ---- files


def _file(name: str, read: Callable[[Path], object]) -> Callable[[Path], Call]:
    """A parser that opens the file `name` in its folder by itself."""

    def make(folder: Path) -> Call:
        def call(raw: bytes) -> None:
            (folder / name).write_bytes(raw)
            read(folder)

        return call

    return make


def _record(raw: bytes) -> None:
    record = decode_record(raw)
    release_of(record, lambda digest: Path("/nowhere") / digest, ZONE)


def _known_files(folder: Path) -> None:
    from player.base.disk import Disk

    known = KnownFiles(folder / "known_files.json", Disk())
    known.load()
    known.hash_of("a.mp4", Fingerprint(1, 2, 3))
    known.verdict_on("a" * 64)


def _command_log(folder: Path) -> None:
    log = CommandLog(folder / "command_log.jsonl")
    log.open()
    log.close()


def _saved(folder: Path) -> None:
    load_saved_state(folder)


def _config(folder: Path) -> None:
    read_settings(folder / "config.toml")


def _config_guess(folder: Path) -> None:
    for key, fits in (("name", "[a-z0-9-]{3,32}"), ("display", r"[^\"'\n]+"), ("state_folder", r"[^\"'\n]+")):
        guess(folder / "config.toml", key, fits)


def _stick_label(raw: bytes) -> None:
    label = plugged._short(raw.decode("utf-8", "surrogateescape"))
    assert label is None or (label.isascii() and label.isprintable() and len(label) <= plugged.NAME_LIMIT)


def _public_key_line() -> str:
    return str(office_key().public)


def _minisign_seeds() -> list[bytes]:
    key = generate_key()
    return [
        sign_message(b"hello", key, "timestamp:1\tfile:manifest.json\thashed"), sign_bytes(b"{}"),
    ]  # fmt: skip


def _key_seeds() -> list[bytes]:
    key = generate_key()
    return [write_public_key(key.public).encode(), write_secret_key(key, None).encode(), _public_key_line().encode()]


def _manifest_seeds() -> list[bytes]:
    from player.bundle.manifest import ListedFile, write_manifest

    files = (ListedFile("media/a.mp4", 1048576, "ab" * 32), ListedFile("playlist.m3u8", 12, "cd" * 32))
    return [write_manifest(a_manifest()), write_manifest(a_manifest(files=files, not_after=WALL + timedelta(days=1)))]


def _receipt_seeds() -> list[bytes]:
    plainly = Receipt("serang-04", WALL, "synced", "adopted")
    told = replace(plainly, result="refused", number=12, reason="x", problems=("a", "b"), health={"v": 1}, created=WALL)
    return [write_text(receipt).encode() for receipt in (plainly, told)]


def _tray_seeds() -> list[bytes]:
    return [json.dumps({"device": "/dev/sdb1", "receipt": r.decode()}).encode() for r in _receipt_seeds()]


JSON = Mutator(as_json=True)


FOUND = Path(__file__).parent / "found"
"""Inputs that once found something, NAME-....input; each run begins with them."""


def all_parsers() -> list[Parser]:
    """The table with what was found before among the first inputs."""
    table = _table()
    return [replace(parser, seeds=(*parser.seeds, *_found_before(parser.name, table))) for parser in table]


def _found_before(name: str, table: Sequence[Parser]) -> list[bytes]:
    longer = [f"{other.name}-" for other in table if other.name.startswith(f"{name}-")]
    paths = sorted(path for path in FOUND.glob(f"{name}-*.input") if not path.name.startswith(tuple(longer)))
    return [path.read_bytes() for path in paths]


def _table() -> list[Parser]:
    """A parser of foreign bytes that is not in it is not fuzzed."""
    manifests = _manifest_seeds()
    return [
        Parser("m3u", plain(_m3u), seeds.M3U, mutator=Mutator(seeds.M3U_WORDS)),
        Parser("panel-options", plain(_options), seeds.OPTIONS, mutator=Mutator(seeds.M3U_WORDS)),
        Parser("xspf", plain(_xspf), seeds.XSPF, mutator=Mutator(seeds.XSPF_WORDS)),
        Parser("schedule-toml", plain(_schedule), seeds.SCHEDULE, mutator=Mutator(seeds.TOML_WORDS)),
        Parser("calendar", plain(_calendar), seeds.CALENDAR, (Exception,), Mutator(seeds.ICS_WORDS), 100_000),
        Parser("lookup", lambda _f: _lookup(), seeds.WHERE, mutator=Mutator(seeds.WHERE_WORDS), steps_per_byte=20_000),
        Parser("file-names", plain(_names), seeds.NAMES, mutator=Mutator(seeds.NAME_WORDS)),
        Parser("containers", plain(_containers), seeds.films()),
        Parser("manifest", plain(parse_manifest), manifests, (BundleRefused,), JSON),
        Parser("signed-manifest", plain(_verify), [m + SPLIT + sign_bytes(m) for m in manifests], (BundleRefused,)),
        Parser("minisign", plain(_minisign), _minisign_seeds(), (MinisignError,)),
        Parser("minisign-keys", plain(_keys), _key_seeds()),
        Parser("receipt", plain(parse_text), _receipt_seeds(), (ValueError,), JSON),
        Parser("receipt-tray", _tray, _tray_seeds(), mutator=JSON),
        Parser("command", plain(_command), seeds.COMMANDS, mutator=JSON),
        Parser("office-reports", lambda _f: _fleet(), seeds.reports(), mutator=Mutator(seeds.REPORT_WORDS)),
        Parser("decoder-lines", lambda _f: _decoder_lines(), seeds.DECODER_LINES, mutator=JSON, steps_per_byte=3000),
        Parser(
            "status-file",
            plain(decode_extras),
            [r.partition(b"\n")[2] for r in seeds.reports()],
            (ReportError,),
            JSON,
        ),
        Parser(
            "config", _file("config.toml", _config), seeds.CONFIG, (SettingsError,), Mutator(seeds.TOML_WORDS), 20_000
        ),
        Parser("config-guess", _file("config.toml", _config_guess), seeds.CONFIG, mutator=Mutator(seeds.TOML_WORDS)),
        Parser("saved-state", _file("saved.json", _saved), seeds.SAVED, mutator=JSON),
        Parser("release-record", plain(_record), seeds.RECORDS, (ValueError,), JSON),
        Parser("known-files", _file("known_files.json", _known_files), seeds.KNOWN, mutator=JSON),
        Parser(
            "serials",
            _file("serials.json", lambda folder: SerialBook(folder).last(Source.STICK, "")),
            seeds.SERIALS,
            mutator=JSON,
        ),
        Parser("command-log", _file("command_log.jsonl", _command_log), seeds.COMMAND_LOG, mutator=JSON),
        Parser("stick-label", plain(_stick_label), seeds.LABELS),
    ]


def _xspf(raw: bytes) -> None:
    parse_xspf(raw, "list.xspf")


def folder_in_memory() -> Path:
    """An empty folder, on no disk where the machine has one of that kind."""
    memory = Path("/dev/shm")
    return Path(tempfile.mkdtemp(prefix="panel-fuzz-", dir=memory if memory.is_dir() else None))
