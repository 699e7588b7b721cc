"""The service of Windows: the service control manager itself installs it, starts it and looks after it."""

import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

if sys.platform != "win32":
    pytest.skip("only Windows has it: make windows-test", allow_module_level=True)

import re
import socket
import uuid

import httpx
import win32service

from qbconnector.errors import ServiceError
from qbconnector.service import windows
from qbconnector.service.base import Account, AtLogon, Program
from qbconnector.service.logon import LogonTask
from qbconnector.service.windows import WindowsService
from tests.cli.conftest import Command
from tests.cli.test_serve import ask, until


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


def gone(service: WindowsService) -> bool:
    try:
        service.state()
    except ServiceError as error:
        return "service install" in error.remedy
    return False


class Installed:
    """A service of a name of its own, on a data folder of its own, that answers on free ports."""

    def __init__(self, data: Path) -> None:
        self.qb = Command(data)
        self.port, self.console = free_port(), free_port()
        for name, value in {"LocalHost": "127.0.0.1", "Port": self.port, "ConsolePort": self.console}.items():
            assert self.qb("config", "set", name, str(value)).code == 0
        self.service = WindowsService(Program(data), name=f"qbconnector-{uuid.uuid4().hex[:8]}")

    def config(self) -> tuple[object, ...]:
        """What Windows has noted down of it: kind, how it starts, …"""
        services = win32service.OpenSCManager(None, None, win32service.SC_MANAGER_CONNECT)
        service = win32service.OpenService(services, self.service.name, win32service.SERVICE_QUERY_CONFIG)
        return tuple(win32service.QueryServiceConfig(service))

    def answers(self) -> bool:
        with suppress(httpx.HTTPError):
            return httpx.get(f"http://127.0.0.1:{self.console}/healthz").status_code == 200
        return False


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[Installed]:
    installed = Installed(tmp_path / "the books")
    yield installed
    with suppress(ServiceError):
        installed.service.delete()


def test_it_is_installed_started_asked_stopped_and_deleted(installed: Installed) -> None:
    service = installed.service
    installed.qb("company", "create", "shop", "--sample", "--customers", "1", "--invoices", "0")
    installed.qb("user", "add", "anna", "--password", "x", "--company-file", "shop.qbsandbox")
    service.install()
    assert service.state() == "stopped"
    assert installed.config()[1] == win32service.SERVICE_AUTO_START
    assert '"' + str(service.program.data) + '" service host' in str(installed.config()[3])
    service.start()
    assert service.state() == "started"
    assert installed.answers()
    assert ask(f"http://127.0.0.1:{installed.port}/", "anna", "x").text == "16.0\r\n"
    service.stop()
    assert service.state() == "stopped"
    assert not installed.answers()
    service.start()
    service.delete()
    until(lambda: gone(service))  # Windows forgets it when its process has ended


def test_how_it_starts_is_changed(installed: Installed) -> None:
    service = installed.service
    service.install()
    for change, start in (
        (service.manual, win32service.SERVICE_DEMAND_START),
        (service.disabled, win32service.SERVICE_DISABLED),
        (service.auto, win32service.SERVICE_AUTO_START),
    ):
        change()
        assert installed.config()[1] == start
    service.disabled()
    with pytest.raises(ServiceError, match="service start: "):
        service.start()


def test_windows_is_told_to_start_it_late_and_again_after_a_failure(
    installed: Installed, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: dict[int, Any] = {}
    monkeypatch.setattr(
        win32service, "ChangeServiceConfig2", lambda service, level, value: told.__setitem__(level, value)
    )
    installed.service.install()
    assert told[win32service.SERVICE_CONFIG_DELAYED_AUTO_START_INFO] is True
    assert told[win32service.SERVICE_CONFIG_FAILURE_ACTIONS_FLAG] is True
    actions = told[win32service.SERVICE_CONFIG_FAILURE_ACTIONS]["Actions"]
    assert actions == tuple((win32service.SC_ACTION_RESTART, wait) for wait in (2_000, 10_000, 60_000))


def test_why_it_does_not_start_is_told(installed: Installed) -> None:
    installed.service.install()
    why = re.escape(f"service start: Cannot listen on 127.0.0.1:{installed.port}: ")
    with socket.create_server(("127.0.0.1", installed.port)), pytest.raises(ServiceError, match=why):
        installed.service.start()
    installed.service.start()
    assert installed.answers()


def test_a_service_that_is_not_there(tmp_path: Path) -> None:
    service = WindowsService(Program(tmp_path), name="qbconnector-none")
    for command in (service.start, service.stop, service.state, service.auto, service.delete):
        with pytest.raises(ServiceError, match=r"does not exist|Windows Error 0x424") as missing:
            command()
        assert missing.value.remedy == "`qbconnector service install` installs it."


@pytest.mark.parametrize("name", ["anna", "SHOP\\anna", "anna@shop.example"])
def test_it_is_installed_for_an_account_with_its_password(
    installed: Installed, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    asked: list[Any] = []
    monkeypatch.setattr("qbconnector.service.windows.let_log_on", asked.append)
    monkeypatch.setattr(win32service, "CreateService", lambda *arguments: asked.extend(arguments[-2:]))
    with suppress(TypeError, ServiceError):  # there is no service to say more of
        WindowsService(installed.service.program, Account(name, "secret"), installed.service.name).install()
    full = f".\\{name}" if name == "anna" else name
    assert asked == [full, full, "secret"]
    assert "secret" not in repr(Account(name, "secret"))


def test_one_of_service_and_task_is_installed_and_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there: set[type] = set()
    for kind in (WindowsService, LogonTask):
        monkeypatch.setattr(kind, "installed", lambda self: type(self) in there)
    program, anna, bob = Program(tmp_path), Account("anna", "x"), AtLogon("bob")
    assert windows.to_install(program, None) == windows.manager(program) == WindowsService(program)
    assert windows.to_install(program, anna) == WindowsService(program, anna)
    assert windows.to_install(program, bob) == LogonTask(program, bob, windows.TASKS)
    there.add(LogonTask)
    assert windows.manager(program) == LogonTask(program, tool=windows.TASKS)
    with pytest.raises(ServiceError, match=r"^service install: the task at logon is installed\.$"):
        windows.to_install(program, anna)
    there.symmetric_difference_update({LogonTask, WindowsService})
    assert isinstance(windows.manager(program), WindowsService)
    with pytest.raises(ServiceError, match=r"^service install: the service is installed\.$"):
        windows.to_install(program, bob)


def test_a_service_says_whether_it_is_installed(installed: Installed) -> None:
    assert not installed.service.installed()
    installed.service.install()
    assert installed.service.installed()
    assert not LogonTask(installed.service.program, tool=windows.TASKS).installed()
