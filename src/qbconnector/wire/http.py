"""HTTP/1.x on one connection: bytes in, requests to the handler, answers out; nothing of the wire protocol itself.

It owns framing, limits, deadlines and the life of a connection. What a request means belongs to
``protocol``; the listener and the sweep over the deadlines belong to ``port``. llhttp (through httptools)
does the parsing and refuses by itself what request smuggling needs: bare LF, folded headers, doubled or
mixed lengths.

A request's task starts when its head is complete. The handler may answer without asking for the body, so
nobody who is not let in can make us hold one.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from functools import lru_cache
from math import inf
from typing import Final, cast

import httptools

from qbconnector.errors import WireError
from qbconnector.wire.messages import Host, Request, Response

BUFFERED: Final = 64 * 1024  # bytes of a body that are held before the handler asks for it
CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"
TLS_HANDSHAKE: Final = 0x16
VERSIONS: Final = frozenset({"1.0", "1.1"})

TOO_MUCH_HEAD: Final = Response(431, "Request Header Fields Too Large")


class Connection(asyncio.Protocol):
    """One client's connection. ``refusal`` is the answer to a client that is not let in at all."""

    def __init__(self, host: Host, client: str, refusal: Response | None = None) -> None:
        self._host = host
        self.client = client
        self._refusal = refusal
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport = cast("asyncio.Transport", None)
        self._parser = httptools.HttpRequestParser(self)
        self._fresh = True
        self._deaf = False  # what comes is thrown away: the last answer of this connection is decided
        self._ended = False  # the client sends nothing more, but may still read
        self._lost = False
        self._head_bytes = 0
        self._in_head = False
        self._target = b""
        self._fields: dict[bytes, bytes] = {}
        self._receiving: Request | None = None  # its body is still to come
        self._unparsed = 0  # bytes of that body which the parser will not see
        self._task: asyncio.Task[None] | None = None
        self._queue: deque[Request] = deque()
        self._reading = True
        self._drained: asyncio.Future[None] | None = None
        self._deadline = inf  # for what the client has to send
        self._stalled = inf  # for what it has to read

    # The transport's side

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._host.connections.add(self)
        self._deadline = self._host.now + self._host.limits.head_seconds
        if self._refusal is not None:
            self._refuse(self._refusal)

    def data_received(self, data: bytes) -> None:
        if self._deaf:
            return
        if self._fresh:
            self._fresh = False
            if data[0] == TLS_HANDSHAKE:  # a TLS client on a plain port: it would not understand an answer
                self._close()
                return
        if self._unparsed:
            data = self._take_unparsed(data)
        if self._receiving is None:
            self._head_bytes += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade as offer:
            self._ignore_upgrade(data[offer.args[0] :])
        except httptools.HttpParserError as error:
            self._misunderstood(str(error.__context__ or error))
        else:
            if self._in_head and self._head_bytes > self._host.limits.head_bytes:
                self._refuse(TOO_MUCH_HEAD)

    def _ignore_upgrade(self, rest: bytes) -> None:
        """Go on as if no other protocol had been offered; the parser has left us the body of the offer."""
        self._parser = httptools.HttpRequestParser(self)
        if rest:
            self.data_received(rest)

    def _take_unparsed(self, data: bytes) -> bytes:
        body, rest = bytes(data[: self._unparsed]), data[self._unparsed :]  # Windows' loop gives a bytearray
        self._unparsed -= len(body)
        self.on_body(body)
        if not self._unparsed:
            self.on_message_complete()
        return rest

    def eof_received(self) -> bool:
        self._ended = True
        self._fail_body(ConnectionResetError("the client closed the connection within its request"))
        if not self._transport.can_write_eof():  # TLS ends both ways at once
            return False
        return self._task is not None and not self._deaf

    def connection_lost(self, exc: Exception | None) -> None:
        self._lost = True
        self._host.gone(self)
        self._queue.clear()
        if self._task is not None:
            self._task.cancel()

    def pause_writing(self) -> None:
        self._drained = self._loop.create_future()
        self._stalled = self._host.now + self._host.limits.stall_seconds

    def resume_writing(self) -> None:
        if self._drained is not None and not self._drained.done():
            self._drained.set_result(None)
        self._drained = None
        self._stalled = inf

    # The parser's side

    def on_message_begin(self) -> None:
        self._in_head = True
        self._target = b""
        self._fields = {}
        if self._task is None:
            self._deadline = self._host.now + self._host.limits.head_seconds

    def on_url(self, url: bytes) -> None:
        self._target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self._fields[name.lower()] = value

    def on_headers_complete(self) -> None:
        self._in_head = False
        if self._deaf or self._ended:
            return
        parser = self._parser
        version = parser.get_http_version()
        if version not in VERSIONS:
            self._refuse(Response(505, "HTTP Version Not Supported"))
        elif self._head_bytes > self._host.limits.head_bytes and self._oversized():
            self._refuse(TOO_MUCH_HEAD)
        else:
            request = Request(self, self.client, parser.get_method(), self._target, self._fields)
            request.keep_alive = parser.should_keep_alive()
            request.old = version == "1.0"
            self._receiving = request
            self._unparsed = request.length or 0 if parser.should_upgrade() else 0
            if self._task is None:
                self._start(request)
            else:
                self._queue.append(request)
                self._pause_reading()

    def on_body(self, data: bytes) -> None:
        request = self._receiving
        if request is None or request.abandoned:
            return
        request.chunks.append(data)
        request.received += len(data)
        if request.waiter is None and request.received > BUFFERED:
            self._pause_reading()

    def on_message_complete(self) -> None:
        request = self._receiving
        if request is None or self._unparsed:
            return
        request.complete = True
        self._receiving = None
        self._head_bytes = 0
        if not request.keep_alive:
            self._ended = True
        if request.abandoned:
            self._idle()
        elif request.waiter is not None and not request.waiter.done():
            request.waiter.set_result(None)
        if self._task is not None:
            self._deadline = inf

    # Requests

    def _start(self, request: Request) -> None:
        self._deadline = inf
        self._task = self._loop.create_task(self._serve(request))

    async def _serve(self, request: Request) -> None:
        try:
            await self._host.handler(request)
        finally:
            self._task = None
            if not (self._lost or self._deaf):
                self._next(request)

    def _next(self, request: Request) -> None:
        """After an answer: the next request that waits, or the next one to come."""
        if self._host.stopping or (self._ended and not self._queue):
            self._close()
        elif self._queue:
            self._start(self._queue.popleft())
        elif request.complete:
            self._idle()
        else:  # a little of a refused body is still to come; a large one has closed the connection
            request.abandoned = True
            self._deadline = self._host.now + self._host.limits.body_seconds
            self._resume_reading()

    def _idle(self) -> None:
        self._deadline = self._host.now + self._host.limits.idle_seconds
        self._resume_reading()

    def _oversized(self) -> bool:
        size = len(self._target) + sum(len(name) + len(value) + 4 for name, value in self._fields.items())
        return size > self._host.limits.head_bytes

    async def receive_body(self, request: Request) -> None:
        """Let the body come, within its deadline."""
        if request.failure is not None:
            raise request.failure
        limits = self._host.limits
        if request.headers.get(b"expect", b"").lower() == b"100-continue" and not (request.old or request.received):
            self._transport.write(CONTINUE)
        self._deadline = self._host.now + limits.body_seconds + (request.length or 0) / limits.body_rate
        request.waiter = self._loop.create_future()
        self._resume_reading()
        await request.waiter

    def _fail_body(self, failure: Exception) -> None:
        """The rest of the body will not come: tell whoever waits for it, or will."""
        request, self._receiving = self._receiving, None
        if request is None:
            return
        request.failure = failure
        if request.waiter is not None and not request.waiter.done():
            request.waiter.set_exception(failure)

    # Answers

    async def send_whole(self, request: Request, response: Response, body: bytes) -> int:
        """Write an answer of known length; the connection lives on if it can.

        Returns the bytes of the body.
        """
        if self._lost:
            raise ConnectionResetError("the client went away")
        swallow = request.complete or (request.length or inf) - request.received <= BUFFERED
        keep = self._keeps(request) and swallow
        head = self._head(request, response, keep) + b"Content-Length: %d\r\n\r\n" % len(body)
        if request.method == b"HEAD":
            body = b""
        if len(body) <= BUFFERED:
            self._transport.write(head + body)
        else:
            self._transport.writelines((head, body))
        if self._drained is not None:
            await self._drained
        if not keep:
            self._hang_up(clean=request.complete)
        return len(body)

    def _keeps(self, request: Request) -> bool:
        last = self._ended and not self._queue
        return request.keep_alive and not last and not self._host.stopping

    async def send_stream(self, request: Request, response: Response, first: bytes, rest: AsyncIterator[bytes]) -> int:
        """Write an answer of unknown length at the pace of its reader. Returns the bytes of the body."""
        keep = self._keeps(request) and request.complete and not request.old
        head = self._head(request, response, keep)
        head += b"\r\n" if request.old else b"Transfer-Encoding: chunked\r\n\r\n"
        sent, finished = 0, False
        try:
            self._transport.write(head)
            await self._write_chunk(first, plain=request.old)
            sent += len(first)
            async for chunk in rest:
                await self._write_chunk(chunk, plain=request.old)
                sent += len(chunk)
            finished = True
        except Exception as error:
            raise ConnectionAbortedError(f"cut after {sent} bytes: {error}") from error
        finally:
            if not finished:
                self._transport.abort()
        if not request.old:
            self._transport.write(b"0\r\n\r\n")
        if not keep:
            self._hang_up(clean=request.complete)
        return sent

    async def _write_chunk(self, chunk: bytes, *, plain: bool) -> None:
        if self._lost:
            raise ConnectionResetError("the client went away")
        if not chunk:
            return
        if plain:
            self._transport.write(chunk)
        else:
            self._transport.writelines((b"%x\r\n" % len(chunk), chunk, b"\r\n"))
        if self._drained is not None:
            await self._drained

    def _head(self, request: Request, response: Response, keep: bool) -> bytes:
        head = _fields(response.status, response.reason, response.headers) + self._host.date
        if not keep:
            return head + b"Connection: close\r\n"
        return head + b"Connection: keep-alive\r\n" if request.old else head

    # The end

    def _misunderstood(self, problem: str) -> None:
        """Answer what is no HTTP; but let a request that is being answered have its answer first."""
        if self._ended:  # it had said that its last request was the last
            return
        if self._task is not None:
            self._ended = True
            self._fail_body(WireError(400, "Bad Request", problem))
        else:
            self._refuse(Response(400, "Bad Request", body=f"{problem}\r\n".encode("latin-1", "replace")))

    def _refuse(self, response: Response) -> None:
        """Answer whatever the client is saying, and no more."""
        if self._task is not None:  # which has its answer first; then the connection ends
            self._ended = True
            return
        self._receiving = None
        head = _fields(response.status, response.reason, response.headers) + self._host.date
        head += b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(response.body)
        self._transport.write(head + response.body)
        self._hang_up(clean=False)

    def _hang_up(self, *, clean: bool) -> None:
        """Close after what is written.

        Unread bytes would reset the connection and take the answer with them.
        """
        if self._lost:
            return
        self._deaf = True
        self._deadline = self._host.now + self._host.limits.linger_seconds
        if clean or self._ended:
            self._close()
            return
        self._resume_reading()
        if self._transport.can_write_eof():  # TLS cannot: it closes when the client had its time
            self._transport.write_eof()

    def _close(self) -> None:
        self._deaf = True
        self._deadline = self._host.now + self._host.limits.stall_seconds  # to read what is written
        self._transport.close()

    def sweep(self, now: float) -> None:
        """End what is past its deadline: answer a slow sender, cut a slow reader, close what is idle."""
        if self._stalled <= now:
            self._transport.abort()
        elif self._deadline <= now:
            self._expire()

    def _expire(self) -> None:
        if self._deaf and (self._transport.is_closing() or self._transport.can_write_eof()):
            self._transport.abort()
        elif self._deaf:
            self._close()
        elif self._in_head and self._task is None:
            self._refuse(Response(408, "Request Timeout"))
        elif self._receiving is not None:
            self._ended = True
            self._deadline = inf
            self._fail_body(WireError(408, "Request Timeout"))
        else:
            self._close()

    def stop(self) -> None:
        """Close now if nothing is being answered, else after the answer."""
        if self._task is None and not self._deaf:
            self._close()
        self._ended = True
        self._queue.clear()

    def abort(self) -> None:
        """Cut the connection."""
        self._transport.abort()

    def _pause_reading(self) -> None:
        if self._reading:
            self._reading = False
            self._transport.pause_reading()

    def _resume_reading(self) -> None:
        if not self._reading and not self._lost:
            self._reading = True
            self._transport.resume_reading()


@lru_cache(maxsize=256)
def _fields(status: int, reason: str, headers: tuple[tuple[str, str], ...]) -> bytes:
    lines = [f"HTTP/1.1 {status} {reason}", *(f"{name}: {value}" for name, value in headers)]
    return ("\r\n".join(lines) + "\r\n").encode("latin-1")
