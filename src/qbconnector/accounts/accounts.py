"""Sign-in: from an Authorization header to a user. Remembers who has signed in and who failed too often.

It owns no storage: whoever watches the settings hands it the users. What a refused client hears belongs to
the wire.
"""

import asyncio
import base64
import hashlib
import secrets
from binascii import Error as Base64Error
from collections.abc import Callable, Mapping
from typing import Final

from qbconnector import clock
from qbconnector.accounts.passwords import Passwords
from qbconnector.accounts.users import BASIC, User

REMEMBERED: Final = 4096  # credentials that are known to be right
FAILURES: Final = 10  # of one user name from one address, before it has to wait
PAUSE: Final = 30.0  # seconds it waits
LONGEST: Final = 256  # characters of a name that are looked at and remembered
CHECKS: Final = 2  # passwords checked at once: a check takes a processor and 64 MiB


class Accounts:
    """The users in force. ``windows`` checks a Windows user's name and password; without it there are none."""

    def __init__(
        self,
        passwords: Passwords | None = None,
        windows: Callable[[str, str], bool] | None = None,
        monotonic: Callable[[], float] = clock.monotonic,
    ) -> None:
        self._passwords = passwords or Passwords()
        self._windows = windows
        self._monotonic = monotonic
        self._users: Mapping[str, User] = {}
        self._key = secrets.token_bytes(32)
        self._verified: dict[bytes, User] = {}
        self._failures: dict[tuple[str, str], tuple[int, float]] = {}
        self._checking = asyncio.Semaphore(CHECKS)

    def replace(self, users: Mapping[str, User]) -> None:
        """These are the users from now on; whoever was changed or removed has to sign in again."""
        if users != self._users:
            self._users = users
            self._verified.clear()

    async def authenticate(self, authorization: bytes | None, address: str) -> User | None:
        """The user whose credentials these are, or None. ``authorization`` is the header's value.

        Known credentials cost a keyed hash, new ones a password check in a thread. After ten failures of
        one name from one address, new credentials for it are refused for half a minute without a look at
        them.
        """
        if authorization is None:
            return None
        digest = hashlib.blake2b(authorization, key=self._key, digest_size=32).digest()
        user = self._verified.get(digest)
        if user is not None:
            return user
        for name, password in _credentials(authorization):
            user = await self._sign_in(name, password, address, digest)
            if user is not None:
                if len(self._verified) >= REMEMBERED:
                    self._verified.clear()
                self._verified[digest] = user
                return user
        return None

    async def _sign_in(self, name: str, password: str, address: str, digest: bytes) -> User | None:
        who = (name.casefold()[:LONGEST], address)
        if self.locked_out(*who):
            return None
        async with self._checking:
            if known := self._verified.get(digest):  # somebody was checked with the same while we waited
                return known
            user = self._users.get(who[0])
            right = await asyncio.to_thread(self._check, user, password)
        if right and user is self._users.get(who[0]):
            self._failures.pop(who, None)
            return user
        if len(self._failures) >= REMEMBERED:
            self._failures.pop(next(iter(self._failures)))
        self._failures[who] = (self._failures.get(who, (0, 0.0))[0] + 1, self._monotonic())
        return None

    def locked_out(self, name: str, address: str) -> bool:
        """Whether this name has failed from this address so often that it has to wait."""
        failures, last = self._failures.get((name.casefold(), address), (0, 0.0))
        if failures and self._monotonic() - last >= PAUSE:
            del self._failures[name.casefold(), address]
            return False
        return failures >= FAILURES

    def _check(self, user: User | None, password: str) -> bool:
        if user is None:
            return self._passwords.check_nobody(password)
        if user.auth != BASIC:
            return self._windows is not None and self._windows(user.name, password)
        return self._passwords.check(user.password, password)


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
