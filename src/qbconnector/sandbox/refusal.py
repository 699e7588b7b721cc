"""How a single request is refused: a status code with QuickBooks' own text, raised anywhere below the engine."""

from typing import NoReturn

from qbconnector.errors import RequestRefused
from qbconnector.qbxml.statuses import status


def refuse(code: int, **facts: str) -> NoReturn:
    """End the running request with this status; its effects are undone, its message set goes on."""
    raise RequestRefused(code, status(code, **facts).text)
