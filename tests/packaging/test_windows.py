"""The programs for Windows as people get them: installed, run without any Python, and removed again."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

MSI = os.environ.get("QBCONNECTOR_MSI", "")
NEWER = os.environ.get("QBCONNECTOR_NEWER_MSI", "")  # the same programs as the next version
if sys.platform != "win32" or not MSI:
    pytest.skip("they have to be built: make windows-package", allow_module_level=True)

import re
import winreg

import httpx
import win32com.client

from qbconnector.cli import COMMANDS
from qbconnector.cli.demo import REQUEST
from qbconnector.errors import ServiceError
from qbconnector.processors import programs, winprograms
from qbconnector.service.background import Background
from qbconnector.service.base import Program
from qbconnector.service.windows import WindowsService
from qbconnector.settings.folders import DataFolder
from tests.cli.test_serve import until
from tests.service.test_background import free_port

INSTALLED = Path(r"C:\Program Files\qbconnector")
ENVIRONMENT = r"System\CurrentControlSet\Control\Session Manager\Environment"
PROGRAM = INSTALLED / "qbconnector.exe"
TRAY = INSTALLED / "qbconnector-tray.exe"
SERVER = programs.Program("the sandbox's COM server", "", re.compile(r"qbconnector-tray\.exe", re.IGNORECASE))


def msiexec(action: str, msi: str = MSI) -> int:
    """Install it or remove it, as an administrator who says nothing; how that ended."""
    return subprocess.run(["msiexec", action, msi, "/qn"], timeout=300).returncode


def path() -> str:
    with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, ENVIRONMENT) as key:
        return str(winreg.QueryValueEx(key, "PATH")[0])


def in_the_start_menu() -> bool:
    folders = (Path(os.environ[name], r"Microsoft\Windows\Start Menu\Programs") for name in ("PROGRAMDATA", "APPDATA"))
    return any((folder / "qbconnector.lnk").exists() for folder in folders)


@pytest.fixture(scope="module")
def installed() -> Iterator[None]:
    assert msiexec("/i") == 0
    yield
    assert msiexec("/x") == 0
    assert not INSTALLED.exists()
    assert str(INSTALLED) not in path()
    assert not in_the_start_menu()


def run(*arguments: str) -> str:
    """Run the program as a person does, without the Python of these tests; what it says."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=100, env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


class Books:
    """A data folder with the sample company, a user and free ports; programs that serve it."""

    def __init__(self, data: Path) -> None:
        self.folder = DataFolder(data)
        self.port, self.console = free_port(), free_port()
        settings: dict[str, Any] = {"LocalHost": "127.0.0.1", "Port": self.port, "ConsolePort": self.console}
        for name, value in settings.items():
            self("config", "set", name, str(value))
        self("company", "create", "shop", "--sample", "--customers", "1", "--invoices", "0")
        self("user", "add", "anna", "--password", "x", "--company-file", "shop.qbsandbox", "--authorize")
        self.program = Program(data, (str(PROGRAM),), (str(TRAY),))

    def __call__(self, *arguments: str) -> str:
        return run("--data", str(self.folder.root), *arguments)

    def answers(self) -> bool:
        with suppress(httpx.HTTPError):
            return httpx.get(f"http://127.0.0.1:{self.console}/healthz").status_code == 200
        return False

    def customers(self) -> str:
        """The answer to a request for them."""
        request = self.folder.root / "request.xml"
        request.write_text(REQUEST, "utf-8")
        return self(
            "send", str(request), "--url", f"http://127.0.0.1:{self.port}/", "--user", "anna", "--password", "x"
        )


@pytest.fixture
def books(installed: None, tmp_path: Path) -> Iterator[Books]:
    books = Books(tmp_path / "the books")
    yield books
    with suppress(ServiceError):
        Background(books.program).stop()


