"""When a certificate is said to end soon: a month before, and of a short one not before a program would have renewed it."""

from __future__ import annotations

import ssl
from datetime import timedelta
from pathlib import Path

import pytest

from player.base.certificates import CertificateFault, Lifetime, read_lifetime
from tests.kit.certificates import BEGAN, TEN_YEARS, make_authority, make_certificate


@pytest.mark.parametrize(
    ("lives_days", "left_days", "soon"),
    [(3650, 31, False), (3650, 30, True), (3650, 0, True), (3650, -5, True), (90, 30, False), (90, 22, True)],
)
def test_a_month_before_the_end_is_soon(lives_days: int, left_days: int, soon: bool) -> None:
    """Of one that lives for three months, three weeks: a program renews that a month before."""
    lifetime = Lifetime(BEGAN, BEGAN + timedelta(days=lives_days))
    assert lifetime.is_ending(lifetime.ends - timedelta(days=left_days)) is soon
    assert lifetime.is_over(lifetime.ends - timedelta(days=left_days)) is (left_days <= 0)


def test_the_first_of_a_chain_counts_and_the_last_of_the_authorities(tmp_path: Path) -> None:
    """A chain begins with the certificate that it is for; a list of authorities is of use as long as one of them counts."""
    short, long = make_authority(lives=timedelta(days=100)), make_authority()
    file = tmp_path / "several.crt"
    file.write_text(f"{short.pem}# a remark between them\n{long.pem}")
    assert read_lifetime(file).ends == BEGAN + timedelta(days=100)
    assert read_lifetime(file, authorities=True) == Lifetime(BEGAN, BEGAN + TEN_YEARS)


@pytest.mark.parametrize(
    "content", [None, b"", b"a film", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]
)
def test_what_is_no_certificate_is_named(tmp_path: Path, content: bytes | None) -> None:
    """A file that is missing, empty, something else or damaged: one line that names it."""
    file = tmp_path / "panel.crt"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(CertificateFault, match=r"panel\.crt"):
        read_lifetime(file)


def test_a_damaged_one_is_told_as_such(tmp_path: Path) -> None:
    """Cut short in the middle."""
    made = make_certificate("serang-01")
    (tmp_path / "panel.crt").write_text(made.pem[:200])
    with pytest.raises(CertificateFault, match="no certificate can be read"):
        read_lifetime(tmp_path / "panel.crt")


@pytest.mark.parametrize("flip", [0x01, 0x80, 0xFF])
def test_no_wrong_byte_in_one_ends_who_reads_it(tmp_path: Path, flip: int) -> None:
    """Each byte of a certificate, changed: still one, or told as none. A version that does not exist is no ValueError."""
    honest, file, refused = ssl.PEM_cert_to_DER_cert(make_certificate("serang-01").pem), tmp_path / "panel.crt", 0
    for place in range(len(honest)):
        changed = bytearray(honest)
        changed[place] ^= flip
        file.write_text(ssl.DER_cert_to_PEM_cert(bytes(changed)))
        try:
            assert isinstance(read_lifetime(file), Lifetime)
        except CertificateFault:
            refused += 1
    assert 20 < refused < len(honest)
