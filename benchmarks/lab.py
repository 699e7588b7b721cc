"""Where the rows measure: how large, the company files, the servers and the load generators, each made once."""

import sys
import tempfile
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from multiprocessing import get_context
from pathlib import Path
from typing import Self

from benchmarks import corpus, servers
from benchmarks.load import Load, Stream, Target, drive, read_stream
from benchmarks.servers import Server, get, post

OK = b'statusCode="0"'


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is measured: rounds, seconds under load in each, and the sizes of what is worked on."""

    rounds: int
    seconds: float
    customers: int
    iterated: int
    invoices: int
    message_set: int
    document: int
    """Bytes of the large document."""


FULL = Scale(7, 2.0, 100_000, 10_000, 1_500, 1_000, 10_000_000)
QUICK = Scale(1, 0.05, 300, 20, 5, 10, 20_000)


class Lab:
    """One run. Everything in it ends with the run."""

    def __init__(self, scale: Scale) -> None:
        self.scale = scale
        self._stack = ExitStack()
        self._terminal = sys.stderr.isatty()

    def __enter__(self) -> Self:
        self.folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="qbconnector-bench-")))
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def say(self, what: str) -> None:
        """What is going on, on a terminal."""
        if self._terminal:
            print(f"\r\x1b[K{what}", end="", file=sys.stderr, flush=True)

    # Company files

    @cached_property
    def customers(self) -> Path:
        """The company file with many customers."""
        self.say(f"making {self.scale.customers:,} customers")
        path = self.folder / "customers.qbsandbox"
        corpus.customers(path, self.scale.customers)
        return path

    @cached_property
    def shop(self) -> Path:
        """The shop's file, to be copied."""
        path = self.folder / "shop.qbsandbox"
        corpus.shop(path)
        return path

    def fresh_shop(self, name: str) -> Path:
        """A copy of the shop without an invoice."""
        return corpus.copy(self.shop, self.folder / f"{name}.qbsandbox")

    @cached_property
    def writes(self) -> corpus.Writes:
        """The rows of some invoices."""
        self.say("finding out what an invoice writes")
        return corpus.Writes(self.fresh_shop("writes"), corpus.invoices(self.scale.invoices))

    # Servers

    @cached_property
    def connector(self) -> Server:
        """The connector; its users are called as their files: customers, shop."""
        companies = {"customers": self.customers, "shop": self.fresh_shop("served")}
        return self._stack.enter_context(servers.connector(self.folder / "data", companies))

    @cached_property
    def floor(self) -> Server:
        return self._stack.enter_context(servers.floor())

    def target(self, user: str, *bodies: bytes, close: bool = False) -> Target:
        """Requests to the connector."""
        return Target(self.connector.port, [post(user, body, close=close) for body in bodies], OK)

    def hello(self) -> Target:
        """Requests to the floor for as little as there is."""
        return Target(self.floor.port, [get("/")], b"hello")

    def constant(self, size: int) -> Target:
        """A request to the floor for a stream of so many bytes."""
        return Target(self.floor.port, [get(f"/?{size}", close=True)], b"xxx")

    # Load generators

    @cached_property
    def _generators(self) -> ProcessPoolExecutor:
        return self._stack.enter_context(ProcessPoolExecutor(2, mp_context=get_context("spawn")))

    def drive(self, target: Target, connections: int, seconds: float = 0) -> Load:
        """Load from another process."""
        return self._generators.submit(drive, target, connections, seconds or self.scale.seconds).result()

    def read(self, target: Target, server: Server) -> "Future[Stream]":
        """A large answer, read by another process."""
        return self._generators.submit(read_stream, target, server.pid)
