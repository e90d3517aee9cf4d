"""The one file of an office for a panel: what an office writes is read, and nothing else is."""

from __future__ import annotations

import ssl
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.x509 import load_pem_x509_certificate
from hypothesis import given
from hypothesis import strategies as st

from player.contract.enrolment import (
    LARGEST_BYTES,
    Enrolment,
    EnrolmentError,
    name_in,
    read_enrolment,
    write_enrolment,
)
from tests.kit.certificates import BEGAN, TEN_YEARS, make_authority, make_certificate, make_enrolment

WALL = BEGAN + timedelta(days=30)
GOOD = make_enrolment()
FILE = write_enrolment(GOOD)
CERTIFICATES = [load_pem_x509_certificate(pem.encode()) for pem in (GOOD.certificate, GOOD.authority)]


def fault(raw: bytes, days: float = 30) -> str:
    with pytest.raises(EnrolmentError) as told:
        read_enrolment(raw, BEGAN + timedelta(days=days))
    return str(told.value)


def test_what_an_office_writes_is_read() -> None:
    """The same values; also after Windows has put its line ends in; every line of the head is a comment."""
    assert read_enrolment(FILE, WALL) == GOOD
    assert read_enrolment(FILE.replace(b"\n", b"\r\n"), WALL) == GOOD
    assert len(FILE) < LARGEST_BYTES / 4
    assert name_in(GOOD.certificate.encode()) == "serang-01"
    assert name_in(b"a film") is None


def test_a_file_that_is_cut_short_anywhere_is_refused() -> None:
    """Each beginning of it is told to be cut short, damaged or no such file; only the last line break may be missing."""
    for length in range(len(FILE.rstrip()) - 1):
        fault(FILE[:length])


@given(st.integers(0, len(FILE) - 1), st.integers(1, 255))
def test_a_file_with_one_wrong_byte_is_refused_or_means_the_same(place: int, flip: int) -> None:
    """A changed comment, host or port is another file that an office may write; nothing else gets through, and nothing breaks."""
    changed = bytearray(FILE)
    changed[place] ^= flip
    try:
        found = read_enrolment(bytes(changed), WALL)
    except EnrolmentError:
        return
    assert [load_pem_x509_certificate(pem.encode()) for pem in (found.certificate, found.authority)] == CERTIFICATES
    assert found.panel == GOOD.panel


