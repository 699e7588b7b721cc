"""Files as Windows has them: locks, files that somebody has open, folders that are nobody else's. On Windows only."""

import sys

assert sys.platform == "win32"

import ctypes
import msvcrt
import time
from collections.abc import Callable
from ctypes import byref, c_uint32, c_void_p
from pathlib import Path
from typing import IO, Final, TypeVar

T = TypeVar("T")

EXCLUSIVE: Final = 2  # LOCKFILE_EXCLUSIVE_LOCK
AT_ONCE: Final = 1  # LOCKFILE_FAIL_IMMEDIATELY
PATIENCE: Final = 100  # times
PAUSE: Final = 0.01  # seconds


class Overlapped(ctypes.Structure):
    """OVERLAPPED: the place in the file."""

    _fields_ = (
        ("internal", c_void_p),
        ("internal_high", c_void_p),
        ("offset", c_uint32),
        ("offset_high", c_uint32),
        ("event", c_void_p),
    )


def lock(file: IO[bytes], *, wait: bool) -> None:
    """Lock the first byte until the file is closed. Raises ``OSError`` when somebody has it and we are not to wait.

    The C library's own lock would give up after ten seconds.
    """
    kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    kernel.LockFileEx.argtypes = (c_void_p, c_uint32, c_uint32, c_uint32, c_uint32, c_void_p)
    flags = EXCLUSIVE if wait else EXCLUSIVE | AT_ONCE
    if not kernel.LockFileEx(msvcrt.get_osfhandle(file.fileno()), flags, 0, 1, 0, byref(Overlapped())):
        raise ctypes.WinError(ctypes.get_last_error())


def patiently(action: Callable[[], T]) -> T:
    """Try for a second while somebody has the file open, as whoever reads it has for a moment."""
    for _ in range(PATIENCE):
        try:
            return action()
        except PermissionError:
            time.sleep(PAUSE)
    return action()


def make_private(folder: Path) -> None:
    """Create a folder for the system, administrators and whoever we are; what is created in it inherits that."""
    import pywintypes
    import win32file

    from qbconnector.settings.winsecurity import FILE, private

    try:
        win32file.CreateDirectoryW(str(folder), private(FILE))
    except pywintypes.error as error:
        raise OSError(0, error.strerror, str(folder), error.winerror) from None


def permit(path: Path, user: str) -> None:
    """Let another user have a folder and what is in it. Raises ``OSError``."""
    import win32security

    from qbconnector.settings.winsecurity import permit_on

    permit_on(str(path), win32security.SE_FILE_OBJECT, user)
