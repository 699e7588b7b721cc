"""Passwords: hashing new ones with argon2id, and checking against whatever may stand in a settings file.

That may be an argon2 hash, the SHA-256 of the password as hexadecimal or base64 digits, or the password
itself: the manual allows the last two. It owns no users.
"""

import base64
import hashlib
import hmac
import re
from binascii import Error as Base64Error

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

HEX = re.compile(r"[0-9a-fA-F]{64}")
BASE64 = re.compile(r"[0-9A-Za-z+/]{43}=")
ARGON2 = "$argon2"


ARGON2ID, SHA256 = "argon2id", "sha256"
"""The ways to store a password, as the setting PasswordScheme calls them."""


class Passwords:
    """Hashes and checks. Cheaper parameters make sense for tests only."""

    def __init__(self, hasher: PasswordHasher | None = None, scheme: str = ARGON2ID) -> None:
        self.scheme = scheme
        self._hasher = hasher or PasswordHasher()
        self._nobody = self._hasher.hash("")

    def hash(self, password: str) -> str:
        """What to store: an argon2id hash, which takes tens of milliseconds by intention, or a SHA-256."""
        if self.scheme == SHA256:
            return hashlib.sha256(password.encode()).hexdigest()
        return self._hasher.hash(password)

    def outdated(self, stored: str) -> bool:
        """Whether a password that is stored so should be stored anew when it is known again."""
        if self.scheme == SHA256:
            return not is_sha256(stored) and not stored.startswith(ARGON2)
        return not stored.startswith(ARGON2) or self._hasher.check_needs_rehash(stored)

    def check(self, stored: str, password: str) -> bool:
        """Whether ``password`` is the one that is stored. Nobody signs in with an empty one."""
        if not stored or not password:
            return False
        if stored.startswith(ARGON2):
            return self._check_argon2(stored, password)
        given = hashlib.sha256(password.encode()).digest()
        return hmac.compare_digest(_digest(stored), given)

    def check_nobody(self, password: str) -> bool:
        """Take as long as a check does, and say no: an unknown user is not to be told from a wrong password."""
        self._check_argon2(self._nobody, password)
        return False

    def _check_argon2(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False


def is_sha256(stored: str) -> bool:
    """Whether this is the SHA-256 of a password, in hexadecimal or base64."""
    return bool(HEX.fullmatch(stored) or BASE64.fullmatch(stored))


def portable(stored: str) -> bool:
    """Whether the original product can check a password that is stored so."""
    return not stored.startswith(ARGON2)


def _digest(stored: str) -> bytes:
    if HEX.fullmatch(stored):
        return bytes.fromhex(stored)
    if BASE64.fullmatch(stored):
        try:
            return base64.b64decode(stored)
        except Base64Error:
            pass
    return hashlib.sha256(stored.encode()).digest()
