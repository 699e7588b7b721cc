"""Server-sent events: what a page is told without asking."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Final

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from qbconnector import clock

SILENCE: Final = 15.0  # seconds after which a sign of life is sent
LASTS: Final = 300.0  # seconds after which a browser has to ask again, and to be somebody who may
RETRY: Final = 1000  # milliseconds after which it does
SIGN: Final = b":\n\n"
MEDIA_TYPE: Final = "text/event-stream"


def event(name: str, number: int, data: str) -> bytes:
    """One event: what it is, the number to go on after, and one line of data."""
    return f"event: {name}\nid: {number}\ndata: {data}\n\n".encode()


class EventStream(StreamingResponse):
    """Sends the events of a source, which it closes.

    It ends with the source, when its reader is gone, at once when ``stopping`` is set, and after ``lasts`` seconds: a
    browser asks again by itself, and the gate looks once more who that is.
    """

    media_type = MEDIA_TYPE

    def __init__(self, source: AsyncGenerator[bytes, None], stopping: asyncio.Event, lasts: float = LASTS) -> None:
        super().__init__(source)
        self._source = source
        self._stopping = stopping
        self._lasts = lasts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        until = clock.monotonic() + self._lasts
        ends = asyncio.ensure_future(self._stopping.wait()), asyncio.ensure_future(_gone(receive))
        coming = asyncio.ensure_future(anext(self._source, b""))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            part = f"retry: {RETRY}\n\n".encode()
            while part and not any(one.done() for one in ends):
                await send({"type": "http.response.body", "body": part, "more_body": True})
                left = until - clock.monotonic()
                if left <= 0:
                    break
                await asyncio.wait((*ends, coming), timeout=min(left, SILENCE), return_when=asyncio.FIRST_COMPLETED)
                part = SIGN
                if coming.done():
                    part = coming.result()
                    coming = asyncio.ensure_future(anext(self._source, b""))
            await send({"type": "http.response.body", "body": b""})
        finally:
            for one in (*ends, coming):
                one.cancel()
            await asyncio.wait((*ends, coming))
            await self._source.aclose()


async def _gone(receive: Receive) -> None:
    """Returns when the reader is gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
