"""Ed25519: the vectors of RFC 8032, and that OpenSSL and the package cryptography never judge a signature differently."""

from __future__ import annotations

import random
import ssl
import subprocess
import sys

import pytest

from player.base.ed25519 import KEY_BYTES, SIGNATURE_BYTES, Ed25519, OpenSslEd25519, PackagedEd25519, ed25519

pytestmark = pytest.mark.heavy

VECTORS = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]
"""RFC 8032, 7.1: private, public, message, signature."""
ORDER = 2**252 + 27742317777372353535851937790883648493
NO_CRYPTOGRAPHY = """
import sys
sys.modules["cryptography"] = None
from player.base.ed25519 import ed25519
key = bytes(32)
signed = ed25519().sign(key, b"x")
sys.exit(0 if ed25519().is_signed(ed25519().public_of(key), signed, b"x") else 1)
"""
BOTH = [ed25519(), PackagedEd25519()]


@pytest.mark.parametrize("made", BOTH, ids=lambda made: type(made).__name__)
@pytest.mark.parametrize("vector", VECTORS)
def test_the_vectors_of_the_rfc(made: Ed25519, vector: tuple[str, str, str, str]) -> None:
    """The public half, the signature and its check are those of RFC 8032."""
    private, public, message, signature = map(bytes.fromhex, vector)
    assert made.public_of(private) == public
    assert made.sign(private, message) == signature
    assert made.is_signed(public, signature, message)


def test_debians_python_signs_without_the_package() -> None:
    """Where Python's ssl has a libcrypto beside it, the package is never loaded."""
    assert isinstance(ed25519(), OpenSslEd25519)
    assert subprocess.run([sys.executable, "-c", NO_CRYPTOGRAPHY], check=False).returncode == 0


def spoilt(chance: random.Random, raw: bytes) -> bytes:
    """The bytes with one bit wrong, cut short, longer, or others altogether."""
    match chance.randrange(6):
        case 0:
            return raw[: chance.randrange(len(raw) + 1)]
        case 1:
            return raw + b"\0"
        case 2:
            return chance.randbytes(len(raw))
        case 3 if len(raw) == SIGNATURE_BYTES:  # the same signature by another number: to be refused
            return raw[:32] + (int.from_bytes(raw[32:], "little") + ORDER).to_bytes(32, "little")
        case _:
            place = chance.randrange(len(raw) * 8)
            return (int.from_bytes(raw, "big") ^ 1 << place).to_bytes(len(raw), "big")


def test_both_judge_every_signature_alike() -> None:
    """2,000 signatures with something wrong in key, signature or message are refused by both; the honest ones are not."""
    chance = random.Random(20261126)
    fast, packaged = BOTH
    for number in range(2_000):
        private, message = chance.randbytes(KEY_BYTES), chance.randbytes(1 + number % 200)
        public, signature = fast.public_of(private), fast.sign(private, message)
        assert (public, signature) == (packaged.public_of(private), packaged.sign(private, message))
        assert fast.is_signed(public, signature, message)
        said = [public, signature, message]
        at = chance.randrange(3)
        said[at] = spoilt(chance, said[at])
        if said == [public, signature, message]:
            continue
        assert not fast.is_signed(*said), (number, at)
        assert not packaged.is_signed(*said), (number, at)


@pytest.mark.parametrize("public", [bytes(32), b"\x01" + bytes(31), b"\xff" * 32, b"\xec" + b"\xff" * 30 + b"\x7f"])
@pytest.mark.parametrize("signature", [bytes(64), b"\x01" + bytes(63), b"\xff" * 64])
def test_keys_that_nobody_can_have_are_judged_alike(public: bytes, signature: bytes) -> None:
    """Points of small order and numbers that are none: one library takes what the other takes."""
    assert BOTH[0].is_signed(public, signature, b"x") == BOTH[1].is_signed(public, signature, b"x")


@pytest.mark.parametrize("raw", [b"", bytes(31), bytes(33)])
@pytest.mark.parametrize("made", BOTH, ids=lambda made: type(made).__name__)
def test_what_is_no_key_is_a_value_error(made: Ed25519, raw: bytes) -> None:
    """And nothing was signed with it."""
    with pytest.raises(ValueError, match=r"key|32"):
        made.public_of(raw)
    with pytest.raises(ValueError, match=r"key|32"):
        made.sign(raw, b"x")
    assert not made.is_signed(raw, bytes(64), b"x")


def test_a_refused_signature_leaves_no_fault_for_tls() -> None:
    """OpenSSL keeps its faults for each thread: the next user of ssl in it would be told of ours."""
    assert not ed25519().is_signed(b"\xff" * 32, bytes(64), b"x")
    ssl.create_default_context()
    inside, outside = ssl.MemoryBIO(), ssl.MemoryBIO()
    context = ssl.create_default_context()
    context.check_hostname = False
    with pytest.raises(ssl.SSLWantReadError):
        context.wrap_bio(inside, outside).do_handshake()
