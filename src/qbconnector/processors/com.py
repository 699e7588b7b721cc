"""The errors of COM that our own request processors raise, by name. Their texts stand in ``qbxml.hresults``."""

from typing import Final

from qbconnector.errors import RequestProcessorError
from qbconnector.qbxml.hresults import HRESULTS

NO_ACCESS: Final = 0x80040401
UNEXPECTED: Final = 0x80040402
CANNOT_OPEN: Final = 0x80040403
CANNOT_START: Final = 0x80040408
OTHER_FILE: Final = 0x8004040A
NO_FILE_NAME: Final = 0x8004040B
NO_SESSION: Final = 0x8004040C
BAD_TICKET: Final = 0x8004040D
OTHER_MODE: Final = 0x80040410
NO_CONNECTION: Final = 0x80040411
CONNECTED: Final = 0x80040412
DIALOG: Final = 0x80040414
NO_NAME: Final = 0x80040415
NOT_RUNNING: Final = 0x80040416
NOTHING_OPEN: Final = 0x80040417
UNKNOWN_APPLICATION: Final = 0x80040418
NO_PERMISSION: Final = 0x8004041A
NOT_UNATTENDED: Final = 0x8004041D
EXPIRED: Final = 0x8004041E
DENIED: Final = 0x80040420
SHARED: Final = 0x80040422
INVALID_PARAMETER: Final = 0x80040425
UNSUPPORTED: Final = 0x80040428
OTHER_MESSAGE_SET: Final = 0x80040429
REVOKED: Final = 0x8004042C

AUTHORIZATION: Final = frozenset({UNKNOWN_APPLICATION, NO_PERMISSION, NOT_UNATTENDED, DENIED, EXPIRED, REVOKED})
"""QuickBooks has opened the company file, which says whom it lets in, and does not let the application in."""


def com_error(number: int, detail: str = "") -> RequestProcessorError:
    """The error of this number, with the text that belongs to it."""
    known = HRESULTS.get(number)
    return RequestProcessorError(number, known.text if known else "QuickBooks failed.", detail)
