"""Choosing the certificate: one made here, or one that somebody has; the settings then name it."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from qbconnector.settings.files import replace_file
from qbconnector.settings.folders import DataFolder
from qbconnector.tls.context import pem, place_of, server_context
from qbconnector.tls.generate import generate
from qbconnector.tls.identity import Identity, Place

PFX: Final = frozenset({".pfx", ".p12"})


def choose_generated(folder: DataFolder, names: Iterable[str], kind: str, days: int) -> Identity:
    """Make a certificate (see ``generate``) and choose it. Raises ``CertificateError`` and ``SettingsError``."""
    identity = generate(names, kind, days)
    path = folder.ensure().tls / "connector.pem"
    replace_file(path, pem(identity, b""))
    _choose(folder, Place("PEM", str(path)))
    return identity


def choose_file(folder: DataFolder, path: Path, subject: str = "", password: str = "") -> Identity:
    """Choose the certificate in a file. What does not do is not chosen. Raises as ``read_file``."""
    place, identity = read_file(path, subject, password)
    _choose(folder, place)
    return identity


def read_file(path: Path, subject: str = "", password: str = "") -> tuple[Place, Identity]:
    """The certificate in a PFX file (.pfx, .p12) or a PEM file, if it does for TLS. Raises ``CertificateError``."""
    place = Place("PFX" if path.suffix.lower() in PFX else "PEM", str(path.absolute()), subject, password)
    identity = place.load()
    server_context(identity)
    return place, identity


def chosen(folder: DataFolder) -> Identity:
    """The certificate that the settings name. Raises ``CertificateError``."""
    return place_of(folder.store.read().settings).load()


def _choose(folder: DataFolder, place: Place) -> None:
    values = {
        "SSLCertType": place.kind,
        "SSLCertStore": place.store,
        "SSLCertSubject": place.subject,
        "SSLCertPassword": place.password,
    }
    folder.ensure().store.merge(values, {})
