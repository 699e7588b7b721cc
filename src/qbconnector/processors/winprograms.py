"""Looks at this machine for the programs behind COM: how they are registered, whether they run, and ends them.

It runs on Windows only. Which these are stands in ``programs``.
"""

import sys

assert sys.platform == "win32"

import winreg
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

import pywintypes
import win32api
import win32con
import win32event
import win32file
import win32process
import win32security
import win32ts

from qbconnector.health import Finding
from qbconnector.processors.programs import SANDBOX_CLASS, Program
from qbconnector.processors.troubles import NO_SUCH_NAME, NOT_REGISTERED, TROUBLES

VIEWS: Final = {64: winreg.KEY_WOW64_64KEY, 32: winreg.KEY_WOW64_32KEY}  # the registry's, by bits
ENDING: Final = 10_000  # milliseconds for a process to be gone that was ended
QUERY: Final = 0x1000  # PROCESS_QUERY_LIMITED_INFORMATION
THIRTY_TWO_BIT: Final = 0  # SCS_32BIT_BINARY


@dataclass(frozen=True, slots=True)
class Registered:
    """A request processor in one view of the registry: a program, or a DLL, which may have a process given to it."""

    class_id: str
    bits: int
    program: str = ""
    library: str = ""
    surrogate: bool = False

    def usable(self, bits: int) -> bool:
        """Whether a process of so many bits can use it: programs and surrogates by any, a DLL by its like."""
        return bool(self.program) or self.surrogate or self.bits == bits


def registered(prog_id: str) -> list[Registered]:
    """How a request processor is registered, for programs of 64 bits and of 32."""
    class_id = _value(rf"{prog_id}\CLSID", 0)
    if not class_id:
        return []
    return [one for bits, view in VIEWS.items() if (one := _registered(class_id, bits, view))]


def _registered(class_id: str, bits: int, view: int) -> Registered | None:
    program = _value(rf"CLSID\{class_id}\LocalServer32", view)
    library = _value(rf"CLSID\{class_id}\InprocServer32", view)
    application = _value(rf"CLSID\{class_id}", view, "AppID")
    surrogate = bool(application) and _value(rf"AppID\{application}", view, "DllSurrogate") is not None
    if program or library:
        return Registered(class_id, bits, program or "", library or "", surrogate)
    return None


def _value(path: str, view: int, name: str = "") -> str | None:
    try:
        with winreg.OpenKey(winreg.HKEY_CLASSES_ROOT, path, access=winreg.KEY_READ | view) as key:
            return str(winreg.QueryValueEx(key, name)[0])
    except OSError:
        return None


@dataclass(frozen=True, slots=True)
class Running:
    """A process: ``ours`` is whether it has this user and this session of Windows."""

    pid: int
    name: str
    session: int
    ours: bool


def running(program: Program) -> list[Running]:
    """The program's processes, everybody's."""
    session, user = _own_session(), _own_user()
    known: Any = win32ts.WTSEnumerateProcesses(win32ts.WTS_CURRENT_SERVER_HANDLE, 1, 0)
    return [
        Running(pid, name, where, where == session and (sid is None or sid == user))
        for where, pid, name, sid in known
        if program.processes.fullmatch(name)
    ]


def _own_session() -> int:
    windows: Any = win32ts
    return int(windows.ProcessIdToSessionId(win32api.GetCurrentProcessId()))


def _own_user() -> object:
    token = win32security.OpenProcessToken(win32api.GetCurrentProcess(), win32security.TOKEN_QUERY)
    return win32security.GetTokenInformation(token, win32security.TokenUser)[0]


def stop(program: Program) -> list[Running]:
    """End the program's processes that are this user's, in this session; which they were."""
    ended = []
    for one in running(program):
        if one.ours:
            with suppress(pywintypes.error):  # it has ended by itself
                process = win32api.OpenProcess(win32con.PROCESS_TERMINATE | win32con.SYNCHRONIZE, False, one.pid)
                win32process.TerminateProcess(process, 1)
                win32event.WaitForSingleObject(process, ENDING)
                ended.append(one)
    return ended


def findings(program: Program, python: str = sys.executable) -> list[Finding]:
    """What there is to say of the program, to a connector that reaches it with this Python."""
    return [_registration(program, _bits(python)), *_processes(program), *_session()]


def _bits(python: str) -> int:
    try:
        return 32 if win32file.GetBinaryType(python) == THIRTY_TWO_BIT else 64
    except pywintypes.error:
        return 64


def _registration(program: Program, bits: int) -> Finding:
    known = registered(program.prog_id)
    if not known:
        text = f"{program.title}'s request processor, {program.prog_id}, is not registered."
        return Finding(False, text, TROUBLES[NO_SUCH_NAME].remedy)
    usable = [one for one in known if one.usable(bits)]
    if not usable:
        text = f"{program.title}'s request processor is a DLL of {known[0].bits} bits, and the connector has {bits}."
        return Finding(False, f"{text} ({known[0].library})", TROUBLES[NOT_REGISTERED].remedy)
    one = usable[0]
    if one.class_id.upper() == SANDBOX_CLASS:
        return Finding(True, f"The sandbox is registered as {program.title}: `qbconnector com unregister` ends that.")
    return Finding(True, f"{program.title}'s request processor is registered: {one.program or one.library}")


def _processes(program: Program) -> Iterator[Finding]:
    known = running(program)
    if not known:
        yield Finding(True, f"{program.title} does not run; the first request starts it.")
    for one in known:
        what = f"{program.title} runs as {one.name}, process {one.pid}"
        if not one.ours:
            remedy = "Requests do not reach that one. Let it and the connector run as the same user, side by side."
            yield Finding(False, f"{what}, as another user or in another session of Windows ({one.session}).", remedy)
        elif _elevated(one.pid) != _elevated(win32api.GetCurrentProcessId()):
            remedy = "Let both run as administrator, or neither."
            yield Finding(False, f"{what}; it or the connector runs as administrator, and the other does not.", remedy)
        else:
            yield Finding(True, f"{what}.")


def _elevated(pid: int) -> bool:
    """Whether a process of ours runs as administrator; one that we may not even look at does."""
    try:
        process = win32api.OpenProcess(QUERY, False, pid)
        token = win32security.OpenProcessToken(process, win32security.TOKEN_QUERY)
    except pywintypes.error:
        return True
    return bool(win32security.GetTokenInformation(token, win32security.TokenElevation))


def _session() -> Iterator[Finding]:
    if _own_session() == 0:
        yield Finding(
            True,
            "The connector runs as a service, where there is no screen: it works with a QuickBooks of its own, "
            "unattended, and not with one that somebody has opened.",
            "Every user then needs a company file; or run `qbconnector serve` in the session of whoever has it open.",
        )
