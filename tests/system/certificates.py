"""Certificates of a day, made where they are used: an authority, and what it signs."""

import datetime as dt
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from faultlog.values import dataclass


@dataclass(frozen=True, slots=True)
class Shown:
    """The files that one side of a connection has."""

    ca: Path
    cert: Path
    key: Path

    @property
    def options(self) -> list[str]:
        """As `dask` and `faultlog fleet run` take them."""
        return ["--tls-ca", str(self.ca), "--tls-cert", str(self.cert), "--tls-key", str(self.key)]

    @property
    def dask_options(self) -> list[str]:
        """As `dask scheduler` and `dask worker` take them."""
        return ["--tls-ca-file", *self.options[1:]]


def certified(folder: Path, name: str) -> Shown:
    """An authority of its own, and a certificate signed by it."""
    folder.mkdir()
    own, signed = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority = _certificate(f"{name} authority", own.public_key(), f"{name} authority", own, path_length=0)
    certificate = _certificate(name, signed.public_key(), f"{name} authority", own, path_length=None)
    shown = Shown(folder / "ca.pem", folder / "cert.pem", folder / "key.pem")
    shown.ca.write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    shown.cert.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    shown.key.write_bytes(
        signed.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return shown


def _certificate(subject, key, issuer, signer, *, path_length):
    now = dt.datetime.now(dt.UTC)
    constraints = x509.BasicConstraints(ca=path_length is not None, path_length=path_length)
    return (
        x509.CertificateBuilder()
        .subject_name(_named(subject))
        .issuer_name(_named(issuer))
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(constraints, critical=True)
        .sign(signer, hashes.SHA256())
    )


def _named(name):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
