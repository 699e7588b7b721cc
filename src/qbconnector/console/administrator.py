"""The console's administrator: the password, tokens for scripts, and one-time links; what of them is stored.

They stand in one private file, which commands write and a running console reads. The first password is ours
and can be shown; one that somebody chose is stored as an argon2id hash, tokens and links as SHA-256.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from qbconnector import clock
from qbconnector.accounts.passwords import Passwords
from qbconnector.errors import BrokenState, TokenExists, UnknownToken, WeakPassword
from qbconnector.settings.files import locked, replace_file, signature

SHORTEST: Final = 10  # characters of a password that somebody chooses
LONGEST: Final = 1024
LINK_LASTS: Final = timedelta(minutes=2)
TOKENS: Final = 100
NAME_LENGTH: Final = 64


@dataclass(frozen=True, slots=True)
class Token:
    """A token for a script, by its name; the token itself is not kept."""

    name: str
    made: datetime


class Administrator:
    """The administrator of one data folder; ``state`` is its folder for what is remembered."""

    def __init__(self, state: Path, passwords: Passwords | None = None) -> None:
        self._file = state / "console.json"
        self._passwords = passwords or Passwords()
        self._seen: tuple[int, ...] | None = None
        self._known: dict[str, Any] = {}

    def password(self) -> str:
        """The password, made now if there is none; "" if somebody has chosen another, which nobody can show."""
        known = self._read()
        if "hash" not in known and "password" not in known:
            known = self._change(lambda found: found.setdefault("password", secrets.token_urlsafe(12)))
        return str(known.get("password", ""))

    def reset(self) -> str:
        """Make a new password; who knew the old one is signed out."""
        password = secrets.token_urlsafe(12)

        def change(known: dict[str, Any]) -> None:
            known.pop("hash", None)
            known["password"] = password

        self._change(change)
        return password

    def choose(self, password: str) -> None:
        """Take this password from now on. Raises ``WeakPassword``."""
        if not SHORTEST <= len(password) <= LONGEST:
            raise WeakPassword(SHORTEST, LONGEST)
        hashed = self._passwords.hash(password)

        def change(known: dict[str, Any]) -> None:
            known.pop("password", None)
            known["hash"] = hashed

        self._change(change)

    def check(self, password: str) -> bool:
        """Whether this is the password; it may take tens of milliseconds."""
        if len(password) > LONGEST:
            return False
        if shown := self.password():
            return hmac.compare_digest(shown.encode(), password.encode())
        return self._passwords.check(str(self._read().get("hash", "")), password)

    @property
    def edition(self) -> str:
        """Something that differs when the password does: sign-ins are good for one edition."""
        known = self._read()
        return _digest(f"{known.get('hash', '')}/{known.get('password', '')}")

    # Tokens

    def tokens(self) -> list[Token]:
        """Every token, by name."""
        table = self._read().get("tokens", {})
        return [Token(name, datetime.fromisoformat(one["made"])) for name, one in sorted(table.items())]

    def add_token(self, name: str) -> str:
        """A new token, which is shown this once. Raises ``TokenExists``."""
        name, token = name.strip(), secrets.token_urlsafe(32)
        made = clock.now().isoformat(timespec="seconds")

        def change(known: dict[str, Any]) -> None:
            table = known.setdefault("tokens", {})
            if name in table or not 0 < len(name) <= NAME_LENGTH or not name.isprintable() or len(table) >= TOKENS:
                raise TokenExists(name, TOKENS, NAME_LENGTH)
            table[name] = {"sha256": _digest(token), "made": made}

        self._change(change)
        return token

    def remove_token(self, name: str) -> None:
        """Refuse a token from now on. Raises ``UnknownToken``."""

        def change(known: dict[str, Any]) -> None:
            if known.get("tokens", {}).pop(name, None) is None:
                raise UnknownToken(name)

        self._change(change)

    def owner(self, token: str) -> str:
        """The name of a token; "" if it is none of ours."""
        digest, found = _digest(token), ""
        for name, one in self._read().get("tokens", {}).items():
            if hmac.compare_digest(one["sha256"], digest):
                found = name
        return found

    # One-time links

    def make_link(self) -> str:
        """A secret that signs in once, within the next two minutes."""
        secret = secrets.token_urlsafe(32)
        until = (clock.now() + LINK_LASTS).isoformat()
        self._change(lambda known: known.setdefault("links", {}).update({_digest(secret): until}))
        return secret

    def redeem(self, secret: str) -> bool:
        """Whether the secret of a link signs in; it does so once."""
        digest = _digest(secret)
        if digest not in self._read().get("links", {}):
            return False
        good = False

        def change(known: dict[str, Any]) -> None:
            nonlocal good
            now = clock.now()
            links = {one: until for one, until in known["links"].items() if datetime.fromisoformat(until) > now}
            good = links.pop(digest, None) is not None
            known["links"] = links

        self._change(change)
        return good

    # The file

    def _read(self) -> dict[str, Any]:
        seen = signature(self._file)
        if seen != self._seen:
            self._known, self._seen = self._load(), seen
        return self._known

    def _load(self) -> dict[str, Any]:
        try:
            known = json.loads(self._file.read_bytes())
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise BrokenState(self._file, str(error)) from None
        if not isinstance(known, dict):
            raise BrokenState(self._file, "it is not what the console wrote")
        return known

    def _change(self, change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
        with locked(self._file):
            known = self._load()
            change(known)
            replace_file(self._file, json.dumps(known, indent=1).encode())
        return known


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
