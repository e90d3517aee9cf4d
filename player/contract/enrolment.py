"""The one file with which a panel is enrolled at an office: certificate, key, the office's authority, the broker.

Knows: the file's form, written and read; what must hold between its parts. Pure: text and a time in, values out.
Must not: hold a path, or let anything through that is not exactly what an office writes: the file came by stick or by mail.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, fields
from datetime import datetime

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from cryptography.x509 import (
    BasicConstraints,
    Certificate,
    DuplicateExtension,
    ExtendedKeyUsage,
    ExtensionNotFound,
    InvalidVersion,
    load_pem_x509_certificate,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from player.base.text import breaks_a_line, printable

FORMAT = 1
FIRST_WORDS = "# panel-player enrolment"
LARGEST_BYTES = 16 << 10
"""An honest one has 3 KB."""
MULTI_LINE = ("authority", "certificate", "key")
PATTERNS = {
    "panel": r"(?!(?:all|group)$)[a-z0-9-]{3,32}",
    "host": r"[A-Za-z0-9](?:[A-Za-z0-9.:-]{0,251}[A-Za-z0-9])?",
    "root": r"[^+#/\x00-\x1f]{1,64}",
    "language": "id|en",
}
PEM = r"-----BEGIN {0}-----\n(?:[A-Za-z0-9+/]{{1,64}}={{0,2}}\n)+-----END {0}-----\n"
CERTIFICATE = re.compile(PEM.format("CERTIFICATE"))
KEY = re.compile("|".join(PEM.format(kind) for kind in ("EC PRIVATE KEY", "PRIVATE KEY", "RSA PRIVATE KEY")))
BROKEN = (
    ValueError,
    TypeError,
    InvalidSignature,
    UnsupportedAlgorithm,
    ExtensionNotFound,
    DuplicateExtension,
    InvalidVersion,
)
"""What the library says of bytes that are no certificate, no key, or of a kind that nobody uses."""
MAKE_IT_AGAIN = "make a new one at the office: sh systemd/office.sh --panel NAME"
COPY_IT_AGAIN = f"copy it again, or {MAKE_IT_AGAIN}"


class EnrolmentError(Exception):
    """The file cannot be used. Says what is wrong with it and what to do, in one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """What the file says. authority, certificate and key are PEM, one block each."""

    panel: str
    host: str
    port: int
    root: str
    language: str
    authority: str
    certificate: str
    key: str


def write_enrolment(enrolment: Enrolment) -> bytes:
    """The file, as `read_enrolment` takes it."""
    lines = [
        f"{FIRST_WORDS} {FORMAT}",
        f"# For the panel {enrolment.panel} and no other: whoever has this file can pass for that panel.",
        f"# On the panel: sudo sh systemd/install.sh --enrol {enrolment.panel}.panel    then remove the file.",
    ]
    for field in fields(enrolment):
        value = getattr(enrolment, field.name)
        if field.name in MULTI_LINE:
            lines.append(f"{field.name} = '''\n{value}'''")
        else:
            lines.append(f"{field.name} = {value}" if isinstance(value, int) else f'{field.name} = "{value}"')
    return ("\n".join(lines) + "\n").encode()


def read_enrolment(raw: bytes, wall: datetime) -> Enrolment:
    """The file as values, all of it checked. wall: now. Raises EnrolmentError."""
    found = _read_form(raw)
    certificate, authority = _load("certificate", found.certificate), _load("authority", found.authority)
    _check_together(found, certificate, authority)
    _check_times(certificate, authority, wall)
    return found


def name_in(pem: bytes) -> str | None:
    """The panel that a certificate is for; None: that cannot be read."""
    try:
        return _common_name(load_pem_x509_certificate(pem))
    except BROKEN:
        return None


# ---- the form


