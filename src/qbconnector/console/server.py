"""Serves an ASGI application with uvicorn inside a loop that is already running, without touching signals."""

import asyncio
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette


class ConsoleServer(uvicorn.Server):
    """One server on listening sockets; ``start`` returns when it serves, ``stop`` when it has ended.

    ``stopping`` is set when streams have to end.
    """

    def __init__(self, app: Starlette, stopping: asyncio.Event, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                lifespan="off",
                ws="none",
                proxy_headers=False,
                server_header=False,
                timeout_graceful_shutdown=5,
            )
        )
        self.config.load()
        self.config.ssl = tls
        self._stopping = stopping
        self._serving = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals belong to the command."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say so."""
        await super().startup(sockets)
        self._serving.set()

    async def start(self, sockets: list[socket.socket]) -> None:
        """Serve from now on."""
        self._task = asyncio.create_task(self.serve(sockets))
        await self._serving.wait()

    async def stop(self) -> None:
        """Finish what runs, then end."""
        self._stopping.set()
        self.should_exit = True
        if self._task is not None:
            await self._task
