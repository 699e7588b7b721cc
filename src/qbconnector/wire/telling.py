"""What becomes known of a request: its line in the activity log, its bodies in a verbose one, its figures."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

from qbconnector import clock
from qbconnector.accounts.users import User
from qbconnector.activity.log import ActivityLog, Level
from qbconnector.activity.masking import LOGGED, readable
from qbconnector.activity.metrics import Metrics
from qbconnector.errors import RequestProcessorError
from qbconnector.processors.authorizing import APPLICATION
from qbconnector.wire.messages import Request
from qbconnector.wire.wishes import NONE, Wishes

ERRORS: Final = frozenset({500, 517})  # what the log calls an error
SEEN: Final = 16 * 1024  # bytes of a body and of an answer that are looked through for the line
REQUESTS: Final = re.compile(rb"<([A-Za-z0-9]+(?<!Msgs)Rq)\b")
STATUSES: Final = re.compile(rb'statusCode="([0-9]+)"')


@dataclass(slots=True)
class Call:
    """One request on its way: what is known of it, and what the log will say."""

    number: int
    request: Request
    started: float
    user: User | None = None
    interaction: bytes = b""
    wishes: Wishes = NONE
    body: bytes = b""
    answer: bytes = b""  # its beginning
    note: str = ""


class Teller:
    """Tells the log and the figures of a request when it is over."""

    def __init__(self, log: ActivityLog, metrics: Metrics) -> None:
        self._log = log
        self._metrics = metrics

    @property
    def verbose(self) -> bool:
        """Whether the log wants bodies."""
        return self._log.level >= Level.VERBOSE

    def tell(self, call: Call, status: int, sent: int) -> None:
        """One line: who asked what of which company file, what came of it, how long it took, how much it was."""
        request, seconds = call.request, clock.monotonic() - call.started
        self._metrics.answered(call.interaction.decode() or "none", status, seconds, request.received, sent)
        if status == 401 and b"authorization" in request.headers:
            self._metrics.failed_login()
        level = Level.INFO if status == 200 else Level.ERROR if status in ERRORS else Level.WARNING
        if level > self._log.level:
            return
        asked, answered = _unique(REQUESTS, call.body), _unique(STATUSES, call.answer)
        self._log.put(
            level,
            f"#{call.number} {request.client} {_who(call.user)}, type {call.interaction.decode() or '?'}{asked}, "
            f"{status or 'no answer'}{answered and ' statusCode'}{answered}, {seconds * 1000:.1f} ms, "
            f"{request.received} > {sent} bytes{call.note and ', '}{call.note}",
        )
        if self.verbose:
            for what, body in (("request", call.body), ("answer", call.answer)):
                if body.strip():
                    self._log.verbose(f"#{call.number} {what}:\n{readable(body)}")


def explained(error: RequestProcessorError) -> str:
    """An error and what helps beyond it, in one line."""
    return "; ".join((str(error), *error.detail.splitlines()))


def _who(user: User | None) -> str:
    if user is None:
        return "nobody"
    return f"{user.name} {user.app_name or APPLICATION!r} {user.company_file or '(open file)'}"


def _unique(pattern: re.Pattern[bytes], text: bytes) -> str:
    """What the pattern finds at the beginning of a text, each once and after a space."""
    found = pattern.findall(text, 0, SEEN)
    return " " + b" ".join(dict.fromkeys(found)).decode() if found else ""


async def overheard(call: Call, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The chunks as they are; a verbose log keeps their beginning."""
    async for chunk in chunks:
        if len(call.answer) <= LOGGED:
            call.answer += chunk
        yield chunk
