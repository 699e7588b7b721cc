"""New certificates: self-signed, for a server, with the names and addresses its clients call it by."""

import ipaddress
import socket
from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from qbconnector import clock
from qbconnector.errors import CertificateError
from qbconnector.tls.identity import Identity, PrivateKey

DAYS: Final = 825  # the longest that every common client accepts
KINDS: Final = ("rsa", "ec")
LONGEST_NAME: Final = 64  # characters of a common name


def generate(names: Iterable[str], kind: str = "rsa", days: int = DAYS) -> Identity:
    """A new certificate for these host names and addresses, with a key of RSA 3072 (``rsa``) or EC P-256 (``ec``).

    The first name is its subject. Raises ``CertificateError`` for a name that is none.
    """
    names = list(dict.fromkeys(name.strip() for name in names if name.strip())) or default_names()
    key: PrivateKey = ec.generate_private_key(ec.SECP256R1()) if kind == "ec" else rsa.generate_private_key(65537, 3072)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0][:LONGEST_NAME])])
    begin = clock.now() - timedelta(hours=1)  # for clients whose clock is a little slow
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=days))
    )
    for extension, critical in _extensions(names, key):
        builder = builder.add_extension(extension, critical)
    return Identity(builder.sign(key, hashes.SHA256()), key)


def _extensions(names: list[str], key: PrivateKey) -> list[tuple[x509.ExtensionType, bool]]:
    usage = x509.KeyUsage(
        digital_signature=True,
        key_encipherment=isinstance(key, rsa.RSAPrivateKey),
        key_cert_sign=True,  # it is its own issuer, and clients that pin it check that
        content_commitment=False,
        data_encipherment=False,
        key_agreement=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    public = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    return [
        (x509.SubjectAlternativeName([_name(name) for name in names]), False),
        (x509.BasicConstraints(ca=True, path_length=0), True),
        (usage, True),
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False),
        (public, False),
        (x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(public), False),
    ]


def _name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        pass
    try:
        return x509.DNSName(name if name.isascii() else name.encode("idna").decode("ascii"))
    except ValueError:
        raise CertificateError("", f'"{name}" is neither a host name nor an address') from None


def default_names() -> list[str]:
    """What clients may call this machine: its name, localhost and the loopback addresses."""
    return list(dict.fromkeys((socket.gethostname(), "localhost", "127.0.0.1", "::1")))
