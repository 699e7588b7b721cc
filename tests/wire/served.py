"""A data port with an echoing request processor, served from a thread, and a raw client."""

import asyncio
import base64
import socket
import threading
import time
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from argon2 import PasswordHasher

from qbconnector.accounts.accounts import Accounts
from qbconnector.accounts.passwords import Passwords
from qbconnector.accounts.users import Product, User
from qbconnector.activity.log import ActivityLog
from qbconnector.activity.metrics import Metrics
from qbconnector.activity.requests import Requests
from qbconnector.errors import RequestProcessorError
from qbconnector.processors.base import Access, Application, FileMode
from qbconnector.sessions.sessions import Sessions
from qbconnector.settings.values import Settings
from qbconnector.wire.messages import Limits, Response
from qbconnector.wire.port import Port
from qbconnector.wire.protocol import WireProtocol, refusal

T = TypeVar("T")
CHUNK = b"<row/>" * 10_000


class Echo:
    """Echoes, or does what the request's first word says.

    ``who`` (is connected, and how), ``chunks N``, ``break N`` (after N chunks), ``fail``, ``hang``, ``bug``.
    """

    def __init__(self, product: Product = Product.DESKTOP) -> None:
        self.product = product

    concurrency = 8
    alive = True
    hanging = 0
    company_file = "C:\\Users\\Public\\Documents\\company.qbw"

    async def open_connection(self, app: Application) -> None:
        self.app = app

    async def begin_session(self, company_file: str, mode: FileMode, access: Access) -> str:
        if company_file == "missing":
            raise RequestProcessorError(0x80040403, "Could not open.", "There is no file.\nCreate it.")
        if company_file == "private":
            raise RequestProcessorError(0x80040418, "Not yet.", "Let it in.")
        way = f"{self.app.name} | {company_file} | {mode.value}"
        self.way = way if self.product is Product.DESKTOP else f"{self.product.value} | {way}"
        return "ticket"

    async def process_request(self, ticket: str, request: bytes) -> AsyncGenerator[bytes, None]:
        word, _, number = request.partition(b" ")
        if word == b"fail":
            raise RequestProcessorError(0x80040400, "Parse error.", "line 1, column 2: no\nexpected é")
        if word == b"bug":
            raise ZeroDivisionError
        if word == b"hang":
            Echo.hanging += 1
            try:
                await asyncio.Event().wait()
            finally:
                Echo.hanging -= 1
        if word == b"who":
            yield self.way.encode()
        elif word in {b"chunks", b"break"}:
            for _ in range(int(number)):
                yield CHUNK
            if word == b"break":
                raise RequestProcessorError(0x80040402, "Broken.")
        else:
            yield request

    async def end_session(self, ticket: str) -> None:
        pass

    async def close_connection(self) -> None:
        pass

    async def current_company_file(self, ticket: str) -> str:
        return self.company_file

    async def supported_versions(self, ticket: str) -> list[str]:
        return ["1.0", "12.0", "13.0"]

    async def process_subscription(self, request: bytes) -> bytes:
        return request

    async def aclose(self) -> None:
        pass


def basic(user: str = "anna", password: str = "se:cret", encoding: str = "utf-8") -> str:
    """The value of an Authorization header."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode(encoding)).decode()


def post(body: bytes = b"", interaction: str = "0", **headers: str | None) -> bytes:
    """The bytes of a request; a header of value None is left out, ``_`` stands for ``-``."""
    fields: dict[str, str | None] = {
        "Host": "localhost",
        "Authorization": basic(),
        "X-AcctSyncInteractionType": interaction,
        "Content-Length": str(len(body)),
    }
    fields.update({name.replace("_", "-"): value for name, value in headers.items()})
    lines = [f"{name}: {value}\r\n" for name, value in fields.items() if value is not None]
    return b"POST / HTTP/1.1\r\n" + "".join(lines).encode("latin-1") + b"\r\n" + body


def wait_for(condition: Callable[[], bool]) -> None:
    """Until it is so; the test's own timeout ends it."""
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.002)


class Client(socket.socket):
    """A raw client."""

    def say(self, data: bytes) -> "Client":
        self.sendall(data)
        return self

    def rest(self) -> bytes:
        """Everything until the connection closes; what a reset takes with it is lost."""
        parts = []
        try:
            while part := self.recv(65536):
                parts.append(part)
        except ConnectionResetError:
            pass
        return b"".join(parts)

    def head(self) -> bytes:
        """Up to the blank line."""
        data = b""
        while not data.endswith(b"\r\n\r\n"):
            byte = self.recv(1)
            if not byte:
                return data
            data += byte
        return data

    def answer(self) -> tuple[bytes, bytes]:
        """Head and body of an answer with a Content-Length."""
        head = self.head()
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        body = b""
        while len(body) < length:
            part = self.recv(length - len(body))
            assert part, (head, body)
            body += part
        return head, body


class Served:
    """A port that serves, and the way into its loop."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, limits: Limits, admit: Callable[[str], Response | None]
    ) -> None:
        self.loop = loop
        self.errors: list[dict[str, Any]] = []
        self.loop.set_exception_handler(lambda loop, context: self.errors.append(context))
        self._thread = threading.Thread(target=self.loop.run_forever)
        self._thread.start()
        self.clients: list[Client] = []
        self.log = ActivityLog()
        self.metrics = Metrics()
        self.requests = Requests(self.log, self.metrics)
        self.accounts, self.sessions, self.port = self.call(self._make, limits, admit)
        self.submit(self.port.listen("127.0.0.1", 0)).result()

    def _make(self, limits: Limits, admit: Callable[[str], Response | None]) -> tuple[Accounts, Sessions, Port]:
        accounts = Accounts(Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)))
        users = {
            "anna": User("Anna", password="se:cret"),
            "björn": User("Björn", password="pässword"),
            "till": User("till", password="x", app_name="Till", company_file="till.qbw", mode="Single"),
            "lost": User("lost", password="x", company_file="missing"),
            "stranger": User("stranger", password="x", company_file="private"),
        }
        accounts.replace(users)
        sessions = Sessions(Echo)
        sessions.replace(Settings(), users)
        protocol = WireProtocol(accounts, sessions, self.requests, limits)
        return accounts, sessions, Port(protocol, admit, refusal(503, "Too many."), limits)

    def submit(self, coroutine: Any) -> "Future[Any]":
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop)

    def call(self, function: Callable[..., T], *args: Any) -> T:
        """Call it in the loop."""

        async def run() -> T:
            return function(*args)

        result: T = self.submit(run()).result()
        return result

    def connect(self, buffer: int = 0) -> Client:
        client = Client(socket.AF_INET, socket.SOCK_STREAM)
        if buffer:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        client.settimeout(30)
        client.connect(("127.0.0.1", self.port.number))
        self.clients.append(client)
        return client

    def ask(self, data: bytes) -> bytes:
        """Everything a new connection answers to these bytes and their end."""
        client = self.connect()
        client.say(data).shutdown(socket.SHUT_WR)
        return client.rest()

    def later(self, seconds: float) -> None:
        """Let the deadlines of so many seconds pass."""
        self.call(lambda: self.port.sweep(self.port.now + seconds))

    def sessions_later(self, seconds: float) -> None:
        self.call(lambda: self.sessions.sweep(self.port.now + seconds))

    def lines(self) -> list[str]:
        return [str(event) for event in self.log.recent]

    def close(self) -> None:
        for client in self.clients:
            client.close()
        self.submit(self.port.stop(grace=5)).result()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()
        assert not self.errors
