"""Point of Sale over COM, with a stand-in for its COM server: what QuickBooks' own does there is not shown."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

if sys.platform != "win32":
    pytest.skip("only Windows has it: make windows-test", allow_module_level=True)

import requests

from qbconnector.automation import journal
from qbconnector.automation.journal import Line
from qbconnector.processors.programs import POINT_OF_SALE
from tests.cli.conftest import Command, Serving, qb, serve

from .com import program

__all__ = ["qb", "serve"]

CLASS = "{B3D0A0B2-0C1D-4E57-8A1F-6D7F4C2E9A01}"
VERSION = {"X-QBPOSVersion": "11", "X-AcctQBPOSPractice": "True"}


@pytest.fixture
def till(qb: Command) -> Iterator[None]:
    """The stand-in, registered."""
    start = f"import sys; sys.path.append({str(Path(__file__).parent)!r}); import till; till.main({CLASS!r})"
    command = subprocess.list2cmdline([str(program("QBPOSSHELL.EXE")), "-c", start])
    here = rf"SOFTWARE\Classes\CLSID\{CLASS}"
    values = {
        rf"SOFTWARE\Classes\{POINT_OF_SALE.prog_id}\CLSID": CLASS,
        rf"{here}\LocalServer32": command,
        rf"{here}\PythonCOM": "till.make",
    }
    made = qb.data.parent / "till.json"
    journal.write(made, [Line("HKEY_LOCAL_MACHINE", 64, key, "", text) for key, text in values.items()])
    yield
    journal.undo(made)


def test_requests_for_point_of_sale_go_there(qb: Command, serve: Callable[..., Serving], till: None) -> None:
    qb("config", "set", "POSRequestProcessor", "POS")
    qb("user", "add", "anna", "--password", "pencil", "--company-file", "Hills & co", "--app-name", "Till")
    qb("user", "add", "lost", "--password", "pencil", "--company-file", "nowhere")
    qb("user", "add", "reader", "--password", "pencil", "--read-only")
    url = serve().url

    def ask(body: bytes, user: str = "anna", interaction: int = 0, pos: str = "True") -> requests.Response:
        headers = {"X-AcctSyncInteractionType": str(interaction), "X-QBPOS": pos, **VERSION}
        return requests.post(url, data=body, auth=(user, "pencil"), headers=headers, timeout=100)

    answer = ask(b"<QBPOSXML/>")
    assert answer.status_code == 200, answer.text
    assert "<QBPOSXML>Till|Company Data=Hills &amp; co;Version=11;Practice=Yes|11</QBPOSXML>" in answer.text
    assert ask(b"", interaction=1).text == "Company Data=Hills & co;Version=11;Practice=Yes\r\n"
    assert ask(b"", interaction=103).text == "3.0\r\n"
    assert ask(b"x", "lost").text.startswith("0x8000FFFF: can't connect to the database")
    assert ask(b"x", "reader").text.startswith("0x8004041A: ")
    assert ask(b"", interaction=1, pos="False").status_code == 517  # the desktop edition has no such company file
    assert 'offers "Hills & co" on till' in qb("check").out
