"""A soak: idle connections held, clients working, and what became of the connector meanwhile.

It owns the load and the measuring. Starting a connector, and what figures are good enough, belong to callers.
"""

import asyncio
import base64
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from qbconnector import clock

QUERY: Final = (
    b'<?xml version="1.0"?><?qbxml version="13.0"?><QBXML><QBXMLMsgsRq onError="stopOnError">'
    b"<CustomerQueryRq><MaxReturned>1</MaxReturned></CustomerQueryRq></QBXMLMsgsRq></QBXML>"
)
WARM: Final = 0.25  # of the time; memory is compared from here on
PAUSE: Final = 30.0  # seconds between the requests of a connection that is only held


@dataclass(frozen=True, slots=True)
class Soaked:
    """What came of it: answers, what went wrong, and the connector's MiB when warm and at the end."""

    answers: int
    errors: list[str]
    warm: float
    end: float


def request(user: str, password: str, body: bytes = QUERY) -> bytes:
    """One request, as it goes over the line."""
    credentials = base64.b64encode(f"{user}:{password}".encode())
    return (
        b"POST / HTTP/1.1\r\nHost: soak\r\nX-AcctSyncInteractionType: 0\r\n"
        b"Authorization: Basic %b\r\nContent-Length: %d\r\n\r\n%b" % (credentials, len(body), body)
    )


def memory(process: int) -> float:
    """The MiB of memory a process has to itself; 0 where the system does not say."""
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * 4096 / 2**20


async def soak(process: int, port: int, asked: bytes, *, seconds: float, held: int, clients: int) -> Soaked:
    """Hold connections that ask now and then, and let clients send one request after the other."""
    until = clock.monotonic() + seconds
    errors: list[str] = []
    pauses = [PAUSE] * held + [0] * clients
    working = [asyncio.create_task(_work(port, asked, until, pause, errors)) for pause in pauses]
    await asyncio.sleep(seconds * WARM)
    warm = memory(process)
    answers = sum(await asyncio.gather(*working))
    return Soaked(answers, errors, warm, memory(process))


async def _work(port: int, asked: bytes, until: float, pause: float, errors: list[str]) -> int:
    """Ask on one connection until the end, which it has to live to see; the number of answers."""
    answers = 0
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while clock.monotonic() < until:
            writer.write(asked)
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
            body = await reader.readexactly(length)
            if not head.startswith(b"HTTP/1.1 200 OK\r\n") or b'statusCode="0"' not in body:
                errors.append((head + body).decode("utf-8", "replace")[:500])
            answers += 1
            if pause:
                await asyncio.sleep(max(0, min(pause, until - clock.monotonic())))
        if reader.at_eof():
            errors.append("a connection was closed")
        writer.close()
    except (OSError, asyncio.IncompleteReadError, ValueError) as error:
        errors.append(repr(error))
    return answers
