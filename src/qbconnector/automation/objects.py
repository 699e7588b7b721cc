"""QuickBooks' COM objects, played by the sandbox: RequestProcessor and AuthPreferences, as QBXMLRP2 has them.

What the members are called and take stands in ``interfaces``; what they do, the sandbox's request processor does for
everybody. Programs may bind late, by names, or early, by the type library. It runs on Windows only.
"""

import asyncio
import sys
import threading
import weakref
from collections.abc import Coroutine
from contextlib import aclosing
from typing import Any, ClassVar, Final, TypeVar

assert sys.platform == "win32"

import winerror
from win32com.server.exception import COMException
from win32com.server.policy import DesignatedWrapPolicy
from win32com.server.util import wrap

from qbconnector.automation.typelibrary import type_info
from qbconnector.errors import RequestProcessorError
from qbconnector.processors.base import Access, Application, RequestProcessor
from qbconnector.processors.bstr import from_com, to_com
from qbconnector.processors.com import INVALID_PARAMETER, UNEXPECTED, com_error
from qbconnector.processors.interfaces import (
    AUTH_PREFERENCES,
    LOCAL,
    MODES,
    PERSONAL_OPTIONAL,
    RELEASED,
    REQUEST_PROCESSOR,
    UNATTENDED_OPTIONAL,
)
from qbconnector.processors.sandbox import Sandbox
from qbconnector.qbxml import dialect
from qbconnector.settings.folders import DataFolder

FILE_MODES: Final = {number: mode for mode, number in MODES.items()}
SWEEP: Final = 1.0  # seconds

T = TypeVar("T")


class World:
    """The sandbox, and the event loop it runs on, in a thread."""

    def __init__(self, folder: DataFolder) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="sandbox", daemon=True)
        self._thread.start()
        self._sandbox = Sandbox(folder)
        self._sweeping = asyncio.run_coroutine_threadsafe(self._sweep(), self._loop)

    def processor(self) -> RequestProcessor:
        """A new connection."""
        return self._sandbox.processor()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """What it comes to; this thread waits."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(SWEEP)
            await self._sandbox.sweep()

    def close(self) -> None:
        """Close every company file."""
        self._sweeping.cancel()
        self.run(self._sandbox.aclose())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


class Policy(DesignatedWrapPolicy):
    """How pywin32 calls the objects of this module: as their interface says, whose type library they show."""

    _obj_: Any

    def _invokeex_(self, member: int, locale: int, how: int, args: tuple[Any, ...], *more: Any) -> Any:
        if len(args) != self._obj_.interface.arguments.get(member, len(args)):
            raise COMException(scode=winerror.DISP_E_BADPARAMCOUNT)
        return super()._invokeex_(member, locale, how, args, *more)

    def _build_typeinfos_(self) -> list[Any]:
        return [type_info(self._obj_.interface)]


class Preferences:
    """AuthPreferences: what a program wishes before BeginSession. The sandbox keeps to all of it."""

    interface = AUTH_PREFERENCES
    _com_interfaces_: ClassVar[list[str]] = [interface.iid]
    _public_methods_: ClassVar[list[str]] = []  # they are those of the interface
    _dispid_to_func_: ClassVar[dict[int, str]] = interface.methods

    def __init__(self) -> None:
        self.read_only = False
        self.auth_flags = 0
        self._unattended = UNATTENDED_OPTIONAL
        self._personal_data = PERSONAL_OPTIONAL

    def WasAuthPreferencesObeyed(self, ticket: str) -> bool:
        return True

    def GetIsReadOnly(self, ticket: str) -> bool:
        return self.read_only

    def PutIsReadOnly(self, wanted: bool) -> None:
        self.read_only = bool(wanted)

    def GetUnattendedModePref(self, ticket: str) -> int:
        return self._unattended

    def PutUnattendedModePref(self, wanted: int) -> None:
        self._unattended = wanted

    def GetPersonalDataPref(self, ticket: str) -> int:
        return self._personal_data

    def PutPersonalDataPref(self, wanted: int) -> None:
        self._personal_data = wanted

    def PutAuthFlags(self, wanted: int) -> None:
        self.auth_flags = wanted & 0xFFFFFFFF


class Processor:
    """RequestProcessor: one connection to the sandbox. Its errors are COM's, with QuickBooks' numbers and texts."""

    interface = REQUEST_PROCESSOR
    _com_interfaces_: ClassVar[list[str]] = [interface.iid]
    _public_methods_: ClassVar[list[str]] = []
    _dispid_to_func_: ClassVar[dict[int, str]] = interface.methods
    _dispid_to_get_: ClassVar[dict[int, str]] = interface.properties

    MajorVersion, MinorVersion = (int(part) for part in str(dialect("qbxml").versions[-1]).split("."))
    ReleaseLevel = RELEASED
    ReleaseNumber = 1
    ConnectionType = 0

    def __init__(self, world: World) -> None:
        self._world = world
        self._processor = processor = world.processor()
        self._preferences = Preferences()
        self._last_error = ""
        # A program that only lets go of the object, or ends without a word, has closed its connection too.
        weakref.finalize(self, lambda: world.run(processor.aclose())).atexit = False

    @property
    def AuthPreferences(self) -> Any:
        return wrap(self._preferences, usePolicy=Policy)

    def OpenConnection(self, application_id: str, application: str) -> None:
        self.OpenConnection2(application_id, application, LOCAL)

    def OpenConnection2(self, application_id: str, application: str, kind: int) -> None:
        self._do(self._processor.open_connection(Application(application, application_id)))
        self.ConnectionType = kind

    def CloseConnection(self) -> None:
        self._do(self._processor.close_connection())

    def BeginSession(self, company_file: str, mode: int) -> str:
        wanted, preferences = FILE_MODES.get(mode), self._preferences
        if wanted is None:
            raise self._raised(com_error(INVALID_PARAMETER, f"{mode} is no QBFileMode: it is 0, 1 or 2."))
        access = Access(preferences.read_only, preferences.auth_flags, lasting=True)
        return self._do(self._processor.begin_session(company_file, wanted, access))

    def EndSession(self, ticket: str) -> None:
        self._do(self._processor.end_session(ticket))

    def ProcessRequest(self, ticket: str, request: str) -> str:
        return to_com(self._do(self._process(ticket, from_com(request))))

    def ProcessSubscription(self, request: str) -> str:
        return to_com(self._do(self._processor.process_subscription(from_com(request))))

    def GetCurrentCompanyFileName(self, ticket: str) -> str:
        return self._do(self._processor.current_company_file(ticket))

    def QBXMLVersionsForSession(self, ticket: str) -> list[str]:
        return self._do(self._processor.supported_versions(ticket))

    @property
    def QBXMLVersionsForSubscription(self) -> list[str]:
        return [str(version) for version in dialect("qbxml").versions]

    def GetQBLastError(self) -> str:
        """The last error's text and, on further lines, what helps beyond it."""
        return self._last_error

    async def _process(self, ticket: str, request: bytes) -> bytes:
        async with aclosing(self._processor.process_request(ticket, request)) as chunks:
            return b"".join([chunk async for chunk in chunks])

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        try:
            return self._world.run(work)
        except RequestProcessorError as error:
            raise self._raised(error) from None
        except Exception as error:  # noqa: BLE001  (COM knows none of Python's)
            raise self._raised(com_error(UNEXPECTED, f"{type(error).__name__}: {error}")) from None

    def _raised(self, error: RequestProcessorError) -> COMException:
        self._last_error = "\n".join(filter(None, (error.text, error.detail)))
        return COMException(error.text, scode=error.hresult - 2**32)
