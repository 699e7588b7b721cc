"""Who may use a file or a key on Windows. It runs on Windows only."""

import sys

assert sys.platform == "win32"

import subprocess
from typing import Any, Final

import pywintypes
import win32api
import win32event
import win32process
import win32security

FILE: Final = "FA"  # every right on it, as its kind has it
KEY: Final = "KA"
INHERITED: Final = win32security.OBJECT_INHERIT_ACE | win32security.CONTAINER_INHERIT_ACE
ALL: Final = 0x10000000  # GENERIC_ALL


def me() -> Any:
    """The SID of the user that this process runs as."""
    token = win32security.OpenProcessToken(win32api.GetCurrentProcess(), win32security.TOKEN_QUERY)
    return win32security.GetTokenInformation(token, win32security.TokenUser)[0]


def private(rights: str) -> Any:
    """For something new: only the system, administrators and whoever we are. What is in it inherits that."""
    users = ("SY", "BA", win32security.ConvertSidToStringSid(me()))
    description = "D:P" + "".join(f"(A;OICI;{rights};;;{user})" for user in users)
    attributes = win32security.SECURITY_ATTRIBUTES()
    attributes.SECURITY_DESCRIPTOR = win32security.ConvertStringSecurityDescriptorToSecurityDescriptor(
        description, win32security.SDDL_REVISION_1
    )
    return attributes


def restrict(name: str, kind: int, rights: str) -> None:
    """Make what is there, and still empty, as private as something new. Raises ``OSError``."""
    entries = private(rights).SECURITY_DESCRIPTOR.GetSecurityDescriptorDacl()
    what = win32security.DACL_SECURITY_INFORMATION | win32security.PROTECTED_DACL_SECURITY_INFORMATION
    try:
        win32security.SetNamedSecurityInfo(name, kind, what, None, None, entries, None)
    except pywintypes.error as error:
        raise OSError(0, error.strerror, name, error.winerror) from None


def permit_on(name: str, kind: int, user: str) -> None:
    """Let one more user have it, whoever else may. Raises ``OSError``."""
    try:
        sid, _, _ = win32security.LookupAccountName(None, user)
        security = win32security.GetNamedSecurityInfo(name, kind, win32security.DACL_SECURITY_INFORMATION)
        entries = security.GetSecurityDescriptorDacl()
        entries.AddAccessAllowedAceEx(win32security.ACL_REVISION, INHERITED, ALL, sid)
        win32security.SetNamedSecurityInfo(
            name, kind, win32security.DACL_SECURITY_INFORMATION, None, None, entries, None
        )
    except pywintypes.error as error:
        raise OSError(0, error.strerror, name, error.winerror) from None


def as_administrator(program: str, *arguments: str) -> int:
    """Run a program once as administrator, which Windows asks for; its exit code, or 1 if that was refused."""
    from win32com.shell import shell, shellcon

    try:
        started = shell.ShellExecuteEx(
            fMask=shellcon.SEE_MASK_NOCLOSEPROCESS,
            lpVerb="runas",
            lpFile=program,
            lpParameters=subprocess.list2cmdline(arguments),
        )
    except pywintypes.error:
        return 1
    win32event.WaitForSingleObject(started["hProcess"], win32event.INFINITE)
    return int(win32process.GetExitCodeProcess(started["hProcess"]))
