"""A user: what the connector knows of one, and how users stand in the settings. Names and values are the manual's.

User names differ in more than case, as registry keys do. Checking passwords belongs to ``accounts``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum

from qbconnector.errors import InvalidUser, SettingsError, UnknownUser, UserExists
from qbconnector.settings.schema import (
    Choice,
    Declaration,
    Flag,
    Text,
    Word,
    declarations,
    declare,
    find,
    read_record,
    write_record,
)
from qbconnector.settings.store import SettingsStore, UserTables

BASIC, WINDOWS = 0, 1


class Product(Enum):
    """The edition of QuickBooks that a request goes to."""

    DESKTOP = "QuickBooks"
    POINT_OF_SALE = "Point of Sale"


@dataclass(frozen=True, slots=True)
class User:
    """One user. ``password`` is a hash, as ``passwords`` writes it, or what the manual lets stand there.

    ``product`` is not stored: each request says it.
    """

    name: str
    password: str = declare("Password", Text(), "", "The password's hash.", secret=True)
    company_file: str = declare("CompanyFile", Text(), "", "The company file. Empty: the one that is open.")
    app_name: str = declare("AppName", Text(), "", "The application's name, as QuickBooks sees it.")
    auth: int = declare("AuthMode", Choice(("Basic", "Windows")), BASIC, "How the user's password is checked.")
    read_only: bool = declare("ReadOnly", Flag(), False, "Whether the user may only read.")
    mode: str = declare(
        "ConnectionMode", Word(("DontCare", "Single", "Multi")), "DontCare", "How the company file is opened."
    )
    authorized: bool = declare(
        "Authorized", Flag(), False, "Whether the company file's administrator let the application in."
    )
    product: Product = Product.DESKTOP


USER: dict[str, Declaration] = declarations(User)


def read_users(tables: UserTables) -> dict[str, User]:
    """The users of the settings, by name in lower case. Raises ``InvalidUser``."""
    users: dict[str, User] = {}
    for name, table in tables.items():
        if name.casefold() in users:
            raise InvalidUser(name, "another user's name differs in case only")
        try:
            users[name.casefold()] = read_record(User, table.items(), name=name)
        except SettingsError as error:
            raise InvalidUser(name, error.advice.rstrip(".")) from None
    return users


def changed(user: User, values: Mapping[str, object]) -> User:
    """The user with these values, by the manual's names. Raises ``UnknownSetting`` and ``InvalidSetting``."""
    return replace(user, **{find(USER, name).key: find(USER, name).read(value) for name, value in values.items()})


def unusable(user: User) -> str:
    """Why nobody could sign in as this user, as a sentence's end; "" if one could."""
    if not user.name or ":" in user.name or any(ord(letter) < 0x20 for letter in user.name):
        return "a name has at least one character, and no colon"
    if user.auth == BASIC and not user.password:
        return "a user with Basic authentication needs a password"
    return ""


class Users:
    """The users in a settings store, for those who manage them."""

    def __init__(self, store: SettingsStore) -> None:
        self._store = store

    def all(self) -> list[User]:
        """Every user, by name. Raises ``SettingsError`` and ``InvalidUser``."""
        return [user for _, user in sorted(self._read().items())]

    def get(self, name: str) -> User:
        """The user of this name, in any case. Raises ``UnknownUser``."""
        try:
            return self._read()[name.casefold()]
        except KeyError:
            raise UnknownUser(name) from None

    def check(self, user: User, *, new: bool = False) -> None:
        """Whether the user can be stored. Raises ``InvalidUser``, and ``UserExists`` for a new one."""
        if new and user.name.casefold() in self._read():
            raise UserExists(user.name)
        if problem := unusable(user):
            raise InvalidUser(user.name, problem)

    def add(self, user: User) -> None:
        """Store a new user. Raises ``UserExists`` and ``InvalidUser``."""
        self.check(user, new=True)
        self._store.set_user(user.name, write_record(user))

    def put(self, user: User) -> None:
        """Store a user as it is now. Raises ``InvalidUser``."""
        self.check(user)
        self._store.set_user(user.name, write_record(user))

    def store_password(self, user: User, password: str) -> bool:
        """Store the user's password in another way, unless someone has changed it meanwhile; whether that was so."""
        return self._store.replace_in_user(user.name, "Password", user.password, password)

    def remove(self, name: str) -> None:
        """Remove a user. Raises ``UnknownUser``."""
        self._store.remove_user(self.get(name).name)

    def _read(self) -> Mapping[str, User]:
        return read_users(self._store.read().users)
