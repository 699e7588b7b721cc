"""What differs between the systems that the tests run on: who is skipped where, how a program is told to end."""

import ctypes
import os
import signal
import subprocess
import sys
from typing import Any

import pytest

WINDOWS = sys.platform == "win32"
KILL: int = getattr(signal, "SIGKILL", 9)  # for os.kill: Windows makes it the exit code
KILLED = "it ended with exit code 9" if WINDOWS else "it was ended by signal 9"
SYNCHRONIZE = 0x100000
CONSOLE_EVENTS = (1, 0)  # CTRL_BREAK_EVENT, which Wine does not know; CTRL_C_EVENT, which Windows sends to no group

# A group of its own, which Windows does not send Ctrl-C to unless it is told to; the program's beginning says it.
GROUP: dict[str, Any] = {"creationflags": getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)} if WINDOWS else {}
LISTEN = "import ctypes; ctypes.windll.kernel32.SetConsoleCtrlHandler(None, False); " if WINDOWS else ""


def not_on_windows(reason: str) -> pytest.MarkDecorator:
    """The mark of a test that is about another system; ``reason`` says what Windows does not have."""
    return pytest.mark.skipif(WINDOWS, reason=reason)


def gone(pid: int) -> bool:
    """Whether there is no such process any more."""
    if sys.platform == "win32":  # where signal 0 would be Ctrl-C
        kernel = ctypes.WinDLL("kernel32")
        kernel.OpenProcess.restype = ctypes.c_void_p
        process = ctypes.c_void_p(kernel.OpenProcess(SYNCHRONIZE, False, pid))
        try:
            return not process or kernel.WaitForSingleObject(process, 0) == 0
        finally:
            kernel.CloseHandle(process)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def interrupt(process: "subprocess.Popen[Any]", number: int = signal.SIGTERM) -> None:
    """Tell a program to end as its user does: by a signal, on Windows by Ctrl-Break or Ctrl-C."""
    if sys.platform == "win32":
        kernel = ctypes.WinDLL("kernel32")
        assert any(kernel.GenerateConsoleCtrlEvent(event, process.pid) for event in CONSOLE_EVENTS)
    else:
        process.send_signal(number)
