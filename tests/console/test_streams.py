"""Server-sent events: when a stream ends, and that it leaves nothing behind."""

import asyncio
from collections.abc import AsyncGenerator

import pytest
from starlette.types import Message

from qbconnector.console.api import streams
from qbconnector.console.api.streams import EventStream, event


class Reader:
    """Reads a stream until something ends it."""

    def __init__(self, *, lasts: float = 60) -> None:
        self.stopping, self.gone, self.read = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.parts: list[bytes] = []
        self.source_closed = self.ended = False
        self._lasts = lasts

    async def source(self, count: int, then: asyncio.Event) -> AsyncGenerator[bytes, None]:
        try:
            for number in range(1, count + 1):
                yield event("lines", number, "{}")
            await then.wait()
        finally:
            self.source_closed = True

    async def receive(self) -> Message:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            assert dict(message["headers"])[b"content-type"].startswith(b"text/event-stream")
            return
        self.ended = not message.get("more_body", False)
        if message["body"]:
            self.parts.append(message["body"])
            self.read.set()

    async def run(self, count: int = 2, then: asyncio.Event | None = None) -> None:
        stream = EventStream(self.source(count, then or asyncio.Event()), self.stopping, self._lasts)
        await stream({"type": "http"}, self.receive, self.send)
        assert self.source_closed
        assert self.ended

    async def until(self, count: int) -> None:
        """Wait until so many parts have come."""
        while len(self.parts) < count:
            self.read.clear()
            await self.read.wait()


BEGINNING = [b"retry: 1000\n\n", event("lines", 1, "{}"), event("lines", 2, "{}")]


@pytest.mark.parametrize("end", ["stopping", "gone", "source"])
def test_a_stream_ends_with_the_console_its_reader_and_its_source(end: str) -> None:
    async def test() -> None:
        reader, then = Reader(), asyncio.Event()
        running = asyncio.create_task(reader.run(2, then))
        await reader.until(3)
        assert reader.parts == BEGINNING
        {"stopping": reader.stopping, "gone": reader.gone, "source": then}[end].set()
        await running

    asyncio.run(test())


def test_a_stream_gives_a_sign_of_life_and_ends_before_long(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test() -> None:
        monkeypatch.setattr(streams, "SILENCE", 0.001)
        reader = Reader()
        running = asyncio.create_task(reader.run(0))
        await reader.until(3)
        assert reader.parts[1:3] == [b":\n\n"] * 2
        reader.stopping.set()
        await running
        await Reader(lasts=0.01).run()

    asyncio.run(test())


def test_a_stream_that_is_cancelled_closes_its_source() -> None:
    async def test() -> None:
        reader = Reader()
        running = asyncio.create_task(reader.run())
        await reader.until(3)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert reader.source_closed

    asyncio.run(test())
