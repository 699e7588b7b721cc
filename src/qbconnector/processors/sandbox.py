"""The sandbox as a request processor: sessions on company files that are open once, whoever uses them.

It owns which files are open. What QuickBooks says before it opens one is ``admission``'s; what a request does
belongs to ``qbconnector.sandbox``.
"""

import asyncio
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Final

from qbconnector.errors import CompanyFileError
from qbconnector.health import Finding
from qbconnector.processors import admission, com
from qbconnector.processors.base import Access, Application, Chunks, FileMode
from qbconnector.processors.com import com_error
from qbconnector.processors.findings import of_sandbox
from qbconnector.qbxml import dialect, parse
from qbconnector.sandbox.quickbooks import Held, QuickBooks, State
from qbconnector.settings.folders import DataFolder

if TYPE_CHECKING:
    from qbconnector.sandbox.company import Company
    from qbconnector.sandbox.workers import Session

SUBSCRIPTIONS: Final = "QBXMLSubscriptionMsgsRq"  # the message set that ``process_subscription`` takes

CONCURRENCY: Final = 256  # the sandbox drains a queue of its own; this only bounds what waits in it


@dataclass(slots=True, eq=False)
class Opened:
    """A company file that is open here: which file it was on the disk, and how many sessions use it."""

    company: "Company"
    identity: tuple[int, int]
    sessions: int = 0
    retired: bool = False


class Companies:
    """Company files, each opened once, whatever it is called. ``folder`` is where relative names begin."""

    def __init__(self, folder: Path, open_file: Callable[[Path], "Company"]) -> None:
        self._folder = folder
        self._open_file = open_file
        self._paths: dict[str, str] = {}
        self._by_path: dict[str, Opened] = {}
        self._opening = asyncio.Lock()

    def resolve(self, name: str) -> str:
        """The full path of the company file of this name."""
        path = self._paths.get(name)
        if path is None:
            path = self._paths[name] = os.path.realpath(self._folder / name)
        return path

    async def enter(self, path: str) -> Opened:
        """The company file of this full path; ``leave`` it afterwards. Raises ``CompanyFileError``."""
        one = self._by_path.get(path)
        if one is None:
            # Whoever waits may be cancelled; the file that is being opened belongs to everybody.
            one = await asyncio.shield(self._open(path))
        one.sessions += 1
        return one

    async def _open(self, path: str) -> Opened:
        async with self._opening:
            one = self._by_path.get(path)
            if one is None:
                company = await asyncio.to_thread(self._open_file, Path(path))
                one = self._by_path[path] = Opened(company, _identity(Path(path)))
            return one

    async def leave(self, one: Opened) -> None:
        """A session has ended."""
        one.sessions -= 1
        if one.retired and not one.sessions:
            await asyncio.to_thread(one.company.close)

    async def sweep(self) -> None:
        """Let go of files that were removed, or replaced by others, behind our back."""
        self._paths.clear()
        for path, one in list(self._by_path.items()):
            if _identity(Path(path)) != one.identity:
                await self._retire(one)

    async def _retire(self, one: Opened) -> None:
        self._by_path = {path: other for path, other in self._by_path.items() if other is not one}
        one.retired = True
        if not one.sessions:
            await asyncio.to_thread(one.company.close)

    async def aclose(self) -> None:
        """Close every file."""
        async with self._opening:
            for one in list(self._by_path.values()):
                await self._retire(one)


def _identity(path: Path) -> tuple[int, int]:
    try:
        stat = path.stat()
    except OSError:
        return 0, 0
    return stat.st_dev, stat.st_ino


