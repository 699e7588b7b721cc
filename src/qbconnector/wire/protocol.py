"""The wire protocol, in the order of the manual's chapter of that name: one POST to /, one answer.

A request is looked at in this order, and the first thing that is wrong decides its answer: client (403),
path (404), method (405), length (411), authorization (401), interaction type (400). Only then is its body
taken in. What the request processor refuses is a 517. It owns every text the data port says by itself; HTTP
as such belongs to ``http``.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final

import httptools

from qbconnector import clock
from qbconnector.accounts.accounts import Accounts
from qbconnector.accounts.users import User
from qbconnector.activity.requests import Requests
from qbconnector.errors import QueueFull, RequestProcessorError, WireError
from qbconnector.processors.com import AUTHORIZATION
from qbconnector.sessions import telling
from qbconnector.sessions.hints import LOST_ITERATOR, lost_iterator
from qbconnector.sessions.jobs import Job
from qbconnector.sessions.sessions import Sessions
from qbconnector.sessions.telling import explained, overheard, record
from qbconnector.wire.messages import Limits, Request, Response
from qbconnector.wire.wishes import NONE, Wishes, read_wishes

CRLF: Final = "\r\n"
PLAIN: Final = (("Content-Type", "text/plain; charset=utf-8"),)
# A COM string has no encoding and the sandbox writes pure ASCII: UTF-8 is true of both.
XML: Final = (("Content-Type", "text/xml; charset=utf-8"),)

# Every answer that is not an interaction's: status: (reason, header fields, text). Reasons are the manual's.
REFUSALS: Final[dict[int, tuple[str, tuple[tuple[str, str], ...], str]]] = {
    400: ("Bad Request", (), "{detail}"),
    401: (
        "Authorization Required",
        (("WWW-Authenticate", 'Basic realm="qbconnector", charset="UTF-8"'),),
        "Send the name and password of a user of this connector with Basic authentication.",
    ),
    403: ("Forbidden", (), "This computer is not among the clients that may connect (AllowedClients)."),
    404: ("Not Found", (), "Every request goes to the path /."),
    405: ("Method Not Allowed", (("Allow", "POST"),), "Every request is a POST."),
    408: ("Request Timeout", (), "The request did not arrive in time."),
    411: ("Length Required", (), "Every request needs a Content-Length, even if it is 0; chunks do not do."),
    413: ("Content Too Large", (), "{detail}"),
    417: ("Expectation Failed", (), "Nothing can be expected but 100-continue."),
    500: ("Internal Server Error", (), "The connector failed; its activity log says more."),
    503: ("Service Unavailable", (("Retry-After", "1"),), "{detail}"),
    517: ("Server Error", (), "{detail}"),
}
EXECUTE: Final = b"0"
CONTINUE: Final = b"100-continue"
INTERACTION: Final = b"x-acctsyncinteractiontype"
HINT: Final = "X-QBConnector-Hint"


def refusal(status: int, detail: str = "") -> Response:
    """The answer of this status, as REFUSALS has it."""
    reason, headers, text = REFUSALS[status]
    text = text.format(detail=detail)
    return Response(status, reason, PLAIN + headers, f"{text}{CRLF}".encode() if text else b"")


def failure(error: RequestProcessorError) -> Response:
    """The 517 of what a request processor refused: number and text, and after a blank line what helps beyond."""
    detail = "".join(f"{CRLF}{line}" for line in ("", *error.detail.splitlines())) if error.detail else ""
    return refusal(517, f"{error}{detail}")


@dataclass(slots=True, kw_only=True)
class Call(telling.Call):
    """A request on the data port: what HTTP said of it."""

    request: Request
    wishes: Wishes = NONE


class WireProtocol:
    """The handler of the data port. Its ``limits`` may be replaced at any time."""

    def __init__(self, accounts: Accounts, sessions: Sessions, requests: Requests, limits: Limits) -> None:
        self.limits = limits
        self._accounts = accounts
        self._sessions = sessions
        self._requests = requests

    async def __call__(self, request: Request) -> None:
        """Answer one request, and tell of it."""
        call = Call(request.client, clock.monotonic(), Job(self._requests.number()), request=request)
        status, sent = 0, 0
        try:
            status, sent = await self._answer(call)
        except ConnectionError as error:
            call.note = str(error)
        except asyncio.CancelledError:
            call.note = "the administrator cancelled it" if call.job.cancelled else "the client went away"
            raise
        finally:
            self._requests.tell(record(call, status, request.received, sent, verbose=self._requests.verbose))

    async def _answer(self, call: Call) -> tuple[int, int]:
        """Status, and bytes of the body, of the answer that was sent."""
        try:
            user = call.user = await self._admit(call)
            call.body = await call.request.body()
            if call.interaction == EXECUTE:
                answer = await self._sessions.execute(user, call.body, call.wishes.delay, call.job)
                async with aclosing(answer) as chunks:
                    call.answer = chunks.first
                    rest = overheard(call, chunks) if self._requests.verbose else chunks
                    call.note = LOST_ITERATOR if lost_iterator(call.body, call.answer) else ""
                    headers = (*XML, (HINT, call.note)) if call.note else XML
                    return 200, await call.request.respond(Response(200, "OK", headers, chunks.first, rest))
            lines = await INTERACTIONS[call.interaction](self._sessions, user, call)
            response = Response(200, "OK", PLAIN, "".join(f"{line}{CRLF}" for line in lines).encode())
        except ConnectionError:
            raise
        except WireError as error:
            response = refusal(error.status, error.text)
        except QueueFull as error:
            response = refusal(503, error.advice)
        except RequestProcessorError as error:
            call.note = explained(error)
            response = failure(error)
        except Exception as error:  # noqa: BLE001  (whatever it is, the client gets an answer and we a line)
            call.note = f"{type(error).__name__}: {error}"
            response = refusal(500)
        call.answer = response.body
        return response.status, await call.request.respond(response)

    async def _admit(self, call: Call) -> User:
        """The manual's checks, in their order. Raises ``WireError``."""
        request = call.request
        if request.target != b"/" and _path(request.target) != b"/":
            raise _refused(404)
        if request.method != b"POST":
            raise _refused(405)
        if request.length is None:
            raise _refused(411)
        if request.headers.get(b"expect", CONTINUE).lower() != CONTINUE:
            raise _refused(417)
        credentials = request.headers.get(b"authorization")
        user = await self._accounts.authenticate(credentials, request.client)
        if user is None:
            if credentials is not None:
                self._requests.metrics.failed_login()
            raise _refused(401)
        interaction = request.headers.get(INTERACTION, b"")
        if interaction != EXECUTE and interaction not in INTERACTIONS:
            raise _refused(400, f"X-AcctSyncInteractionType is one of {_listed([EXECUTE, *INTERACTIONS])}.")
        call.interaction = interaction
        call.wishes = read_wishes(request.headers)
        if request.length > self.limits.body_bytes:
            raise _refused(413, f"A request may have {self.limits.body_bytes} bytes (MaxRequestSize).")
        return call.wishes.of(user)


