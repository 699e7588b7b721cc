"""The data port's listener: accepts, asks whether a client is allowed, sweeps over the deadlines, stops gracefully.

What is said on a connection belongs to ``http``.
"""

import asyncio
import contextlib
import socket
import ssl
import sys
from collections.abc import Callable, Coroutine, Iterator
from datetime import UTC
from email.utils import format_datetime

from qbconnector import clock
from qbconnector.errors import PortUnavailable
from qbconnector.wire.clients import plain_address
from qbconnector.wire.greeting import Greeting
from qbconnector.wire.http import Connection
from qbconnector.wire.messages import Limits, Member, Request, Response

BACKLOG = 1024
FILES = 512  # files that are no connections: databases, logs, certificates


class Port:
    """Serves HTTP with ``handler``. ``admit(address)`` gives None, or the answer for a client that may not connect.

    Someone has to call ``sweep`` about once a second.
    """

    def __init__(
        self,
        handler: Callable[[Request], Coroutine[object, object, None]],
        admit: Callable[[str], Response | None] = lambda address: None,
        full: Response | None = None,
        limits: Limits | None = None,
    ) -> None:
        self.handler = handler
        self.limits = limits or Limits()
        self.connections: set[Member] = set()
        self.stopping = False
        self.tls: ssl.SSLContext | None = None  # of connections to come; who is connected keeps what it has
        self.now = 0.0
        self.date = b""
        self._admit = admit
        self._full = full or Response(503, "Service Unavailable")
        self._listeners: list[socket.socket] = []
        self._accepting: list[asyncio.Task[None]] = []
        self._empty = asyncio.Event()
        self._tick()

    @property
    def listening(self) -> bool:
        """Whether it has an address."""
        return bool(self._listeners)

    @property
    def number(self) -> int:
        """The port it listens on."""
        return int(self._listeners[0].getsockname()[1])

    async def listen(self, host: str, port: int) -> None:
        """Listen on this address instead of the one before; 0 takes any free port, "" every interface.

        Connections that are open stay. Raises ``PortUnavailable``; it then listens where it did before. One that is
        stopping does not listen again.
        """
        if self.stopping:
            return
        allow_files(2 * self.limits.connections)
        before = [listener.getsockname() for listener in self._listeners]
        try:
            listeners = await asyncio.to_thread(bind, host, port)
        except PortUnavailable:
            if port not in {address[1] for address in before}:
                raise
            await self._end()  # we may be in our own way: "every interface" and one of them exclude each other
            try:
                listeners = await asyncio.to_thread(bind, host, port)
            except PortUnavailable:
                self._begin([again for address in before for again in bind(*address[:2])])
                raise
        await self._end()
        self._begin(listeners)

    def _begin(self, listeners: list[socket.socket]) -> None:
        if self.stopping:  # by now
            for listener in listeners:
                listener.close()
            return
        self._listeners = listeners
        self._accepting = [asyncio.create_task(self._accept(listener)) for listener in listeners]

    async def _accept(self, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                client, address = await loop.sock_accept(listener)
            except OSError:  # out of file descriptors, or the client is gone already
                await asyncio.sleep(0.05)
                continue
            await self._connect(client, plain_address(str(address[0])))

    async def _connect(self, client: socket.socket, address: str) -> None:
        refusal = self._admit(address)
        if len(self.connections) >= self.limits.connections:
            if len(self.connections) >= 2 * self.limits.connections:  # not even room for refusals
                client.close()
                return
            refusal = refusal or self._full
        loop = asyncio.get_running_loop()
        try:
            await loop.connect_accepted_socket(lambda: self._protocol(address, refusal), client)
        except OSError:
            client.close()

    def _protocol(self, address: str, refusal: Response | None) -> Greeting | Connection:
        return Greeting(self, address, self.tls, refusal) if self.tls else Connection(self, address, refusal)

    def _tick(self) -> None:
        self.now = clock.monotonic()
        self.date = f"Date: {format_datetime(clock.now().astimezone(UTC), usegmt=True)}\r\n".encode()

    def sweep(self, now: float | None = None) -> None:
        """End what is past its deadline; ``now`` is in seconds of ``clock.monotonic``."""
        self._tick()
        self.now = now or self.now
        for connection in list(self.connections):
            connection.sweep(self.now)

    def admit_anew(self) -> None:
        """Who may connect has changed: whoever may no longer is let go after the answer of the moment."""
        for connection in list(self.connections):
            if self._admit(connection.client) is not None:
                connection.stop()

    def gone(self, connection: Member) -> None:
        """The connection is closed."""
        self.connections.discard(connection)
        if self.stopping and not self.connections:
            self._empty.set()

    async def stop(self, grace: float = 30) -> None:
        """Accept nothing more, let running requests finish within ``grace`` seconds, then cut the rest."""
        self.stopping = True
        await self._end()
        for connection in list(self.connections):
            connection.stop()
        if self.connections:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._empty.wait(), grace)
        for connection in list(self.connections):
            connection.abort()

    async def _end(self) -> None:
        """Listen no more; who has connected already is served."""
        accepting, listeners = self._accepting, self._listeners
        self._accepting, self._listeners = [], []
        for task in accepting:
            task.cancel()
        await asyncio.gather(*accepting, return_exceptions=True)
        for listener in listeners:
            with listener, contextlib.suppress(OSError):  # BlockingIOError: nobody waits any more
                while not self.stopping:
                    client, address = listener.accept()
                    client.setblocking(False)
                    await self._connect(client, plain_address(str(address[0])))


def allow_files(wanted: int) -> None:
    """Let this process have so many files, as far as the system allows: each connection is one."""
    if sys.platform == "win32":  # has no such limit
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted += FILES
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def bind(host: str, port: int, setting: str = "Port") -> list[socket.socket]:
    """Listening sockets for every address of ``host``. Raises ``PortUnavailable``."""
    made: list[socket.socket] = []
    try:
        with contextlib.ExitStack() as failed:
            for family, address, dualstack in _addresses(host, port):
                made.append(failed.enter_context(_listener(family, address, port, dualstack=dualstack)))
                port = port or made[0].getsockname()[1]
            failed.pop_all()
    except socket.gaierror as error:
        raise PortUnavailable(setting, host, port, error.strerror or str(error)) from None
    except OSError as error:
        reason, _, _ = (error.strerror or str(error)).partition(" (while attempting")
        raise PortUnavailable(setting, host, port, reason) from None
    return made


def _addresses(host: str, port: int) -> Iterator[tuple[socket.AddressFamily, str, bool]]:
    """Families and addresses, and whether one of version 6 is for version 4 too."""
    if not host and socket.has_dualstack_ipv6():
        yield socket.AF_INET6, "", True
        return
    flags = socket.AI_PASSIVE | socket.AI_ADDRCONFIG
    infos = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=flags)
    for family, address in dict.fromkeys((info[0], str(info[4][0])) for info in infos):
        yield family, address, False


def _listener(family: socket.AddressFamily, address: str, port: int, *, dualstack: bool) -> socket.socket:
    listener = socket.create_server((address, port), family=family, backlog=BACKLOG, dualstack_ipv6=dualstack)
    listener.setblocking(False)
    return listener
