"""Manifests: what is accepted, and every refusal with its number; then a hundred thousand inputs from a fuzzer."""

from __future__ import annotations

import json
import os
import random
import resource
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from player.base.clocks import ClockTrust
from player.bundle.manifest import (
    MANIFEST_LIMIT_BYTES,
    MANIFEST_NAME,
    SIGNATURE_NAME,
    ListedFile,
    Trust,
    check_path,
    parse_manifest,
    read_manifest,
    verify_manifest,
    write_manifest,
)
from player.bundle.refusals import REFUSALS, BundleRefused, Why
from tests.kit.bundles import NOW, PANEL, a_manifest, office_key, sign_bytes, sign_folder, trust

HASH = "ab" * 32
A_FILE = ListedFile("media/a.mp4", 1048576, HASH)


def refusal_of(call: Callable[[], object]) -> Why | None:
    try:
        call()
    except BundleRefused as refused:
        return refused.why
    return None


def verify(
    raw: bytes,
    signature: bytes | None = None,
    how: Trust | None = None,
    wall: datetime = NOW,
    clock: ClockTrust = ClockTrust.SYNCED,
) -> Why | None:
    """The refusal of a manifest that the office signed (unless a signature is given); None: accepted."""
    signature = sign_bytes(raw) if signature is None else signature
    return refusal_of(lambda: verify_manifest(raw, signature, how or trust(), wall, clock))


def table(**changes: Any) -> dict[str, Any]:
    """A good manifest as JSON values, with changes; a change to ... takes the key away."""
    good: dict[str, Any] = json.loads(write_manifest(a_manifest(files=(A_FILE,))))
    good.update(changes)
    return {key: value for key, value in good.items() if value is not ...}


def dump(**changes: Any) -> bytes:
    return json.dumps(table(**changes)).encode()


def with_file(**changes: Any) -> bytes:
    row = {"path": A_FILE.path, "bytes": A_FILE.size_bytes, "sha256": A_FILE.sha256, **changes}
    return dump(files=[{key: value for key, value in row.items() if value is not ...}])


def with_paths(*paths: object) -> bytes:
    return dump(files=[{"path": path, "bytes": 1, "sha256": HASH} for path in paths])


def test_a_manifest_comes_back_as_it_was_written() -> None:
    """Writing and parsing are inverse; times come back in UTC; the key's name and the digest are those of the bytes."""
    files = (A_FILE, ListedFile("media/é \N{SNOWMAN}.png", 0, "0" * 64))
    manifest = a_manifest(files=files, not_before=NOW, not_after=NOW + timedelta(days=9), panels=("a-b", "*"))
    back = parse_manifest(write_manifest(manifest), key="K")
    assert (back.files, back.not_before, back.not_after, back.panels) == (
        files,
        NOW,
        NOW + timedelta(days=9),
        ("a-b", "*"),
    )
    assert (back.created, back.serial, back.key) == (NOW, 42, "K")
    assert write_manifest(back) == write_manifest(manifest)


def test_the_manifest_of_the_manual_is_accepted() -> None:
    """The example of sticks.md is accepted on the panel that it names."""
    raw = b"""{"format": 1, "serial": 42, "panels": ["serang-04"], "created": "2026-11-22T03:00:00Z",
 "not_before": null, "not_after": "2027-01-01T00:00:00Z",
 "files": [{"path": "media/a.mp4", "bytes": 1048576, "sha256": "%s"}]}""" % (b"ab" * 32)
    manifest = verify_manifest(raw, sign_bytes(raw), trust(), NOW, ClockTrust.SYNCED)
    assert manifest.files == (A_FILE,)
    assert manifest.not_after == datetime(2027, 1, 1, tzinfo=UTC)
    assert manifest.key == office_key().public.name


def test_either_of_two_pinned_keys_signs() -> None:
    """With two keys pinned (to change them) a bundle of either is accepted, one of a third is not."""
    raw = dump()
    assert verify(raw, sign_bytes(raw, "office"), trust("office", "new")) is None
    assert verify(raw, sign_bytes(raw, "new"), trust("office", "new")) is None
    assert verify(raw, sign_bytes(raw, "thief"), trust("office", "new")) is Why.UNKNOWN_KEY