def _refused(status: int, detail: str = "") -> WireError:
    return WireError(status, REFUSALS[status][0], detail)


def _path(target: bytes) -> bytes:
    """The path of a request target that may have a query, or a scheme and a host as for a proxy."""
    try:
        return httptools.parse_url(target).path or b"/"
    except httptools.HttpParserInvalidURLError:
        return b""


def _listed(types: Iterable[bytes]) -> str:
    *others, last = [one.decode() for one in types]
    return f"{', '.join(others)} and {last}"


# The interaction types but 0, whose answer is a stream: each gives the lines of its answer.


async def _company_file(sessions: Sessions, user: User, call: Call) -> list[str]:
    return [await sessions.company_file(user, call.wishes.delay, call.job)]


async def _open(sessions: Sessions, user: User, call: Call) -> list[str]:
    await sessions.open(user, call.wishes.delay, call.job)
    return [""]


async def _close(sessions: Sessions, user: User, call: Call) -> list[str]:
    await sessions.close(user)
    return [""]


async def _newest_version(sessions: Sessions, user: User, call: Call) -> list[str]:
    return (await sessions.versions(user, call.wishes.delay, call.job))[-1:]


async def _versions(sessions: Sessions, user: User, call: Call) -> list[str]:
    return await sessions.versions(user, call.wishes.delay, call.job)


async def _authorized(sessions: Sessions, user: User, call: Call) -> list[str]:
    """Whether the user's application is let in: nobody can say so of a company file that does not open."""
    try:
        await sessions.reach(user, call.wishes.delay, call.job)
    except RequestProcessorError as error:
        call.note = explained(error)
        return ["1"]
    return ["0"]


async def _accessible(sessions: Sessions, user: User, call: Call) -> list[str]:
    """Whether the company file opens: it did, too, where it is the file that does not let the application in."""
    try:
        await sessions.company_file(user, call.wishes.delay, call.job)
    except RequestProcessorError as error:
        call.note = explained(error)
        return ["0" if error.hresult in AUTHORIZATION else "1"]
    return ["0"]


Interaction = Callable[[Sessions, User, Call], Awaitable[list[str]]]
INTERACTIONS: Final[dict[bytes, Interaction]] = {
    b"1": _company_file,
    b"101": _open,
    b"102": _close,
    b"103": _newest_version,
    b"104": _versions,
    b"105": _authorized,
    b"106": _accessible,
}
