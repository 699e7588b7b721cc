"""What COM itself says when it fails, before or beside QuickBooks: numbers of Windows, and what to do about each.

It turns any failure of a COM call into the error that the seam knows. QuickBooks' own numbers and texts stand in
``qbxml.hresults``; what QuickBooks writes beside a number is passed on as it is.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from qbconnector.errors import ProcessEnded, RequestProcessorError
from qbconnector.processors.com import com_error
from qbconnector.qbxml.hresults import HRESULTS


class Trouble(NamedTuple):
    """What a number of Windows means here, and the remedy."""

    text: str
    remedy: str = ""


NOT_REGISTERED: Final = 0x80040154
NO_SUCH_NAME: Final = 0x800401F3
BUSY: Final = "QuickBooks is busy, or shows a dialog that somebody has to answer. The request was not carried out."

TROUBLES: Final[Mapping[int, Trouble]] = {
    NOT_REGISTERED: Trouble(
        "QuickBooks' request processor is not registered for programs of this kind.",
        "Either QuickBooks is not installed here, or its request processor is a 32-bit DLL and this Python is of 64 "
        "bits: `qbconnector check` says which. For the second, choose the RequestProcessor whose name ends in Process "
        "and a 32-bit HostPython, or let `qbconnector com surrogate --consent` give the DLL a process of its own.",
    ),
    NO_SUCH_NAME: Trouble(
        "QuickBooks' request processor is not installed on this machine.",
        "Install QuickBooks, or start it once as administrator so that it registers itself.",
    ),
    0x80080005: Trouble(
        "QuickBooks was started and did not come up.",
        "It may wait for somebody at its own screen, run as another user or as administrator, or, where the connector "
        "is a service, have no desktop. Start QuickBooks by hand as the connector's own user and look what it says.",
    ),
    0x80070005: Trouble(
        "Windows does not let the connector talk to QuickBooks.",
        "Let both run as the same user, and both as administrator or neither.",
    ),
    0x800702E4: Trouble(
        "QuickBooks is set to run as administrator, and the connector does not.",
        "Take `Run as administrator` out of the properties of QuickBooks' program, or run the connector so too.",
    ),
    0x800706BA: Trouble("QuickBooks' process is no more."),
    0x800706BE: Trouble("QuickBooks' process ended during the call."),
    0x800706BF: Trouble("QuickBooks' process ended before the call reached it."),
    0x80010007: Trouble("QuickBooks' process ended during the call."),
    0x80010012: Trouble("QuickBooks' process ended before the call reached it."),
    0x80010108: Trouble("QuickBooks' process has let go of the connection."),
    0x80010105: Trouble("QuickBooks' process failed during the call.", "Query before you repeat the request."),
    0x80010001: Trouble("QuickBooks did not take the call.", BUSY),
    0x8001010A: Trouble("QuickBooks did not take the call.", BUSY),
}

DIED: Final = frozenset({0x800706BE, 0x80010007})  # the process had the call when it ended
UNREACHED: Final = frozenset({0x800706BA, 0x800706BF, 0x80010012, 0x80010108})  # it never had it
GONE: Final = DIED | UNREACHED


def raised(number: int, description: str = "", more: str = "") -> RequestProcessorError:
    """The error of a COM call: its number, and the description that came with it or else the one we know.

    ``more`` is what QuickBooks says beyond that.
    """
    number &= 0xFFFFFFFF
    known, trouble = HRESULTS.get(number), TROUBLES.get(number, Trouble(""))
    said = description.strip() or trouble.text or (known.text if known else "QuickBooks failed.")
    text, *lines = said.splitlines()
    more = more.strip().removeprefix(said).strip()
    return RequestProcessorError(number, text, "\n".join(filter(None, (*lines, more, trouble.remedy))))


def not_opened(error: RequestProcessorError, number: int) -> RequestProcessorError:
    """The same, where nothing was sent yet: a process that has ended is an error of this number, to be tried again."""
    return com_error(number, f"{error.text} ({_digits(error)})") if error.hresult in GONE else error


def not_answered(error: RequestProcessorError, number: int) -> RequestProcessorError:
    """The same, where a request was sent: what has become of it is not known if the process had it when it ended."""
    if error.hresult in DIED:
        return ProcessEnded(f"COM said {_digits(error)}")
    if error.hresult in UNREACHED:
        return com_error(number, f"{error.text} ({_digits(error)})\nThe request was not sent: send it again.")
    return error


def _digits(error: RequestProcessorError) -> str:
    return f"0x{error.hresult:08X}"