def _read_form(raw: bytes) -> Enrolment:
    if not raw:
        raise EnrolmentError(f"it is empty; {COPY_IT_AGAIN}")
    if not raw.startswith(FIRST_WORDS.encode()):
        raise EnrolmentError(f"it is not an office's file for a panel; {MAKE_IT_AGAIN}")
    if len(raw) > LARGEST_BYTES:
        raise EnrolmentError(f"it is larger than such a file can be; {MAKE_IT_AGAIN}")
    first = raw.split(b"\n", 1)[0].decode("ascii", "replace").strip().removeprefix(FIRST_WORDS).strip()
    if first.isdecimal() and first != str(FORMAT):
        raise EnrolmentError("a newer office made it; take the newest version of this program, then try again")
    try:
        values = tomllib.loads(raw.decode("utf-8").replace("\r\n", "\n"))
    except (ValueError, RecursionError) as error:
        raise EnrolmentError(f"it is cut short or was changed; {COPY_IT_AGAIN}") from error
    known = [field.name for field in fields(Enrolment)]
    for name in values:
        if name not in known:
            raise EnrolmentError(f"it says {printable(name[:40])!r}, which no office writes; {MAKE_IT_AGAIN}")
    for name in known:
        if name not in values:
            raise EnrolmentError(f"it says nothing of the {name}: it is cut short or was changed; {COPY_IT_AGAIN}")
        if not _fits(name, values[name]):
            raise EnrolmentError(f"what it says of the {name} is not what an office writes; {COPY_IT_AGAIN}")
    return Enrolment(**values)


def _fits(name: str, value: object) -> bool:
    if name == "port":
        return type(value) is int and 1 <= value <= 65535
    if not isinstance(value, str):
        return False
    if name in MULTI_LINE:
        return (KEY if name == "key" else CERTIFICATE).fullmatch(value) is not None
    return re.fullmatch(PATTERNS[name], value) is not None and not breaks_a_line(value) and not set(value) & {'"', "\\"}


# ---- what it means


def _load(name: str, pem: str) -> Certificate:
    try:
        return load_pem_x509_certificate(pem.encode())
    except BROKEN as error:
        raise EnrolmentError(f"the {name} in it is damaged; {COPY_IT_AGAIN}") from error


def _check_together(found: Enrolment, certificate: Certificate, authority: Certificate) -> None:
    try:
        key = load_pem_private_key(found.key.encode(), password=None)
        mine = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    except BROKEN as error:
        raise EnrolmentError(f"the key in it is damaged; {COPY_IT_AGAIN}") from error
    try:
        same = mine == certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        is_authority = authority.extensions.get_extension_for_class(BasicConstraints).value.ca
        uses = certificate.extensions.get_extension_for_class(ExtendedKeyUsage).value
        name = _common_name(certificate)
    except BROKEN as error:
        raise EnrolmentError(f"the certificates in it are not such as an office makes; {MAKE_IT_AGAIN}") from error
    if not same:
        raise EnrolmentError(f"the key in it does not belong to the certificate in it; {MAKE_IT_AGAIN}")
    if not is_authority or ExtendedKeyUsageOID.CLIENT_AUTH not in uses:
        raise EnrolmentError(f"the certificates in it are not such as an office makes; {MAKE_IT_AGAIN}")
    if name != found.panel:
        raise EnrolmentError(f"it is for {found.panel}, but its certificate is another panel's; {MAKE_IT_AGAIN}")
    try:
        authority.verify_directly_issued_by(authority)
    except BROKEN as error:
        raise EnrolmentError(f"the authority in it is damaged; {COPY_IT_AGAIN}") from error
    try:
        certificate.verify_directly_issued_by(authority)
    except BROKEN as error:
        raise EnrolmentError(f"its certificate is not signed by the authority in it; {MAKE_IT_AGAIN}") from error


def _common_name(certificate: Certificate) -> str | None:
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if len(names) == 1 else None


def _check_times(certificate: Certificate, authority: Certificate, wall: datetime) -> None:
    for name, one in (("certificate", certificate), ("authority", authority)):
        if wall > one.not_valid_after_utc:
            raise EnrolmentError(f"the {name} in it ended on {one.not_valid_after_utc:%Y-%m-%d}; {MAKE_IT_AGAIN}")
        if wall < one.not_valid_before_utc:
            raise EnrolmentError(
                f"this computer's clock says {wall:%Y-%m-%d %H:%M} UTC, and the {name} in it begins on "
                f"{one.not_valid_before_utc:%Y-%m-%d %H:%M}; set the clock (timedatectl), then try again"
            )