def test_each_fault_of_the_signature_has_its_number() -> None:
    """No signature, no keys, garbage, another message, CRLF: five different refusals."""
    raw = dump() + b"\n"
    unsigned = refusal_of(lambda: verify_manifest(raw, None, trust(), NOW, ClockTrust.SYNCED))
    no_keys = Trust(panel=PANEL, signed=True)
    assert unsigned is Why.UNSIGNED
    assert verify(raw, how=no_keys) is Why.NO_KEYS
    assert verify(raw, b"") is Why.SIGNATURE_DAMAGED
    assert verify(raw, os.urandom(200)) is Why.SIGNATURE_DAMAGED
    assert verify(raw + b" ", sign_bytes(raw)) is Why.WRONG_SIGNATURE
    assert verify(raw.replace(b"\n", b"\r\n"), sign_bytes(raw)) is Why.LINE_ENDS_CHANGED
    assert verify(raw.replace(b"42", b"43").replace(b"\n", b"\r\n"), sign_bytes(raw)) is Why.WRONG_SIGNATURE


def test_the_signature_is_checked_before_the_json_is_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    """What nobody signed never reaches the JSON parser."""

    def no_parser(*words: object, **more: object) -> None:
        raise AssertionError("parsed before verified")

    monkeypatch.setattr(json, "loads", no_parser)
    assert verify(b"{}", sign_bytes(b"[]")) is Why.WRONG_SIGNATURE
    assert verify(b"[" * 100_000, b"no signature") is Why.SIGNATURE_DAMAGED


def test_without_signed_a_signature_is_not_asked_for() -> None:
    """trust = "any": no signature, a wrong one and a good one are accepted; only the good one gives a key's name."""
    raw, how = dump(), trust(signed=False)
    for signature, key in ((None, ""), (b"junk", ""), (sign_bytes(raw, "thief"), ""), (sign_bytes(raw), None)):
        name = office_key().public.name if key is None else key
        assert verify_manifest(raw, signature, how, NOW, ClockTrust.SYNCED).key == name
    assert verify(b"junk", b"junk", how) is Why.MANIFEST_INVALID


def test_the_serial_never_goes_back() -> None:
    """Lower than the last accepted of the same key is refused; equal, higher and far ahead are accepted."""
    how = trust("office", "new", last={"office": 42, "new": 7, "": 1000})
    for serial, why in ((41, Why.OLDER_SERIAL), (1, Why.OLDER_SERIAL), (42, None), (43, None), ((1 << 53) - 1, None)):
        assert verify(dump(serial=serial), how=how) is why, serial
    raw = dump(serial=8)
    assert verify(raw, sign_bytes(raw, "new"), how) is None


def test_a_bundle_is_for_the_panels_that_it_names() -> None:
    """Its own name or "*"; nothing else, and no pattern."""
    assert verify(dump(panels=["other-01", PANEL])) is None
    assert verify(dump(panels=["*"])) is None
    assert verify(dump(panels=["other-01"])) is Why.OTHER_PANEL
    assert verify(dump(panels=["serang-0"])) is Why.OTHER_PANEL
    assert verify(dump(panels=["serang-*"])) is Why.MANIFEST_INVALID


@pytest.mark.parametrize("clock", list(ClockTrust))
def test_the_dates_count_while_the_clock_is_believed(clock: ClockTrust) -> None:
    """not_before is the first moment, not_after the first one after; with a bad clock neither is enforced."""
    bad = clock is ClockTrust.BAD
    raw = dump(not_before="2026-11-22T00:00:00Z", not_after="2026-12-01T00:00:00+07:00")
    begin, end = datetime(2026, 11, 22, tzinfo=UTC), datetime(2026, 11, 30, 17, tzinfo=UTC)
    second = timedelta(seconds=1)
    for wall, why in (
        (begin - second, Why.NOT_YET_VALID),
        (begin, None),
        (end - second, None),
        (end, Why.NO_LONGER_VALID),
        (datetime(1970, 1, 1, tzinfo=UTC), Why.NOT_YET_VALID),
        (datetime(2099, 1, 1, tzinfo=UTC), Why.NO_LONGER_VALID),
    ):
        assert verify(raw, wall=wall, clock=clock) is (None if bad else why), wall


