"""The load generator: HTTP/1.1 clients over plain sockets, as lean as Python can, in processes of their own.

Its functions are called in a worker process. What is sent is made beforehand; of an answer only its status, its
length and one text that must stand in it are looked at.
"""

import itertools
import select
import socket
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.measuring import Memory

WARM_UP = 0.2
"""Seconds before counting begins, at most as long as the counting."""

_BUFFER = 1 << 20
_SAMPLE = 8 << 20
"""Bytes of a stream between two looks at the server's memory."""
_LOOKED_AT = 1024
"""Bytes at the beginning of a stream that are looked at."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where to send what: whole HTTP requests, sent in turn, and what every answer to them has in it."""

    port: int
    requests: Sequence[bytes]
    expected: bytes


@dataclass(frozen=True, slots=True)
class Load:
    """What came of it: answers a second, their median time in milliseconds.

    `busy` is the generator's own share of a processor: close to 1, it was the bottleneck and not the server.
    """

    rate: float
    latency: float
    busy: float


class UnexpectedAnswer(Exception):
    """An answer that is not what the benchmark wants to measure."""

    def __str__(self) -> str:
        return str(self.args[0][:2000])


def drive(target: Target, connections: int, seconds: float) -> Load:
    """Keep so many connections busy, one request at a time on each."""
    poll, clients = select.epoll(), {}
    turn = itertools.cycle(target.requests)
    sent: dict[int, float] = {}
    for _ in range(connections):
        client = socket.create_connection(("127.0.0.1", target.port))
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        clients[client.fileno()] = client
        poll.register(client.fileno(), select.EPOLLIN)
    for number, client in clients.items():
        client.sendall(next(turn))
        _receive(client, target.expected)  # the first answer takes a password check
        client.sendall(next(turn))
        sent[number] = time.perf_counter()
    begin = time.perf_counter() + min(WARM_UP, seconds)
    end = begin + seconds
    times: list[float] = []
    processor = 0.0
    now = 0.0
    while now < end:
        for number, _ in poll.poll(1):
            client = clients[number]
            _receive(client, target.expected)
            now = time.perf_counter()
            if now > begin:
                processor = processor or time.process_time()
                times.append(now - sent[number])
            client.sendall(next(turn))
            sent[number] = now
    busy = (time.process_time() - processor) / (now - begin)
    for client in clients.values():  # so that none is answered while the next round is measured
        _receive(client, target.expected)
        client.close()
    return Load(len(times) / (now - begin), statistics.median(times) * 1000, busy)


def _receive(client: socket.socket, expected: bytes) -> bytes:
    """One whole answer of known length."""
    answer = client.recv(65_536)
    start = answer.find(b"\r\n\r\n") + 4
    while start < 4 and answer:
        answer += client.recv(65_536)
        start = answer.find(b"\r\n\r\n") + 4
    head = answer[:start].lower()
    at = head.find(b"content-length: ") + 16
    length = int(head[at : head.index(b"\r", at)]) if at > 15 else 0
    while len(answer) - start < length:
        answer += client.recv(65_536)
    if not answer.startswith(b"HTTP/1.1 200 ") or expected not in answer:
        raise UnexpectedAnswer(answer)
    return answer


@dataclass(frozen=True, slots=True)
class Stream:
    """One large answer: how many bytes in how many seconds, how long until the first, and by how many bytes the
    server's memory grew meanwhile.
    """

    bytes: int
    seconds: float
    first: float
    growth: int


def read_stream(target: Target, server: int) -> Stream:
    """Send the first request, which must say that the connection is to be closed, and read until it is."""
    memory = Memory(server)
    buffer = memoryview(bytearray(_BUFFER))
    with socket.create_connection(("127.0.0.1", target.port)) as client:
        start = time.perf_counter()
        client.sendall(target.requests[0])
        size = client.recv_into(buffer)
        first = time.perf_counter() - start
        total, sampled, begin, end = size, 0, bytes(buffer[:size]), bytes(buffer[max(0, size - 5) : size])
        while size := client.recv_into(buffer):
            total += size
            if len(begin) < _LOOKED_AT:
                begin += buffer[:size]
            end = (end + buffer[max(0, size - 5) : size])[-5:]
            if total - sampled > _SAMPLE:
                sampled = total
                memory.sample()
        took = time.perf_counter() - start
    memory.sample()
    is_whole = end == b"0\r\n\r\n" or b"\r\nContent-Length: " in begin
    if not is_whole or target.expected not in begin:
        raise UnexpectedAnswer(begin)
    return Stream(total, took, first, memory.growth)
