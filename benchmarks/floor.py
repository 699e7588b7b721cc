"""The floor under HTTP: uvicorn, with httptools and uvloop, around an application that does nothing.

`/` answers hello; `/?N` streams N bytes. Run as a program it prints its port.
"""

import socket
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import uvicorn

CHUNK = b"x" * 65_536

Messages = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


async def application(scope: MutableMapping[str, Any], receive: Messages, send: Send) -> None:
    """Answer one request."""
    size = int(scope["query_string"] or 0)
    if not size:
        headers = [(b"content-type", b"text/plain"), (b"content-length", b"5")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"hello"})
        return
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/xml")]})
    while size > 0:
        await send({"type": "http.response.body", "body": CHUNK[:size], "more_body": True})
        size -= len(CHUNK)
    await send({"type": "http.response.body", "body": b""})


def main() -> None:
    """Serve on a free port until killed."""
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    config = uvicorn.Config(
        application, loop="uvloop", http="httptools", lifespan="off", access_log=False, log_level="error"
    )
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
