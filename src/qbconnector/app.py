"""The connector as a whole: everything is wired here, and only here.

It owns the order in which things start and stop, and the ticks that everybody's deadlines live on.
"""

import asyncio
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from qbconnector import __version__
from qbconnector.accounts.accounts import Accounts
from qbconnector.accounts.passwords import Passwords
from qbconnector.accounts.users import User, read_users
from qbconnector.activity.log import ActivityLog, Level, Sink
from qbconnector.activity.metrics import Metrics
from qbconnector.activity.sinks import Console, Datagrams, Files, Rotation
from qbconnector.errors import QbConnectorError
from qbconnector.processors.base import Backend, ProcessorFactory
from qbconnector.processors.sandbox import Sandbox
from qbconnector.sessions.sessions import Sessions
from qbconnector.settings.folders import DataFolder
from qbconnector.settings.store import Content, SettingsStore
from qbconnector.settings.values import Settings
from qbconnector.settings.watch import Watch
from qbconnector.wire.clients import AllowedClients
from qbconnector.wire.messages import Limits, Response
from qbconnector.wire.port import Port, bind
from qbconnector.wire.protocol import WireProtocol, refusal

if TYPE_CHECKING:
    from qbconnector.console.server import ConsoleServer

TICK = 0.25  # seconds between looks at the settings and writes of the log
SWEEP = 4  # ticks between sweeps over the deadlines
ANY_HOST = frozenset({"", "0.0.0.0", "::"})  # noqa: S104


@dataclass(frozen=True, slots=True)
class Overrides:
    """Settings that one start has its own values of; None leaves what the settings say."""

    local_host: str | None = None
    port: int | None = None
    console_port: int | None = None

    def over(self, settings: Settings) -> Settings:
        """The settings with these values."""
        return replace(
            settings,
            local_host=settings.local_host if self.local_host is None else self.local_host,
            port=settings.port if self.port is None else self.port,
            console_port=settings.console_port if self.console_port is None else self.console_port,
        )


