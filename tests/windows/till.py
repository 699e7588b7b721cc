"""A stand-in for QBPOSXMLRPLib, Point of Sale's COM server, which ends when it is left alone.

It answers a request with what it knows of the connection, in a document of Point of Sale's kind.
"""

import html
import sys
import weakref

assert sys.platform == "win32"

from qbconnector.automation import server

SERVERS = (
    "<POSServers><POSServer><ServerName>till</ServerName><CompanyName>Hills &amp; co</CompanyName>"
    "<Version>11</Version></POSServer></POSServers>"
)


class Till:
    """RequestProcessor."""

    _public_methods_ = (
        "OpenConnection",
        "CloseConnection",
        "BeginSession",
        "EndSession",
        "ProcessRequest",
        "POSServers",
    )

    def __init__(self) -> None:
        self.application = self.connection = ""

    def OpenConnection(self, application_id: str, application: str) -> None:  # noqa: N802  (its names)
        self.application = application

    def CloseConnection(self) -> None:  # noqa: N802
        self.application = ""

    def BeginSession(self, connection: str) -> str:  # noqa: N802
        from win32com.server.exception import COMException

        if "nowhere" in connection:
            raise COMException("can't connect to the database", scode=0x8000FFFF - 2**32)
        self.connection = connection
        return "till-1"

    def EndSession(self, ticket: str) -> None:  # noqa: N802
        assert ticket == "till-1"
        self.connection = ""

    def ProcessRequest(self, ticket: str, request: str) -> str:  # noqa: N802
        said = html.escape(f"{self.application}|{self.connection}|{len(request)}")
        return f'<?xml version="1.0"?><?qbposxml version="3.0"?><QBPOSXML>{said}</QBPOSXML>'

    def POSServers(self, practice: bool) -> str:  # noqa: N802
        return SERVERS


_held: "weakref.WeakSet[Till]" = weakref.WeakSet()


def make() -> Till:
    """For pywin32's class factory."""
    one = Till()
    _held.add(one)
    return one


def main(class_id: str) -> None:
    """Be the server."""
    server.serve_class(class_id, _held)
