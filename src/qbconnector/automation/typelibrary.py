"""Makes the type library that early-bound programs, and Windows between processes, read the interfaces from.

It runs on Windows only.
"""

import sys

assert sys.platform == "win32"

from functools import cache
from pathlib import Path
from typing import Any, Final

import pythoncom
import pywintypes

from qbconnector.processors.interfaces import (
    BOOL,
    ENUMERATIONS,
    INT,
    INTERFACES,
    LIBRARY,
    LIBRARY_NAME,
    REQUEST_PROCESSOR,
    REQUEST_PROCESSOR_CLASS,
    SHORT,
    TEXT,
    TEXTS,
    Interface,
    Member,
)

com: Any = pythoncom  # whose types know neither how a description is made nor what a class id may be

VERSION: Final = (1, 0)
SYSTEM: Final = 3 if sys.maxsize > 2**32 else 1  # SYSKIND: this Python's bits; Windows reads it with any
CONSTANT_ID: Final = 0x40000000  # where a compiler begins to count an enumeration's members
STDCALL: Final = 4  # CALLCONV
RESULT: Final = com.PARAMFLAG_FOUT | com.PARAMFLAG_FRETVAL
DEFAULT: Final = 1  # IMPLTYPEFLAG_FDEFAULT
STANDARD: Final = "{00020430-0000-0000-C000-000000000046}", 2, 0, 0  # OLE's own library, which has IDispatch

Type = Any  # as pywin32 writes a TYPEDESC: a number, or a pair of one and what it is of
TYPES: Final[dict[str, Type]] = {
    TEXT: com.VT_BSTR,
    TEXTS: (com.VT_SAFEARRAY, com.VT_BSTR),
    BOOL: com.VT_BOOL,
    SHORT: com.VT_I2,
    INT: com.VT_I4,
}


def write(path: Path) -> None:
    """Write it anew."""
    path.unlink(missing_ok=True)
    library = com.CreateTypeLib2(SYSTEM, str(path))
    library.SetName(LIBRARY_NAME)
    library.SetGuid(pywintypes.IID(LIBRARY))
    library.SetVersion(*VERSION)
    library.SetLcid(0)
    made = {name: _enumeration(library, name, values) for name, values in ENUMERATIONS.items()}
    for one in INTERFACES:
        made[one.name] = _interface(library, one, made)
    _class(library, "RequestProcessor3", made[REQUEST_PROCESSOR.name])
    library.SaveAllChanges()


@cache
def type_info(interface: Interface) -> Any:
    """What the registered library says of an interface."""
    return com.LoadRegTypeLib(LIBRARY, *VERSION, 0).GetTypeInfoOfGuid(pywintypes.IID(interface.iid))


def _enumeration(library: Any, name: str, values: dict[str, int]) -> Any:
    made = library.CreateTypeInfo(name, com.TKIND_ENUM)
    for index, (word, number) in enumerate(values.items()):
        value = com.VARDESC()
        value.memid = CONSTANT_ID + index
        value.varkind = com.VAR_CONST
        value.elemdescVar = (com.VT_I4, 0, None)
        value.value = number
        made.AddVarDesc(index, value)
        made.SetVarName(index, word)
    made.LayOut()
    return made


def _interface(library: Any, interface: Interface, known: dict[str, Any]) -> Any:
    made = library.CreateTypeInfo(interface.name, com.TKIND_INTERFACE)
    made.SetGuid(pywintypes.IID(interface.iid))
    made.SetTypeFlags(com.TYPEFLAG_FDUAL | com.TYPEFLAG_FOLEAUTOMATION)
    dispatch = com.LoadRegTypeLib(*STANDARD).GetTypeInfoOfGuid(com.IID_IDispatch)
    made.AddImplType(0, made.AddRefTypeInfo(dispatch))
    for index, member in enumerate(interface.members):
        made.AddFuncDesc(index, _function(made, member, known))
        names = [member.name, *(name for name, _ in member.takes), *(["result"] if member.gives else [])]
        made.SetFuncAndParamNames(index, tuple(names))
    made.LayOut()
    return made


def _function(interface: Any, member: Member, known: dict[str, Any]) -> Any:
    def described(word: str) -> Type:
        if word in TYPES:
            return TYPES[word]
        reference = interface.AddRefTypeInfo(known[word].QueryInterface(com.IID_ITypeInfo))
        user_defined = com.VT_USERDEFINED, reference
        return user_defined if word in ENUMERATIONS else (com.VT_PTR, user_defined)

    function = com.FUNCDESC()
    function.memid = member.id
    function.funckind = com.FUNC_PUREVIRTUAL
    function.invkind = com.INVOKE_PROPERTYGET if member.readable else com.INVOKE_FUNC
    function.callconv = STDCALL
    function.rettype = (com.VT_HRESULT, 0, None)
    function.scodeArray = ()
    arguments = [(described(word), com.PARAMFLAG_FIN, None) for _, word in member.takes]
    if member.gives:
        arguments.append(((com.VT_PTR, described(member.gives)), RESULT, None))
    function.args = tuple(arguments)
    return function


def _class(library: Any, name: str, interface: Any) -> None:
    made = library.CreateTypeInfo(name, com.TKIND_COCLASS)
    made.SetGuid(pywintypes.IID(REQUEST_PROCESSOR_CLASS))
    made.AddImplType(0, made.AddRefTypeInfo(interface.QueryInterface(com.IID_ITypeInfo)))
    made.SetImplTypeFlags(0, DEFAULT)
    made.LayOut()
