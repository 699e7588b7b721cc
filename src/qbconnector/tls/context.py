"""The server's side of TLS: a context made of the settings, made anew when a file of it changes."""

import contextlib
import os
import secrets
import ssl
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from qbconnector.errors import CertificateError
from qbconnector.settings.files import signature
from qbconnector.settings.values import Settings
from qbconnector.tls.identity import Identity, Place


def place_of(settings: Settings) -> Place:
    """Where the settings say the certificate is."""
    return Place(settings.ssl_cert_type, settings.ssl_cert_store, settings.ssl_cert_subject, settings.ssl_cert_password)


@dataclass(frozen=True, slots=True)
class Secured:
    """A context for the server, and the certificate it shows."""

    context: ssl.SSLContext
    certificate: x509.Certificate


class Tls:
    """The context in force. ``check`` is cheap as long as neither settings nor files change; it blocks otherwise."""

    def __init__(self) -> None:
        self._seen: object = None
        self._loaded: object = None  # what the settings named when it was loaded
        self._secured: Secured | None = None

    def check(self, settings: Settings) -> Secured | None:
        """What the settings and the files say now; None while SSLEnabled is false.

        Raises ``CertificateError``. Where what the settings name was in force before, it does so once for each state
        of the files, and it stays in force.
        """
        if not settings.ssl_enabled:
            self._seen = self._loaded = self._secured = None
            return None
        place = place_of(settings)
        files = [file for file in (place.file, _client_ca(settings)) if file is not None]
        named = place, settings.ssl_client_ca
        seen = named, [signature(file) for file in files]
        if seen != self._seen or named != self._loaded:
            self._seen = seen
            identity = place.load()
            self._secured = Secured(server_context(identity, _client_ca(settings)), identity.certificate)
            self._loaded = named
        return self._secured


def following(check: Callable[[], Secured | None]) -> ssl.SSLContext:
    """A context for a server that cannot change it: each handshake takes what ``check`` says then.

    Raises ``CertificateError`` if there is no certificate now; later it keeps the one before.
    """
    secured = check()
    front = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    front.minimum_version = ssl.TLSVersion.TLSv1_2

    def choose(connection: ssl.SSLObject | ssl.SSLSocket, name: str | None, context: ssl.SSLContext) -> None:
        nonlocal secured
        with contextlib.suppress(CertificateError):
            secured = check() or secured
        if secured is not None:
            connection.context = secured.context

    front.sni_callback = choose
    return front


def _client_ca(settings: Settings) -> Path | None:
    return Path(settings.ssl_client_ca) if settings.ssl_client_ca else None


def server_context(identity: Identity, client_ca: Path | None = None) -> ssl.SSLContext:
    """TLS 1.2 and newer; with ``client_ca`` only for clients with a certificate that this file vouches for.

    Raises ``CertificateError``.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        _load(context, identity)
    except ssl.SSLError as error:
        raise CertificateError("", f"it does not do for TLS ({error.reason})") from None
    if client_ca is not None:
        try:
            context.load_verify_locations(client_ca)
        except OSError as error:  # an SSLError is one
            raise CertificateError(client_ca, f"holds no certificates in PEM format ({error.strerror})") from None
        context.verify_mode = ssl.CERT_REQUIRED
    return context


def _load(context: ssl.SSLContext, identity: Identity) -> None:
    """OpenSSL reads files only: one of ours, for a moment, its key encrypted with a password of the moment."""
    password = secrets.token_bytes(24).hex().encode()
    descriptor, name = tempfile.mkstemp(suffix=".pem")  # created 0600
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(pem(identity, password))
        context.load_cert_chain(name, password=password)
    finally:
        Path(name).unlink()


def pem(identity: Identity, password: bytes) -> bytes:
    """Key (encrypted, if there is a password), certificate and chain, one after the other."""
    protection = BestAvailableEncryption(password) if password else NoEncryption()
    key = identity.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, protection)
    certificates: Sequence[x509.Certificate] = (identity.certificate, *identity.chain)
    return key + b"".join(one.public_bytes(Encoding.PEM) for one in certificates)
