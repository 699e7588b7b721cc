"""What `com register` and `com surrogate` write into the registry, and what is there after them."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

if sys.platform != "win32":
    pytest.skip("only Windows has it: make windows-test", allow_module_level=True)

import uuid
import winreg

from qbconnector.automation import journal, registration
from qbconnector.automation.journal import Line
from qbconnector.errors import RegistrationError
from qbconnector.processors import winprograms
from qbconnector.processors.interfaces import LIBRARY, REQUEST_PROCESSOR_CLASS
from qbconnector.processors.programs import SANDBOX_CLASS, Program
from qbconnector.processors.winprograms import Registered, findings, registered, running, stop
from qbconnector.settings.folders import DataFolder
from tests.cli.conftest import Command, qb

from .com import program

__all__ = ["qb"]

REAL = "{00000000-5D2F-4E0B-9C3A-8F0E52B7A911}"
CLASSES = r"SOFTWARE\Classes"


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path / "data").ensure()


@pytest.fixture
def till(folder: DataFolder) -> Iterator[Program]:
    """An invented program, whose request processor is a 32-bit DLL."""
    import re

    one = Program("Till", f"QbTest{uuid.uuid4().hex[:8]}.RequestProcessor", re.compile(r"QBTILL\.EXE", re.IGNORECASE))
    lines = [
        Line("HKEY_LOCAL_MACHINE", 64, rf"{CLASSES}\{one.prog_id}\CLSID", "", REAL),
        Line("HKEY_LOCAL_MACHINE", 32, rf"{CLASSES}\CLSID\{REAL}\InprocServer32", "", r"C:\till.dll"),
    ]
    made = folder.root / "till.json"
    journal.write(made, lines)
    yield one
    journal.undo(made)
    assert registered(one.prog_id) == []


def value(path: str, root: int = winreg.HKEY_CURRENT_USER) -> str | None:
    try:
        return winreg.QueryValue(root, path)
    except FileNotFoundError:
        return None


def test_registering_is_undone_without_a_trace(qb: Command) -> None:
    name = rf"{CLASSES}\QBXMLRP2.RequestProcessor"
    assert value(name) is None
    for _ in range(2):  # more often does no harm
        assert qb("com", "register").code == 0
    assert value(rf"{name}\CLSID") == SANDBOX_CLASS
    command = value(rf"{CLASSES}\CLSID\{SANDBOX_CLASS}\LocalServer32")
    assert command is not None
    assert command.endswith("com serve")
    assert str(qb.data) in command
    library = Path(value(rf"{CLASSES}\TypeLib\{LIBRARY}\1.0\0\win64") or "")
    assert library.stat().st_size > 0
    assert qb("com", "unregister").code == 0
    assert value(name) is None
    for key in rf"CLSID\{SANDBOX_CLASS}", rf"CLSID\{REQUEST_PROCESSOR_CLASS}", rf"TypeLib\{LIBRARY}":
        assert value(rf"{CLASSES}\{key}") is None
    assert not library.exists()
    assert "was not registered" in qb("com", "unregister").err


def test_quickbooks_itself_is_not_hidden_unless_forced(folder: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Registered(REAL, 32, program=r"C:\QuickBooks\QBXMLRP2e.exe")
    monkeypatch.setattr(registration, "registered", lambda _: [real])
    with pytest.raises(RegistrationError, match="QuickBooks itself is registered") as refused:
        registration.register(folder)
    assert "--force" in refused.value.remedy
    name = rf"{CLASSES}\QBXMLRP2.RequestProcessor"
    with winreg.CreateKey(winreg.HKEY_CURRENT_USER, rf"{name}\CLSID") as key:
        winreg.SetValueEx(key, "", 0, winreg.REG_SZ, REAL)
    try:
        registration.register(folder, force=True)
        assert value(rf"{name}\CLSID") == SANDBOX_CLASS
        assert registration.unregister(folder)
        assert value(rf"{name}\CLSID") == REAL
        assert value(name) in {None, ""}
    finally:
        winreg.DeleteKey(winreg.HKEY_CURRENT_USER, rf"{name}\CLSID")
        winreg.DeleteKey(winreg.HKEY_CURRENT_USER, name)


def test_what_somebody_else_has_written_since_stays(folder: DataFolder) -> None:
    registration.register(folder)
    name = rf"{CLASSES}\QBXMLRP2.RequestProcessor"
    with winreg.CreateKey(winreg.HKEY_CURRENT_USER, rf"{name}\CLSID") as key:
        winreg.SetValueEx(key, "", 0, winreg.REG_SZ, REAL)
    assert registration.unregister(folder)
    assert value(rf"{name}\CLSID") == REAL
    winreg.DeleteKey(winreg.HKEY_CURRENT_USER, rf"{name}\CLSID")
    winreg.DeleteKey(winreg.HKEY_CURRENT_USER, name)


def test_a_dll_of_32_bits_gets_a_process_of_its_own(folder: DataFolder, till: Program) -> None:
    before = registered(till.prog_id)
    assert [(one.bits, one.library, one.usable(64), one.usable(32)) for one in before] == [
        (32, r"C:\till.dll", False, True)
    ]
    (found, *_) = findings(till)
    assert not found.well
    assert "DLL of 32 bits" in found.text
    assert "com surrogate" in found.remedy
    registration.add_surrogate(folder, till)
    assert registered(till.prog_id)[0].usable(64)
    assert findings(till)[0].well
    with pytest.raises(RegistrationError, match="can be reached as it is"):
        registration.add_surrogate(folder, till)
    assert registration.remove_surrogate(folder, till)
    assert registered(till.prog_id) == before


def test_a_surrogate_needs_consent(qb: Command) -> None:
    asked = qb("com", "surrogate")
    assert asked.code == 2
    assert "--consent" in asked.err
    assert "is not registered here" in qb("com", "surrogate", "--pos", "--consent").err
    assert "nothing to undo" in qb("com", "surrogate", "--undo").err


def test_only_processes_of_the_name_the_user_and_the_session_are_ended(
    till: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    import subprocess

    python = program("QBTILL.EXE")
    ours = subprocess.Popen([python, "-c", "import time; time.sleep(60)"], stdin=subprocess.DEVNULL)
    other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], stdin=subprocess.DEVNULL)
    try:
        assert [one.pid for one in running(till)] == [ours.pid]
        assert any("runs as QBTILL.EXE" in one.text and one.well for one in findings(till))
        with monkeypatch.context() as elsewhere:
            elsewhere.setattr(winprograms, "_own_session", lambda: 99)
            assert stop(till) == []
            assert any("another session" in one.text and not one.well for one in findings(till))
        assert [one.pid for one in stop(till)] == [ours.pid]
        assert ours.wait(30) == 1
        assert other.poll() is None
    finally:
        ours.kill()
        other.kill()
        other.wait()
