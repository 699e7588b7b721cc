"""A request and its answer as the data port sees them, and the limits on both; no bytes of HTTP.

Reading and writing those belongs to ``http``.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass
from typing import Final, Protocol

COLLECTED: Final = 1024 * 1024  # bytes of an answer that are collected to give it a Content-Length


@dataclass(frozen=True, slots=True)
class Limits:
    """What one client may take: seconds, bytes, and connections at once."""

    head_seconds: float = 20
    body_seconds: float = 30
    body_rate: int = 32 * 1024  # a body gets body_seconds and what it takes at this many bytes a second
    idle_seconds: float = 75
    stall_seconds: float = 30  # a client that reads nothing for so long is cut
    linger_seconds: float = 1  # a refused client may go on sending for so long, so that it reads its answer
    head_bytes: int = 32 * 1024
    body_bytes: int = 256 * 1024 * 1024
    connections: int = 2000


@dataclass(frozen=True, slots=True)
class Response:
    """An answer: status line, header fields, and a body that may go on in ``rest``."""

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    rest: AsyncIterator[bytes] | None = None


class Line(Protocol):
    """What a request needs of its connection."""

    async def receive_body(self, request: "Request") -> None:
        """Let the body come, within its deadline."""

    async def send_whole(self, request: "Request", response: Response, body: bytes) -> int:
        """Write an answer of known length."""
        ...

    async def send_stream(
        self, request: "Request", response: Response, first: bytes, rest: AsyncIterator[bytes]
    ) -> int:
        """Write an answer of unknown length at the pace of its reader."""
        ...


class Request:
    """One request, and the way to answer it. Header names are lower case; values are bytes as they came."""

    __slots__ = (
        "_connection",
        "abandoned",
        "chunks",
        "client",
        "complete",
        "failure",
        "headers",
        "keep_alive",
        "length",
        "method",
        "old",
        "received",
        "target",
        "waiter",
    )

    def __init__(
        self, connection: Line, client: str, method: bytes, target: bytes, headers: dict[bytes, bytes]
    ) -> None:
        self._connection = connection
        self.client = client
        self.method = method
        self.target = target
        self.headers = headers
        length = headers.get(b"content-length")
        self.length = None if length is None else int(length)  # digits only: the parser has seen to that
        self.complete = not self.length and b"transfer-encoding" not in headers
        self.keep_alive = False
        self.old = False  # HTTP/1.0
        self.chunks: list[bytes] = []
        self.received = 0
        self.abandoned = False  # nobody wants the rest of the body
        self.failure: Exception | None = None  # why the body never came
        self.waiter: asyncio.Future[None] | None = None

    async def body(self) -> bytes:
        """The whole body, once.

        Raises ``ConnectionResetError`` if the client goes away, ``WireError`` if it is slow.
        """
        if not self.complete:
            await self._connection.receive_body(self)
        chunks, self.chunks = self.chunks, []
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)

    async def respond(self, response: Response) -> int:
        """Send the answer; returns the bytes of its body.

        Up to 1 MiB is collected and sent with a Content-Length; more is sent chunked, and to HTTP/1.0 until
        the connection closes. Whatever ``response.rest`` raises goes through; if the answer had begun, the
        connection is cut, so that nobody takes a piece for the whole.
        """
        body, rest = response.body, response.rest
        if rest is not None:
            parts, size = [body], len(body)
            async for chunk in rest:
                parts.append(chunk)
                size += len(chunk)
                if size > COLLECTED:
                    break
            else:
                rest = None
            body = b"".join(parts)
        if rest is None:
            return await self._connection.send_whole(self, response, body)
        return await self._connection.send_stream(self, response, body, rest)


class Member(Protocol):
    """What a port needs of its connections."""

    client: str  # the address

    def sweep(self, now: float) -> None:
        """End what is past its deadline."""

    def stop(self) -> None:
        """Close now if nothing is being answered, else after the answer."""

    def abort(self) -> None:
        """Cut the connection."""


class Host(Protocol):
    """What a connection needs of the port it belongs to."""

    limits: Limits
    now: float  # seconds, as of the last sweep: exact enough for deadlines, and free
    date: bytes  # the Date header line of this second
    stopping: bool
    connections: set[Member]

    def gone(self, connection: Member) -> None:
        """The connection is closed."""

    @property
    def handler(self) -> Callable[[Request], Coroutine[object, object, None]]: ...
