"""Certificates: made, loaded from files of both kinds, described and exported."""

import base64
import ipaddress
import ssl
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)

from qbconnector.errors import CertificateError
from qbconnector.settings.values import Settings
from qbconnector.tls.context import Tls, pem, server_context
from qbconnector.tls.describe import description, exported, fingerprint, names, validity_problem
from qbconnector.tls.generate import default_names, generate
from qbconnector.tls.identity import Identity, Place
from tests.platforms import WINDOWS

BOOKS = generate(["books.example", "192.0.2.7", "bücher.example"], "ec")


def pfx(identity: Identity, password: str = "") -> bytes:
    protection = BestAvailableEncryption(password.encode()) if password else NoEncryption()
    return pkcs12.serialize_key_and_certificates(
        b"books", identity.key, identity.certificate, identity.chain, protection
    )


def test_a_certificate_for_a_server() -> None:
    extensions = BOOKS.certificate.extensions
    usage = extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [x509.oid.ExtendedKeyUsageOID.SERVER_AUTH]
    alternatives = extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert alternatives.get_values_for_type(x509.IPAddress) == [ipaddress.ip_address("192.0.2.7")]
    assert names(BOOKS.certificate) == ["books.example", "xn--bcher-kva.example", "192.0.2.7"]
    assert isinstance(BOOKS.key, ec.EllipticCurvePrivateKey)


def test_an_rsa_key_has_3072_bits() -> None:
    made = generate([], "rsa")
    assert made.key.key_size == 3072
    assert names(made.certificate)[0] == default_names()[0]
    assert description(made.certificate)["Key"] == "RSA 3072"


def test_a_name_that_is_none_is_refused() -> None:
    with pytest.raises(CertificateError, match=r'"bü\.\.cher" is neither'):
        generate(["bü..cher"], "ec")


@pytest.mark.parametrize(
    ("kind", "content", "password"),
    [
        ("PEM", lambda: pem(BOOKS, b""), ""),
        ("PEM", lambda: pem(BOOKS, b"secret"), "secret"),
        ("PFX", lambda: pfx(BOOKS, "sécret"), "sécret"),
        ("PFX", lambda: pfx(BOOKS), ""),
    ],
)
def test_files_of_both_kinds(tmp_path: Path, kind: str, content: Callable[[], bytes], password: str) -> None:
    file = tmp_path / "file"
    file.write_bytes(content())
    for subject in ("", "*", "books.example", "CN = Books.Example"):
        loaded = Place(kind, str(file), subject, password).load()
        assert loaded.certificate == BOOKS.certificate
        assert server_context(loaded).minimum_version is ssl.TLSVersion.TLSv1_2
    with pytest.raises(CertificateError, match=r'its subject is "CN=books\.example", not "other"'):
        Place(kind, str(file), "other", password).load()


def test_a_chain_stays_with_its_certificate(tmp_path: Path) -> None:
    above = generate(["above.example"], "ec").certificate
    (tmp_path / "x.pem").write_bytes(above.public_bytes(Encoding.PEM) + pem(BOOKS, b""))
    loaded = Place("PEM", str(tmp_path / "x.pem")).load()
    assert (loaded.certificate, loaded.chain) == (BOOKS.certificate, (above,))


STORES_ARE = "is one of MY, ROOT, CA, SPC" if WINDOWS else "Windows' own"


def other_key() -> bytes:
    key = ed25519.Ed25519PrivateKey.generate()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.mark.parametrize(
    ("kind", "content", "password", "problem"),
    [
        ("PEM", b"", "", "holds no certificate"),
        ("PEM", BOOKS.certificate.public_bytes(Encoding.PEM), "", "holds no private key"),
        ("PEM", pem(BOOKS, b"secret"), "", "needs a password"),
        ("PEM", pem(BOOKS, b""), "x", "does not need a password"),
        ("PEM", pem(BOOKS, b"secret"), "wrong", "SSLCertPassword is wrong"),
        ("PEM", exported(BOOKS.certificate, "pem") + pem(generate([], "ec"), b"")[:260], "", "private key"),
        ("PEM", exported(BOOKS.certificate, "pem") + other_key(), "", "neither RSA nor EC"),
        ("PFX", b"nonsense", "", "is no PFX file"),
        ("PFX", pfx(BOOKS, "secret"), "wrong", "SSLCertPassword is wrong"),
        ("User", b"", "", STORES_ARE),
        ("Machine", b"", "", STORES_ARE),
    ],
    ids=lambda value: value if isinstance(value, str) else "content",
)
def test_what_does_not_do_is_said(tmp_path: Path, kind: str, content: bytes, password: str, problem: str) -> None:
    file = tmp_path / "file"
    file.write_bytes(content)
    with pytest.raises(CertificateError, match=problem):
        Place(kind, str(file), "", password).load()


def test_no_file_at_all(tmp_path: Path) -> None:
    with pytest.raises(CertificateError, match="No such file"):
        Place("PEM", str(tmp_path / "gone")).load()
    with pytest.raises(CertificateError, match="SSLCertStore names none"):
        Place("PFX", "").load()


def test_what_never_was_in_force_is_refused_each_time(tmp_path: Path) -> None:
    """Whoever asked before, the ticking connector for one, must not make it look as if it were in force."""
    file, tls = tmp_path / "certificate.pem", Tls()
    wanted = Settings(ssl_enabled=True, ssl_cert_type="PEM", ssl_cert_store=str(file))
    for _ in range(2):
        with pytest.raises(CertificateError, match="No such file"):
            tls.check(wanted)
    identity = generate(["localhost"], "ec")
    file.write_bytes(pem(identity, b""))
    assert (secured := tls.check(wanted)) is not None
    file.write_bytes(b"broken")
    with pytest.raises(CertificateError):
        tls.check(wanted)
    assert tls.check(wanted) is secured  # told once, and it stays
    with pytest.raises(CertificateError):
        tls.check(replace(wanted, ssl_client_ca=str(tmp_path / "none.pem")))
    file.write_bytes(pem(identity, b""))
    assert tls.check(wanted) is not None


def test_exports_have_no_key_and_are_one_certificate() -> None:
    der = exported(BOOKS.certificate, "der")
    assert x509.load_der_x509_certificate(der) == BOOKS.certificate
    assert base64.b64decode(exported(BOOKS.certificate, "base64")) == der
    assert ssl.PEM_cert_to_DER_cert(exported(BOOKS.certificate, "pem").decode()) == der
    assert b"PRIVATE" not in exported(BOOKS.certificate, "pem")
    assert len(fingerprint(BOOKS.certificate).split(":")) == 32


def test_validity_is_warned_of_from_thirty_days_before() -> None:
    begin, end = BOOKS.certificate.not_valid_before_utc, BOOKS.certificate.not_valid_after_utc
    day = timedelta(days=1)
    assert validity_problem(BOOKS.certificate, end - 31 * day) == ""
    assert "expires on" in validity_problem(BOOKS.certificate, end - 30 * day)
    assert "in 1 days" in validity_problem(BOOKS.certificate, end - day)
    assert "expired on" in validity_problem(BOOKS.certificate, end + day)
    assert "not valid before" in validity_problem(BOOKS.certificate, begin - day)
