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
if sys.platform != "win32" or not MSI:
    pytest.skip("they have to be built: make windows-package", allow_module_level=True)

import re
import winreg

import httpx

from qbconnector.cli import COMMANDS
from qbconnector.cli.demo import REQUEST
from qbconnector.errors import ServiceError
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


def msiexec(action: str) -> None:
    """Install it or remove it, as an administrator who says nothing."""
    done = subprocess.run(["msiexec", action, MSI, "/qn"], timeout=300)
    assert done.returncode == 0


def path() -> str:
    with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, ENVIRONMENT) as key:
        return str(winreg.QueryValueEx(key, "PATH")[0])


def in_the_start_menu() -> bool:
    folders = (Path(os.environ[name], r"Microsoft\Windows\Start Menu\Programs") for name in ("PROGRAMDATA", "APPDATA"))
    return any((folder / "qbconnector.lnk").exists() for folder in folders)


@pytest.fixture(scope="module")
def installed() -> Iterator[None]:
    msiexec("/i")
    yield
    msiexec("/x")
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
    msiexec("/x")
    until(lambda: not service.installed())
    msiexec("/i")