INVALID: dict[str, bytes] = {
    "empty": b"",
    "not json": b"hello",
    "not an object": b"[]",
    "a number": b"1",
    "null": b"null",
    "trailing bytes": dump() + b"x",
    "trailing nul": dump() + b"\0",
    "two objects": dump() + dump(),
    "cut short": dump()[:-1],
    "utf-16": dump().decode().encode("utf-16"),
    "a byte order mark": b"\xef\xbb\xbf" + dump(),
    "latin-1": dump().replace(b"media", b"m\xe9dia"),
    "nan": dump().replace(b"42", b"NaN"),
    "infinity": dump().replace(b"42", b"-Infinity"),
    "a fraction": dump().replace(b"42", b"42.0"),
    "an exponent": dump().replace(b"42", b"42e0"),
    "a serial of 5000 digits": dump().replace(b"42", b"9" * 5000),
    "a serial over 2^53": dump(serial=1 << 53),
    "serial zero": dump(serial=0),
    "serial true": dump(serial=True),
    "serial text": dump(serial="42"),
    "serial twice": dump().replace(b'"serial": 42', b'"serial": 41, "serial": 42'),
    "path twice in a file": with_file().replace(b'"bytes"', b'"path": "b", "bytes"'),
    "unknown key": dump(comment="hi"),
    "no files": dump(files=...),
    "no serial": dump(serial=...),
    "no panels": dump(panels=...),
    "panels empty": dump(panels=[]),
    "panels a text": dump(panels="serang-04"),
    "a panel in capitals": dump(panels=["Serang-04"]),
    "created null": dump(created=None),
    "created without a zone": dump(created="2026-11-22T03:00:00"),
    "created a day": dump(created="2026-11-22"),
    "created impossible": dump(created="2026-02-30T00:00:00Z"),
    "created in the year 1": dump(created="0001-01-01T00:00:00+14:00"),
    "not_after a number": dump(not_after=1),
    "not_after before not_before": dump(not_before="2026-11-22T00:00:00Z", not_after="2026-11-22T00:00:00Z"),
    "files an object": dump(files={}),
    "a file a text": dump(files=["media/a.mp4"]),
    "a file without bytes": with_file(bytes=...),
    "a file with more": with_file(mode=7),
    "bytes negative": with_file(bytes=-1),
    "bytes enormous": with_file(bytes=1 << 60),
    "hash in capitals": with_file(sha256="AB" * 32),
    "hash short": with_file(sha256="ab" * 31),
    "hash a number": with_file(sha256=1),
    "depth 10000": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "brackets 1 MiB": b"[" * MANIFEST_LIMIT_BYTES,
    "a million empty objects": b"[" + b"{}," * 349_000 + b"{}]",
    "deep after a string with quotes": b'{"a": "\\"", "b": ' + b"[" * 50_000,
}

FORBIDDEN: list[object] = [
    "", "/etc/passwd", "../a.mp4", "media/../../a.mp4", "media/..", ".", "..", "./a.mp4", "media//a.mp4", "media/",
    "C:/a.mp4", "c:a.mp4", "media\\a.mp4", "..\\a.mp4", "a\0.mp4", "a\n.mp4", "a\x7f.mp4", "a\u2028.mp4", "\ud800.mp4",
    "x" * 256, "é" * 128, "x/" * 40 + "a", "/".join(["y" * 200] * 6), 7, None,
    "manifest.json", "manifest.json.minisig", "receipts/a.json", "Receipts/a.json",
]  # fmt: skip


@pytest.mark.parametrize("name", INVALID)
def test_what_is_no_manifest_is_refused_although_signed(name: str) -> None:
    """A signed manifest that says too little, too much, or something twice is refused as 23, never obeyed in part."""
    assert verify(INVALID[name]) is Why.MANIFEST_INVALID


@pytest.mark.parametrize("path", FORBIDDEN, ids=lambda p: ascii(p)[:30])
def test_forbidden_paths(path: object) -> None:
    """No path leaves the bundle, names the manifest or a receipt, or is one that some file system cannot hold."""
    assert verify(with_paths("media/a.mp4", path)) is Why.PATH_FORBIDDEN


