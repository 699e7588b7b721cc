"""A backend in a process of its own: the connector's side of the pipe that ``pipe`` describes.

It owns the process: it is started when the first connection needs it, started anew when it has ended, and killed by
``stop``. What breaks with it is told apart by what QuickBooks may have seen: opening may be tried again, and a request
that was sent is never sent twice.
"""

import asyncio
import subprocess
from asyncio.subprocess import PIPE
from collections.abc import Callable, Sequence
from typing import Any, Final

from qbconnector import invocation
from qbconnector.activity.log import ActivityLog
from qbconnector.errors import ProcessEnded, RequestProcessorError
from qbconnector.health import Finding
from qbconnector.processors.base import Access, Application, FileMode
from qbconnector.processors.com import CANNOT_START, NO_ACCESS, NO_CONNECTION, UNEXPECTED, com_error
from qbconnector.processors.link import Gone, Link
from qbconnector.processors.pipe import READ_BYTES
from qbconnector.settings.folders import DataFolder

CLOSING: Final = 10.0  # seconds for what should take none, by a process that may hang
NO_WINDOW: Final[int] = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # Windows would open one for a service's child


def host_command(folder: DataFolder, backend: str, python: str = "") -> tuple[str, ...]:
    """The command line of the host of a backend, under this Python or as we run ourselves."""
    command = (python, "-P", "-m", "qbconnector") if python else invocation.command()
    return (*command, "--data", str(folder.root), "host", backend)


class Hosted:
    """A backend whose processors live in another process. ``command`` starts that process.

    ``concurrency`` is that of its processors. ``activity`` is told when the process starts and ends. ``look`` finds
    from outside what there is to say of what it drives.
    """

    def __init__(
        self,
        command: Sequence[str],
        concurrency: int,
        activity: ActivityLog,
        look: Callable[[], list[Finding]] = list,
    ) -> None:
        self._command = command
        self._concurrency = concurrency
        self._activity = activity
        self._look = look
        self._link: Link | None = None
        self._changing = asyncio.Lock()

    def processor(self) -> "HostedProcessor":
        """See ``Backend``."""
        return HostedProcessor(self, self._concurrency)

    async def link(self) -> Link:
        """The process that runs; it is started if there is none. Raises ``RequestProcessorError``."""
        if self._link is None or self._link.ended:
            # Whoever waits may be cancelled; the process that is being started belongs to everybody.
            return await asyncio.shield(self._start())
        return self._link

    async def _start(self) -> Link:
        async with self._changing:
            return await self._started()

    async def _started(self) -> Link:
        self._notice_end()
        if self._link is not None:
            return self._link
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command, stdin=PIPE, stdout=PIPE, limit=READ_BYTES, creationflags=NO_WINDOW
            )
        except OSError as error:
            raise com_error(CANNOT_START, f"{self._command[0]}: {error.strerror or error}.") from None
        self._link = Link(process)
        self._activity.info(f"the QuickBooks process {process.pid} was started")
        return self._link

    def _notice_end(self) -> None:
        if self._link is not None and self._link.ended:
            self._activity.warning(f"the QuickBooks process {self._link.pid} is no more: {self._link.ended}")
            self._link = None

    async def stop(self) -> None:
        """See ``Backend``: kill the process, and let the next one stop whatever its backend drives."""
        await asyncio.shield(self._stop())

    async def _stop(self) -> None:
        async with self._changing:
            old, self._link = self._link, None
            if old is not None:
                await old.kill()
                self._activity.warning(f"the QuickBooks process {old.pid} was killed")
            link = await self._started()
            try:
                async with asyncio.timeout(CLOSING):
                    await link.call("stop")
            except Gone as gone:
                raise com_error(CANNOT_START, _ended(gone)) from None
            except TimeoutError:
                raise com_error(CANNOT_START, _silent()) from None

    async def findings(self) -> list[Finding]:
        """See ``Backend``."""
        return await asyncio.to_thread(self._look)

    async def sweep(self) -> None:
        """See ``Backend``. The process sweeps for itself."""
        self._notice_end()

    async def aclose(self) -> None:
        """See ``Backend``."""
        async with self._changing:
            old, self._link = self._link, None
            if old is not None:
                await old.close()


