"""What the request processors over COM have in common: object, thread, the seam in front, the program behind it.

It runs on Windows only. Which object it is, and how its sessions begin, belongs to ``desktop`` and ``pos``.
"""

import asyncio
import sys
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress
from typing import Any, ClassVar, Final, TypeVar

assert sys.platform == "win32"

import pythoncom
import pywintypes

from qbconnector.activity.log import ActivityLog
from qbconnector.errors import RequestProcessorError
from qbconnector.health import Finding
from qbconnector.processors.apartment import Apartment
from qbconnector.processors.base import Access, Application, FileMode
from qbconnector.processors.bstr import from_com, to_com
from qbconnector.processors.com import CANNOT_START, NO_ACCESS, UNSUPPORTED, com_error
from qbconnector.processors.programs import Program
from qbconnector.processors.troubles import GONE, not_answered, not_opened
from qbconnector.processors.winprograms import findings, stop

PIECE: Final = 256 * 1024  # bytes of an answer that are handed on at once
LOCALE: Final = 0

T = TypeVar("T")


class Automation:
    """A COM object, late bound. A call is a call and a property a property: no type library is asked which."""

    def __init__(self, program: str | Any) -> None:
        if isinstance(program, str):
            wanted = pythoncom.CLSCTX_LOCAL_SERVER | pythoncom.CLSCTX_INPROC_SERVER
            program = pythoncom.CoCreateInstance(pywintypes.IID(program), None, wanted, pythoncom.IID_IDispatch)
        self._object: Any = program

    def call(self, name: str, *args: Any) -> Any:
        """What a method returns."""
        return self._invoke(pythoncom.DISPATCH_METHOD, name, args)

    def get(self, name: str, *args: Any) -> Any:
        """What a property is; it may have arguments."""
        return self._invoke(pythoncom.DISPATCH_PROPERTYGET, name, args)

    def close(self) -> None:
        """Let go of it now, on its own thread: a traceback that has us still does not keep it."""
        self._object = None

    def _invoke(self, how: int, name: str, args: tuple[Any, ...]) -> Any:
        member = self._object.GetIDsOfNames(LOCALE, name)
        return self._object.Invoke(member, LOCALE, how, True, *args)


class Connection(ABC):
    """QuickBooks' object and its sessions, on the thread of an apartment. Every method raises what COM raises."""

    program: ClassVar[Program]

    def __init__(self) -> None:
        self.com = Automation(self.program.prog_id)
        self._tickets: list[str] = []
        self._connected = False

    def connect(self, app: Application) -> None:
        """OpenConnection."""
        self._open(app)
        self._connected = True

    def begin(self, company_file: str, mode: FileMode, access: Access) -> str:
        """BeginSession; the ticket."""
        ticket = self._begin(company_file, mode, access)
        self._tickets.append(ticket)
        return ticket

    def process(self, ticket: str, request: str) -> str:
        """ProcessRequest."""
        return str(self.com.call("ProcessRequest", ticket, request))

    def end(self, ticket: str) -> None:
        """EndSession; whatever becomes of it, it is not tried again."""
        if ticket in self._tickets:
            self._tickets.remove(ticket)
        self.com.call("EndSession", ticket)

    def close(self) -> None:
        """CloseConnection, after the sessions that are still open."""
        for ticket in list(self._tickets):
            self.end(ticket)
        if self._connected:
            self._connected = False
            self.com.call("CloseConnection")

    def leave(self) -> None:
        """See ``Tenant``: as much of that as can be done."""
        while self._tickets or self._connected:
            with suppress(pywintypes.com_error):
                self.close()
        self.com.close()

    @abstractmethod
    def _open(self, app: Application) -> None: ...

    @abstractmethod
    def _begin(self, company_file: str, mode: FileMode, access: Access) -> str: ...

    @abstractmethod
    def company_file(self, ticket: str) -> str:
        """The company file's full path."""

    @abstractmethod
    def versions(self, ticket: str) -> list[str]:
        """The versions of the language."""

    def subscribe(self, request: str) -> str:
        """ProcessSubscription."""
        raise com_error(UNSUPPORTED)