@pytest.mark.parametrize("name", ["certificate", "authority"])
def test_a_certificate_of_a_version_that_does_not_exist_is_damaged(name: str) -> None:
    """Cryptography's error of it is no ValueError: one wrong bit ended the installation with a traceback."""
    honest = ssl.PEM_cert_to_DER_cert(getattr(GOOD, name))
    third, second = (b"\xa0\x03\x02\x01" + bytes([number]) for number in (2, 1))  # counted from 0
    assert third in honest
    changed = replace(GOOD, **{name: ssl.DER_cert_to_PEM_cert(honest.replace(third, second, 1))})  # type: ignore[arg-type]  # the names are of texts
    assert fault(write_enrolment(changed)).startswith(f"the {name} in it is damaged")


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "it is empty"),
        (b"\x89PNG\r\n\x1a\n", "it is not an office's file for a panel; make a new one at the office"),
        (GOOD.certificate.encode(), "it is not an office's file for a panel"),
        (FILE.replace(b"enrolment 1\n", b"enrolment 2\n"), "a newer office made it"),
        (FILE + b"#" * LARGEST_BYTES, "it is larger than such a file can be"),
        (FILE + b"a = " + b"[" * 5000, "it is cut short or was changed"),
        (FILE + b"n = " + b"1" * 5000, "it is cut short or was changed"),
        (FILE + b"\xff", "it is cut short or was changed"),
        (FILE + b"port = 1\n", "it is cut short or was changed"),
        (FILE + b'state_folder = "/"\n', "it says 'state_folder', which no office writes"),
        (FILE + b'"\\u001b[2J" = 1\n', "which no office writes"),
        (FILE.replace(b"port = 8883\n", b""), "it says nothing of the port"),
        (FILE.replace(b"port = 8883", b"port = true"), "what it says of the port is not"),
        (FILE.replace(b"port = 8883", b"port = 88831"), "what it says of the port is not"),
        (FILE.replace(b"port = 8883", b'port = "8883"'), "what it says of the port is not"),
        (FILE.replace(b'root = "panels"', b'root = "panels/#"'), "what it says of the root is not"),
        (FILE.replace(b'root = "panels"', b'root = "a\\nb"'), "what it says of the root is not"),
        (FILE.replace(b'language = "id"', b'language = "fr"'), "what it says of the language is not"),
        (FILE.replace(b'panel = "serang-01"', b'panel = "../../etc"'), "what it says of the panel is not"),
        (FILE.replace(b'panel = "serang-01"', b'panel = "all"'), "what it says of the panel is not"),
        (FILE.replace(b'panel = "serang-01"', b'panel = "serang-02"'), "its certificate is another panel's"),
        (FILE.replace(b"mqtt.serang", b"mqtt serang"), "what it says of the host is not"),
        (FILE.replace(b"mqtt.serang.go.id", b"a" * 300), "what it says of the host is not"),
        (FILE.replace(b"BEGIN EC PRIVATE KEY", b"BEGIN OPENSSH PRIVATE KEY"), "what it says of the key is not"),
    ],
)
def test_what_no_office_writes_is_refused_in_plain_words(raw: bytes, said: str) -> None:
    """Each with what is wrong and what to do; never a traceback, never a control character."""
    told = fault(raw)
    assert said in told
    assert "\x1b" not in told
    assert "; " in told


OTHER = make_enrolment()
TWO = GOOD.certificate + OTHER.certificate


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"key": OTHER.key}, "the key in it does not belong to the certificate in it"),
        ({"authority": OTHER.authority}, "its certificate is not signed by the authority in it"),
        ({"authority": GOOD.certificate}, "are not such as an office makes"),
        ({"certificate": TWO}, "what it says of the certificate is not"),
        ({"certificate": f"{GOOD.certificate}'''\nhost = 'x'\nx = '''"}, "it is cut short or was changed"),
        ({"certificate": GOOD.certificate.replace("MI", "AA", 1)}, "the certificate in it is damaged"),
        ({"key": GOOD.key.replace("MH", "AA", 1)}, "the key in it is damaged"),
        ({"authority": GOOD.authority.replace("MI", "AA", 1)}, "the authority in it is damaged"),
    ],
)
def test_parts_that_do_not_belong_together_are_refused(change: dict[str, str], said: str) -> None:
    """A key of another certificate, another authority's, two where one must be, damaged ones."""
    assert said in fault(write_enrolment(replace(GOOD, **change)))  # type: ignore[arg-type]  # one of the texts


def test_a_brokers_certificate_is_no_panels() -> None:
    """Only what an authority made for a client lets a panel in."""
    authority = make_authority()
    made = make_certificate("serang-01", signer=authority, server=True)
    wrong = replace(GOOD, authority=authority.pem, certificate=made.pem, key=made.key)
    assert "are not such as an office makes" in fault(write_enrolment(wrong))


def test_a_certificate_that_is_over_is_told_with_its_day() -> None:
    """And one of the future blames the clock: a panel's battery may be empty."""
    assert f"the certificate in it ended on {BEGAN + TEN_YEARS:%Y-%m-%d}; make a new one" in fault(FILE, days=3651)
    assert "this computer's clock says 2026-10-31" in fault(FILE, days=-1)
    assert "set the clock (timedatectl)" in fault(FILE, days=-1)


def test_the_fields_are_those_of_the_file() -> None:
    """The contract: a new one needs a new format."""
    assert list(Enrolment.__dataclass_fields__) == [
        "panel", "host", "port", "root", "language", "authority", "certificate", "key"
    ]  # fmt: skip
