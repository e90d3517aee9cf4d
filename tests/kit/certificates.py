"""Certificates as an office makes them, and such as it never would: of any name, purpose and time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from player.contract.enrolment import Enrolment

BEGAN = datetime(2026, 11, 1, tzinfo=UTC)
TEN_YEARS = timedelta(days=3650)


@dataclass(frozen=True)
class Made:
    """A certificate with its key."""

    certificate: x509.Certificate
    private: ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(Encoding.PEM).decode()

    @property
    def key(self) -> str:
        return self.private.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()

    def write(self, path: Path) -> Path:
        path.write_text(self.pem)
        return path


def make_certificate(
    name: str, *, signer: Made | None = None, begins: datetime = BEGAN, lives: timedelta = TEN_YEARS,
    authority: bool = False, server: bool = False,
) -> Made:  # fmt: skip
    """signer None: it signs itself."""
    private = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    use = ExtendedKeyUsageOID.SERVER_AUTH if server else ExtendedKeyUsageOID.CLIENT_AUTH
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(signer.certificate.subject if signer else subject)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + lives)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    if not authority:
        builder = builder.add_extension(x509.ExtendedKeyUsage([use]), critical=False)
    return Made(builder.sign(signer.private if signer else private, hashes.SHA256()), private)


def make_authority(begins: datetime = BEGAN, lives: timedelta = TEN_YEARS) -> Made:
    return make_certificate("panel-player private CA", authority=True, begins=begins, lives=lives)


def make_enrolment(panel: str = "serang-01", begins: datetime = BEGAN, **other: object) -> Enrolment:
    """What an office would write for the panel; other: what is different."""
    authority = make_authority(begins)
    made = make_certificate(panel, signer=authority, begins=begins)
    values: dict[str, object] = {
        "panel": panel, "host": "mqtt.serang.go.id", "port": 8883, "root": "panels", "language": "id",
        "authority": authority.pem, "certificate": made.pem, "key": made.key,
    }  # fmt: skip
    return Enrolment(**(values | other))  # type: ignore[arg-type]  # what a test gives on purpose
