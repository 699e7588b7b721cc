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


@pytest.fixture
def shop(qb: Command, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    with registered(qb, monkeypatch) as shop:
        yield shop


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
