"""A soak: idle connections held, clients working, and what became of the connector meanwhile.

It owns the load and the measuring. Starting a connector, and what figures are good enough, belong to callers.
"""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from qbconnector import clock

QUERY: Final = (
    b'<?xml version="1.0"?><?qbxml version="13.0"?><QBXML><QBXMLMsgsRq onError="stopOnError">'
    b"<CustomerQueryRq><MaxReturned>1</MaxReturned></CustomerQueryRq></QBXMLMsgsRq></QBXML>"
)
WARM: Final = 0.25  # of the time; memory is compared from here on


@dataclass(frozen=True, slots=True)
class Soaked:
    """What came of it: answers, errors, connections that were still held at the end, MiB when warm and at the end."""

    answers: int
    errors: list[str]
    held: int
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
    """Hold connections that say nothing, and let clients send one request after the other."""
    until, warm_at = clock.monotonic() + seconds, clock.monotonic() + seconds * WARM
    errors: list[str] = []
    async with _connections(port, held) as kept:
        working = [asyncio.create_task(_work(port, asked, until, errors)) for _ in range(clients)]
        await asyncio.sleep(warm_at - clock.monotonic())
        warm = memory(process)
        answers = sum(await asyncio.gather(*working))
        end = memory(process)
        alive = sum(not reader.at_eof() for reader, _ in kept)
    return Soaked(answers, errors, alive, warm, end)


@asynccontextmanager
async def _connections(
    port: int, number: int
) -> AsyncIterator[list[tuple[asyncio.StreamReader, asyncio.StreamWriter]]]:
    kept = []
    try:
        for _ in range(number):
            kept.append(await asyncio.open_connection("127.0.0.1", port))
            kept[-1][1].write(b"POST / HTTP/1.1\r\nHost")
            if len(kept) % 100 == 0:
                await asyncio.sleep(0)
        yield kept
    finally:
        for _, writer in kept:
            writer.close()


async def _work(port: int, asked: bytes, until: float, errors: list[str]) -> int:
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
        writer.close()
    except (OSError, asyncio.IncompleteReadError, ValueError) as error:
        errors.append(repr(error))
    return answers
