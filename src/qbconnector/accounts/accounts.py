"""Sign-in: from an Authorization header to a user. Remembers who has signed in and who failed too often.

It owns no storage: whoever watches the settings hands it the users. What a refused client hears belongs to
the wire.
"""

import asyncio
import base64
import hashlib
import hmac
import secrets
from binascii import Error as Base64Error
from collections.abc import Awaitable, Callable, Mapping
from ipaddress import ip_address
from math import inf
from typing import Final

from qbconnector import clock
from qbconnector.accounts.authenticators import Authenticator
from qbconnector.accounts.failures import Failures
from qbconnector.accounts.passwords import Passwords
from qbconnector.accounts.users import BASIC, User
from qbconnector.errors import AuthenticatorUnavailable

REMEMBERED: Final = 4096  # credentials that are known to be right
TRUST: Final = 60.0  # seconds for which the system is not asked again about its users
CHECKS: Final = 2  # passwords checked at once: a check takes a processor and 64 MiB


class Accounts:
    """The users in force.

    ``refresh`` is called before every look at them, to ``replace`` them if they have changed. ``authenticator``
    checks the users of the system; without it none of them gets in. ``renew`` is called in a thread with a
    user, and the password, when it is stored in a way that should not stay. ``report`` hears what the system
    cannot do. ``sleep`` delays the answer to failures.
    """

    def __init__(
        self,
        passwords: Passwords | None = None,
        authenticator: Authenticator | None = None,
        refresh: Callable[[], None] = lambda: None,
        renew: Callable[[User, str], None] = lambda user, password: None,
        report: Callable[[str], None] = lambda problem: None,
        monotonic: Callable[[], float] = clock.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.local_auth = ""  # the setting LocalAuth
        self.failures = Failures(monotonic, sleep)
        self._passwords = passwords or Passwords()
        self._authenticator = authenticator
        self._refresh = refresh
        self._renew = renew
        self._report = report
        self._monotonic = monotonic
        self._users: Mapping[str, User] = {}
        self._key = secrets.token_bytes(32)
        self._verified: dict[bytes, tuple[User, float]] = {}
        self._checking = asyncio.Semaphore(CHECKS)

    def replace(self, users: Mapping[str, User]) -> None:
        """These are the users from now on; whoever was changed or removed has to sign in again."""
        if users != self._users:
            self._users = users
            self._verified.clear()

    async def authenticate(self, authorization: bytes | None, address: str) -> User | None:
        """The user whose credentials these are, or None. ``authorization`` is the header's value.

        Known credentials cost a keyed hash, new ones a password check in a thread; the system's users are
        checked again after a minute. Failures of one name from one address are answered later and later, and
        after ten of them new credentials for it are refused for half a minute without a look at them.
        """
        self._refresh()
        if authorization is None:
            return None
        digest = hashlib.blake2b(authorization, key=self._key, digest_size=32).digest()
        if user := self._remembered(digest):
            return user
        for name, password in _credentials(authorization):
            user = await self._sign_in(name, password, address, digest)
            if user is not None:
                if len(self._verified) >= REMEMBERED:
                    self._verified.clear()
                self._verified[digest] = user, inf if user.auth == BASIC else self._monotonic() + TRUST
                return user
        return None

    def _remembered(self, digest: bytes) -> User | None:
        user, until = self._verified.get(digest, (None, 0.0))
        return user if until == inf or self._monotonic() < until else None

    async def _sign_in(self, name: str, password: str, address: str, digest: bytes) -> User | None:
        if self.failures.locked_out(name, address):
            return None
        async with self._checking:
            if known := self._remembered(digest):  # somebody was checked with the same while we waited
                return known
            user = self._users.get(name.casefold())
            right = await asyncio.to_thread(self._check, user, password, address)
        if right and user is self._users.get(name.casefold()):
            self.failures.forgive(name, address)
            return user
        await self.failures.failed(name, address)
        return None

    def _check(self, user: User | None, password: str, address: str) -> bool:
        if user is None:
            return self._passwords.check_nobody(password)
        if user.auth != BASIC:
            return self._is_administrator(password, address) or self._check_system(user.name, password)
        right = self._passwords.check(user.password, password)
        if right and self._passwords.outdated(user.password):
            self._renew(user, password)
        return right

    def _check_system(self, name: str, password: str) -> bool:
        try:
            return self._authenticator is not None and self._authenticator.check(name, password)
        except AuthenticatorUnavailable as error:
            self._report(error.advice)
            return False

    def _is_administrator(self, password: str, address: str) -> bool:
        """Whether this is the password of LocalAuth, from this machine.

        It stands for the password of a user of the system, which nobody has stored, when the administrator
        tests that user's connection.
        """
        if not self.local_auth or not ip_address(address).is_loopback:
            return False
        return hmac.compare_digest(self.local_auth.encode(), password.encode())


def _credentials(authorization: bytes) -> list[tuple[str, str]]:
    """Name and password of a Basic header, in both readings where UTF-8 and Latin-1 differ."""
    scheme, _, encoded = authorization.partition(b" ")
    if scheme.lower() != b"basic":
        return []
    try:
        pair = base64.b64decode(encoded.strip(), validate=True)
    except Base64Error:
        return []
    readings = dict.fromkeys(_decoded(pair))
    return [(name, password) for name, colon, password in (text.partition(":") for text in readings) if colon]


def _decoded(pair: bytes) -> list[str]:
    try:
        return [pair.decode("utf-8"), pair.decode("latin-1")]
    except UnicodeDecodeError:
        return [pair.decode("latin-1")]
