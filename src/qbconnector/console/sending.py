"""Sends a request from the console the way of every request: as a user, through the sessions, with a line in the log.

Only the data port's HTTP and the user's password are left out: who has signed in here is the administrator.
"""

import asyncio
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final

from qbconnector import clock
from qbconnector.accounts.users import User
from qbconnector.console.answers import Answer
from qbconnector.console.backstage import Backstage
from qbconnector.errors import AnswerTooLarge, QueueFull, RequestProcessorError, TextTooLarge
from qbconnector.qbxml.assist import to_bytes
from qbconnector.sessions.hints import LOST_ITERATOR, lost_iterator
from qbconnector.sessions.jobs import Job
from qbconnector.sessions.telling import Call, explained, overheard, record

EXECUTE: Final = b"0"
FROM: Final = "sent from the console"


@dataclass(frozen=True, slots=True)
class Sent:
    """A request that was answered: its number in the log, the answer's bytes, and seconds in all and where they went.

    ``hint`` explains what the answer itself cannot, or is "".
    """

    number: int
    size: int
    seconds: float
    waiting: float
    opening: float
    executing: float
    sending: float
    hint: str


async def send(stage: Backstage, user: User, text: str, client: str) -> Sent:
    """Execute a document as a user; the answer is kept then.

    Raises what a request processor raises, ``QueueFull``, ``TextTooLarge``, ``AnswerTooLarge`` and ``OSError``.
    """
    requests = stage.requests
    most = stage.running.settings.max_request_size
    body = to_bytes(text)
    if len(body) > most:
        raise TextTooLarge(most, "MaxRequestSize")
    call = Call(client, clock.monotonic(), Job(requests.number()), user, EXECUTE, body, note=FROM)
    status, hint, answer = 0, "", stage.answers.begin(call.job.number)
    try:
        await _execute(stage, call, answer)
        status = 200
        if lost_iterator(call.body, call.answer):
            hint = LOST_ITERATOR
            call.note += f"; {hint}"
    except RequestProcessorError as error:
        status = 517
        call.note += f"; {explained(error)}"
        raise
    except QueueFull:
        status = 503
        raise
    except (AnswerTooLarge, OSError) as error:
        call.note += f"; {error}"
        raise
    except asyncio.CancelledError:
        call.note += "; the administrator cancelled it" if call.job.cancelled else "; the browser went away"
        raise
    finally:
        told = record(call, status, len(body), answer.size, verbose=requests.verbose)
        requests.tell(told)
    stage.answers.keep(answer)
    return Sent(told.number, answer.size, told.seconds, *told.spent, hint)


async def _execute(stage: Backstage, call: Call, answer: Answer) -> None:
    assert call.user is not None
    executing = await stage.sessions.execute(call.user, call.body, job=call.job)
    async with aclosing(executing) as chunks:
        call.answer = chunks.first
        await asyncio.to_thread(answer.write, chunks.first)
        async for chunk in overheard(call, chunks) if stage.requests.verbose else chunks:
            await asyncio.to_thread(answer.write, chunk)
