"""Reads the registry of Windows itself, for the settings of a product that is installed. It runs on Windows only."""

import importlib
from typing import Any

from qbconnector.settings.registry import PRODUCTS, SOFTWARE, THIRTY_TWO_BIT, Key


def read() -> Key:
    """The keys of the product family, below one root. Raises ``OSError`` for a key that may not be read."""
    winreg: Any = importlib.import_module("winreg")
    root = Key()
    for product in PRODUCTS:
        for wow in ((), (THIRTY_TWO_BIT,)):
            path = (*SOFTWARE[1:], *wow, *product)
            try:
                with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, "\\".join(path)) as handle:
                    _copy(winreg, handle, root.make(SOFTWARE[0], *path))
            except FileNotFoundError:
                continue
    return root


def _copy(winreg: Any, handle: Any, key: Key) -> None:
    keys, values, _ = winreg.QueryInfoKey(handle)
    for number in range(values):
        name, value, _ = winreg.EnumValue(handle, number)
        key.values[name] = ",".join(value) if isinstance(value, list) else b"" if value is None else value
    for number in range(keys):
        name = winreg.EnumKey(handle, number)
        with winreg.OpenKey(handle, name) as below:
            _copy(winreg, below, key.make(name))
