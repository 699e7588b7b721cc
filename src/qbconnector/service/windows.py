"""The service control manager of Windows: installs, changes and asks. It runs on Windows only.

What runs as the service is ``windows_host``. The service is Windows' own to start and to start again: delayed, so
that the network is there, and after a failure in 2, 10 and then every 60 seconds.
"""

import sys

assert sys.platform == "win32"

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pywintypes
import win32con
import win32security
import win32service
import winerror

from qbconnector import clock
from qbconnector.errors import ServiceError, ServiceForbidden, ServiceUnknown
from qbconnector.service.base import DESCRIPTION, NAME, Account, AtLogon, Program, ServiceManager
from qbconnector.service.logon import LogonTask

AFTER_A_FAILURE: Final = tuple((win32service.SC_ACTION_RESTART, seconds * 1000) for seconds in (2, 10, 60))
FORGIVEN: Final = 24 * 3600  # seconds without a failure, after which the next one is the first again
TASKS: Final = str(Path(os.environ.get("SYSTEMROOT", r"C:\Windows"), "System32", "schtasks.exe"))
LOG_ON: Final = "SeServiceLogonRight"
PATIENCE: Final = 60.0  # seconds for a start or a stop
PAUSE: Final = 0.1
STOPPED: Final = win32service.SERVICE_STOPPED

ELEVATE: Final = "Run it as administrator: right-click the terminal's icon, and choose that."
REMEDIES: Final = {
    winerror.ERROR_ACCESS_DENIED: ELEVATE,
    winerror.ERROR_SERVICE_DOES_NOT_EXIST: "`qbconnector service install` installs it.",
    winerror.ERROR_SERVICE_EXISTS: "`qbconnector service delete` deletes the one that is there.",
    winerror.ERROR_SERVICE_MARKED_FOR_DELETE: "Close the Services window and whatever else looks at the service.",
    winerror.ERROR_SERVICE_DISABLED: "`qbconnector service manual` lets it start.",
    winerror.ERROR_SERVICE_LOGON_FAILED: "Install it again with the account's password of today; the account needs "
    'the right "Log on as a service" (secpol.msc, Local Policies, User Rights Assignment).',
}
KINDS: Final = {
    winerror.ERROR_ACCESS_DENIED: ServiceForbidden,
    winerror.ERROR_SERVICE_DOES_NOT_EXIST: ServiceUnknown,
}


@contextmanager
def _said(command: str) -> Iterator[None]:
    """What Windows refuses, in its own words and with what to do about it."""
    try:
        yield
    except pywintypes.error as error:
        kind = KINDS.get(error.winerror, ServiceError)
        raise kind(command, error.strerror.strip().rstrip("."), REMEDIES.get(error.winerror, "")) from None


