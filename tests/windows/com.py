"""The sandbox registered as QuickBooks, for tests."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

assert sys.platform == "win32"

import pytest
import win32serviceutil

from qbconnector import invocation
from qbconnector.processors.programs import DESKTOP
from qbconnector.processors.winprograms import running, stop
from qbconnector.sandbox.quickbooks import QuickBooks
from tests.cli.conftest import Command

HEAD = '<?xml version="1.0"?><?qbxml version="13.0"?>'


def document(requests: str, head: str = HEAD) -> str:
    return f'{head}<QBXML><QBXMLMsgsRq onError="continueOnError">{requests}</QBXMLMsgsRq></QBXML>'


ONE_CUSTOMER = document("<CustomerQueryRq><MaxReturned>1</MaxReturned></CustomerQueryRq>")


def add(name: str) -> str:
    return f"<CustomerAddRq><CustomerAdd><Name>{name}</Name></CustomerAdd></CustomerAddRq>"


def program(name: str) -> Path:
    """A Python without a window whose process has this name."""
    path = Path(sys.executable).with_name(name)
    if not path.exists():
        shutil.copy(Path(sys.executable).with_name("pythonw.exe"), path)
    return path


def script(*command: str) -> str:
    """What a program says that ends well."""
    result = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=100, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def forget() -> None:
    """Let Windows forget the COM servers that were killed: it does so by itself, but Wine does not."""
    win32serviceutil.StopService("RpcSs")  # the next call starts it anew


class Shop:
    """A data folder with a sample company open, whose sandbox COM programs find as QuickBooks."""

    def __init__(self, qb: Command) -> None:
        self.qb = qb
        self.file = qb.data / "companies" / "shop.qbsandbox"

    def held(self) -> list[object]:
        """The sessions that are open in the background."""
        return list(QuickBooks(self.qb.data / "state").background.elsewhere())

    def processes(self) -> set[int]:
        """QuickBooks' processes."""
        return {one.pid for one in running(DESKTOP)}

    def kill(self) -> None:
        """End them at once, whatever they do."""
        stop(DESKTOP)
        forget()


@contextmanager
def registered(qb: Command, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """A shop, and afterwards a Windows as it was."""
    quickbooks = program("QBW.EXE")
    command = (str(quickbooks), "-P", "-m", "qbconnector")
    monkeypatch.setattr(invocation, "command", lambda *, windowed=False: command)
    assert qb("company", "create", "shop", "--sample", "--customers", "6", "--invoices", "4").code == 0
    assert qb("company", "open", "shop").code == 0
    assert qb("com", "register", "--machine").code == 0  # Wine looks for classes of the machine only
    shop = Shop(qb)
    try:
        yield shop
    finally:
        assert qb("com", "unregister").code == 0
        if shop.processes():  # the test has failed
            shop.kill()
