"""How this program calls itself again: as a module of its Python, or as the programs of a folder it was built into.

It owns the beginning of the command line; what follows belongs to the caller.
"""

import sys
from pathlib import Path
from typing import Final

BUILT: Final = bool(getattr(sys, "frozen", False))  # by PyInstaller, as packaging/windows says
CONSOLE, WINDOWED = ("qbconnector.exe", "qbconnector-tray.exe") if BUILT else ("python.exe", "pythonw.exe")


def command(*, windowed: bool = False) -> tuple[str, ...]:
    """The program and what has to follow first. Windows opens a console for it unless it is ``windowed``."""
    program = Path(sys.executable)
    if sys.platform == "win32":
        beside = program.with_name(WINDOWED if windowed else CONSOLE)
        program = beside if beside.exists() else program
    return (str(program),) if BUILT else (str(program), "-P", "-m", "qbconnector")