@dataclass(frozen=True, slots=True)
class WindowsService:
    """The service of one program; without an account it runs as the system itself."""

    program: Program
    account: Account | None = None
    name: str = NAME
    called = "the service"

    def installed(self) -> bool:
        """See ``ServiceManager``."""
        try:
            self.state()
        except ServiceUnknown:
            return False
        return True

    def install(self) -> None:
        """See ``ServiceManager``."""
        with _said("install"):
            services = win32service.OpenSCManager(None, None, win32service.SC_MANAGER_CREATE_SERVICE)
            try:
                self._create(services)
            finally:
                win32service.CloseServiceHandle(services)

    def _create(self, services: Any) -> None:
        name, password = None, None
        if self.account is not None:
            name, password = full_name(self.account.name), self.account.password
            let_log_on(name)
        service = win32service.CreateService(
            services,
            self.name,
            DESCRIPTION.replace(NAME, self.name),
            win32service.SERVICE_ALL_ACCESS,
            win32service.SERVICE_WIN32_OWN_PROCESS,
            win32service.SERVICE_AUTO_START,
            win32service.SERVICE_ERROR_NORMAL,
            self.program.command_line,
            None,
            False,
            None,
            name,
            password,
        )
        try:
            actions = {"ResetPeriod": FORGIVEN, "RebootMsg": None, "Command": None, "Actions": AFTER_A_FAILURE}
            for level, value in (
                (win32service.SERVICE_CONFIG_DESCRIPTION, "Executes qbXML for applications elsewhere."),
                (win32service.SERVICE_CONFIG_FAILURE_ACTIONS, actions),
                (win32service.SERVICE_CONFIG_FAILURE_ACTIONS_FLAG, True),  # errors count too, not only crashes
                (win32service.SERVICE_CONFIG_DELAYED_AUTO_START_INFO, True),
            ):
                with _unless_unknown():
                    win32service.ChangeServiceConfig2(service, level, value)
        finally:
            win32service.CloseServiceHandle(service)

    def delete(self) -> None:
        """See ``ServiceManager``."""
        with _said("delete"):
            with suppress(ServiceError):  # it has stopped already, or cannot: Windows deletes it then when it ends
                self.stop()
            with self._opened(win32con.DELETE) as service:
                win32service.DeleteService(service)

    def start(self) -> None:
        """See ``ServiceManager``. Returns when it serves."""
        with _said("start"), self._opened(win32service.SERVICE_START | win32service.SERVICE_QUERY_STATUS) as service:
            self.program.failure.unlink(missing_ok=True)
            win32service.StartService(service, None)
            if _settled(service, win32service.SERVICE_START_PENDING) == STOPPED:
                raise ServiceError(
                    "start", self.program.why_it_failed() or "it ended at once", "`qbconnector serve` shows more."
                )

    def stop(self) -> None:
        """See ``ServiceManager``. Returns when it has stopped."""
        with _said("stop"), self._opened(win32service.SERVICE_STOP | win32service.SERVICE_QUERY_STATUS) as service:
            win32service.ControlService(service, win32service.SERVICE_CONTROL_STOP)
            if _settled(service, win32service.SERVICE_STOP_PENDING) != STOPPED:
                raise ServiceError("stop", "it does not stop", "End its process in the task manager.")

    def state(self) -> str:
        """See ``ServiceManager``."""
        with _said("state"), self._opened(win32service.SERVICE_QUERY_STATUS) as service:
            return "stopped" if win32service.QueryServiceStatus(service)[1] == STOPPED else "started"

    def auto(self) -> None:
        """See ``ServiceManager``."""
        self._change("auto", win32service.SERVICE_AUTO_START)

    def manual(self) -> None:
        """See ``ServiceManager``."""
        self._change("manual", win32service.SERVICE_DEMAND_START)

    def disabled(self) -> None:
        """See ``ServiceManager``."""
        self._change("disabled", win32service.SERVICE_DISABLED)

    @contextmanager
    def _opened(self, rights: int) -> Iterator[Any]:
        services = win32service.OpenSCManager(None, None, win32service.SC_MANAGER_CONNECT)
        try:
            service = win32service.OpenService(services, self.name, rights)
            try:
                yield service
            finally:
                win32service.CloseServiceHandle(service)
        finally:
            win32service.CloseServiceHandle(services)

    def _change(self, command: str, start: int) -> None:
        same = win32service.SERVICE_NO_CHANGE
        with _said(command), self._opened(win32service.SERVICE_CHANGE_CONFIG) as service:
            win32service.ChangeServiceConfig(service, same, start, same, None, None, False, None, None, None, None)


@contextmanager
def _unless_unknown() -> Iterator[None]:
    """What this system does not know of: Wine knows the description only."""
    try:
        yield
    except pywintypes.error as error:
        if error.winerror != winerror.ERROR_INVALID_LEVEL:
            raise


def _settled(service: Any, pending: int) -> int:
    """The state after one that passes; that one, if it lasts."""
    until = clock.monotonic() + PATIENCE
    while (state := win32service.QueryServiceStatus(service)[1]) == pending and clock.monotonic() < until:
        time.sleep(PAUSE)
    return int(state)


def full_name(name: str) -> str:
    """An account as services name it: of this machine unless it says otherwise."""
    return name if "\\" in name or "@" in name else f".\\{name}"


def let_log_on(name: str) -> None:
    """Give an account the right to log on as a service. Raises ``ServiceError`` if there is no such account."""
    try:
        sid, _, _ = win32security.LookupAccountName(None, name.removeprefix(".\\"))
    except pywintypes.error:
        raise ServiceError("install", f'Windows knows no account "{name}"', "`whoami` shows your own.") from None
    rights = win32security.POLICY_LOOKUP_NAMES | win32security.POLICY_CREATE_ACCOUNT
    policy = win32security.LsaOpenPolicy("", rights)
    try:
        win32security.LsaAddAccountRights(policy, sid, (LOG_ON,))
    finally:
        win32security.LsaClose(policy)  # type: ignore[arg-type]


def manager(program: Program) -> ServiceManager:
    """What of both is installed: the service, or the task at logon; else the service."""
    task = LogonTask(program, tool=TASKS)
    return task if task.installed() else WindowsService(program)


def to_install(program: Program, terms: Account | AtLogon | None) -> ServiceManager:
    """What these terms mean, while the other of both is not installed. Raises ``ServiceError`` if it is."""
    task, service = LogonTask(program, terms if isinstance(terms, AtLogon) else None, TASKS), WindowsService(program)
    wanted, other = (task, service) if isinstance(terms, AtLogon) else (service, task)
    if other.installed():
        raise ServiceError("install", f"{other.called} is installed", "`qbconnector service delete` deletes it.")
    return WindowsService(program, terms) if isinstance(terms, Account) else wanted
