"""The programs that have request processors over COM: what they are called, and how to know their processes.

Only facts; looking at the machine is ``winprograms``'s.
"""

import re
from dataclasses import dataclass
from typing import Final

SANDBOX_CLASS: Final = "{6C1B7E43-5D2F-4E0B-9C3A-8F0E52B7A911}"  # the sandbox's own class id, as a COM server


@dataclass(frozen=True, slots=True)
class Program:
    """One of them: ``prog_id`` is its request processor's name, ``processes`` are its processes' (unverified)."""

    title: str
    prog_id: str
    processes: re.Pattern[str]


DESKTOP: Final = Program(
    "QuickBooks",
    "QBXMLRP2.RequestProcessor",
    re.compile(r"QBW(32)?((PRO|PREMIER|ENTERPRISE|SIMPLE)\w*)?\.EXE", re.IGNORECASE),
)
POINT_OF_SALE: Final = Program(
    "Point of Sale", "QBPOSXMLRPLib.RequestProcessor", re.compile(r"QBPOS(SHELL)?\.EXE", re.IGNORECASE)
)
