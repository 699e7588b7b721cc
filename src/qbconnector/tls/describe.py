"""What there is to say of a certificate: for people, for clients that pin it, and when it is about to expire."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding

WARNING: Final = timedelta(days=30)

FORMATS: Final = ("pem", "base64", "der")
"""How a certificate is exported: PEM, its DER in base64 on one line, DER."""


def exported(certificate: x509.Certificate, form: str) -> bytes:
    """The certificate in one of FORMATS; never its key."""
    if form == "pem":
        return certificate.public_bytes(Encoding.PEM)
    der = certificate.public_bytes(Encoding.DER)
    return base64.b64encode(der) + b"\n" if form == "base64" else der


def fingerprint(certificate: x509.Certificate) -> str:
    """The SHA-256 of the certificate, as tools write it: AB:CD:…"""
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()


def description(certificate: x509.Certificate) -> dict[str, str]:
    """What people look at, by what it is called."""
    key = certificate.public_key()
    kind = f"RSA {key.key_size}" if isinstance(key, rsa.RSAPublicKey) else f"EC {getattr(key, 'key_size', '')}".strip()
    return {
        "Subject": certificate.subject.rfc4514_string(),
        "Issuer": certificate.issuer.rfc4514_string(),
        "Names": ", ".join(names(certificate)),
        "Key": kind,
        "Valid from": f"{certificate.not_valid_before_utc:%Y-%m-%d %H:%M} UTC",
        "Valid to": f"{certificate.not_valid_after_utc:%Y-%m-%d %H:%M} UTC",
        "SHA-256": fingerprint(certificate),
    }


def names(certificate: x509.Certificate) -> list[str]:
    """The host names and addresses it is for."""
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    addresses = [str(one) for one in found.get_values_for_type(x509.IPAddress)]
    return [*found.get_values_for_type(x509.DNSName), *addresses]


def validity_problem(certificate: x509.Certificate, now: datetime) -> str:
    """A sentence when the certificate is not valid at ``now``, or will not be for another 30 days; else ""."""
    begin, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    now = now.astimezone(UTC)
    if now < begin:
        return f"The certificate is not valid before {begin:%Y-%m-%d %H:%M} UTC."
    if now > end:
        return f"The certificate expired on {end:%Y-%m-%d}; clients refuse it."
    if end - now <= WARNING:
        return f"The certificate expires on {end:%Y-%m-%d}, in {(end - now).days} days."
    return ""
