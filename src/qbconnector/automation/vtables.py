"""The interfaces' tables of functions, through which early-bound programs call: each slot leads to the object's policy.

pywin32 makes the tables. What it does at a call is done again here, because its own cannot give lists and lets the
calls of one object change what every other one has by name. It runs on Windows only.
"""

import ctypes
import sys
from collections.abc import Iterable
from typing import Any, Final

assert sys.platform == "win32"

import pythoncom
import winerror
from win32com.client.build import VTableItem
from win32com.universal import Definition

from qbconnector.automation.typelibrary import type_info
from qbconnector.processors.interfaces import INTERFACES

_gateway: Any = pythoncom._univgw  # type: ignore[attr-defined]

_automation = ctypes.WinDLL("oleaut32")
for _name in ("SafeArrayCreateVector", "SysAllocStringLen"):
    getattr(_automation, _name).restype = ctypes.c_void_p

LIST: Final = pythoncom.VT_BYREF | pythoncom.VT_ARRAY | pythoncom.VT_BSTR
VTABLE: Final = -1  # which half of a dual interface is asked for


class Table(Definition):
    """One interface's."""

    _methods: list[Any]

    def dispatch(self, ob: Any, index: Any, argPtr: Any, *_: Any) -> int:  # noqa: N803  (its names)
        """Call one of an object's functions with the arguments at an address; S_OK."""
        method = self._methods[index]
        policy = getattr(ob, "policy", ob)
        taken = _gateway.ReadFromInTuple(method._gw_in_args, argPtr)
        given = policy._InvokeEx_(method.dispid, 0, method.invkind, taken, None, None)
        for argument in method.args:
            if argument.vt == LIST:
                place = ctypes.c_void_p.from_address(argPtr + argument.offset).value
                assert place is not None
                ctypes.c_void_p.from_address(place).value = _array(given)
                return winerror.S_OK
        _gateway.WriteFromOutTuple((given,) if method._gw_out_args else (), method._gw_out_args, argPtr)
        return winerror.S_OK


def register() -> None:
    """Give this process's objects the tables. The type library has to be registered."""
    for interface in INTERFACES:
        shown = type_info(interface)
        kind = shown.GetRefTypeInfo(shown.GetRefTypeOfImplType(VTABLE))
        item = VTableItem(kind, kind.GetTypeAttr(), kind.GetDocumentation(-1))
        table = _gateway.CreateVTable(Table(item.clsid, item.bIsDispatch, item.vtableFuncs), item.bIsDispatch)
        _gateway.RegisterVTable(table, item.clsid, interface.name)


def _array(texts: Iterable[str]) -> int:
    """A SAFEARRAY of BSTR, which belongs to the caller."""
    known = list(texts)
    array = ctypes.c_void_p(_automation.SafeArrayCreateVector(pythoncom.VT_BSTR, 0, len(known)))
    for index, text in enumerate(known):
        string = ctypes.c_void_p(_automation.SysAllocStringLen(text, len(text)))
        _automation.SafeArrayPutElement(array, ctypes.byref(ctypes.c_long(index)), string)  # it makes a copy
        _automation.SysFreeString(string)
    assert array.value is not None
    return array.value
