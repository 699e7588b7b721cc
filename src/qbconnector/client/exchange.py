"""What a client says and hears, without sending it: requests built, answers read.

Sending belongs to ``clients``.
"""

import re
from typing import Final

from qbconnector.errors import RequestProcessorError, RequestRejected

EXECUTE: Final = 0
COMPANY_FILE: Final = 1
OPEN: Final = 101
CLOSE: Final = 102
NEWEST_VERSION: Final = 103
VERSIONS: Final = 104
AUTHORIZED: Final = 105
ACCESSIBLE: Final = 106

FAILED: Final = 517
FAILURE: Final = re.compile(r"0x([0-9A-Fa-f]{8}): (.*)")


def headers(interaction: int, delay: float = 0) -> dict[str, str]:
    """The header fields of a request; ``delay`` is in seconds, after QuickBooks has opened the company file."""
    fields = {"X-AcctSyncInteractionType": str(interaction), "Content-Type": "text/xml"}
    if delay:
        fields["X-DelayAfterOpen"] = str(round(delay * 1000))
    return fields


def content(request: bytes | str) -> bytes:
    """The request's bytes."""
    return request.encode() if isinstance(request, str) else request


def check(status: int, reason: str, body: bytes) -> bytes:
    """The body of an answer that is one.

    Raises ``RequestProcessorError`` for a 517, else ``RequestRejected``.
    """
    if status == 200:
        return body
    text = body.decode("utf-8", "replace")
    if status == FAILED:
        first, *rest = text.splitlines() or [""]
        if match := FAILURE.fullmatch(first):
            raise RequestProcessorError(int(match[1], 16), match[2], "\n".join(rest).strip())
    raise RequestRejected(status, reason, text)


def lines(body: bytes) -> list[str]:
    """The lines of an answer that is text."""
    return body.decode().splitlines()


def confirmed(body: bytes) -> bool:
    """Whether the answer of interaction type 105 or 106 is yes."""
    return body.strip() == b"0"
