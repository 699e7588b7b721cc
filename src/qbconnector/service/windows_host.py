"""What runs as the Windows service: a python.exe of ours that talks to the service control manager.

It owns the states that Windows is told, and the thread that the connector has to itself. What the thread does is
given to ``host``; how the service is installed belongs to ``windows``. It runs on Windows only.
"""

import sys

assert sys.platform == "win32"

import threading
from collections.abc import Callable
from typing import Final

import servicemanager
import win32service
import win32serviceutil

from qbconnector.service.base import NAME, Hosted, Program, give_streams

BEAT: Final = 1.0  # seconds between signs of life while it starts or stops
HINT: Final = 10_000  # milliseconds in which Windows may expect the next


class Work(threading.Thread):
    """The connector's own thread. ``ready`` is set when it serves or has failed; it ends when ``stop`` says so."""

    def __init__(self, serve: Callable[[Hosted], None], program: Program) -> None:
        super().__init__(name="connector")
        self.ready = threading.Event()
        self.error: BaseException | None = None
        self.stop: Callable[[], object] = lambda: None
        self._serve = serve
        self._program = program

    def run(self) -> None:
        """Serve until ``stop``; write down why it failed, for whoever started it."""
        try:
            self._serve(self)
        except BaseException as error:  # noqa: BLE001  (Windows is told, whatever it is)
            self.error = error
            self._program.fail(error)
        finally:
            self.ready.set()


class Service(win32serviceutil.ServiceFramework):
    """The service, as the framework wants it: made when Windows starts it, in a thread of its own."""

    _svc_name_ = NAME
    make: Callable[[], Work]

    def __init__(self, arguments: list[str]) -> None:
        super().__init__(arguments)
        self._work = type(self).make()
        self._stopping = threading.Event()

    def SvcRun(self) -> None:
        """Run it, and tell Windows how it goes."""
        self.ReportServiceStatus(win32service.SERVICE_START_PENDING, HINT)
        self._work.start()
        while not self._work.ready.wait(BEAT):
            self.ReportServiceStatus(win32service.SERVICE_START_PENDING, HINT)
        if self._work.error is None:
            self.ReportServiceStatus(win32service.SERVICE_RUNNING)
        while self._work.is_alive():
            self._work.join(BEAT)
            if self._stopping.is_set():
                self.ReportServiceStatus(win32service.SERVICE_STOP_PENDING, HINT)
        if self._work.error is not None:
            raise self._work.error  # the framework tells Windows that it failed, and the event log why

    def SvcStop(self) -> None:
        """Let running requests finish, then end."""
        self._stopping.set()
        self.ReportServiceStatus(win32service.SERVICE_STOP_PENDING, HINT)
        self._work.stop()

    SvcShutdown = SvcStop


def host(serve: Callable[[Hosted], None], program: Program) -> None:
    """Be the service that Windows has just started; returns when it has stopped."""
    give_streams()
    Service.make = staticmethod(lambda: Work(serve, program))
    servicemanager.Initialize()
    servicemanager.PrepareToHostSingle(Service)
    servicemanager.StartServiceCtrlDispatcher()  # type: ignore[no-untyped-call]