def test_it_is_where_people_look_for_it(installed: None) -> None:
    assert path().split(";")[-1].rstrip("\\") == str(INSTALLED)
    assert in_the_start_menu()
    licences = INSTALLED / "_internal" / "licences"
    assert {"Python", "pystray", "click", "cryptography"} <= {one.name for one in licences.iterdir()}
    assert not (INSTALLED / "_internal" / "bcryptprimitives.dll").exists()  # it is Windows' own


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_every_command_is_in_it(installed: None, command: str) -> None:
    assert run(*filter(None, [command]), "--help").startswith(f"Usage: qbconnector {command}".rstrip())


def test_it_says_its_version(installed: None) -> None:
    assert re.fullmatch(r"qbconnector, version [\d.]+\n", run("--version"))


@pytest.mark.parametrize("backend", ["Sandbox", "SandboxProcess"])
def test_it_serves_both_ports_without_a_window(books: Books, backend: str) -> None:
    books("config", "set", "RequestProcessor", backend)
    background = Background(books.program)
    background.start()
    assert '<CustomerQueryRs statusCode="0"' in books.customers()
    console = f"http://127.0.0.1:{books.console}"
    page = httpx.get(f"{console}/signin")
    files = re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text)
    assert files
    assert {httpx.get(f"{console}{file}").status_code for file in files} == {200}
    background.stop()
    assert not books.answers()


def test_it_says_why_it_cannot_serve(books: Books) -> None:
    books.folder.settings.write_text("Port = ")
    with pytest.raises(ServiceError, match=r"^service start: .*settings\.toml, line 1"):
        Background(books.program).start()


def test_it_is_a_service_too(books: Books) -> None:
    service = WindowsService(books.program, name="qbconnector-package")
    service.install()
    try:
        service.start()
        assert books.answers()
        service.stop()
        assert not books.answers()
    finally:
        service.delete()


def test_removing_it_removes_its_service(installed: None) -> None:
    run("service", "install")
    service = WindowsService(Program(Path(os.environ["PROGRAMDATA"], "qbconnector")))
    assert service.installed()
    assert msiexec("/x") == 0
    until(lambda: not service.installed())
    assert msiexec("/i") == 0


def products() -> list[str]:
    """The versions that Windows lists as installed."""
    found = []
    with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, r"Software\Microsoft\Windows\CurrentVersion\Uninstall") as key:
        for index in range(winreg.QueryInfoKey(key)[0]):
            with winreg.OpenKey(key, winreg.EnumKey(key, index)) as product, suppress(FileNotFoundError):
                if winreg.QueryValueEx(product, "DisplayName")[0] == "qbconnector":
                    found.append(str(winreg.QueryValueEx(product, "DisplayVersion")[0]))
    return found


def test_a_newer_version_takes_its_place(installed: None) -> None:
    """Of the service, which stays on Windows, nothing is to be seen: Wine tells the older version of no upgrade."""
    before = products()
    assert msiexec("/i", NEWER) == 0
    assert [older < newer for older, newer in zip(before, products(), strict=True)] == [True]
    assert run("--version")
    assert [one.rstrip("\\") for one in path().split(";")].count(str(INSTALLED)) == 1
    assert in_the_start_menu()
    assert msiexec("/i") != 0  # an older one does not take the newer one's place
    assert msiexec("/x", NEWER) == 0
    assert products() == []
    assert msiexec("/i") == 0


def test_programs_find_its_sandbox_as_quickbooks(books: Books) -> None:
    books("company", "open", "shop")
    books("com", "register", "--machine")  # Wine looks for classes of the machine only
    try:
        quickbooks = win32com.client.dynamic.Dispatch("QBXMLRP2.RequestProcessor")
        quickbooks.OpenConnection("", "A program")
        ticket = quickbooks.BeginSession("", 2)
        assert quickbooks.GetCurrentCompanyFileName(ticket).endswith("shop.qbsandbox")
        assert '<CustomerQueryRs statusCode="0"' in quickbooks.ProcessRequest(ticket, REQUEST)
        quickbooks.EndSession(ticket)
        quickbooks.CloseConnection()
        del quickbooks
        until(lambda: not winprograms.running(SERVER))  # else nobody could remove it
    finally:
        books("com", "unregister")
