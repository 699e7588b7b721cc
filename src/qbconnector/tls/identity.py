"""A certificate with its key: from a PEM or PFX file, or from the store of Windows.

It owns reading and choosing. Making new ones belongs to ``generate``, the server's context to ``context``.
"""

import re
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key, pkcs12

from qbconnector.errors import CertificateError

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

KEY_BLOCK: Final = re.compile(rb"-----BEGIN ([A-Z ]*)PRIVATE KEY-----.*?-----END \1PRIVATE KEY-----", re.DOTALL)
ANY_SUBJECT: Final = frozenset({"", "*"})
STORES: Final = ("MY", "ROOT", "CA", "SPC")
"""The certificate stores of Windows that the manual names."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What a server shows: its certificate, its key, and the certificates between it and a root."""

    certificate: x509.Certificate
    key: PrivateKey
    chain: tuple[x509.Certificate, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a certificate is, in the manual's words (SSLCertType, SSLCertStore, SSLCertSubject, SSLCertPassword)."""

    kind: str
    store: str
    subject: str = ""
    password: str = ""

    def load(self) -> Identity:
        """The certificate that is there. Raises ``CertificateError``."""
        return LOADERS[self.kind](self)

    @property
    def file(self) -> Path | None:
        """The file it is in, if it is in one."""
        return Path(self.store) if self.kind in FILES and self.store else None


def _pem(place: Place) -> Identity:
    content = _read(place)
    try:
        certificates = x509.load_pem_x509_certificates(content)
    except ValueError:
        raise CertificateError(place.store, "holds no certificate in PEM format") from None
    block = KEY_BLOCK.search(content)
    if block is None:
        raise CertificateError(
            place.store, "holds no private key", "Put the certificate and its key into one file, one after the other."
        )
    try:
        key = load_pem_private_key(block[0], place.password.encode() or None)
    except TypeError:
        wanted = "does not need a password" if place.password else "needs a password"
        raise _password(place, f"its private key {wanted}") from None
    except (ValueError, UnsupportedAlgorithm):
        raise _password(place, "its private key cannot be read, or SSLCertPassword is wrong") from None
    return choose(place, certificates, key)


def _pfx(place: Place) -> Identity:
    return from_pfx(place, _read(place), place.password)


def from_pfx(place: Place, content: bytes, password: str) -> Identity:
    """The certificate in the bytes of a PFX file. Raises ``CertificateError``."""
    try:
        key, certificate, others = pkcs12.load_key_and_certificates(content, password.encode() or None)
    except (ValueError, UnsupportedAlgorithm):
        raise _password(place, "is no PFX file, or SSLCertPassword is wrong") from None
    if key is None or certificate is None:
        raise CertificateError(place.store, "holds no certificate with a private key")
    return choose(place, [certificate, *others], key)


def _windows(place: Place) -> Identity:
    if sys.platform == "win32":
        from qbconnector.tls.windows import load

        return load(place)
    raise CertificateError(
        place.store, "certificate stores are Windows' own", "Set SSLCertType to PEM or PFX, SSLCertStore to a file."
    )


FILES: Final = frozenset({"PEM", "PFX"})
LOADERS: Final[dict[str, Callable[[Place], Identity]]] = {
    "PEM": _pem,
    "PFX": _pfx,
    "User": _windows,
    "Machine": _windows,
}


def choose(place: Place, certificates: Iterable[x509.Certificate], key: object) -> Identity:
    """The certificate that the key belongs to, with the others as its chain.

    Raises ``CertificateError`` if there is none, or if its subject is not the one of SSLCertSubject.
    """
    if not isinstance(key, PrivateKey):
        raise CertificateError(place.store, "its private key is neither RSA nor EC")
    found = list(certificates)
    for one in found:
        if _public(one.public_key()) == _public(key.public_key()):
            if not subject_matches(place.subject, one):
                raise CertificateError(
                    place.store,
                    f'its subject is "{one.subject.rfc4514_string()}", not "{place.subject}"',
                    "Set SSLCertSubject to its subject or a part of it, or to nothing.",
                )
            return Identity(one, key, tuple(other for other in found if other != one))
    raise CertificateError(place.store, "its private key belongs to none of its certificates")


def subject_matches(wanted: str, certificate: x509.Certificate) -> bool:
    """Whether SSLCertSubject means this certificate: nothing and ``*`` mean any, else a part of the subject will do."""
    return wanted.strip() in ANY_SUBJECT or _plain(wanted) in _plain(certificate.subject.rfc4514_string())


def _plain(subject: str) -> str:
    return re.sub(r"\s*([,=])\s*", r"\1", subject.strip()).casefold()


def _public(key: object) -> bytes:
    data: bytes = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)  # type: ignore[attr-defined]
    return data


def _read(place: Place) -> bytes:
    if not place.store:
        raise CertificateError(
            "", "SSLCertStore names none", "`qbconnector cert generate` makes one, `cert select FILE` takes yours."
        )
    try:
        return Path(place.store).read_bytes()
    except OSError as error:
        raise CertificateError(place.store, error.strerror or "cannot be read") from None


def _password(place: Place, problem: str) -> CertificateError:
    return CertificateError(place.store, problem, "`qbconnector cert select FILE --password …` sets both.")
