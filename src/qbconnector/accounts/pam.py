"""PAM: asks the system whether a user's password is right and the account is in use. For Linux and macOS.

The service is ``qbconnector``, the file /etc/pam.d/qbconnector. A process that is not root can usually check
only the password of its own user: that is how pam_unix is made.
"""

import ctypes
import ctypes.util
import threading
from ctypes import CFUNCTYPE, POINTER, Structure, byref, c_char_p, c_int, c_size_t, c_void_p, cast, sizeof
from functools import cache
from pathlib import Path
from typing import Any, Final

from qbconnector.errors import AuthenticatorUnavailable

SERVICE: Final = "qbconnector"
FOLDER: Final = Path("/etc/pam.d")
SUCCESS: Final = 0
BUFFER_ERROR: Final = 5
HIDDEN, SHOWN = 1, 2  # PAM_PROMPT_ECHO_OFF and _ON: what asks for an answer
NO_NULL_PASSWORD: Final = 1  # PAM_DISALLOW_NULL_AUTHTOK
SILENT: Final = 0x8000


class Message(Structure):
    """struct pam_message."""

    _fields_ = (("style", c_int), ("text", c_char_p))


class Answer(Structure):
    """struct pam_response; PAM frees the text."""

    _fields_ = (("text", c_void_p), ("code", c_int))


CONVERSE = CFUNCTYPE(c_int, c_int, POINTER(POINTER(Message)), POINTER(c_void_p), c_void_p)


class Conversation(Structure):
    """struct pam_conv."""

    _fields_ = (("converse", CONVERSE), ("data", c_void_p))


_one_at_a_time: Final = threading.Lock()  # modules of PAM use functions of the C library that are not for threads


def authenticate(name: str, password: str, service: str = SERVICE) -> bool:
    """Whether PAM lets this user in with this password, and the account is neither locked nor expired.

    Raises ``AuthenticatorUnavailable`` if there is no PAM, or no such service.
    """
    if not (FOLDER / service).is_file():
        raise AuthenticatorUnavailable(
            f"there is no PAM service {service}", f"Create {FOLDER / service}; the page on users shows one."
        )
    if not password or "\0" in name + password:
        return False
    with _one_at_a_time:
        return _ask(name.encode(), password.encode(), service.encode())


def _ask(name: bytes, password: bytes, service: bytes) -> bool:
    pam, c = _libraries()

    def converse(count: int, messages: Any, answers: Any, _: object) -> int:
        memory = c.calloc(count, sizeof(Answer))
        if not memory:
            return BUFFER_ERROR
        given = cast(memory, POINTER(Answer))
        for number in range(count):
            if messages[number].contents.style in {HIDDEN, SHOWN}:
                given[number].text = c.strdup(password)
        answers[0] = memory
        return SUCCESS

    conversation = Conversation(CONVERSE(converse), None)
    handle = c_void_p()
    if pam.pam_start(service, name, byref(conversation), byref(handle)) != SUCCESS:
        raise AuthenticatorUnavailable("PAM cannot be started")
    result = pam.pam_authenticate(handle, SILENT | NO_NULL_PASSWORD)
    if result == SUCCESS:
        result = pam.pam_acct_mgmt(handle, SILENT | NO_NULL_PASSWORD)
    pam.pam_end(handle, result)
    return bool(result == SUCCESS)


@cache
def _libraries() -> tuple[Any, Any]:
    """libpam and the C library, whose memory PAM wants its answers in."""
    found = ctypes.util.find_library("pam")
    if found is None:
        raise AuthenticatorUnavailable("this system has no PAM", "Use Basic authentication for this user.")
    pam, c = ctypes.CDLL(found), ctypes.CDLL(None)
    pam.pam_start.argtypes = (c_char_p, c_char_p, POINTER(Conversation), POINTER(c_void_p))
    pam.pam_authenticate.argtypes = pam.pam_acct_mgmt.argtypes = pam.pam_end.argtypes = (c_void_p, c_int)
    c.calloc.argtypes, c.calloc.restype = (c_size_t, c_size_t), c_void_p
    c.strdup.argtypes, c.strdup.restype = (c_char_p,), c_void_p
    return pam, c
