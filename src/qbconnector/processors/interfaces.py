"""QuickBooks' COM interfaces as data: what its type library says of RequestProcessor and AuthPreferences.

Names, ids, orders and numbers are facts of that library; only what AuthPreferences' arguments are called is ours. The
sandbox's objects answer by these tables, and the type library that early-bound programs read is made of them; the
request processor for QuickBooks takes its numbers here.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

from qbconnector.processors.base import FileMode

LIBRARY: Final = "{6C1B7E44-5D2F-4E0B-9C3A-8F0E52B7A911}"  # our own type library's id
LIBRARY_NAME: Final = "QBXMLRP2Lib"
REQUEST_PROCESSOR_CLASS: Final = "{71F531F5-8E67-4A7A-9161-15733FFC3206}"  # which early-bound programs ask for

TEXT, TEXTS, BOOL, SHORT, INT = "text", "texts", "bool", "short", "int"


class Member(NamedTuple):
    """A method, or a property that can be read. Types are the words above, an enumeration's name or an interface's."""

    id: int
    name: str
    takes: tuple[tuple[str, str], ...] = ()
    gives: str = ""
    readable: bool = False


@dataclass(frozen=True)
class Interface:
    """A dual interface: every member by its id, and in this order in its table of functions."""

    name: str
    iid: str
    members: tuple[Member, ...]

    @cached_property
    def methods(self) -> dict[int, str]:
        """Names by id."""
        return {one.id: one.name for one in self.members if not one.readable}

    @cached_property
    def properties(self) -> dict[int, str]:
        """Names by id."""
        return {one.id: one.name for one in self.members if one.readable}

    @cached_property
    def arguments(self) -> dict[int, int]:
        """How many, by id."""
        return {one.id: len(one.takes) for one in self.members}


ENUMERATIONS: Final[dict[str, dict[str, int]]] = {
    "QBFileMode": {"qbFileOpenSingleUser": 0, "qbFileOpenMultiUser": 1, "qbFileOpenDoNotCare": 2},
    "QBXMLRPConnectionType": {
        "unknown": 0,
        "localQBD": 1,
        "remoteQBD": 2,
        "localQBDLaunchUI": 3,
        "remoteQBOE": 4,
    },
    "QBXMLRPReleaseLevel": {"preAlpha": 0, "alpha": 1, "beta": 2, "release": 3},
    "QBXMLRPUnattendedModePrefType": {"umpRequired": 1, "umpOptional": 2},
    "QBXMLRPPersonalDataPrefType": {"pdpRequired": 1, "pdpOptional": 2, "pdpNotNeeded": 3},
}

MODES: Final = {
    FileMode.SINGLE: ENUMERATIONS["QBFileMode"]["qbFileOpenSingleUser"],
    FileMode.MULTI: ENUMERATIONS["QBFileMode"]["qbFileOpenMultiUser"],
    FileMode.DONT_CARE: ENUMERATIONS["QBFileMode"]["qbFileOpenDoNotCare"],
}
LOCAL: Final = ENUMERATIONS["QBXMLRPConnectionType"]["localQBD"]
RELEASED: Final = ENUMERATIONS["QBXMLRPReleaseLevel"]["release"]
UNATTENDED_OPTIONAL: Final = ENUMERATIONS["QBXMLRPUnattendedModePrefType"]["umpOptional"]
PERSONAL_OPTIONAL: Final = ENUMERATIONS["QBXMLRPPersonalDataPrefType"]["pdpOptional"]

AUTH_PREFERENCES: Final = Interface(
    "IAuthPreferences2",
    "{F810CC1A-151E-48A8-84C9-3F6978FB699C}",
    (
        Member(0x1, "WasAuthPreferencesObeyed", (("ticket", TEXT),), BOOL),
        Member(0x2, "GetIsReadOnly", (("ticket", TEXT),), BOOL),
        Member(0x3, "PutIsReadOnly", (("isReadOnly", BOOL),)),
        Member(0x4, "GetUnattendedModePref", (("ticket", TEXT),), "QBXMLRPUnattendedModePrefType"),
        Member(0x5, "PutUnattendedModePref", (("unattendedModePref", "QBXMLRPUnattendedModePrefType"),)),
        Member(0x6, "GetPersonalDataPref", (("ticket", TEXT),), "QBXMLRPPersonalDataPrefType"),
        Member(0x7, "PutPersonalDataPref", (("personalDataPref", "QBXMLRPPersonalDataPrefType"),)),
        Member(0x8, "PutAuthFlags", (("authFlags", INT),)),
    ),
)
REQUEST_PROCESSOR: Final = Interface(
    "IRequestProcessor5",
    "{9F44A4C6-B26E-4277-B514-F776243FFC01}",
    (
        Member(0x1, "ProcessRequest", (("ticket", TEXT), ("inputRequest", TEXT)), TEXT),
        Member(0x2, "OpenConnection", (("appID", TEXT), ("appName", TEXT))),
        Member(0x3, "CloseConnection"),
        Member(0x4, "BeginSession", (("qbFileName", TEXT), ("reqFileMode", "QBFileMode")), TEXT),
        Member(0x5, "EndSession", (("ticket", TEXT),)),
        Member(0x6, "GetCurrentCompanyFileName", (("ticket", TEXT),), TEXT),
        Member(0x7, "MajorVersion", gives=SHORT, readable=True),
        Member(0x8, "MinorVersion", gives=SHORT, readable=True),
        Member(0x9, "ReleaseLevel", gives="QBXMLRPReleaseLevel", readable=True),
        Member(0xA, "ReleaseNumber", gives=SHORT, readable=True),
        Member(0xB, "QBXMLVersionsForSession", (("ticket", TEXT),), TEXTS, readable=True),
        Member(0xC, "ConnectionType", gives="QBXMLRPConnectionType", readable=True),
        Member(0xD, "ProcessSubscription", (("inputRequest", TEXT),), TEXT),
        Member(0xE, "QBXMLVersionsForSubscription", gives=TEXTS, readable=True),
        Member(0xF, "OpenConnection2", (("appID", TEXT), ("appName", TEXT), ("connPref", "QBXMLRPConnectionType"))),
        Member(0x10, "AuthPreferences", gives="IAuthPreferences2", readable=True),
        Member(0x11, "GetQBLastError", gives=TEXT),
    ),
)
INTERFACES: Final = (AUTH_PREFERENCES, REQUEST_PROCESSOR)  # what one names comes before it
