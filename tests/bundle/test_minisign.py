"""Keys and signatures against Debian's own minisign, in both directions, and against bad input."""

from __future__ import annotations

import base64
import contextlib
import random
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from player.bundle import minisign
from player.office import signing_keys
from tests.kit.programs import need

PASSWORD = "ganti-saya: \N{SNOWMAN}"
CHEAP = {"operations": 32768 * 16, "memory_bytes": 1 << 24}  # scrypt for tests: 16 MiB instead of 1 GiB

MINISIGNS_PUBLIC = "RWRg7H4nPQTrWWfGHEcbU2sXeGmNQMTKHc19RfercxYvqvyNOL+hoWcl"
MINISIGNS_SECRET = """untrusted comment: minisign encrypted secret key
RWRTY0IymAcz1aPk8Ekn0fMcf8suWkWfIwonmdmEie8H2TS9MagAAAACAAAAAAAAAEAAAAAAgR0khbRgAzLhpMaLhwHzzYLdQfuasqg10K\
z5e7b2ydfaRI0M13oG2Jf/p5ehW6iu9ju1J1WJ1UssXuCQkqgZ5JyjTSvBLbK2gvqnzN0ew3eLPEdxTTKFP6hyhMAe1StNLO5YsuOaNOY=
"""
"""Made by `minisign -G` 0.11 with PASSWORD, for these tests only (2026-11): each use of its 1 GiB costs three seconds."""


def no_password() -> str:
    raise AssertionError("the key has no password, yet one was asked for")


