"""The registry of Windows as the original product uses it: keys, values, and where its settings stand in them.

It owns the layout. A key here is plain data: ``regfile`` reads and writes it as a .reg file, ``winregistry``
reads it from Windows. What a user's table may say belongs to whoever reads it.

    HKEY_LOCAL_MACHINE\\SOFTWARE[\\WOW6432Node]\\DPayments\\4D Payments Quickbooks Connector
        Port, LocalHost, …              the settings
        Users\\NAME, or NAME directly    a user's values
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from qbconnector.errors import SettingsError
from qbconnector.settings.schema import Choice, Declaration, Flag, Stored, find

Value = str | int | bytes  # REG_SZ and its like, REG_DWORD and REG_QWORD, anything else

SOFTWARE: Final = ("HKEY_LOCAL_MACHINE", "SOFTWARE")
THIRTY_TWO_BIT: Final = "WOW6432Node"
PRODUCTS: Final = (("DPayments", "4D Payments Quickbooks Connector"), ("RemoteConnector",))
"""The products of this family, the newest first: where their keys stand below SOFTWARE."""

USERS: Final = "Users"
USER_VALUES: Final[Mapping[str, tuple[str, ...]]] = {
    "Password": (),
    "CompanyFile": (),
    "AppName": (),
    "AuthMode": ("Basic", "Windows"),
    "ReadOnly": (),
    "ConnectionMode": (),
    "Authorized": (),
}
"""The values of a user's key; where one is a number that we write as a word, the words."""

OURS: Final = "qbconnector"
"""Our own key, below SOFTWARE. It has the same layout."""


@dataclass(slots=True)
class Key:
    """A key: its values and the keys in it. Names keep their case, and are found in any."""

    values: dict[str, Value] = field(default_factory=dict)
    keys: dict[str, "Key"] = field(default_factory=dict)

    def key(self, *path: str) -> "Key | None":
        """The key at the end of a path, if there is one."""
        found: Key | None = self
        for name in path:
            if found is not None:
                found = next((one for held, one in found.keys.items() if held.casefold() == name.casefold()), None)
        return found

    def make(self, *path: str) -> "Key":
        """The key at the end of a path, made if it is not there."""
        here = self
        for name in path:
            below = here.key(name)
            if below is None:
                below = here.keys[name] = Key()
            here = below
        return here


@dataclass(frozen=True, slots=True)
class Imported:
    """What an installation says: settings and users as a settings file holds them, and what was left out, why."""

    settings: Mapping[str, Stored]
    users: Mapping[str, Mapping[str, Stored]]
    left_out: tuple[str, ...] = ()


def installation(root: Key) -> tuple[tuple[str, ...], Key] | None:
    """The path and the key of the product's settings in a registry; None if it was never installed."""
    for product in PRODUCTS:
        for wow in ((), (THIRTY_TWO_BIT,)):
            path = (*SOFTWARE, *wow, *product)
            if (found := root.key(*path)) is not None:
                return path, found
    return None


def read_installation(key: Key, settings: Mapping[str, Declaration], user: Mapping[str, Declaration]) -> Imported:
    """What the key of a product says, in terms of these declarations; what cannot be read is left out and named."""
    left_out: list[str] = []
    tables = {}
    for name, (_, one) in users(key).items():
        tables[name] = dict(_read(one, user, f"user {name}: ", left_out.append))
    return Imported(dict(_read(key, settings, "", left_out.append)), tables, tuple(left_out))


def users(key: Key) -> dict[str, tuple[tuple[str, ...], Key]]:
    """Path and key of each user: below ``Users``, and, as older versions have them, directly below the root."""
    below = key.key(USERS)
    found: dict[str, tuple[tuple[str, ...], Key]] = {}
    if below is not None:
        found = {name: ((USERS, name), one) for name, one in below.keys.items()}
    for name, one in key.keys.items():
        if one is not below and name not in found and user_table(one):
            found[name] = (name,), one
    return found


def _read(
    key: Key, known: Mapping[str, Declaration], where: str, leave_out: Callable[[str], None]
) -> Iterator[tuple[str, Stored]]:
    for name, value in key.values.items():
        try:
            declaration = find(known, name)
            if isinstance(value, bytes):
                leave_out(f"{where}{name}: binary values have no meaning here")
                continue
            if value == "" and declaration.default != "":  # the product's editor leaves such; it means the default
                continue
            yield declaration.name, declaration.kind.write(declaration.read(value))
        except SettingsError as error:
            leave_out(f"{where}{error}")


def user_table(key: Key) -> dict[str, Value]:
    """What a user's key says; the empty values that the product's editor leaves are as good as none."""
    known = {name.casefold() for name in USER_VALUES}
    return {name: value for name, value in key.values.items() if name.casefold() in known and value != ""}


def user_values(table: Mapping[str, Stored]) -> dict[str, Value]:
    """A user's table as the user's key holds it."""
    return {name: _numbered(USER_VALUES.get(name, ()), value) for name, value in table.items()}


def _numbered(words: tuple[str, ...], value: Stored) -> Value:
    if isinstance(value, str):
        return words.index(value) if value in words else value
    return int(value)


def setting_value(declaration: Declaration, value: Any) -> Value:
    """A setting's value as its key holds it: flags, choices and numbers are numbers there."""
    number = isinstance(declaration.kind, Flag | Choice) or isinstance(value, int)
    return int(value) if number else str(value)


def write_installation(
    settings: Mapping[str, Any],
    users: Mapping[str, Mapping[str, Any]],
    declared: Mapping[str, Declaration],
    user: Mapping[str, Declaration],
) -> Key:
    """The registry's root with these settings and users in it; values as they are in force, by the manual's names."""
    root = Key()
    key = root.make(*SOFTWARE, *PRODUCTS[0])
    key.values.update(_written(settings, declared))
    for name, values in users.items():
        key.make(USERS, name).values.update(_written(values, user))
    return root


def _written(values: Mapping[str, Any], known: Mapping[str, Declaration]) -> Iterator[tuple[str, Value]]:
    for name, value in values.items():
        declaration = known[name]
        if not declaration.ours:
            yield name, setting_value(declaration, value)