class SandboxProcessor:
    """One connection to the sandbox. ``versions`` are the qbXML versions it says it understands."""

    concurrency = CONCURRENCY
    alive = True  # as long as we are

    _numbers = count(1)

    def __init__(self, companies: Companies, quickbooks: QuickBooks, versions: Iterable[str]) -> None:
        self._companies = companies
        self._quickbooks = quickbooks
        self._versions = versions
        self._application = ""
        self._sessions: dict[str, tuple[Opened, Session]] = {}

    async def open_connection(self, app: Application) -> None:
        """See ``RequestProcessor``."""
        if self._application:
            raise com_error(com.CONNECTED)
        if not app.name:
            raise com_error(com.NO_NAME)
        self._application = app.name

    async def begin_session(self, company_file: str, mode: FileMode, access: Access) -> str:
        """See ``RequestProcessor``."""
        if not self._application:
            raise com_error(com.NO_CONNECTION)
        state, held = self._quickbooks.state(), self._quickbooks.background.sessions
        if state.starts:
            await _fail(state)
        path = admission.choose(state, held, self._companies.resolve(company_file) if company_file else "")
        admission.check_mode(state, held, path, self._application, mode)
        try:
            opened = await self._companies.enter(path)
        except CompanyFileError as error:
            raise com_error(com.CANNOT_OPEN, error.advice) from None
        except OSError as error:
            raise com_error(com.CANNOT_OPEN, f"{path}: {error.strerror or error}.") from None
        try:
            if not state.permission(path, self._application):
                self._quickbooks.knocked(path, self._application)
            admission.check_edition(state, access)
            if admission.check_permission(state, path, self._application):
                self._quickbooks.use_up(path, self._application)
            ticket = f"sandbox-{next(self._numbers):x}"
            if access.lasting:
                self._quickbooks.background.add(ticket, Held(path, self._application, mode.value))
        except BaseException:
            await self._companies.leave(opened)
            raise
        self._sessions[ticket] = opened, opened.company.session(read_only=access.read_only)
        return ticket

    def process_request(self, ticket: str, request: bytes) -> Chunks:
        """See ``RequestProcessor``."""
        opened, session = self._session(ticket)
        return opened.company.process(session, request)

    async def end_session(self, ticket: str) -> None:
        """See ``RequestProcessor``."""
        opened, _ = self._session(ticket)
        del self._sessions[ticket]
        self._quickbooks.background.remove(ticket)
        await self._companies.leave(opened)

    async def close_connection(self) -> None:
        """See ``RequestProcessor``."""
        for ticket in list(self._sessions):
            await self.end_session(ticket)
        self._application = ""

    async def current_company_file(self, ticket: str) -> str:
        """See ``RequestProcessor``. A file that has gone meanwhile has no name."""
        path = self._session(ticket)[0].company.path
        if not os.access(path, os.R_OK):
            raise com_error(com.NO_FILE_NAME, f"{path} is no longer there, or cannot be read.")
        return str(path)

    async def supported_versions(self, ticket: str) -> list[str]:
        """See ``RequestProcessor``."""
        self._session(ticket)
        return list(self._versions)

    async def process_subscription(self, request: bytes) -> bytes:
        """See ``RequestProcessor``. Subscriptions are kept in the file that is open; no event is delivered."""
        ticket = await self.begin_session("", FileMode.DONT_CARE, Access())
        try:
            document = parse(request)
            if document.message_set != SUBSCRIPTIONS:
                raise com_error(com.OTHER_MESSAGE_SET, f"It takes {SUBSCRIPTIONS}; this is {document.message_set}.")
            return b"".join([chunk async for chunk in self.process_request(ticket, request)])
        finally:
            await self.end_session(ticket)

    async def aclose(self) -> None:
        """See ``RequestProcessor``."""
        await self.close_connection()

    def _session(self, ticket: str) -> "tuple[Opened, Session]":
        try:
            return self._sessions[ticket]
        except KeyError:
            raise com_error(com.BAD_TICKET if self._sessions else com.NO_SESSION) from None


async def _fail(state: State) -> None:
    """A spoiled start: QuickBooks ends with an error, or does not end at all."""
    if state.fault:
        raise com_error(state.fault, "The sandbox was told to fail so: `qbconnector company fault --clear` ends it.")
    await asyncio.Event().wait()


class Sandbox:
    """The sandbox inside this process: what its connections share."""

    def __init__(self, folder: DataFolder) -> None:
        self.quickbooks = QuickBooks(folder.state)
        self._companies = Companies(folder.companies, _open_company)

    @cached_property
    def _versions(self) -> list[str]:
        return [str(version) for version in dialect("qbxml").versions]

    def processor(self) -> SandboxProcessor:
        """See ``Backend``."""
        return SandboxProcessor(self._companies, self.quickbooks, self._versions)

    async def stop(self) -> None:
        """See ``Backend``. There is no process to stop: QuickBooks is closed as if it had been one."""
        await asyncio.to_thread(self.quickbooks.stopped)

    async def findings(self) -> list[Finding]:
        """See ``Backend``."""
        return of_sandbox(self.quickbooks)

    async def sweep(self) -> None:
        """See ``Backend``."""
        await self._companies.sweep()

    async def aclose(self) -> None:
        """See ``Backend``."""
        await self._companies.aclose()


def _open_company(path: Path) -> "Company":
    from qbconnector.sandbox.company import Company  # the sandbox is large

    return Company.open(path)
