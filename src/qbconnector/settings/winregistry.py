"""The registry of Windows itself: reads keys as plain data, writes them, and notices changes. On Windows only.

What the keys mean belongs to ``registry`` and ``registrystore``. Keys are those of 64-bit programs; a 32-bit
program's are named by their path.
"""

import sys

assert sys.platform == "win32"

import winreg
from collections.abc import Mapping, Sequence
from typing import Any, Final

import pywintypes
import win32api
import win32event
import win32security

from qbconnector.errors import RegistryForbidden
from qbconnector.settings.registry import PRODUCTS, SOFTWARE, THIRTY_TWO_BIT, Key, Value
from qbconnector.settings.winsecurity import KEY, permit_on, restrict

Path = Sequence[str]

ROOTS: Final = {
    "HKEY_LOCAL_MACHINE": winreg.HKEY_LOCAL_MACHINE,
    "HKEY_CURRENT_USER": winreg.HKEY_CURRENT_USER,
}
SECURED: Final = {"HKEY_LOCAL_MACHINE": "MACHINE", "HKEY_CURRENT_USER": "CURRENT_USER"}  # as its security has them
VIEW: Final = winreg.KEY_WOW64_64KEY
BOTH: Final = winreg.KEY_READ | winreg.KEY_WRITE
CHANGES: Final = 1 | 4  # REG_NOTIFY_CHANGE_NAME, REG_NOTIFY_CHANGE_LAST_SET
AGNOSTIC: Final = 0x10000000  # REG_NOTIFY_THREAD_AGNOSTIC: the thread that asked may end


def installed() -> Key:
    """The keys of the product family, below one root. Raises ``RegistryForbidden``."""
    root = Key()
    for product in PRODUCTS:
        for wow in ((), (THIRTY_TWO_BIT,)):
            path = (*SOFTWARE, *wow, *product)
            if (found := read(path)) is not None:
                root.make(*path[:-1]).keys[path[-1]] = found
    return root


def read(path: Path) -> Key | None:
    """A key and what is in it; None if there is none. Raises ``RegistryForbidden``."""
    try:
        with _open(path, winreg.KEY_READ) as handle:
            key = Key()
            _copy(handle, key)
            return key
    except FileNotFoundError:
        return None
    except PermissionError:
        raise RegistryForbidden(named(path), "read") from None


def _open(path: Path, rights: int) -> winreg.HKEYType:
    return winreg.OpenKey(ROOTS[path[0]], "\\".join(path[1:]), 0, rights | VIEW)


def _copy(handle: winreg.HKEYType, key: Key) -> None:
    keys, values, _ = winreg.QueryInfoKey(handle)
    for number in range(values):
        name, value, _ = winreg.EnumValue(handle, number)
        key.values[name] = ",".join(value) if isinstance(value, list) else b"" if value is None else value
    for number in range(keys):
        name = winreg.EnumKey(handle, number)
        with winreg.OpenKey(handle, name, 0, winreg.KEY_READ | VIEW) as below:
            _copy(below, key.make(name))


def exists(path: Path) -> bool:
    """Whether there is such a key."""
    try:
        _open(path, winreg.KEY_QUERY_VALUE).Close()
    except FileNotFoundError:
        return False
    except PermissionError:
        return True
    return True


def write(path: Path, values: Mapping[str, Value], *, only: bool = False) -> None:
    """Write values into a key, which is made if it is not there; ``only`` removes the others, afterwards.

    Each value is there at once and whole. Raises ``RegistryForbidden``.
    """
    try:
        with winreg.CreateKeyEx(ROOTS[path[0]], "\\".join(path[1:]), 0, BOTH | VIEW) as handle:
            for name, value in values.items():
                kind = winreg.REG_DWORD if isinstance(value, int) else winreg.REG_SZ
                winreg.SetValueEx(handle, name, 0, kind, value)
            if only:
                for name in _others(handle, values):
                    winreg.DeleteValue(handle, name)
    except PermissionError:
        raise RegistryForbidden(named(path), "written") from None


def _others(handle: winreg.HKEYType, values: Mapping[str, Value]) -> list[str]:
    kept = {name.casefold() for name in values}
    names = [winreg.EnumValue(handle, number)[0] for number in range(winreg.QueryInfoKey(handle)[1])]
    return [name for name in names if name.casefold() not in kept]


def make_private(path: Path) -> None:
    """Create a key for the system, administrators and whoever we are. Raises ``OSError``."""
    winreg.CreateKeyEx(ROOTS[path[0]], "\\".join(path[1:]), 0, winreg.KEY_WRITE | VIEW).Close()
    restrict(_secured(path), win32security.SE_REGISTRY_KEY, KEY)


def _secured(path: Path) -> str:
    return "\\".join((SECURED[path[0]], *path[1:]))


def delete(path: Path) -> None:
    """Remove a key that has no keys in it. Raises ``RegistryForbidden``."""
    try:
        winreg.DeleteKeyEx(ROOTS[path[0]], "\\".join(path[1:]), VIEW)
    except PermissionError:
        raise RegistryForbidden(named(path), "written") from None


def permit(path: Path, user: str) -> None:
    """Let a Windows user read and write a key. Raises ``RegistryForbidden`` if we may not decide that."""
    try:
        permit_on(_secured(path), win32security.SE_REGISTRY_KEY, user)
    except PermissionError:
        raise RegistryForbidden(named(path), "changed") from None


def named(path: Path) -> str:
    """A path as people write it."""
    return "\\".join(path)


class Changes:
    """Notices changes below one key; ``count`` costs a look at an event."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._count = 0
        self._key: Any = None
        self._event = win32event.CreateEvent(None, False, False, None)

    def count(self) -> int:
        """How often it was noticed that something had changed; 0 while there is no such key."""
        if self._key is None:
            if not exists(self._path):
                return 0
            self._key = _open(self._path, winreg.KEY_READ | winreg.KEY_NOTIFY)
        elif win32event.WaitForSingleObject(self._event, 0) != win32event.WAIT_OBJECT_0:
            return self._count
        self._count += 1
        try:  # ask for the next one before anybody reads, so that none is missed
            win32api.RegNotifyChangeKeyValue(self._key, True, CHANGES | AGNOSTIC, self._event, True)
        except pywintypes.error:  # the key was deleted
            self._key = None
        return self._count
