"""The certificate stores of Windows: the user's and the machine's. It runs on Windows only.

The key leaves the store as a PFX under a password of the moment, so it has to be exportable.
"""

import sys

assert sys.platform == "win32"

import ctypes
import secrets
from ctypes import POINTER, Structure, byref, c_char, c_ubyte, c_void_p, c_wchar_p, create_string_buffer
from typing import Any, Final

from cryptography import x509

from qbconnector.errors import CertificateError
from qbconnector.tls.identity import STORES, Identity, Place, from_pfx, subject_matches

PROVIDER_SYSTEM: Final = 10  # CERT_STORE_PROV_SYSTEM_W
PROVIDER_MEMORY: Final = 2  # CERT_STORE_PROV_MEMORY
LOCATIONS: Final = {"User": 0x10000, "Machine": 0x20000}  # CERT_SYSTEM_STORE_CURRENT_USER, …_LOCAL_MACHINE
READ_ONLY: Final = 0x8000  # CERT_STORE_READONLY_FLAG
ADD_ALWAYS: Final = 4  # CERT_STORE_ADD_ALWAYS
EXPORT_KEYS: Final = 0x6  # REPORT_NO_PRIVATE_KEY is 1 and left out; REPORT_NOT_ABLE_TO_EXPORT 2 | EXPORT_PRIVATE_KEYS 4


class Blob(Structure):
    """CRYPT_DATA_BLOB."""

    _fields_ = (("size", ctypes.c_uint32), ("data", POINTER(c_ubyte)))


class CertContext(Structure):
    """CERT_CONTEXT."""

    _fields_ = (
        ("encoding", ctypes.c_uint32),
        ("data", POINTER(c_char)),
        ("size", ctypes.c_uint32),
        ("info", c_void_p),
        ("store", c_void_p),
    )


def load(place: Place) -> Identity:
    """The certificate of this subject in the store. Raises ``CertificateError``."""
    if place.store.upper() not in STORES:
        raise CertificateError(place.store, f"a store of Windows is one of {', '.join(STORES)}")
    crypt = _crypt32()
    store = crypt.CertOpenStore(
        c_void_p(PROVIDER_SYSTEM), 0, None, LOCATIONS[place.kind] | READ_ONLY, c_wchar_p(place.store.upper())
    )
    if not store:
        raise CertificateError(place.store, "the store cannot be opened")
    try:
        context = crypt.CertEnumCertificatesInStore(store, None)
        while context:
            certificate = x509.load_der_x509_certificate(ctypes.string_at(context.contents.data, context.contents.size))
            if subject_matches(place.subject, certificate):
                return _export(crypt, place, context)
            context = crypt.CertEnumCertificatesInStore(store, context)
    finally:
        crypt.CertCloseStore(store, 0)
    raise CertificateError(place.store, f'holds no certificate with the subject "{place.subject}"')


def _crypt32() -> ctypes.WinDLL:
    crypt = ctypes.WinDLL("crypt32")
    crypt.CertOpenStore.restype = c_void_p
    crypt.CertOpenStore.argtypes = (c_void_p, ctypes.c_uint32, c_void_p, ctypes.c_uint32, c_wchar_p)
    crypt.CertEnumCertificatesInStore.restype = POINTER(CertContext)
    crypt.CertEnumCertificatesInStore.argtypes = (c_void_p, POINTER(CertContext))
    crypt.CertAddCertificateContextToStore.argtypes = (c_void_p, POINTER(CertContext), ctypes.c_uint32, c_void_p)
    crypt.PFXExportCertStoreEx.argtypes = (c_void_p, POINTER(Blob), c_wchar_p, c_void_p, ctypes.c_uint32)
    crypt.CertCloseStore.argtypes = (c_void_p, ctypes.c_uint32)
    crypt.CertFreeCertificateContext.argtypes = (POINTER(CertContext),)
    return crypt


def _export(crypt: ctypes.WinDLL, place: Place, context: Any) -> Identity:
    password = secrets.token_hex(24)
    alone = crypt.CertOpenStore(c_void_p(PROVIDER_MEMORY), 0, None, 0, None)
    blob = Blob()
    try:
        crypt.CertAddCertificateContextToStore(alone, context, ADD_ALWAYS, None)
        sized = crypt.PFXExportCertStoreEx(alone, byref(blob), password, None, EXPORT_KEYS)
        buffer = create_string_buffer(blob.size)
        blob.data = ctypes.cast(buffer, POINTER(c_ubyte))
        if not sized or not crypt.PFXExportCertStoreEx(alone, byref(blob), password, None, EXPORT_KEYS):
            raise CertificateError(
                place.store, "the certificate's private key cannot be exported", "Import it again as exportable."
            )
        return from_pfx(place, buffer.raw[: blob.size], password)
    finally:
        crypt.CertFreeCertificateContext(context)
        crypt.CertCloseStore(alone, 0)
