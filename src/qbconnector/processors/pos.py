"""QuickBooks Point of Sale over COM: its request processor, QBPOSXMLRPLib. It runs on Windows only.

A session's company file is a connection string: see ``pointofsale``.
"""

import sys
from typing import ClassVar

assert sys.platform == "win32"

from qbconnector.errors import RequestProcessorError
from qbconnector.health import Finding
from qbconnector.processors.apartment import Apartment
from qbconnector.processors.base import Access, Application, FileMode
from qbconnector.processors.com import NO_PERMISSION, com_error
from qbconnector.processors.comprocessor import ComBackend, Connection
from qbconnector.processors.pointofsale import Server, connection_string, servers
from qbconnector.processors.programs import POINT_OF_SALE, Program
from qbconnector.processors.winprograms import registered
from qbconnector.qbxml import dialect


class PosConnection(Connection):
    """QBPOSXMLRPLib.RequestProcessor. It has no modes, no preferences, and says neither its file nor its versions."""

    program: ClassVar[Program] = POINT_OF_SALE

    def __init__(self) -> None:
        super().__init__()
        self._begun: dict[str, str] = {}

    def company_file(self, ticket: str) -> str:
        """The connection string that the session was begun with."""
        return self._begun[ticket]

    def versions(self, ticket: str) -> list[str]:
        """The versions of qbposXML that the connector knows."""
        return [str(version) for version in dialect("qbposxml").versions]

    def servers(self, *, practice: bool) -> list[Server]:
        """POSServers: the companies there are; needs no connection."""
        return servers(str(self.com.call("POSServers", practice)))

    def _open(self, app: Application) -> None:
        self.com.call("OpenConnection", app.id, app.name)

    def _begin(self, company_file: str, mode: FileMode, access: Access) -> str:
        if access.read_only:
            raise com_error(
                NO_PERMISSION,
                "The user may only read, and Point of Sale does not keep to that: it cannot be used by this user.",
            )
        ticket = str(self.com.call("BeginSession", connection_string(company_file)))
        self._begun[ticket] = company_file
        return ticket


class PointOfSale(ComBackend):
    """Point of Sale on this machine."""

    async def findings(self) -> list[Finding]:
        """See ``Backend``: how it is registered, whether it runs, and the companies it offers."""
        found = await super().findings()
        return [*found, *await self._companies()] if registered(POINT_OF_SALE.prog_id) else found

    async def _companies(self) -> list[Finding]:
        apartment = Apartment(PosConnection)
        try:
            known = await apartment.call(lambda one: one.servers(practice=False))
        except RequestProcessorError as error:
            return [Finding(False, f"Point of Sale does not say which companies there are: {error}", error.detail)]
        finally:
            await apartment.aclose()
        return [
            Finding(
                True,
                f'Point of Sale {one.version} offers "{one.company}" on {one.computer}.',
                f'A user reaches it with the company file "Computer Name={one.computer};Company Data={one.company}".',
            )
            for one in known
        ]
