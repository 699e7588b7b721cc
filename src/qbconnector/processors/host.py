"""A host: a process that owns a backend and lets a connector use it over a pipe.

It is its side of what ``pipe`` describes; ``hosted`` is the connector's. It exists so that QuickBooks can be stopped
by stopping its process, and (on Windows) so that a connector of 64 bits can use a QuickBooks of 32. Its standard
output belongs to the pipe: whoever prints writes to standard error.
"""

import asyncio
import logging
import os
import signal
import sys
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any, Final

from qbconnector.errors import RequestProcessorError
from qbconnector.processors.base import Access, Application, Backend, Chunks, FileMode, RequestProcessor
from qbconnector.processors.com import UNEXPECTED, com_error
from qbconnector.processors.pipe import BODY_BYTES, READ_BYTES, BrokenFrame, Frame, Unpacker, pack

SWEEP: Final = 1.0  # seconds
GRACE: Final = 30.0  # seconds to finish in, once the connector has gone
DETAIL: Final = 64 * 1024  # characters of an error's detail that go over the pipe

CALLS: Final[Mapping[str, Callable[..., Awaitable[Any]]]] = {
    "open_connection": lambda one, *app: one.open_connection(Application(*app)),
    "begin_session": lambda one, file, mode, access: one.begin_session(file, FileMode(mode), Access(*access)),
    "end_session": lambda one, ticket: one.end_session(ticket),
    "close_connection": lambda one: one.close_connection(),
    "current_company_file": lambda one, ticket: one.current_company_file(ticket),
    "supported_versions": lambda one, ticket: one.supported_versions(ticket),
}
STREAMS: Final[Mapping[str, Callable[..., Chunks]]] = {
    "process_request": lambda one, request, ticket: one.process_request(ticket, request),
    "process_subscription": lambda one, request: _one(one.process_subscription(request)),
}

_log = logging.getLogger(__name__)


class Stream:
    """One answer on its way: a piece each time it is asked for one."""

    def __init__(self, chunks: Chunks) -> None:
        self._chunks = chunks
        self._rest = memoryview(b"")
        self._turn = asyncio.Lock()

    async def next(self) -> memoryview | None:
        """The next piece, of one frame's size at most; None at the end."""
        async with self._turn:
            while not self._rest:
                try:
                    self._rest = memoryview(await anext(self._chunks))
                except StopAsyncIteration:
                    return None
            piece, self._rest = self._rest[:BODY_BYTES], self._rest[BODY_BYTES:]
            return piece

    async def aclose(self) -> None:
        """After whoever waits for a piece has left."""
        async with self._turn:
            await self._chunks.aclose()


