"""What becomes known of a request, wherever it came in: the record that is made of it when it is over."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

from qbconnector import clock
from qbconnector.accounts.users import User
from qbconnector.activity.masking import LOGGED, readable
from qbconnector.activity.requests import Record
from qbconnector.errors import RequestProcessorError
from qbconnector.processors.authorizing import APPLICATION
from qbconnector.sessions.jobs import Job

SEEN: Final = 16 * 1024  # bytes of a body and of an answer that are looked through for the record
REQUESTS: Final = re.compile(rb"<([A-Za-z0-9]+(?<!Msgs)Rq)\b")
STATUSES: Final = re.compile(rb'statusCode="([0-9]+)"')


@dataclass(slots=True)
class Call:
    """One request on its way: what is known of it, and what the log will say. ``client`` is where it came from."""

    client: str
    started: float
    job: Job
    user: User | None = None
    interaction: bytes = b""
    body: bytes = b""
    answer: bytes = b""  # its beginning
    note: str = ""


def record(call: Call, status: int, received: int, sent: int, *, verbose: bool) -> Record:
    """Who asked what of which company file, what came of it, how long it took, how much it was.

    A ``verbose`` one has the bodies too.
    """
    user, end = call.user, clock.monotonic()
    return Record(
        call.job.number,
        clock.now(),
        end - call.started,
        call.client,
        user.name if user else "",
        (user.app_name or APPLICATION) if user else "",
        user.company_file if user else "",
        call.interaction.decode(),
        _unique(REQUESTS, call.body),
        status,
        _unique(STATUSES, call.answer),
        received,
        sent,
        call.note,
        call.job.spent(end),
        readable(call.body) if verbose else "",
        readable(call.answer) if verbose else "",
    )


def explained(error: RequestProcessorError) -> str:
    """An error and what helps beyond it, in one line."""
    return "; ".join((str(error), *error.detail.splitlines()))


def _unique(pattern: re.Pattern[bytes], text: bytes) -> tuple[str, ...]:
    """What the pattern finds at the beginning of a text, each once."""
    return tuple(one.decode() for one in dict.fromkeys(pattern.findall(text, 0, SEEN)))


async def overheard(call: Call, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The chunks as they are; a verbose log keeps their beginning."""
    async for chunk in chunks:
        if len(call.answer) <= LOGGED:
            call.answer += chunk
        yield chunk