@pytest.mark.parametrize(
    "path",
    [
        "a",
        "-rf",
        ".a",
        "a b ",
        "'\"%s",
        "x" * 255,
        ":option",
        "a..b",
        "...",
        "\N{SNOWMAN}",
        "\u202ea.mp4",
        "x/receipts/a",
    ],
)
def test_odd_paths_are_allowed(path: str) -> None:
    """Names that are merely ugly are names."""
    assert check_path(path) == path


@pytest.mark.parametrize(
    "paths",
    [
        ("a.mp4", "a.mp4"), ("a.mp4", "A.mp4"), ("Media/a.mp4", "media/A.MP4"), ("caf\u00e9.mp4", "cafe\u0301.mp4"),
        ("stra\u00dfe.mp4", "STRASSE.mp4"), ("media", "media/a.mp4"), ("Media/a", "x", "media/A/b/c"),
    ],
)  # fmt: skip
def test_paths_that_some_file_system_takes_for_one_clash(paths: tuple[str, ...]) -> None:
    """The same file twice, in other case, in another composition of accents, or as file and folder: 26."""
    assert verify(with_paths(*paths)) is Why.PATHS_CLASH


def test_a_newer_format_is_told_apart() -> None:
    """A manifest of a later player is 24 with the remedy to update, not 23."""
    assert verify(dump(format=2, more={})) is Why.UNKNOWN_FORMAT
    assert verify(dump(format=True)) is Why.UNKNOWN_FORMAT
    assert verify(dump(format=...)) is Why.MANIFEST_INVALID


def test_more_than_a_mebibyte_is_refused() -> None:
    """1 MiB is accepted, one byte more is not, signed or not."""
    raw = dump() + b" " * (MANIFEST_LIMIT_BYTES - len(dump()))
    assert verify(raw) is None
    assert verify(raw + b" ") is Why.MANIFEST_TOO_LARGE


def test_seven_thousand_files_fit(tmp_path: Path) -> None:
    """What the refusal of a large manifest promises: about 7,000 files with names of ordinary length."""
    files = tuple(ListedFile(f"media/film-pendek-{n:05}.mp4", 123456789, HASH) for n in range(7000))
    raw = write_manifest(a_manifest(files=files))
    assert verify(raw) is None


def read(folder: Path, how: Trust | None = None) -> Why | None:
    return refusal_of(lambda: read_manifest(folder, how or trust(), NOW, ClockTrust.SYNCED))


def test_a_bundle_is_read_from_its_folder(tmp_path: Path) -> None:
    """A signed folder is accepted; without manifest it is 21, or nothing (None) where none is asked for."""
    assert read(tmp_path) is Why.NO_MANIFEST
    assert read_manifest(tmp_path, trust(signed=False), NOW, ClockTrust.BAD) is None
    (tmp_path / "a.txt").write_text("a")
    made = sign_folder(tmp_path)
    got = read_manifest(tmp_path, trust(), NOW, ClockTrust.SYNCED)
    assert got is not None
    assert got.files == made.files
    (tmp_path / SIGNATURE_NAME).unlink()
    assert read(tmp_path) is Why.UNSIGNED


def test_only_regular_files_are_read(tmp_path: Path) -> None:
    """A link, a folder, a pipe (nobody waits for its writer), a socket or a device in the manifest's place is 43."""
    good = tmp_path / "good"
    good.mkdir()
    sign_folder(good)
    for name in (MANIFEST_NAME, SIGNATURE_NAME):
        bad = tmp_path / f"bad-{name}"
        bad.mkdir()
        other = SIGNATURE_NAME if name == MANIFEST_NAME else MANIFEST_NAME
        (bad / other).write_bytes((good / other).read_bytes())
        (bad / name).symlink_to(good / name)
        assert read(bad) is Why.NOT_A_FILE
        (bad / name).unlink()
        os.mkfifo(bad / name)
        assert read(bad) is Why.NOT_A_FILE
        (bad / name).unlink()
        (bad / name).mkdir()
        assert read(bad) is Why.NOT_A_FILE
        (bad / name).rmdir()
        (bad / name).write_bytes(b" " * (2 << 20))
        assert read(bad) is (Why.MANIFEST_TOO_LARGE if name == MANIFEST_NAME else Why.SIGNATURE_DAMAGED)


