"""The errors of the request processors: every HRESULT with its text, in one table.

`certainty` says how sure a text is: REAL captured from QuickBooks, DOC published, CODE compared by programs that
work against QuickBooks, MEMORY recollected and unverified.
"""

from typing import NamedTuple


class Hresult(NamedTuple):
    """A COM error as QuickBooks reports it; `number` is unsigned."""

    number: int
    text: str
    certainty: str


_TABLE = (
    Hresult(0x80040400, "QuickBooks found an error when parsing the provided XML text stream.", "REAL"),
    Hresult(0x80040401, "Could not access QuickBooks.", "CODE"),
    Hresult(
        0x80040402,
        "Unexpected error. Check the qbsdklog.txt file for possible, additional information.",
        "CODE",
    ),
    Hresult(0x80040403, "Could not open the specified QuickBooks company data file.", "CODE"),
    Hresult(0x80040404, "The version of QuickBooks currently running does not support qbXML.", "MEMORY"),
    Hresult(0x80040405, "qbXML components have not been installed.", "MEMORY"),
    Hresult(
        0x80040406,
        "Could not determine the version of the QuickBooks company data file, or the data file has been corrupted.",
        "MEMORY",
    ),
    Hresult(
        0x80040407,
        "The installation of QuickBooks appears to be incomplete. Please reinstall QuickBooks.",
        "CODE",
    ),
    Hresult(0x80040408, "Could not start QuickBooks.", "REAL"),
    Hresult(
        0x80040409,
        "The current version of QuickBooks cannot work with the specified company data file.",
        "MEMORY",
    ),
    Hresult(
        0x8004040A,
        "QuickBooks company data file is already open and it is different from the one requested.",
        "CODE",
    ),
    Hresult(0x8004040B, "Could not get the name of the current QuickBooks company data file.", "MEMORY"),
    Hresult(0x8004040C, "BeginSession method has not been called or it did not succeed.", "MEMORY"),
    Hresult(0x8004040D, "The ticket parameter is invalid.", "REAL"),
    Hresult(0x8004040E, "There is not enough memory to complete the request.", "MEMORY"),
    Hresult(0x8004040F, "The OpenConnection method has not been called.", "MEMORY"),
    Hresult(
        0x80040410,
        "The QuickBooks company data file is currently open in a mode other than the one specified by "
        "your application.",
        "CODE",
    ),
    Hresult(
        0x80040411,
        "Before calling the BeginSession method, you must call OpenConnection method.",
        "MEMORY",
    ),
    Hresult(
        0x80040412,
        "You cannot make multiple successive calls to the OpenConnection method. Call CloseConnection "
        "before calling OpenConnection again.",
        "MEMORY",
    ),
    Hresult(
        0x80040413,
        "QuickBooks does not support the rollbackOnError value of the onError attribute.",
        "MEMORY",
    ),
    Hresult(
        0x80040414,
        "A modal dialog box is showing in the QuickBooks user interface. Your application cannot access "
        "QuickBooks until the user dismisses the dialog box.",
        "CODE",
    ),
    Hresult(
        0x80040415,
        "A call to the OpenConnection method must include the name of your application.",
        "MEMORY",
    ),
    Hresult(
        0x80040416,
        "If QuickBooks is not running, a call to the BeginSession method must include the name of the "
        "QuickBooks company data file.",
        "DOC",
    ),
    Hresult(
        0x80040417,
        "If the QuickBooks company data file is not open, a call to the BeginSession method must include"
        " the name of the QuickBooks company data file.",
        "MEMORY",
    ),
    Hresult(
        0x80040418,
        "This application has not accessed this QuickBooks company data file before. Only the QuickBooks"
        " administrator can grant an application permission to access a QuickBooks company data file for"
        " the first time.",
        "CODE",
    ),
    Hresult(
        0x8004041A,
        "This application does not have permission to access this QuickBooks company data file. The "
        "QuickBooks administrator can grant access permission through the Integrated Application "
        "preferences.",
        "CODE",
    ),
    Hresult(
        0x8004041B,
        "Unable to lock the necessary information to allow this application to access this company data "
        "file. Try again later.",
        "CODE",
    ),
    Hresult(
        0x8004041C,
        "An internal QuickBooks error occurred while trying to access the QuickBooks company data file.",
        "CODE",
    ),
    Hresult(
        0x8004041D,
        "This application is not allowed to log into this QuickBooks company data file automatically. "
        "The QuickBooks administrator can grant permission for automatic login through the Integrated "
        "Application preferences.",
        "CODE",
    ),
    Hresult(
        0x8004041E,
        "This application's certificate is expired. If you want to allow the application to log into "
        "QuickBooks automatically, log into QuickBooks and try again. Then click Allow Always when you "
        "are notified that the certificate has expired.",
        "CODE",
    ),
    Hresult(
        0x8004041F,
        "QuickBooks Basic cannot accept XML requests. Another product in the QuickBooks line, such as "
        "QuickBooks Pro or Premier, 2002 or later, is required.",
        "CODE",
    ),
    Hresult(0x80040420, "The QuickBooks user has denied access.", "CODE"),
    Hresult(
        0x80040422,
        "This application requires Single User file access mode and there is already another application"
        " sharing data with this QuickBooks company data file.",
        "CODE",
    ),
    Hresult(0x80040423, "The version of QBXML that was requested is not supported or is unknown.", "CODE"),
    Hresult(0x80040424, "QuickBooks did not finish its initialization. Please try again later.", "CODE"),
    Hresult(0x80040425, "Invalid parameter.", "MEMORY"),
    Hresult(0x80040426, "Scripts are not allowed to call QBXMLRP.", "MEMORY"),
    Hresult(0x80040427, "Unregistered QuickBooks.", "CODE"),
    Hresult(0x80040428, "The current request processor does not support the request.", "MEMORY"),
    Hresult(0x80040429, "The current messages set is not supported.", "MEMORY"),
    Hresult(0x8004042A, "Remote access is not allowed.", "CODE"),
    Hresult(0x8004042B, "Unsupported interface.", "MEMORY"),
    Hresult(0x8004042C, "Certificate has been revoked.", "CODE"),
)

HRESULTS = {one.number: one for one in _TABLE}