class HostedProcessor:
    """One connection in another process. It belongs to the process it was opened in, and ends with it."""

    def __init__(self, backend: Hosted, concurrency: int) -> None:
        self.concurrency = concurrency
        self._backend = backend
        self._link: Link | None = None
        self._number = 0

    @property
    def alive(self) -> bool:
        """See ``RequestProcessor``."""
        return self._link is None or not self._link.ended

    async def open_connection(self, app: Application) -> None:
        """See ``RequestProcessor``."""
        if self._link is None:
            self._link = await self._backend.link()
            self._number = self._link.number()
        await self._ask(CANNOT_START, "open_connection", app.name, app.id)

    async def begin_session(self, company_file: str, mode: FileMode, access: Access) -> str:
        """See ``RequestProcessor``."""
        how = [access.read_only, access.auth_flags, access.lasting]
        return str(await self._ask(CANNOT_START, "begin_session", company_file, mode.value, how))

    def process_request(self, ticket: str, request: bytes) -> "HostedChunks":
        """See ``RequestProcessor``."""
        return HostedChunks(self._opened(), self._number, "process_request", [ticket], request)

    async def end_session(self, ticket: str) -> None:
        """See ``RequestProcessor``."""
        await self._close("end_session", ticket)

    async def close_connection(self) -> None:
        """See ``RequestProcessor``."""
        await self._close("close_connection")

    async def current_company_file(self, ticket: str) -> str:
        """See ``RequestProcessor``."""
        return str(await self._ask(NO_ACCESS, "current_company_file", ticket))

    async def supported_versions(self, ticket: str) -> list[str]:
        """See ``RequestProcessor``."""
        return list(await self._ask(NO_ACCESS, "supported_versions", ticket))

    async def process_subscription(self, request: bytes) -> bytes:
        """See ``RequestProcessor``."""
        chunks = HostedChunks(self._opened(), self._number, "process_subscription", [], request)
        try:
            return b"".join([chunk async for chunk in chunks])
        finally:
            await chunks.aclose()

    async def aclose(self) -> None:
        """See ``RequestProcessor``. It waits for nobody: the process may hang."""
        if self._link is not None:
            self._link.tell("leave", self._number)

    def _opened(self) -> Link:
        if self._link is None:
            raise com_error(NO_CONNECTION)
        return self._link

    async def _ask(self, broken: int, do: str, *args: object) -> Any:
        """What the host says. ``broken`` is the error's number where it has ended."""
        try:
            frame = await self._opened().call(do, on=self._number, args=args)
        except Gone as gone:
            raise com_error(broken, _ended(gone)) from None
        return frame.head["result"]

    async def _close(self, do: str, *args: object) -> None:
        """Take leave, from a process that may hang."""
        try:
            async with asyncio.timeout(CLOSING):
                await self._ask(NO_ACCESS, do, *args)
        except TimeoutError:
            raise com_error(UNEXPECTED, _silent()) from None


class HostedChunks:
    """An answer's pieces, each asked for when it is wanted."""

    def __init__(self, link: Link, processor: int, do: str, args: Sequence[object], request: bytes) -> None:
        self._link = link
        self._number = link.number()
        self._begin: dict[str, Any] | None = {"do": do, "on": processor, "args": args, "body": request}
        self._over = False

    def __aiter__(self) -> "HostedChunks":
        return self

    async def __anext__(self) -> bytes:
        if self._over:
            raise StopAsyncIteration
        begin, self._begin = self._begin, None
        try:
            if begin is not None:
                frame = await self._link.call(number=self._number, **begin)
            else:
                frame = await self._link.call("next", of=self._number)
        except Gone as gone:
            self._over = True
            if begin is not None and not gone.sent:
                raise com_error(NO_ACCESS, f"{_ended(gone)}\nThe request was not sent: send it again.") from None
            raise ProcessEnded(str(gone)) from None
        except RequestProcessorError:
            self._over = True
            raise
        if frame.head.get("end"):
            self._over = True
            raise StopAsyncIteration
        return frame.body

    async def aclose(self) -> None:
        """Let the host forget the answer, unless it has come to its end."""
        if self._begin is None and not self._over:
            self._over = True
            self._link.tell("close", self._number)


def _silent() -> str:
    return f"The QuickBooks process has not answered for {CLOSING:g} seconds."


def _ended(gone: Gone) -> str:
    return f"The QuickBooks process is no more: {gone}."
