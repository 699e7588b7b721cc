"""The console's port."""

import asyncio
import socket

import httpx

from qbconnector.activity.metrics import Metrics
from qbconnector.console.app import application
from qbconnector.console.server import ConsoleServer


def test_the_console_answers_until_it_is_stopped() -> None:
    listening = True

    async def run() -> None:
        nonlocal listening
        listener = socket.create_server(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        server = ConsoleServer(application("1.2", lambda: "http://<data>/", Metrics().text, lambda: listening))
        await server.start([listener])
        async with httpx.AsyncClient(base_url=url) as client:
            assert (await client.get("/healthz")).json() == {"status": "ok", "version": "1.2"}
            page = (await client.get("/")).text
            assert "qbconnector 1.2" in page
            assert "http://&lt;data&gt;/" in page
            figures = await client.get("/metrics")
            assert figures.headers["content-type"].startswith("text/plain; version=0.0.4")
            assert "qbconnector_failed_logins_total 0.0" in figures.text
            assert (await client.get("/users")).status_code == 404
            listening = False
            stopping = await client.get("/healthz")
            assert (stopping.status_code, stopping.json()["status"]) == (503, "stopping")
        await server.stop()

    asyncio.run(run())
