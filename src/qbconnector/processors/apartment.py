"""A thread of its own for a COM object: a single-threaded apartment, with the message pump COM wants there.

It owns the thread and how one waits for it. A call of COM cannot be interrupted: whoever gives up waiting leaves the
thread behind, which takes leave in good order when the call has come back, if it ever does. It runs on Windows only.
"""

import asyncio
import queue
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Final, Generic, Protocol, TypeVar

assert sys.platform == "win32"

import pythoncom
import pywintypes
import win32event

from qbconnector.errors import RequestProcessorError
from qbconnector.processors.com import NO_CONNECTION, com_error
from qbconnector.processors.troubles import TROUBLES, raised

LEAVING: Final = 10.0  # seconds for what should take none, by a program that may hang

T = TypeVar("T")


class Tenant(Protocol):
    """What lives in an apartment: made, used and let go of by its thread alone."""

    def leave(self) -> None:
        """Let go of everything, in whatever state; never raises."""


R = TypeVar("R", bound=Tenant)


class Apartment(Generic[R]):
    """One thread and its tenant, which ``move_in`` makes at the first call."""

    def __init__(self, move_in: Callable[[], R]) -> None:
        self._move_in = move_in
        self._work: queue.SimpleQueue[tuple[Future[Any], Callable[[R], Any]] | None] = queue.SimpleQueue()
        self._wake = win32event.CreateEvent(None, False, False, None)
        self._empty: Future[None] = Future()
        self._thread: threading.Thread | None = None
        self.left = False

    async def call(self, do: Callable[[R], T]) -> T:
        """What the tenant says. Raises ``RequestProcessorError`` where COM fails."""
        if self.left:
            raise com_error(NO_CONNECTION, "The connection was given up while QuickBooks was busy with a call.")
        if self._thread is None:
            self._thread = threading.Thread(target=self._live, name="apartment", daemon=True)
            self._thread.start()
        result: Future[T] = Future()
        self._put((result, do))
        try:
            return await asyncio.wrap_future(result)
        except asyncio.CancelledError:
            self.leave()
            raise

    def leave(self) -> None:
        """Let the tenant take leave, after the call that is under way."""
        self.left = True
        self._put(None)

    async def aclose(self) -> None:
        """The same, and wait for it, unless the thread was left behind with a call."""
        if not self.left:
            self.leave()
            if self._thread is not None:
                await asyncio.wait([asyncio.wrap_future(self._empty)], timeout=LEAVING)

    def _put(self, work: tuple[Future[Any], Callable[[R], Any]] | None) -> None:
        self._work.put(work)
        win32event.SetEvent(self._wake)

    # The thread

    def _live(self) -> None:
        pythoncom.CoInitializeEx(pythoncom.COINIT_APARTMENTTHREADED)
        try:
            self._serve()
        finally:
            pythoncom.CoUninitialize()
            self._empty.set_result(None)

    def _serve(self) -> None:
        tenant: R | None = None
        while work := self._next():
            result, do = work
            if not result.set_running_or_notify_cancel():
                continue
            try:
                if tenant is None:
                    tenant = self._move_in()
                result.set_result(do(tenant))
            except pywintypes.com_error as error:
                result.set_exception(translated(error))
            except Exception as error:  # noqa: BLE001  (whoever waits gets an answer)
                result.set_exception(error)
        if tenant is not None:
            tenant.leave()

    def _next(self) -> tuple[Future[Any], Callable[[R], Any]] | None:
        """What is to be done next; COM's own messages are seen to meanwhile."""
        while True:
            try:
                return self._work.get_nowait()
            except queue.Empty:
                win32event.MsgWaitForMultipleObjects([self._wake], False, win32event.INFINITE, win32event.QS_ALLINPUT)
                pythoncom.PumpWaitingMessages()


def translated(error: pywintypes.com_error, more: str = "") -> RequestProcessorError:
    """The seam's error of COM's: what the object itself has raised, or else what COM says."""
    number, said, raised_by_object, _ = error.args
    if raised_by_object is None:
        return raised(number, "" if number & 0xFFFFFFFF in TROUBLES else said, more)
    code, _, description, _, _, scode = raised_by_object
    return raised(scode or code or number, description or "", more)
