"""One host process as the connector sees it: calls go out, replies come in, and it ends in some way.

What it is asked, and when it is started anew, belongs to ``hosted``.
"""

import asyncio
from asyncio.subprocess import Process
from contextlib import suppress
from itertools import count
from typing import Any, Final

from qbconnector.errors import RequestProcessorError
from qbconnector.processors.pipe import BODY_BYTES, READ_BYTES, BrokenFrame, Frame, Unpacker, pack

KILLING: Final = 10.0  # seconds for a process to be gone that was killed
FINISHING: Final = 30.0  # seconds for one to finish what is under way


class Gone(Exception):
    """The process ended before it replied. ``sent`` is whether it may have seen the call."""

    def __init__(self, how: str, *, sent: bool) -> None:
        super().__init__(how)
        self.sent = sent


class Link:
    """One process and the pipe to it: calls go out, replies come in. ``ended`` says how it ended, "" while it runs."""

    def __init__(self, process: Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self.pid = process.pid
        self.ended = ""
        self._process = process
        self._in, self._out = process.stdin, process.stdout
        self._numbers = count(1)
        self._waiting: dict[int, asyncio.Future[Frame | None]] = {}  # None: it has ended
        self._reader = asyncio.create_task(self._read())

    def number(self) -> int:
        """A number that was not used before, for a call or a processor."""
        return next(self._numbers)

    async def call(self, do: str, body: bytes = b"", number: int = 0, **facts: Any) -> Frame:
        """The reply to a call. Raises ``RequestProcessorError`` as the host says, and ``Gone``."""
        number = number or self.number()
        reply: asyncio.Future[Frame | None] = asyncio.get_running_loop().create_future()
        self._waiting[number] = reply
        last = max(0, len(body) - 1) // BODY_BYTES * BODY_BYTES  # where the last part of the body begins
        try:
            for start in range(0, last, BODY_BYTES):
                await self._send({"id": number, "do": "part"}, body[start : start + BODY_BYTES])
            await self._send({"id": number, "do": do, **facts}, body[last:])
            frame = await reply
        except asyncio.CancelledError:
            self.tell("cancel", number)
            raise
        finally:
            self._waiting.pop(number, None)
        if frame is None:
            raise Gone(self.ended, sent=True)
        if error := frame.head.get("error"):
            raise RequestProcessorError(*error)
        return frame

    def tell(self, do: str, of: int) -> None:
        """Something that has no reply."""
        if not self.ended:
            self._in.write(pack({"id": 0, "do": do, "of": of}))

    async def _send(self, head: dict[str, Any], body: bytes) -> None:
        if self.ended:
            raise Gone(self.ended, sent=False)
        self._in.write(pack(head, body))
        with suppress(ConnectionError):  # the reader finds out how it ended
            await self._in.drain()

    async def _read(self) -> None:
        """Hand out the replies until the process ends; then let everybody know who still waits for one."""
        how = ""
        try:
            await self._hand_out()
        except (BrokenFrame, KeyError, OSError) as error:
            how = f"its answers could not be read ({error})"
            self._kill()
        code = await self._process.wait()
        self._end(how or (f"it was ended by signal {-code}" if code < 0 else f"it ended with exit code {code}"))

    async def _hand_out(self) -> None:
        unpacker = Unpacker()
        while data := await self._out.read(READ_BYTES):
            for frame in unpacker.feed(data):
                reply = self._waiting.get(frame.head["id"])
                if reply is not None and not reply.done():
                    reply.set_result(frame)

    def _end(self, how: str) -> None:
        self.ended = how
        self._in.close()
        for reply in self._waiting.values():
            if not reply.done():
                reply.set_result(None)

    def _kill(self) -> None:
        with suppress(ProcessLookupError):
            self._process.kill()

    async def kill(self) -> None:
        """End the process now, whatever it is doing."""
        self._kill()
        if not await self._over(KILLING):
            self._reader.cancel()
            self._end("it was killed")  # and what it had started holds the pipe

    async def close(self) -> None:
        """Let the process finish what is under way, and end."""
        self._in.close()
        if not await self._over(FINISHING):
            await self.kill()

    async def _over(self, seconds: float) -> bool:
        """Whether it ends within this time."""
        done, _ = await asyncio.wait([self._reader], timeout=seconds)
        return bool(done)
