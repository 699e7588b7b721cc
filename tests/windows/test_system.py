"""Users and certificates of Windows: what LogonUser is asked, the stores, the right of a service's account."""

import sys

import pytest

if sys.platform != "win32":
    pytest.skip("only Windows has it: make windows-test", allow_module_level=True)

import ctypes
from collections.abc import Callable, Iterator
from ctypes import POINTER, byref, c_void_p, c_wchar_p
from types import SimpleNamespace
from typing import Any

import win32api
import win32security
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

from qbconnector.accounts import windows as accounts
from qbconnector.errors import CertificateError, ServiceError
from qbconnector.service.windows import full_name, let_log_on
from qbconnector.settings.winsecurity import me
from qbconnector.tls import windows as stores
from qbconnector.tls.generate import generate
from qbconnector.tls.identity import Place

TOKEN = 0x1234


class Advapi:
    """Stands for the library: lets one user in, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[object, ...]] = []
        self.closed: list[object] = []

        def log_on(user: str, domain: str | None, password: str, kind: int, provider: int, token: Any) -> bool:
            self.asked.append((user, domain, password, kind, provider))
            if password == "right":
                token._obj.value = TOKEN
            return password == "right"

        def close(handle: c_void_p) -> None:
            self.closed.append(handle.value)

        self.LogonUserW = _function(log_on)
        self.CloseHandle = _function(close)


def _function(call: Any) -> Any:
    class Function(SimpleNamespace):
        def __call__(self, *arguments: Any) -> Any:
            return call(*arguments)

    return Function()


@pytest.fixture
def advapi(monkeypatch: pytest.MonkeyPatch) -> Advapi:
    library = Advapi()
    monkeypatch.setattr(ctypes, "WinDLL", lambda name: library)
    return library


@pytest.mark.parametrize(
    ("name", "user", "domain"),
    [("anna", "anna", "."), ("SHOP\\anna", "anna", "SHOP"), ("anna@shop.example", "anna@shop.example", None)],
)
def test_windows_is_asked_for_the_user_the_name_means(advapi: Advapi, name: str, user: str, domain: str | None) -> None:
    assert accounts.log_on(name, "right", interactive=False)
    assert accounts.log_on(name, "right", interactive=True)
    assert not accounts.log_on(name, "wrong", interactive=False)
    assert not accounts.log_on(name, "", interactive=False)
    assert advapi.asked == [
        (user, domain, "right", accounts.NETWORK, 0),
        (user, domain, "right", accounts.INTERACTIVE, 0),
        (user, domain, "wrong", accounts.NETWORK, 0),
    ]
    assert advapi.closed == [TOKEN, TOKEN]


def test_the_real_call_takes_what_we_give_it() -> None:
    assert accounts.log_on("nobody-of-this-name", "x", interactive=False) in {True, False}


@pytest.fixture
def subject() -> Iterator[str]:
    """The subject of a certificate with its key in the user's store; it is taken out again."""
    identity = generate(["store.example"], "rsa")
    file = pkcs12.serialize_key_and_certificates(
        b"store", identity.key, identity.certificate, None, BestAvailableEncryption(b"x")
    )
    crypt = ctypes.WinDLL("crypt32")
    crypt.PFXImportCertStore.restype = c_void_p
    crypt.PFXImportCertStore.argtypes = (POINTER(stores.Blob), c_wchar_p, ctypes.c_uint32)
    crypt.CertOpenStore.restype = c_void_p
    crypt.CertOpenStore.argtypes = (c_void_p, ctypes.c_uint32, c_void_p, ctypes.c_uint32, c_wchar_p)
    crypt.CertEnumCertificatesInStore.restype = POINTER(stores.CertContext)
    crypt.CertEnumCertificatesInStore.argtypes = (c_void_p, c_void_p)
    crypt.CertAddCertificateContextToStore.argtypes = (c_void_p, c_void_p, ctypes.c_uint32, c_void_p)
    crypt.CertDeleteCertificateFromStore.argtypes = (c_void_p,)
    crypt.CertCloseStore.argtypes = (c_void_p, ctypes.c_uint32)
    data = ctypes.create_string_buffer(file, len(file))
    blob = stores.Blob(len(file), ctypes.cast(data, POINTER(ctypes.c_ubyte)))
    imported = crypt.PFXImportCertStore(byref(blob), "x", 1)  # CRYPT_EXPORTABLE
    assert imported
    context = crypt.CertEnumCertificatesInStore(imported, None)

    def change(action: Callable[[int], object]) -> None:
        """Windows writes at once, Wine when the store is closed."""
        mine = crypt.CertOpenStore(stores.PROVIDER_SYSTEM, 0, None, stores.LOCATIONS["User"], "MY")
        assert action(mine)
        crypt.CertCloseStore(mine, 0)

    change(lambda mine: crypt.CertAddCertificateContextToStore(mine, context, stores.ADD_ALWAYS, None))
    yield "store.example"
    change(lambda mine: crypt.CertDeleteCertificateFromStore(crypt.CertEnumCertificatesInStore(mine, None)))


def test_a_certificate_and_its_key_are_found_in_the_users_store(subject: str) -> None:
    place = Place("User", "MY", subject)
    if hasattr(ctypes.WinDLL("ntdll"), "wine_get_version"):  # it finds certificates, and exports none
        with pytest.raises(CertificateError, match="private key cannot be exported"):
            place.load()
        return
    loaded = place.load()
    assert loaded.certificate.subject.rfc4514_string() == f"CN={subject}"
    assert loaded.key.public_key() == loaded.certificate.public_key()


def test_what_is_not_in_the_store_is_said() -> None:
    with pytest.raises(CertificateError, match='holds no certificate with the subject "nobody"'):
        Place("User", "my", "nobody").load()


def test_a_services_account_may_log_on(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[tuple[str, object]] = []

    def add(policy: object, sid: Any, rights: object) -> None:
        given.append((win32security.ConvertSidToStringSid(sid), rights))

    monkeypatch.setattr(win32security, "LsaAddAccountRights", add)
    let_log_on(full_name(win32api.GetUserName()))
    assert given == [(win32security.ConvertSidToStringSid(me()), ("SeServiceLogonRight",))]
    with pytest.raises(ServiceError, match='Windows knows no account "SHOP'):
        let_log_on("SHOP\\nobody-of-this-name")
