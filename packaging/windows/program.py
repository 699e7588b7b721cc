"""Where both built programs begin: qbconnector.exe, and qbconnector-tray.exe, which has no console.

The second takes the same commands. Without any it is the tray, and says in a window what a console would have shown.
"""

import io
import sys

assert sys.platform == "win32"

import ctypes
from pathlib import Path

from qbconnector.cli import main

ERROR = 0x10  # MB_ICONERROR


def tray() -> None:
    """Be the tray, which has nowhere to write to."""
    said = io.StringIO()
    sys.stdout = sys.stderr = said
    try:
        main(["tray"], prog_name="qbconnector")
    except SystemExit as end:
        if end.code:
            text = said.getvalue().strip().removeprefix("Error: ")
            ctypes.WinDLL("user32").MessageBoxW(None, text, "qbconnector", ERROR)
        raise


if Path(sys.executable).stem.endswith("-tray") and len(sys.argv) == 1:
    tray()
else:
    main(prog_name="qbconnector")