def run_minisign(*words: str | Path, answer: str = "") -> subprocess.CompletedProcess[str]:
    need("minisign")
    return subprocess.run(["minisign", *map(str, words)], input=answer, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def key() -> signing_keys.SecretKey:
    return signing_keys.generate_key()


@pytest.fixture(scope="module")
def signed(key: signing_keys.SecretKey) -> tuple[bytes, bytes]:
    message = b'{"format": 1}\n'
    return message, signing_keys.sign_message(message, key, "timestamp:1\tfile:manifest.json\thashed")


@pytest.mark.parametrize("size", [0, 1, 127, 128, 129, 65536, 1 << 20])
def test_minisign_accepts_what_we_sign(tmp_path: Path, key: signing_keys.SecretKey, size: int) -> None:
    """The stock program verifies our signature, with the public key as we write it, and prints our trusted comment."""
    message = random.Random(size).randbytes(size)
    (tmp_path / "m").write_bytes(message)
    (tmp_path / "m.minisig").write_bytes(signing_keys.sign_message(message, key, "serial:7 \N{SNOWMAN}"))
    (tmp_path / "k.pub").write_text(signing_keys.write_public_key(key.public))
    by_file = run_minisign("-V", "-H", "-m", tmp_path / "m", "-p", tmp_path / "k.pub")
    by_line = run_minisign("-V", "-H", "-Q", "-m", tmp_path / "m", "-P", str(key.public))
    assert by_file.returncode == 0, by_file.stderr
    assert by_line.stdout == "serial:7 \N{SNOWMAN}\n", by_line.stderr


@pytest.mark.parametrize("legacy", [False, True])
def test_we_accept_what_minisign_signs(tmp_path: Path, legacy: bool) -> None:
    """A signature by the stock program holds here, prehashed or legacy, as `minisign -V` accepts both."""
    run_minisign("-G", "-W", "-p", tmp_path / "k.pub", "-s", tmp_path / "k.key")
    (tmp_path / "m").write_bytes(b"pesan\n" * 999)
    made = run_minisign("-S", *(["-l"] if legacy else []), "-m", tmp_path / "m", "-s", tmp_path / "k.key", "-t", "halo")
    assert made.returncode == 0, made.stderr
    signature = minisign.parse_signature((tmp_path / "m.minisig").read_bytes())
    key = minisign.parse_public_key((tmp_path / "k.pub").read_text())
    assert signature.prehashed is not legacy
    assert minisign.check_signature((tmp_path / "m").read_bytes(), signature, [key]) == key
    assert signature.trusted_comment == "halo"


def test_minisign_signs_with_our_secret_key(tmp_path: Path, key: signing_keys.SecretKey) -> None:
    """A secret key that we wrote with a password is one for the stock program too, and only with that password."""
    (tmp_path / "k.key").write_text(signing_keys.write_secret_key(key, PASSWORD, **CHEAP))
    (tmp_path / "m").write_bytes(b"x")
    wrong = run_minisign("-S", "-m", tmp_path / "m", "-s", tmp_path / "k.key", answer="salah\n")
    right = run_minisign("-S", "-m", tmp_path / "m", "-s", tmp_path / "k.key", answer=PASSWORD + "\n")
    assert wrong.returncode != 0
    assert right.returncode == 0, right.stderr
    signature = minisign.parse_signature((tmp_path / "m.minisig").read_bytes())
    assert minisign.check_signature(b"x", signature, [key.public]) == key.public


@pytest.mark.slow
def test_we_open_the_secret_key_that_minisign_made() -> None:
    """A key by `minisign -G` (scrypt with 1 GiB) opens with its password, and is whole."""
    key = signing_keys.parse_secret_key(MINISIGNS_SECRET, lambda: PASSWORD)
    assert str(key.public) == MINISIGNS_PUBLIC


def test_a_password_costs_what_it_costs_with_minisign() -> None:
    """Unless something else is asked for, a key file of ours has the numbers of one by `minisign -G`."""
    raw = base64.b64decode(MINISIGNS_SECRET.split("\n", 1)[1])
    numbers = {"operations": raw[38:46], "memory_bytes": raw[46:54]}
    told = {name: int.from_bytes(number, "little") for name, number in numbers.items()}
    assert signing_keys.write_secret_key.__kwdefaults__ == told


def test_no_other_password_opens_a_secret_key(key: signing_keys.SecretKey) -> None:
    """One character more is told apart from a damaged file."""
    text = signing_keys.write_secret_key(key, PASSWORD, **CHEAP)
    assert signing_keys.parse_secret_key(text, lambda: PASSWORD) == key
    with pytest.raises(signing_keys.WrongPassword):
        signing_keys.parse_secret_key(text, lambda: PASSWORD + " ")


def test_a_key_without_a_password_is_minisigns_too(tmp_path: Path, key: signing_keys.SecretKey) -> None:
    """`-W` keys go both ways: minisign signs with ours, we open minisign's without asking."""
    (tmp_path / "k.key").write_text(signing_keys.write_secret_key(key, None))
    (tmp_path / "m").write_bytes(b"x")
    assert run_minisign("-S", "-m", tmp_path / "m", "-s", tmp_path / "k.key").returncode == 0
    run_minisign("-G", "-W", "-p", tmp_path / "o.pub", "-s", tmp_path / "o.key")
    theirs = signing_keys.parse_secret_key((tmp_path / "o.key").read_text(), no_password)
    assert str(theirs.public) in (tmp_path / "o.pub").read_text()
    # minisign prints the id without its leading zeros: one key in sixteen has some.
    assert f" {theirs.public.name.lstrip('0')}\n" in (tmp_path / "o.pub").read_text()


def test_scrypt_numbers_are_libsodiums() -> None:
    """Operations and memory become N and p as libsodium's pickparams makes them."""
    assert signing_keys._scrypt_numbers(33554432, 1 << 30) == (20, 1)  # SENSITIVE
    assert signing_keys._scrypt_numbers(524288, 1 << 24) == (14, 1)  # INTERACTIVE
    assert signing_keys._scrypt_numbers(1, 1 << 24) == (10, 1)  # at least 32768 operations
    assert signing_keys._scrypt_numbers(1 << 26, 1 << 24) == (14, 128)  # more time than memory: parallel


def test_every_changed_bit_is_noticed(key: signing_keys.SecretKey, signed: tuple[bytes, bytes]) -> None:
    """One bit flipped anywhere in message, signature or trusted comment is refused."""
    message, signature = signed
    for at in range(len(message) * 8):
        changed = bytearray(message)
        changed[at // 8] ^= 1 << at % 8
        with pytest.raises(minisign.WrongSignature):
            minisign.check_signature(bytes(changed), minisign.parse_signature(signature), [key.public])
    untrusted_bytes = signature.index(b"\n") + 1
    for at in range(untrusted_bytes * 8, len(signature) * 8 - 8):  # but the last line end
        changed = bytearray(signature)
        changed[at // 8] ^= 1 << at % 8
        with pytest.raises(minisign.MinisignError):
            minisign.check_signature(message, minisign.parse_signature(bytes(changed)), [key.public])


def test_a_key_that_is_not_pinned_is_unknown(key: signing_keys.SecretKey, signed: tuple[bytes, bytes]) -> None:
    """Another key is UnknownKey; one with the same id but other point WrongSignature; the right one is found."""
    message, raw = signed
    signature, other = minisign.parse_signature(raw), signing_keys.generate_key().public
    with pytest.raises(minisign.UnknownKey):
        minisign.check_signature(message, signature, [other])
    with pytest.raises(minisign.UnknownKey):
        minisign.check_signature(message, signature, [])
    twin = minisign.PublicKey(key.key_id, other.point)
    with pytest.raises(minisign.WrongSignature):
        minisign.check_signature(message, signature, [twin])
    assert minisign.check_signature(message, signature, [other, twin, key.public]) == key.public


def test_lines_may_end_as_on_windows(key: signing_keys.SecretKey, signed: tuple[bytes, bytes]) -> None:
    """A signature file converted to CRLF still holds, as it does for minisign."""
    message, raw = signed
    crlf = minisign.parse_signature(raw.replace(b"\n", b"\r\n"))
    assert minisign.check_signature(message, crlf, [key.public]) == key.public


@pytest.mark.parametrize(
    "text",
    [
        "",
        "RW",
        "untrusted comment: x\n",
        "A" * 56,
        "RW" + "é" * 54,
        "x\ny",
        base64.b64encode(b"ED" + bytes(40)).decode(),
    ],
)
def test_what_is_no_public_key_says_so(text: str) -> None:
    """Anything but a minisign public key is a MinisignError that says what one looks like."""
    with pytest.raises(minisign.MinisignError):
        minisign.parse_public_key(text)


def test_a_damaged_secret_key_is_refused(key: signing_keys.SecretKey) -> None:
    """Cut short, with halves of two keys, or asking for terabytes: a MinisignError, never a wrong key."""
    text = signing_keys.write_secret_key(key, None)
    raw = bytearray(base64.b64decode(text.splitlines()[1]))
    mixed, greedy = bytearray(raw), bytearray(raw)
    mixed[-40] ^= 1
    greedy[2:4], greedy[46:54] = b"Sc", (1 << 44).to_bytes(8, "little")
    for bad in (raw[:-1], mixed, greedy, b"xx" + raw[2:]):
        with pytest.raises(minisign.MinisignError):
            signing_keys.parse_secret_key(
                f"untrusted comment: x\n{base64.b64encode(bytes(bad)).decode()}\n", lambda: ""
            )
    with pytest.raises(minisign.MinisignError):
        signing_keys.parse_secret_key("one line only", no_password)


def test_a_trusted_comment_cannot_smuggle_lines(key: signing_keys.SecretKey) -> None:
    """Line ends and other control characters in a trusted comment are refused when signing."""
    for comment in ("a\nb", "a\rb", "\x1b[31m", "\x85"):
        with pytest.raises(minisign.MinisignError):
            signing_keys.sign_message(b"x", key, comment)


def test_a_secret_key_does_not_show_itself(key: signing_keys.SecretKey) -> None:
    """The seed is not in the key's repr, so that no log line can hold it."""
    assert repr(key.seed) not in repr(key)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=600))
def test_any_bytes_are_a_signature_or_a_clear_error(raw: bytes) -> None:
    """Parsing never raises anything but MinisignError."""
    with contextlib.suppress(minisign.MinisignError):
        minisign.parse_signature(raw)
