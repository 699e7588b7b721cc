"""Programs written for QuickBooks over COM run against the registered sandbox as they are."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

if sys.platform != "win32":
    pytest.skip("only Windows has it: make windows-test", allow_module_level=True)

import pywintypes
import win32com.client

from tests.cli.conftest import Command, qb

from .com import ONE_CUSTOMER, Shop, registered, script

__all__ = ["qb"]

VBSCRIPT = """
Dim rp, ticket, answer
Set rp = CreateObject("QBXMLRP2.RequestProcessor")
rp.OpenConnection2 "", "A script", 1
ticket = rp.BeginSession("", 2)
WScript.Echo rp.GetCurrentCompanyFileName(ticket)
answer = rp.ProcessRequest(ticket, WScript.Arguments(0))
WScript.Echo Mid(answer, InStr(answer, "statusCode"), 14)
On Error Resume Next
rp.ProcessRequest ticket, "<QBXML/>"
WScript.Echo Hex(Err.Number) & " " & Err.Description
On Error Goto 0
rp.EndSession ticket
rp.CloseConnection
"""

SESSION_MANAGER = """
from lxml import etree
from quickbooks_desktop.session_manager import SessionManager

query = etree.Element("CustomerQueryRq")
etree.SubElement(query, "MaxReturned").text = "1"
print(SessionManager("A program").send_xml(query))
"""


EARLY_BOUND = """
import sys
import comtypes
import comtypes.client as client
client.gen_dir = None
library = client.GetModule(("{6C1B7E44-5D2F-4E0B-9C3A-8F0E52B7A911}", 1, 0))
processor = client.CreateObject(library.RequestProcessor3, interface=library.IRequestProcessor5)
print(processor.MajorVersion, processor.MinorVersion, processor.ReleaseLevel == library.release)
processor.OpenConnection2("", "An early one", library.localQBD)
wishes = processor.AuthPreferences
wishes.PutIsReadOnly(True)
wishes.PutUnattendedModePref(library.umpRequired)
ticket = processor.BeginSession("", library.qbFileOpenDoNotCare)
print(wishes.WasAuthPreferencesObeyed(ticket), wishes.GetIsReadOnly(ticket), wishes.GetUnattendedModePref(ticket))
print(processor.GetCurrentCompanyFileName(ticket))
print(processor.QBXMLVersionsForSession[ticket][-1], processor.QBXMLVersionsForSubscription[0])
print(processor.ProcessRequest(ticket, sys.argv[1]).count("<CustomerRet>"))
try:
    processor.ProcessRequest(ticket, "<QBXML/>")
except comtypes.COMError as error:
    print(f"{error.hresult & 0xFFFFFFFF:08X}")
print(processor.GetQBLastError().splitlines()[0])
processor.EndSession(ticket)
processor.CloseConnection()
"""

IN_PROCESS = """
import sys
from pathlib import Path
import comtypes
import comtypes.client as client
import pythoncom
from win32com.server.factory import RegisterClassFactories
from qbconnector.automation import objects, server, vtables
from qbconnector.processors.programs import SANDBOX_CLASS
from qbconnector.settings.folders import DataFolder

server._world = objects.World(DataFolder(Path(sys.argv[1])))
vtables.register()
here = pythoncom.CLSCTX_INPROC_SERVER
kept = RegisterClassFactories([SANDBOX_CLASS], pythoncom.REGCLS_MULTIPLEUSE, here)
client.gen_dir = None
library = client.GetModule(("{6C1B7E44-5D2F-4E0B-9C3A-8F0E52B7A911}", 1, 0))
processor = client.CreateObject(library.RequestProcessor3, here, interface=library.IRequestProcessor5)
try:
    processor.BeginSession("", 2)
except comtypes.COMError as error:
    print(f"{error.hresult & 0xFFFFFFFF:08X}", error.details[0])
"""


@pytest.fixture
def shop(qb: Command, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    with registered(qb, monkeypatch) as shop:
        yield shop


def test_the_pages_script(shop: Shop, tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "windows.md").read_text(encoding="utf-8")
    path = tmp_path / "ask.vbs"
    path.write_text(page.split("```vbscript\n")[1].split("```")[0], encoding="ascii")
    assert script("cscript", "//nologo", str(path)).strip() == str(shop.file)
    assert shop.held() == []


def test_a_vbscript(shop: Shop, tmp_path: Path) -> None:
    path = tmp_path / "ask.vbs"
    path.write_text(VBSCRIPT, encoding="ascii")
    query = ONE_CUSTOMER.replace('"', "'")
    file, status, error = script("cscript", "//nologo", str(path), query).split("\n")[:3]
    assert file.strip() == str(shop.file)
    assert status.strip() == 'statusCode="0"'
    assert error.strip() == "80040400 QuickBooks found an error when parsing the provided XML text stream."
    assert shop.held() == []


def test_a_program_from_the_package_index(shop: Shop) -> None:
    said = script(sys.executable, "-c", SESSION_MANAGER)
    assert 'statusMessage="Status OK"' in said
    assert said.count("<CustomerRet>") == 1
    assert shop.held() == []


def test_every_member(shop: Shop) -> None:
    one = win32com.client.dynamic.Dispatch("QBXMLRP2.RequestProcessor")
    assert (one.MajorVersion, one.MinorVersion, one.ReleaseLevel, one.ConnectionType) == (16, 0, 3, 0)
    assert one.QBXMLVersionsForSubscription[-1] == "16.0"
    with pytest.raises(pywintypes.com_error) as refused:
        one.BeginSession("", 2)
    assert refused.value.args[2][5] & 0xFFFFFFFF == 0x80040411
    one.OpenConnection("", "A program")
    assert one.ConnectionType == 1
    with pytest.raises(pywintypes.com_error) as refused:
        one.BeginSession("", 7)
    assert refused.value.args[2][5] & 0xFFFFFFFF == 0x80040425
    assert "QBFileMode" in one.GetQBLastError()
    wishes = one.AuthPreferences
    wishes.PutAuthFlags(-0x7FFFFFF1)  # 0x8000000F
    wishes.PutIsReadOnly(True)
    wishes.PutUnattendedModePref(1)
    wishes.PutPersonalDataPref(3)
    ticket = one.BeginSession("", 0)
    assert wishes.WasAuthPreferencesObeyed(ticket)
    asked = wishes.GetIsReadOnly(ticket), wishes.GetUnattendedModePref(ticket), wishes.GetPersonalDataPref(ticket)
    assert asked == (True, 1, 3)
    assert one.QBXMLVersionsForSession(ticket)[0] == "1.0"
    assert "<CustomerRet>" in one.ProcessRequest(ticket, ONE_CUSTOMER)
    assert len(shop.held()) == 1
    one.EndSession(ticket)
    one.CloseConnection()
    assert shop.held() == []


def test_a_program_that_binds_early(shop: Shop) -> None:
    said = script(sys.executable, "-c", EARLY_BOUND, ONE_CUSTOMER).splitlines()
    assert said[:5] == ["16 0 True", "True True 1", str(shop.file), "16.0 1.0", "1"]
    assert said[5:] == ["80040400", "QuickBooks found an error when parsing the provided XML text stream."]
    assert shop.held() == []


def test_an_error_says_its_text_to_a_program_that_binds_early(shop: Shop) -> None:
    """Within one process, since Wine does not take the text from one to another."""
    said = script(sys.executable, "-c", IN_PROCESS, str(shop.qb.data)).splitlines()
    assert said == ["80040411 Before calling the BeginSession method, you must call OpenConnection method."]