class Connector:
    """One connector on one data folder. ``start``, then ``stop``; both once, in the same event loop."""

    def __init__(
        self,
        folder: DataFolder,
        overrides: Overrides | None = None,
        *,
        factory: ProcessorFactory | None = None,
        limits: Limits | None = None,
        passwords: Passwords | None = None,
    ) -> None:
        self.activity = ActivityLog()
        self._folder = folder
        self._overrides = overrides or Overrides()
        self._watch = Watch(SettingsStore(folder.settings))
        self._settings = Settings()
        self._backend: Backend = Sandbox(folder)
        self._accounts = Accounts(passwords)
        self._sessions = Sessions(factory or self._backend.processor, self._backend.stop, self.activity)
        self._allowed = AllowedClients("")
        self._limits = limits or Limits()
        self._metrics = Metrics()
        self._protocol = WireProtocol(self._accounts, self._sessions, self.activity, self._limits, self._metrics)
        self._port = Port(self._protocol, self._admit, refusal(503, "Too many connections."), self._limits)
        self._count()
        self._console: ConsoleServer | None = None
        self._console_url = ""
        self._ticker: asyncio.Task[None] | None = None

    @property
    def data_url(self) -> str:
        """Where requests go."""
        return _url(self._settings.local_host, self._port.number)

    @property
    def console_url(self) -> str:
        """Where the console is."""
        return self._console_url

    async def start(self) -> None:
        """Serve; returns when both ports accept.

        Raises ``SettingsError``, ``UserError`` and ``StartupError``.
        """
        from qbconnector.console.app import application  # uvicorn and starlette take their time to load
        from qbconnector.console.server import ConsoleServer

        content: Content | None = await asyncio.to_thread(self._watch.check)
        await self._apply(content or Content())
        settings = self._settings
        sockets = await asyncio.to_thread(bind, settings.console_host, settings.console_port, "ConsolePort")
        self._console_url = _url(settings.console_host, sockets[0].getsockname()[1])
        self._console = ConsoleServer(
            application(__version__, lambda: self.data_url, self._metrics.text, lambda: self._port.listening)
        )
        await self._console.start(sockets)
        self._ticker = asyncio.create_task(self._tick())
        self.activity.info(f"qbconnector {__version__} serves {self.data_url}")

    async def stop(self, grace: float = 30) -> None:
        """Let running requests finish within ``grace`` seconds, then close everything."""
        await self._port.stop(grace)
        if self._console is not None:
            await self._console.stop()
        await self._sessions.aclose()
        await self._backend.aclose()
        if self._ticker is not None:
            self._ticker.cancel()
            await asyncio.gather(self._ticker, return_exceptions=True)
        self.activity.info("stopped")
        await asyncio.to_thread(self.activity.close)

    async def _apply(self, content: Content) -> None:
        """Put what the settings file says in force. Raises and changes nothing if it cannot be."""
        before, settings = self._settings, self._overrides.over(content.settings)
        users = read_users(content.users)
        allowed = await asyncio.to_thread(AllowedClients, settings.allowed_clients)
        address = settings.local_host, settings.port
        limits = replace(self._limits, body_bytes=settings.max_request_size, connections=settings.max_connections)
        self._protocol.limits = self._port.limits = limits
        if not self._port.listening or address != (before.local_host, before.port):
            await self._port.listen(*address)
        self._settings, self._allowed = settings, allowed
        self._port.admit_anew()
        self._accounts.replace(users)
        self._sessions.replace(settings, users)
        await asyncio.to_thread(self.activity.configure, Level(settings.log_level), self._sinks(settings))

    def _sinks(self, settings: Settings) -> list[Sink]:
        sinks: list[Sink] = [Console(), Datagrams(settings.log_port or self._port.number)]
        if settings.log_enabled:
            folder = Path(settings.log_dir) if settings.log_dir else self._folder.logs
            sinks.append(Files(folder, Rotation(settings.log_format), settings.max_log_size))
        return sinks

    def _count(self) -> None:
        """What the figures read when they are asked for."""
        sessions, metrics = self._sessions, self._metrics
        metrics.gauge("connections", "Connections that are open.", lambda: len(self._port.connections))
        metrics.gauge("queue_waiting", "Requests that wait for a place.", lambda: sessions.figures.waiting)
        metrics.counter("queue_wait_seconds", "Time requests waited.", lambda: sessions.figures.waited)
        metrics.counter("queue_requests", "Requests that had a place.", lambda: sessions.figures.requests)
        metrics.counter("busy_seconds", "Time the request processor was busy.", lambda: sessions.figures.busy)
        metrics.gauge("sessions_open", "Sessions that are open.", lambda: sessions.figures.open)
        metrics.counter("session_opens", "Sessions that were opened.", lambda: sessions.figures.opens)
        metrics.counter("retries", "Times QuickBooks was stopped and tried again.", lambda: sessions.figures.retries)

    def _admit(self, address: str) -> Response | None:
        if self._allowed.allows(address):
            return None
        self.activity.warning(f"{address} may not connect")
        return refusal(403)

    async def _tick(self) -> None:
        for number in count(1):
            await asyncio.sleep(TICK)
            try:
                if content := await asyncio.to_thread(self._look):
                    await self._apply(content)
                    self.activity.info("the settings have changed and are in force")
            except QbConnectorError as error:
                self.activity.error(error.advice)
            if number % SWEEP == 0:
                self._port.sweep()
                self._sessions.sweep()
                await self._backend.sweep()

    def _look(self) -> Content | None:
        """What blocks, in a thread: the settings' file and the log's."""
        self.activity.flush()
        return self._watch.check()


async def test_connection(folder: DataFolder, user: User) -> str:
    """Open the user's company file as a request of the user would; its full path.

    Raises what a request would.
    """
    sandbox = Sandbox(folder)
    sessions = Sessions(sandbox.processor)
    try:
        return await sessions.company_file(user)
    finally:
        await sandbox.aclose()


def _url(host: str, port: int) -> str:
    host = "127.0.0.1" if host in ANY_HOST else host
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"
