"""Windows: asks it whether a user's password is right (LogonUser). It runs on Windows only.

The user is ``name`` of this machine, ``DOMAIN\\name`` or ``name@domain``.
"""

import sys

assert sys.platform == "win32"

import ctypes
from ctypes import byref, c_uint32, c_void_p, c_wchar_p
from typing import Final

INTERACTIVE, NETWORK = 2, 3  # LOGON32_LOGON_…
DEFAULT_PROVIDER: Final = 0
THIS_MACHINE: Final = "."


def log_on(name: str, password: str, *, interactive: bool) -> bool:
    """Whether Windows lets this user in with this password; Samba domains want an interactive logon."""
    if not password:
        return False
    domain, backslash, user = name.rpartition("\\")
    where = domain if backslash else None if "@" in name else THIS_MACHINE
    advapi = ctypes.WinDLL("advapi32")
    kernel = ctypes.WinDLL("kernel32")
    advapi.LogonUserW.argtypes = (c_wchar_p, c_wchar_p, c_wchar_p, c_uint32, c_uint32, c_void_p)
    kernel.CloseHandle.argtypes = (c_void_p,)
    token = c_void_p()
    kind = INTERACTIVE if interactive else NETWORK
    if not advapi.LogonUserW(user, where, password, kind, DEFAULT_PROVIDER, byref(token)):
        return False
    kernel.CloseHandle(token)
    return True
