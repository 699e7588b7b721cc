"""The licence texts of everything that the built folder has in it, each in a folder of its distribution's name."""

import sys
import sysconfig
from importlib import metadata
from pathlib import Path
from typing import Any, Final

FOLDER: Final = "licences"
NAMES: Final = ("licen", "copying", "notice", "authors")
ALWAYS: Final = ("pyinstaller",)  # whose beginning of a program is in the programs


def collect(analysis: Any) -> list[tuple[str, str, str]]:
    """The texts as data files of the analysis. Raises ``SystemExit`` for a distribution that has none."""
    found = [(f"{FOLDER}/Python/{path.name}", str(path), "DATA") for path in _pythons()]
    owners = metadata.packages_distributions()
    modules = {name.partition(".")[0].partition("/")[0] for name, _, _ in (*analysis.pure, *analysis.binaries)}
    names = {owner for module in modules for owner in owners.get(module.split(".")[0], ())} | set(ALWAYS)
    for name in sorted(names - {"qbconnector"}, key=str.lower):
        texts = _texts(name)
        if not texts:
            raise SystemExit(f"{name} is in the folder, but where is its licence?")
        found += [(f"{FOLDER}/{name}/{path.name}", str(path), "DATA") for path in texts]
    return found


def _texts(name: str) -> list[Path]:
    files = metadata.files(name) or []
    return [Path(str(one.locate())) for one in files if one.name.lower().startswith(NAMES) and one.suffix != ".py"]


def _pythons() -> list[Path]:
    folders = sys.base_prefix, sysconfig.get_path("stdlib")
    found = [path for folder in folders if (path := Path(folder, "LICENSE.txt")).exists()]
    if not found:
        raise SystemExit("where is Python's licence?")
    return found[:1]
