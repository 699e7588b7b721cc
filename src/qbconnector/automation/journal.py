"""Writes values into the registry so that it can be undone: what was there before is kept in a file.

Undoing leaves alone what somebody else has written since. It runs on Windows only.
"""

import json
import sys

assert sys.platform == "win32"

import winreg
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from qbconnector.errors import RegistryForbidden
from qbconnector.processors.winprograms import VIEWS
from qbconnector.settings.files import replace_file

ROOTS: Final = {"HKEY_CURRENT_USER": winreg.HKEY_CURRENT_USER, "HKEY_LOCAL_MACHINE": winreg.HKEY_LOCAL_MACHINE}


@dataclass(frozen=True, slots=True)
class Line:
    """A text that a value is to have. ``view`` is the registry's, by bits; ``name`` is "" for a key's own value."""

    root: str
    view: int
    key: str
    name: str
    text: str


def write(journal: Path, lines: Sequence[Line]) -> None:
    """Write the values. What the same journal did before is undone first. Raises ``RegistryForbidden``."""
    undo(journal)
    before = [[asdict(line), _read(line)] for line in lines]
    made = list(dict.fromkeys(key for line in lines for key in _missing(line)))
    replace_file(journal, json.dumps({"values": before, "keys": made}, indent=1).encode())
    try:
        for line in lines:
            with _create(line) as key:
                winreg.SetValueEx(key, line.name, 0, winreg.REG_SZ, line.text)
    except PermissionError:
        undo(journal)
        raise RegistryForbidden(f"{lines[0].root}\\{lines[0].key}", "written") from None


def undo(journal: Path) -> bool:
    """Put back what was there. Whether there was anything to undo. Raises ``RegistryForbidden``."""
    if not journal.exists():
        return False
    done = json.loads(journal.read_bytes())
    values = [(Line(**line), before) for line, before in done["values"]]
    try:
        for line, before in reversed(values):
            _restore(line, before)
        for root, view, key in reversed(done["keys"]):
            _remove_if_empty(root, view, key)
    except PermissionError:
        raise RegistryForbidden(f"{values[0][0].root}\\{values[0][0].key}", "written") from None
    journal.unlink()
    return True


def _read(line: Line) -> list[Any] | None:
    """Value and type."""
    try:
        with winreg.OpenKey(ROOTS[line.root], line.key, access=winreg.KEY_READ | VIEWS[line.view]) as key:
            return list(winreg.QueryValueEx(key, line.name))
    except FileNotFoundError:
        return None


def _missing(line: Line) -> Iterable[tuple[str, int, str]]:
    """The keys on the way to the value that are not there, the outermost first."""
    parts = line.key.split("\\")
    for length in range(1, len(parts) + 1):
        path = "\\".join(parts[:length])
        try:
            winreg.OpenKey(ROOTS[line.root], path, access=winreg.KEY_READ | VIEWS[line.view]).Close()
        except FileNotFoundError:
            yield line.root, line.view, path


def _create(line: Line) -> winreg.HKEYType:
    access = winreg.KEY_READ | winreg.KEY_WRITE | VIEWS[line.view]
    return winreg.CreateKeyEx(ROOTS[line.root], line.key, access=access)


def _restore(line: Line, before: list[Any] | None) -> None:
    now = _read(line)
    if now is None or now[0] != line.text:
        return
    with _create(line) as key:
        if before is None:
            winreg.DeleteValue(key, line.name)
        else:
            winreg.SetValueEx(key, line.name, 0, before[1], before[0])


def _remove_if_empty(root: str, view: int, path: str) -> None:
    with suppress(FileNotFoundError):
        with winreg.OpenKey(ROOTS[root], path, access=winreg.KEY_READ | VIEWS[view]) as key:
            keys, values, _ = winreg.QueryInfoKey(key)
        if not keys and not values:
            winreg.DeleteKeyEx(ROOTS[root], path, VIEWS[view])