class Host:
    """Carries out the calls that come in; ``send`` puts a frame's bytes into the pipe."""

    def __init__(self, backend: Backend, send: Callable[[bytes], None]) -> None:
        self._backend = backend
        self._send = send
        self._processors: dict[int, RequestProcessor] = {}
        self._streams: dict[int, Stream] = {}
        self._parts: dict[int, list[bytes]] = {}
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._quiet: set[asyncio.Task[None]] = set()  # those that nobody waits for

    def receive(self, frame: Frame) -> None:
        """Begin what a frame asks for."""
        number, do = frame.head["id"], frame.head["do"]
        if do == "part":
            self._parts.setdefault(number, []).append(frame.body)
        elif do == "cancel":
            self._parts.pop(frame.head["of"], None)
            if task := self._tasks.get(frame.head["of"]):
                task.cancel()
        elif do in {"close", "leave"}:
            task = asyncio.create_task(self._leave(**frame.head))
            self._quiet.add(task)
            task.add_done_callback(self._quiet.discard)
        else:
            body = b"".join((*self._parts.pop(number, ()), frame.body))
            task = self._tasks[number] = asyncio.create_task(self._reply(frame.head, body))
            task.add_done_callback(lambda _: self._tasks.pop(number, None))

    async def _leave(self, do: str, of: int, **_: object) -> None:
        """Let go of an answer, or of a processor."""
        holders: dict[str, dict[int, Any]] = {"close": self._streams, "leave": self._processors}
        if one := holders[do].pop(of, None):
            await one.aclose()

    async def _reply(self, head: dict[str, Any], body: bytes) -> None:
        number = head["id"]
        try:
            facts, piece = await self._carry_out(head, body)
        except RequestProcessorError as error:
            facts, piece = {"error": [error.hresult, error.text, error.detail[:DETAIL]]}, b""
        except Exception as error:  # noqa: BLE001  (every call gets a reply)
            _log.exception("%s failed", head["do"])
            failed = com_error(UNEXPECTED, f"{head['do']} failed in the host: {type(error).__name__}: {error}")
            facts, piece = {"error": [failed.hresult, failed.text, failed.detail]}, b""
        self._send(pack({"id": number, **facts}, piece))

    async def _carry_out(self, head: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes | memoryview]:
        do, args = head["do"], head.get("args", ())
        if do == "stop":
            await self._backend.stop()
            return {}, b""
        if do == "next":
            return await self._step(head["of"])
        processor = self._processors.get(head["on"])
        if processor is None:
            processor = self._processors[head["on"]] = self._backend.processor()
        if do in STREAMS:
            self._streams[head["id"]] = Stream(STREAMS[do](processor, body, *args))
            return await self._step(head["id"])
        return {"result": await CALLS[do](processor, *args)}, b""

    async def _step(self, number: int) -> tuple[dict[str, Any], bytes | memoryview]:
        """An answer's next piece; with its end, and with an error, it is forgotten."""
        stream = self._streams[number]
        try:
            piece = await stream.next()
        except Exception:
            await self._leave("close", number)
            raise
        if piece is None:
            await self._leave("close", number)
            return {"end": True}, b""
        return {}, piece

    async def aclose(self) -> None:
        """Give up what nobody waits for any more, and close the backend."""
        for task in list(self._tasks.values()):
            task.cancel()
        await asyncio.gather(*self._tasks.values(), *self._quiet, return_exceptions=True)
        left: list[Stream | RequestProcessor] = [*self._streams.values(), *self._processors.values()]
        for one in left:
            await one.aclose()
        await self._backend.aclose()


async def _one(answer: Awaitable[bytes]) -> AsyncGenerator[bytes, None]:
    yield await answer


def serve(make: Callable[[], Backend]) -> None:
    """Be the host of a backend until the connector closes the pipe, or is no more."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # they come to the whole group; the connector says when it is over
    incoming, outgoing = _take_pipe()
    asyncio.run(_serve(make(), incoming, outgoing))


def _take_pipe() -> tuple[int, int]:
    """Standard input and output for us alone; whoever else reads gets nothing, and whoever prints an error's place."""
    incoming, outgoing = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return incoming, outgoing


async def _serve(backend: Backend, incoming: int, outgoing: int) -> None:
    loop, over, finished = asyncio.get_running_loop(), asyncio.Event(), threading.Event()
    host = Host(backend, lambda data: _write(outgoing, data))

    def read() -> None:
        """In a thread: a pipe that was inherited cannot be waited for by every event loop of Windows."""
        unpacker = Unpacker()
        try:
            while data := os.read(incoming, READ_BYTES):
                for frame in unpacker.feed(data):
                    loop.call_soon_threadsafe(host.receive, frame)
        except BrokenFrame as error:
            _log.error("what came through the pipe is %s", error)
        finally:
            loop.call_soon_threadsafe(over.set)
            if not finished.wait(GRACE):
                os._exit(1)

    threading.Thread(target=read, daemon=True).start()
    while not over.is_set():
        with suppress(TimeoutError):
            await asyncio.wait_for(over.wait(), SWEEP)
        await backend.sweep()
    await host.aclose()
    finished.set()


def _write(outgoing: int, data: bytes) -> None:
    """All of it, at once: the connector reads whatever it has asked for."""
    left = memoryview(data)
    with suppress(BrokenPipeError):  # the connector is gone, and the other end of the pipe says so
        while left:
            left = left[os.write(outgoing, left) :]
