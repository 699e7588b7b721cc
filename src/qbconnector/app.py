"""The connector as a whole: everything is wired here, and only here.

It owns the order in which things start and stop, and the ticks that everybody's deadlines live on.
"""

import asyncio
from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING

from qbconnector import __version__, clock
from qbconnector.accounts.accounts import Accounts
from qbconnector.accounts.authenticators import SystemAuthenticator
from qbconnector.accounts.passwords import Passwords
from qbconnector.accounts.users import User, Users, read_users
from qbconnector.activity.log import ActivityLog, Level, Sink
from qbconnector.activity.metrics import Metrics
from qbconnector.activity.requests import Requests
from qbconnector.activity.sinks import Console, Datagrams, Files, Rotation
from qbconnector.errors import QbConnectorError
from qbconnector.health import Finding, last_error, machine
from qbconnector.processors.backends import Backends
from qbconnector.processors.base import ProcessorFactory
from qbconnector.sessions.sessions import Sessions
from qbconnector.settings.addresses import url
from qbconnector.settings.files import replace_file
from qbconnector.settings.folders import DataFolder
from qbconnector.settings.schema import waiting
from qbconnector.settings.store import Content
from qbconnector.settings.values import Settings
from qbconnector.settings.watch import Watch
from qbconnector.tls.context import Secured, Tls, following
from qbconnector.tls.describe import validity_problem
from qbconnector.wire.clients import AllowedClients
from qbconnector.wire.messages import Limits, Response
from qbconnector.wire.port import Port, bind
from qbconnector.wire.protocol import WireProtocol, refusal

if TYPE_CHECKING:
    import ssl

    from qbconnector.console.server import ConsoleServer

