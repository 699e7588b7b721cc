"""The beginning of a connection to a port that speaks TLS: its first byte says whether the client does too.

One who does goes on as a ``Connection`` inside TLS, any other as a connection that is refused. It owns the
way to there, and how long that may take; the context belongs to ``tls``.
"""

import asyncio
import ssl
from typing import Final, cast

from qbconnector.wire.http import TLS_HANDSHAKE, Connection
from qbconnector.wire.messages import Host, Response

PLAINTEXT: Final = Response(
    400,
    "Bad Request",
    (("Content-Type", "text/plain; charset=utf-8"),),
    b"This port speaks TLS only (SSLEnabled): use https://.\r\n",
)


class Greeting(asyncio.Protocol):
    """A client of whom nothing has been heard yet. ``refusal`` is what it will be answered in any case."""

    def __init__(self, host: Host, client: str, context: ssl.SSLContext, refusal: Response | None = None) -> None:
        self.client = client
        self._host = host
        self._context = context
        self._refusal = refusal
        self._transport: asyncio.Transport = cast("asyncio.Transport", None)
        self._upgrade: asyncio.Task[None] | None = None
        self._early: list[bytes] = []  # what came through TLS before the connection was there
        self._deadline = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._deadline = self._host.now + self._host.limits.head_seconds
        self._host.connections.add(self)

    def data_received(self, data: bytes) -> None:
        if self._upgrade is not None:
            self._early.append(data)
        elif data[0] == TLS_HANDSHAKE:
            self._transport.pause_reading()  # what comes next is for TLS to read
            self._upgrade = asyncio.get_running_loop().create_task(self._secure(data))
        else:
            self._become(Connection(self._host, self.client, self._refusal or PLAINTEXT), self._transport)

    async def _secure(self, hello: bytes) -> None:
        loop = asyncio.get_running_loop()
        start = loop.create_task(
            loop.start_tls(
                self._transport,
                self,
                self._context,
                server_side=True,
                ssl_handshake_timeout=self._host.limits.head_seconds,
                ssl_shutdown_timeout=self._host.limits.linger_seconds,
            )
        )
        await asyncio.sleep(0)  # it has now scheduled that TLS takes the transport over, and reads on
        loop.call_soon(self._feed, hello)  # which comes right after that, before anything more is read
        try:
            secured = await start
        except (OSError, TimeoutError):  # an SSLError is an OSError: what came was no TLS, or not ours
            secured = None
        if secured is None or secured.is_closing():
            self._transport.abort()
            self._host.gone(self)  # a handshake that fails does not tell of the connection's end
        else:
            self._become(Connection(self._host, self.client, self._refusal), secured)

    def _feed(self, hello: bytes) -> None:
        """Give TLS the bytes that were read already."""
        protocol = cast("asyncio.BufferedProtocol", self._transport.get_protocol())
        while hello:
            buffer = memoryview(protocol.get_buffer(len(hello)))
            size = min(len(buffer), len(hello))
            buffer[:size] = hello[:size]
            hello = hello[size:]
            protocol.buffer_updated(size)

    def _become(self, connection: Connection, transport: asyncio.Transport) -> None:
        self._host.connections.discard(self)
        transport.set_protocol(connection)
        connection.connection_made(transport)
        for data in self._early:
            connection.data_received(data)

    def eof_received(self) -> bool:
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self._host.gone(self)

    def sweep(self, now: float) -> None:
        """Cut a client that says nothing for too long."""
        if self._deadline <= now:
            self.abort()

    def stop(self) -> None:
        """Close: nothing was asked yet."""
        self.abort()

    def abort(self) -> None:
        """Cut the connection."""
        self._transport.abort()
