"""The sandbox as a request processor: sessions on company files that are open once, whoever uses them.

It owns which files are open, and which of them is "open in QuickBooks" for users who name none. What a
request does belongs to ``qbconnector.sandbox``.
"""

import asyncio
import json
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Final

from qbconnector.errors import CompanyFileError, NoCompanyFileOpen, RequestProcessorError
from qbconnector.processors.base import Access, Application, Chunks, FileMode
from qbconnector.qbxml import parse
from qbconnector.qbxml.hresults import HRESULTS
from qbconnector.settings.files import replace_file, signature

if TYPE_CHECKING:
    from qbconnector.sandbox.company import Company
    from qbconnector.sandbox.workers import Session

CONCURRENCY: Final = 256  # the sandbox drains a queue of its own; this only bounds what waits in it

CANNOT_OPEN: Final = 0x80040403
NO_SESSION: Final = 0x8004040C
BAD_TICKET: Final = 0x8004040D
NO_CONNECTION: Final = 0x80040411
CONNECTED: Final = 0x80040412
NO_NAME: Final = 0x80040415
NOTHING_OPEN: Final = 0x80040416
OTHER_MESSAGE_SET: Final = 0x80040429

SUBSCRIPTIONS: Final = "QBXMLSubscriptionMsgsRq"  # the message set that ``process_subscription`` takes


def com_error(number: int, detail: str = "") -> RequestProcessorError:
    """The error of this number, with the text that belongs to it."""
    return RequestProcessorError(number, HRESULTS[number].text, detail)


class OpenCompany:
    """Which company file is open in the sandbox's "QuickBooks", across processes: a small file of state."""

    def __init__(self, state: Path) -> None:
        self._file = state / "open-company.json"
        self._seen: tuple[int, ...] | None = None
        self._path = ""

    def get(self) -> str:
        """The full path of the company file that is open, or "".

        Costs one ``stat`` when nothing has changed.
        """
        seen = signature(self._file)
        if seen != self._seen:
            self._path = json.loads(self._file.read_bytes())["path"] if seen else ""
            self._seen = seen
        return self._path

    def set(self, path: Path) -> None:
        """Open this company file."""
        replace_file(self._file, json.dumps({"path": str(path)}).encode())

    def clear(self) -> None:
        """Close it."""
        self._file.unlink(missing_ok=True)


@dataclass(slots=True, eq=False)
class Opened:
    """A company file that is open here: which file it was on the disk, and how many sessions use it."""

    company: "Company"
    identity: tuple[int, int]
    sessions: int = 0
    retired: bool = False


class Companies:
    """Company files, each opened once, whatever it is called. ``folder`` is where relative names begin."""

    def __init__(self, folder: Path, opened: OpenCompany, open_file: Callable[[Path], "Company"]) -> None:
        self._folder = folder
        self._opened = opened
        self._open_file = open_file
        self._by_name: dict[str, Opened] = {}
        self._by_path: dict[str, Opened] = {}
        self._opening = asyncio.Lock()

    async def enter(self, name: str) -> Opened:
        """The company file of this name, "" for the one that is open; ``leave`` it afterwards.

        Raises ``CompanyFileError``.
        """
        name = name or self._opened.get()
        if not name:
            raise NoCompanyFileOpen
        one = self._by_name.get(name) or await self._open(name)
        one.sessions += 1
        return one

    async def _open(self, name: str) -> Opened:
        async with self._opening:
            path = self._resolve(name)
            one = self._by_path.get(str(path))
            if one is None:
                company = await asyncio.to_thread(self._open_file, path)
                one = self._by_path[str(path)] = Opened(company, _identity(path))
            self._by_name[name] = one
            return one

    def _resolve(self, name: str) -> Path:
        return Path(os.path.realpath(self._folder / name))

    async def leave(self, one: Opened) -> None:
        """A session has ended."""
        one.sessions -= 1
        if one.retired and not one.sessions:
            await asyncio.to_thread(one.company.close)

    async def sweep(self) -> None:
        """Let go of files that were removed, or replaced by others, behind our back."""
        for path, one in list(self._by_path.items()):
            if _identity(Path(path)) != one.identity:
                await self._retire(one)

    async def _retire(self, one: Opened) -> None:
        self._by_path = {path: other for path, other in self._by_path.items() if other is not one}
        self._by_name = {name: other for name, other in self._by_name.items() if other is not one}
        one.retired = True
        if not one.sessions:
            await asyncio.to_thread(one.company.close)

    async def aclose(self) -> None:
        """Close every file."""
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

    _numbers = count(1)

    def __init__(self, companies: Companies, versions: Iterable[str]) -> None:
        self._companies = companies
        self._versions = versions
        self._connected = False
        self._sessions: dict[str, tuple[Opened, Session]] = {}

    async def open_connection(self, app: Application) -> None:
        """See ``RequestProcessor``."""
        if self._connected:
            raise com_error(CONNECTED)
        if not app.name:
            raise com_error(NO_NAME)
        self._connected = True

    async def begin_session(self, company_file: str, mode: FileMode, access: Access) -> str:
        """See ``RequestProcessor``. Every mode is the same: the sandbox is always open to many."""
        opened = await self._enter(company_file)
        ticket = f"sandbox-{next(self._numbers):x}"
        self._sessions[ticket] = opened, opened.company.session(read_only=access.read_only)
        return ticket

    async def _enter(self, company_file: str) -> Opened:
        if not self._connected:
            raise com_error(NO_CONNECTION)
        try:
            return await self._companies.enter(company_file)
        except NoCompanyFileOpen as error:
            raise com_error(NOTHING_OPEN, error.advice) from None
        except CompanyFileError as error:
            raise com_error(CANNOT_OPEN, error.advice) from None

    def process_request(self, ticket: str, request: bytes) -> Chunks:
        """See ``RequestProcessor``."""
        opened, session = self._session(ticket)
        return opened.company.process(session, request)

    async def end_session(self, ticket: str) -> None:
        """See ``RequestProcessor``."""
        opened, _ = self._session(ticket)
        del self._sessions[ticket]
        await self._companies.leave(opened)

    async def close_connection(self) -> None:
        """See ``RequestProcessor``."""
        for ticket in list(self._sessions):
            await self.end_session(ticket)
        self._connected = False

    async def current_company_file(self, ticket: str) -> str:
        """See ``RequestProcessor``."""
        return str(self._session(ticket)[0].company.path)

    async def supported_versions(self, ticket: str) -> list[str]:
        """See ``RequestProcessor``."""
        self._session(ticket)
        return list(self._versions)

    async def process_subscription(self, request: bytes) -> bytes:
        """See ``RequestProcessor``. Subscriptions are kept in the file that is open; no event is delivered."""
        opened = await self._enter("")
        try:
            document = parse(request)
            if document.message_set != SUBSCRIPTIONS:
                raise com_error(OTHER_MESSAGE_SET, f"It takes {SUBSCRIPTIONS}; this is {document.message_set}.")
            return b"".join([chunk async for chunk in opened.company.process(opened.company.session(), request)])
        finally:
            await self._companies.leave(opened)

    async def aclose(self) -> None:
        """See ``RequestProcessor``."""
        await self.close_connection()

    def _session(self, ticket: str) -> "tuple[Opened, Session]":
        try:
            return self._sessions[ticket]
        except KeyError:
            raise com_error(BAD_TICKET if self._sessions else NO_SESSION) from None
