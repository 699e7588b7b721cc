"""Settings and users in the registry of Windows. It runs on Windows only.

They are in our own key, laid out as the original product's is. With UseOriginalKeys everything that product knows
is in that product's own key instead, so that the two take turns on one set of settings and users; what only we
know stays in ours.

Our key is in HKEY_LOCAL_MACHINE; in HKEY_CURRENT_USER when it was not there and its first writer might not make it.
It owns which key that is, and what goes where; the keys' layout belongs to ``registry``.
"""

import sys

assert sys.platform == "win32"

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from qbconnector.errors import BrokenRegistryKey, SettingsError
from qbconnector.settings import winregistry
from qbconnector.settings.files import locked
from qbconnector.settings.registry import (
    OURS,
    PRODUCTS,
    SOFTWARE,
    THIRTY_TWO_BIT,
    USERS,
    Key,
    setting_value,
    user_table,
    user_values,
    users,
)
from qbconnector.settings.schema import Stored, find, read_record
from qbconnector.settings.store import Content
from qbconnector.settings.values import SETTINGS, Settings

Place = tuple[str, ...]

MACHINE: Final[Place] = (*SOFTWARE, OURS)
USER: Final[Place] = ("HKEY_CURRENT_USER", "SOFTWARE", OURS)
ORIGINALS: Final = tuple((*SOFTWARE, *wow, *product) for product in PRODUCTS for wow in ((), (THIRTY_TWO_BIT,)))


class RegistryStore:
    """A ``SettingsStore`` in the first of ``places`` that is there, else in the first that may be made.

    ``lock`` is a file that writers lock. A value is written whole, several one after the other.
    """

    def __init__(self, lock: Path, places: tuple[Place, ...] = (), originals: tuple[Place, ...] = ORIGINALS) -> None:
        self._lock = lock
        self._places = places or (MACHINE, USER)
        self._originals = originals
        self._sharing = False  # the original product's keys, at the last look
        self._changes: dict[Place, winregistry.Changes] = {}

    def read(self) -> Content:
        """See ``SettingsStore``."""
        place, key = self._ours()
        settings = _settings(place, key.values)
        self._sharing = settings.use_original_keys
        if not self._sharing:
            return Content(settings, {name: user_table(one) for name, (_, one) in users(key).items()})
        place, theirs = self._theirs()
        known = {declaration.name.casefold() for declaration in SETTINGS.values() if not declaration.ours}
        shared = {name: value for name, value in theirs.values.items() if name.casefold() in known and value != ""}
        own = {name: value for name, value in key.values.items() if name.casefold() not in known}
        settings = _settings(place, shared | own)
        if "passwordscheme" not in {name.casefold() for name in own}:
            settings = replace(settings, password_scheme="sha256")  # noqa: S106  (which that product reads)
        return Content(settings, {name: user_table(one) for name, (_, one) in users(theirs).items()})

    def set(self, name: str, value: object) -> Stored:
        """See ``SettingsStore``."""
        declaration = find(SETTINGS, name)
        read = declaration.read(value)
        with self._writing():
            self._set(declaration.name, read)
        return declaration.kind.write(read)

    def set_user(self, name: str, table: Mapping[str, Stored]) -> None:
        """See ``SettingsStore``."""
        with self._writing():
            self._set_user(name, table)

    def replace_in_user(self, name: str, key: str, old: str, new: str) -> bool:
        """See ``SettingsStore``."""
        with self._writing():
            path = self._user(name)
            held = winregistry.read(path)
            done = held is not None and held.values.get(key) == old
            if done:
                winregistry.write(path, {key: new})
        return done

    def merge(self, values: Mapping[str, Stored], users: Mapping[str, Mapping[str, Stored]]) -> None:
        """See ``SettingsStore``."""
        with self._writing():
            for name, value in values.items():
                self._set(name, SETTINGS[name].read(value))
            for name, table in users.items():
                self._set_user(name, table)

    def remove_user(self, name: str) -> None:
        """See ``SettingsStore``."""
        with self._writing():
            winregistry.delete(self._user(name))

    def signature(self) -> tuple[int, ...]:
        """See ``SettingsStore``."""
        watched = (*self._places, *self._originals) if self._sharing else self._places
        return tuple(self._changed(place) for place in watched)

    def permit(self, user: str) -> list[str]:
        """Let a Windows user read and write the keys that there are; their names. Raises ``RegistryForbidden``."""
        there = [self._place(), self._root()]
        for place in dict.fromkeys(there):
            winregistry.permit(place, user)
        return [winregistry.named(place) for place in dict.fromkeys(there)]

    def _changed(self, place: Place) -> int:
        if place not in self._changes:
            self._changes[place] = winregistry.Changes(place)
        return self._changes[place].count()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Alone among writers, on a key that is there and right."""
        with locked(self._lock):
            if not any(winregistry.exists(place) for place in self._places):
                self._make()
            self.read()
            yield

    def _make(self) -> None:
        for place in self._places[:-1]:
            try:
                winregistry.make_private(place)
            except PermissionError:
                continue
            return
        winregistry.make_private(self._places[-1])

    def _place(self) -> Place:
        return next((place for place in self._places if winregistry.exists(place)), self._places[0])

    def _ours(self) -> tuple[Place, Key]:
        place = self._place()
        return place, winregistry.read(place) or Key()

    def _theirs(self) -> tuple[Place, Key]:
        place = next((place for place in self._originals if winregistry.exists(place)), self._originals[0])
        return place, winregistry.read(place) or Key()

    def _root(self) -> Place:
        """The key of the users, and of the settings that the original product knows."""
        place, key = self._ours()
        return self._theirs()[0] if _settings(place, key.values).use_original_keys else place

    def _user(self, name: str) -> Place:
        """The key of a user: where it is, or is to be."""
        if "\\" in name:
            raise BrokenRegistryKey(name, "a user's name cannot have a backslash in the registry; write name@domain")
        root = self._root()
        known = {held.casefold(): path for held, (path, _) in users(winregistry.read(root) or Key()).items()}
        return (*root, *known.get(name.casefold(), (USERS, name)))

    def _set(self, name: str, value: Any) -> None:
        declaration = SETTINGS[name]
        place = self._place() if declaration.ours else self._root()
        winregistry.write(place, {declaration.name: setting_value(declaration, value)})

    def _set_user(self, name: str, table: Mapping[str, Stored]) -> None:
        winregistry.write(self._user(name), user_values(table), only=True)


def _settings(place: Place, values: Mapping[str, object]) -> Settings:
    try:
        return read_record(Settings, values.items())
    except SettingsError as error:
        raise BrokenRegistryKey(winregistry.named(place), error.advice.rstrip(".")) from None