class ComProcessor:
    """One connection over COM. A request that is given up leaves its thread behind: see ``apartment``."""

    concurrency = 1

    def __init__(self, connection: Callable[[], Connection]) -> None:
        self._apartment = Apartment(connection)
        self._gone = False

    @property
    def alive(self) -> bool:
        """See ``RequestProcessor``."""
        return not (self._gone or self._apartment.left)

    async def open_connection(self, app: Application) -> None:
        """See ``RequestProcessor``."""
        await self._open(lambda one: one.connect(app))

    async def begin_session(self, company_file: str, mode: FileMode, access: Access) -> str:
        """See ``RequestProcessor``."""
        return await self._open(lambda one: one.begin(company_file, mode, access))

    async def process_request(self, ticket: str, request: bytes) -> AsyncGenerator[bytes, None]:
        """See ``RequestProcessor``. COM answers in one piece; it is handed on in several."""
        answer = await self._ask(lambda one: from_com(one.process(ticket, to_com(request))))
        for start in range(0, len(answer), PIECE):
            yield answer[start : start + PIECE]

    async def end_session(self, ticket: str) -> None:
        """See ``RequestProcessor``."""
        await self._ask(lambda one: one.end(ticket))

    async def close_connection(self) -> None:
        """See ``RequestProcessor``."""
        await self._ask(lambda one: one.close())

    async def current_company_file(self, ticket: str) -> str:
        """See ``RequestProcessor``."""
        return await self._ask(lambda one: one.company_file(ticket))

    async def supported_versions(self, ticket: str) -> list[str]:
        """See ``RequestProcessor``."""
        return await self._ask(lambda one: one.versions(ticket))

    async def process_subscription(self, request: bytes) -> bytes:
        """See ``RequestProcessor``."""
        return await self._ask(lambda one: from_com(one.subscribe(to_com(request))))

    async def aclose(self) -> None:
        """See ``RequestProcessor``."""
        await self._apartment.aclose()

    async def _open(self, do: Callable[[Connection], T]) -> T:
        """What the connection says before anything was sent."""
        try:
            return await self._apartment.call(do)
        except RequestProcessorError as error:
            raise not_opened(self._noticed(error), CANNOT_START) from None

    async def _ask(self, do: Callable[[Connection], T]) -> T:
        """What the connection says to a request."""
        try:
            return await self._apartment.call(do)
        except RequestProcessorError as error:
            raise not_answered(self._noticed(error), NO_ACCESS) from None

    def _noticed(self, error: RequestProcessorError) -> RequestProcessorError:
        self._gone = self._gone or error.hresult in GONE
        return error


class ComBackend:
    """A program on this machine, by its connections. It ends by itself, when the last of them has."""

    def __init__(self, connection: type[Connection], activity: ActivityLog) -> None:
        self._connection = connection
        self._activity = activity

    def processor(self) -> ComProcessor:
        """See ``Backend``."""
        return ComProcessor(self._connection)

    async def stop(self) -> None:
        """See ``Backend``."""
        program = self._connection.program
        for one in await asyncio.to_thread(stop, program):
            self._activity.warning(f"{program.title}'s process {one.pid}, {one.name}, was stopped")

    async def findings(self) -> list[Finding]:
        """See ``Backend``: how it is registered, and whether it runs."""
        return await asyncio.to_thread(findings, self._connection.program)

    async def sweep(self) -> None:
        """See ``Backend``."""

    async def aclose(self) -> None:
        """See ``Backend``."""


def by_version(versions: tuple[str, ...]) -> list[str]:
    """Versions as QuickBooks lists them, oldest first."""
    return sorted((str(one) for one in versions), key=lambda one: [int(part) for part in one.split(".")])