def test_every_reason_has_number_three_words_and_remedy() -> None:
    """Each reason stands in the table once, with exactly three words in both languages that fit a card."""
    assert set(REFUSALS) == set(Why)
    for why, refusal in REFUSALS.items():
        for words in (refusal.words("id"), refusal.words("en")):
            assert len(words.split()) == 3, words
            assert words == words.upper()
            assert words.isascii()
            assert len(words) <= 24, words
        assert len({refusal.words("id"), refusal.words("en"), refusal.reason, refusal.remedy, refusal.reason_id}) == 5
        assert str(why.value) in BundleRefused(why).spell_out("id")
    assert len({r.words_id for r in REFUSALS.values()}) == len(REFUSALS) == len({r.words_en for r in REFUSALS.values()})


FUZZ_RUNS = int(os.environ.get("PANEL_FUZZ_RUNS", "8000"))
"""100,000 take about 12 s: PANEL_FUZZ_RUNS=100000 pytest tests/bundle/test_manifest.py -k fuzz. tests/fuzz goes through the
same parser with 24,000 inputs more."""


def spoil(random_: random.Random, raw: bytes) -> bytes:
    """`raw` with one to four of the usual accidents and attacks."""
    changed = bytearray(raw)
    for _ in range(random_.randint(1, 4)):
        at = random_.randrange(len(changed) + 1)
        match random_.randrange(8):
            case 0 if changed:
                changed[at % len(changed)] ^= 1 << random_.randrange(8)
            case 1:
                del changed[at : at + random_.randrange(1, 40)]
            case 2:
                changed[at:at] = random_.randbytes(random_.randrange(1, 20))
            case 3:
                changed[at:at] = changed[at : at + random_.randrange(200)]
            case 4:
                changed[at:at] = random_.choice(
                    [b"[", b"{", b'"', b"\\", b"\0", b"NaN", b"1e999", b"-", b"\xff", b"../"]
                ) * (random_.choice([1, 2, 2000]))
            case 5:
                changed = bytearray(changed.replace(b"\n", b"\r\n"))
            case 6:
                del changed[at:]
            case _:
                changed[at : at + 8] = random_.choice(
                    [b"null", b"true", b"{}", b"[]", b"1e5", b'"\\ud800"', b"99999999"]
                )
    return bytes(changed)


def fuzz(runs: int, seed: int) -> dict[str, int]:
    """Feeds spoiled manifests and signatures to the verifier, signed and not; anything but BundleRefused gets out."""
    random_ = random.Random(seed)
    files = tuple(ListedFile(f"media/{n}.mp4", n, HASH) for n in range(5))
    raw = write_manifest(a_manifest(files=files))
    signature = sign_bytes(raw)
    asked, open_ = trust(), trust(signed=False)
    counts: dict[str, int] = {}
    for number in range(runs):
        match number % 4:
            case 0:
                bad = spoil(random_, raw)
                why = verify(bad, signature, asked)
                assert why or bad == raw, f"accepted although nobody signed it: {bad!r}"
            case 1:
                why = verify(raw, spoil(random_, signature), asked)
            case 2:
                why = verify(spoil(random_, raw), b"", open_)
            case _:
                bad = spoil(random_, raw)
                why = verify(bad, sign_bytes(bad), asked)
        counts[why.name if why else "accepted"] = counts.get(why.name if why else "accepted", 0) + 1
    return counts


@pytest.mark.slow
def test_fuzz_never_raises_and_stays_small() -> None:
    """Spoiled manifests and signatures are refused, never an exception, and never cost more than 50 MB."""
    script = (
        "import sys, resource; from tests.bundle.test_manifest import fuzz, INVALID, verify; "
        "verify(INVALID['not json']); before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss; "
        "counts = fuzz(int(sys.argv[1]), 1); [verify(raw) for raw in INVALID.values()]; "
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before, counts)"
    )
    ran = subprocess.run([sys.executable, "-c", script, str(FUZZ_RUNS)], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr[-2000:]
    grown_kib = int(ran.stdout.split()[0])
    assert grown_kib < 50 * 1024, ran.stdout
    assert "MANIFEST_INVALID" in ran.stdout


def test_the_memory_of_this_test_is_measured_in_kib() -> None:
    """ru_maxrss is KiB on Linux: more than a megabyte for any Python, less than a terabyte."""
    assert 1 << 10 < resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 1 << 30