TICK = 0.25  # seconds between looks at the settings and writes of the log
SWEEP = 4  # ticks between sweeps over the deadlines


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
        self._store = folder.store
        self._watch = Watch(self._store)
        self._applying = asyncio.Lock()
        self._news: Content | None = None  # what the settings file says and is not in force yet
        self._settings = self.started = Settings()  # in force now, and when it started
        self._backends: Backends  # from the start on, as the settings say
        self._passwords = passwords or Passwords()
        self._system = SystemAuthenticator()
        self._accounts = Accounts(self._passwords, self._system, self._notice, self._renew, self.activity.error)
        self._tls, self._console_tls = Tls(), Tls()
        self._warned = ""  # what was last said of the certificate, and the day
        self._sessions = Sessions(
            factory or (lambda product: self._backends.processor(product)),  # noqa: PLW0108  (they are chosen later)
            lambda product: self._backends.stop(product),  # noqa: PLW0108
            self.activity,
        )
        self._allowed = AllowedClients("")
        self._limits = limits or Limits()
        self._metrics = Metrics()
        self._requests = Requests(self.activity, self._metrics)
        self._protocol = WireProtocol(self._accounts, self._sessions, self._requests, self._limits)
        self._port = Port(self._protocol, self._admit, refusal(503, "Too many connections."), self._limits)
        self._count()
        self._console: ConsoleServer | None = None
        self._console_url = ""
        self._ticker: asyncio.Task[None] | None = None

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self._settings

    @property
    def listening(self) -> bool:
        """Whether the data port takes requests."""
        return self._port.listening

    @property
    def data_url(self) -> str:
        """Where requests go."""
        return url(self._settings.local_host, self._port.number, tls=self._port.tls is not None)

    @property
    def console_url(self) -> str:
        """Where the console is."""
        return self._console_url

    async def health(self) -> list[Finding]:
        """What is well and what is wrong, from the data port to the disk."""
        driven: list[Finding] = []
        if self._port.listening:
            port = Finding(True, f"The data port listens: {self.data_url}")
            driven = await self._backends.findings()
        else:
            port = Finding(False, "The data port does not listen.", "The log says why; see `Port` and `LocalHost`.")
        found = await asyncio.to_thread(lambda: list(machine(self._folder, self._settings)))
        return [port, *driven, *found, last_error(self.activity)]

    async def start(self) -> None:
        """Serve; returns when both ports accept.

        Raises ``SettingsError``, ``UserError`` and ``StartupError``.
        """
        content = await asyncio.to_thread(self._watch.check) or Content()
        self._backends = Backends(self._folder, self.activity, content.settings)
        await self._apply(content)
        self.started = self._settings
        await self._start_console()
        self._ticker = asyncio.create_task(self._tick())
        self.activity.info(f"qbconnector {__version__} serves {self.data_url}")

    async def _start_console(self) -> None:
        from qbconnector.console.administrator import Administrator
        from qbconnector.console.answers import Answers
        from qbconnector.console.app import application  # uvicorn and starlette take their time to load
        from qbconnector.console.backstage import Backstage
        from qbconnector.console.server import ConsoleServer

        settings = self._settings
        sockets = await asyncio.to_thread(bind, settings.console_host, settings.console_port, "ConsolePort")
        tls = await asyncio.to_thread(self._console_context, settings)
        self._console_url = url(settings.console_host, sockets[0].getsockname()[1], tls=tls is not None)
        administrator = Administrator(self._folder.state)
        await asyncio.to_thread(administrator.password)  # there is one from the first start on
        parts = Backstage(
            __version__,
            self,
            self._folder,
            self._store,
            administrator,
            self.activity,
            self._metrics,
            self._requests,
            self._sessions,
            Answers(self._folder.state),
        )
        self._console = ConsoleServer(application(parts), parts.stopping, tls)
        await self._console.start(sockets)
        replace_file(self._folder.console_url, f"{self._console_url}\n".encode())

    def _console_context(self, settings: Settings) -> "ssl.SSLContext | None":
        """The console's TLS; it shows the certificate of the moment, whatever was chosen when it started."""
        return (
            following(lambda: self._console_tls.check(_for_console(self._settings))) if settings.console_tls else None
        )

    async def stop(self, grace: float = 30) -> None:
        """Let running requests finish within ``grace`` seconds, then close everything."""
        await self._port.stop(grace)
        if self._console is not None:
            self._folder.console_url.unlink(missing_ok=True)
            await self._console.stop()
        await self._sessions.aclose()
        await self._backends.aclose()
        if self._ticker is not None:
            async with self._applying:  # what it may be doing is done whole
                self._ticker.cancel()
            await asyncio.gather(self._ticker, return_exceptions=True)
        self.activity.info("stopped")
        await asyncio.to_thread(self.activity.close)

    async def settle(self) -> None:
        """Put what is stored in force now. Raises what keeps it from being so."""
        content = await asyncio.to_thread(self._store.read)
        await self._apply(content)

    async def test(self, user: User) -> str:
        """Open the user's company file as a request would; its full path. Raises what a request would."""
        return await self._sessions.company_file(user)

    async def _apply(self, content: Content) -> None:
        """Put what the settings file says in force. Raises and changes nothing if it cannot be."""
        async with self._applying:
            await self._put_in_force(content)

    async def _put_in_force(self, content: Content) -> None:
        before, settings = self._settings, self._overrides.over(content.settings)
        users = read_users(content.users)
        allowed = await asyncio.to_thread(AllowedClients, settings.allowed_clients)
        secured = await asyncio.to_thread(self._tls.check, settings)
        address = settings.local_host, settings.port
        limits = replace(self._limits, body_bytes=settings.max_request_size, connections=settings.max_connections)
        self._protocol.limits = self._port.limits = limits
        if not self._port.listening or address != (before.local_host, before.port):
            await self._port.listen(*address)
        if self._ticker is not None and (names := waiting(before, settings)):
            self.activity.warning(f"in force at the next start: {', '.join(names)}")
        self._settings, self._allowed = settings, allowed
        self._secure(secured)
        self._passwords.scheme = settings.password_scheme
        self._system.interactive = settings.use_interactive_logon
        self._accounts.local_auth = settings.local_auth
        self._port.admit_anew()
        self._accounts.replace(users)
        self._sessions.replace(settings, users)
        await asyncio.to_thread(self.activity.configure, Level(settings.log_level), self._sinks(settings))

    def _sinks(self, settings: Settings) -> list[Sink]:
        sinks: list[Sink] = [Console(), Datagrams(settings.log_port or self._port.number)]
        if settings.log_enabled:
            folder = self._folder.log_folder(settings.log_dir)
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
            await asyncio.to_thread(self.activity.flush)
            self._notice()
            try:
                if content := self._news:
                    self._news = None
                    await self._apply(content)
                    self.activity.info("the settings have changed and are in force")
                elif number % SWEEP == 0:
                    self._secure(await asyncio.to_thread(self._tls.check, self._settings))
            except QbConnectorError as error:
                self.activity.error(error.advice)
            if number % SWEEP == 0:
                self._port.sweep()
                self._sessions.sweep()
                await self._backends.sweep()

    def _notice(self) -> None:
        """Look whether the settings file has changed: its users are in force at once, the rest at the next tick.

        It is one ``stat`` for each request, so that a user who was removed is refused by the very next.
        """
        if not self._watch.changed():
            return
        try:
            if content := self._watch.check():
                self._accounts.replace(read_users(content.users))
                self._news = content
        except QbConnectorError as error:
            self.activity.error(error.advice)

    def _renew(self, user: User, password: str) -> None:
        """Store a password in the way of the day, now that it is known. Called in a thread."""
        try:
            if Users(self._store).store_password(user, self._passwords.hash(password)):
                self.activity.info(f"the password of {user.name} is stored as {self._passwords.scheme} now")
        except (QbConnectorError, OSError) as error:
            self.activity.warning(f"the password of {user.name} stays as it is stored: {error}")

    def _secure(self, secured: Secured | None) -> None:
        """Speak TLS with this certificate from now on, or none; and warn, once a day, when it is about to expire."""
        context = secured.context if secured else None
        if secured and self._port.tls is not context:
            self.activity.info(f"the certificate is {secured.certificate.subject.rfc4514_string()}")
        self._port.tls = context
        problem = validity_problem(secured.certificate, clock.now()) if secured else ""
        said = f"{clock.now():%Y-%m-%d} {problem}"
        if problem and said != self._warned:
            self.activity.warning(problem)
        self._warned = said


async def test_connection(folder: DataFolder, user: User) -> str:
    """Open the user's company file as a request of the user would; its full path.

    Raises what a request would.
    """
    settings = (await asyncio.to_thread(folder.store.read)).settings
    backends = Backends(folder, ActivityLog(), settings)
    sessions = Sessions(backends.processor)
    try:
        return await sessions.company_file(user)
    finally:
        await sessions.aclose()
        await backends.aclose()


def _for_console(settings: Settings) -> Settings:
    """What the settings say of TLS, as the console understands it: browsers show no certificates of their own."""
    return replace(settings, ssl_enabled=True, ssl_client_ca="")
