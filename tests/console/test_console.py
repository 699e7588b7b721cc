"""The console's port."""

import asyncio
import socket

import httpx

from qbconnector.console.app import application
from qbconnector.console.server import ConsoleServer


def test_the_console_answers_until_it_is_stopped() -> None:
    async def run() -> None:
        listener = socket.create_server(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        server = ConsoleServer(application("1.2", lambda: "http://<data>/"))
        await server.start([listener])
        async with httpx.AsyncClient(base_url=url) as client:
            assert (await client.get("/healthz")).json() == {"status": "ok", "version": "1.2"}
            page = (await client.get("/")).text
            assert "qbconnector 1.2" in page
            assert "http://&lt;data&gt;/" in page
            assert (await client.get("/users")).status_code == 404
        await server.stop()

    asyncio.run(run())
