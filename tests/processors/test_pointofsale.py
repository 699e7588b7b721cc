"""Connection strings, Point of Sale's list of servers, and what the programs behind COM are called."""

import pytest

from qbconnector.processors.pointofsale import Server, connection_string, servers
from qbconnector.processors.programs import DESKTOP, POINT_OF_SALE


@pytest.mark.parametrize(
    ("company_file", "version", "practice", "wanted"),
    [
        ("", "", False, ""),
        ("hills and valley", "", False, "Company Data=hills and valley"),
        ("hills", "11", True, "Company Data=hills;Version=11;Practice=Yes"),
        ("Computer Name=till;Company Data=hills;", "", False, "Computer Name=till;Company Data=hills"),
        ("Company Data=hills; version=4", "11", False, "Company Data=hills;Version=11"),
    ],
)
def test_connection_strings(company_file: str, version: str, practice: bool, wanted: str) -> None:
    assert connection_string(company_file, version, practice=practice) == wanted
    assert connection_string(wanted) == wanted


def test_the_servers_of_an_answer() -> None:
    name = "<ServerName>till</ServerName><CompanyName>Hills &amp; co</CompanyName>"
    one = f"<POSServer>{name}<Version>4</Version></POSServer>"
    two = "<POSServer><CompanyName>Valley</CompanyName></POSServer>"
    assert servers(f"<POSServers>{one}\n{two}</POSServers>") == [
        Server("till", "Hills & co", "4"),
        Server("", "Valley", ""),
    ]
    assert servers("nothing of the kind") == []


def test_the_names_of_processes() -> None:
    for name in ("QBW32.EXE", "qbw.exe", "QBWPro.exe", "QBW32Pro.exe", "QBWEnterpriseWholesale.exe", "QBWPremier.exe"):
        assert DESKTOP.processes.fullmatch(name)
    for name in ("QBWebConnector.exe", "QBDBMgrN.exe", "python.exe", "QBW.EXE.exe"):
        assert not DESKTOP.processes.fullmatch(name)
    assert POINT_OF_SALE.processes.fullmatch("QBPOSShell.exe")
